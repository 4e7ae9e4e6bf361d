"""What the app's own rows say on the timeline of a unit: contacts with it, contracts, deals, members, its record.

Of the visits of members and of the benefits that they received only numbers are told, month by month: whoever looks
after a unit works with its people, not with their care. A number of visits below five is told as such.
"""

import datetime as dt
from collections import Counter
from collections.abc import Iterator
from typing import Any

from dateutil.relativedelta import relativedelta
from django.db.models import Count, F, Q, QuerySet
from django.db.models.functions import Coalesce, TruncMonth
from django.urls import reverse_lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext

from accounts.actors import Actor
from accounts.calendar import today
from groups.models import BenefitUse, GroupContact, GroupCustomer, GroupMember, GroupVisit, Opportunity
from groups.registry import register_timeline
from hospital_crm.shell.wording import money, number
from hospital_crm.tenancy.together import Few, read_together
from patients.models import Encounter
from patients.registry import Span, TimelineEntry, TimelineSource

LEAST_TOLD = 5


def connect() -> None:
    """Called once by the app's wiring."""
    for order, (key, label, entries) in enumerate(
        (
            ("visits", gettext_lazy("Dealings"), contacts),
            ("contracts", gettext_lazy("Contracts"), contracts),
            ("deals", gettext_lazy("Opportunities"), deals),
            ("members", gettext_lazy("Members"), members),
            ("record", gettext_lazy("Record"), records),
        )
    ):
        register_timeline(TimelineSource(key, label, entries, order, "groups.view", reads_span=True))


def contacts(group: GroupCustomer, actor: Actor, now: dt.datetime, span: Span) -> Iterator[TimelineEntry]:
    """Visits, calls, letters and meetings: on the day they were made or called off, else on the day they are planned
    for, with the way to write their result.
    """
    day, kinds = today(now=now), dict(GroupVisit.Kind.choices)
    for row in _rows_of(group, span)["visits"]:
        yield TimelineEntry(
            at=row.done_on or row.called_off_on or row.planned_on,
            title=kinds[row.kind],
            text=row.purpose,
            detail=row.result or row.called_off_reason,
            by=row.staff or "",
            badge=_state_of(row, day),
            tone="late" if row.is_open and row.planned_on < day else "",
            url=_result_url(group, row) if row.is_open and actor.can("groups.edit") else "",
        )


def _state_of(visit: GroupVisit, day: dt.date) -> str:
    if visit.called_off_on:
        return _("called off")
    if not visit.is_open:
        return ""
    return _("Late") if visit.planned_on < day else _("still to be made")


def _result_url(group: GroupCustomer, visit: GroupVisit) -> Any:
    return reverse_lazy("groups:visit-result", args=[group.public_id, visit.pk])


def contracts(group: GroupCustomer, actor: Actor, now: dt.datetime, span: Span) -> Iterator[TimelineEntry]:
    """Contracts that bind or bound: their first day, and their last where one is agreed."""
    for row in _rows_of(group, span)["contracts"]:
        said = pgettext("between facts", ", ").join((row.number, str(row.get_kind_display())))
        yield TimelineEntry(row.starts_on, _("Contract begins"), said, f"¥{money(row.amount)}" if row.amount else "")
        if row.ends_on:
            yield TimelineEntry(row.ends_on, _("Last day of the contract"), said, row.end_reason)


def deals(group: GroupCustomer, actor: Actor, now: dt.datetime, span: Span) -> Iterator[TimelineEntry]:
    """Opportunities: when they were noted, and when they were won or lost, or should be decided."""
    day, states = today(now=now), dict(Opportunity.State.choices)
    for row in _rows_of(group, span)["deals"]:
        said = f"{row.title} ¥{money(row.amount)}"
        yield TimelineEntry(row.created_at, _("Opportunity noted"), said, by=row.staff or "")
        if row.closed_on:
            yield TimelineEntry(row.closed_on, states[row.state], said, row.reason, by=row.staff or "")
            continue
        is_late = row.expected_on < day
        yield TimelineEntry(
            row.expected_on,
            _("Opportunity should close"),
            said,
            by=row.staff or "",
            badge=_("Late") if is_late else row.get_step_display(),
            tone="late" if is_late else "",
        )


def records(group: GroupCustomer, actor: Actor, now: dt.datetime, span: Span) -> Iterator[TimelineEntry]:
    """States of cooperation, hand-overs, unions, people who began or ceased to speak for the unit, files."""
    rows = _rows_of(group, span)
    for row in rows["states"]:
        said = f"{row.get_before_display()} → {row.get_after_display()}"
        yield TimelineEntry(row.at, _("State of cooperation"), said, row.reason, by=row.by or "")
    for row in rows["owners"]:
        said = f"{row.before or '—'} → {row.after or '—'}"
        yield TimelineEntry(row.at, _("Handed over to another liaison"), said, row.reason, by=row.by or "")
    for row in rows["mergers"]:
        other = row.before["other"]["name"]
        yield TimelineEntry(row.at, _("United with another record"), other, by=row.by or "")
        if row.undone_at:
            yield TimelineEntry(row.undone_at, _("Union taken apart"), other)
    for row in rows["people"]:
        yield from _speaker(row)
    for row in rows["files"]:
        url = reverse_lazy("groups:file", args=[row.public_id])
        yield TimelineEntry(row.uploaded_at, _("File"), row.title, row.note, by=row.uploaded_by or "", url=url)


