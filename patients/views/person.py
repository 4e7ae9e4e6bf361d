"""The page of one person: identity card, timeline, cards beside it, unmasking, print."""

import datetime as dt
import uuid
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import add_never_cache_headers
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from accounts.access import get_visible_or_404, leads_on, requires
from accounts.actors import Actor
from accounts.audit import log_access, log_part
from accounts.calendar import today
from hospital_crm.shell.toasts import say
from hospital_crm.tenancy.prepared_rows import PreparedRows
from patients import registry
from patients.domain.chronicle import latest_stays, open_stop
from patients.domain.consents import current_consents
from patients.domain.field_rules import reader_of
from patients.domain.holds import standing_hold
from patients.domain.lists import PARAMETERS
from patients.domain.seen import seen_by
from patients.domain.stations import current_assignment
from patients.domain.timeline import next_action_of, timeline_of
from patients.domain.unions import kept_for
from patients.domain.unmasking import SECONDS, NoSuchField, reveal
from patients.domain.visibility import sight_of
from patients.forms import StationForm, UnmaskForm
from patients.models import Encounter, Patient, StationAssignment
from patients.views.card import IdentityCard, reach_of, record_groups
from patients.views.lists import kept_query, list_from_address
from patients.views.timelines import asked_of, part_of_timeline, timeline_context

PRINTED = 500
_WHOLE = PreparedRows(
    lambda: Patient.objects.with_identity().select_related("last_department", "death_reported_by", "death_confirmed_by")
)


def visible_person(request: HttpRequest, public_id: uuid.UUID, *, log: bool = True) -> Patient:
    """The person of the address, if the actor may see him; a view of the record, on record as such.

    Without `log` for pages that write a row of their own, or show nothing of the person.
    """
    actor: Actor = request.actor  # type: ignore[attr-defined]
    patient = get_visible_or_404(Patient.objects.one_by_one(), actor, read=_WHOLE, public_id=public_id)
    if log and request.method == "POST":
        log_part(actor, "view", patient.pk, page=_page_name(request))
    elif log:
        log_access(actor, "view", [patient.pk], page=_page_name(request))
    return patient


