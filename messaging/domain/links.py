"""The page a message is about: the name of an address, its arguments, and at its end perhaps a query (`?tier=C`)."""

from collections.abc import Sequence
from typing import NamedTuple


class Page(NamedTuple):
    """A page to open; `query` begins with `?` or is empty."""

    name: str
    arguments: Sequence[str]
    query: str


def page_of(link: Sequence[str]) -> Page | None:
    """What a message's link says; None where it has none."""
    if not link:
        return None
    name, *rest = link
    query = rest.pop() if rest and rest[-1].startswith("?") else ""
    return Page(name, rest, query)
