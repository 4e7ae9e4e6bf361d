"""Which pages are measured: `page_calls` modules register theirs here."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Call:
    """One request: GET of `path`, or POST of `data` to it. Paths lie under the hospital."""

    path: str
    data: dict[str, Any] | None = None
    htmx: bool = False


@dataclass(frozen=True)
class Page:
    """A page to measure: as which account, with which calls, and beside which bare SQL ("" = no single main query)."""

    name: str
    role: str
    calls: Callable[[], list[Call]]
    sql: str = ""
    limit_ms: int = 50


DASHBOARD_MS = 200
PAGES: list[Page] = []


def page(name: str, role: str, *, sql: str = "", limit_ms: int = 50) -> Callable[[Any], Any]:
    """Registers the function that answers the calls of a page. It runs inside the hospital."""

    def register(calls: Callable[[], list[Call]]) -> Callable[[], list[Call]]:
        PAGES.append(Page(name, role, calls, sql, limit_ms))
        return calls

    return register
