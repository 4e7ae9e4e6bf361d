"""Working on orders: every outcome, what it means for order, person, number and run, and what is refused."""

import datetime as dt
import uuid
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.utils.translation import override

from accounts.actors import Actor
from accounts.models import AuditEvent, Department, Hospital
from followups.domain import closing, refusals
from followups.domain.dissatisfactions import Complaint, HandlingMissing, handle
from followups.domain.execution import Result, record_attempt, save_draft, start
from followups.domain.life import merge
from followups.models import Attempt, Dissatisfaction, FollowUpOrder, FollowUpRun, OrderState
from patients.domain.chronicle import open_stop
from patients.domain.life import confirm_death, report_death, withdraw_death
from patients.models import ContactPoint, ContactStop, Patient
from tests.accounts.factories import AbsenceFactory
from tests.cast import actor_of
from tests.followups.calling import DAY, MORNING, call
from tests.followups.factories import AttemptFactory
from tests.followups.test_planning import MONDAY, a_stay, planned


def test_completed_is_sent_for_review(order: FollowUpOrder, nurse: Actor) -> None:
    done = call(order, nurse, "completed", note=" 恢复好 ", next_step="medicine").order
    assert (done.state, done.attempts_count, done.last_outcome, done.note) == ("submitted", 1, "completed", "恢复好")
    assert (done.reached_at, done.completed_at, done.submitted_at) == (MORNING, MORNING, MORNING)
    assert (done.submitted_by, done.next_step, done.version, done.draft) == (nurse.staff, "medicine", 1, None)
    attempt = Attempt.objects.get()
    assert (attempt.on, attempt.day_part, attempt.is_reached, attempt.is_call) == (
        dt.date(2026, 3, 9),
        "morning",
        True,
        True,
    )
    assert attempt.answered_by == "patient"
    event = AuditEvent.objects.get(verb="followups.attempt.record")
    assert (event.staff_id, event.before, event.after) == (
        nurse.staff.pk,
        {"state": "dispatched", "attempts": 0},
        {"state": "submitted", "outcome": "completed"},
    )


def test_answered_by_family_is_said(order: FollowUpOrder, nurse: Actor) -> None:
    done = call(order, nurse, "completed_family").order
    assert (done.state, Attempt.objects.get().answered_by) == ("submitted", "family")


OUTCOMES = [
    ("refused_now", "refused", True),
    ("wrong_person", "attempted", True),
    ("no_answer", "attempted", False),
    ("busy", "attempted", False),
    ("switched_off", "attempted", False),
    ("suspended", "attempted", False),
    ("no_such_number", "attempted", False),
    ("blocked", "attempted", False),
    ("barrier", "attempted", False),
]


@pytest.mark.parametrize(("outcome", "state", "is_reached"), OUTCOMES)
def test_other_outcomes(order: FollowUpOrder, nurse: Actor, outcome: str, state: str, is_reached: bool) -> None:
    after = call(order, nurse, outcome).order
    assert (after.state, after.completed_at, Attempt.objects.get().is_reached) == (state, None, is_reached)
    assert FollowUpRun.objects.get().state == "open"


def test_an_agreed_time_is_kept_and_lies_ahead(order: FollowUpOrder, nurse: Actor) -> None:
    for agreed in (None, MORNING):
        with pytest.raises(refusals.AgreedTimeMissing):
            call(order, nurse, "partly", agreed_at=agreed)
    after = call(order, nurse, "partly", agreed_at=MORNING + dt.timedelta(hours=5)).order
    assert (after.state, after.agreed_at, after.reached_at) == (
        "attempted",
        MORNING + dt.timedelta(hours=5),
        MORNING,
    )
    assert call(order, nurse, "no_answer", at=MORNING + dt.timedelta(hours=5)).order.attempts_count == 2


