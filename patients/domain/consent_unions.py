"""Consents of two records that are one person, and of two that are two after all: the most restrictive holds.

So it is with what still waits to be confirmed: where either record has a no, or the consent itself, there is nothing
left to wait for.
"""

import datetime as dt

from patients.domain.consents import Key, latest_of, order_of
from patients.domain.staging import fetched
from patients.models import AwaitedConsent, Consent, Patient, PersonMerger

_STRICTNESS = (Consent.Decision.GRANTED, Consent.Decision.WITHDRAWN, Consent.Decision.REFUSED)


def unite_consents(kept: Patient, merged_id: int, merger: PersonMerger, *, now: dt.datetime) -> None:
    """Two records are one person: both histories become one, and where both had decided the stricter decision holds.

    The database moves the entries, by the union that is on record, and nothing else of them.
    """
    ours, theirs = latest_of(kept.pk), latest_of(merged_id)
    fetched("select patients_consents_follow_union(%s)", [merger.pk])
    for key in sorted(ours.keys() | theirs.keys()):
        both = [found for found in (_holding(ours, key), _holding(theirs, key)) if found]
        strictest = max(both, key=lambda row: _STRICTNESS.index(row.decision))
        if len({row.decision for row in both}) > 1:
            _write(kept, key, strictest, Consent.Source.MERGE, now)
    _settle_waiting(kept, merged_id, now)


def part_consents(kept: Patient, other: Patient, merger: PersonMerger, *, now: dt.datetime) -> None:
    """The union is taken apart: entries that were there before go back to their record, and what held for the kept
    record before it holds again unless it has decided since.
    """
    merged_at = merger.at
    written = Consent.objects.filter(patient=kept, source=Consent.Source.MERGE, at=merged_at)
    keys = set(written.values_list("purpose", "channel"))
    fetched("select patients_consents_follow_union(%s)", [merger.pk])
    latest = latest_of(kept.pk)
    for key in sorted(keys):
        if latest[key].source != Consent.Source.MERGE or latest[key].at != merged_at:
            continue
        before = Consent.objects.filter(patient=kept, purpose=key[0], channel__in={key[1], Consent.Channel.ANY})
        row = before.filter(at__lt=merged_at).order_by("-at", "-id").first()
        if row is not None:
            _write(kept, key, row, Consent.Source.UNMERGE, now)


def _holding(latest: dict[Key, Consent], key: Key) -> Consent | None:
    """What holds for a purpose and channel: its own last entry or a later one for any channel."""
    found = [row for one in {key, (key[0], Consent.Channel.ANY.value)} if (row := latest.get(one))]
    return max(found, key=order_of, default=None)


def _write(person: Patient, key: Key, held: Consent, source: str, now: dt.datetime) -> None:
    """What a union leaves standing, and whose word it was; nobody decided it on that day."""
    said = {"purpose": key[0], "channel": key[1], "decision": held.decision, "said_by": held.said_by}
    Consent.objects.create(patient=person, at=now, is_dated=False, source=source, **said)


def _settle_waiting(kept: Patient, merged_id: int, now: dt.datetime) -> None:
    """What waited on either record ends where something was decided about the same; of two alike the older ends."""
    latest, seen = latest_of(kept.pk), set[Key]()
    waiting = AwaitedConsent.objects.filter(patient_id__in=[kept.pk, merged_id], ended_at__isnull=True)
    for row in waiting.order_by("-asked_at", "-pk"):
        key = (row.purpose, row.channel)
        held = _holding(latest, key)
        if key in seen or (held is not None and (not held.is_granted or held.at >= row.asked_at)):
            AwaitedConsent.objects.filter(pk=row.pk).update(ended_at=now, ended_as=AwaitedConsent.End.DROPPED)
        seen.add(key)
