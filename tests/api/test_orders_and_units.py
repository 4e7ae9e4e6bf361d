"""Follow-up orders and units for programs."""

import datetime as dt
import uuid
from collections.abc import Callable

import pytest

from accounts.models import Hospital
from followups.models import Attempt, FollowUpOrder
from hospital_crm.tenancy.scope import hospital_scope
from patients.contact_api import contact_id
from patients.models import ContactPoint, Patient
from tests.api.systems import System, token_of
from tests.api.test_people import seen
from tests.cast import Cast
from tests.followups.scene import order_of, submitted_of
from tests.groups.factories import GroupCustomerFactory, GroupMemberFactory
from tests.patients.factories import ContactPointFactory, PatientFactory

pytestmark = pytest.mark.django_db
Systems = Callable[..., System]
DONE = {"outcome": "completed", "has_finding": False}


@pytest.fixture
def order(north: Hospital, cast: Cast) -> FollowUpOrder:
    """An order that Dr Chen holds."""
    with hospital_scope(north):
        made = order_of(cast, cast.chen, attending=cast.chen)
        Patient.objects.filter(pk=made.patient_id).update(name="谢建平", phone="13800005678")
        return made


def test_orders_are_open_ones_masked_and_on_record(north: Hospital, order: FollowUpOrder, system: Systems) -> None:
    (row,) = system().get("orders/").json()["results"]
    assert (row["id"], row["name"], row["phone"], row["assignee"]) == (
        *(str(order.public_id), "谢*平", "138****5678", "陈医师"),
    )
    assert seen(north) == [("list", order.patient_id, "api", "", "总机: 电话系统对接")]


def test_orders_are_found_by_state_department_and_due_day(
    north: Hospital, cast: Cast, order: FollowUpOrder, system: Systems
) -> None:
    with hospital_scope(north):
        sent = submitted_of(cast, cast.chen, run=order.run, occurrence=2)
    caller, day = system(), order.due_on

    def found(query: str) -> set[str]:
        return {row["id"] for row in caller.get(f"orders/?{query}").json()["results"]}

    both = {str(order.public_id), str(sent.public_id)}
    assert found("") == both
    assert found("state=submitted") == {str(sent.public_id)}
    assert found("department=心内科") == both
    assert found(f"due_from={day}&due_until={day}") <= both
    assert found(f"due_from={day + dt.timedelta(days=60)}&due_until={day + dt.timedelta(days=70)}") == set()
    for bad in (
        "state=void",
        "department=没有",
        f"due_from={day}",
        f"due_from={day}&due_until={day.replace(year=2090)}",
    ):
        assert caller.get(f"orders/?{bad}").status_code == 400, bad


def test_order_of_another_physician_is_not_found(
    north: Hospital, cast: Cast, order: FollowUpOrder, system: Systems
) -> None:
    other = System(north, token_of(cast.xu, "physician", ["orders.read"])[1])
    assert system("physician", "orders.read").get(f"orders/{order.public_id}/").json()["id"] == str(order.public_id)
    assert other.get(f"orders/{order.public_id}/").status_code == 404


def test_result_is_recorded_once_in_the_name_of_who_holds_the_order(
    north: Hospital, cast: Cast, order: FollowUpOrder, system: Systems
) -> None:
    caller = system("physician", "orders.read", "orders.write")
    (row,) = caller.get("orders/mine/").json()["results"]
    started = caller.post(f"orders/{order.public_id}/start/")
    assert (started.status_code, started.json()["state"]) == (200, "in_progress")
    body = DONE | {"version": started.json()["version"], "key": str(uuid.uuid4())}
    assert row["id"] == str(order.public_id)
    stale = caller.post(f"orders/{order.public_id}/results/", {**body, "version": row["version"]})
    assert (stale.status_code, stale.json()["code"]) == (409, "conflict")
    answers = [caller.post(f"orders/{order.public_id}/results/", body) for _time in range(2)]
    assert [(one.status_code, one.json()["state"]) for one in answers] == [(201, "submitted")] * 2
    with hospital_scope(north):
        assert [attempt.staff_id for attempt in Attempt.objects.all()] == [cast.chen.pk]


def test_satisfaction_is_sent_where_the_order_asks_it(north: Hospital, cast: Cast, system: Systems) -> None:
    with hospital_scope(north):
        asking, other = order_of(cast, cast.chen, step__asks_satisfaction=True), order_of(cast, cast.chen)
    caller = system("physician", "orders.read", "orders.write")

    def send(order: FollowUpOrder, **more: object) -> int:
        told = caller.get(f"orders/{order.public_id}/").json()
        assert told["asks_satisfaction"] is (order == asking)
        body = DONE | {"version": told["version"], "key": str(uuid.uuid4()), **more}
        return caller.post(f"orders/{order.public_id}/results/", body).status_code

    assert [send(asking), send(asking, satisfaction=6), send(asking, satisfaction=2)] == [422, 400, 422]
    assert send(asking, satisfaction=2, dissatisfaction={"cause": "cost"}) == 201
    assert [send(other, satisfaction=5), send(other)] == [422, 201]
    with hospital_scope(north):
        assert set(FollowUpOrder.objects.values_list("satisfaction", "state")) == {
            (2, "submitted"),
            (None, "submitted"),
        }


