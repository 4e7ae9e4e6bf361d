"""Whom a caller is led to after a result: the next person of the list who may be called at this moment."""

import datetime as dt

from django.db.models import Q

from accounts.actors import Actor
from followups.domain import in_hand
from followups.domain.calls import callable_at, care_hours
from followups.domain.day_parts import part_began
from followups.domain.worklists import Parts
from followups.models import FollowUpOrder
from followups.models.orders import FollowUpOrderQuerySet, for_safety
from hospital_crm.tenancy.keyset import Key, cursor, page_of

# how long before it an agreed call is offered
SOON = dt.timedelta(minutes=15)


def following(order: FollowUpOrder, *, among: Parts, key: Key, actor: Actor, now: dt.datetime) -> FollowUpOrder | None:
    """The order that stands behind this one in a list, else the first of it; None where nobody is left to call now.

    Passed over are the same person, whoever may not be called now, an agreed time still ahead, what was tried since
    this part of the day began unless it is for safety, and what a colleague has in hand.
    """
    hours = care_hours()
    offered = tuple(_offered(callable_at(part, now=now, hours=hours), order, actor, now) for part in among)
    behind = page_of(offered, key, fetch=FollowUpOrder.objects.all(), after=cursor(order, key), size=1).rows
    found = behind or page_of(offered, key, fetch=FollowUpOrder.objects.all(), size=1).rows
    return found[0] if found else None


def _offered(
    orders: FollowUpOrderQuerySet, done: FollowUpOrder, actor: Actor, now: dt.datetime
) -> FollowUpOrderQuerySet:
    is_time = Q(agreed_at__isnull=True) | Q(agreed_at__lte=now + SOON)
    is_rested = Q(last_attempt_at__isnull=True) | Q(last_attempt_at__lt=part_began(now)) | Q(agreed_at__isnull=False)
    rested = orders.filter(is_time, is_rested | for_safety()).exclude(patient_id=done.patient_id)
    return rested.filter(~in_hand.by_others(actor, now=now))
