"""The register of privacy requests: lists, one request, the second person's queue, the file."""

import uuid
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import add_never_cache_headers
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_GET, require_POST

from accounts.access import NotVisible, requires, second_factor_first
from accounts.actors import Actor
from accounts.audit import log_access
from accounts.calendar import today
from accounts.trail_words import columns
from accounts.views.list_state import with_views
from hospital_crm.private_files.serving import download
from hospital_crm.shell import chosen_acts
from hospital_crm.shell.paging import page_urls
from hospital_crm.shell.toasts import say
from patients.domain import masking, requests, subject_copy
from patients.domain.request_lists import LISTS, RequestList
from patients.filtered_lists import REQUESTS
from patients.models import Patient, PrivacyRequest
from patients.views.person import part_of
from patients.views.request_acts import seen_request

PRINTED = 500
SHOWN = 50


def _list_of(request: HttpRequest) -> RequestList:
    actor, name = request.actor, request.GET.get("list", "open")  # type: ignore[attr-defined]
    return RequestList(actor, today(), name if name in LISTS else "open")


@requires("privacy.requests")
@require_GET
@with_views(REQUESTS)
def request_list(request: HttpRequest) -> HttpResponse:
    """What is open by its deadline, what is late, what has ended."""
    wanted = _list_of(request)
    counts, page = (
        wanted.counts(),
        wanted.page(after=request.GET.get("after", ""), before=request.GET.get("before", "")),
    )
    log_access(wanted.actor, "list", [row.patient_id for row in page.rows], page="requests")
    context = {
        "rows": [_line(row, wanted) for row in page.rows],
        "chips": [
            {
                "label": words,
                "url": f"?list={name}",
                "count": counts[name],
                "is_on": name == wanted.name,
                "is_late": name == "late" and counts[name] > 0,
            }
            for name, words in LISTS.items()
        ],
        "count": counts[wanted.name],
        "list": wanted.name,
        "now": timezone.now(),
        "page": page_urls(request, page),
    }
    return TemplateResponse(request, "patients/requests.html", context)


def _asker(row: PrivacyRequest) -> str:
    """Who asked: the person, or who speaks for the person, by name and relation."""
    parts = [str(row.get_asked_by_display()), masking.mask_name(row.asker_name), row.asker_relation]  # type: ignore[attr-defined]
    return " · ".join(filter(None, parts))


def _line(row: PrivacyRequest, wanted: RequestList) -> dict[str, Any]:
    return {
        "row": row,
        "asker": _asker(row),
        "name": masking.mask_name(row.patient.name),
        "is_late": row.is_late_on(wanted.day),
        "days": (row.due_on - wanted.day).days if row.is_open else None,
    }


@requires("privacy.requests")
@require_GET
def print_list(request: HttpRequest) -> HttpResponse:
    """The list on paper, masked; printing is recorded."""
    wanted = _list_of(request)
    rows = wanted.page(size=PRINTED).rows
    log_access(wanted.actor, "print", [row.patient_id for row in rows], purpose="requests", page="requests")
    context = {
        "rows": [_line(row, wanted) for row in rows],
        "words": LISTS[wanted.name],
        "now": timezone.now(),
        "purpose": _("Register of privacy requests"),
        "printed_by": wanted.actor.staff,
        "is_cut": wanted.counts()[wanted.name] > len(rows),
        "most": PRINTED,
    }
    return TemplateResponse(request, "patients/requests_print.html", context)


