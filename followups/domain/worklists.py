"""The lists people work from: what I have to call now, what comes up, what I did today; each a set of rows, none of
them a promise.
"""

import datetime as dt
from dataclasses import dataclass

from django.db.models import Count, Exists, F, OuterRef, Q, Subquery

from accounts.actors import Actor
from accounts.calendar import day_end, day_start
from followups.domain.holding import POOL, callers, held_by, held_parts, parts_held, serves_pool
from followups.models import Attempt, FollowUpOrder, FollowUpRun
from followups.models.orders import FollowUpOrderQuerySet
from followups.models.outcomes import CALLS, EFFECTIVE
from hospital_crm.tenancy.counts import PreparedCounts, Within
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
    return _workbench(held_parts(actor, today=today), today)


def _workbench(parts: Parts, today: dt.date) -> QuickLists:
    return QuickLists(parts, _workbench_conditions(today))


def _workbench_conditions(today: dt.date) -> dict[str, Q]:
    now_open, soon = Q(earliest_on__lte=today), today + dt.timedelta(days=UPCOMING_DAYS)
    return {
        "all": now_open,
        "late": now_open & Q(latest_on__lt=today),
        "a": now_open & Q(tier="A"),
        "agreed": now_open & Q(agreed_at__isnull=False),
        "returned": now_open & Q(state="returned"),
        "upcoming": Q(due_on__lte=soon, earliest_on__gt=today),
    }


def workbench_counts(actor: Actor, *, today: dt.date) -> tuple[dict[str, int], dict[str, int]]:
    """How many orders stand in each list of the workbench, and what the actor did today; in one statement."""
    hospital = required_hospital()
    listed, done = _WORKBENCH_COUNTS.of(
        serves_pool(actor),
        callers=callers(actor, today=today),
        staff_id=actor.staff.pk,
        today=today,
        start=day_start(today, hospital),
        end=day_end(today, hospital),
    )
    return listed, done


def mine(actor: Actor, *, today: dt.date) -> QuickLists:
    """A physician's or nurse's list: late, due by today, coming up within a week; of these, returned for redo."""
    return _mine((held_by(actor, today=today),), today)


def _mine(parts: Parts, today: dt.date) -> QuickLists:
    return QuickLists(parts, _mine_conditions(today))


def _mine_conditions(today: dt.date) -> dict[str, Q]:
    soon = today + dt.timedelta(days=UPCOMING_DAYS)
    return {
        "late": Q(latest_on__lt=today),
        "today": Q(latest_on__gte=today, due_on__lte=today),
        "upcoming": Q(latest_on__gte=today, due_on__gt=today, due_on__lte=soon),
        "returned": Q(earliest_on__lte=today, state="returned"),
    }


def mine_counts(actor: Actor, *, today: dt.date) -> dict[str, int]:
    """How many orders stand in each list of `mine`."""
    (counts,) = _MINE_COUNTS.of(serves_pool(actor), callers=callers(actor, today=today), today=today)
    return counts


def callable_by_holder(today: dt.date) -> dict[int | None, dict[str, int]]:
    """The numbers of the workbench (`all`, `late`, `returned`) and of `mine` (`today`) per assignee, None: of the
    centre's pool; of everybody in one statement.
    """
    lists = _workbench_conditions(today) | {"today": _mine_conditions(today)["today"]}
    wanted = {name: Count("pk", filter=lists[name]) for name in ("all", "late", "returned", "today")}
    held = FollowUpOrder.objects.working().filter(Q(assignee__isnull=False) | POOL, earliest_on__lte=today)
    return {row.pop("assignee"): row for row in held.order_by().values("assignee").annotate(**wanted)}


def _done(staff_id: int, start: dt.datetime, end: dt.datetime) -> Within:
    """What somebody did on a day: calls made, people reached, results that count as effective."""
    conditions = {
        "calls": Q(outcome__in=list(CALLS)),
        "reached": Q(is_reached=True),
        "effective": Q(outcome__in=EFFECTIVE),
    }
    return Within((Attempt.objects.filter(staff=staff_id, at__gte=start, at__lt=end),), conditions)


_WORKBENCH_COUNTS = PreparedCounts(
    lambda pool, *, callers, staff_id, today, start, end: (
        _workbench(parts_held(callers, pool=pool), today),
        _done(staff_id, start, end),
    )
)
_MINE_COUNTS = PreparedCounts(lambda pool, *, callers, today: (_mine(parts_held(callers, pool=pool), today),))


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
