"""Contradictions about who is who: stored once, and where each leads."""

import datetime as dt
from collections import UserDict
from collections.abc import Iterable, Mapping

from accounts.actors import Actor
from integrations.models import ImportBatch, MatchConflict
from patients.domain.matching import Conflict

_LEADS = ("fingerprint", "state", "left_id", "right_id")


def decided_people() -> dict[str, int]:
    """Where each known contradiction leads: to the record of its own, or to the one it was united with."""
    return {row.fingerprint: row.leads_to for row in MatchConflict.objects.only(*_LEADS)}


class DecidedPeople(UserDict[str, int]):
    """As `decided_people`, looked up where a contradiction is met: a few messages meet few or none, and all that a
    hospital has ever had would be read for them.
    """

    def __init__(self) -> None:
        super().__init__()
        self._asked: set[str] = set()

    def __contains__(self, mark: object) -> bool:
        self._look_up(str(mark))
        return mark in self.data

    def __getitem__(self, mark: str) -> int:
        self._look_up(mark)
        return self.data[mark]

    def _look_up(self, mark: str) -> None:
        if mark in self._asked or mark in self.data:
            return
        self._asked.add(mark)
        for row in MatchConflict.objects.filter(fingerprint=mark).only(*_LEADS):
            self.data[mark] = row.leads_to


def store_conflicts(
    conflicts: Iterable[Conflict],
    *,
    now: dt.datetime,
    batch: ImportBatch | None = None,
    lines: Mapping[int, int] | None = None,
) -> dict[str, MatchConflict]:
    """Keep contradictions that were met for the first time, to be decided; by fingerprint. `lines`: row → line."""
    rows = [
        MatchConflict(
            code=conflict.code,
            fingerprint=conflict.fingerprint,
            left_id=conflict.left_id,
            right_id=conflict.right_id,
            batch=batch,
            line=(lines or {}).get(conflict.row, 0),
            noticed_at=now,
        )
        for conflict in conflicts
    ]
    MatchConflict.objects.bulk_create(rows)
    return {row.fingerprint: row for row in rows}


def lead_elsewhere(gone_id: int, kept_id: int, *, actor: Actor | None, now: dt.datetime) -> None:
    """Other contradictions about the record that is gone are about the one that was kept; those between these two are
    settled with them.
    """
    others = MatchConflict.objects.all()
    others.filter(right_id=gone_id).update(right_id=kept_id)
    others.filter(left_id=gone_id).update(left_id=kept_id)
    settled = {"state": MatchConflict.State.SAME, "decided_by": actor.staff if actor else None, "decided_at": now}
    others.waiting().filter(left_id=kept_id, right_id=kept_id).update(**settled)
