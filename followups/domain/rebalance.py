"""Evening out a ward: steps that nobody has begun go from those who hold most to those who hold least.

The service centre's pool is not the ward's to share, nor is a call that somebody has in hand.
"""

import datetime as dt
from collections import defaultdict
from dataclasses import dataclass

from django.db import transaction
from django.db.models import Q

from accounts.actors import Actor
from accounts.calendar import today as hospital_today
from accounts.models import StaffMember, Ward
from followups.domain import dispatch, in_hand
from followups.domain.holding import NOBODYS
from followups.domain.ladder import COMPLETING
from followups.models import UNSTARTED, FollowUpOrder


@dataclass(frozen=True)
class Proposal:
    """Which orders would go to whom, and each nurse's load before and after."""

    moves: dict[int, list[int]]
    loads: list[tuple[str, int, int]]

    @property
    def count(self) -> int:
        """How many orders would change hands."""
        return sum(len(ids) for ids in self.moves.values())


def proposal(*, ward: Ward, now: dt.datetime) -> Proposal:
    """How the ward's open steps would be spread over the nurses who work today and complete follow-up. Nobody's steps
    are dealt out as well.
    """
    today = hospital_today(now=now)
    nurses = list(
        StaffMember.objects.active()
        .able(COMPLETING)
        .holding("nurse", "head_nurse")
        .filter(ward_links__ward=ward)
        .exclude(pk__in=StaffMember.objects.away_on(today).values("pk"))
        .distinct()
        .order_by("name_order", "pk")
    )
    if not nurses:
        return Proposal({}, [])
    held, movable, free = _held(ward, now, {nurse.pk for nurse in nurses})
    before = {nurse.pk: len(held[nurse.pk]) for nurse in nurses}
    after = dict(before)
    moves: dict[int, list[int]] = defaultdict(list)
    for order_id in free:
        lightest = min(after, key=lambda pk: (after[pk], pk))
        moves[lightest].append(order_id)
        after[lightest] += 1
    while (heaviest := _heaviest(after, movable)) is not None:
        lightest = min(after, key=lambda pk: (after[pk], pk))
        if after[heaviest] - after[lightest] < 2:
            break
        moves[lightest].append(movable[heaviest].pop())
        after[heaviest] -= 1
        after[lightest] += 1
    loads = [(nurse.name, before[nurse.pk], after[nurse.pk]) for nurse in nurses]
    return Proposal(dict(moves), loads)


def _held(
    ward: Ward, now: dt.datetime, nurses: set[int]
) -> tuple[dict[int, list[int]], dict[int, list[int]], list[int]]:
    """Per nurse what is held and what of it may move (latest window last, so that it goes first), and what nobody
    holds.
    """
    held: dict[int, list[int]] = defaultdict(list)
    movable: dict[int, list[int]] = defaultdict(list)
    free: list[int] = []
    orders = FollowUpOrder.objects.working().filter(ward=ward, earliest_on__lte=hospital_today(now=now))
    orders = orders.filter(Q(assignee__in=nurses) | NOBODYS, ~in_hand.by_anybody(now=now)).order_by("latest_on", "pk")
    for pk, state, assignee_id in orders.values_list("pk", "state", "assignee_id"):
        if assignee_id is None:
            free.append(pk)
        else:
            held[assignee_id].append(pk)
            if state in UNSTARTED:
                movable[assignee_id].append(pk)
    return held, movable, free


def _heaviest(loads: dict[int, int], movable: dict[int, list[int]]) -> int | None:
    able = [pk for pk in loads if movable[pk]]
    return max(able, key=lambda pk: (loads[pk], -pk), default=None)


@transaction.atomic
def even_out(*, ward: Ward, actor: Actor, now: dt.datetime) -> int:
    """Carries the proposal out, and answers how many orders changed hands."""
    wanted = proposal(ward=ward, now=now)
    staff = StaffMember.objects.in_bulk(wanted.moves)
    return sum(
        dispatch.share_out(orders=FollowUpOrder.objects.filter(pk__in=ids), to=staff[pk], actor=actor, now=now)
        for pk, ids in wanted.moves.items()
    )