def test_late_needs_its_reason_and_stays_late(order: FollowUpOrder, nurse: Actor) -> None:
    late = dt.datetime(2026, 3, 13, 1, 0, tzinfo=dt.UTC)  # 09:00 on the 13th
    with pytest.raises(refusals.LateReasonMissing):
        call(order, nurse, "completed", at=late)
    done = call(order, nurse, "completed", at=late, late_reason="患者外出").order
    assert (done.state, done.late_reason, done.completed_at) == ("submitted", "患者外出", late)
    not_late = dt.datetime(2026, 3, 12, 15, 59, tzinfo=dt.UTC)
    assert order.is_late(dt.date(2026, 3, 12)) is False
    assert not_late < late


@pytest.mark.parametrize(
    ("outcome", "state"),
    [("no_such_number", "dead"), ("suspended", "suspended"), ("wrong_person", "wrong"), ("completed", "ok")],
)
def test_a_number_is_flagged_by_what_it_answered(order: FollowUpOrder, nurse: Actor, outcome: str, state: str) -> None:
    call(order, nurse, outcome)
    assert ContactPoint.objects.get().number_state == state


def test_died_stops_everything_at_once_and_waits_for_the_second_person(
    order: FollowUpOrder, nurse: Actor, actor: Any
) -> None:
    after = call(order, nurse, "died", note="家属告知", deceased_on=dt.date(2026, 3, 5)).order
    patient = Patient.objects.get()
    assert (after.state, patient.contact_state, patient.deceased_on) == ("died", "deceased", dt.date(2026, 3, 5))
    assert (patient.death_reported_by, patient.death_awaits_confirmation) == (nurse.staff, True)
    assert set(FollowUpOrder.objects.values_list("state", flat=True)) == {"died"}
    assert (FollowUpRun.objects.get().state, FollowUpRun.objects.get().closed_reason) == ("closed", "died")
    confirm_death(patient, actor=actor("physician"), now=MORNING)
    with pytest.raises(refusals.PersonIsDead):
        call(order, nurse, "completed")
    with pytest.raises(refusals.PersonIsDead):
        start(order=order, actor=nurse, now=MORNING)


@pytest.mark.sql
def test_the_database_refuses_an_attempt_on_the_dead(order: FollowUpOrder, nurse: Actor) -> None:
    call(order, nurse, "died")
    with pytest.raises(IntegrityError, match="dead"), transaction.atomic():
        AttemptFactory(order=order, patient=order.patient, at=MORNING + DAY)


def test_a_death_reported_in_error_gives_the_orders_back(order: FollowUpOrder, nurse: Actor, actor: Any) -> None:
    call(order, nurse, "no_answer")
    report_death(order.patient, source="family", deceased_on=None, actor=nurse, now=MORNING)
    assert set(FollowUpOrder.objects.values_list("state", flat=True)) == {"died"}
    withdraw_death(order.patient, reason="同名", actor=actor("physician"), now=MORNING)
    given_back = FollowUpOrder.objects.filter(step__number__lte=3).order_by("step__number")
    assert list(given_back.values_list("state", flat=True)) == ["attempted", "dispatched", "dispatched"]
    assert FollowUpRun.objects.get().state == "open"


def test_refused_for_good_stops_all_but_safety(order: FollowUpOrder, nurse: Actor) -> None:
    call(order, nurse, "refused_for_good", note="不要再打来")
    assert set(FollowUpOrder.objects.values_list("state", flat=True)) == {"refused"}
    assert (Patient.objects.get().contact_state, ContactStop.objects.get().words) == ("stopped", "不要再打来")
    assert FollowUpRun.objects.get().closed_reason == "refused"
    with pytest.raises(refusals.ContactIsStopped):
        call(order, nurse, "completed")


@pytest.mark.parametrize("kept", [None, "refused for good", "永久拒绝", "永久拒絕"])
def test_who_refused_without_a_word_is_told_in_the_reader_s_language(
    order: FollowUpOrder, nurse: Actor, kept: str | None
) -> None:
    with override("en"):
        call(order, nurse, "refused_for_good")
    stop = ContactStop.objects.get()
    assert stop.words == "refused_for_good"
    if kept:
        stop.words = kept  # as it was kept before, in the language of the caller
        stop.save(update_fields=["words"])
    for language, words in (("zh-hans", "永久拒绝"), ("en", "refused for good")):
        with override(language):
            said = open_stop(Patient.objects.get())
            assert said and said["text"] == words


