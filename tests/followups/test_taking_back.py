"""What was sent or decided by mistake is taken back: the result is a draft again, filing and returning are undone, and
of two at once one is told that the other was quicker.
"""

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from accounts.actors import Actor
from accounts.models import AccessLog, AuditEvent, Hospital
from followups.domain import dispatch, figures, red_flags, refusals, result_drafts, reviews, worklists
from followups.domain.execution import save_draft
from followups.domain.taking_back import take_back_result, undo_review
from followups.models import Attempt, FollowUpOrder, FollowUpRun, Review
from hospital_crm.tenancy.scope import hospital_scope
from messaging.models import Message
from tests.accounts.factories import DepartmentFactory
from tests.cast import Cast, MountedClient, actor_of
from tests.followups.calling import DAY, MORNING, call
from tests.followups.factories import DissatisfactionFactory, ReviewFactory
from tests.followups.scene import order_of, submitted_of
from tests.followups.test_races import in_scope, together

ActorOf = Callable[[str], Actor]
HOUR = dt.timedelta(hours=1)
MARCH = figures.Period(dt.date(2026, 3, 1), dt.date(2026, 3, 31))


def taken_back(order: FollowUpOrder, actor: Actor, at: dt.datetime = MORNING + HOUR) -> FollowUpOrder:
    return take_back_result(order=order, actor=actor, now=at)


def done_today(actor: Actor) -> dict[str, int]:
    return worklists.workbench_counts(actor, today=MORNING.date())[1]


def test_a_sent_result_is_the_draft_of_its_sender_again(order: FollowUpOrder, nurse: Actor) -> None:
    call(order, nurse, "completed", note="恢复好", next_step="none")
    assert (figures.totals(MARCH).effective, done_today(nurse)["effective"]) == (1, 1)
    back = taken_back(order, nurse)
    assert (back.state, back.submitted_at, back.submitted_by, back.completed_at) == ("attempted", None, None, None)
    kept = result_drafts.own(back, nurse)
    assert (kept["outcome"], kept["note"], kept["has_finding"], kept["next_step"]) == (
        "completed",
        "恢复好",
        "0",
        "none",
    )
    assert (figures.totals(MARCH).effective, done_today(nurse)["effective"], Attempt.objects.count()) == (0, 0, 1)
    assert list(Review.objects.values_list("kind", "verdict", "reviewer__name")) == [("sender", "recalled", "李护士")]
    assert AuditEvent.objects.filter(verb="followups.result.take_back").count() == 1


def test_what_is_sent_next_on_that_day_is_of_the_same_call(order: FollowUpOrder, nurse: Actor) -> None:
    call(order, nurse, "completed", note="恢复好")
    taken_back(order, nurse)
    call(order, nurse, "completed_family", note="女儿接听", at=MORNING + 2 * HOUR)
    order.refresh_from_db()
    assert (order.state, order.attempts_count, order.note) == ("submitted", 1, "女儿接听")
    assert [one.second_call for one in Attempt.objects.all()] == ["", ""]
    assert (figures.totals(MARCH).effective, done_today(nurse)) == (1, {"calls": 1, "reached": 1, "effective": 1})


def test_on_another_day_it_is_another_call(order: FollowUpOrder, nurse: Actor) -> None:
    call(order, nurse, "completed")
    taken_back(order, nurse)
    call(order, nurse, "completed", at=MORNING + DAY)
    order.refresh_from_db()
    assert order.attempts_count == 2


def test_a_result_that_was_nobody_s_leaves_nobody_reached(order: FollowUpOrder, nurse: Actor) -> None:
    call(order, nurse, "completed")
    assert taken_back(order, nurse).reached_at is None
    call(order, nurse, "no_answer", at=MORNING + HOUR)
    order.refresh_from_db()
    assert (order.state, order.attempts_count, order.reached_at) == ("attempted", 1, None)


def test_who_was_told_of_a_red_flag_hears_that_it_was_taken_back(
    order: FollowUpOrder, nurse: Actor, cast: Cast
) -> None:
    FollowUpOrder.objects.update(attending=cast.chen)
    call(order, nurse, "completed", has_finding=True, note="切口渗液")
    back = taken_back(order, nurse)
    assert (back.has_finding, back.finding_at, result_drafts.own(back, nurse)["has_finding"]) == (False, None, "1")
    told = Message.objects.filter(purpose="followups.red_flag", channel="bell", staff=cast.chen).order_by("pk")
    assert list(told.values_list("template", flat=True)) == ["followups.red_flag", "followups.flag_taken_back"]
    call(order, nurse, "completed", has_finding=True, note="切口渗液", at=MORNING + 2 * HOUR)
    assert told.count() == 3


def test_a_result_that_was_returned_before_is_returned_again_and_keeps_its_first_day(
    order: FollowUpOrder, nurse: Actor, actor: ActorOf
) -> None:
    call(order, nurse, "completed")
    reviews.return_result(order=order, reason="未问伤口", actor=actor("centre_manager"), now=MORNING + HOUR)
    call(order, nurse, "completed", at=MORNING + DAY)
    back = taken_back(order, nurse, MORNING + DAY + HOUR)
    assert (back.state, back.completed_at, back.reached_at) == ("returned", MORNING, MORNING)


