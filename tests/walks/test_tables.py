"""Every table of a hospital: rows of South cannot be seen, made, changed, taken or referred to from North."""

import json

import pytest
from django.db import Error, connection, transaction

from accounts.models import Hospital
from hospital_crm.tenancy import checks
from hospital_crm.tenancy.scope import hospital_scope
from hospital_crm.tenancy.walls import CompositeKey, expected_keys, tenant_models
from tests.cast import north_stands, south_stands
from tests.walks.rows import fill

pytestmark = [pytest.mark.tenancy, pytest.mark.sql]

TABLES = sorted(model._meta.db_table for model in tenant_models())
APPEND_ONLY = sorted(model._meta.db_table for model in tenant_models() if getattr(model, "append_only", False))


@pytest.fixture(scope="module")
def filled_once(standing: None) -> None:
    """Both hospitals get rows in every table."""
    fill(north_stands())
    fill(south_stands())
    run("set constraints all immediate")


@pytest.fixture
def both(filled_once: None, north: Hospital, south: Hospital) -> tuple[Hospital, Hospital]:
    """Both hospitals with rows in every table."""
    return north, south


def run(sql: str, *values: object) -> tuple[int, list[tuple]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return cursor.rowcount, cursor.fetchall() if cursor.description else []


def refusal(sql: str, *values: object) -> str:
    """The SQLSTATE with which PostgreSQL refuses, or "" where it does not."""
    try:
        with transaction.atomic():
            run(sql, *values)
    except Error as error:
        return error.__cause__.pgcode
    return ""


def written_columns(table: str) -> list[str]:
    model = next(model for model in tenant_models() if model._meta.db_table == table)
    return [field.column for field in model._meta.concrete_fields if not field.generated]


def test_rows_of_south_are_invisible_from_north_in_every_table(both: tuple[Hospital, Hospital]) -> None:
    north, south = both
    for table in TABLES:
        assert run(f'select count(*) from "{table}" where hospital_id = %s', south.pk)[1][0][0] > 0, f"{table} is empty"
    with hospital_scope(north):
        seen = {table: run(f'select distinct hospital_id from "{table}"')[1] for table in TABLES}
    assert seen == {table: [(north.pk,)] for table in TABLES}


def test_rows_of_south_cannot_be_made_from_north_in_any_table(both: tuple[Hospital, Hospital]) -> None:
    north, south = both
    accepted = []
    for table in TABLES:
        columns = ", ".join(f'"{name}"' for name in written_columns(table))
        row = run(f'select to_jsonb(t) from "{table}" t where hospital_id = %s limit 1', south.pk)[1][0][0]
        copy = {**json.loads(row), "id": 10**9}
        insert = f'insert into "{table}" ({columns}) select {columns} from jsonb_populate_record(null::"{table}", %s)'
        with hospital_scope(north):
            if refusal(insert, json.dumps(copy)) != "42501":
                accepted.append(table)
    assert accepted == []


def test_rows_of_south_cannot_be_changed_or_taken_from_north_in_any_table(both: tuple[Hospital, Hospital]) -> None:
    north, south = both
    reached = []
    with hospital_scope(north):
        for table in TABLES:
            for sql in ('update "{}" set hospital_id = hospital_id', 'delete from "{}"'):
                statement = f"{sql.format(table)} where hospital_id = %s"
                if not refusal(statement, south.pk) and run(statement, south.pk)[0] != 0:
                    reached.append(statement)
            moved = f'update "{table}" set hospital_id = %s where hospital_id = %s'
            if not refusal(moved, south.pk, north.pk):
                reached.append(moved)
    assert reached == []


def test_no_rows_are_visible_outside_every_hospital(both: tuple[Hospital, Hospital]) -> None:
    from hospital_crm.tenancy.scope import no_hospital_scope

    with no_hospital_scope():
        assert {table: run(f'select count(*) from "{table}"')[1][0][0] for table in TABLES} == dict.fromkeys(TABLES, 0)


def test_every_reference_to_a_row_of_south_is_refused(both: tuple[Hospital, Hospital]) -> None:
    """As the owner, whom no policy binds: it is the key that refuses."""
    north, south = both
    assert {key: answer_of_key(key, north, south) for key in expected_keys()} == dict.fromkeys(expected_keys(), "23503")


def answer_of_key(key: CompositeKey, north: Hospital, south: Hospital) -> str:
    """What a row of North answers when it is made to refer to one of South; all else that could refuse is off."""
    foreign = run(f'select id from "{key.target}" where hospital_id = %s limit 1', south.pk)[1][0][0]
    own = run(f'select id from "{key.table}" where hospital_id = %s limit 1', north.pk)[1][0][0]
    with transaction.atomic():
        for name in other_triggers(key.table):
            run(f'alter table "{key.table}" disable trigger "{name}"')
        for name in check_constraints(key.table):
            run(f'alter table "{key.table}" drop constraint "{name}"')
        code = refusal(f'update "{key.table}" set "{key.column}" = %s where id = %s', foreign, own)
        transaction.set_rollback(True)
    return code


def other_triggers(table: str) -> list[str]:
    """The triggers that keep no key."""
    sql = "select tgname from pg_trigger where tgrelid = %s::regclass and not tgisinternal and tgname !~ '^key_'"
    return [name for (name,) in run(sql, table)[1]]


def check_constraints(table: str) -> list[str]:
    """What else could refuse first: the walk is about the key alone."""
    sql = "select conname from pg_constraint where conrelid = %s::regclass and contype in ('c', 'x')"
    return [name for (name,) in run(sql, table)[1]]


def test_every_reference_between_tables_of_a_hospital_is_a_composite_key() -> None:
    assert checks.tenant_relations() == []
    assert len(expected_keys()) > 40


def test_what_is_written_once_cannot_be_changed_or_taken(both: tuple[Hospital, Hospital]) -> None:
    attempts = ('update "{}" set id = id', 'delete from "{}"', 'truncate "{}"')
    with hospital_scope(both[0]):
        answers = {table: [refusal(sql.format(table)) for sql in attempts] for table in APPEND_ONLY}
    assert answers == dict.fromkeys(APPEND_ONLY, ["42501"] * 3)


def test_walk_sees_a_table_whose_wall_is_missing(both: tuple[Hospital, Hospital]) -> None:
    """The walk itself, against a planted hole."""
    run('alter table "accounts_ward" disable row level security')
    with pytest.raises(AssertionError):
        test_rows_of_south_are_invisible_from_north_in_every_table(both)


def test_walk_sees_a_key_that_is_missing(both: tuple[Hospital, Hospital]) -> None:
    """The walk itself, against a planted hole."""
    name = run("select conname from pg_constraint where conrelid = 'accounts_ward'::regclass and conname like '%%hfk'")
    for (constraint,) in name[1]:
        run(f'alter table "accounts_ward" drop constraint "{constraint}"')
    with pytest.raises(AssertionError):
        test_every_reference_to_a_row_of_south_is_refused(both)
