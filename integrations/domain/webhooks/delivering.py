"""Claim, call out, record. A worker that dies in between leaves the row claimed; it is planned again with the same
identifier, by which the receiver knows a repeat.
"""

import datetime as dt
import json
import time
from collections.abc import Callable
from typing import TYPE_CHECKING

from django.db.models import F
from django.utils import timezone

from hospital_crm.crypto import decrypt
from hospital_crm.tenancy.scope import current_hospital, hospital_scope
from integrations.domain.webhooks import calling
from integrations.domain.webhooks.calling import Answer
from integrations.models import WebhookDelivery

if TYPE_CHECKING:
    from accounts.models import Hospital

ROUND_SECONDS = 20.0
CLAIM_LASTS = dt.timedelta(minutes=5)
LONGEST_PAUSE = dt.timedelta(hours=4)
GIVE_UP_AFTER = dt.timedelta(days=1)
KEPT_FOR = dt.timedelta(days=30)
Post = Callable[[str, bytes, dict[str, str]], Answer]
Clock = Callable[[], dt.datetime]
STATES = WebhookDelivery.State


def deliver_due(hospital: "Hospital", *, clock: Clock = timezone.now, post: Post = calling.post) -> bool:
    """Sends what is due at one hospital, for at most a round; a receiver that does not take something is left alone for
    the rest of it. True: there is more, so ask again.

    Refused inside a scope, because a receiver must never hold a transaction open.
    """
    if current_hospital() is not None:
        raise RuntimeError("webhooks leave the house outside every scope")
    ends, silent = time.monotonic() + ROUND_SECONDS, set[int]()
    while (delivery := _claim(hospital, silent, clock())) is not None:
        body = body_of(hospital, delivery)
        timestamp = int(clock().timestamp())
        answer = post(delivery.endpoint.url, body, headers_of(delivery, timestamp, body))
        if not answer.is_taken:
            silent.add(delivery.endpoint_id)
        with hospital_scope(hospital):
            record(delivery, answer, now=clock())
        if time.monotonic() > ends:
            return True
    return False


def _claim(hospital: "Hospital", silent: set[int], now: dt.datetime) -> WebhookDelivery | None:
    """The next due telling, claimed and committed; rows that another worker holds are passed over."""
    with hospital_scope(hospital):
        rows = WebhookDelivery.objects.due(now).exclude(endpoint_id__in=silent).select_related("endpoint")
        found = rows.select_for_update(skip_locked=True, of=("self",)).order_by("not_before", "id").first()
        if found is not None:
            found.state, found.state_at, found.attempts = STATES.CLAIMED, now, found.attempts + 1
            found.first_try_at = found.first_try_at or now
            found.save(update_fields=["state", "state_at", "attempts", "first_try_at"])
        return found


def body_of(hospital: "Hospital", delivery: WebhookDelivery) -> bytes:
    """What is sent; the same each time."""
    said = {
        "id": str(delivery.public_id),
        "fact": delivery.fact,
        "hospital": hospital.slug,
        "at": delivery.created_at.isoformat(),
        "items": delivery.items,
    }
    return json.dumps(said, ensure_ascii=False, separators=(",", ":")).encode()


def headers_of(delivery: WebhookDelivery, timestamp: int, body: bytes) -> dict[str, str]:
    """By what the receiver knows that it is us, and what it is about."""
    return {
        "Content-Type": "application/json",
        "CRM-Delivery": str(delivery.public_id),
        "CRM-Fact": delivery.fact,
        "CRM-Signature": calling.signature(decrypt(delivery.endpoint.secret), timestamp, body),
    }


def record(delivery: WebhookDelivery, answer: Answer, *, now: dt.datetime) -> None:
    """What came of a claimed telling: taken, planned again after a pause that doubles, or given up a day after the
    first try. A claim that was lost meanwhile changes nothing.
    """
    state, not_before = STATES.DELIVERED, delivery.not_before
    if not answer.is_taken:
        pause = min(dt.timedelta(minutes=2 ** min(delivery.attempts - 1, 10)), LONGEST_PAUSE)
        is_over = now + pause - (delivery.first_try_at or now) > GIVE_UP_AFTER
        state, not_before = (STATES.FAILED, not_before) if is_over else (STATES.PLANNED, now + pause)
    mine = WebhookDelivery.objects.filter(pk=delivery.pk, state=STATES.CLAIMED, attempts=delivery.attempts)
    mine.update(state=state, state_at=now, not_before=not_before, status=answer.status, problem=answer.problem)


def release_interrupted(*, now: dt.datetime) -> int:
    """Tellings claimed so long ago that their worker must be gone are planned again; answers how many."""
    stale = WebhookDelivery.objects.filter(state=STATES.CLAIMED, state_at__lt=now - CLAIM_LASTS)
    return stale.update(state=STATES.PLANNED, state_at=now, not_before=F("not_before"))


def forget_old(*, now: dt.datetime) -> int:
    """Tellings of more than thirty days ago go, taken or given up."""
    done = WebhookDelivery.objects.filter(created_at__lt=now - KEPT_FOR, state__in=(STATES.DELIVERED, STATES.FAILED))
    return done.delete()[0]
