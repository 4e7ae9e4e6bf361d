"""Two flags of one viewer and day, about records that are united: the reasons of both are kept."""

import datetime as dt
from collections.abc import Callable

from accounts.actors import Actor
from accounts.models import StaffMember
from patients.models import Patient, ViewingFlag
from tests.cast import Cast
from tests.patients.care_factories import ViewingFlagFactory
from tests.patients.test_seen_of_united import HOUR, pair, parted, united
from tests.patients.test_viewings import MORNING

__all__ = ["pair"]
ActorOf = Callable[[str], Actor]


def flag_of(person: Patient, staff: StaffMember, reason: str, hour: int) -> ViewingFlag:
    at = dt.datetime(2026, 5, 31, hour, tzinfo=dt.UTC)
    return ViewingFlagFactory(patient=person, staff=staff, reasons=[reason], first_at=at, last_at=at + HOUR)


def said() -> dict[int, tuple[list[str], int]]:
    return {row.patient_id: (row.reasons, row.views) for row in ViewingFlag.objects.all()}


def test_two_flags_of_one_viewer_say_what_both_said_until_the_union_is_taken_apart(
    pair: tuple[Patient, Patient], actor: ActorOf, cast: Cast
) -> None:
    manager, (kept, other) = actor("centre_manager"), pair
    flag_of(kept, cast.sun, "vip", 3)
    flag_of(other, cast.sun, "night", 1)
    united(pair, manager, MORNING)
    assert said() == {kept.pk: (["night", "vip"], 4)}
    flag = ViewingFlag.objects.get()
    assert (flag.first_at.hour, flag.last_at.hour) == (1, 4)
    parted(manager, MORNING)
    assert said() == {kept.pk: (["vip"], 2), other.pk: (["night"], 2)}


def test_what_was_seen_since_the_union_stays_with_the_kept_record(
    pair: tuple[Patient, Patient], actor: ActorOf, cast: Cast
) -> None:
    manager, (kept, other) = actor("centre_manager"), pair
    first = flag_of(kept, cast.sun, "vip", 3)
    flag_of(other, cast.sun, "night", 1)
    united(pair, manager, MORNING)
    ViewingFlag.objects.filter(pk=first.pk).update(views=9)
    parted(manager, MORNING)
    assert said() == {kept.pk: (["night", "vip"], 9), other.pk: (["night"], 2)}
