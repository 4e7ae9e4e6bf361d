"""A stay corrected after it was planned, or whose person was, is planned again, whatever becomes of the message."""

import dataclasses
import datetime as dt
import threading
from typing import Any

import pytest
from django.db import connection

from accounts.models import Hospital
from followups.domain import planning
from followups.models import ChangedStay, FollowUpRun, TierAssignment
from hospital_crm.tenancy.scope import hospital_scope
from patients.domain.people import change_person
from patients.domain.phones import read_phones
from patients.domain.records import PersonRecord, StayRecord
from patients.domain.registry import Stay, record_people, record_stays
from patients.domain.telling import Placed, tell
from patients.domain.uniting import unite
from patients.models import Encounter, Patient
from patients.signals import encounters_changed
from tests.cast import Cast, actor_of
from tests.followups.test_planning import B_ORDERS, MONDAY, NOW, a_stay, planned, rows, run_of
from tests.integrations.lists import identity

TODAY = dt.date(2026, 3, 3)
PERSON = {"sex": "M", "record_number": "M1"}
# nothing in it fires a rule but how old the person is
STAY = StayRecord(
    1,
    "甘书远",
    birth_date=dt.date(1986, 1, 1),
    phones=read_phones("13800000001").numbers,
    admitted_on=MONDAY - dt.timedelta(4),
    discharged_on=MONDAY,
    diagnosis_code="S82.600",
    diagnosis_text="外踝骨折",
    disposition="home",
    **PERSON,
)


def told(**says: Any) -> Encounter:
    """A list tells the stay, with what it says otherwise."""
    record_stays([Stay(dataclasses.replace(STAY, **says))], now=NOW, today=TODAY)
    return Encounter.objects.get()


def night(hospital: Hospital) -> None:
    planning.plan_hospital(hospital, now=NOW, on=TODAY)


@pytest.mark.usefixtures("lost_broker")
def test_a_correction_whose_message_is_lost_is_made_up_for_in_the_night(
    in_north: Hospital, django_capture_on_commit_callbacks: Any
) -> None:
    stay = told(surgery_level=2)
    night(in_north)
    assert rows(stay) == B_ORDERS
    connection.run_on_commit.clear()  # the same request twice in one transaction, as which a test counts, is one
    with django_capture_on_commit_callbacks(execute=True) as asked:
        told(surgery_level=2, discharged_on=MONDAY - dt.timedelta(1))
    assert ("followups.plan_stays" in {getattr(ask, "name", "") for ask in asked}, rows(stay)) == (True, B_ORDERS)
    assert planning.waiting_stays(TODAY).get() == stay
    night(in_north)
    assert [day for _step, _number, day, _state in rows(stay)] == ["2026-03-09", "2026-03-30", "2026-06-01"]
    assert (run_of(stay).anchor_on, planning.waiting_stays(TODAY).exists()) == (MONDAY - dt.timedelta(1), False)


def test_whoever_was_transferred_after_all_is_called_no_more(in_north: Hospital) -> None:
    stay = told()
    night(in_north)
    told(disposition="transfer")
    night(in_north)
    assert (run_of(stay).closed_reason, {state for *_step, state in rows(stay)}) == ("transferred", {"transferred"})


def test_a_worker_killed_while_planning_leaves_the_correction_for_the_next(
    in_north: Hospital, monkeypatch: pytest.MonkeyPatch
) -> None:
    stay = told()
    night(in_north)
    told(disposition="transfer")
    with monkeypatch.context() as killed:
        killed.setattr(planning, "_record", killed_here)
        with pytest.raises(SystemExit):
            planned(stay)
    assert run_of(stay).state == "open"
    night(in_north)
    assert run_of(stay).closed_reason == "transferred"


def killed_here(context: Any) -> None:
    raise SystemExit


def test_what_is_corrected_to_an_end_that_lies_ahead_waits_for_it(in_north: Hospital) -> None:
    stay = told()
    night(in_north)
    Encounter.objects.update(discharged_on=TODAY + dt.timedelta(1))
    encounters_changed.send(sender=Encounter, encounter_ids=[stay.pk])
    planned(stay)
    assert (run_of(stay).anchor_on, planning.waiting_stays(TODAY).exists()) == (MONDAY, False)
    planning.plan_hospital(in_north, now=NOW, on=TODAY + dt.timedelta(1))
    assert (run_of(stay).anchor_on, ChangedStay.objects.count()) == (TODAY + dt.timedelta(1), 0)


