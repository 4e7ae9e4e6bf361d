"""Sending for approval, approving, returning: each page is one act. Whoever approves is told what goes out, to how
many, when, and who asks.
"""

import datetime as dt
import uuid
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.access import requires
from campaigns.domain import deciding
from campaigns.domain.errors import CampaignError
from campaigns.forms import ReasonForm
from campaigns.models import Campaign
from campaigns.views import approval
from campaigns.views.listing import address, visible_campaign
from hospital_crm.shell.acting import act_page
from hospital_crm.typed import moment


def acting(request: HttpRequest, one: Campaign, act: Any, form: Any = None, **words: Any) -> HttpResponse:
    """The page of one act on a campaign."""
    return act_page(request, form, act, refusals=CampaignError, back=address(one), text=one.name, **words)


def seen_in(request: HttpRequest) -> dt.datetime | None:
    """Since when what the actor has read waits for approval, as the page said on which it was read."""
    return moment(request.GET.get("seen", ""))


@requires("campaigns.edit")
@require_http_methods(["GET", "POST"])
def submit(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """The campaign goes to a second person."""
    one, actor = visible_campaign(request, public_id), request.actor  # type: ignore[attr-defined]
    return acting(
        request,
        one,
        lambda said: deciding.submit(one, actor=actor, now=timezone.now()),
        title=_("Send for approval"),
        action=_("Send for approval"),
        done=_("Sent for approval."),
    )


@requires("campaigns.edit")
@require_http_methods(["GET", "POST"])
def take_back(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """A campaign that has not started is a draft again."""
    one, actor = visible_campaign(request, public_id), request.actor  # type: ignore[attr-defined]
    return acting(
        request,
        one,
        lambda said: deciding.take_back(one, actor=actor, now=timezone.now()),
        title=_("Take the campaign back"),
        action=_("Take it back"),
        done=_("The campaign is a draft again."),
    )


@requires("campaigns.approve")
@require_http_methods(["GET", "POST"])
def approve(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """The campaign goes at its time."""
    one, actor = visible_campaign(request, public_id), request.actor  # type: ignore[attr-defined]
    return acting(
        request,
        one,
        lambda said: deciding.approve(one, seen_at=seen_in(request), actor=actor, now=timezone.now()),
        title=_("Approve the campaign"),
        **(approval.asked_of(one, now=timezone.now()) if request.method == "GET" else {"action": _("Approve")}),
        done=_("Approved. It goes at its time."),
    )


@requires("campaigns.approve")
@require_http_methods(["GET", "POST"])
def send_back(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """The campaign has to be mended first."""
    one, actor = visible_campaign(request, public_id), request.actor  # type: ignore[attr-defined]
    return acting(
        request,
        one,
        lambda said: deciding.send_back(one, reason=said["reason"], actor=actor, now=timezone.now()),
        ReasonForm(request.POST or None),
        title=_("Return the campaign"),
        action=_("Return"),
        done=_("Returned to the author."),
    )
