"""Two records that are one person: their follow-up becomes one, and the stricter end of contact wins."""

import datetime as dt

import pytest
from django.db import IntegrityError, connection, transaction

from accounts.models import Hospital
from followups.models import FollowUpOrder, FollowUpRun
from patients.domain.life import report_death, stop_contact
from patients.domain.uniting import CannotUnite, unite
from patients.models import Encounter, Patient
from tests.followups.factories import AttemptFactory
from tests.followups.test_planning import MONDAY, NOW, a_stay, planned, run_of
from tests.patients.factories import PatientFactory

LATER = dt.date(2026, 3, 3)


def _states(patient: Patient) -> dict[str, int]:
    states = list(FollowUpOrder.objects.filter(patient=patient).values_list("state", flat=True))
    return {state: states.count(state) for state in set(states)}


def _two_stays() -> tuple[Encounter, Encounter]:
    """The same sort of stay of two records, the second a day later; both planned."""
    first, second = a_stay(surgery_level=3), a_stay(surgery_level=3, discharged_on=LATER)
    planned(first, second, on=dt.date(2026, 3, 4))
    return first, second


def _kept(first: Encounter, second: Encounter) -> Patient:
    return unite(kept_id=first.patient_id, other_id=second.patient_id, actor=None, now=NOW)


def test_two_planned_stays_become_one_follow_up_of_the_later_stay(in_north: Hospital) -> None:
    first, second = _two_stays()
    kept = _kept(first, second)
    assert not Patient.objects.filter(pk=second.patient_id).exists()
    assert (run_of(first).state, run_of(first).closed_reason, run_of(second).state) == ("closed", "merged", "open")
    assert _states(kept) == {"readmitted": 4, "planned": 4}
    assert set(FollowUpRun.objects.values_list("patient_id", flat=True)) == {kept.pk}


def test_what_awaits_review_is_reviewed_after_uniting_too(in_north: Hospital) -> None:
    first, second = _two_stays()
    FollowUpOrder.objects.filter(run__encounter=second, step__number=1).update(state="submitted")
    assert _states(_kept(first, second)) == {"readmitted": 4, "planned": 3, "submitted": 1}


@pytest.mark.parametrize("dead_is_kept", [True, False])
def test_the_death_of_either_record_ends_all_follow_up(in_north: Hospital, dead_is_kept: bool) -> None:
    first, second = _two_stays()
    FollowUpOrder.objects.filter(run__encounter=second, step__number=1).update(state="submitted")
    dead, living = (first, second) if dead_is_kept else (second, first)
    report_death(dead.patient, source="his", deceased_on=LATER, actor=None, now=NOW)
    kept = _kept(first, second)
    assert (kept.contact_state, kept.deceased_on) == ("deceased", LATER)
    assert _states(kept) == {"died": 7, "submitted": 1}
    assert {run_of(first).state, run_of(second).state} == {"closed"}
    assert run_of(living).closed_reason == "died"


@pytest.mark.parametrize("stopped_is_kept", [True, False])
def test_the_refusal_of_either_record_ends_all_follow_up(in_north: Hospital, stopped_is_kept: bool) -> None:
    first, second = _two_stays()
    stopped, living = (first, second) if stopped_is_kept else (second, first)
    stop_contact(stopped.patient, words="不要再打了", actor=None, now=NOW)
    kept = _kept(first, second)
    assert (kept.contact_state, _states(kept)) == ("stopped", {"refused": 8})
    assert run_of(living).closed_reason == "refused"


def test_a_record_that_was_called_is_not_dropped(in_north: Hospital) -> None:
    first, second = _two_stays()
    AttemptFactory(order=FollowUpOrder.objects.filter(run__encounter=second).first())
    with pytest.raises(CannotUnite, match="已有通话记录"):
        _kept(first, second)
    assert _states(Patient.objects.get(pk=second.patient_id)) == {"planned": 4}


def test_the_database_lets_nobody_die_or_refuse_with_calls_left(in_north: Hospital) -> None:
    for state in ("deceased", "stopped", "erased"):
        stay = a_stay()
        planned(stay)
        with pytest.raises(IntegrityError, match="no follow-up order"), transaction.atomic():
            Patient.objects.filter(pk=stay.patient_id).update(contact_state=state, deceased_on=MONDAY)
            with connection.cursor() as cursor:
                cursor.execute("set constraints all immediate")


def test_the_database_gives_no_order_to_who_refused(in_north: Hospital) -> None:
    stay = a_stay()
    planned(stay)
    order = FollowUpOrder.objects.get()
    stop_contact(stay.patient, words="不要再打了", actor=None, now=NOW)
    for changes in ({"state": "returned"}, {"state": "planned"}):
        with pytest.raises(IntegrityError, match="no follow-up order"), transaction.atomic():
            FollowUpOrder.objects.filter(pk=order.pk).update(closed_at=None, **changes)
    other = PatientFactory(contact_state="stopped")
    living = a_stay()
    planned(living)
    with pytest.raises(IntegrityError, match="no follow-up order"), transaction.atomic():
        FollowUpOrder.objects.filter(run__encounter=living).update(patient=other)
