"""Two of the service centre never call one person at the same time."""

import datetime as dt
import uuid

import pytest
from django.utils import timezone

from accounts.models import Hospital, StaffMember
from followups.domain import dispatch, refusals
from followups.domain.handing import hand_over_one
from followups.models import Attempt, CallInHand, FollowUpOrder
from hospital_crm.tenancy.scope import hospital_scope
from patients.models import ContactPoint
from tests.api.systems import System, token_of
from tests.cast import Cast, MountedClient, Part, actor_of, client_of, hire
from tests.followups.scene import order_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def wu(north: Hospital, cast: Cast) -> StaffMember:
    """A second agent."""
    with hospital_scope(north):
        return hire("wu.north", Part("吴客服", ("agent",)))


@pytest.fixture
def pooled(cast: Cast) -> FollowUpOrder:
    """An order of the pool that may be called now."""
    return order_of(cast, assignee_role="centre", tier="A")


def text_of(client: MountedClient, order: FollowUpOrder) -> str:
    """The order opened on the workbench."""
    answer = client.get(f"followups/calls/?order={order.public_id}")
    assert answer.status_code == 200
    return answer.content.decode()


def number_of(order: FollowUpOrder) -> str:
    with hospital_scope(order.hospital):
        return ContactPoint.objects.get(patient_id=order.patient_id).value


def take(client: MountedClient, order: FollowUpOrder) -> None:
    answer = client.post(f"followups/orders/{order.public_id}/start/", {"origin": "workbench"})
    assert (answer.status_code, answer.url.endswith(f"?order={order.public_id}")) == (302, True)


def result(order: FollowUpOrder, outcome: str = "completed") -> dict:
    version = FollowUpOrder._base_manager.get(pk=order.pk).version
    sent = {"outcome": outcome, "has_finding": "0", "version": version, "origin": "workbench"}
    return {**sent, "idempotency_key": uuid.uuid4()}


def test_numbers_of_the_pool_are_shown_to_whoever_takes_the_call(
    pooled: FollowUpOrder, cast: Cast, wu: StaffMember
) -> None:
    sun, other, number = client_of(cast.sun), client_of(wu), number_of(pooled)
    assert number not in text_of(sun, pooled)
    take(sun, pooled)
    assert number in text_of(sun, pooled)
    seen = text_of(other, pooled)
    assert (number in seen, "孙客服" in seen) == (False, True)
    take(other, pooled)
    assert number not in text_of(other, pooled)
    with hospital_scope(pooled.hospital):
        assert CallInHand.objects.get().staff == cast.sun
        assert FollowUpOrder.objects.get(pk=pooled.pk).state == "in_progress"


def test_result_of_a_call_in_another_hand_is_refused_with_the_name(
    pooled: FollowUpOrder, cast: Cast, wu: StaffMember
) -> None:
    take(client_of(cast.sun), pooled)
    answer = client_of(wu).post(f"followups/orders/{pooled.public_id}/record/", result(pooled))
    assert (answer.status_code, "孙客服" in answer.content.decode()) == (409, True)
    assert client_of(cast.sun).post(f"followups/orders/{pooled.public_id}/record/", result(pooled)).status_code == 302
    with hospital_scope(pooled.hospital):
        assert FollowUpOrder.objects.get(pk=pooled.pk).state == "submitted"
        assert not CallInHand.objects.exists()


def test_after_half_an_hour_it_is_free_again(pooled: FollowUpOrder, cast: Cast, wu: StaffMember) -> None:
    take(client_of(cast.sun), pooled)
    with hospital_scope(pooled.hospital):
        CallInHand.objects.update(taken_at=timezone.now() - dt.timedelta(minutes=30, seconds=1))
    other = client_of(wu)
    take(other, pooled)
    assert number_of(pooled) in text_of(other, pooled)


def test_nobody_has_two_calls_in_hand(pooled: FollowUpOrder, cast: Cast, wu: StaffMember) -> None:
    second = order_of(cast, assignee_role="centre", tier="A")
    sun = client_of(cast.sun)
    take(sun, pooled)
    take(sun, second)
    take(client_of(wu), pooled)
    with hospital_scope(pooled.hospital):
        found = CallInHand.objects.values_list("order_id", "staff__name")
        assert set(found) == {(second.pk, "孙客服"), (pooled.pk, "吴客服")}


def test_sending_a_result_takes_the_next_call_that_nobody_has(
    pooled: FollowUpOrder, cast: Cast, wu: StaffMember
) -> None:
    taken, free = (order_of(cast, assignee_role="centre", tier="A", days=days) for days in (2, 3))
    take(client_of(wu), taken)
    sun = client_of(cast.sun)
    take(sun, pooled)
    answer = sun.post(f"followups/orders/{pooled.public_id}/record/", result(pooled))
    assert answer.url.endswith(f"?order={free.public_id}")
    with hospital_scope(pooled.hospital):
        assert CallInHand.objects.get(staff=cast.sun).order == free


