"""A result is returned only where somebody may call again; nobody judges the own work; discharges that come back."""

import datetime as dt
from typing import Any

import pytest

from accounts.models import Hospital
from followups.domain import closing, refusals, reviews, worklists
from followups.domain.planning import plan
from followups.models import FollowUpOrder, FollowUpRun, Review
from hospital_crm.tenancy.scope import hospital_scope
from patients.domain.life import report_death, stop_contact
from patients.models import Encounter, Patient
from tests.followups.test_planning import MONDAY, NOW, a_stay, planned, rows, run_of
from tests.followups.test_races import in_scope, together

DAY = dt.date(2026, 3, 3)


@pytest.fixture
def sent(in_north: Hospital, actor: Any) -> FollowUpOrder:
    """The first of four A orders, done by the nurse."""
    return a_sent_order(actor("nurse").staff)


def a_sent_order(by: Any) -> FollowUpOrder:
    planned(a_stay(surgery_level=3))
    FollowUpOrder.objects.filter(step__number=1).update(
        assignee=by, state="submitted", submitted_by=by, submitted_at=NOW, completed_at=NOW
    )
    return FollowUpOrder.objects.get(step__number=1)


def _returned(order: FollowUpOrder, actor: Any) -> FollowUpOrder:
    return reviews.return_result(order=order, reason="未问伤口", actor=actor, now=NOW)


def test_who_refused_for_good_is_not_called_again(sent: FollowUpOrder, actor: Any) -> None:
    stop_contact(sent.patient, words="不要再打了", actor=None, now=NOW)
    with pytest.raises(refusals.ContactIsStopped):
        _returned(sent, actor("centre_manager"))
    assert FollowUpOrder.objects.get(pk=sent.pk).state == "submitted"
    assert reviews.file_result(order=sent, actor=actor("centre_manager"), now=NOW).state == "filed"
    with pytest.raises(refusals.ContactIsStopped):
        _returned(sent, actor("centre_manager"))


def test_a_follow_up_that_ended_takes_nothing_back(sent: FollowUpOrder, actor: Any) -> None:
    manager = actor("centre_manager")
    closing.end_run_by_transfer(run=sent.run, actor=manager, now=NOW)
    with pytest.raises(refusals.FollowUpHasEnded):
        _returned(sent, manager)
    a_later_stay = a_stay(patient=sent.patient, discharged_on=DAY, visit_number="2")
    other = FollowUpOrder.objects.get(pk=sent.pk)
    FollowUpRun.objects.filter(pk=sent.run_id).update(state="open", closed_reason="", closed_at=None)
    planned(a_later_stay, on=DAY)
    assert run_of(sent.run.encounter).closed_reason == "superseded"
    with pytest.raises(refusals.FollowUpHasEnded):
        _returned(other, manager)


def test_nothing_is_returned_while_the_person_is_in_hospital_again(sent: FollowUpOrder, actor: Any) -> None:
    back = Encounter.objects.get()
    Encounter.objects.create(
        patient=sent.patient, visit_number="2", source_key="2", admitted_on=DAY, department=back.department
    )
    with pytest.raises(refusals.FollowUpOnHold):
        _returned(sent, actor("centre_manager"))
    planned(*Encounter.objects.all(), on=DAY)
    assert run_of(back).state == "suspended"
    with pytest.raises(refusals.FollowUpOnHold):
        _returned(sent, actor("centre_manager"))


def test_a_finished_follow_up_goes_on_with_the_redo(sent: FollowUpOrder, actor: Any) -> None:
    """So that a death, a stop or another stay ends the redo too."""
    FollowUpRun.objects.filter(pk=sent.run_id).update(state="closed", closed_reason="finished", closed_at=NOW)
    _returned(sent, actor("centre_manager"))
    run = FollowUpRun.objects.get(pk=sent.run_id)
    assert (run.state, run.closed_reason, run.closed_at) == ("open", "", None)


def test_a_returned_result_that_was_on_hold_comes_back_as_returned(sent: FollowUpOrder, actor: Any) -> None:
    """Unless it was tried again before."""
    manager, other = actor("centre_manager"), FollowUpOrder.objects.get(step__number=2)
    FollowUpOrder.objects.filter(pk=other.pk).update(state="attempted", attempts_count=2, returned_at=NOW)
    FollowUpOrder.objects.filter(pk=other.pk).update(last_attempt_at=NOW + dt.timedelta(hours=1))
    FollowUpOrder.objects.filter(pk=sent.pk).update(attempts_count=1, last_attempt_at=NOW - dt.timedelta(hours=1))
    _returned(sent, manager)
    closing.suspend_run(run=sent.run, actor=manager, now=NOW)
    assert FollowUpOrder.objects.get(pk=sent.pk).state == "suspended"
    closing.resume_run(run=sent.run, reason="在家", actor=manager, now=NOW)
    assert FollowUpOrder.objects.get(pk=sent.pk).state == "returned"
    assert FollowUpOrder.objects.get(pk=other.pk).state == "attempted"