def test_a_stay_told_for_the_first_time_needs_no_row_and_one_that_stands_again_does(in_north: Hospital) -> None:
    stay = told()
    assert (ChangedStay.objects.count(), planning.waiting_stays(TODAY).count()) == (0, 1)
    night(in_north)
    told()
    assert ChangedStay.objects.count() == 0
    Encounter.objects.update(is_cancelled=True)
    night(in_north)
    assert run_of(stay).closed_reason == "cancelled"
    told()
    night(in_north)
    assert (run_of(stay).state, ChangedStay.objects.count()) == ("open", 0)


def test_a_lists_birth_date_that_comes_later_tiers_the_stay_anew(in_north: Hospital) -> None:
    stay = told(birth_date=None)
    night(in_north)
    assert run_of(stay).tier == "C"
    born = dt.date(1940, 1, 1)
    record_people(
        [PersonRecord(7, "甘书远", birth_date=born, identity_number=identity("19400101"), **PERSON)],
        now=NOW,
        today=TODAY,
    )
    night(in_north)
    assert (Patient.objects.get().birth_date, run_of(stay).tier) == (born, "A")


def test_the_same_stay_told_with_the_identity_number_tiers_it_anew(in_north: Hospital) -> None:
    stay = told(birth_date=None)
    night(in_north)
    told(birth_date=dt.date(1940, 1, 1), identity_number=identity("19400101"))
    night(in_north)
    assert (run_of(stay).tier, Patient.objects.get().care_tier) == ("A", "A")


def test_a_birth_date_written_at_the_desk_tiers_the_stay_anew(in_north: Hospital, cast: Cast) -> None:
    stay = a_stay(born=None)
    planned(stay)
    assert run_of(stay).tier == "C"
    Patient.objects.update(his_seen_at=None)
    person = Patient.objects.get(pk=stay.patient_id)
    change_person(person, {"birth_date": dt.date(1955, 5, 5)}, actor=actor_of(cast.li))
    night(in_north)
    assert run_of(stay).tier == "B"


def test_a_birth_date_that_a_feed_corrects_tiers_the_stay_anew(in_north: Hospital) -> None:
    stay = told()
    night(in_north)
    record = PersonRecord(1, "甘书远", birth_date=dt.date(1940, 1, 1), **PERSON)
    tell([Placed(record)], now=NOW, today=TODAY, zone=in_north.tz)
    night(in_north)
    assert run_of(stay).tier == "A"


def test_the_birth_date_of_the_other_record_tiers_the_stays_of_both(in_north: Hospital) -> None:
    stay, other = a_stay(born=None), a_stay(born=dt.date(1940, 1, 1), discharged_on=TODAY)
    planned(stay, other)
    unite(kept_id=stay.patient_id, other_id=other.patient_id, actor=None, now=NOW)
    night(in_north)
    tiers = TierAssignment.objects.filter(is_current=True).order_by("encounter__discharged_on")
    assert list(tiers.values_list("encounter", "tier")) == [(stay.pk, "A"), (other.pk, "A")]


@pytest.mark.races
@pytest.mark.usefixtures("lost_broker")
@pytest.mark.django_db(transaction=True)
def test_what_is_corrected_while_the_stay_is_planned_is_planned_the_next_time(
    north: Hospital, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Over a connection of its own, after planning has read the stay and before it commits."""
    with hospital_scope(north):
        stay = told()
        planned(stay)

    def correct() -> None:
        with hospital_scope(north):
            Encounter.objects.update(disposition="transfer")
            encounters_changed.send(sender=Encounter, encounter_ids=[stay.pk])
        connection.close()

    def meanwhile(context: Any) -> None:
        thread = threading.Thread(target=correct)
        thread.start()
        thread.join(60)

    with monkeypatch.context() as patched, hospital_scope(north):
        patched.setattr(planning, "_record", meanwhile)
        planned(stay)
    with hospital_scope(north):
        assert (run_of(stay).state, ChangedStay.objects.count()) == ("open", 1)
    night(north)
    with hospital_scope(north):
        closed = FollowUpRun.objects.values_list("closed_reason", flat=True)
        assert (list(closed), ChangedStay.objects.count()) == (["transferred"], 0)
