"""Nobody finds a number from one to four on the leaders' page: whoever tries to solve what is shown, by lines and by
columns, is left with two answers at least.
"""

import datetime as dt
from collections.abc import Iterator

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from followups.domain import boards, figures
from followups.domain.boards import Board, Line
from reports.domain import suppression
from reports.domain.suppression import COUNTS, LATE, RATES, TIERS, Shown, ShownLine
from reports.views.hospital import line_shown, said_of

pytestmark = pytest.mark.unit
PERIOD = figures.Period(dt.date(2026, 11, 1), dt.date(2026, 11, 2))
TARGETS = figures.Targets({"A": 100, "B": 98, "C": 95}, {"A": 95, "B": 85, "C": 70})
SMALL = range(1, 5)


def line(key: int, tiers: tuple[int, int, int], late: int = 0, **counts: int) -> Line:
    made = figures.Figures(due=sum(tiers), **dict(zip(TIERS, tiers, strict=True)), **counts)
    return Line(key, f"科{key}", made, late, [], TARGETS.coverage_of(made), TARGETS.effective_of(made))


def board_of(*lines: Line) -> Board:
    total = figures.add_up([one.figures for one in lines])
    late = sum(one.late for one in lines)
    whole = Line(None, "", total, late, [], TARGETS.coverage_of(total), TARGETS.effective_of(total))
    return Board(PERIOD, list(lines), whole)


@st.composite
def lines(draw: st.DrawFn) -> list[Line]:
    found = []
    for key in range(1, draw(st.integers(1, 6)) + 1):
        tiers = draw(st.tuples(*[st.integers(0, 9)] * 3))
        counts, most = {}, sum(tiers)
        for name in ("attempted", "reached", "effective", "timely"):
            counts[name] = most = draw(st.integers(0, most))
        for name in COUNTS:
            counts[name] = draw(st.integers(0, sum(tiers)))
        found.append(line(key, tiers, draw(st.integers(0, 9)), **counts))
    return found


def told_of(shown: Shown) -> list[ShownLine]:
    return [*shown.lines, *([shown.rest] if shown.rest else [])]


def values_of(told: list[ShownLine], name: str) -> list[int]:
    return [one.line.late if name == LATE else getattr(one.line.figures, name) for one in told]


def answers(value: int, others: list[int], total: int) -> range:
    """What a hidden small number may be, where the hidden ones of its column are known to add up to `total`: small ones
    are one to four, the rest five or more.
    """
    least = sum(0 if n == 0 else 1 if n in SMALL else 5 for n in others)
    most = sum(0 if n == 0 else 4 for n in others) if all(n < 5 for n in others) else total
    assert value in SMALL
    return range(max(1, total - most), min(4, total - least) + 1)


@given(lines())
@example([line(1, (0, 20, 0), lost=6), line(2, (0, 6, 0), lost=2)])
@example([line(1, (8, 0, 0)), line(2, (4, 4, 0)), line(3, (0, 9, 0))])
@example([line(1, (1, 1, 9)), line(2, (1, 1, 9))])
def test_no_small_number_of_a_column_is_found_by_subtraction(rows: list[Line]) -> None:
    shown = suppression.shown(board_of(*rows), TARGETS)
    told = told_of(shown)
    for name in (*COUNTS, *RATES):
        values = values_of(told, name)
        hidden = [place for place, one in enumerate(told) if name in one.hidden]
        assert {place for place, n in enumerate(values) if n in SMALL} <= set(hidden)
        total = sum(values[place] for place in hidden)
        for place in hidden:
            if name in shown.whole.hidden or values[place] not in SMALL:
                continue
            others = [values[other] for other in hidden if other != place]
            assert len(answers(values[place], others, total)) > 1, (name, values)


def splits(due: int) -> Iterator[tuple[int, int, int]]:
    return ((a, b, due - a - b) for a in range(due + 1) for b in range(due + 1 - a))


