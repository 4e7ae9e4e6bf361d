"""Members at present and the reading of the liaison's name are written by the database: whoever adds, changes or takes
away members touches their units, whoever reads a name of staff anew those he looks after, and a unit that is written
works out both. A unit is held before its members are counted, so that two rosters at once are both counted.
"""

from django.db import migrations

UNIT = """
create function groups_work_out_orders() returns trigger language plpgsql as $$
begin
    new.member_count := (
        select count(*) from groups_groupmember m
         where m.hospital_id = new.hospital_id and m.group_id = new.id and m.left_on is null);
    new.owner_order := coalesce((
        select s.name_order from accounts_staffmember s
         where s.hospital_id = new.hospital_id and s.id = new.owner_id), '');
    return new;
end $$;
create trigger unit_orders before insert or update of member_count, owner_order, owner_id on groups_groupcustomer
    for each row execute function groups_work_out_orders();

create function groups_liaison_read_anew() returns trigger language plpgsql as $$
begin
    if old.name_order is distinct from new.name_order then
        update groups_groupcustomer set owner_order = '' where hospital_id = new.hospital_id and owner_id = new.id;
    end if;
    return null;
end $$;
create trigger liaison_read_anew after update on accounts_staffmember
    for each row execute function groups_liaison_read_anew();
"""

NO_UNIT = """
drop trigger liaison_read_anew on accounts_staffmember;
drop function groups_liaison_read_anew();
drop trigger unit_orders on groups_groupcustomer;
drop function groups_work_out_orders();
"""

MEMBERS = """
create function groups_count_members_{name}() returns trigger language plpgsql as $$
declare
    units bigint[] := array(
        select group_id from ({rows}) changed group by group_id having sum(n) <> 0 order by group_id);
begin
    perform from groups_groupcustomer where id = any(units) order by id for no key update;
    update groups_groupcustomer set member_count = 0 where id = any(units);
    return null;
end $$;
create trigger count_members_{name} after {name} on groups_groupmember referencing {tables}
    for each statement execute function groups_count_members_{name}();
"""
_MORE = "select group_id, 1 as n from new_rows where left_on is null"
_FEWER = "select group_id, -1 as n from old_rows where left_on is null"
_PARTS = {
    "insert": (_MORE, "new table as new_rows"),
    "update": (f"{_MORE} union all {_FEWER}", "old table as old_rows new table as new_rows"),
    "delete": (_FEWER, "old table as old_rows"),
}
COUNT = "".join(MEMBERS.format(name=name, rows=rows, tables=tables) for name, (rows, tables) in _PARTS.items())
NO_COUNT = "".join(
    f"drop trigger count_members_{name} on groups_groupmember; drop function groups_count_members_{name}();"
    for name in _PARTS
)


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0019_renewal"),
        ("groups", "0013_unit_orders"),
    ]

    operations = [
        migrations.RunSQL(UNIT, NO_UNIT),
        migrations.RunSQL(COUNT, NO_COUNT),
    ]