@pytest.mark.parametrize(
    ("language", "words"), [("zh-hans", "选择有无异常。"), ("en", "Choose whether something abnormal was heard.")]
)
def test_whether_something_is_abnormal_is_never_taken_for_granted(
    north: Hospital, order: FollowUpOrder, system: Systems, language: str, words: str
) -> None:
    caller, path = system("physician", "orders.read", "orders.write"), f"orders/{order.public_id}/results/"
    body = {"outcome": "completed", "version": order.version, "key": str(uuid.uuid4())}
    for unsaid in ({}, {"has_finding": None}):
        refused = caller.post(path, body | unsaid, **{"Accept-Language": language})
        assert (refused.status_code, refused.json()["errors"]) == (400, [{"field": "has_finding", "detail": words}])
    with hospital_scope(north):
        FollowUpOrder.objects.update(tier="A")  # who may be called twice a day
    assert caller.post(path, body | {"outcome": "busy"}).status_code == 201
    with hospital_scope(north):
        version = FollowUpOrder.objects.values_list("version", flat=True).get()
    said = body | {"has_finding": True, "version": version, "key": str(uuid.uuid4())}
    assert caller.post(path, said).status_code == 422
    assert caller.post(path, said | {"note": "胸痛"}).status_code == 201
    with hospital_scope(north):
        assert FollowUpOrder.objects.values_list("has_finding", "state").get() == (True, "submitted")


def test_result_needs_its_scope_and_the_order_in_hand(order: FollowUpOrder, system: Systems) -> None:
    path = f"orders/{order.public_id}/results/"
    body = DONE | {"version": 0, "key": str(uuid.uuid4())}
    assert system("physician", "orders.read").post(path, body).status_code == 403
    refused = system("centre_manager").post(path, body)
    assert (refused.status_code, refused.json()["code"]) == (422, "refused")
    missing = system("physician").post(path, {"outcome": "completed"})
    assert {one["field"] for one in missing.json()["errors"]} == {"key", "version"}


def test_units_and_members_are_those_the_role_sees(north: Hospital, cast: Cast, system: Systems) -> None:
    with hospital_scope(north):
        unit = GroupCustomerFactory(name="东方机械厂", owner=cast.tang)
        other = GroupCustomerFactory(name="西区中学", owner=None)
        member = GroupMemberFactory(group=unit, patient=PatientFactory(name="谢建平"), is_key_person=True)
        GroupMemberFactory(group=unit, left_on=dt.date(2026, 1, 1))
    caller = system("liaison", "groups.read")
    assert [row["name"] for row in caller.get("units/").json()["results"]] == ["东方机械厂"]
    assert caller.get(f"units/{other.public_id}/").status_code == 404
    assert caller.get(f"units/{unit.public_id}/").json()["member_count"] == 1
    (row,) = caller.get(f"units/{unit.public_id}/members/").json()["results"]
    assert (row["name"], row["is_key_person"]) == ("谢*平", True)
    assert [one[:2] for one in seen(north)] == [("list", member.patient_id)]
    assert [row["name"] for row in system().get("units/?name=西区").json()["results"]] == ["西区中学"]


@pytest.mark.parametrize("state", ["binned", "erased"])
def test_people_in_the_bin_are_told_through_no_order_and_counted_in_no_unit(
    north: Hospital, cast: Cast, order: FollowUpOrder, system: Systems, state: str
) -> None:
    with hospital_scope(north):
        unit = GroupCustomerFactory(owner=cast.tang)
        GroupMemberFactory(group=unit, patient=order.patient)
        GroupMemberFactory(group=unit)
        Patient.objects.filter(pk=order.patient_id).update(contact_state=state)
    caller, path = system("physician", "orders.read", "orders.write"), f"orders/{order.public_id}/"
    body = DONE | {"version": order.version, "key": str(uuid.uuid4())}
    assert caller.get(path).status_code == 404
    assert caller.post(f"{path}start/").status_code == 404
    assert caller.post(f"{path}results/", body).status_code == 404
    units = system("centre_manager", "groups.read")
    assert units.get(f"units/{unit.public_id}/").json()["member_count"] == 1
    assert [row["member_count"] for row in units.get("units/").json()["results"]] == [1]


def test_what_another_did_is_a_conflict_and_a_rule_a_refusal(
    north: Hospital, order: FollowUpOrder, system: Systems
) -> None:
    caller, path = system("physician", "orders.read", "orders.write"), f"orders/{order.public_id}"
    body = DONE | {"version": order.version, "key": str(uuid.uuid4())}
    with hospital_scope(north):
        Patient.objects.filter(pk=order.patient_id).update(contact_state="stopped")
    answers = caller.post(f"{path}/start/"), caller.post(f"{path}/results/", body)
    assert [(one.status_code, one.json()["code"]) for one in answers] == [(422, "refused")] * 2
    with hospital_scope(north):
        Patient.objects.filter(pk=order.patient_id).update(contact_state="open")
        FollowUpOrder.objects.filter(pk=order.pk).update(state="submitted")
    answers = caller.post(f"{path}/start/"), caller.post(f"{path}/results/", body)
    assert [(one.status_code, one.json()["code"]) for one in answers] == [(409, "conflict")] * 2


def test_fault_of_a_number_is_noted_at_the_number_that_was_called(
    north: Hospital, order: FollowUpOrder, system: Systems
) -> None:
    with hospital_scope(north):
        first = ContactPoint.objects.get(patient=order.patient_id)
        second = ContactPointFactory(patient=order.patient, value="13800005671", value_reversed="17650000831", rank=2)
        foreign = ContactPointFactory()
    caller, path = system("physician", "orders.read", "orders.write"), f"orders/{order.public_id}/results/"
    body = {"outcome": "no_such_number", "version": order.version, "key": str(uuid.uuid4())}
    assert caller.post(path, body).status_code == 422
    assert caller.post(path, {**body, "contact_point": contact_id(foreign)}).status_code == 422
    assert caller.post(path, {**body, "contact_point": contact_id(second)}).status_code == 201
    with hospital_scope(north):
        states = ContactPoint.objects.filter(pk__in=[first.pk, second.pk]).order_by("rank")
        assert list(states.values_list("number_state", flat=True)) == [first.number_state, "dead"]