@settings(deadline=None)
@given(lines())
@example([line(1, (0, 20, 0)), line(2, (3, 3, 0))])
@example([line(1, (5, 0, 0)), line(2, (3, 3, 0)), line(3, (5, 5, 5))])
def test_no_small_tier_is_found_from_its_line_and_column(rows: list[Line]) -> None:
    """Every way is tried to fill in the lines without tiers so that all adds up."""
    shown = suppression.shown(board_of(*rows), TARGETS)
    told = told_of(shown)
    tiers = [tuple(getattr(one.line.figures, name) for name in TIERS) for one in told]
    hidden = [place for place, one in enumerate(told) if "tiers" in one.hidden]
    assert {place for place, row in enumerate(tiers) if any(n in SMALL for n in row)} <= set(hidden)
    whole = tuple(sum(tiers[place][tier] for place in hidden) for tier in range(3))
    for place in hidden:
        reached = {(0, 0)}
        for other in hidden:
            if other != place:
                reached = {(a + x, b + y) for a, b in reached for x, y, _z in splits(sum(tiers[other]))}
        ways = [
            way
            for way in splits(sum(tiers[place]))
            if "tiers" in shown.whole.hidden or (whole[0] - way[0], whole[1] - way[1]) in reached
        ]
        for tier in range(3):
            if tiers[place][tier] in SMALL:
                assert len({way[tier] for way in ways}) > 1, tiers


@given(lines(), st.lists(st.integers(0, 9), min_size=6, max_size=6))
def test_what_is_late_today_is_not_found_from_two_periods(rows: list[Line], dues: list[int]) -> None:
    """The late ones are those of today in any period, while departments stand together by their steps of the period."""
    other = [
        Line(one.key, one.name, line(9, (0, due, 0)).figures, one.late) for one, due in zip(rows, dues, strict=False)
    ]
    shown = [suppression.shown(board_of(*some), TARGETS) for some in (rows, other)]
    assert len({LATE in one.whole.hidden for one in shown}) == 1
    known = {one.line.key for some in shown for one in some.lines if LATE not in one.hidden}
    assert all(LATE in some.rest.hidden for some in shown if some.rest)
    values = {one.key: one.late for one in rows}
    hidden = [n for key, n in values.items() if key not in known]
    if LATE in shown[0].whole.hidden:
        return
    for place, value in enumerate(hidden):
        if value in SMALL:
            assert len(answers(value, [*hidden[:place], *hidden[place + 1 :]], sum(hidden))) > 1


def test_a_second_number_hides_the_small_one() -> None:
    board = board_of(
        *(line(key, (0, 9, 0), late=late, lost=lost) for key, late, lost in [(1, 3, 2), (2, 6, 5), (3, 7, 8)])
    )
    shown = suppression.shown(board, TARGETS)
    cells = {one.line.key: line_shown(one) for one in shown.lines}
    assert [(cells[key]["lost"], cells[key]["late"]) for key in (1, 2, 3)] == [("<5", "<5"), ("5", "—"), ("—", "7")]
    assert (line_shown(shown.whole)["lost"], said_of(shown.whole, None)["late"]) == ("15", 16)


def test_without_a_large_enough_one_the_whole_is_hidden() -> None:
    shown = suppression.shown(board_of(line(1, (0, 9, 0), lost=2), line(2, (0, 9, 0), lost=0)), TARGETS)
    assert (line_shown(shown.whole)["lost"], [line_shown(one)["lost"] for one in shown.lines]) == ("<5", ["<5", "0"])
    shown = suppression.shown(board_of(line(1, (0, 9, 0), lost=2), line(2, (0, 9, 0), lost=5)), TARGETS)
    assert (line_shown(shown.whole)["lost"], [line_shown(one)["lost"] for one in shown.lines]) == ("—", ["<5", "5"])


def test_hidden_tiers_hide_the_targets_that_are_made_of_them() -> None:
    shown = suppression.shown(board_of(line(1, (2, 9, 9)), line(2, (9, 9, 9)), line(3, (20, 20, 20))), TARGETS)
    told = {one.line.key: line_shown(one) for one in shown.lines}
    assert [told[key]["tiers"] for key in (1, 2, 3)] == [[], [], ["20", "20", "20"]]
    assert [told[key]["line"].goal_effective for key in (1, 2)] == [None, None]
    assert told[3]["line"].goal_effective == TARGETS.effective_of(told[3]["line"].figures)


def test_few_steps_of_the_whole_hospital_are_told_by_nothing() -> None:
    shown = suppression.shown(board_of(line(1, (0, 3, 0), attempted=3)), TARGETS)
    said = said_of(shown.whole, None)
    assert (said["due"], said["coverage"], said["effective"]) == ("<5", None, None)


def test_a_week_of_few_steps_is_a_gap() -> None:
    weeks = [(4, 4), (5, 4), (0, 0)]
    assert ShownLine(boards.Line(1, "科", figures.Figures(due=9), 0, weeks)).trend == [None, 80.0, None]
