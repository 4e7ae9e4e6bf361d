"""Where the marks of the small drawings stand: window and trend.

Attributes of SVG only, for the browser's policy forbids styles.
"""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from hospital_crm.shell.wording import Moment, end_of, start_of

WINDOW_LEFT, WINDOW_RIGHT = 4, 60
SPARK_WIDTH, SPARK_HEIGHT, SPARK_EDGE = 88, 24, 3
SPARK_FLOOR = 60


@dataclass(frozen=True)
class Window:
    """Marks of a window: the tick of the due moment, the dot of now, and whether it waits, runs or is over."""

    due_x: float
    now_x: float
    tone: str


def window(earliest: Moment, due: Moment, latest: Moment, now: dt.datetime) -> Window:
    """The line runs from earliest to latest; before it the dot stands left of the line, after it right of it."""
    opens, closes = start_of(earliest, now), end_of(latest, now)
    length = max((closes - opens).total_seconds(), 1)

    def x(value: dt.datetime) -> float:
        share = min(max((value - opens).total_seconds() / length, 0), 1)
        return round(WINDOW_LEFT + share * (WINDOW_RIGHT - WINDOW_LEFT), 1)

    due_x = x(end_of(due, now))
    if now < opens:
        return Window(due_x, WINDOW_LEFT - 3, "wait")
    if now >= closes:
        return Window(due_x, WINDOW_RIGHT + 3, "late")
    return Window(due_x, x(now), "open")


@dataclass(frozen=True)
class Spark:
    """A trend: the line, its last point, and the height of the target."""

    points: str
    end_x: float
    end_y: float
    goal_y: float | None


def spark(values: Sequence[float | None], goal: float | None = None) -> Spark | None:
    """Percentages, drawn from 60 (or the lowest ten below) to 100; gaps are left out; nothing without values."""
    known = [(i, v) for i, v in enumerate(values) if v is not None]
    if not known:
        return None
    step = (SPARK_WIDTH - 2 * SPARK_EDGE) / max(len(values) - 1, 1)

    lowest = min([v for _i, v in known] + ([] if goal is None else [goal]))
    floor = min(SPARK_FLOOR, lowest // 10 * 10)

    def y(value: float) -> float:
        return round(SPARK_EDGE + (100 - value) / (100 - floor) * (SPARK_HEIGHT - 2 * SPARK_EDGE), 1)

    marks = [(round(SPARK_EDGE + i * step, 1), y(v)) for i, v in known]
    return Spark(" ".join(f"{x},{height}" for x, height in marks), *marks[-1], None if goal is None else y(goal))
