"""Receivers: entered and changed by the information officer, tried, told again by hand."""

import datetime as dt
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Count, OuterRef, Subquery
from django.utils.translation import gettext as _

from accounts.actors import Actor
from accounts.audit import record
from accounts.outside import known_facts
from hospital_crm.crypto import encrypt
from hospital_crm.tenancy.queue import queue_on_commit
from integrations.domain.webhooks import calling, telling
from integrations.models import WebhookDelivery, WebhookEndpoint

FIELDS = ("name", "url", "facts", "is_active")
_STATES = WebhookDelivery.State


class WebhookRefused(Exception):
    """Refused, with the reason."""


@dataclass(frozen=True, slots=True)
class Health:
    """A receiver with how many tellings wait, how many were given up, and when something was taken last."""

    endpoint: WebhookEndpoint
    waiting: int
    failed: int
    last_taken_at: dt.datetime | None


@transaction.atomic
def enter(values: Mapping[str, Any], *, actor: Actor, now: dt.datetime) -> tuple[WebhookEndpoint, str]:
    """A system that wants to hear, and the secret by which it knows us, seen this once.

    Refused: an address that may not be called, a fact nobody tells, a name another receiver has.
    """
    _check(values)
    secret = _new_secret()
    endpoint = WebhookEndpoint(created_at=now, secret=encrypt(secret), **{key: values[key] for key in FIELDS})
    _save(endpoint)
    record("integrations.webhook.enter", endpoint, actor=actor, after=_as_dict(endpoint))
    return endpoint, secret


@transaction.atomic
def change(endpoint: WebhookEndpoint, values: Mapping[str, Any], *, actor: Actor, now: dt.datetime) -> WebhookEndpoint:
    """Where a receiver is, what it is told, whether it is in use; taken out of use, what waits for it is given up.
    Refused as when it is entered.
    """
    _check(values)
    endpoint = WebhookEndpoint.objects.select_for_update().get(pk=endpoint.pk)
    before = _as_dict(endpoint)
    for key in FIELDS:
        setattr(endpoint, key, values[key])
    endpoint.quiet_until = None
    _save(endpoint)
    if not endpoint.is_active:
        waiting = WebhookDelivery.objects.filter(endpoint=endpoint, state=_STATES.PLANNED)
        waiting.update(state=_STATES.FAILED, state_at=now, problem="off")
    record("integrations.webhook.change", endpoint, actor=actor, before=before, after=_as_dict(endpoint))
    return endpoint


@transaction.atomic
def renew_secret(endpoint: WebhookEndpoint, *, actor: Actor) -> str:
    """Another secret, seen this once; what is sent from now on is signed with it."""
    secret = _new_secret()
    WebhookEndpoint.objects.filter(pk=endpoint.pk).update(secret=encrypt(secret))
    record("integrations.webhook.secret", endpoint, actor=actor)
    return secret


@transaction.atomic
def try_out(endpoint: WebhookEndpoint, *, actor: Actor, now: dt.datetime) -> None:
    """A telling of nothing, to see whether it arrives. Refused for a receiver that is not in use."""
    if not endpoint.is_active:
        raise WebhookRefused(_("It is not in use."))
    telling.plan([endpoint], telling.TEST, [{}], now=now)
    record("integrations.webhook.try", endpoint, actor=actor)


@transaction.atomic
def send_again(delivery: WebhookDelivery, *, actor: Actor, now: dt.datetime) -> None:
    """A telling is sent once more with the same identifier, and gets another day. Refused while it is being sent
    and for a receiver that is not in use.
    """
    delivery = WebhookDelivery.objects.select_for_update().get(pk=delivery.pk)
    if not delivery.endpoint.is_active:
        raise WebhookRefused(_("It is not in use."))
    if delivery.state == _STATES.CLAIMED:
        raise WebhookRefused(_("It is being sent at this moment."))
    delivery.state, delivery.state_at, delivery.not_before, delivery.first_try_at = _STATES.PLANNED, now, now, None
    delivery.attempts = 0
    delivery.save(update_fields=["state", "state_at", "not_before", "first_try_at", "attempts"])
    record("integrations.webhook.again", delivery, actor=actor)
    queue_on_commit(telling.TASK, queue=telling.QUEUE)


def health_of_receivers() -> list[Health]:
    """Every receiver, those in use first."""
    latest = WebhookDelivery.objects.filter(endpoint=OuterRef("pk"), state=_STATES.DELIVERED).order_by("-id")
    known = WebhookEndpoint.objects.annotate(last_taken_at=Subquery(latest.values("state_at")[:1]))
    undone = WebhookDelivery.objects.filter(state__in=[_STATES.PLANNED, _STATES.CLAIMED, _STATES.FAILED])
    counts: dict[int, dict[bool, int]] = {}
    for endpoint, state, n in undone.values_list("endpoint_id", "state").annotate(Count("id")).order_by():
        of_one = counts.setdefault(endpoint, {True: 0, False: 0})
        of_one[state == _STATES.FAILED] += n
    nothing = {True: 0, False: 0}
    return [
        Health(one, counts.get(one.pk, nothing)[False], counts.get(one.pk, nothing)[True], one.last_taken_at)
        for one in known.order_by("-is_active", "name")
    ]


def _check(values: Mapping[str, Any]) -> None:
    if not calling.is_allowed(values["url"]):
        raise WebhookRefused(_("The address must begin with https:// and name a host."))
    if not values["facts"] or not set(values["facts"]) <= {fact.name for fact in known_facts()}:
        raise WebhookRefused(_("Choose what it is told."))


def _save(endpoint: WebhookEndpoint) -> None:
    try:
        with transaction.atomic():
            endpoint.save()
    except IntegrityError as error:
        raise WebhookRefused(_("Another webhook is called %(name)s.") % {"name": endpoint.name}) from error


def _new_secret() -> str:
    return secrets.token_urlsafe(32)


def _as_dict(endpoint: WebhookEndpoint) -> dict[str, Any]:
    return {key: getattr(endpoint, key) for key in FIELDS}
