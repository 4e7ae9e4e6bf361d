"""Statistics under five are not shown to people who may see aggregates only (PRODUCT §4.8): no small number, and no
line made of few steps.
"""

from dataclasses import dataclass

from followups.domain.boards import Board, Line
from followups.domain.figures import Figures, Targets, add_up
from hospital_crm.shell.small_numbers import LEAST


@dataclass(frozen=True)
class Shown:
    """The lines that may be shown; departments with fewer than five steps stand together in `rest`."""

    lines: list[Line]
    rest: Line | None
    merged: int


def rate_shown(line: Line, name: str) -> float | None:
    """A rate, when it is made of five steps or more."""
    whole = line.figures.attempted if name == "reached_rate" else line.figures.due
    return getattr(line.figures, name) if whole >= LEAST else None


def shown(board: Board, targets: Targets) -> Shown:
    """The board with small departments put together, so that no line is made of one to four steps.

    A rest that would still be too small, or would be one department alone and so be found by subtraction, takes in the
    smallest department that could have stood by itself.
    """
    lines = [line for line in board.lines if not 0 < line.figures.due < LEAST]
    small = [line for line in board.lines if 0 < line.figures.due < LEAST]
    lines.sort(key=lambda line: -line.figures.due)
    while small and lines and (len(small) == 1 or sum(line.figures.due for line in small) < LEAST):
        small.append(lines.pop())
    return Shown(lines, _together(small, targets) if small else None, len(small))


def _together(small: list[Line], targets: Targets) -> Line:
    total: Figures = add_up([line.figures for line in small])
    late = sum(line.late for line in small)
    return Line(None, "", total, late, [], targets.coverage_of(total), targets.effective_of(total))