def test_readmitted_suspends_the_rest_until_somebody_lets_it_go_on(
    order: FollowUpOrder, nurse: Actor, actor: Any
) -> None:
    call(order, nurse, "readmitted", note="外院")
    states = FollowUpOrder.objects.order_by("step__number").values_list("state", flat=True)
    assert (list(states), FollowUpRun.objects.get().state) == (["readmitted", "suspended", "suspended"], "suspended")
    run = FollowUpRun.objects.get()
    with pytest.raises(refusals.ReasonMissing):
        closing.resume_run(run=run, reason="", actor=nurse, now=MORNING)
    with pytest.raises(refusals.NotAllowed):
        closing.resume_run(run=run, reason="已出院", actor=actor("agent"), now=MORNING)
    assert closing.resume_run(run=run, reason="已出院", actor=nurse, now=MORNING) == 2
    assert list(states.all()) == ["readmitted", "dispatched", "dispatched"]
    with pytest.raises(closing.RunNotSuspended):
        closing.resume_run(run=run, reason="已出院", actor=nurse, now=MORNING)


def test_a_readmission_reported_in_error_gives_its_step_back(order: FollowUpOrder, nurse: Actor) -> None:
    call(order, nurse, "readmitted", note="听错")
    run = FollowUpRun.objects.get()
    assert closing.resume_run(run=run, reason="未再入院", actor=nurse, now=MORNING, is_error=True) == 3
    states = FollowUpOrder.objects.order_by("step__number").values_list("state", flat=True)
    assert (list(states), FollowUpRun.objects.get().state) == (["attempted", "dispatched", "dispatched"], "open")
    assert AuditEvent.objects.get(verb="followups.run.resume").detail["reason"] == "未再入院"


def test_a_new_discharge_closes_the_suspended_run_and_opens_another(order: FollowUpOrder, nurse: Actor) -> None:
    call(order, nurse, "readmitted")
    first = FollowUpRun.objects.get()
    stay = a_stay(
        patient=order.patient, admitted_on=dt.date(2026, 3, 9), discharged_on=dt.date(2026, 3, 16), surgery_level=2
    )
    planned(stay, on=dt.date(2026, 3, 17), now=dt.datetime(2026, 3, 17, 2, 0, tzinfo=dt.UTC))
    first.refresh_from_db()
    second = FollowUpRun.objects.open().get()
    assert (first.state, first.closed_reason, second.encounter, second.state) == ("closed", "superseded", stay, "open")
    assert set(FollowUpOrder.objects.filter(run=first).values_list("state", flat=True)) == {"readmitted"}


def test_transferred_ends_the_run(order: FollowUpOrder, nurse: Actor) -> None:
    call(order, nurse, "transferred")
    assert set(FollowUpOrder.objects.values_list("state", flat=True)) == {"transferred"}
    assert FollowUpRun.objects.get().closed_reason == "transferred"


def test_another_version_is_refused_and_nothing_is_written(order: FollowUpOrder, nurse: Actor) -> None:
    call(order, nurse, "no_answer")
    with pytest.raises(refusals.OrderChanged):
        record_attempt(
            order=order,
            result=Result(outcome="completed"),
            actor=nurse,
            key=uuid.uuid4(),
            version=0,
            now=MORNING + DAY,
        )
    assert Attempt.objects.count() == 1


def test_a_submission_sent_again_is_the_same_attempt(order: FollowUpOrder, nurse: Actor) -> None:
    key = uuid.uuid4()
    sent = {"result": Result(outcome="completed"), "actor": nurse, "key": key, "version": 0, "now": MORNING}
    first = record_attempt(order=order, **sent)
    second = record_attempt(order=order, **sent)
    assert (first.is_repeat, second.is_repeat, second.attempt) == (False, True, first.attempt)
    assert Attempt.objects.count() == 1
    with pytest.raises(refusals.KeyUsedElsewhere):
        record_attempt(order=FollowUpOrder.objects.get(step__number=2), **sent)


