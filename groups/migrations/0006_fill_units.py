"""What follows from what is known of units: the name by which double records are found, the region of the address,
and of overlapping contracts the earlier ends when the later begins.
"""

import re

from django.db import migrations

_FORMS = re.compile(
    r"(股份有限公司|有限责任公司|有限公司|股份公司|集团公司|分公司|总公司|公司|集团|股份有限|co\.?,?ltd\.?|ltd\.?|inc\.?)"
)
_MARKS = re.compile(r"[\s()（）【】\[\]·・.,，、。'\"“”\-—_/&]+")
_COUNTY = re.compile(
    r"(?:.*?(?:省|自治区|特别行政区))?(?:[^市州盟区县旗]{1,10}(?:市|自治州|地区|盟|州))?"
    r"(?P<county>[^省市州盟区县旗\d\s]{1,14}?(?:自治县|自治旗|林区|特区|新区|矿区|县|区|旗))"
)
_ENDED = "新合同已生效"


def _key(name):
    bare = _MARKS.sub("", name.casefold())
    return (_FORMS.sub("", bare) or bare)[:120]


def _region(address):
    found = _COUNTY.match(address)
    return found["county"][:40] if found else ""


def fill(apps, schema_editor):
    """Names and regions, a thousand units at a time."""
    unit = apps.get_model("groups", "GroupCustomer")
    rows = unit._base_manager.filter(name_key="").only("pk", "name", "address", "region").order_by("pk")
    last = 0
    while part := list(rows.filter(pk__gt=last)[:1000]):
        last = part[-1].pk
        for row in part:
            row.name_key, row.region = _key(row.name), row.region or _region(row.address)
        unit._base_manager.bulk_update(part, ["name_key", "region"])


_SUPERSEDE = """
with later as (
    select c.id, c.starts_on, c.ends_on,
           lead(c.starts_on) over (partition by c.hospital_id, c.group_id, c.kind order by c.starts_on, c.id) as next_starts
      from groups_contract c where c.state = 'signed'
)
update groups_contract c
   set agreed_until = c.ends_on, end_reason = %s,
       state = case when later.next_starts > c.starts_on then 'ended' else 'void' end,
       ends_on = greatest(later.next_starts - 1, c.starts_on)
  from later
 where later.id = c.id and later.next_starts is not null and (c.ends_on is null or c.ends_on >= later.next_starts)
"""


def supersede(apps, schema_editor):
    """One contract of a kind at a time: the later one takes the place of the earlier."""
    with schema_editor.connection.cursor() as cursor:
        cursor.execute(_SUPERSEDE, [_ENDED])


def stand_again(apps, schema_editor):
    """What was ended above stands as it was agreed."""
    with schema_editor.connection.cursor() as cursor:
        cursor.execute(
            "update groups_contract set ends_on = agreed_until, agreed_until = null, end_reason = '', state = 'signed'"
            " where end_reason = %s",
            [_ENDED],
        )


class Migration(migrations.Migration):
    dependencies = [("groups", "0005_opportunities_and_unions")]

    operations = [
        migrations.RunPython(fill, migrations.RunPython.noop),
        migrations.RunPython(supersede, stand_again),
    ]
