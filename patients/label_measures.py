"""What is measured of the people of a group or stage, beside how many they are. Each app registers what it knows in its
wiring; nothing here knows them.
"""

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Part:
    """So many of so many."""

    n: int = 0
    of: int = 0

    def __add__(self, other: "Part") -> "Part":
        return Part(self.n + other.n, self.of + other.of)


@dataclass(frozen=True)
class Measure:
    """`counted(since)`: by axis and label, of what happened from that moment on; labels of which nothing is known may
    be left out.
    """

    key: str
    label: Any
    counted: Callable[[dt.datetime], Mapping[str, Mapping[str, Part]]]


_measures: dict[str, Measure] = {}


def register(measure: Measure) -> None:
    """Adds a measure."""
    _measures[measure.key] = measure


def measures() -> list[Measure]:
    """All of them, in the order they came."""
    return list(_measures.values())
