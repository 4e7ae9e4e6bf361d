"""The lists people work from: what I have to call now, what comes up, what I did today; each a set of rows, none of
them a promise.
"""

import datetime as dt
from dataclasses import dataclass

from django.db.models import Count, Exists, F, OuterRef, Q, Subquery

from accounts.actors import Actor
from accounts.calendar import day_end, day_start
from followups.domain.holding import POOL, callers, held_by, held_parts, parts_held, serves_pool
from followups.models import Attempt, FollowUpOrder, FollowUpRun, Review
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


@dataclass(frozen=True)
class Day:
    """A day of the hospital as the lists ask of it. `end`: the moment it is over."""

    today: dt.date
    end: dt.datetime

    @property
    def is_agreed(self) -> Q:
        """A time was agreed for the day, or for one before it."""
        return Q(agreed_at__lt=self.end)

    @property
    def is_open(self) -> Q:
        """May be called: the window has opened, or the person agreed to be called by then."""
        return Q(earliest_on__lte=self.today) | self.is_agreed

    @property
    def is_ahead(self) -> Q:
        """Due, or agreed for a time, after the day and within the days that are looked ahead."""
        ahead = dt.timedelta(days=UPCOMING_DAYS)
        not_yet = Q(agreed_at__isnull=True) | Q(agreed_at__gte=self.end)
        return not_yet & (Q(due_on__lte=self.today + ahead) | Q(agreed_at__lt=self.end + ahead))


def _day(today: dt.date) -> Day:
    return Day(today, day_end(today, required_hospital()))


def callable_now(actor: Actor, *, today: dt.date) -> FollowUpOrderQuerySet:
    """Orders of the actor whose window has opened, that are late, or for which a time was agreed by today; of people
    who may be called.
    """
    return held_by(actor, today=today).of_callable_people().filter(_day(today).is_open)


def callable_parts(actor: Actor, *, today: dt.date) -> Parts:
    """The orders of `callable_now` in parts that share none."""
    return workbench(actor, today=today).rows("all")


def workbench(actor: Actor, *, today: dt.date) -> QuickLists:
    """The quick lists of the workbench: all that may be called now, late, tier A, with an agreed time, coming up."""
    return _workbench(held_parts(actor, today=today), _day(today))


def _workbench(parts: Parts, day: Day) -> QuickLists:
    return QuickLists(parts, _workbench_conditions(day))


def _workbench_conditions(day: Day) -> dict[str, Q]:
    return {
        "all": day.is_open,
        "late": Q(latest_on__lt=day.today),
        "a": day.is_open & Q(tier="A"),
        "agreed": Q(agreed_at__isnull=False),
        "returned": day.is_open & Q(state="returned"),
        "upcoming": day.is_ahead & Q(earliest_on__gt=day.today),
    }


def workbench_counts(actor: Actor, *, today: dt.date) -> tuple[dict[str, int], dict[str, int]]:
    """How many orders stand in each list of the workbench, and what the actor did today; in one statement."""
    listed, done = _WORKBENCH_COUNTS.of(
        serves_pool(actor),
        callers=callers(actor, today=today),
        staff_id=actor.staff.pk,
        today=today,
        start=day_start(today, required_hospital()),
        end=_day(today).end,
    )
    return listed, done


def mine(actor: Actor, *, today: dt.date) -> QuickLists:
    """A physician's or nurse's list: late, due or agreed by today, coming up within a week; of these, what may be
    called now (`open`); returned for redo; with an agreed time, however far ahead.
    """
    return _mine(held_parts(actor, today=today), _day(today))


def _mine(parts: Parts, day: Day) -> QuickLists:
    return QuickLists(parts, _mine_conditions(day))


def _mine_conditions(day: Day) -> dict[str, Q]:
    is_late, is_due = Q(latest_on__lt=day.today), Q(due_on__lte=day.today) | day.is_agreed
    is_coming = day.is_ahead & Q(due_on__gt=day.today)
    return {
        "late": is_late,
        "today": ~is_late & is_due,
        "upcoming": ~is_late & is_coming,
        "open": (is_late | is_due | is_coming) & day.is_open,
        "returned": day.is_open & Q(state="returned"),
        "agreed": Q(agreed_at__isnull=False),
    }


def mine_counts(actor: Actor, *, today: dt.date) -> dict[str, int]:
    """How many orders stand in each list of `mine`."""
    end = _day(today).end
    (counts,) = _MINE_COUNTS.of(serves_pool(actor), callers=callers(actor, today=today), today=today, end=end)
    return counts


def due_parts(actor: Actor, *, today: dt.date) -> Parts:
    """The orders of `mine` that are late, or due or agreed by today."""
    listed = mine(actor, today=today)
    return tuple(part.filter(listed.conditions["late"] | listed.conditions["today"]) for part in listed.parts)


def callable_by_holder(today: dt.date) -> dict[int | None, dict[str, int]]:
    """The numbers of the workbench (`all`, `late`, `returned`) and of `mine` (`today`) per assignee, None: of the
    centre's pool; of everybody in one statement.
    """
    day = _day(today)
    lists = _workbench_conditions(day) | {"today": _mine_conditions(day)["today"]}
    wanted = {name: Count("pk", filter=lists[name]) for name in ("all", "late", "returned", "today")}
    held = FollowUpOrder.objects.working().filter(Q(assignee__isnull=False) | POOL, day.is_open)
    return {row.pop("assignee"): row for row in held.order_by().values("assignee").annotate(**wanted)}


def _done(staff_id: int, start: dt.datetime, end: dt.datetime) -> Within:
    """What somebody did on a day: calls made, people reached, results that count as effective; none of a result that
    he took back that day.
    """
    recalled = Review.objects.filter(order=OuterRef("order"), verdict=Review.Verdict.RECALLED, reviewer=staff_id)
    stands = ~Q(outcome__in=EFFECTIVE) | ~Q(Exists(recalled.filter(at__gte=OuterRef("at"), at__lt=end)))
    conditions = {
        "calls": Q(outcome__in=list(CALLS)),
        "reached": Q(is_reached=True),
        "effective": Q(outcome__in=EFFECTIVE),
    }
    return Within((Attempt.objects.filter(stands, staff=staff_id, at__gte=start, at__lt=end),), conditions)


_WORKBENCH_COUNTS = PreparedCounts(
    lambda pool, *, callers, staff_id, today, start, end: (
        _workbench(parts_held(callers, pool=pool), Day(today, end)),
        _done(staff_id, start, end),
    )
)
_MINE_COUNTS = PreparedCounts(
    lambda pool, *, callers, today, end: (_mine(parts_held(callers, pool=pool), Day(today, end)),)
)


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