def test_only_who_holds_the_order_works_on_it(order: FollowUpOrder, nurse: Actor, actor: Any) -> None:
    for role in ("physician", "agent", "medical_affairs"):
        with pytest.raises(refusals.NotYourOrder):
            call(order, actor(role), "completed")
    AbsenceFactory(staff=nurse.staff, cover=actor("physician").staff, starts_on=MONDAY, ends_on=dt.date(2026, 3, 31))
    assert call(order, actor("physician"), "completed").order.submitted_by == actor("physician").staff


def test_the_pool_is_taken_by_who_starts(order: FollowUpOrder, actor: Any) -> None:
    FollowUpOrder.objects.filter(pk=order.pk).update(assignee=None, assignee_role="centre", state="planned")
    taken = start(order=order, actor=actor("agent"), now=MORNING)
    assert (taken.state, taken.assignee, taken.version) == ("in_progress", None, 1)
    with pytest.raises(refusals.InAnotherHand) as refused:
        start(order=order, actor=actor("centre_manager"), now=MORNING)
    assert refused.value.detail == {"name": "孙客服"}
    later = MORNING + dt.timedelta(minutes=30)
    assert start(order=order, actor=actor("centre_manager"), now=later).version == 1


def test_a_draft_is_kept_and_gone_after_sending(order: FollowUpOrder, nurse: Actor) -> None:
    save_draft(order=order, draft={"note": "切口干燥"}, actor=nurse, now=MORNING)
    kept = FollowUpOrder.objects.get(pk=order.pk)
    assert (kept.draft["note"], kept.draft_at, kept.version) == ("切口干燥", MORNING, 0)
    assert call(order, nurse, "no_answer").order.draft is None


@pytest.mark.parametrize("state", ["filed", "void", "lost", "refused", "suspended", "submitted"])
def test_what_is_not_open_is_not_worked_on(order: FollowUpOrder, nurse: Actor, state: str) -> None:
    FollowUpOrder.objects.filter(pk=order.pk).update(state=state)
    with pytest.raises(refusals.OrderNotOpen):
        call(order, nurse, "completed")


def test_dissatisfaction_has_cause_owner_and_handling(order: FollowUpOrder, nurse: Actor, cast: Any) -> None:
    department = Department.objects.get(name="心内科")
    FollowUpOrder.objects.update(department=department)
    head = cast.wang
    call(order, nurse, "completed", complaint=Complaint(cause="waiting", text=" 候药两小时 "))
    row = Dissatisfaction.objects.get()
    assert (row.cause, row.text, row.owner, row.state, row.heard_by) == (
        "waiting",
        "候药两小时",
        head,
        "open",
        nurse.staff,
    )
    assert FollowUpOrder.objects.get(pk=order.pk).has_dissatisfaction is True
    owner = actor_of(head)
    with pytest.raises(HandlingMissing):
        handle(dissatisfaction=row, handling="", is_settled=True, actor=owner, now=MORNING)
    with pytest.raises(refusals.NotAllowed):
        handle(dissatisfaction=row, handling="已致歉", is_settled=True, actor=nurse, now=MORNING)
    settled = handle(dissatisfaction=row, handling="已致歉并说明", is_settled=True, actor=owner, now=MORNING)
    assert (settled.state, settled.settled_at, list(Dissatisfaction.objects.unsettled())) == ("settled", MORNING, [])


