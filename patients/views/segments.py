"""The list of segments; one of them with its rule, its people, its versions and its history; why somebody is in it."""

import uuid
from collections.abc import Callable
from typing import Any

from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.access import get_visible_or_404, requires
from accounts.actors import Actor
from accounts.audit import log_access, log_part
from accounts.calendar import today
from accounts.models import Role
from accounts.views.list_state import with_views
from hospital_crm.shell import paging
from hospital_crm.shell.small_numbers import LEAST, in_fives
from hospital_crm.shell.toasts import say
from hospital_crm.tenancy.counts import capped_counts
from hospital_crm.tenancy.keyset import Key, page_of
from patients.domain import masking
from patients.domain.rows import person_rows
from patients.domain.search import person_with_number
from patients.domain.segments import explaining, keeping, reading, rules, words
from patients.filtered_lists import SEGMENTS
from patients.models import Patient, Segment, SegmentMember, SegmentVersion
from patients.models.segments import EVERYBODY
from patients.views.lists import address_of_record

BY_ID = Key("id", int)
BY_PERSON = Key("patient_id", int)
COUNTS_SHOWN = 60
VERSIONS_SHOWN = 50
LISTS = ("", "mine", "shipped", "retired")


def visible_segment(request: HttpRequest, public_id: uuid.UUID) -> Segment:
    """The segment of the address, if the actor may see it."""
    rows = Segment.objects.with_rule().select_related("owner")
    return get_visible_or_404(rows, request.actor, public_id=public_id)  # type: ignore[attr-defined]


@requires("patients.segments")
@require_GET
@with_views(SEGMENTS)
def segment_list(request: HttpRequest) -> HttpResponse:
    """Segments, the youngest first."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    visible = Segment.objects.visible_to(actor)
    in_use = visible.in_use()
    lists = {
        "": in_use,
        "mine": in_use.filter(owner=actor.staff),
        "shipped": in_use.filter(~Q(code="")),
        "retired": visible.filter(retired_at__isnull=False),
    }
    chosen = request.GET.get("list", "")
    chosen = chosen if chosen in lists else ""
    counts = dict(zip(LISTS, capped_counts(*(lists[key] for key in LISTS)), strict=True))
    place = {name: request.GET.get(name, "") for name in ("after", "before")}
    page = page_of(lists[chosen], BY_ID, fetch=Segment.objects.select_related("owner"), **place)
    context = {
        "rows": [_row(segment, actor) for segment in page.rows],
        **paging.page_urls(request, page),
        "count": counts[chosen],
        "chips": _chips(request, chosen, counts),
        "now": timezone.now(),
    }
    return TemplateResponse(request, "patients/segments/list.html", context)


def _row(segment: Segment, actor: Actor) -> dict[str, Any]:
    """A segment as pages show it. Whose members may not be listed for the reader, of those a few are not counted
    either: with a narrow rule the number would tell of one person.
    """
    return {
        "segment": segment,
        "title": keeping.title_of(segment),
        "purpose": keeping.purpose_of(segment),
        "may_list": reading.may_list(segment, actor),
    }


def _chips(request: HttpRequest, chosen: str, counts: dict[str, int]) -> list[dict[str, Any]]:
    named = {"": _("In use"), "mine": _("My own"), "shipped": _("Shipped"), "retired": _("Retired")}
    return [
        {
            "label": named[key],
            "url": f"?{paging.query(request, list=key)}",
            "count": counts[key],
            "is_on": key == chosen,
            "is_late": False,
        }
        for key in LISTS
    ]


@requires("patients.segments")
@require_GET
def segment(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """What the segment says, how many are in it over time, its versions, and what can be done with it. Asks again by
    itself while its people are being counted.
    """
    actor: Actor = request.actor  # type: ignore[attr-defined]
    one, now = visible_segment(request, public_id), timezone.now()
    rule = keeping.rule_of(one)
    counts = list(one.counts.all()[:COUNTS_SHOWN])
    context: dict[str, Any] = {
        **_row(one, actor),
        "now": now,
        "waits": not one.is_retired and (one.refreshed_at is None or one.refreshed_version != one.version),
    }
    if request.htmx:  # type: ignore[attr-defined]
        return TemplateResponse(request, "patients/segments/segment.html#number", context)
    context |= {
        "said": words.said(rule.root),
        "with_deceased": rule.with_deceased,
        "counts": counts,
        "chart": _chart(counts, tells_few=context["may_list"]),
        "versions": list(one.versions.select_related("made_by")[:VERSIONS_SHOWN]),
        "shared": _shared(one),
        "may_change": keeping.may_change(one, actor),
        "may_resume": one.is_retired and (one.owner_id == actor.staff.pk or actor.can("patients.segments_manage")),
    }
    return TemplateResponse(request, "patients/segments/segment.html", context)


def _roughly(members: int) -> int | None:
    return in_fives(members) if members >= LEAST else None


def _chart(counts: list[Any], *, tells_few: bool) -> dict[str, Any]:
    days = counts[::-1]
    data = [count.members if tells_few else _roughly(count.members) for count in days]
    series = [{"name": _("people"), "data": data, "tone": "accent"}]
    return {"kind": "line", "names": [f"{count.on:%m-%d}" for count in days], "series": series, "unit": ""}


def _shared(one: Segment) -> list[str]:
    if EVERYBODY in one.shared_with:
        return [_("Everybody who works with segments")]
    return [role.display_name for role in Role.objects.filter(code__in=one.shared_with).order_by("rank")]


@requires("patients.segments")
@require_GET
def members(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """Who was in the segment at its last refresh, of those whom the actor may see; the youngest record first."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    one, now = visible_segment(request, public_id), timezone.now()
    rows = reading.members_of(one, keeping.rule_of(one), actor)
    place = {name: request.GET.get(name, "") for name in ("after", "before")}
    fetch = SegmentMember.objects.select_related("patient", "patient__last_department")
    page = page_of(rows, BY_PERSON, fetch=fetch, **place)
    log_access(actor, "list", [member.patient_id for member in page.rows], page="segment")
    day = today(now=now)
    people = person_rows([member.patient for member in page.rows], actor, day, address_of_record())
    context = {
        **_row(one, actor),
        **paging.page_urls(request, page),
        "rows": list(zip(people, page.rows, strict=True)),
        "sees_all": actor.sees == "all",
        "care": actor.can("patients.care"),
        "today": day,
        "now": now,
    }
    return TemplateResponse(request, "patients/segments/members.html", context)


