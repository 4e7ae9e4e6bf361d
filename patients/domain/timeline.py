"""ONE timeline over all sources that registered, page after page, and the earliest next action of a person. The
timeline of a unit (`groups.domain.unit_timeline`) is laid out by the same rules.
"""

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from accounts.actors import Actor
from hospital_crm.tenancy.scope import required_hospital
from patients import registry
from patients.models import Patient

SHOWN = 40


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
class Asked:
    """What is asked of the timeline: one source (`only`) or all, from a day to a day, and after which line (`after`, as
    a page before gave it).
    """

    only: str = ""
    since: dt.date | None = None
    until: dt.date | None = None
    after: str = ""

    @property
    def is_filtered(self) -> bool:
        """Whether anything narrows the timeline, its place apart."""
        return bool(self.only or self.since or self.until)


@dataclass(frozen=True)
class Timeline:
    """Lines newest first; of the first page the number by source, each capped at what one page holds; where the next
    page begins ('' = this was the last).
    """

    lines: list[Line]
    counts: list[tuple[registry.TimelineSource, int]]
    total: int
    next: str
    goes_on: bool = False

    @property
    def ends_in_future(self) -> bool:
        """Nothing has happened yet: the line of now stands below everything."""
        return not self.goes_on and not any(line.opens_past for line in self.lines)


def timeline_of(
    patient: Patient, actor: Actor, now: dt.datetime, *, asked: Asked | None = None, shown: int = SHOWN
) -> Timeline:
    """What the actor may know of the person, newest first, `shown` lines."""
    return laid_out(registry.timeline_sources, patient, actor, now, asked=asked, shown=shown)


def laid_out(
    offered: Mapping[str, registry.TimelineSource],
    subject: Any,
    actor: Actor,
    now: dt.datetime,
    *,
    asked: Asked | None = None,
    shown: int = SHOWN,
) -> Timeline:
    """The entries of all sources about a person or a unit, newest first, `shown` lines.

    A page begins after a moment and as many lines as were shown of that very moment, so that a line is neither lost nor
    told twice when two apps say the same minute.
    """
    asked = asked or Asked()
    place, skipped = _place(asked.after)
    span = _span(asked, place, shown + skipped + 1)
    sources = [one for one in _open_to(offered, actor) if not asked.after or asked.only in ("", one.key)]
    found = [(source, _within(source, subject, actor, now, span)) for source in sources]
    entries = [(at, entry, source) for source, rows in found if asked.only in ("", source.key) for at, entry in rows]
    entries.sort(key=lambda item: item[0], reverse=True)
    same = sum(1 for at, _entry, _source in entries[:skipped] if at == place)
    entries = entries[same:]
    page = entries[:shown]
    counts = [(source, min(len(rows), shown + 1)) for source, rows in found if rows]
    return Timeline(
        _lines(page, now, place),
        counts,
        min(sum(count for _source, count in counts), shown + 1),
        _next(page, place, same) if len(entries) > shown else "",
        bool(asked.after),
    )


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


def _open_to(offered: Mapping[str, registry.TimelineSource], actor: Actor) -> list[registry.TimelineSource]:
    found = (source for source in offered.values() if actor.can(source.capability))
    return sorted(found, key=lambda source: source.order)


def _span(asked: Asked, place: dt.datetime | None, limit: int) -> registry.Span:
    """From the first minute of `since` to the last of `until`, and not later than the place."""
    since = moment_of(asked.since) if asked.since else None
    until = moment_of(asked.until) + dt.timedelta(days=1, microseconds=-1) if asked.until else None
    if place is not None:
        until = min(place, until) if until else place
    return registry.Span(since, until, limit)


def _within(
    source: registry.TimelineSource, subject: Any, actor: Actor, now: dt.datetime, span: registry.Span
) -> list[tuple[dt.datetime, registry.TimelineEntry]]:
    placed = [(moment_of(entry.at), entry) for entry in source.within(subject, actor, now, span)]
    inside = [item for item in placed if span.holds(item[0])]
    inside.sort(key=lambda item: item[0], reverse=True)
    return inside[: span.limit]


def _place(after: str) -> tuple[dt.datetime | None, int]:
    """The moment and the number of lines of it already shown; what cannot be read is the first page."""
    moment, _separator, number = after.rpartition("~")
    try:
        place = dt.datetime.fromisoformat(moment)
        return (moment_of(place), min(int(number), 10 * SHOWN)) if place.tzinfo else (None, 0)
    except (ValueError, OverflowError):
        return None, 0


def _next(page: list[tuple[dt.datetime, Any, Any]], place: dt.datetime | None, same: int) -> str:
    """Where the next page begins: the last moment, and how many lines of it were shown up to here."""
    last = page[-1][0]
    shown = sum(1 for at, _entry, _source in page if at == last)
    return f"{last.isoformat()}~{shown + (same if last == place else 0)}"


def _lines(entries: Iterable[tuple[dt.datetime, Any, Any]], now: dt.datetime, place: dt.datetime | None) -> list[Line]:
    """Month heads stand where the month changes, the current month has none; days of today count as past."""
    local_now = moment_of(now)
    lines: list[Line] = []
    opened = place is not None and place <= local_now
    month, in_past = ((place.year, place.month) if place and opened else (local_now.year, local_now.month)), opened
    for at, entry, source in entries:
        is_future = at > local_now
        opens_past, in_past = not is_future and not in_past, in_past or not is_future
        head = None
        if not is_future and (at.year, at.month) != month:
            head, month = at.date().replace(day=1), (at.year, at.month)
        lines.append(Line(entry, source, is_future, head, opens_past))
    return lines