def test_a_run_that_ended_with_it_goes_on(order: FollowUpOrder, nurse: Actor) -> None:
    FollowUpOrder.objects.exclude(pk=order.pk).update(state="void")
    call(order, nurse, "completed")
    FollowUpRun.objects.update(state="closed", closed_reason="finished", closed_at=MORNING)
    taken_back(order, nurse)
    assert FollowUpRun.objects.get().state == "open"


def test_nobody_else_takes_it_back_and_nothing_that_was_reviewed(
    order: FollowUpOrder, nurse: Actor, actor: ActorOf
) -> None:
    call(order, nurse, "completed")
    with pytest.raises(refusals.NotYourOrder):
        taken_back(order, actor("physician"))
    with pytest.raises(refusals.OrderChanged):
        take_back_result(order=order, actor=nurse, now=MORNING, version=0)
    reviews.file_result(order=order, actor=actor("centre_manager"), now=MORNING)
    with pytest.raises(refusals.NotToBeReviewed):
        taken_back(order, nurse)


@pytest.mark.parametrize("what", ["drawn", "heard"])
def test_not_what_the_sample_drew_nor_what_somebody_settles(order: FollowUpOrder, nurse: Actor, what: str) -> None:
    call(order, nurse, "completed")
    if what == "drawn":
        month = MORNING.date().replace(day=1)
        ReviewFactory(order=order, kind="sample", verdict="pending", reviewer=None, sample_month=month)
    else:
        DissatisfactionFactory(order=order, department=DepartmentFactory(), heard_at=MORNING)
    with pytest.raises(refusals.SomethingFollowed):
        taken_back(order, nurse)


def undone(order: FollowUpOrder, actor: Actor, at: dt.datetime = MORNING + HOUR) -> FollowUpOrder:
    return undo_review(order=order, reason=" 点错 ", actor=actor, now=at)


def test_the_centre_undoes_filing_with_a_reason(order: FollowUpOrder, nurse: Actor, actor: ActorOf) -> None:
    manager = actor("centre_manager")
    call(order, nurse, "completed")
    with pytest.raises(refusals.NotFiledNorReturned):
        undone(order, manager)
    reviews.file_result(order=order, actor=manager, now=MORNING)
    with pytest.raises(refusals.ReasonMissing):
        undo_review(order=order, reason=" ", actor=manager, now=MORNING)
    with pytest.raises(refusals.NotAllowed):
        undone(order, actor("department_head"))
    again = undone(order, manager)
    assert (again.state, again.closed_at) == ("submitted", None)
    last = Review.objects.latest("pk")
    assert (last.verdict, last.reason, last.reviewer) == ("undone", "点错", manager.staff)
    assert AuditEvent.objects.get(verb="followups.review.undo").before == {"state": "filed"}
    assert reviews.file_result(order=order, actor=manager, now=MORNING + HOUR).state == "filed"


def test_the_centre_undoes_a_return_that_nobody_has_begun_to_redo(
    order: FollowUpOrder, nurse: Actor, actor: ActorOf
) -> None:
    manager = actor("centre_manager")
    FollowUpOrder.objects.exclude(pk=order.pk).update(state="void")
    call(order, nurse, "completed")
    reviews.return_result(order=order, reason="未问伤口", actor=manager, now=MORNING + HOUR)
    assert FollowUpRun.objects.get().state == "open"
    again = undone(order, manager, MORNING + 2 * HOUR)
    assert (again.state, again.returned_at, again.submitted_at) == ("submitted", None, MORNING)
    reviews.return_result(order=order, reason="未问伤口", actor=manager, now=MORNING + 3 * HOUR)
    save_draft(order=order, draft={"note": "再问"}, actor=nurse, now=MORNING + 4 * HOUR)
    with pytest.raises(refusals.SomethingFollowed):
        undone(order, manager, MORNING + 5 * HOUR)


@pytest.mark.parametrize("is_moved", [False, True])
def test_who_was_told_of_a_return_hears_that_it_was_undone(
    order: FollowUpOrder, nurse: Actor, cast: Cast, actor: ActorOf, is_moved: bool
) -> None:
    manager = actor("centre_manager")
    call(order, nurse, "completed")
    reviews.return_result(order=order, reason="未问伤口", actor=manager, now=MORNING + HOUR)
    if is_moved:
        order.refresh_from_db()
        dispatch.reassign(orders=[order], to=cast.zhou, reason="休息", actor=manager, now=MORNING + HOUR + HOUR / 2)
    undone(order, manager, MORNING + 2 * HOUR)
    told = Message.objects.filter(purpose="followups.returned").order_by("pk").values_list("staff", "template")
    first = [(nurse.staff.pk, "followups.returned"), (nurse.staff.pk, "followups.return_undone")]
    assert sorted(told) == sorted(first + [(cast.zhou.pk, "followups.return_undone")] * is_moved)


