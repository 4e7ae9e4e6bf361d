"""The words as somebody reads them: for nobody in particular, for a person, in plain text; and a test to oneself."""

import uuid
from typing import Any
from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.access import get_visible_or_404, requires
from accounts.audit import log_access
from campaigns.domain import composing, mail_html, testing, variables
from campaigns.models import Campaign, CampaignText
from campaigns.views.listing import visible_campaign
from campaigns.wiring import TEST
from content.models import Language
from hospital_crm.shell.toasts import say
from messaging.domain.outbox import enqueue
from messaging.recipients import ToStaff
from messaging.templates import Filled
from patients.domain.masking import mask_name
from patients.domain.search import person_with_number
from patients.models import Patient

# The mail alone, in a frame of its own: its own inline styles, pictures of ours, and nothing that runs.
FRAME = "default-src 'none'; style-src 'unsafe-inline'; img-src 'self'; frame-ancestors 'self'; base-uri 'none'"


def _text(request: HttpRequest, public_id: uuid.UUID, language: str) -> tuple[Campaign, CampaignText]:
    one = visible_campaign(request, public_id)
    return one, get_object_or_404(one.texts.all(), language=language)


def _reader(request: HttpRequest) -> Patient | None:
    """The person of the address, if the actor may see the person; seeing what a mail says of somebody is a view."""
    key = request.GET.get("person", "")
    if not key:
        return None
    rows = Patient.objects.one_by_one().exclude(contact_state="erased")
    person = get_visible_or_404(rows, request.actor, public_id=key)  # type: ignore[attr-defined]
    log_access(request.actor, "view", [person.pk], purpose="campaigns.preview", page="campaigns:preview")  # type: ignore[attr-defined]
    return person


def _filled(one: Campaign, text: CampaignText, person: Patient | None) -> Filled:
    pictures = dict(one.pictures.values_list("number", "public_id"))

    def url(number: int) -> str:
        return reverse("campaigns:picture", args=[pictures[number]]) if number in pictures else ""

    told = variables.told_of([person.pk])[person.pk] | {"name": mask_name(person.name)} if person else {}
    return composing.said_of(one, text, picture_url=url, way_out="#").fill(told)


def _place(one: Campaign, language: str) -> str:
    return reverse("campaigns:preview", args=[one.public_id, language])


def _asked(place: str, values: dict[str, str]) -> str:
    return f"{place}?{urlencode(values)}" if values else place


@requires("campaigns.view")
@require_http_methods(["GET", "POST"])
def preview(request: HttpRequest, public_id: uuid.UUID, language: str) -> HttpResponse:
    """The page around the mail; POST finds a person by the record number."""
    one, text = _text(request, public_id, language)
    place = _place(one, language)
    if request.method == "POST":
        found = person_with_number(request.POST.get("number", "")[:40])
        visible = Patient.objects.one_by_one().visible_to(request.actor)  # type: ignore[attr-defined]
        if found is None or not visible.filter(pk=found.pk).exists():
            say(request, _("No person has this record number."), late=True)
            return redirect(place)
        return redirect(f"{place}?person={found.public_id}")
    person, is_dark = _reader(request), request.GET.get("look") == "dark"
    of_person = {"person": str(person.public_id)} if person else {}
    in_dark = {**of_person, "look": "dark"}
    context = {
        "campaign": one,
        "text": text,
        "language": Language(language),
        "filled": _filled(one, text, person),
        "person_name": mask_name(person.name) if person else "",
        "sheet_url": _asked(
            reverse("campaigns:sheet", args=[one.public_id, language]), in_dark if is_dark else of_person
        ),
        "looks": [
            {"label": _("In the light"), "url": _asked(place, of_person), "is_on": not is_dark},
            {"label": _("In the dark"), "url": _asked(place, in_dark), "is_on": is_dark},
        ],
        "languages": _written(one, language, of_person),
        "is_mail": one.channel == Campaign.Channel.EMAIL,
        "now": timezone.now(),
    }
    return TemplateResponse(request, "campaigns/preview.html", context)


def _written(one: Campaign, language: str, of_person: dict[str, str]) -> list[dict[str, Any]]:
    """The languages that are written, with the same preview in each."""
    written = set(one.texts.values_list("language", flat=True))
    return [
        {"label": label, "url": _asked(_place(one, code), of_person), "is_on": code == language}
        for code, label in Language.choices
        if code in written
    ]


@requires("campaigns.view")
@require_GET
@xframe_options_sameorigin
def sheet(request: HttpRequest, public_id: uuid.UUID, language: str) -> HttpResponse:
    """The mail itself, for the frame."""
    one, text = _text(request, public_id, language)
    if one.channel != Campaign.Channel.EMAIL:
        raise Http404
    html = _filled(one, text, _reader(request)).html
    response = HttpResponse(mail_html.in_the_dark(html) if request.GET.get("look") == "dark" else html)
    response["Content-Security-Policy"] = FRAME
    return response


@requires("campaigns.edit")
@require_POST
def test(request: HttpRequest, public_id: uuid.UUID, language: str) -> HttpResponse:
    """The mail or text message goes to whoever pressed the button, as it stands in this language."""
    one, text = _text(request, public_id, language)
    staff, now = request.actor.staff, timezone.now()  # type: ignore[attr-defined]
    refused, in_language = testing.why_not(one, text, staff), f"{one.batch}:{text.language}"
    if not refused:
        enqueue(
            purpose=TEST,
            recipient=ToStaff(staff),
            channel=one.channel,
            template=in_language,
            key=f"{TEST}:{one.pk}:{staff.pk}:{now:%Y%m%d%H%M%S}",
            link=("campaigns:campaign", one.public_id),
            urgency="interactive",
            now=now,
        )
    say(request, refused or testing.goes_to(one, staff), late=bool(refused))
    return redirect("campaigns:words", one.public_id, text.language)
