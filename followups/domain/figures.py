"""The figures of follow-up, each defined once (PRODUCT §3 "Figures", docs/figures.md): boards, reports and lists
behind a number all read from here.

A step counts in the period its due day lies in. Steps that ended by death, readmission, transfer or voiding are not
due; a step that
waits for the end of a new stay counts as readmitted until it goes on. Nothing else leaves the denominator: lost and
refused stand beside.
"""

import datetime as dt
import zoneinfo
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields

from django.db.models import Count, DateTimeField, F, Func, IntegerField, Q, Value
from django.db.models.functions import Cast, TruncDate

from accounts.calendar import day_start
from followups.domain import lost
from followups.models import FollowUpOrder, OrderState, Protocol, Tier, TierTarget
from followups.models.orders import FollowUpOrderQuerySet
from followups.models.states import NOT_DUE
from hospital_crm.tenancy.scope import required_hospital
from hospital_crm.tenancy.together import Few, read_together

# Below the target by more than this many points is said to be low.
CLEARLY_BELOW = 5.0
TREND_WEEKS = 8
# A late A order beyond 72 hours has come to medical affairs.
BEYOND_DAYS = 3

_NOT_COUNTED = (*NOT_DUE, OrderState.SUSPENDED)
_DONE = (OrderState.SUBMITTED, OrderState.FILED)
_EFFECTIVE = Q(state__in=_DONE, completed_at__isnull=False)

# Before the latest day begins in Greenwich no clock on earth is past it; only the others ask for the hospital's day,
# which costs ten times as much per row.
_BY_LATEST_DAY = Q(completed_at__lt=Cast("latest_on", DateTimeField())) | Q(completed_on__lte=F("latest_on"))

MEASURES: dict[str, Q] = {
    "due": Q(),
    "attempted": Q(attempts_count__gt=0),
    "reached": Q(attempts_count__gt=0, reached_at__isnull=False),
    "effective": _EFFECTIVE,
    "timely": _EFFECTIVE & _BY_LATEST_DAY,
    "lost": Q(state=OrderState.LOST),
    "refused": Q(state=OrderState.REFUSED),
    "dissatisfied": Q(has_dissatisfaction=True),
    "tier_a": Q(tier=Tier.A),
    "tier_b": Q(tier=Tier.B),
    "tier_c": Q(tier=Tier.C),
}


@dataclass(frozen=True)
class Period:
    """Whole days of the hospital, both ends included."""

    first: dt.date
    last: dt.date

    @property
    def days(self) -> int:
        """How many days."""
        return (self.last - self.first).days + 1


@dataclass(frozen=True)
class Figures:
    """Counts of steps of one period, and the rates made of them. A rate is per cent, or None where there is nothing
    to divide by.
    """

    due: int = 0
    attempted: int = 0
    reached: int = 0
    effective: int = 0
    timely: int = 0
    lost: int = 0
    refused: int = 0
    dissatisfied: int = 0
    tier_a: int = 0
    tier_b: int = 0
    tier_c: int = 0

    def __add__(self, other: "Figures") -> "Figures":
        return Figures(*(getattr(self, f.name) + getattr(other, f.name) for f in fields(self)))

    @property
    def coverage(self) -> float | None:
        """覆盖率: attempted of due."""
        return _percent(self.attempted, self.due)

    @property
    def reached_rate(self) -> float | None:
        """接通率: reached of attempted."""
        return _percent(self.reached, self.attempted)

    @property
    def effective_rate(self) -> float | None:
        """有效率: completed of due; partly done does not count."""
        return _percent(self.effective, self.due)

    @property
    def timely_rate(self) -> float | None:
        """及时率: completed by the latest day, of due."""
        return _percent(self.timely, self.due)


@dataclass(frozen=True)
class Targets:
    """What the published protocol aims at, per tier, in per cent."""

    attempted: dict[str, int]
    effective: dict[str, int]

    def coverage_of(self, figures: Figures) -> float | None:
        """The target of coverage for this mix of tiers."""
        return _mixed(self.attempted, figures)

    def effective_of(self, figures: Figures) -> float | None:
        """The target of the effective rate for this mix of tiers."""
        return _mixed(self.effective, figures)


def _percent(part: int, whole: int) -> float | None:
    return 100 * part / whole if whole else None


def _mixed(targets: dict[str, int], figures: Figures) -> float | None:
    """Each tier's target, weighted by its share; None without steps or targets."""
    parts = [(targets.get("A"), figures.tier_a), (targets.get("B"), figures.tier_b), (targets.get("C"), figures.tier_c)]
    known = [(target, n) for target, n in parts if target is not None]
    whole = sum(n for _target, n in known)
    return sum(target * n for target, n in known) / whole if whole else None


def is_low(rate: float | None, goal: float | None) -> bool:
    """Clearly below the target, so that the word 低 is due: more than five points."""
    return rate is not None and goal is not None and rate < goal - CLEARLY_BELOW


def counted(period: Period, orders: FollowUpOrderQuerySet | None = None) -> FollowUpOrderQuerySet:
    """The steps due in the period: the denominator of every rate, and the list behind it."""
    rows = FollowUpOrder.objects.all() if orders is None else orders
    zone = zoneinfo.ZoneInfo(required_hospital().timezone)
    return (
        rows.filter(due_on__gte=period.first, due_on__lte=period.last)
        .exclude(state__in=_NOT_COUNTED)
        .alias(completed_on=TruncDate("completed_at", tzinfo=zone))
    )


