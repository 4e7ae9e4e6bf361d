"""Statistics under five are not shown to people who may see aggregates only (PRODUCT §4.8): no number from one to
four, no rate made of so few steps, and nothing that lets one be found by subtraction (docs/decisions/0026).

Each column adds up to the line of the whole hospital, each line's tiers to its steps. So where a number is hidden, a
second one of the column is hidden with it, large enough that each small one may still be any from one to four; where
no line is large enough, the number of the whole is hidden instead.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace

from followups.domain.boards import Board, Line
from followups.domain.figures import Figures, Targets, add_up, all_together
from hospital_crm.shell.small_numbers import LEAST

# The columns that add up, and what each rate is made of.
COUNTS = ("lost", "refused")
RATES = {"attempted": "due", "effective": "due", "timely": "due", "reached": "attempted"}
TIERS = ("tier_a", "tier_b", "tier_c")
LATE = "late"


@dataclass(frozen=True)
class ShownLine:
    """A line and which of its numbers are hidden: names of measures, `tiers`, `late`."""

    line: Line
    hidden: frozenset[str] = frozenset()

    @property
    def trend(self) -> list[float | None]:
        """The rate of each week; a gap where it would be made of fewer than five steps."""
        weeks = zip(self.line.weeks, self.line.trend, strict=True)
        return [rate if due >= LEAST else None for (due, _effective), rate in weeks]


@dataclass(frozen=True)
class Shown:
    """The lines that may be shown, small departments together in `rest`, and the line of the whole hospital."""

    lines: list[ShownLine]
    rest: ShownLine | None
    whole: ShownLine


def shown(board: Board, targets: Targets) -> Shown:
    """The board with small departments put together, and what else must be hidden."""
    lines, small = _parted(board.lines)
    rest = _together(small, targets) if small else None
    table = [*lines, rest] if rest else lines
    hidden, of_whole = _hidden(table, board.whole)
    late, is_whole_late_hidden = covered([line.late for line in board.lines])
    late_lines = [board.lines[place].key for place in late]
    for place, line in enumerate(table):
        if line is rest or line.key in late_lines:
            hidden[place].add(LATE)
    if is_whole_late_hidden:
        of_whole.add(LATE)
    told = [ShownLine(line, frozenset(names)) for line, names in zip(table, hidden, strict=True)]
    return Shown(told[: len(lines)], told[-1] if rest else None, ShownLine(board.whole, frozenset(of_whole)))


def is_small(value: int) -> bool:
    """From one to four."""
    return 0 < value < LEAST


def covered(values: Sequence[int], also: Iterable[int] = ()) -> tuple[set[int], bool]:
    """Which places of a column are hidden, and whether its sum is: those from one to four and, where they are hidden
    for another reason, `also`.

    One of them at least is five or more, and together they are four for each small one and five for each other: so each
    small one may be any number from one to four. Where they are not, the least other one that makes them so is hidden.
    """
    hidden = {place for place, value in enumerate(values) if is_small(value)}.union(also)
    needed = sum((LEAST - 1 if values[place] < LEAST else LEAST) - values[place] for place in hidden)
    if not hidden or needed <= 0 and any(values[place] >= LEAST for place in hidden):
        return hidden, False
    others = [place for place, value in enumerate(values) if place not in hidden and value >= LEAST + max(needed, 0)]
    if not others:
        return hidden, True
    return hidden | {min(others, key=lambda place: values[place])}, False


def _parted(lines: Sequence[Line]) -> tuple[list[Line], list[Line]]:
    """Lines that stand alone, most steps first, and small departments that stand together.

    A rest that would still be too small, or would be one department alone and so be found by subtraction, takes in the
    smallest department that could have stood by itself.
    """
    alone = sorted((one for one in lines if not is_small(one.figures.due)), key=lambda one: -one.figures.due)
    small = [one for one in lines if is_small(one.figures.due)]
    while small and alone and (len(small) == 1 or sum(one.figures.due for one in small) < LEAST):
        small.append(alone.pop())
    return alone, small


def _together(small: list[Line], targets: Targets) -> Line:
    total: Figures = add_up([line.figures for line in small])
    weeks = all_together(line.weeks for line in small if line.weeks)
    late = sum(line.late for line in small)
    return Line(None, "", total, late, weeks, targets.coverage_of(total), targets.effective_of(total))


def _hidden(table: Sequence[Line], whole: Line) -> tuple[list[set[str]], set[str]]:
    """Of each line, and of the whole: what is hidden of the steps of the period."""
    hidden: list[set[str]] = [set() for _line in table]
    of_whole: set[str] = set()
    for name in (*COUNTS, *RATES):
        base = RATES.get(name)
        # a rate of hidden calls would tell of how many they are
        also = [place for place, line in enumerate(table) if base and _is_hidden(base, line, hidden[place])]
        places, is_whole_hidden = covered([getattr(line.figures, name) for line in table], also)
        for place in places:
            hidden[place].add(name)
        if is_whole_hidden or base and _is_hidden(base, whole, of_whole):
            of_whole.add(name)
    rows, is_whole_hidden = covered_rows([_tiers(line) for line in table], _tiers(whole))
    for place in rows:
        hidden[place].add("tiers")
    if is_whole_hidden:
        of_whole.add("tiers")
    return hidden, of_whole


def _is_hidden(name: str, line: Line, hidden: Collection[str]) -> bool:
    return name in hidden or is_small(getattr(line.figures, name))


def covered_rows(rows: Sequence[tuple[int, ...]], whole: tuple[int, ...]) -> tuple[set[int], bool]:
    """Which lines show no tiers, and whether the whole shows none.

    Every line with a small one, and the smallest others, until each small number could be one less: another hidden line
    would have one more of this tier and one less of another, so that lines and columns add up as before.
    """
    if any(map(is_small, whole)):
        return {place for place, row in enumerate(rows) if any(map(is_small, row))}, True
    hidden = {place for place, row in enumerate(rows) if any(map(is_small, row))}
    others = sorted(set(range(len(rows))) - hidden, key=lambda place: sum(rows[place]))
    small = [(place, tier) for place in hidden for tier, n in enumerate(rows[place]) if is_small(n)]
    while not all(_could_be_less(tier, [rows[one] for one in hidden - {place}]) for place, tier in small):
        if not others:
            return hidden, True
        hidden.add(others.pop(0))
    return hidden, False


def _could_be_less(tier: int, others: Sequence[tuple[int, ...]]) -> bool:
    return any(n > 0 for row in others for one, n in enumerate(row) if one != tier)


def _tiers(line: Line) -> tuple[int, ...]:
    return tuple(getattr(line.figures, name) for name in TIERS)


def without_goals(one: ShownLine) -> Line:
    """The line as it is drawn: the targets are made of its tiers, so hidden tiers hide them."""
    return replace(one.line, goal_coverage=None, goal_effective=None) if "tiers" in one.hidden else one.line