def test_tier_c_calls_again_after_a_finding_and_ends_without_one(in_north: Hospital, actor: Any) -> None:
    agent = actor("agent")
    clean, flagged = a_stay(), a_stay()
    planned(clean, flagged)
    at = dt.datetime(2026, 3, 12, 2, 0, tzinfo=dt.UTC)
    call(FollowUpOrder.objects.get(run__encounter=clean), agent, "completed", at=at)
    call(FollowUpOrder.objects.get(run__encounter=flagged), agent, "completed", at=at, has_finding=True)
    runs = {run.encounter_id: (run.state, run.closed_reason) for run in FollowUpRun.objects.all()}
    assert runs == {clean.pk: ("closed", "finished"), flagged.pk: ("open", "")}
    again = FollowUpOrder.objects.get(run__encounter=flagged, step__number=2)
    assert (again.earliest_on, again.due_on, again.latest_on) == (
        dt.date(2026, 3, 13),
        dt.date(2026, 3, 16),
        dt.date(2026, 3, 19),
    )


def test_two_clean_quarters_propose_the_end_and_a_physician_agrees(
    order: FollowUpOrder, nurse: Actor, actor: Any
) -> None:
    run = FollowUpRun.objects.get()
    for occurrence in (1, 2):
        row = a_quarter(run, occurrence, nurse)
        assert FollowUpRun.objects.get().end_proposed_at is None
        call(row, nurse, "completed", at=MORNING + occurrence * DAY)
    assert FollowUpRun.objects.get().end_proposed_at == MORNING + 2 * DAY
    with pytest.raises(refusals.NotAllowed):
        closing.agree_end(run=run, reason="平稳", actor=nurse, now=MORNING)
    physician = actor("physician")
    with pytest.raises(refusals.ReasonMissing):
        closing.agree_end(run=run, reason=" ", actor=physician, now=MORNING)
    closing.keep_on(run=run, reason="仍需观察", actor=physician, now=MORNING + 3 * DAY)
    assert FollowUpRun.objects.get().end_proposed_at is None
    with pytest.raises(refusals.EndNotProposed):
        closing.agree_end(run=run, reason="平稳", actor=physician, now=MORNING + 3 * DAY)
    FollowUpRun.objects.update(end_proposed_at=MORNING)
    closing.agree_end(run=run, reason="平稳", actor=physician, now=MORNING + 3 * DAY)
    assert FollowUpRun.objects.get().closed_reason == "agreed"
    assert OrderState.VOID in set(FollowUpOrder.objects.values_list("state", flat=True))


def a_quarter(run: FollowUpRun, occurrence: int, nurse: Actor) -> FollowUpOrder:
    return FollowUpOrder.objects.create(
        run=run,
        step=run.protocol.steps.get(tier="B", number=4),
        occurrence=occurrence,
        patient=run.patient,
        tier="B",
        assignee=nurse.staff,
        earliest_on=MONDAY,
        due_on=MONDAY,
        latest_on=dt.date(2026, 12, 31),
    )


@pytest.mark.parametrize("has_finding", [True, False])
def test_a_quarter_that_was_refused_is_none_of_two_clean_ones(
    order: FollowUpOrder, nurse: Actor, has_finding: bool
) -> None:
    run = FollowUpRun.objects.get()
    call(a_quarter(run, 1, nurse), nurse, "completed", at=MORNING + DAY)
    call(a_quarter(run, 2, nurse), nurse, "refused_now", at=MORNING + 2 * DAY, has_finding=has_finding, note="胸痛")
    call(a_quarter(run, 3, nurse), nurse, "completed", at=MORNING + 3 * DAY)
    assert FollowUpRun.objects.get().end_proposed_at is None
    call(a_quarter(run, 4, nurse), nurse, "completed", at=MORNING + 4 * DAY)
    assert FollowUpRun.objects.get().end_proposed_at == MORNING + 4 * DAY


def test_merging_two_records_keeps_the_later_run(in_north: Hospital) -> None:
    older = a_stay(admitted_on=dt.date(2026, 2, 1), discharged_on=dt.date(2026, 2, 23))
    newer = a_stay(surgery_level=3)
    planned(older, newer)
    merge(kept=older.patient, merged=newer.patient, now=MORNING)
    assert set(FollowUpOrder.objects.values_list("patient_id", flat=True)) == {older.patient_id}
    assert {run.encounter_id: run.closed_reason for run in FollowUpRun.objects.all()} == {
        older.pk: "merged",
        newer.pk: "",
    }