def test_the_record_of_the_person_shows_no_number_before_the_call_is_taken(pooled: FollowUpOrder, cast: Cast) -> None:
    sun, path, number = client_of(cast.sun), f"patients/{pooled.patient.public_id}/panels/reach/", number_of(pooled)
    assert number not in sun.get(path).content.decode()
    take(sun, pooled)
    assert number in sun.get(path).content.decode()


def test_a_program_is_told_who_calls(pooled: FollowUpOrder, wu: StaffMember, cast: Cast) -> None:
    sun, other = (System(wu.hospital, token_of(one, "agent", ["orders.write"])[1]) for one in (cast.sun, wu))
    path = f"orders/{pooled.public_id}/start/"
    assert sun.post(path).status_code == 200
    refused = other.post(path)
    assert (refused.status_code, "孙客服" in refused.json()["detail"]) == (409, True)
    assert sun.get(path).status_code == 405


def test_a_call_in_hand_is_not_given_away_and_the_number_left_is_said(
    pooled: FollowUpOrder, cast: Cast, wu: StaffMember
) -> None:
    free = order_of(cast, assignee_role="centre", tier="B")
    take(client_of(cast.sun), pooled)
    sent = {
        "act": "reassign",
        "confirmed": "1",
        "to": cast.li.public_id,
        "reason": "出院病区回访",
        "back": "/north/followups/",
    }
    picked = f"{pooled.public_id},{free.public_id}"
    manager = client_of(cast.qian)
    body = manager.post("followups/act/", {**sent, "picked": picked}, follow=True).content.decode()
    assert "已改派1步 1步未动：正在通话" in body
    with hospital_scope(pooled.hospital):
        assert set(FollowUpOrder.objects.values_list("pk", "assignee")) == {(pooled.pk, None), (free.pk, cast.li.pk)}
    one = manager.post(f"followups/orders/{pooled.public_id}/hand-over/", sent)
    assert (one.status_code, "孙客服" in one.content.decode()) == (422, True)
    assert client_of(cast.sun).post(f"followups/orders/{pooled.public_id}/record/", result(pooled)).status_code == 302


def test_nobody_of_the_centre_hands_over_what_a_colleague_has_in_hand(
    pooled: FollowUpOrder, cast: Cast, wu: StaffMember
) -> None:
    take(client_of(cast.sun), pooled)
    with hospital_scope(pooled.hospital):
        now, given = timezone.now(), {"order": pooled, "to": cast.li, "reason": "转病区"}
        with pytest.raises(refusals.InAnotherHand):
            hand_over_one(**given, actor=actor_of(wu), now=now)
        hand_over_one(**given, actor=actor_of(cast.sun), now=now)
        assert (FollowUpOrder.objects.get(pk=pooled.pk).assignee, CallInHand.objects.count()) == (cast.li, 0)


def test_who_spoke_with_the_person_records_it_although_the_order_went_to_another_meanwhile(cast: Cast) -> None:
    order = order_of(cast, cast.li)
    sent = result(order)
    with hospital_scope(cast.hospital):
        now, manager = timezone.now(), actor_of(cast.qian)
        dispatch.reassign(orders=[order], to=cast.zhou, reason="均衡", actor=manager, now=now)
    unreached = client_of(cast.li).post(f"followups/orders/{order.public_id}/record/", {**sent, "outcome": "no_answer"})
    assert unreached.status_code == 409
    assert client_of(cast.li).post(f"followups/orders/{order.public_id}/record/", sent).status_code == 302
    with hospital_scope(cast.hospital):
        done = FollowUpOrder.objects.get(pk=order.pk)
        assert (done.state, done.submitted_by, done.assignee) == ("submitted", cast.li, cast.zhou)
        assert Attempt.objects.values_list("staff", flat=True).get() == cast.li.pk


def test_what_the_next_one_has_called_since_is_not_written_over(cast: Cast) -> None:
    order = order_of(cast, cast.li)
    sent = {**result(order), "note": "伤口干燥"}
    with hospital_scope(cast.hospital):
        now, manager = timezone.now(), actor_of(cast.qian)
        dispatch.reassign(orders=[order], to=cast.zhou, reason="均衡", actor=manager, now=now)
        FollowUpOrder.objects.filter(pk=order.pk).update(attempts_count=1, last_attempt_at=timezone.now())
    answer = client_of(cast.li).post(f"followups/orders/{order.public_id}/record/", sent)
    assert (answer.status_code, "伤口干燥" in answer.content.decode()) == (409, True)
    with hospital_scope(cast.hospital):
        assert not Attempt.objects.exists()