def test_nobody_undoes_what_was_decided_on_the_own_result(in_north: Hospital, cast: Cast, actor: ActorOf) -> None:
    filed = submitted_of(cast, cast.qian, state="filed")
    with pytest.raises(reviews.OwnResult):
        undone(filed, actor("centre_manager"), timezone.now())


def test_the_pages_offer_it_to_whom_it_belongs(
    north: Hospital, cast: Cast, client_as: Callable[[str], MountedClient]
) -> None:
    with hospital_scope(north):
        order = order_of(cast, cast.chen)
        call(order, actor_of(cast.chen), "completed", at=timezone.now(), note="恢复好")
    sender, manager = client_as("physician"), client_as("centre_manager")
    page, back, undo = (
        sender.url(f"followups:{name}", order.public_id) for name in ("order", "take-back", "undo-review")
    )
    assert [back in one.get(page).content.decode() for one in (sender, manager)] == [True, False]
    assert (sender.get(back).status_code, manager.get(back).status_code, manager.get(undo).status_code) == (
        200,
        404,
        404,
    )
    answer = sender.post(back, follow=True)
    assert "已撤回，提交的内容已转为草稿。" in answer.content.decode()
    assert "恢复好" in answer.content.decode() and 'id="second_call"' not in answer.content.decode()
    assert sender.post(back).status_code == 302
    with hospital_scope(north):
        call(order, actor_of(cast.chen), "completed", at=timezone.now())
        reviews.file_result(order=order, actor=actor_of(cast.qian), now=timezone.now())
    assert [undo in one.get(page).content.decode() for one in (sender, manager)] == [False, True]
    assert sender.get(undo).status_code == 403
    with connection.cursor() as cursor:
        cursor.execute("update accounts_accesslog set at = at - interval '1 hour'")
    with hospital_scope(north):
        seen = AccessLog.objects.filter(patient_id=order.patient_id)
        before = seen.count()
    assert manager.get(undo).status_code == 200
    with hospital_scope(north):
        assert seen.all().count() == before + 1, "the page of the question names the person"
    assert manager.post(undo, {"confirmed": "1"}).status_code == 422
    assert manager.post(undo, {"confirmed": "1", "reason": "点错"}).status_code == 302
    with hospital_scope(north):
        order.refresh_from_db()
        assert order.state == "submitted"


@pytest.mark.races
@pytest.mark.django_db(transaction=True)
def test_filing_and_taking_back_at_once_have_one_outcome(north: Hospital, cast: Cast) -> None:
    sender, manager = actor_of(cast.chen), actor_of(cast.qian)
    with hospital_scope(north):
        order = order_of(cast, cast.chen)
        call(order, sender, "completed", at=timezone.now())
    now = timezone.now()
    answers: list[Any] = together(
        in_scope(north, lambda: take_back_result(order=order, actor=sender, now=now)),
        in_scope(north, lambda: reviews.file_result(order=order, actor=manager, now=now)),
    )
    names = [type(answer).__name__ for answer in answers]
    assert names in (["FollowUpOrder", "NotToBeReviewed"], ["NotToBeReviewed", "FollowUpOrder"])
    with hospital_scope(north):
        order.refresh_from_db()
        assert order.state == ("attempted" if names[0] == "FollowUpOrder" else "filed")
        assert Review.objects.filter(order=order).count() == 1


def test_an_earlier_red_flag_stands_when_a_later_one_is_taken_back(
    order: FollowUpOrder, nurse: Actor, cast: Cast
) -> None:
    FollowUpOrder.objects.update(attending=cast.chen)
    call(order, nurse, "partly", has_finding=True, note="胸痛", agreed_at=MORNING + DAY)
    call(order, nurse, "completed", has_finding=True, note="仍胸痛", at=MORNING + DAY)
    for hours in (1, 3):
        back = taken_back(order, nurse, MORNING + DAY + hours * HOUR)
        assert (back.has_finding, back.finding_at, result_drafts.own(back, nurse)["has_finding"]) == (
            True,
            MORNING,
            "1",
        )
        assert red_flags.acts_on_flag(actor_of(cast.chen), back, now=MORNING + DAY + hours * HOUR)
        call(order, nurse, "completed", has_finding=True, note="仍胸痛", at=MORNING + DAY + (hours + 1) * HOUR)


def test_the_red_flag_of_a_result_that_was_taken_back_does_not_come_again(order: FollowUpOrder, nurse: Actor) -> None:
    call(order, nurse, "completed", has_finding=True)
    taken_back(order, nurse)
    call(order, nurse, "completed", has_finding=True, at=MORNING + 2 * HOUR)
    back = taken_back(order, nurse, MORNING + 3 * HOUR)
    assert (back.has_finding, back.finding_at) == (False, None)


@pytest.mark.parametrize("is_content", [True, False])
def test_not_a_result_that_says_of_an_earlier_matter_whether_it_is_settled(
    order: FollowUpOrder, nurse: Actor, is_content: bool
) -> None:
    earlier = DissatisfactionFactory(order=order, department=DepartmentFactory(), heard_at=MORNING - DAY)
    call(order, nurse, "completed", asked={earlier.public_id: is_content})
    with pytest.raises(refusals.SomethingFollowed):
        taken_back(order, nurse)
