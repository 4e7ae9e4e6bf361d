"""The record of a unit: overview, timeline, members, files and history."""

import datetime as dt
import uuid
from collections.abc import Iterable
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from accounts.access import requires
from accounts.actors import Actor
from accounts.audit import log_access
from accounts.calendar import today
from accounts.domain.saved_views import EVERYTHING, VIEW
from accounts.views.list_state import with_views
from groups.domain.next_step import next_step
from groups.domain.regions import BILLED, best_figure
from groups.filtered_lists import MEMBERS
from groups.forms import FileForm, MemberForm
from groups.models import Benefit, Contract, GroupCustomer, GroupMember
from groups.registry import timeline_sources
from groups.views.acting import leads_on, visible_unit
from groups.views.members import add_member
from hospital_crm.shell import paging
from hospital_crm.tenancy.counts import capped_counts
from hospital_crm.tenancy.keyset import Key, page_of
from patients.domain.masking import mask_name, mask_phone
from patients.domain.timeline import laid_out
from patients.models import Patient
from patients.views.timelines import asked_of, part_of_timeline, timeline_context

BY_ID = Key("id", int)
SHOWN = 20
MEMBER_CHIPS = ("", "key", "absent", "left")
EVERY_MEMBER = f"{VIEW}={EVERYTHING}"
_PHASES = ("draft", "coming", "running", "over", "void")


