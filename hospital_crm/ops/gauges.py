"""Levels that `/metrics` reads when it is asked: each app registers its own in `apps.py`. They must be cheap and
name no hospital.
"""

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class Level:
    """A gauge whose values are read when asked: `{label value: number}`, shown under the label `kind`."""

    name: str
    documentation: str
    read: Callable[[], dict[str, float]]


_levels: dict[str, Level] = {}


def register(name: str, documentation: str, read: Callable[[], dict[str, float]]) -> None:
    """Adds a gauge. `read` runs outside every hospital, as the serving role."""
    _levels[name] = Level(name, documentation, read)


def levels() -> list[Level]:
    """All registered gauges."""
    return list(_levels.values())
