"""What an incident may be about: each app registers its sources in its `wiring`.

A source answers one SELECT of `(patient, kind, at, log_id, event_id)`, kind being opened, taken_out or changed, of rows
that nobody can change. It is given `%(hospital)s`, `%(ref)s`, `%(since)s` and `%(until)s`.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, NamedTuple


class Found(NamedTuple):
    """What somebody meant: its number and its name."""

    id: int | None
    name: str


@dataclass(frozen=True)
class Source:
    """One kind of thing. `find(text)` answers what is meant by what was typed, None where nothing is."""

    key: str
    label: Any
    hint: Any
    find: "Callable[[str], Found | None]"
    rows: str


sources: dict[str, Source] = {}


def register(source: Source) -> None:
    """Adds a source."""
    sources[source.key] = source
