"""VIP memberships: the card of a person, granting, renewing, ending, handing over, counting services; the members."""

import datetime as dt
import uuid
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.access import get_visible_or_404, requires
from accounts.actors import Actor
from accounts.audit import log_access
from accounts.calendar import today
from accounts.views.list_state import with_views
from hospital_crm.shell.acting import act_page
from hospital_crm.shell.paging import page_urls
from hospital_crm.shell.toasts import say
from hospital_crm.tenancy.counts import capped_counts
from patients.domain import masking, member_services, member_threads, memberships
from patients.domain.levels import standard_of
from patients.domain.member_list import SOON_DAYS, STATES, MemberList
from patients.domain.memberships import MembershipError
from patients.filtered_lists import MEMBERS
from patients.member_forms import ContactsForm, CountForm, EndMembershipForm, GrantForm, LevelChoice, year_from
from patients.models import Membership, ServiceUse, VisitSheet
from patients.views.person import part_of, visible_person

_USES_SHOWN, _FORMER_SHOWN, _SHEETS_SHOWN = 6, 5, 3


@requires("patients.care")
@require_GET
def panel(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """The membership with what was received, and how soon the person is served."""
    patient, now = part_of(request, public_id), timezone.now()
    actor: Actor = request.actor  # type: ignore[attr-defined]
    day = today(now=now)
    rows = list(Membership.objects.filter(patient=patient).select_related("level", "contact", "deputy"))
    running = next((row for row in rows if row.is_running_on(day)), None)
    is_there = patient.contact_state not in memberships.GONE
    context = {
        "patient": patient,
        "now": now,
        "running": running,
        "ends_soon": running is not None and running.ends_on <= day + dt.timedelta(days=SOON_DAYS),
        "coming": [row for row in rows if row.phase_on(day) == "coming"],
        "former": [row for row in rows if row.phase_on(day) in ("over", "void")][:_FORMER_SHOWN],
        "standard": standard_of(patient, running),
        "may_grant": is_there and actor.can("patients.memberships"),
        "sees_reasons": actor.can("patients.memberships"),
        "may_count": running is not None and is_there and memberships.may_look_after(running, actor),
    }
    if running:
        running.patient = patient
        context |= {
            "services": member_services.services_of(running, on=day),
            "uses": ServiceUse.objects.filter(membership=running)
            .select_related("service", "by")
            .order_by("-used_on", "-id")[:_USES_SHOWN],
            "booking": memberships.booking_priority(patient, on=day),
            "calls": memberships.call_priority(patient, on=day),
            "sheets": VisitSheet.objects.filter(membership=running).order_by("-day")[:_SHEETS_SHOWN],
            "may_read_notes": memberships.may_read_notes(running, actor),
            "may_read": member_threads.may_read_thread(running, actor),
            "unread": member_threads.unread_of(running, actor.staff).count(),
        }
    return TemplateResponse(request, "patients/panel_membership.html", context)


@requires("patients.memberships")
@require_http_methods(["GET", "POST"])
def grant(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """The person becomes a member."""
    patient, actor = visible_person(request, public_id), request.actor  # type: ignore[attr-defined]
    day = today()
    form = GrantForm(request.POST or None, initial={"starts_on": day, "ends_on": year_from(day)})
    return act_page(
        request,
        form,
        lambda said: memberships.grant(patient, **said, actor=actor, now=timezone.now()),
        refusals=MembershipError,
        title=_("Grant a VIP membership"),
        action=_("Grant the membership"),
        done=_("Membership granted."),
        back=_page_of(patient),
        text=_("While it runs the category of the person says VIP."),
        note=masking.mask_name(patient.name),
    )


def _page_of(patient: Any) -> str:
    return reverse("patients:detail", args=[patient.public_id])


def membership_of(request: HttpRequest, public_id: uuid.UUID) -> Membership:
    """The membership of the address, if the actor may see it; opening its page is a view of the person."""
    rows = Membership.objects.select_related("patient", "level", "contact", "deputy")
    row = get_visible_or_404(rows, request.actor, public_id=public_id)  # type: ignore[attr-defined]
    log_access(request.actor, "view", [row.patient_id], page="membership")  # type: ignore[attr-defined]
    return row


@requires("patients.memberships")
@require_http_methods(["GET", "POST"])
def renew(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """A further membership after this one."""
    row, actor = membership_of(request, public_id), request.actor  # type: ignore[attr-defined]
    first = max(row.ends_on + dt.timedelta(days=1), today())
    return act_page(
        request,
        LevelChoice(request.POST or None, initial={"level": row.level, "ends_on": year_from(first)}),
        lambda said: memberships.renew(row, **said, actor=actor, now=timezone.now()),
        refusals=MembershipError,
        title=_("Renew the membership"),
        action=_("Renew the membership"),
        done=_("Membership renewed."),
        back=_page_of(row.patient),
        text=_("It begins on %(day)s, with the same contacts.") % {"day": first},
        note=masking.mask_name(row.patient.name),
    )


@requires("patients.memberships")
@require_http_methods(["GET", "POST"])
def end(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """A membership ends before the agreed day."""
    row, actor = membership_of(request, public_id), request.actor  # type: ignore[attr-defined]
    return act_page(
        request,
        EndMembershipForm(request.POST or None, initial={"on": today()}),
        lambda said: memberships.end(row, **said, actor=actor, now=timezone.now()),
        refusals=MembershipError,
        title=_("End the membership early"),
        action=_("End the membership"),
        done=_("Membership ended."),
        back=_page_of(row.patient),
        text=_("The day is its last. A day before the first withdraws it."),
        note=masking.mask_name(row.patient.name),
        danger=True,
    )


@requires("patients.memberships")
@require_http_methods(["GET", "POST"])
def hand_over(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """Other people look after the member."""
    row, actor = membership_of(request, public_id), request.actor  # type: ignore[attr-defined]
    return act_page(
        request,
        ContactsForm(request.POST or None, initial={"contact": row.contact, "deputy": row.deputy}),
        lambda said: memberships.hand_over(row, **said, actor=actor, now=timezone.now()),
        refusals=MembershipError,
        title=_("Named contact and deputy"),
        action=_("Hand over"),
        done=_("Handed over."),
        back=_page_of(row.patient),
        note=masking.mask_name(row.patient.name),
    )


@requires("patients.members", "patients.memberships")
@require_http_methods(["GET", "POST"])
def count(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """A service was received."""
    row, actor = membership_of(request, public_id), request.actor  # type: ignore[attr-defined]
    first = {"on": today(), "service": request.GET.get("service", "")}
    return act_page(
        request,
        CountForm(request.POST or None, level=row.level, initial=first),
        lambda said: member_services.count_service(row, **said, actor=actor, now=timezone.now()),
        refusals=MembershipError,
        title=_("Count a service"),
        action=_("Count it"),
        done=_("Service counted."),
        back=_page_of(row.patient),
        note=masking.mask_name(row.patient.name),
    )


@requires("patients.members", "patients.memberships")
@require_POST
def take_back(request: HttpRequest, public_id: uuid.UUID, key: int) -> HttpResponse:
    """A service that was counted did not take place."""
    row, actor = membership_of(request, public_id), request.actor  # type: ignore[attr-defined]
    use = get_object_or_404(ServiceUse.objects.select_related("membership__patient"), membership=row, pk=key)
    member_services.take_back_service(use, actor=actor)
    say(request, _("Taken back."))
    return redirect(_page_of(row.patient))


@requires("patients.members", "patients.memberships")
@require_GET
@with_views(MEMBERS)
def members(request: HttpRequest) -> HttpResponse:
    """Who is a member; those that end first on top."""
    actor, day = request.actor, today()  # type: ignore[attr-defined]
    state = request.GET.get("state", "")
    own = request.GET.get("own") == "1" or not actor.can("patients.memberships")
    wanted = MemberList(actor, day, state if state in STATES else "running", own)
    lists = {name: MemberList(actor, day, name, own) for name in STATES}
    counts = dict(zip(STATES, capped_counts(*(one.rows for one in lists.values())), strict=True))
    page = wanted.page(after=request.GET.get("after", ""), before=request.GET.get("before", ""))
    log_access(actor, "list", [row.patient_id for row in page.rows], page="members")
    soon = day + dt.timedelta(days=SOON_DAYS)
    context = {
        "rows": [
            {"row": row, "name": masking.mask_name(row.patient.name), "is_soon": day <= row.ends_on <= soon}
            for row in page.rows
        ],
        "chips": _chips(wanted, counts),
        "count": counts[wanted.state],
        "state": wanted.state,
        "now": timezone.now(),
        "page": page_urls(request, page),
        "sees_reasons": actor.can("patients.memberships"),
        "may_levels": actor.can("patients.membership_levels"),
    }
    return TemplateResponse(request, "patients/members.html", context)


def _chips(wanted: MemberList, counts: dict[str, int]) -> list[dict[str, Any]]:
    words = {
        "running": _("VIP members"),
        "ending": _("Ending soon"),
        "coming": _("Beginning later"),
        "over": _("Former"),
    }
    own = "&own=1" if wanted.own else ""
    chips = [
        {"label": words[name], "url": f"?state={name}{own}", "count": counts[name], "is_on": name == wanted.state}
        for name in STATES
    ]
    if wanted.actor.can("patients.memberships"):
        url = f"?state={wanted.state}" + ("" if wanted.own else "&own=1")
        chips.append({"label": _("Looked after by me"), "url": url, "count": None, "is_on": wanted.own})
    return chips
