"""Tags: on a person's page, and the page where the hospital's tags are made and closed."""

import uuid
from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.access import get_visible_or_404, requires
from accounts.actors import Actor
from hospital_crm.shell.toasts import say
from patients.domain.tags import TagError, close_tag, make_tag, tag_people, untag_people
from patients.list_forms import TagForm, TagNameForm
from patients.models import Patient, PatientTag, Tag
from patients.views.person import part_of, visible_person


@requires("patients.care")
@require_GET
def panel(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """The tags of a person, with a box to put one on for who may."""
    return _panel(request, part_of(request, public_id))


def _panel(request: HttpRequest, patient: Patient) -> HttpResponse:
    actor: Actor = request.actor  # type: ignore[attr-defined]
    links = list(PatientTag.objects.filter(patient=patient).select_related("tag").order_by("tag__name"))
    form = None
    if actor.can("patients.edit"):
        form = TagForm()
        form.fields["tag"].queryset = Tag.objects.active().exclude(pk__in=[link.tag_id for link in links])  # type: ignore[attr-defined]
    context = {"patient": patient, "links": links, "form": form, "may_make": actor.can("patients.tags")}
    return TemplateResponse(request, "patients/panel_tags.html", context)


@requires("patients.edit")
@require_POST
def put_on(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """A tag on one person."""
    patient = visible_person(request, public_id)
    form = TagForm(request.POST)
    if not form.is_valid():
        say(request, _("Choose a tag."), late=True)
    else:
        _done(request, lambda actor: tag_people([patient], form.cleaned_data["tag"], actor=actor, now=timezone.now()))
    return redirect("patients:detail", patient.public_id)


@requires("patients.edit")
@require_POST
def take_off(request: HttpRequest, public_id: uuid.UUID, tag_id: uuid.UUID) -> HttpResponse:
    """A tag off one person."""
    patient = visible_person(request, public_id)
    tag = get_visible_or_404(Tag, request.actor, public_id=tag_id)  # type: ignore[attr-defined]
    _done(request, lambda actor: untag_people([patient], tag, actor=actor))
    return redirect("patients:detail", patient.public_id)


@requires("patients.tags")
@require_http_methods(["GET", "POST"])
def tags(request: HttpRequest) -> HttpResponse:
    """The hospital's tags; a POST makes one."""
    form = TagNameForm(request.POST if request.method == "POST" else None)
    if form.is_valid() and _done(request, lambda actor: make_tag(form.cleaned_data["name"], actor=actor)):
        return redirect("patients:tags")
    context = {"form": form, "rows": list(Tag.objects.order_by("-is_active", "name"))}
    return TemplateResponse(request, "patients/tags.html", context, status=422 if form.errors else 200)


@requires("patients.tags")
@require_POST
def close(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """A tag is put on nobody any more."""
    tag = get_visible_or_404(Tag, request.actor, public_id=public_id)  # type: ignore[attr-defined]
    _done(request, lambda actor: close_tag(tag, actor=actor))
    return redirect("patients:tags")


def _done(request: HttpRequest, act: Callable[[Actor], Any]) -> bool:
    """Does the act for who asks; a refusal is said on the next page. Answers whether it was done."""
    try:
        act(request.actor)  # type: ignore[attr-defined]
    except TagError as refusal:
        say(request, str(refusal), late=True)
        return False
    return True
