"""What apps above add to a person's page and to the reasons for seeing a person. Each fills it in its `apps.py`;
nothing here knows them.

- panel: a card beside the timeline, loaded by its own URL
- timeline source: entries of the one timeline; one with many entries per person reads a `Span`
- next action: the earliest open thing to do for the person
- purpose: ids of people somebody may see because of work held (an open order, a call, a case)
- movable: rows made on a record since a union that may be those of the second record when it is taken apart
- unmask reason: somebody holds open work for this person, so numbers and clinical text are shown
"""

import datetime as dt
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db.models import QuerySet

if TYPE_CHECKING:
    from accounts.actors import Actor
    from patients.models import Patient


@dataclass(frozen=True)
class Panel:
    """A card of the person's page. `url_name` takes the person's public id and answers an HTML fragment."""

    key: str
    label: Any
    url_name: str
    capability: str
    order: int = 50


@dataclass(frozen=True)
class Movable:
    """Rows that may be given to the second record of a union: the model as `app.model`, and one of them in a few words
    without clinical text.
    """

    model: str
    told: Callable[[Any], str]


@dataclass(frozen=True)
class TimelineEntry:
    """One line: when, what **title** and text, a second line of detail, who. `at` is a moment, or a day where the
    hour is not known.
    """

    at: dt.datetime | dt.date
    title: Any
    text: Any = ""
    detail: Any = ""
    by: Any = ""
    badge: Any = ""
    tone: str = ""
    url: Any = ""


@dataclass(frozen=True)
class Span:
    """The part of the timeline that is asked for: entries from `since` to `until`, both moments of the hospital and
    both included (None = no end), the newest `limit` of them.
    """

    since: dt.datetime | None = None
    until: dt.datetime | None = None
    limit: int = 60

    def holds(self, at: dt.datetime) -> bool:
        """Whether a moment lies within."""
        return (self.since is None or at >= self.since) and (self.until is None or at <= self.until)

    def narrowed(self, rows: "QuerySet[Any]", field: str, *, by_day: bool = False) -> "QuerySet[Any]":
        """Rows whose moment (or day, `by_day`) may lie within, newest first, as many as can be shown."""
        for end, operator in ((self.since, "gte"), (self.until, "lte")):
            if end is not None:
                rows = rows.filter(**{f"{field}__{operator}": end.date() if by_day else end})
        return rows.order_by(f"-{field}", "-pk")[: self.limit]


@dataclass(frozen=True)
class TimelineSource:
    """Where entries come from, newest first; it leaves out what the actor may not read. Without the `capability`
    nothing of it is shown.

    `entries(patient, actor, now)` answers everything of a source that has a handful of entries per person. One that may
    have more says `reads_span` and is asked `entries(patient, actor, now, span)`: what lies within, at most
    `span.limit`. The timeline leaves out what lies outside in either case.
    """

    key: str
    label: Any
    entries: "Callable[..., Iterable[TimelineEntry]]"
    order: int = 50
    capability: str = "patients.care"
    reads_span: bool = False

    def within(self, subject: Any, actor: "Actor", now: dt.datetime, span: Span) -> "Iterable[TimelineEntry]":
        """The entries of a person (or a unit) within a span, and perhaps some beyond it."""
        given = (span,) if self.reads_span else ()
        return self.entries(subject, actor, now, *given)


@dataclass(frozen=True)
class NextAction:
    """The next thing to do for a person. `url` leads there; `is_call` marks a call, which the header offers as its
    one primary button.
    """

    due: dt.datetime | dt.date
    title: Any
    text: Any = ""
    url: Any = ""
    button: Any = ""
    tone: str = ""
    is_call: bool = False


PurposeRule = Callable[["Actor"], QuerySet]
UnmaskReason = Callable[["Actor", "Patient"], bool]
NextActionRule = Callable[["Patient", "Actor", dt.datetime], "NextAction | None"]

panels: dict[str, Panel] = {}
movables: dict[str, Movable] = {}
timeline_sources: dict[str, TimelineSource] = {}
purposes: list[PurposeRule] = []
unmask_reasons: list[UnmaskReason] = []
next_actions: list[NextActionRule] = []


def register_panel(panel: Panel) -> None:
    """Adds a card to the person's page."""
    panels[panel.key] = panel


def register_timeline(source: TimelineSource) -> None:
    """Adds a source to the timeline."""
    timeline_sources[source.key] = source


def register_purpose(rule: PurposeRule) -> None:
    """Adds a reason to see people: a queryset of patient ids for an actor."""
    if rule not in purposes:
        purposes.append(rule)


def register_movable(movable: Movable) -> None:
    """Adds rows that may be given to the second record of a union."""
    movables[movable.model] = movable


def register_unmask_reason(rule: UnmaskReason) -> None:
    """Adds a reason to see one person's numbers without the dialog."""
    if rule not in unmask_reasons:
        unmask_reasons.append(rule)


def register_next_action(rule: NextActionRule) -> None:
    """Adds a rule that answers the earliest open thing of its app."""
    if rule not in next_actions:
        next_actions.append(rule)


def ordered_panels(actor: "Actor") -> list[Panel]:
    """The cards this actor may see, in order."""
    return sorted((panel for panel in panels.values() if actor.can(panel.capability)), key=lambda panel: panel.order)
