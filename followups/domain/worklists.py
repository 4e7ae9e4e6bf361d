"""The lists people work from: what I have to call now, what comes up, what I did today; each a set of rows, none of
them a promise.
"""

import datetime as dt
from dataclasses import dataclass

from django.db.models import Exists, F, OuterRef, Q, Subquery

from accounts.actors import Actor
from accounts.calendar import day_end, day_start
from followups.domain.holding import held_by, held_parts
from followups.models import Attempt, FollowUpOrder, FollowUpRun
from followups.models.orders import FollowUpOrderQuerySet
from followups.models.outcomes import CALLS, EFFECTIVE
from hospital_crm.tenancy.counts import Within
from hospital_crm.tenancy.keyset import Key
from hospital_crm.tenancy.scope import required_hospital

UPCOMING_DAYS = 7
Parts = tuple[FollowUpOrderQuerySet, ...]
# The order of a list of work: by the latest day, then the number of the row.
BY_LATEST = Key("latest_on", dt.date.fromisoformat, ascending=True)
# Of what comes up, by the day it is due, then by its earliest day; of agreed calls, by the time agreed.
BY_DUE_DAY = Key("due_on", dt.date.fromisoformat, ascending=True, then="earliest_on")
BY_AGREED_TIME = Key("agreed_at", dt.datetime.fromisoformat, ascending=True)
_ORDERS = {"upcoming": BY_DUE_DAY, "agreed": BY_AGREED_TIME}


def order_of(name: str) -> Key:
    """What the list of this name is ordered by."""
    return _ORDERS.get(name, BY_LATEST)


@dataclass(frozen=True)
class QuickLists(Within):
    """The lists behind the quick filters of one worker: conditions on what he holds."""

    parts: Parts

    def rows(self, name: str) -> Parts:
        """One of the lists, in its parts."""
        return tuple(part.filter(self.conditions[name]) for part in self.parts)


def callable_now(actor: Actor, *, today: dt.date) -> FollowUpOrderQuerySet:
    """Orders of the actor whose window has opened, or that are late, of people who may be called."""
    return held_by(actor, today=today).of_callable_people().filter(earliest_on__lte=today)


def callable_parts(actor: Actor, *, today: dt.date) -> Parts:
    """The orders of `callable_now` in parts that share none."""
    return tuple(part.filter(earliest_on__lte=today) for part in held_parts(actor, today=today))


def workbench(actor: Actor, *, today: dt.date) -> QuickLists:
    """The quick lists of the workbench: all that may be called now, late, tier A, with an agreed time, coming up."""
    now_open, soon = Q(earliest_on__lte=today), today + dt.timedelta(days=UPCOMING_DAYS)
    conditions = {
        "all": now_open,
        "late": now_open & Q(latest_on__lt=today),
        "a": now_open & Q(tier="A"),
        "agreed": now_open & Q(agreed_at__isnull=False),
        "returned": now_open & Q(state="returned"),
        "upcoming": Q(due_on__lte=soon, earliest_on__gt=today),
    }
    return QuickLists(held_parts(actor, today=today), conditions)


def mine(actor: Actor, *, today: dt.date) -> QuickLists:
    """A physician's or nurse's list: late, due by today, coming up within a week."""
    soon = today + dt.timedelta(days=UPCOMING_DAYS)
    conditions = {
        "late": Q(latest_on__lt=today),
        "today": Q(latest_on__gte=today, due_on__lte=today),
        "upcoming": Q(latest_on__gte=today, due_on__gt=today, due_on__lte=soon),
    }
    return QuickLists((held_by(actor, today=today),), conditions)


def done_on(actor: Actor, day: dt.date) -> Within:
    """What the actor did that day: calls made, people reached, results that count as effective."""
    hospital = required_hospital()
    rows = Attempt.objects.filter(staff=actor.staff, at__gte=day_start(day, hospital), at__lt=day_end(day, hospital))
    conditions = {
        "calls": Q(outcome__in=list(CALLS)),
        "reached": Q(is_reached=True),
        "effective": Q(outcome__in=EFFECTIVE),
    }
    return Within((rows,), conditions)


def ends_to_decide(actor: Actor, *, today: dt.date) -> FollowUpOrderQuerySet:
    """The last order of each run whose end is proposed and waits for this physician: the attending, or whoever holds
    an order of it, or covers either. The one proposed first comes first, as `proposed_at`; none for those who do not
    decide.
    """
    if not actor.can("followups.lower_tier"):
        return FollowUpOrder.objects.none()
    people = [actor.staff.pk, *actor.covered_staff_ids(today)]
    orders = FollowUpOrder.objects.filter(run=OuterRef("pk"))
    own = Exists(orders.filter(Q(attending__in=people) | Q(assignee__in=people)))
    last = orders.visible_to(actor).order_by("-due_on", "-pk").values("pk")[:1]
    runs = FollowUpRun.objects.end_proposed().filter(own)
    found = FollowUpOrder.objects.filter(pk__in=runs.values_list(Subquery(last)))
    return found.annotate(proposed_at=F("run__end_proposed_at")).order_by("proposed_at", "pk")
