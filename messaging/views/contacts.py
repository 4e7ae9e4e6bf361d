"""A person's contacts: what is possible now and why not, what is planned, and why each message went or did not go."""

import datetime as dt
import uuid
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.views.decorators.http import require_GET

from accounts.access import get_visible_or_404, requires
from accounts.actors import Actor
from accounts.audit import log_access, log_part
from accounts.calendar import today
from messaging import purposes
from messaging.domain import explaining, inspection, planning, touches
from messaging.domain.planner import Placed
from messaging.models import Message, PlannedTouch, Reason, Touch
from patients.domain import masking
from patients.models import Patient

_MESSAGES = 50
_SINCE = dt.timedelta(days=90)
_CHANNELS = dict(Touch.By.choices)
_FATES = dict(PlannedTouch.Fate.choices)


@requires("messaging.view")
@require_GET
def contacts(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """Everything about contact with one person, asked anew; nothing is decided by looking."""
    now, actor = timezone.now(), _actor(request)
    person = get_visible_or_404(Patient.objects.one_by_one(), actor, public_id=public_id)
    log_access(actor, "view", [person.pk], page="contacts")
    page: dict[str, Any] = {
        "person": person,
        "name": masking.mask_name(person.name),
        "channels": [_CHANNELS[one] for one in explaining.CHANNELS],
        "table": explaining.table(person, now=now),
        "budget": explaining.budget(person, now=now),
        "planned": [_planned(one) for one in planning.plans_of([person.pk], now=now).get(person.pk, [])],
        "messages_out": [_message(one) for one in inspection.messages_of(person, limit=_MESSAGES)],
        "touched": [(one, purposes.label_of(one.purpose)) for one in _touched(person, now)],
        "now": now,
    }
    return TemplateResponse(request, "messaging/contacts.html", page)


def _actor(request: HttpRequest) -> Actor:
    return request.actor  # type: ignore[attr-defined]


def _touched(person: Any, now: dt.datetime) -> list[Touch]:
    return touches.history_of(person, since=today(now=now) - _SINCE)


def _planned(one: Placed) -> dict[str, Any]:
    return {
        "what": purposes.label_of(one.wanted.what),
        "channel": _CHANNELS.get(one.wanted.channel, one.wanted.channel),
        "wished": one.wanted.wished,
        "at": one.at,
        "fate": _FATES[one.fate],
        "is_out": one.at is None,
        "reason": str(Reason(one.reason).label) if one.reason else "",
        "url": _address(one.wanted.link),
    }


def _message(row: Message) -> dict[str, Any]:
    return {"row": row, "what": purposes.label_of(row.purpose), "why": explaining.why(row)}


def _address(link: Any) -> str:
    """The page of what is wanted; '' where there is none."""
    try:
        return reverse(link[0], args=link[1:]) if link else ""
    except NoReverseMatch:
        return ""


@requires("messaging.view")
@require_GET
def card(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """The card on a person's page: how much of the budget is used, and what comes next."""
    now, actor = timezone.now(), _actor(request)
    person = get_visible_or_404(Patient.objects.one_by_one(), actor, public_id=public_id)
    log_part(actor, "view", person.pk, page="panel-contacts")
    planned = [_planned(one) for one in planning.plans_of([person.pk], now=now).get(person.pk, []) if one.at]
    page = {"person": person, "budget": explaining.budget(person, now=now), "next": planned[:1], "now": now}
    return TemplateResponse(request, "messaging/panel.html", page)