def behind(measure: str, period: Period, orders: FollowUpOrderQuerySet | None = None) -> FollowUpOrderQuerySet:
    """The steps behind one number: as many rows as the figure says. KeyError for a measure that is not defined."""
    return counted(period, orders).filter(MEASURES[measure])


def totals(period: Period, orders: FollowUpOrderQuerySet | None = None) -> Figures:
    """The figures of all these steps together."""
    return Figures(**counted(period, orders).aggregate(**_counts()))


def by(field: str, period: Period, orders: FollowUpOrderQuerySet | None = None) -> dict[int | None, Figures]:
    """The figures per value of `field` (department_id, attending_id, ward_id); steps without one stand under None."""
    rows = counted(period, orders).order_by().values(field).annotate(**_counts())
    return {row.pop(field): Figures(**row) for row in rows}


def _counts() -> dict[str, Count]:
    return {
        name: Count("due_on", filter=condition) if condition else Count("due_on")
        for name, condition in MEASURES.items()
    }


def late_now(today: dt.date, orders: FollowUpOrderQuerySet | None = None) -> FollowUpOrderQuerySet:
    """超时未办: somebody still has to call and the latest day is over. A state of today, whatever the period."""
    rows = FollowUpOrder.objects.all() if orders is None else orders
    return rows.late(today)


def late_a(today: dt.date, *, beyond_days: int = 0) -> FollowUpOrderQuerySet:
    """Late orders of tier A of the hospital; those late by so many whole days at least, since the return of a
    result if there was one.
    """
    late_since = today - dt.timedelta(days=beyond_days)
    late = late_now(late_since, FollowUpOrder.objects.filter(tier=Tier.A))
    if not beyond_days:
        return late
    return late.filter(Q(returned_at__isnull=True) | Q(returned_at__lt=day_start(late_since, required_hospital())))


def too_few_tries(today: dt.date, orders: FollowUpOrderQuerySet | None = None) -> FollowUpOrderQuerySet:
    """尝试不足: late now, nobody reached, and called on fewer days than the step demands. A state of today as well:
    whatever ends a step without reaching the person comes after more days than any step demands.
    """
    return lost.tried_too_little(late_now(today, orders))


def late_by(field: str, today: dt.date, orders: FollowUpOrderQuerySet | None = None) -> dict[int | None, int]:
    """How many are late now, per value of `field`."""
    return dict(late_now(today, orders).order_by().values_list(field).annotate(n=Count("*")))


Weeks = list[tuple[int, int]]


class _WeeksSince(Func):
    """How many whole weeks lie between two days."""

    template = "((%(expressions)s) / 7)"
    arg_joiner = " - "
    output_field = IntegerField()


def weekly(
    field: str, today: dt.date, orders: FollowUpOrderQuerySet | None = None, weeks: int = TREND_WEEKS
) -> dict[int | None, Weeks]:
    """Due and effective steps of the last whole weeks (Monday to Sunday), per value of `field`. The running week is
    none of them: most of it is still to be done.
    """
    mondays = last_mondays(today, weeks)
    first, last = mondays[0], mondays[-1] + dt.timedelta(days=6)
    rows = (
        counted(Period(first, last), orders)
        .order_by()
        .values_list(field, _WeeksSince("due_on", Value(first)))
        .annotate(due=Count("due_on"), effective=Count("due_on", filter=_EFFECTIVE))
    )
    found: dict[int | None, Weeks] = {}
    for key, place, due, effective in rows:
        found.setdefault(key, [(0, 0)] * weeks)[place] = due, effective
    return found


def trend(weeks: Weeks) -> list[float | None]:
    """The effective rate of each week; a gap where nothing was due."""
    return [_percent(effective, due) for due, effective in weeks]


def all_together(lines: Iterable[Weeks]) -> Weeks:
    """The weeks of several groups as one."""
    return [(sum(due for due, _e in week), sum(e for _d, e in week)) for week in zip(*lines, strict=True)]


def last_mondays(today: dt.date, weeks: int = TREND_WEEKS) -> list[dt.date]:
    """The Mondays of the last whole weeks, oldest first; the running week is none of them."""
    monday = today - dt.timedelta(days=today.weekday())
    return [monday - dt.timedelta(weeks=back) for back in range(weeks, 0, -1)]


def targets() -> Targets:
    """The targets of the published protocol for stays."""
    return targets_of(read_together(targets=published_targets())["targets"])


def published_targets() -> Few:
    """The rows that hold them, to be read with other things; `targets_of` makes sense of them."""
    rows = TierTarget.objects.filter(protocol__state=Protocol.State.PUBLISHED, protocol__trigger="stay")
    return Few(rows, ["tier", "attempted_percent", "effective_percent"])


def targets_of(rows: Iterable[TierTarget]) -> Targets:
    """Rows of one protocol as its targets."""
    known = list(rows)
    return Targets({t.tier: t.attempted_percent for t in known}, {t.tier: t.effective_percent for t in known})


def this_week(today: dt.date) -> Period:
    """Monday to today."""
    return Period(today - dt.timedelta(days=today.weekday()), today)


def this_month(today: dt.date) -> Period:
    """The first of the month to today."""
    return Period(today.replace(day=1), today)


def last_month(today: dt.date) -> Period:
    """The whole month before this one."""
    last = today.replace(day=1) - dt.timedelta(days=1)
    return Period(last.replace(day=1), last)


def add_up(parts: Sequence[Figures]) -> Figures:
    """The figures of several groups as one."""
    return sum(parts, Figures())
