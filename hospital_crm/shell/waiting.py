"""What waits behind the entries of the navigation and the bell, kept for half a minute for each member and role.

A page shows a dozen such numbers and is about one of them, which it counts itself; the others change slowly. Whoever
acts sees them counted anew at once: what is kept belongs to a state of the member's acts, and every act makes a new
one, so that a page that counted before the act was done keeps nothing for those after it.
"""

import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.core.cache import cache
from django.db import transaction
from django.http import HttpRequest, HttpResponse

SECONDS = 30
_STATE_SECONDS = 60 * SECONDS
_SAFE = {"GET", "HEAD", "OPTIONS"}
Numbers = dict[str, int | None]
View = Callable[..., HttpResponse]


@dataclass
class Memory:
    """What was counted for this member in this role, asked once per request; in a request that acts nothing is."""

    key: str
    state: str = ""
    numbers: Numbers | None = None
    until: float = 0.0

    @classmethod
    def of(cls, request: HttpRequest) -> "Memory":
        """The numbers of the last half minute, if the member has done nothing since."""
        if _acts(request):
            return cls("")
        role: Any = request.actor.role  # type: ignore[attr-defined]
        member = _member(request)
        key = f"{member}:{role.pk}"
        found = cache.get_many([member, key])
        state, kept = found.get(member, ""), found.get(key)
        if kept is None or kept[0] != state:
            return cls(key, state)
        return cls(key, *kept)

    def keep(self, numbers: Numbers) -> None:
        """Remembers what was counted, as long as what it was counted with."""
        left = self.until - time.time() if self.numbers is not None else SECONDS
        if self.key and left > 0 and numbers != self.numbers:
            cache.set(self.key, (self.state, numbers, time.time() + left), left)


def only_asks(view: View) -> View:
    """For a view to which only words to look for are posted, so that they stand in no address: it is no act."""
    view.only_asks = True  # type: ignore[attr-defined]
    return view


def _acts(request: HttpRequest) -> bool:
    view = request.resolver_match.func if request.resolver_match else None
    return request.method not in _SAFE and not getattr(view, "only_asks", False)


def _member(request: HttpRequest) -> str:
    staff: Any = request.actor.staff  # type: ignore[attr-defined]
    return f"waiting:{staff.hospital_id}:{staff.pk}"


def _acted(member: str) -> None:
    cache.set(member, uuid.uuid4().hex, _STATE_SECONDS)


class WaitingMiddleware:
    """After an act of a member what waits is counted anew, in each of the member's roles."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if _acts(request) and getattr(request, "actor", None):
            member = _member(request)
            _acted(member)
            transaction.on_commit(lambda: _acted(member))
        return response