@requires("patients.segments")
@require_GET
def version(request: HttpRequest, public_id: uuid.UUID, number: int) -> HttpResponse:
    """One version in words, and what changed from the one before."""
    one = visible_segment(request, public_id)
    shown = get_object_or_404(SegmentVersion.objects.select_related("made_by"), segment=one, number=number)
    before = SegmentVersion.objects.filter(segment=one, number__lt=number).first()
    rule = rules.from_json(shown.rule)
    context = {
        **_row(one, request.actor),  # type: ignore[attr-defined]
        "version": shown,
        "before": before,
        "said": words.said(rule.root),
        "with_deceased": rule.with_deceased,
        "changes": words.changes(rules.from_json(before.rule), rule) if before else [],
        "now": timezone.now(),
    }
    return TemplateResponse(request, "patients/segments/version.html", context)


@requires("patients.segments")
@require_http_methods(["GET", "POST"])
def why(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """Why somebody is in the segment or not, line by line. Whom it is about is chosen in a list, or named by number: by
    POST, so that no number stands in an address.
    """
    actor: Actor = request.actor  # type: ignore[attr-defined]
    one = visible_segment(request, public_id)
    if request.method == "POST":
        return _ask_about(request, one)
    context: dict[str, Any] = {**_row(one, actor), "now": timezone.now()}
    if asked := request.GET.get("person", ""):
        patient = _person(actor, asked)
        log_access(actor, "view", [patient.pk], page="segment-why")
        context |= _explained(one, patient, actor)
    return TemplateResponse(request, "patients/segments/why.html", context)


def _ask_about(request: HttpRequest, one: Segment) -> HttpResponse:
    actor: Actor = request.actor  # type: ignore[attr-defined]
    address = reverse("segments:why", args=[one.public_id])
    found = person_with_number(request.POST.get("number", "")[:40])
    if found is None or not Patient.objects.one_by_one().visible_to(actor).filter(pk=found.pk).exists():
        say(request, _("No person has this record number."), late=True)
        return redirect(address)
    return redirect(f"{address}?person={found.public_id}")


def _person(actor: Actor, public_id: str) -> Patient:
    rows = Patient.objects.one_by_one().select_related("last_department").exclude(contact_state="erased")
    return get_visible_or_404(rows, actor, public_id=public_id)


def _explained(one: Segment, patient: Patient, actor: Actor) -> dict[str, Any]:
    member = SegmentMember.objects.filter(segment=one, patient=patient).first()
    try:
        told = explaining.explain(keeping.rule_of(one), patient, actor=actor, day=today())
    except rules.RuleError:
        told = None
    name = masking.mask_name(patient.name)
    tells = reading.tells_of_member(one, patient, actor)
    return {"patient": patient, "name": name, "member": member, "tells": tells, "told": told, "is_asked": True}


@requires("patients.segments")
@require_GET
def panel(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """A card of a person's page: the segments the person is in."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    patient = _person(actor, str(public_id))
    log_part(actor, "view", patient.pk, page="panel-segments")
    rows = [_row(one, actor) for one in reading.segments_of(patient, actor).order_by("-pk")[:20]]
    return TemplateResponse(request, "patients/segments/panel.html", {"rows": rows, "patient": patient})


@requires("patients.segments")
@require_POST
def refresh(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """The people are worked out anew."""
    return _done(request, public_id, keeping.ask_for_refresh, _("The people are being counted anew."))


@requires("patients.segments")
@require_POST
def resume(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """A retired segment is used again."""
    return _done(request, public_id, keeping.resume_segment, _("The segment is in use again."))


@requires("patients.segments")
@require_http_methods(["GET", "POST"])
def retire(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """Asks, then uses the segment no more."""
    if request.method == "POST":

        def act(one: Segment, *, actor: Actor) -> None:
            keeping.retire_segment(one, actor=actor, now=timezone.now())

        return _done(request, public_id, act, _("Segment retired."))
    one = visible_segment(request, public_id)
    context = _row(one, request.actor)  # type: ignore[attr-defined]
    return TemplateResponse(request, "patients/segments/retire.html", context)


def _done(request: HttpRequest, public_id: uuid.UUID, act: Callable[..., Any], words_done: str) -> HttpResponse:
    """Does one act and goes back to the segment; says why where it is refused."""
    one = visible_segment(request, public_id)
    try:
        act(one, actor=request.actor)  # type: ignore[attr-defined]
    except keeping.SegmentError as refusal:
        say(request, str(refusal), late=True)
    else:
        say(request, words_done)
    return redirect("segments:detail", public_id)