def _speaker(row: GroupContact) -> Iterator[TimelineEntry]:
    said = f"{row.get_role_display()} {row.name}"
    if row.valid_from:
        yield TimelineEntry(row.valid_from, _("Contact begins"), said)
    if row.valid_until:
        yield TimelineEntry(row.valid_until, _("Last day as contact"), said)


def members(group: GroupCustomer, actor: Actor, now: dt.datetime, span: Span) -> Iterator[TimelineEntry]:
    """How many joined and left on a day; how often members were here and which benefits they received in a month."""
    joined: Counter[dt.date] = Counter()
    left: Counter[dt.date] = Counter()
    days = GroupMember.objects.filter(group=group).order_by().values_list("joined_on", "left_on")
    for first, last, n in days.annotate(n=Count("pk")):
        joined.update({first: n} if first else {})
        left.update({last: n} if last else {})
    for at, n in joined.items():
        yield TimelineEntry(at, _("Joined a unit"), ngettext("%(n)s member", "%(n)s members", n) % {"n": number(n)})
    for at, n in left.items():
        yield TimelineEntry(at, _("Left a unit"), ngettext("%(n)s member", "%(n)s members", n) % {"n": number(n)})
    day, kinds = today(now=now), dict(Encounter.Kind.choices)
    for month, found in _by_month(_stays_of_members(group), "admitted_on", "kind", span).items():
        said = [f"{kinds[kind]} {_told(n)}" for kind, n in found]
        yield TimelineEntry(_last_of(month, day), _("Visits of members this month"), _(", ").join(said))
    uses = BenefitUse.objects.filter(benefit__contract__group=group)
    for month, found in _by_month(uses, "used_on", "benefit__name", span).items():
        said = [f"{name} {number(n)}" for name, n in found]
        yield TimelineEntry(_last_of(month, day), _("Benefits received this month"), _(", ").join(said))


def _stays_of_members(group: GroupCustomer) -> QuerySet[Encounter]:
    """Of each member those of the time of belonging to the unit."""
    of_group = "patient__memberships"
    began = Q(**{f"{of_group}__joined_on__isnull": True}) | Q(**{f"{of_group}__joined_on__lte": F("admitted_on")})
    goes_on = Q(**{f"{of_group}__left_on__isnull": True}) | Q(**{f"{of_group}__left_on__gt": F("admitted_on")})
    return Encounter.objects.valid().filter(began, goes_on, **{f"{of_group}__group": group})


def _by_month(rows: QuerySet, day: str, what: str, span: Span) -> dict[dt.date, list[tuple[str, int]]]:
    """The most frequent first; of whole months, so that a number is the same wherever a page begins."""
    if span.since:
        rows = rows.filter(**{f"{day}__gte": span.since.date().replace(day=1)})
    if span.until:
        rows = rows.filter(**{f"{day}__lte": span.until.date()})
    counted = rows.order_by().annotate(month=TruncMonth(day)).values_list("month", what)
    found: dict[dt.date, list[tuple[str, int]]] = {}
    for month, value, n in counted.annotate(n=Count("pk", distinct=True)).order_by("-month", "-n", what):
        found.setdefault(month, []).append((value, n))
    return dict(list(found.items())[: span.limit])


def _told(n: int) -> str:
    return number(n) if n >= LEAST_TOLD else _("fewer than %(n)s") % {"n": LEAST_TOLD}


def _last_of(month: dt.date, day: dt.date) -> dt.date:
    """The last day of the month, of the current one the day itself."""
    return min(month + relativedelta(day=31), day)


def _rows_of(group: GroupCustomer, span: Span) -> dict[str, list[Any]]:
    """Everything but members, in one statement for all sources of a page."""
    known = vars(group).setdefault("_timeline_rows", {})
    if span not in known:
        moment = Coalesce("done_on", "called_off_on", "planned_on")
        visits = span.narrowed(group.visits.annotate(moment=moment), "moment", by_day=True)
        known[span] = read_together(
            visits=Few(visits, ("id", "kind", "planned_on", "done_on", "called_off_on", *_VISIT)),
            contracts=Few(group.contracts.filter(state__in=["signed", "ended"]), _CONTRACT),
            deals=Few(group.opportunities.all(), _DEAL),
            states=Few(group.status_changes.all(), ("at", "before", "after", "reason", "by__name")),
            owners=Few(group.owner_changes.all(), ("at", "before__name", "after__name", "reason", "by__name")),
            mergers=Few(group.mergers.all(), ("at", "undone_at", "before", "by__name")),
            people=Few(group.contacts.all(), ("name", "role", "valid_from", "valid_until")),
            files=Few(span.narrowed(group.files.all(), "uploaded_at"), _FILE),
        )
    return known[span]


_VISIT = ("purpose", "result", "called_off_reason", "staff__name")
_CONTRACT = ("number", "kind", "state", "starts_on", "ends_on", "end_reason", "amount")
_DEAL = (*("title", "amount", "step", "state", "reason", "created_at", "expected_on", "closed_on"), "staff__name")
_FILE = ("public_id", "title", "note", "uploaded_at", "uploaded_by__name")