@requires("groups.view")
@require_GET
@leads_on
def unit(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """What is planned and was done, contracts and benefits, deals, whom to speak to, what the unit brought."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    group, now = visible_unit(request, public_id), timezone.now()
    day = today(now=now)
    visits = group.visits.select_related("staff", "contact", "follows")
    contacts = list(group.contacts.all()[:SHOWN])
    context = {
        **_head(group, actor, "overview", within=paging.query(request)),
        "now": now,
        "today": day,
        "next": next_step(group, day),
        "visits": list(visits[:SHOWN]),
        "contacts": sorted(contacts, key=lambda one: not _speaks(one, day)),
        "valid_contacts": {one.pk for one in contacts if _speaks(one, day)},
        "contracts": _contracts(group, day),
        "deals": list(group.opportunities.order_by("-state", "expected_on", "id")[:SHOWN]),
        **_values(group),
    }
    return TemplateResponse(request, "groups/unit.html", context)


def _speaks(contact: Any, day: dt.date) -> bool:
    return (contact.valid_from is None or contact.valid_from <= day) and (
        contact.valid_until is None or contact.valid_until >= day
    )


def _head(group: GroupCustomer, actor: Actor, tab: str, *, within: str = "") -> dict[str, Any]:
    return {"group": group, "tab": tab, "may_edit": actor.can("groups.edit"), "list_query": within}


def _contracts(group: GroupCustomer, day: dt.date) -> list[dict[str, Any]]:
    """Contracts with where they stand on the day, and their benefits with how often they were given."""
    contracts = list(group.contracts.all()[:SHOWN])
    benefits: dict[int, list[Benefit]] = {}
    for benefit in Benefit.objects.filter(contract__in=contracts).annotate(used=Count("uses")).order_by("kind", "id"):
        benefits.setdefault(benefit.contract_id, []).append(benefit)
    words = {
        "draft": _("draft"),
        "coming": _("begins later"),
        "running": _("in force"),
        "over": _("over"),
        "void": _("withdrawn"),
    }
    return [
        {
            "contract": contract,
            "phase": contract.phase_on(day),
            "words": words[contract.phase_on(day)],
            "days_left": (contract.ends_on - day).days if _ends_soon(contract, day) else None,
            "benefits": benefits.get(contract.pk, []),
        }
        for contract in contracts
    ]


def _ends_soon(contract: Contract, day: dt.date) -> bool:
    is_near = contract.ends_on is not None and 0 <= (contract.ends_on - day).days <= contract.remind_days
    return is_near and contract.is_running_on(day)


def _values(group: GroupCustomer) -> dict[str, Any]:
    """The value over the years as figures and as a chart; open deals by their weight."""
    years: dict[int, dict[str, Any]] = {}
    rows = list(group.values.all())
    for row in rows:
        years.setdefault(row.year, {})[row.source] = row.amount
    figures = {year: best_figure(by) for year, by in sorted(years.items())}
    chart = {
        "kind": "bar",
        "names": [_year_words(year, years[year]) for year in figures],
        "series": [{"name": _("yuan"), "data": [float(amount) for amount in figures.values()], "tone": "bar"}],
    }
    for row in rows:
        row.year_words = _year_words(row.year, [row.source])
    return {"values": rows, "value_chart": chart if len(figures) > 1 else None}


def _year_words(year: int, sources: Iterable[str]) -> str:
    """The year; of the running one, where it is billed as it goes, that it is not over."""
    is_running = year == today().year and any(source in BILLED for source in sources)
    return _("%(year)s so far") % {"year": year} if is_running else str(year)


@requires("groups.view")
@require_GET
@leads_on
def timeline(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """Everything that was done with the unit and that is to come, in one order, narrowed to a source or to days."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    group, now = visible_unit(request, public_id), timezone.now()
    asked, form = asked_of(request, timeline_sources)
    context = {
        **timeline_context(request, asked, form, laid_out(timeline_sources, group, actor, now, asked=asked)),
        "now": now,
        "tl_blank": _("Visits, contracts and members will stand here."),
    }
    if request.htmx:  # type: ignore[attr-defined]
        return part_of_timeline(request, context)
    return TemplateResponse(request, "groups/timeline.html", context | _head(group, actor, "timeline"))


@requires("groups.view")
@require_http_methods(["GET", "POST"])
@with_views(MEMBERS)
@leads_on
def members(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """Members, the youngest first, masked (GET); somebody who joins, named by record number (POST)."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    group = visible_unit(request, public_id)
    form = MemberForm(request.POST or None)
    if request.method == "POST" and add_member(request, group, form):
        return redirect("groups:members", group.public_id)
    chip = request.GET.get("list", "")
    chip = chip if chip in MEMBER_CHIPS else ""
    lists = {name: _members(group, name) for name in MEMBER_CHIPS}
    counts = dict(zip(MEMBER_CHIPS, capped_counts(*lists.values()), strict=True))
    place = {name: request.GET.get(name, "") for name in ("after", "before")}
    page = page_of(lists[chip], BY_ID, fetch=GroupMember.objects.select_related("patient"), **place)
    log_access(actor, "list", [member.patient_id for member in page.rows], page="unit")
    words = {
        "": _("Members"),
        "key": _("Key persons"),
        "absent": _("Missing in the roster"),
        "left": _("Left the unit"),
    }
    chips = [
        {"label": words[name], "url": f"?{paging.query(request, list=name) or EVERY_MEMBER}", "count": counts[name],
         "is_on": name == chip, "is_late": False}
        for name in MEMBER_CHIPS
    ]  # fmt: skip
    context = {
        **_head(group, actor, "members"),
        "now": timezone.now(),
        "chips": chips,
        "chip": chip,
        "count": counts[chip],
        "members": [_member_row(member) for member in page.rows],
        **paging.page_urls(request, page),
        "form": form,
    }
    return TemplateResponse(request, "groups/members.html", context, status=422 if form.errors else 200)


def _members(group: GroupCustomer, chip: str) -> QuerySet[GroupMember]:
    rows = GroupMember.objects.filter(group=group)
    if chip == "left":
        return rows.filter(left_on__isnull=False)
    conditions = {"key": Q(is_key_person=True), "absent": Q(absent_since__isnull=False)}
    return rows.filter(conditions.get(chip, Q()), left_on__isnull=True)


def _member_row(member: GroupMember) -> dict[str, Any]:
    """A member, masked, without clinical text."""
    patient: Patient = member.patient
    return {
        "pk": member.pk,
        "public_id": patient.public_id,
        "name": mask_name(patient.name),
        "phone": mask_phone(patient.phone),
        "sex": patient.get_sex_display() if patient.sex != "U" else "",
        "department": member.department,
        "position": member.position,
        "employee_number": member.employee_number,
        "is_key_person": member.is_key_person,
        "state": patient.get_contact_state_display() if not patient.may_be_contacted else "",
        "joined_on": member.joined_on,
        "left_on": member.left_on,
        "absent_since": member.absent_since,
    }


@requires("groups.view")
@require_GET
@leads_on
def history(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """Files, the states the unit was in, who looked after it, what was united with it."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    group = visible_unit(request, public_id)
    context = {
        **_head(group, actor, "history"),
        "now": timezone.now(),
        "files": list(group.files.select_related("uploaded_by")[:SHOWN]),
        "file_form": FileForm(),
        "states": list(group.status_changes.select_related("by")[:SHOWN]),
        "owners": list(group.owner_changes.select_related("before", "after", "by")[:SHOWN]),
        "mergers": list(group.mergers.select_related("by")[:SHOWN]),
    }
    return TemplateResponse(request, "groups/history.html", context)
