"""Whom a caller is led to after a result: the next person of the list who may be called at this moment.

Whether somebody may be called is asked of people one by one, so only a certain number of the list is looked at,
however long it is (`AT_MOST`).
"""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass

from django.db.models import Q

from accounts.actors import Actor
from followups.domain import in_hand
from followups.domain.calls import callable_at, care_hours, of_this_moment
from followups.domain.day_parts import part_began
from followups.domain.worklists import Parts
from followups.models import FollowUpOrder
from followups.models.orders import FollowUpOrderQuerySet, for_safety
from hospital_crm.tenancy.keyset import Key, places_behind

# how long before it an agreed call is offered
SOON = dt.timedelta(minutes=15)
# how many are looked at together: mostly one of the first few may be called
_AT_ONCE = (20, 180, 400, 400)
AT_MOST = sum(_AT_ONCE)


@dataclass(frozen=True)
class NextCall:
    """The order one is led to, None where nobody was found; `looked_at`: among how many. `is_whole`: nobody was found,
    and these were all of the list that may be called at this moment by their kind.
    """

    order: FollowUpOrder | None
    looked_at: int
    is_whole: bool = False


def following(order: FollowUpOrder, *, among: Parts, key: Key, actor: Actor, now: dt.datetime) -> NextCall:
    """The order that stands behind this one in a list, else the first of it, among the next `AT_MOST`.

    Passed over are the same person, whoever may not be called now, an agreed time still ahead, what was tried since
    this part of the day began unless it is for safety, and what a colleague has in hand.
    """
    hours = care_hours()
    listed = tuple(of_this_moment(part, now=now, hours=hours) for part in among)
    looked_at, is_whole = 0, False
    for ids, is_end in _looked_at(listed, key, order):
        looked_at, is_whole = looked_at + len(ids), is_end
        rows = callable_at(FollowUpOrder.objects.filter(pk__in=ids), now=now, hours=hours)
        offered = set(_offered(rows, order, actor, now).values_list("pk", flat=True))
        if found := next((pk for pk in ids if pk in offered), None):
            return NextCall(FollowUpOrder.objects.get(pk=found), looked_at)
    return NextCall(None, looked_at, is_whole)


def _looked_at(listed: Parts, key: Key, order: FollowUpOrder) -> Iterator[tuple[list[int], bool]]:
    """Who is looked at, in turn: what stands behind the order, then the list from its start; with whether that was the
    whole of it.
    """
    place = key.position(order)
    starts = (None,) if None in place else (place, None)
    sizes, seen = iter(_AT_ONCE), set[int]()
    for start in starts:
        position: tuple | None = start
        while size := next(sizes, 0):
            places = places_behind(listed, key, position, size)
            ids = [pk for *_values, pk in places if pk not in seen]
            seen.update(ids)
            is_end = len(ids) < size
            yield ids, is_end and start is None
            if is_end:
                break
            position = places[-1]


def _offered(
    orders: FollowUpOrderQuerySet, done: FollowUpOrder, actor: Actor, now: dt.datetime
) -> FollowUpOrderQuerySet:
    is_time = Q(agreed_at__isnull=True) | Q(agreed_at__lte=now + SOON)
    is_rested = Q(last_attempt_at__isnull=True) | Q(last_attempt_at__lt=part_began(now)) | Q(agreed_at__isnull=False)
    rested = orders.filter(is_time, is_rested | for_safety()).exclude(patient_id=done.patient_id)
    return rested.filter(~in_hand.by_others(actor, now=now))
