"""What the label rules may look at. Each app registers what it knows in its `apps.py`; nothing here knows them.

A source answers some facts of many people in one statement. Every fact is a number; yes is 1, no is 0.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

COUNT, DAYS, MONEY, YES_NO, RATIO = "count", "days", "money", "yes_no", "ratio"


@dataclass(frozen=True)
class LabelFact:
    """One fact. `without`: what it is for people of whom the source says nothing; None = not known."""

    key: str
    label: Any
    kind: str = COUNT
    without: int | None = 0


@dataclass(frozen=True)
class FactSource:
    """Facts that come together. `sql` selects `patient_id` and one column per fact, named by its key, at most one row
    per person; it is given `%(ids)s` (an array of people), `%(day)s` (today) and stays within the hospital in scope.
    """

    key: str
    facts: tuple[LabelFact, ...]
    sql: str


_sources: dict[str, FactSource] = {}


def register(source: FactSource) -> None:
    """Adds facts to the rules; a source is registered once."""
    _sources[source.key] = source


def sources() -> list[FactSource]:
    """All of them, in the order they came."""
    return list(_sources.values())


def facts() -> dict[str, LabelFact]:
    """Every fact by its key."""
    return {fact.key: fact for fact in _each_fact()}


def _each_fact() -> Iterator[LabelFact]:
    for source in _sources.values():
        yield from source.facts
