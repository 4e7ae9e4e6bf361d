"""Keys checked once per statement refuse what foreign keys refuse, at the statement, also between two connections."""

import threading
import time
from collections.abc import Callable

import pytest
from django.db import IntegrityError, connection, transaction

from accounts.models import Hospital, Ward
from followups.models import FollowUpOrder
from hospital_crm.tenancy import checks, walls
from hospital_crm.tenancy.scope import hospital_scope
from tests.accounts.factories import WardFactory
from tests.followups.factories import FollowUpOrderFactory

pytestmark = [pytest.mark.tenancy, pytest.mark.django_db]

WARD = walls.CompositeKey("followups_followuporder", "ward_id", "accounts_ward")


def run(sql: str, *params: object) -> list[tuple]:
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        return cursor.fetchall() if cursor.description else []


def refusal(sql: str, *params: object) -> str:
    """The SQLSTATE of the refusal, or ""."""
    try:
        with transaction.atomic():
            run(sql, *params)
    except IntegrityError as error:
        return error.__cause__.pgcode
    return ""


def triggers_of_ward() -> list[tuple[str, str]]:
    return run(
        "select tgrelid::regclass::text, tgname from pg_trigger where tgname ~ '^key_[0-9a-f]+_ward_id_' order by 2"
    )


def test_wards_of_orders_are_kept_by_four_triggers_and_no_foreign_key(db):
    with connection.cursor() as cursor:
        assert WARD not in walls.existing_keys(cursor)
    assert [(table, name[21:]) for table, name in triggers_of_ward()] == [
        ("followups_followuporder", "changed"),
        ("accounts_ward", "deleted"),
        ("accounts_ward", "moved"),
        ("followups_followuporder", "written"),
    ]


COLUMNS = "hospital_id, run_id, step_id, patient_id, tier, channel, state"
REST = "earliest_on, due_on, latest_on, public_id, is_duty_list, state_reason, version, attempts_count, last_outcome"
MORE = "late_reason, note, next_step, has_finding, has_dissatisfaction, escalation_level, assignee_role"
COPIES = (
    f"insert into followups_followuporder (occurrence, ward_id, {COLUMNS}, {REST}, {MORE})"
    f" select n, case n when 7 then %s::bigint else ward_id end, {COLUMNS},"
    f" {REST.replace('public_id', 'gen_random_uuid()')}, {MORE}"
    " from followups_followuporder, generate_series(2, %s) n where id = %s"
)
FEW, MANY = 9, 300
DELETE = "delete from accounts_ward where id = %s"


@pytest.mark.parametrize("last", [FEW, MANY])
def test_one_bad_row_among_others_is_refused(in_north, last):
    order, ward = FollowUpOrderFactory(), WardFactory()
    assert refusal(COPIES, ward.pk + 1000, last, order.pk) == "23503"
    assert refusal(COPIES, ward.pk, last, order.pk) == ""


@pytest.mark.parametrize(("last", "is_held"), [(FEW, True), (MANY, False)])
def test_few_rows_hold_what_they_refer_to_and_many_do_not_touch_it(in_north, last, is_held):
    order, ward = FollowUpOrderFactory(), WardFactory()
    run(COPIES, ward.pk, last, order.pk)
    assert run("select xmax <> 0 from accounts_ward where id = %s", ward.pk) == [(is_held,)]


def test_row_of_another_hospital_is_refused_to_owner_and_serving_role(north, south):
    with hospital_scope(south):
        foreign = WardFactory()
    with hospital_scope(north):
        order = FollowUpOrderFactory()
        assert refusal("update followups_followuporder set ward_id = %s where id = %s", foreign.pk, order.pk) == "23503"
    assert refusal("update followups_followuporder set ward_id = %s where id = %s", foreign.pk, order.pk) == "23503"
    assert refusal("update followups_followuporder set hospital_id = %s where id = %s", south.pk, order.pk) == "23503"


def test_what_is_referred_to_can_neither_be_deleted_nor_moved(north, south):
    with hospital_scope(north):
        ward = WardFactory()
        order = FollowUpOrderFactory(ward=ward)
    assert refusal("delete from accounts_ward where id = %s", ward.pk) == "23503"
    assert refusal("update accounts_ward set id = 999999 where id = %s", ward.pk) == "23503"
    with hospital_scope(north):
        FollowUpOrder.objects.filter(pk=order.pk).update(ward=None)
    assert refusal("delete from accounts_ward where id = %s", ward.pk) == ""


def test_check_names_a_key_whose_trigger_is_gone_or_off_and_the_hook_brings_it_back(db):
    lost = [("tenancy.E004", "no composite key followups_followuporder.ward_id")]
    for table, name in triggers_of_ward():
        for harm in (f'drop trigger "{name}" on {table}', f'alter table {table} disable trigger "{name}"'):
            run(harm)
            assert checks.wall_problems() == lost
            walls.raise_walls()
            assert checks.wall_problems() == []


@pytest.mark.races
@pytest.mark.django_db(transaction=True)
def test_deletion_waits_for_the_row_that_refers_and_is_refused(north: Hospital) -> None:
    with hospital_scope(north):
        ward, order = WardFactory(), FollowUpOrderFactory()
    refused_after(north, lambda: FollowUpOrder.objects.filter(pk=order.pk).update(ward=ward), DELETE, ward.pk)


@pytest.mark.races
@pytest.mark.django_db(transaction=True)
def test_reference_waits_for_the_deletion_and_is_refused(north: Hospital) -> None:
    with hospital_scope(north):
        ward, order = WardFactory(), FollowUpOrderFactory()
    refer = "update followups_followuporder set ward_id = %s where id = %s"
    refused_after(north, lambda: Ward.objects.filter(pk=ward.pk).delete(), refer, ward.pk, order.pk)


@pytest.mark.races
@pytest.mark.django_db(transaction=True)
def test_deletion_waits_for_many_rows_that_refer_and_is_refused(north: Hospital) -> None:
    with hospital_scope(north):
        ward, order = WardFactory(), FollowUpOrderFactory()
    refused_after(north, lambda: run(COPIES, ward.pk, MANY, order.pk), DELETE, ward.pk)


@pytest.mark.races
@pytest.mark.django_db(transaction=True)
def test_many_rows_that_refer_wait_for_the_deletion_and_are_refused(north: Hospital) -> None:
    with hospital_scope(north):
        ward, order = WardFactory(), FollowUpOrderFactory()
    refused_after(north, lambda: Ward.objects.filter(pk=ward.pk).delete(), COPIES, ward.pk, MANY, order.pk)


def refused_after(hospital: Hospital, first: Callable[[], object], sql: str, *params: object) -> None:
    """A statement over a connection of its own waits for the transaction that does `first`, then is refused."""
    answers: list[str] = []

    def second() -> None:
        try:
            with hospital_scope(hospital):
                answers.append(refusal(sql, *params))
        finally:
            connection.close()

    thread = threading.Thread(target=second)
    with hospital_scope(hospital):
        first()
        thread.start()
        time.sleep(0.5)
        assert answers == []
    thread.join(20)
    assert answers == ["23503"]
