"""A contradiction between two records, one of them of somebody dead: the other may be the same person.

Nobody calls the other one until somebody has decided, or the death was withdrawn. The same holds for two records that
were one while the death was reported. A death about which a source contradicts itself is decided on the person's page,
not here. Asked anew whenever a contradiction or a death comes or goes.
"""

import datetime as dt
from collections.abc import Iterable

from django.db.models import Exists, OuterRef, Q, QuerySet

from integrations.models import MatchConflict
from patients.domain import life
from patients.models import Patient, PersonMerger


def deaths_first(conflicts: QuerySet[MatchConflict]) -> QuerySet[MatchConflict]:
    """Those with a record of somebody dead come first, then the oldest."""
    sides = Q(pk=OuterRef("left_id")) | Q(pk=OuterRef("right_id"))
    return conflicts.order_by(Exists(Patient.objects.filter(sides, contact_state="deceased")).desc(), "id")


def review(people: Iterable[int], *, now: dt.datetime) -> None:
    """Begins or ends the doubt about these people and those they are confused with."""
    near = _confused_with(people)
    parted = _parted(near)
    near |= {other for other, _kept in parted}
    pairs = [*_pairs(near), *((right, left) for left, right in _pairs(near)), *parted]
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
        elif not person.death_is_contradicted:
            life.settle_doubt(person, now=now)


def _confused_with(people: Iterable[int]) -> set[int]:
    """These people and the other sides of their undecided contradictions."""
    ids = set(people)
    return ids | {one for pair in _pairs(ids) for one in pair}


def _pairs(people: set[int]) -> list[tuple[int, int]]:
    waiting = MatchConflict.objects.waiting().filter(Q(left_id__in=people) | Q(right_id__in=people))
    return list(waiting.values_list("left_id", "right_id"))


def _parted(people: set[int]) -> list[tuple[int, int]]:
    """Second records that are in doubt since their union was taken apart, each with the record that was kept."""
    undone = PersonMerger.objects.filter(Q(kept__in=people) | Q(merged_id__in=people), undone_at__isnull=False)
    since = Patient.objects.filter(pk=OuterRef("merged_id"), death_in_doubt_since=OuterRef("undone_at"))
    return list(undone.filter(Exists(since)).values_list("merged_id", "kept_id"))
