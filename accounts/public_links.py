"""Kinds of links without log-in: each app registers its own in its wiring, nothing here knows them.

A link leads to one row of the kind's own table, and the kind says which page answers it. Opening a link changes
nothing; what the person sends from the page is a POST of its own.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.http import HttpRequest, HttpResponse

if TYPE_CHECKING:
    from accounts.models import PublicLink

Page = Callable[[HttpRequest, "PublicLink"], HttpResponse]


@dataclass(frozen=True)
class LinkKind:
    """One kind: its code, what it is called, the page that answers it (inside the hospital's scope).

    `answers`: the methods the page takes beside HEAD. `one_click` answers the POST that a mail program sends by itself
    (RFC 8058), which brings no cookie; without it such a POST is refused like any from elsewhere. `is_served`: whether
    what the link leads to is still there to be asked about; where it is not, the link opens nothing.
    """

    code: str
    label: Any
    page: Page
    answers: tuple[str, ...] = ("GET", "POST")
    one_click: Page | None = None
    is_served: Callable[["PublicLink"], bool] | None = None


_kinds: dict[str, LinkKind] = {}


def register(kind: LinkKind) -> None:
    """Adds a kind. ValueError where another kind has that code."""
    if _kinds.setdefault(kind.code, kind) is not kind:
        raise ValueError(f"two kinds of links are called {kind.code}")


def get(code: str) -> LinkKind:
    """The kind `code`. LookupError where nobody registered it."""
    if code not in _kinds:
        raise LookupError(f"no kind of link is called {code}: register it in the app's wiring")
    return _kinds[code]


def codes() -> list[str]:
    """All kinds, for the walk that opens a link of each."""
    return sorted(_kinds)
