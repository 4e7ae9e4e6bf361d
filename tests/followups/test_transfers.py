"""A way of leaving that was corrected: a transfer ends the follow-up, one that was none gives it back."""

import datetime as dt
from typing import Any

import pytest

from accounts.models import Hospital
from followups.models import FollowUpOrder, FollowUpRun
from patients.domain.life import stop_contact
from patients.models import Encounter, Patient
from tests.followups.calling import call
from tests.followups.test_planning import B_ORDERS, MONDAY, NOW, a_stay, planned, rows, run_of

MORNING = dt.datetime(2026, 3, 9, 2, 0, tzinfo=dt.UTC)


def left(stay: Encounter, way: str, *, on: dt.date = dt.date(2026, 3, 3)) -> None:
    """The list says by now that the person left so."""
    Encounter.objects.filter(pk=stay.pk).update(disposition=way)
    planned(stay, on=on)


def standing(stay: Encounter) -> tuple[str, str, set[str]]:
    run = run_of(stay)
    return run.state, run.closed_reason, {state for *_, state in rows(stay)}


def test_a_transfer_told_later_ends_what_is_open(in_north: Hospital) -> None:
    stay = a_stay(surgery_level=2, disposition="home")
    planned(stay)
    left(stay, "transfer")
    assert standing(stay) == ("closed", "transferred", {"transferred"})
    left(stay, "transfer")
    assert standing(stay) == ("closed", "transferred", {"transferred"})


def test_a_transfer_that_was_none_gives_back_what_lies_ahead(in_north: Hospital) -> None:
    begun, from_the_first = a_stay(surgery_level=2), a_stay(surgery_level=2, disposition="transfer")
    planned(begun, from_the_first)
    left(begun, "transfer")
    assert standing(from_the_first) == ("closed", "transferred", set())
    for stay in (begun, from_the_first):
        left(stay, "home")
        assert (run_of(stay).state, run_of(stay).closed_reason, rows(stay)) == ("open", "", B_ORDERS)


def test_what_is_over_by_then_stays_closed(in_north: Hospital) -> None:
    late, too_late = a_stay(surgery_level=2), a_stay(surgery_level=2)
    planned(late, too_late)
    for stay in (late, too_late):
        left(stay, "transfer")
    left(late, "home", on=dt.date(2026, 3, 20))
    assert [(step, state) for step, _, _, state in rows(late)] == [
        ("B1", "transferred"),
        ("B2", "planned"),
        ("B3", "planned"),
    ]
    left(too_late, "home", on=dt.date(2026, 12, 1))
    assert standing(too_late) == ("closed", "transferred", {"transferred"})


def test_a_transfer_heard_in_a_call_is_not_taken_back_by_the_list(in_north: Hospital, actor: Any) -> None:
    stay = a_stay(surgery_level=2)
    planned(stay)
    order = FollowUpOrder.objects.get(step__number=1)
    call(order, actor("agent"), "transferred", at=MORNING)
    left(stay, "home")
    assert standing(stay) == ("closed", "transferred", {"transferred"})


def test_whoever_may_not_be_called_is_not_called_after_all(in_north: Hospital) -> None:
    refused, doubted, readmitted = (a_stay(surgery_level=2) for _ in range(3))
    planned(refused, doubted, readmitted)
    for stay in (refused, doubted, readmitted):
        left(stay, "transfer")
    stop_contact(refused.patient, words="不要再打了", actor=None, now=NOW)
    Patient.objects.filter(pk=doubted.patient_id).update(death_in_doubt_since=NOW)
    Encounter.objects.create(
        patient=readmitted.patient, kind="inpatient", visit_number="2", admitted_on=MONDAY, source_key="2"
    )
    for stay in (refused, doubted, readmitted):
        left(stay, "home", on=dt.date(2026, 3, 4))
    assert standing(refused) == ("closed", "refused", {"refused"})
    assert standing(doubted) == ("suspended", "", {"suspended"})
    assert standing(readmitted) == ("suspended", "", {"suspended"})


def test_only_the_last_stay_is_followed_again(in_north: Hospital) -> None:
    first = a_stay(surgery_level=2, disposition="transfer")
    planned(first)
    again = a_stay(patient=first.patient, discharged_on=dt.date(2026, 3, 10), visit_number="2")
    planned(again, on=dt.date(2026, 3, 11))
    left(first, "home", on=dt.date(2026, 3, 11))
    assert run_of(first).closed_reason == "transferred"
    assert FollowUpRun.objects.open().count() == 1


@pytest.mark.parametrize("way", ["community", "unknown"])
def test_community_care_and_a_way_not_known_are_followed(in_north: Hospital, way: str) -> None:
    stay, told_later = a_stay(surgery_level=2, disposition=way), a_stay(surgery_level=2, disposition="transfer")
    planned(stay, told_later)
    left(told_later, way)
    assert (rows(stay), rows(told_later)) == (B_ORDERS, B_ORDERS)


@pytest.mark.parametrize("way", ["home", "community", "unknown"])
def test_other_ways_of_leaving_change_nothing(in_north: Hospital, way: str) -> None:
    stay = a_stay(surgery_level=2, disposition="home")
    planned(stay)
    left(stay, way)
    assert rows(stay) == B_ORDERS
