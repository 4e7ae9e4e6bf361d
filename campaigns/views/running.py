"""Pausing, going on, cancelling, trying the failed once more: each page is one act."""

import uuid
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from accounts.access import requires
from campaigns.domain import renewing, running
from campaigns.forms import ReasonForm, ReviewForm
from campaigns.views.deciding import acting
from campaigns.views.listing import visible_campaign


@requires("campaigns.edit", "campaigns.approve")
@require_http_methods(["GET", "POST"])
def pause(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """What has not left the house stays."""
    one, actor = visible_campaign(request, public_id), request.actor  # type: ignore[attr-defined]
    return acting(
        request,
        one,
        lambda said: running.pause(one, reason=said["reason"], actor=actor, now=timezone.now()),
        ReasonForm(request.POST or None),
        title=_("Pause the campaign"),
        action=_("Pause"),
        done=_("Paused. What is on its way arrives."),
    )


@requires("campaigns.edit")
@require_http_methods(["GET", "POST"])
def resume(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """Goes on where it was paused."""
    one, actor = visible_campaign(request, public_id), request.actor  # type: ignore[attr-defined]
    return acting(
        request,
        one,
        lambda said: running.resume(one, actor=actor, now=timezone.now()),
        title=_("Go on with the campaign"),
        action=_("Go on"),
        done=_("The campaign goes on."),
        note=one.reason,
    )


@requires("campaigns.edit", "campaigns.approve")
@require_http_methods(["GET", "POST"])
def cancel(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """Ends the campaign for good."""
    one, actor = visible_campaign(request, public_id), request.actor  # type: ignore[attr-defined]
    return acting(
        request,
        one,
        lambda said: running.cancel(one, reason=said["reason"], actor=actor, now=timezone.now()),
        ReasonForm(request.POST or None),
        title=_("Cancel the campaign"),
        action=_("Cancel for good"),
        done=_("Cancelled. What had not left never does."),
        danger=True,
    )


@requires("campaigns.edit")
@require_http_methods(["GET", "POST"])
def retry(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """What certainly reached nobody is queued once more."""
    one, actor = visible_campaign(request, public_id), request.actor  # type: ignore[attr-defined]

    def done(found: Any) -> str:
        return ngettext("%(n)s message is tried again.", "%(n)s messages are tried again.", found) % {"n": found}

    return acting(
        request,
        one,
        lambda said: running.retry_failed(one, actor=actor, now=timezone.now()),
        title=_("Try the failed once more"),
        action=_("Try again"),
        done=done,
        note=_("Nobody gets a message twice: whose outcome is unknown is left as it is."),
    )


@requires("campaigns.approve")
@require_http_methods(["GET", "POST"])
def renew_review(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """The advert goes on under its next review."""
    one, actor = visible_campaign(request, public_id), request.actor  # type: ignore[attr-defined]

    def done(found: Any) -> str:
        words = ngettext(
            "Review renewed. %(n)s message waits again.", "Review renewed. %(n)s messages wait again.", found
        )
        return words % {"n": found} if found else _("Review renewed.")

    return acting(
        request,
        one,
        lambda said: renewing.renew_review(one, **said, actor=actor, now=timezone.now()),
        ReviewForm(request.POST or None),
        title=_("Renew the review"),
        action=_("Renew the review"),
        done=done,
        note=_("What was held because the old review had run out is sent under the new one."),
    )
