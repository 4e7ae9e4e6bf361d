"""Journeys by segment: their steps, a shipped one begun, all steps of one sent for approval or approved."""

import uuid
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods

from accounts.access import requires
from campaigns.domain import comparing, journeys, occasions
from campaigns.domain.errors import CampaignError
from campaigns.forms import JourneyForm
from campaigns.models import Campaign
from campaigns.views import approval
from campaigns.views.deciding import seen_in
from campaigns.views.listing import visible_campaign
from hospital_crm.shell.acting import act_page
from patients.domain.segments.keeping import title_of
from patients.models import Segment

State = Campaign.State


@requires("campaigns.view")
@require_GET
def page(request: HttpRequest) -> HttpResponse:
    """Of each segment the steps in the order of their days, and what can be done to all of them."""
    actor = request.actor  # type: ignore[attr-defined]
    found = [
        {
            "title": title_of(segment),
            "segment": segment,
            "steps": steps,
            "drafts": sum(step.campaign.state == State.DRAFT for step in steps) if actor.can("campaigns.edit") else 0,
            "to_approve": max((one.state_at for one in _waiting_for(actor, steps)), default=None),
        }
        for segment, steps in comparing.journeys(actor)
    ]
    context = {"journeys": found, "may_edit": actor.can("campaigns.edit"), "now": timezone.now()}
    return TemplateResponse(request, "campaigns/journeys.html", context)


def _waiting_for(actor: Any, steps: list[comparing.Step]) -> list[Campaign]:
    """The steps that this person may approve."""
    waiting = [step.campaign for step in steps if step.campaign.state == State.IN_APPROVAL]
    return [one for one in waiting if actor.can("campaigns.approve") and actor.staff.pk not in one.writers]


@requires("campaigns.edit")
@require_http_methods(["GET", "POST"])
def begin(request: HttpRequest) -> HttpResponse:
    """The steps of a shipped journey as drafts for a segment."""
    actor = request.actor  # type: ignore[attr-defined]

    def done(made: list[Campaign]) -> str:
        return ngettext("%(n)s draft made.", "%(n)s drafts made.", len(made)) % {"n": len(made)}

    return act_page(
        request,
        JourneyForm(request.POST or None, actor=actor),
        lambda said: journeys.begin(said["journey"], segment=said["segment"], actor=actor, now=timezone.now()),
        refusals=CampaignError,
        title=_("Begin a journey"),
        action=_("Make the drafts"),
        note=_("Each step is a draft of its own that can be rewritten before it is sent for approval."),
        done=done,
        back=reverse("campaigns:journeys"),
    )


@requires("campaigns.edit")
@require_http_methods(["GET", "POST"])
def submit(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """Every draft of the journey goes to a second person."""
    actor, segment = request.actor, _segment(request, public_id)  # type: ignore[attr-defined]

    def done(n: int) -> str:
        return ngettext("%(n)s step sent for approval.", "%(n)s steps sent for approval.", n) % {"n": n}

    return act_page(
        request,
        None,
        lambda said: journeys.submit_all(segment, actor=actor, now=timezone.now()),
        refusals=CampaignError,
        title=_("Send all steps for approval"),
        action=_("Send for approval"),
        text=title_of(segment),
        done=done,
        back=reverse("campaigns:journeys"),
    )


@requires("campaigns.approve")
@require_http_methods(["GET", "POST"])
def approve(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """Every step that waits for this person goes at its time; of each is told what is told of a single campaign."""
    actor, segment = request.actor, _segment(request, public_id)  # type: ignore[attr-defined]

    def done(n: int) -> str:
        return ngettext("%(n)s step approved.", "%(n)s steps approved.", n) % {"n": n}

    now, steps = timezone.now(), journeys.to_approve(segment, actor)
    return act_page(
        request,
        None,
        lambda said: journeys.approve_all(segment, seen_at=seen_in(request), actor=actor, now=now),
        refusals=CampaignError,
        title=_("Approve all steps"),
        action=_("Approve"),
        text=title_of(segment),
        facts_each=approval.asked_of_each(steps, now=now) if request.method == "GET" else (),
        done=done,
        back=reverse("campaigns:journeys"),
    )


def _segment(request: HttpRequest, public_id: uuid.UUID) -> Segment:
    """The segment of whose journey this campaign is a step."""
    one = visible_campaign(request, public_id)
    if one.segment is None or one.occasion != occasions.JOURNEY:
        raise Http404
    return one.segment
