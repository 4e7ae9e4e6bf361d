"""Two records that are one person: their follow-up becomes one, and the stricter end of contact wins."""

import datetime as dt
import uuid

import pytest
from django.db import IntegrityError, ProgrammingError, connection, transaction

from accounts.models import AuditEvent, Hospital, Station
from followups.models import Attempt, FollowUpOrder, FollowUpRun
from hospital_crm.tenancy.scope import hospital_scope
from patients.domain.life import report_death, stop_contact
from patients.domain.staging import fetched
from patients.domain.uniting import unite
from patients.models import ContactPoint, Encounter, Patient, PersonMerger, StationAssignment
from tests.cast import Cast
from tests.followups.factories import AttemptFactory
from tests.followups.test_planning import MONDAY, NOW, a_stay, planned, run_of
from tests.patients.factories import ContactPointFactory, PatientFactory, StationAssignmentFactory

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


@pytest.mark.parametrize("kept_too", [False, True])
def test_a_record_that_was_called_brings_its_calls_along(in_north: Hospital, kept_too: bool) -> None:
    first, second = _two_stays()
    numbers = [ContactPointFactory(patient=stay.patient, value="13800005678") for stay in (first, second)]
    order = FollowUpOrder.objects.filter(run__encounter=second).earliest("pk")
    own = ContactPointFactory(patient=second.patient, value="13800009999")
    calls = [
        AttemptFactory(order=order, patient=second.patient, contact_point=number, key=uuid.uuid4(), note="未接")
        for number in (numbers[1], own, None)
    ]
    if kept_too:
        other = FollowUpOrder.objects.filter(run__encounter=first).earliest("pk")
        AttemptFactory(order=other, patient=first.patient, contact_point=numbers[0])
    kept = _kept(first, second)
    assert list(Attempt.objects.filter(order=order).values_list("pk", "patient_id", "contact_point_id", "note")) == [
        (calls[0].pk, kept.pk, numbers[0].pk, "未接"),
        (calls[1].pk, kept.pk, own.pk, "未接"),
        (calls[2].pk, kept.pk, None, "未接"),
    ]
    assert Attempt.objects.filter(patient=kept).count() == 3 + kept_too
    assert set(Attempt.objects.values_list("patient_id", flat=True)) == {kept.pk}
    assert AuditEvent.objects.get(verb="followups.orders.merge").detail == {"merged": second.patient_id, "attempts": 3}


def test_uniting_keeps_every_row_of_both_as_it_was(in_north: Hospital) -> None:
    first, second = _two_stays()
    order = FollowUpOrder.objects.filter(run__encounter=second).earliest("pk")
    call = AttemptFactory(order=order, patient=second.patient)
    number = ContactPointFactory(patient=second.patient, value="13800005678")
    ContactPointFactory(patient=first.patient, value="13800005678")
    referred = PatientFactory(referrer=second.patient)
    Patient.objects.filter(pk=first.patient_id).update(referrer=second.patient)
    kept = _kept(first, second)
    assert (kept.referrer, Patient.objects.get(pk=referred.pk).referrer) == (None, kept)
    merger = PersonMerger.objects.get()
    assert (merger.kept, merger.merged_id, merger.at) == (kept, second.patient_id, NOW)
    before = merger.before
    both = [first.patient_id, second.patient_id]
    assert [(row["id"], row["name"]) for row in before["patients.patient"]] == [
        (first.patient_id, first.patient.name),
        (second.patient_id, second.patient.name),
    ]
    orders = {row["id"]: (row["patient_id"], row["state"]) for row in before["followups.followuporder.patient"]}
    assert len(orders) == 8
    assert orders[order.pk] == (second.patient_id, "planned")
    assert [row["id"] for row in before["followups.attempt.patient"]] == [call.pk]
    assert {row["patient_id"] for row in before["patients.encounter.patient"]} == set(both)
    assert number.pk in [row["id"] for row in before["patients.contactpoint.patient"]]
    assert not ContactPoint.objects.filter(pk=number.pk).exists()
    assert before["patients.patient.referrer"] == [
        {"id": pk, "referrer_id": second.patient_id} for pk in (first.patient_id, referred.pk)
    ]


def test_a_person_united_twice_keeps_both_unions(in_north: Hospital) -> None:
    first, second = _two_stays()
    third = a_stay(surgery_level=3)
    kept = unite(kept_id=third.patient_id, other_id=_kept(first, second).pk, actor=None, now=NOW)
    assert list(PersonMerger.objects.order_by("pk").values_list("kept_id", "merged_id")) == [
        (kept.pk, second.patient_id),
        (kept.pk, first.patient_id),
    ]


@pytest.mark.parametrize("kept_has_one", [True, False])
def test_of_two_stations_the_kept_record_s_stays(in_north: Hospital, cast: Cast, kept_has_one: bool) -> None:
    first, second = _two_stays()
    assert cast.feng.name == "冯站员"
    east = Station.objects.get(name="城东服务站")
    StationAssignmentFactory(patient=second.patient, station=east)
    FollowUpOrder.objects.filter(patient=second.patient).update(assignee=cast.feng, channel="visit", state="dispatched")
    if kept_has_one:
        StationAssignmentFactory(patient=first.patient)
    kept = _kept(first, second)
    current = StationAssignment.objects.current().get(patient=kept)
    held = FollowUpOrder.objects.working().filter(assignee=cast.feng).count()
    assert (current.station == east, held) == ((False, 0) if kept_has_one else (True, 4))
    assert StationAssignment.objects.filter(patient=kept).count() == 1 + kept_has_one


def test_the_database_moves_attempts_only_to_the_person_of_their_order(in_north: Hospital, south: Hospital) -> None:
    stay = a_stay(surgery_level=3)
    planned(stay)
    order = FollowUpOrder.objects.filter(run__encounter=stay).earliest("pk")
    call, other = AttemptFactory(order=order, patient=stay.patient), PatientFactory()
    for person in (other.pk, stay.patient_id):
        assert fetched("select followups_attempts_follow_orders(%s)", [person]) == [(0,)]
    with pytest.raises(ProgrammingError), transaction.atomic():
        Attempt.objects.filter(pk=call.pk).update(patient=other)
    FollowUpOrder.objects.filter(pk=order.pk).update(patient=other)
    with hospital_scope(south):
        assert fetched("select followups_attempts_follow_orders(%s)", [other.pk]) == [(0,)]
    assert fetched("select followups_attempts_follow_orders(%s)", [other.pk]) == [(1,)]
    assert Attempt.objects.get().patient == other


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
