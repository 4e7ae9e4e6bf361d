"""The audit trail and the people of an incident as lists that leave the house: asked for with a reason, marked, with
the state of the seals named in the file.
"""

import datetime as dt
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from accounts import affected, lists, verbs
from accounts.actors import Actor
from accounts.domain import incidents, trail
from accounts.domain.seals import CHAINS, PLATFORM_CHAINS, Chain
from accounts.lists import Column, RegisteredList
from accounts.models import Incident, IncidentPerson

_SEALED = {"events": "event", "accesses": "access", "changes": "change", "failures": "failure"}
TITLES = {
    "events": gettext_lazy("What was done"),
    "accesses": gettext_lazy("Who saw whom"),
    "changes": gettext_lazy("Changed rows"),
    "failures": gettext_lazy("Failed sign-ins"),
}
_COLUMNS = (
    Column("row", gettext_lazy("Row"), width=10),
    Column("at", gettext_lazy("When"), width=20),
    Column("who", gettext_lazy("Who")),
    Column("role", gettext_lazy("role")),
    Column("what", gettext_lazy("What"), width=24),
    Column("about", gettext_lazy("Object"), width=24),
    Column("detail", gettext_lazy("Details"), width=40),
    Column("request", gettext_lazy("request"), width=36),
    Column("sealed", gettext_lazy("sealed"), width=8),
)


def connect() -> None:
    """Called once by the app's `wiring`."""
    for chain, title in TITLES.items():
        lists.register(
            RegisteredList(
                key=f"trail-{chain}",
                label=title,
                url_name=f"accounts:trail-{chain}",
                capability="audit.read",
                columns=_COLUMNS,
                ids=partial(_ids, chain),
                words=partial(_words, chain),
                cells=partial(_cells, chain),
                people=lambda ids: [],
                foot=partial(seal_words, chain),
            )
        )
    lists.register(
        RegisteredList(
            key="affected",
            label=gettext_lazy("People an incident concerns"),
            url_name="accounts:affected",
            capability=incidents.CAPABILITY,
            columns=_PEOPLE,
            ids=_people_ids,
            words=_people_words,
            cells=_people_cells,
            people=lambda ids: [],
            foot=partial(seal_words, "accesses"),
            always_approved=True,
        )
    )


def wanted_of(query: str) -> trail.Wanted:
    """What an address asks of the trail; what cannot be read narrows nothing."""
    said = QueryDict(query)
    return trail.Wanted(
        since=_day(said.get("since", "")),
        until=_day(said.get("until", "")),
        staff=said.get("staff", "").strip()[:60],
        kind=said.get("kind", "")[:60],
        number=said.get("number", "").strip()[:40],
    )


def _day(text: str) -> dt.date | None:
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        return None


def _ids(chain: str, actor: Actor, query: str) -> QuerySet:
    rows = trail.narrowed(chain, wanted_of(query)) if actor.can("audit.read") else trail.CHAINS[chain].objects.none()  # type: ignore[attr-defined]
    return rows.order_by("-at", "-id").values_list("pk", flat=True)


def _words(chain: str, actor: Actor, query: str) -> list[str]:
    wanted = wanted_of(query)
    kinds = {**verbs.AREAS, **dict(trail.AccessLog.Kind.choices)}
    said = {
        _("From day"): wanted.since,
        _("Until day"): wanted.until,
        _("Who"): wanted.staff,
        _("Kind"): kinds.get(wanted.kind, wanted.kind),
        _("Number of the object"): wanted.number,
    }
    return [_("%(name)s: %(value)s") % {"name": name, "value": value} for name, value in said.items() if value]


def _cells(chain: str, actor: Actor, ids: Sequence[int], columns: Sequence[str], is_whole: bool) -> list[list[str]]:
    known = trail.CHAINS[chain]._default_manager.in_bulk(list(ids))
    rows = [known[pk] for pk in ids if pk in known]
    is_sealed = _sealed_by(chain)
    return [
        [_text(row, line, column, is_sealed) for column in columns]
        for row, line in zip(rows, trail.lines_of(rows), strict=True)
    ]


def _text(row: Any, line: trail.Line, column: str, is_sealed: Callable[[Any], bool]) -> str:
    if column == "row":
        return str(row.pk)
    if column == "at":
        return timezone.localtime(line.at).strftime("%Y-%m-%d %H:%M:%S")
    if column == "sealed":
        return pgettext("detail", "yes") if is_sealed(row) else pgettext("detail", "no")
    return str(getattr(line, {"request": "request_id"}.get(column, column)))


def chain_of(chain: str) -> Chain:
    """The hash chain over this part of the trail."""
    return next(one for one in (*CHAINS, *PLATFORM_CHAINS) if one.name == _SEALED[chain])


def _sealed_by(chain: str) -> Callable[[Any], bool]:
    """Whether a row lies in a sealed batch."""
    last = chain_of(chain).seals().last()
    return lambda row: last is not None and (row.xid < last.upto_xid or row.pk <= last.floor_id)


def seal_words(chain: str) -> str:
    """The newest seal of a chain, by which the file can be held against the trail."""
    last = chain_of(chain).seals().last()
    if last is None:
        return _("Nothing of this part of the trail is sealed yet.")
    said = {"seal": last.pk, "at": timezone.localtime(last.at).strftime("%Y-%m-%d %H:%M:%S"), "hash": last.digest}
    return _("Sealed up to seal %(seal)s of %(at)s, hash %(hash)s. Later rows are not sealed yet.") % said


_PEOPLE = (
    Column("person", gettext_lazy("Person"), width=12),
    Column("opened", gettext_lazy("opened"), width=8),
    Column("taken_out", gettext_lazy("taken out"), width=8),
    Column("changed", gettext_lazy("changed"), width=8),
    Column("first_at", gettext_lazy("first time"), width=20),
    Column("last_at", gettext_lazy("last time"), width=20),
    Column("log_id", gettext_lazy("row of the access log"), width=14),
    Column("event_id", gettext_lazy("row of the audit trail"), width=14),
)


def incident_of(query: str) -> Incident | None:
    """The incident that an address names."""
    said = QueryDict(query).get("incident")
    try:
        return Incident.objects.filter(public_id=said).first() if said else None
    except ValidationError:
        return None


def _people_ids(actor: Actor, query: str) -> QuerySet:
    found = incident_of(query) if actor.can(incidents.CAPABILITY) else None
    rows = IncidentPerson.objects.filter(incident=found) if found else IncidentPerson.objects.none()
    return rows.order_by("-last_at", "-id").values_list("pk", flat=True)


def _people_words(actor: Actor, query: str) -> list[str]:
    found = incident_of(query)
    return [found.number, source_words(found), found.reason] if found else []


def source_words(incident: Incident) -> str:
    """What an incident is about, in words."""
    source = affected.sources.get(incident.source)
    return " ".join(filter(None, [str(source.label if source else incident.source), incident.ref_name]))


def _people_cells(actor: Actor, ids: Sequence[int], columns: Sequence[str], is_whole: bool) -> list[list[str]]:
    known = IncidentPerson.objects.in_bulk(list(ids))
    return [[_cell(known[pk], column) for column in columns] for pk in ids if pk in known]


def _cell(row: IncidentPerson, column: str) -> str:
    value = getattr(row, {"person": "patient_id"}.get(column, column))
    if isinstance(value, dt.datetime):
        return timezone.localtime(value).strftime("%Y-%m-%d %H:%M:%S")
    return "" if value is None else str(value)