def part_of(request: HttpRequest, public_id: uuid.UUID, *, with_numbers: bool = False) -> Patient:
    """The person whose page loads one more part; fetched alone, it is a view of its own."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    patient = visible_person(request, public_id, log=False)
    numbers = with_numbers and sight_of(actor, patient).numbers
    log_part(actor, "dial" if numbers else "view", patient.pk, page=_page_name(request))
    return patient


def _page_name(request: HttpRequest) -> str:
    """patients:panel-reach → panel-reach."""
    return request.resolver_match.url_name if request.resolver_match else ""


@requires("patients.view")
@require_GET
@leads_on(Patient.objects.one_by_one, kept_for, "patients:detail")
def person(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """The 360° page. Opening it is recorded once; holding open work shows the numbers, which is recorded as such.

    The timeline, which gathers from every app, follows by itself (`?show=`) so that who it is stands there at once.
    """
    actor: Actor = request.actor  # type: ignore[attr-defined]
    now = timezone.now()
    if request.htmx:  # type: ignore[attr-defined]
        patient = part_of(request, public_id)
    else:
        patient = visible_person(request, public_id, log=False)
        log_access(actor, "dial" if sight_of(actor, patient).numbers else "view", [patient.pk], page="person")
    context: dict[str, Any] = {"patient": patient, "now": now}
    if "show" in request.GET or request.htmx:  # type: ignore[attr-defined]
        context |= _timeline_context(request, patient, actor, now)
    if request.htmx:  # type: ignore[attr-defined]
        return part_of_timeline(request, context)
    context |= _whole_page(request, patient, actor, now)
    response = TemplateResponse(request, "patients/person.html", context)
    add_never_cache_headers(response)
    return response


def _timeline_context(request: HttpRequest, patient: Patient, actor: Actor, now: dt.datetime) -> dict[str, Any]:
    asked, form = asked_of(request, registry.timeline_sources)
    return {
        **timeline_context(request, asked, form, timeline_of(patient, actor, now, asked=asked), keep=PARAMETERS),
        "tl_blank": _("Stays, follow-up and notes will stand here."),
        "tl_print_url": reverse("patients:print", args=[patient.public_id]),
    }


def _whole_page(request: HttpRequest, patient: Patient, actor: Actor, now: dt.datetime) -> dict[str, Any]:
    sight, reader = sight_of(actor, patient), reader_of(actor, patient)
    care = actor.can("patients.care")
    stays = latest_stays(patient) if care else []
    last_stay = next((stay for stay in stays if stay.kind == Encounter.Kind.INPATIENT), stays[0] if stays else None)
    panels = [
        {"key": panel.key, "label": panel.label, "url": reverse(panel.url_name, args=[patient.public_id])}
        for panel in registry.ordered_panels(actor)
    ]
    query = kept_query(request)
    return {
        "card": IdentityCard(patient, sight, today(now=now)),
        "sight": sight,
        "shows": {name: reader.sees(name) for name in ("allergies", "category", "care_tier", "last_department")},
        "last_stay": last_stay,
        "attending": (last_stay.attending.name if last_stay.attending else last_stay.attending_name)
        if last_stay
        else "",
        "next_action": next_action_of(patient, actor, now),
        "panels": panels,
        "stop": open_stop(patient) if care else None,
        "hold": standing_hold(patient, now=now) if care else None,
        "care": care,
        "purposes": UnmaskForm.PURPOSES,
        "list_query": query,
        "may": {
            "edit": actor.can("patients.edit"),
            "bin": actor.can("patients.edit") and patient.his_seen_at is None,
            "facts": actor.can("patients.facts"),
            "unmask": actor.can("patients.unmask"),
            "stop": actor.can("patients.stop_contact"),
            "hold": actor.can("patients.hold"),
            "erase": actor.can("patients.erase"),
            "report_death": actor.can("patients.report_death"),
            "confirm_death": actor.can("patients.confirm_death") and patient.death_reported_by_id != actor.staff.pk,
        },
    }


@requires("patients.unmask")
@require_POST
def unmask(request: HttpRequest, public_id: uuid.UUID, field: str) -> HttpResponse:
    """One field in full for sixty seconds, for a purpose, on record."""
    patient = visible_person(request, public_id, log=False)
    form = UnmaskForm({"field": field, "purpose": request.POST.get("purpose"), "note": request.POST.get("note", "")})
    if not form.is_valid():
        return HttpResponse(_("Say what the field is needed for."), status=422)
    try:
        shown = reveal(patient, field, purpose=form.reason(), actor=request.actor)  # type: ignore[attr-defined]
    except NoSuchField as error:
        raise Http404 from error
    context = {
        "value": shown.value,
        "masked": shown.masked,
        "seconds": SECONDS,
        "tel": shown.may_be_dialled,
        "patient": patient,
    }
    template = "components/shown.html" if request.htmx else "patients/shown.html"  # type: ignore[attr-defined]
    response = TemplateResponse(request, template, context)
    add_never_cache_headers(response)
    return response


@requires("patients.view")
@require_GET
def step(request: HttpRequest, public_id: uuid.UUID, direction: str) -> HttpResponse:
    """The person above or below in the list one came from."""
    patient = visible_person(request, public_id, log=False)
    people, _form = list_from_address(request)
    found = people.neighbour(patient, newer=direction == "newer")
    if found is None:
        say(request, _("The list ends here."))
    query = request.GET.urlencode()
    target = reverse("patients:detail", args=[(found or patient).public_id])
    return redirect(f"{target}?{query}" if query else target)


@requires("patients.view")
@require_GET
def panel_reach(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """Telephone numbers, family, and who may be told what."""
    patient = part_of(request, public_id, with_numbers=True)
    actor: Actor = request.actor  # type: ignore[attr-defined]
    assigned = current_assignment(patient)
    context = {
        "patient": patient,
        "purposes": UnmaskForm.PURPOSES,
        "may_unmask": actor.can("patients.unmask"),
        "may_edit": actor.can("patients.edit"),
        "now": timezone.now(),
        "assigned": assigned,
        "station_form": station_form_for(actor, assigned),
        **reach_of(patient, sight_of(actor, patient)),
    }
    return TemplateResponse(request, "patients/panels.html#reach", context)


def station_form_for(actor: Actor, assigned: StationAssignment | None) -> StationForm | None:
    """The form that sets the station; None for those who may not, and where the hospital has no stations."""
    if not actor.can("patients.edit"):
        return None
    form = StationForm(chosen=assigned.station if assigned else None)
    return form if len(form.fields["station"].choices) > 1 or assigned else None


@requires("patients.view")
@require_GET
def panel_record(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """What the hospital keeps beside the timeline: identifiers, life, history."""
    patient = part_of(request, public_id)
    actor: Actor = request.actor  # type: ignore[attr-defined]
    context = {
        "patient": patient,
        "purposes": UnmaskForm.PURPOSES,
        "may_unmask": actor.can("patients.unmask"),
        **record_groups(patient, reader_of(actor, patient)),
    }
    return TemplateResponse(request, "patients/panels.html#record", context)


@requires("patients.view")
@require_GET
def panel_consents(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """What the person allows: the decisions that hold."""
    patient = part_of(request, public_id)
    actor: Actor = request.actor  # type: ignore[attr-defined]
    context = {
        "now": timezone.now(),
        "patient": patient,
        "consents": current_consents(patient),
        "may_decide": actor.can("patients.edit"),
    }
    return TemplateResponse(request, "patients/panels.html#consents", context)


@requires("patients.care")
@require_GET
def panel_seen(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """Who has opened this record."""
    patient = part_of(request, public_id)
    now = timezone.now()
    context = {"patient": patient, "now": now, "seen": seen_by(patient, today(now=now))}
    return TemplateResponse(request, "patients/panels.html#seen", context)


@requires("patients.view")
@require_GET
def print_person(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """The record and the timeline, filtered as on the page, on paper and masked; printing is recorded."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    patient, now = visible_person(request, public_id, log=False), timezone.now()
    log_access(actor, "print", [patient.pk], purpose="record", page="person")
    sight, (asked, _form) = sight_of(actor, patient), asked_of(request, registry.timeline_sources)
    context = {
        "patient": patient,
        "now": now,
        "purpose": _("record"),
        "printed_by": actor.staff,
        "card": IdentityCard(patient, type(sight)(numbers=False, clinical=sight.clinical), today(now=now)),
        "timeline": timeline_of(patient, actor, now, asked=asked, shown=PRINTED),
        "asked": asked,
        "only": registry.timeline_sources[asked.only].label if asked.only else "",
        "care": actor.can("patients.care"),
        "record": record_groups(patient, reader_of(actor, patient)),
        "reach": reach_of(patient, type(sight)(numbers=False, clinical=sight.clinical)),
    }
    return TemplateResponse(request, "patients/print.html", context)
