"""A discharge that was none gives back the follow-up that it had ended."""

import datetime as dt
from typing import Any

import pytest

from accounts.models import Hospital
from followups.domain.withdrawn import end_runs
from patients.domain.life import report_deaths, resume_contact, stop_contact, withdraw_death
from patients.models import Encounter, Patient
from tests.followups.test_planning import B_ORDERS, NOW, a_stay, planned, rows, run_of

pytestmark = pytest.mark.django_db


def test_a_cancelled_discharge_gives_back_the_follow_up_it_had_ended(in_north: Hospital) -> None:
    first = a_stay(surgery_level=2)
    planned(first)
    wrong = a_stay(patient=first.patient, admitted_on=dt.date(2026, 3, 4), discharged_on=dt.date(2026, 3, 5))
    planned(wrong, on=dt.date(2026, 3, 5))
    assert run_of(first).closed_reason == "superseded"
    Encounter.objects.filter(pk=wrong.pk).update(is_cancelled=True)
    planned(wrong, on=dt.date(2026, 3, 10))
    assert (run_of(first).state, run_of(wrong).closed_reason) == ("open", "cancelled")
    assert rows(first) == B_ORDERS
    assert Patient.objects.get(pk=first.patient_id).care_tier == "B"


def test_a_cancelled_discharge_gives_nothing_back_that_nobody_could_have_called(in_north: Hospital) -> None:
    first = a_stay(surgery_level=2)
    planned(first)
    wrong = a_stay(patient=first.patient, admitted_on=dt.date(2026, 3, 4), discharged_on=dt.date(2026, 3, 5))
    planned(wrong, on=dt.date(2026, 3, 5))
    back = a_stay(patient=first.patient, admitted_on=dt.date(2026, 3, 20), discharged_on=None)
    Encounter.objects.filter(pk=wrong.pk).update(is_cancelled=True)
    planned(wrong, on=dt.date(2026, 3, 21))
    assert run_of(first).state == "suspended", back
    assert [row[3] for row in rows(first)] == ["readmitted", "suspended", "suspended"]


def test_whoever_refused_meanwhile_is_called_only_when_contact_is_allowed_again(in_north: Hospital, actor: Any) -> None:
    first = a_stay(surgery_level=2)
    planned(first)
    wrong = a_stay(patient=first.patient, admitted_on=dt.date(2026, 3, 4), discharged_on=dt.date(2026, 3, 5))
    planned(wrong, on=dt.date(2026, 3, 5))
    stop_contact(first.patient, words="别打了", actor=None, now=NOW)
    Encounter.objects.filter(pk=wrong.pk).update(is_cancelled=True)
    planned(wrong, on=dt.date(2026, 3, 6))
    assert (run_of(first).closed_reason, {row[3] for row in rows(first)}) == ("refused", {"refused"})
    resume_contact(first.patient, reason="又同意了", actor=actor("agent"), now=NOW)
    assert (run_of(first).state, rows(first)[:3]) == ("open", B_ORDERS)


def test_a_death_in_error_gives_back_the_follow_up_of_the_stay_before(in_north: Hospital, actor: Any) -> None:
    first = a_stay(surgery_level=2)
    planned(first)
    wrong = a_stay(patient=first.patient, admitted_on=dt.date(2026, 3, 4), discharged_on=dt.date(2026, 3, 5))
    planned(wrong, on=dt.date(2026, 3, 5))
    report_deaths({first.patient_id: dt.date(2026, 3, 2)}, source="his", now=NOW)
    Encounter.objects.filter(pk=wrong.pk).update(is_cancelled=True)
    end_runs(encounter_ids=[wrong.pk], now=NOW)
    assert (run_of(first).closed_reason, {row[3] for row in rows(first)}) == ("died", {"died"})
    withdraw_death(first.patient, reason="同名", actor=actor("agent"), now=NOW)
    assert (run_of(first).state, rows(first)[:3]) == ("open", B_ORDERS)
