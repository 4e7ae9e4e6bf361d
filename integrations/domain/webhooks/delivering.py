"""Claim, call out, record. A worker that dies in between leaves the row claimed; it is planned again with the same
identifier, by which the receiver knows a repeat.
"""

import datetime as dt
import json
import time
from collections.abc import Callable
from typing import TYPE_CHECKING

from django.core.cache import cache
from django.db.models import F, Q
from django.utils import timezone

from hospital_crm.crypto import CannotDecrypt, decrypt
from hospital_crm.tenancy.scope import current_hospital, hospital_scope
from integrations.domain.webhooks import calling
from integrations.domain.webhooks.calling import Answer
from integrations.models import WebhookDelivery, WebhookEndpoint

if TYPE_CHECKING:
    from accounts.models import Hospital

ROUND_SECONDS = 20.0
# A round and its last call, with some air: what a killed worker left ends by itself.
TURN_SECONDS = 90
QUIET_FOR = dt.timedelta(minutes=1)
CLAIM_LASTS = dt.timedelta(minutes=5)
LONGEST_PAUSE = dt.timedelta(hours=4)
GIVE_UP_AFTER = dt.timedelta(days=1)
KEPT_FOR = dt.timedelta(days=30)
Post = Callable[[str, bytes, dict[str, str]], Answer]
Clock = Callable[[], dt.datetime]
STATES = WebhookDelivery.State


def deliver_due(hospital: "Hospital", *, clock: Clock = timezone.now, post: Post = calling.post) -> bool:
    """Sends what is due at one hospital, for at most a round; a receiver that does not take something is left alone for
    a minute. True: there is more, so ask again.

    One round of a hospital at a time: slow receivers of one never hold every worker. A worker that finds another at it
    leaves; where the cache is away both work, and the claims keep them apart. Refused inside a scope, because a
    receiver must never hold a transaction open.
    """
    if current_hospital() is not None:
        raise RuntimeError("webhooks leave the house outside every scope")
    turn = f"webhooks:{hospital.pk}"
    if not cache.add(turn, 1, TURN_SECONDS):
        return False
    try:
        return _round(hospital, clock, post)
    finally:
        cache.delete(turn)


def _round(hospital: "Hospital", clock: Clock, post: Post) -> bool:
    ends = time.monotonic() + ROUND_SECONDS
    while (delivery := _claim(hospital, clock())) is not None:
        answer = _call(hospital, delivery, clock(), post)
        with hospital_scope(hospital):
            record(delivery, answer, now=clock())
        if time.monotonic() > ends:
            return True
    return False


def _call(hospital: "Hospital", delivery: WebhookDelivery, now: dt.datetime, post: Post) -> Answer:
    """What came of a call; without a secret that can be read, none is made."""
    body = body_of(hospital, delivery)
    try:
        headers = headers_of(delivery, int(now.timestamp()), body)
    except (CannotDecrypt, ValueError):
        return Answer(None, "secret")
    return post(delivery.endpoint.url, body, headers)


def _claim(hospital: "Hospital", now: dt.datetime) -> WebhookDelivery | None:
    """The next due telling, claimed and committed; rows that another worker holds are passed over."""
    with hospital_scope(hospital):
        rows = WebhookDelivery.objects.due(now).select_related("endpoint")
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
    first try; the receiver is left alone for a minute. A claim that was lost meanwhile changes nothing of the telling.
    """
    state, not_before = STATES.DELIVERED, delivery.not_before
    if not answer.is_taken:
        WebhookEndpoint.objects.filter(pk=delivery.endpoint_id).update(quiet_until=now + QUIET_FOR)
        pause = min(dt.timedelta(minutes=2 ** min(delivery.attempts - 1, 10)), LONGEST_PAUSE)
        is_over = now + pause - (delivery.first_try_at or now) > GIVE_UP_AFTER
        state, not_before = (STATES.FAILED, not_before) if is_over else (STATES.PLANNED, now + pause)
    mine = WebhookDelivery.objects.filter(pk=delivery.pk, state=STATES.CLAIMED, attempts=delivery.attempts)
    mine.update(state=state, state_at=now, not_before=not_before, status=answer.status, problem=answer.problem)


def release_interrupted(*, now: dt.datetime) -> int:
    """Tellings claimed so long ago that their worker must be gone are planned again, or given up a day after the first
    try; answers how many are planned.
    """
    stale = WebhookDelivery.objects.filter(state=STATES.CLAIMED, state_at__lt=now - CLAIM_LASTS)
    over = stale.filter(first_try_at__lt=now - GIVE_UP_AFTER)
    over.update(state=STATES.FAILED, state_at=now, problem="interrupted")
    return stale.update(state=STATES.PLANNED, state_at=now, not_before=F("not_before"))


def forget_old(*, now: dt.datetime) -> int:
    """Tellings of more than thirty days ago go: taken, given up, or waiting for a receiver that is not in use."""
    is_done = Q(state__in=(STATES.DELIVERED, STATES.FAILED)) | Q(state=STATES.PLANNED, endpoint__is_active=False)
    return WebhookDelivery.objects.filter(is_done, created_at__lt=now - KEPT_FOR).delete()[0]
