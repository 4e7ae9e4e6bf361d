"""Flagged viewings of two records that become one person, and of a union that is taken apart."""

from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils.dateparse import parse_datetime

from patients.models import Patient, PersonMerger, ViewingFlag

_ADDED = ("reasons", "views", "first_at", "last_at")


@dataclass(frozen=True)
class _Seen:
    """What one flag says of one viewer and day."""

    reasons: list[str]
    views: int
    first_at: Any
    last_at: Any

    @classmethod
    def of(cls, row: ViewingFlag) -> "_Seen":
        """As a flag says it."""
        return cls(*(getattr(row, name) for name in _ADDED))

    @classmethod
    def before(cls, row: dict[str, Any]) -> "_Seen":
        """As a flag said it before the union."""
        return cls(row["reasons"], row["views"], parse_datetime(row["first_at"]), parse_datetime(row["last_at"]))

    def with_other(self, other: "_Seen") -> "_Seen":
        """Both flags as one."""
        reasons = sorted({*self.reasons, *other.reasons})
        ends = min(self.first_at, other.first_at), max(self.last_at, other.last_at)
        return _Seen(reasons, self.views + other.views, *ends)

    def write(self, row: ViewingFlag) -> None:
        """Lets the flag say so."""
        for name in _ADDED:
            setattr(row, name, getattr(self, name))
        row.save(update_fields=_ADDED)


@transaction.atomic
def bring_together(*, kept: Patient, merged: Patient) -> None:
    """Where one viewer waits for an answer about both records on the same day, the flag of the kept one says what both
    said. The union then drops the other, which could not stand beside it.
    """
    waiting = ViewingFlag.objects.select_for_update().filter(state=ViewingFlag.State.OPEN).order_by("pk")
    own = {(row.staff_id, row.day): row for row in waiting.filter(patient=kept)}
    for row in waiting.filter(patient=merged):
        twin = own.get((row.staff_id, row.day))
        if twin is not None:
            _Seen.of(twin).with_other(_Seen.of(row)).write(twin)


@transaction.atomic
def take_apart(*, kept: Patient, other: Patient, merger: PersonMerger) -> None:
    """A flag that said what both said, and says no more since, says what the kept record's said before."""
    before = [row for row in merger.before.get("patients.viewingflag.patient", []) if row["state"] == "open"]
    of_other = {(row["staff_id"], row["day"]): row for row in before if row["patient_id"] == other.pk}
    for was in before:
        twin = of_other.get((was["staff_id"], was["day"]))
        if was["patient_id"] != kept.pk or twin is None:
            continue
        waiting = ViewingFlag.objects.select_for_update().filter(state=ViewingFlag.State.OPEN)
        row = waiting.filter(pk=was["id"]).first()
        former = _Seen.before(was)
        if row is not None and _Seen.of(row) == former.with_other(_Seen.before(twin)):
            former.write(row)
