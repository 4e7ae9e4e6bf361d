"""A contradiction between two records, one of them of somebody dead: the other may be the same person.

Nobody calls the other one until somebody has decided, or the death was withdrawn. Asked anew whenever a contradiction
or a death comes or goes.
"""

import datetime as dt
from collections.abc import Iterable

from django.db.models import Exists, OuterRef, Q, QuerySet

from integrations.models import MatchConflict
from patients.domain import life
from patients.models import Patient


def deaths_first(conflicts: QuerySet[MatchConflict]) -> QuerySet[MatchConflict]:
    """Those with a record of somebody dead come first, then the oldest."""
    sides = Q(pk=OuterRef("left_id")) | Q(pk=OuterRef("right_id"))
    return conflicts.order_by(Exists(Patient.objects.filter(sides, contact_state="deceased")).desc(), "id")


def review(people: Iterable[int], *, now: dt.datetime) -> None:
    """Begins or ends the doubt about these people and those they are confused with."""
    near = _confused_with(people)
    pairs = [*_pairs(near), *((right, left) for left, right in _pairs(near))]
    dead = set(
        Patient.objects.filter(contact_state="deceased", pk__in={other for _one, other in pairs}).values_list(
            "pk", flat=True
        )
    )
    doubted = {one for one, other in pairs if other in dead}
    concerned = Q(pk__in=near, death_in_doubt_since__isnull=False) | Q(pk__in=doubted)
    for person in Patient.objects.filter(concerned).order_by("pk"):
        if person.pk in doubted:
            life.doubt_death(person, now=now)
        else:
            life.settle_doubt(person)


def _confused_with(people: Iterable[int]) -> set[int]:
    """These people and the other sides of their undecided contradictions."""
    ids = set(people)
    return ids | {one for pair in _pairs(ids) for one in pair}


def _pairs(people: set[int]) -> list[tuple[int, int]]:
    waiting = MatchConflict.objects.waiting().filter(Q(left_id__in=people) | Q(right_id__in=people))
    return list(waiting.values_list("left_id", "right_id"))
