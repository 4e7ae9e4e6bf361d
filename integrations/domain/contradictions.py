"""Contradictions about who is who: stored once, and where each leads."""

import datetime as dt
from collections.abc import Iterable, Mapping

from accounts.actors import Actor
from integrations.models import ImportBatch, MatchConflict
from patients.domain.matching import Conflict


def decided_people() -> dict[str, int]:
    """Where each known contradiction leads: to the record of its own, or to the one it was united with."""
    rows = MatchConflict.objects.values_list("fingerprint", "state", "left_id", "right_id")
    return {mark: left if state == MatchConflict.State.SAME else right for mark, state, left, right in rows}


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
