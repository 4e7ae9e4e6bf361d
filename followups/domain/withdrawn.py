"""Stays that were taken back with their list are not followed: what is not done is void, the run closed, and the stay
before them is followed again, also where it was only on hold because of them.
"""

import datetime as dt
from collections.abc import Collection

from django.db.models import QuerySet

from accounts import audit
from accounts.calendar import today
from followups.domain import former_runs
from followups.domain.moves import close_runs, may_move, move_orders
from followups.domain.replanning import CANCELLED
from followups.models import FollowUpOrder, FollowUpRun, OrderState
from patients.models import Encounter


def ending_orders(encounter_ids: Collection[int] | QuerySet) -> QuerySet[FollowUpOrder]:
    """The orders that become void when these stays are taken back; what is submitted stays for review."""
    return may_move(FollowUpOrder.objects.filter(run__encounter_id__in=encounter_ids), OrderState.VOID)


def end_runs(*, encounter_ids: Collection[int], now: dt.datetime) -> int:
    """As for a discharge that was cancelled; a stay that a list says again is followed again. Answers how many orders
    ended.
    """
    ended = move_orders(ending_orders(encounter_ids), OrderState.VOID, now=now, reason=CANCELLED)
    close_runs(FollowUpRun.objects.filter(encounter_id__in=encounter_ids), FollowUpRun.Closed.CANCELLED, now=now)
    people = set(Encounter.objects.filter(pk__in=encounter_ids).values_list("patient_id", flat=True))
    day = today(now=now)
    back = former_runs.give_back(patient_ids=people, on=day)
    back += former_runs.let_go_on(encounter_ids=encounter_ids, now=now, on=day)
    audit.record("followups.orders.end_withdrawn", stays=len(encounter_ids), orders=ended, given_back=back)
    return ended