@requires("privacy.requests")
@require_GET
def request_page(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """One request: what is asked, by whom, until when, what was done, and what can be done."""
    found, actor, now = seen_request(request, public_id), request.actor, timezone.now()  # type: ignore[attr-defined]
    is_second = actor.can(requests.APPROVE) and found.prepared_by_id != actor.staff.pk
    context = {
        "found": found,
        "name": masking.mask_name(found.patient.name),
        "asker": _asker(found),
        "goes_to_nobody": found.makes_file and not requests.may_be_handed_out(found, on=today(now=now)),
        "is_late": found.is_late_on(today(now=now)),
        "changes": _corrected(found),
        "file": requests.file_of(found, now=now) if found.makes_file else None,
        "may_prepare": found.state == "in_work" and found.assignee_id == actor.staff.pk,
        "may_refuse": found.state in ("in_work", "waiting"),
        "may_decide": is_second and found.state == "waiting",
        "may_reseal": is_second and requests.may_be_resealed(found, now=now),
        "now": now,
    }
    return TemplateResponse(request, "patients/request.html", context)


def _corrected(found: PrivacyRequest) -> list[tuple[str, str]]:
    """The fields of a correction with their values; what tells who somebody is stays masked."""
    masks = {"name": masking.mask_name, "address": masking.mask_address}
    corrected = Patient(**requests.values_of(found))
    shown = []
    for name in found.changes:
        display = getattr(corrected, f"get_{name}_display", None)
        value = display() if display else getattr(corrected, name) or ""
        shown.append((columns(Patient, [name]), masks.get(name, str)(str(value)) or "—"))
    return shown


@requires("privacy.approve")
@require_GET
def waiting(request: HttpRequest) -> HttpResponse:
    """Answers that wait for a second person. Whose they are is not shown: the kind, who asks, how identity was checked,
    who prepared it, which fields.
    """
    actor, now = request.actor, timezone.now()  # type: ignore[attr-defined]
    rows = PrivacyRequest.objects.waiting_for(actor).select_related("prepared_by").order_by("due_on", "id")
    files = PrivacyRequest.objects.sealed_for(actor, since=now - requests.RESEAL_FOR)
    context = {
        "rows": [
            {
                "row": row,
                "fields": pgettext("between names", ", ").join(columns(Patient, [name]) for name in row.changes),
                "is_late": row.is_late_on(today()),
            }
            for row in rows[:SHOWN]
        ],
        "files": files.select_related("prepared_by"),
        "chosen": chosen_acts.taken(request, under=reverse("patients:requests")),
        "now": now,
    }
    return TemplateResponse(request, "patients/requests_waiting.html", context)


@requires("privacy.approve")
@require_POST
def decide(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """The second person lets the answer go out, sends it back, or has the file made anew. A passphrase stands on the
    page this once.
    """
    actor: Actor = request.actor  # type: ignore[attr-defined]
    found = PrivacyRequest.objects.filter(public_id=public_id).first()
    if found is None:
        raise NotVisible("patients.privacyrequest", str(public_id))
    if elsewhere := second_factor_first(request):
        return elsewhere
    back = reverse("patients:requests-waiting")
    try:
        answered = _decided(found, request.POST, actor)
    except requests.RequestError as refusal:
        say(request, str(refusal), late=True)
        return redirect(back)
    if answered is None:
        say(request, _("Sent back."))
        return redirect(back)
    if not answered.passphrase:
        say(request, _("The answer to %(number)s has gone out.") % {"number": answered.request.number})
        return redirect(back)
    context = {"found": answered.request, "passphrase": answered.passphrase, "kept": subject_copy.KEPT.days}
    response = TemplateResponse(request, "patients/request_key.html", {**context, "back": back})
    add_never_cache_headers(response)
    return response


def _decided(found: PrivacyRequest, said: Any, actor: Actor) -> requests.Answered | None:
    now = timezone.now()
    if said.get("act") == "let_out":
        return requests.let_out(found, actor=actor, now=now)
    if said.get("act") == "reseal":
        return requests.reseal(found, actor=actor, now=now)
    if said.get("act") != "back":
        raise requests.RequestError(_("Nothing was decided: choose what is to become of it."))
    requests.send_back(found, note=said.get("note", "")[:200], actor=actor, now=now)
    return None


@requires("privacy.requests")
@require_GET
def file(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """The sealed file, to be handed to the person; on record."""
    found, now = seen_request(request, public_id), timezone.now()
    if elsewhere := second_factor_first(request):
        return elsewhere
    try:
        copy = requests.fetch(found, actor=request.actor, now=now)  # type: ignore[attr-defined]
    except requests.RequestError as refusal:
        say(request, str(refusal), late=True)
        return redirect("patients:request", found.public_id)
    return download(copy)


@requires("privacy.requests")
@require_GET
def panel(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """What the person has asked about the own data."""
    patient, day = part_of(request, public_id), today()
    rows = PrivacyRequest.objects.filter(patient=patient).order_by("-pk")[:5]
    context = {
        "patient": patient,
        "rows": [{"row": row, "is_late": row.is_late_on(day)} for row in rows],
        "now": timezone.now(),
    }
    return TemplateResponse(request, "patients/panel_requests.html", context)
