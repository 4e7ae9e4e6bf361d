"""What a board of supervision shows: one line per physician, ward or department, the line of all together, who is
behind most.
"""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field

from accounts.models import Department, StaffMember
from followups.domain import figures
from followups.domain.figures import Figures, Period, Targets, Weeks
from followups.models import FollowUpOrder
from followups.models.orders import FollowUpOrderQuerySet
from hospital_crm.pinyin import name_order
from hospital_crm.tenancy.together import Few, read_together


@dataclass(frozen=True)
class Line:
    """One line of a board: whose, the figures of the period, the targets of its mix of tiers, what is late now, the
    last whole weeks.
    """

    key: int | None
    name: str
    figures: Figures
    late: int = 0
    weeks: Weeks = field(default_factory=list)
    goal_coverage: float | None = None
    goal_effective: float | None = None

    @property
    def trend(self) -> list[float | None]:
        """The effective rate of each of the weeks."""
        return figures.trend(self.weeks)

    @property
    def is_coverage_low(self) -> bool:
        """Clearly below the target of coverage."""
        return figures.is_low(self.figures.coverage, self.goal_coverage)

    @property
    def is_effective_low(self) -> bool:
        """Clearly below the target of the effective rate."""
        return figures.is_low(self.figures.effective_rate, self.goal_effective)


@dataclass(frozen=True)
class Board:
    """Lines, most steps first; `whole` adds them up; `furthest_behind` is the one line that holds most of what is
    late, if one does.
    """

    period: Period
    lines: list[Line]
    whole: Line

    @property
    def furthest_behind(self) -> Line | None:
        """The line with the most late steps; None when two share the place or nothing is late."""
        ranked = sorted((line for line in self.lines if line.late), key=lambda line: -line.late)
        if not ranked or (len(ranked) > 1 and ranked[0].late == ranked[1].late):
            return None
        return ranked[0]


def department_board(department: Department, *, period: Period, today: dt.date) -> Board:
    """The steps of one department by attending physician: whose patients they are, whoever calls."""
    orders = FollowUpOrder.objects.filter(department=department)
    return _board("attending_id", orders, period, today, StaffMember)


def hospital_board(*, period: Period, today: dt.date) -> Board:
    """The steps of the hospital by department."""
    return _board("department_id", FollowUpOrder.objects.all(), period, today, Department)


def _board(
    by: str, orders: FollowUpOrderQuerySet, period: Period, today: dt.date, named: type[StaffMember | Department]
) -> Board:
    counts = figures.by(by, period, orders)
    late = figures.late_by(by, today, orders)
    weeks = figures.weekly(by, today, orders)
    keys = counts.keys() | late.keys()
    read = read_together(
        targets=figures.published_targets(),
        named=Few(named.objects.filter(pk__in={key for key in keys if key is not None}), ["id", "name"]),
    )
    targets = figures.targets_of(read["targets"])
    names: Mapping[int | None, str] = {one.pk: one.name for one in read["named"]}
    lines = [
        _line(key, names.get(key, ""), counts.get(key, Figures()), late.get(key, 0), weeks.get(key, []), targets)
        for key in keys
    ]
    lines.sort(key=lambda line: (line.key is None, -line.figures.due, name_order(line.name)))
    total = figures.add_up([line.figures for line in lines])
    whole = _line(None, "", total, sum(late.values()), figures.all_together(weeks.values()), targets)
    return Board(period, lines, whole)


def _line(key: int | None, name: str, counts: Figures, late: int, weeks: Weeks, targets: Targets) -> Line:
    goals = targets.coverage_of(counts), targets.effective_of(counts)
    return Line(key, name, counts, late, weeks, *goals)