def test_a_cancelled_discharge_that_comes_back_calls_nobody_who_refused(in_north: Hospital) -> None:
    stay = a_stay(surgery_level=3)
    planned(stay)
    Encounter.objects.filter(pk=stay.pk).update(is_cancelled=True)
    planned(stay)
    stop_contact(stay.patient, words="不要再打了", actor=None, now=NOW)
    Encounter.objects.filter(pk=stay.pk).update(is_cancelled=False)
    planned(stay)
    assert {state for *_step, state in rows(stay)} == {"void"}
    assert (run_of(stay).state, run_of(stay).closed_reason) == ("closed", "refused")


def test_nobody_files_or_returns_the_own_result(in_north: Hospital, actor: Any) -> None:
    manager = actor("centre_manager")
    own = a_sent_order(manager.staff)
    with pytest.raises(reviews.OwnResult):
        reviews.file_result(order=own, actor=manager, now=NOW)
    with pytest.raises(reviews.OwnResult):
        _returned(own, manager)
    assert (Review.objects.count(), FollowUpOrder.objects.get(pk=own.pk).state) == (0, "submitted")


def test_who_refused_is_on_no_list_of_calls(in_north: Hospital, actor: Any) -> None:
    """Even where a feed says so without ending the orders, until the transaction ends."""
    planned(a_stay())
    agent = actor("agent")
    assert worklists.callable_now(agent, today=DAY + dt.timedelta(9)).count() == 1
    Patient.objects.update(contact_state="stopped")
    assert worklists.callable_now(agent, today=DAY + dt.timedelta(9)).count() == 0
    FollowUpOrder.objects.update(state="refused")


@pytest.mark.races
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("ends", ["death", "stop"])
def test_a_return_and_an_end_of_contact_at_once(north: Hospital, actor: Any, ends: str) -> None:
    """Whoever comes second waits for the first: a return before, a refusal after, never an error of the database."""
    manager, nurse = actor("centre_manager"), actor("nurse")

    def end(patient: Patient) -> None:
        if ends == "death":
            report_death(patient, source="family", deceased_on=MONDAY, actor=None, now=NOW)
        else:
            stop_contact(patient, words="不要再打了", actor=None, now=NOW)

    for _round in range(6):
        with hospital_scope(north):
            stay = a_stay(surgery_level=3)
            plan(encounter_ids=[stay.pk], now=NOW, on=DAY)
            orders = FollowUpOrder.objects.filter(run__encounter=stay)
            orders.filter(step__number=1).update(
                assignee=nurse.staff, state="submitted", submitted_by=nurse.staff, submitted_at=NOW, completed_at=NOW
            )
            order = orders.get(step__number=1)
        answers = together(
            in_scope(north, lambda: _returned(order, manager)),  # noqa: B023
            in_scope(north, lambda: end(stay.patient)),  # noqa: B023
        )
        assert answers[1] is None
        assert isinstance(answers[0], (FollowUpOrder, refusals.PersonIsDead, refusals.ContactIsStopped)), answers[0]
        with hospital_scope(north):
            assert not FollowUpOrder.objects.working().filter(run__encounter=stay).exists()


@pytest.mark.races
@pytest.mark.django_db(transaction=True)
def test_a_return_that_meets_a_death_in_the_middle_is_refused(north: Hospital, actor: Any) -> None:
    """The death holds the person when the return begins: the return waits, and then says why it is refused."""
    import threading

    from django.db import connection

    manager = actor("centre_manager")
    with hospital_scope(north):
        order = a_sent_order(actor("nurse").staff)
    answer: list[Any] = []

    def give_back() -> None:
        try:
            answer.append(in_scope(north, lambda: _returned(order, manager))())
        except Exception as error:  # what it raised is the answer
            answer.append(error)
        finally:
            connection.close()

    thread = threading.Thread(target=give_back)
    with hospital_scope(north):
        report_death(order.patient, source="family", deceased_on=MONDAY, actor=None, now=NOW)
        thread.start()
        thread.join(1)
        assert answer == []
    thread.join(30)
    assert [type(one).__name__ for one in answer] == ["PersonIsDead"]
