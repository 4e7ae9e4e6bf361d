"""The numbers of the one person of an open order, as they may be dialled."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from followups.domain.numbers import SHOWN, beside_relations
from patients.domain.masking import mask_phone
from patients.models import ContactPoint


@dataclass(frozen=True)
class Number:
    """A number as it may be dialled: whose it is, and why it must not be dialled. `name`: what a result calls it."""

    name: str
    value: str
    masked: str
    whose: str
    problem: str


def numbers_of(read: Mapping[str, list[Any]], *, is_family_due: bool) -> list[Number]:
    """Out of what `lost_lists` brought: the telephone numbers by rank, then those written beside relations only, when
    no other is left or it is the turn of the family, whose numbers come first then. A dead or wrong one is shown and
    flagged, never dialled.
    """
    points: Sequence[ContactPoint] = read["numbers"]
    found = [_of_point(point) for point in points[:SHOWN]]
    for one in beside_relations(points, read["family"], is_family_due=is_family_due):
        found.append(Number(f"r{one.relation.pk}", one.value, mask_phone(one.value), one.whose, ""))
    return sorted(found, key=lambda number: (bool(number.problem), is_family_due and not number.whose))


def _of_point(point: ContactPoint) -> Number:
    problem = "" if point.may_be_dialled else str(point.get_number_state_display())
    return Number(str(point.pk), point.value, mask_phone(point.value), point.whose, problem)
