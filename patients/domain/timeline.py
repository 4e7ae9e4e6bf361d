"""ONE timeline over all sources that registered, and the earliest next action."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from accounts.actors import Actor
from hospital_crm.tenancy.scope import required_hospital
from patients import registry
from patients.models import Patient

SHOWN = 60


@dataclass(frozen=True)
class Line:
    """An entry in its place: `month` is set on the first entry of an earlier month, `opens_past` on the first that
    is not in the future.
    """

    entry: registry.TimelineEntry
    source: registry.TimelineSource
    is_future: bool
    month: dt.date | None = None
    opens_past: bool = False


@dataclass(frozen=True)
class Timeline:
    """Lines newest first, counts by source key, and whether the oldest were left out."""

    lines: list[Line]
    counts: list[tuple[registry.TimelineSource, int]]
    total: int
    is_cut: bool

    @property
    def ends_in_future(self) -> bool:
        """Nothing has happened yet: the line of now stands below everything."""
        return not any(line.opens_past for line in self.lines)


def timeline_of(patient: Patient, actor: Actor, now: dt.datetime, *, only: str = "", shown: int = SHOWN) -> Timeline:
    """Everything the actor may know of the person, newest first; `only` keeps one source, `shown` at most so many
    lines.
    """
    found = [(source, list(source.entries(patient, actor, now))) for source in _sources_for(actor)]
    entries = [
        (moment_of(entry.at), entry, source)
        for source, rows in found
        for entry in rows
        if not only or source.key == only
    ]
    entries.sort(key=lambda item: item[0], reverse=True)
    counts = [(source, len(rows)) for source, rows in found if rows]
    return Timeline(_lines(entries[:shown], now), counts, sum(count for _source, count in counts), len(entries) > shown)


def next_action_of(patient: Patient, actor: Actor, now: dt.datetime) -> registry.NextAction | None:
    """The earliest open thing to do for the person; None when contact has ended, and for who sees no care."""
    if not patient.may_be_contacted or not actor.can("patients.care"):
        return None
    actions = [action for rule in registry.next_actions if (action := rule(patient, actor, now)) is not None]
    return min(actions, key=lambda action: moment_of(action.due), default=None)


def moment_of(at: dt.datetime | dt.date) -> dt.datetime:
    """A moment in the hospital's time zone; a day counts from its first minute."""
    zone = required_hospital().tz
    return at.astimezone(zone) if isinstance(at, dt.datetime) else dt.datetime.combine(at, dt.time(), tzinfo=zone)


def _sources_for(actor: Actor) -> list[registry.TimelineSource]:
    found = (source for source in registry.timeline_sources.values() if actor.can(source.capability))
    return sorted(found, key=lambda source: source.order)


def _lines(entries: Iterable[tuple[dt.datetime, Any, Any]], now: dt.datetime) -> list[Line]:
    """Month heads stand where the month changes, the current month has none; days of today count as past."""
    local_now = moment_of(now)
    lines: list[Line] = []
    month, in_past = (local_now.year, local_now.month), False
    for at, entry, source in entries:
        is_future = at > local_now
        opens_past, in_past = not is_future and not in_past, in_past or not is_future
        head = None
        if not is_future and (at.year, at.month) != month:
            head, month = at.date().replace(day=1), (at.year, at.month)
        lines.append(Line(entry, source, is_future, head, opens_past))
    return lines
