"""Why somebody got a campaign, or did not: what was decided when the audience was frozen, and what became since."""

import datetime as dt
import uuid
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.access import get_visible_or_404, requires
from accounts.audit import log_access
from campaigns.domain import audience
from campaigns.domain.errors import CampaignError
from campaigns.models import Campaign
from campaigns.views.listing import visible_campaign
from hospital_crm.shell.toasts import say
from messaging.models import Message
from patients.domain.masking import mask_name
from patients.domain.search import person_with_number
from patients.models import Patient

PAGE = "campaigns:why"
State = Campaign.State


@requires("campaigns.view")
@require_http_methods(["GET", "POST"])
def why(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """The answer for one person; POST finds the person by the record number. Seeing it is a view on record."""
    one, actor = visible_campaign(request, public_id), request.actor  # type: ignore[attr-defined]
    place = reverse(PAGE, args=[one.public_id])
    if request.method == "POST":
        found = person_with_number(request.POST.get("number", "")[:40])
        if found is None or not Patient.objects.one_by_one().visible_to(actor).filter(pk=found.pk).exists():
            say(request, _("No person has this record number."), late=True)
            return redirect(place)
        return redirect(f"{place}?person={found.public_id}")
    context: dict[str, Any] = {"campaign": one, "now": timezone.now()}
    if key := request.GET.get("person", ""):
        rows = Patient.objects.one_by_one().exclude(contact_state="erased")
        person = get_visible_or_404(rows, actor, public_id=key)
        log_access(actor, "view", [person.pk], purpose="campaigns.why", page=PAGE)
        sees = {"person": person, "sees_messages": actor.can("messaging.view")}
        context |= {"name": mask_name(person.name), **sees, **_answer(one, person, timezone.now())}
    return TemplateResponse(request, "campaigns/why.html", context)


def _answer(one: Campaign, person: Patient, now: dt.datetime) -> dict[str, Any]:
    """What was decided, and the messages of this campaign to the person; of one whose audience is not frozen also what
    would be decided today.
    """
    row = one.recipients.filter(patient=person).first()
    greetings = list(one.greetings.filter(patient=person).order_by("-on")[:20])
    messages = list(Message.objects.filter(batch=one.batch, person=person).order_by("-pk")[:20])
    return {
        "row": row,
        "decided": audience.reason_words(row.outcome) if row else "",
        "greetings": greetings,
        "is_missed": row is not None and row.outcome == row.SEND and row.queued_at is None and one.state == State.DONE,
        "sent": messages,
        "today": "" if one.started_at and not one.stands else _today(one, person, now),
    }


def _today(one: Campaign, person: Patient, now: dt.datetime) -> str:
    """What would be decided about the person today, in words."""
    try:
        outcome = audience.answer_today(one, person, now=now)
    except CampaignError as refusal:
        return str(refusal)
    return _("The person is not in the segment.") if outcome is None else audience.reason_words(outcome)
