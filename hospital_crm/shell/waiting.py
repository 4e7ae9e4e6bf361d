"""What waits behind the entries of the navigation and the bell, kept for half a minute for each member and role.

A page shows a dozen such numbers and is about one of them, which it counts itself; the others change slowly. Whoever
acts sees them counted anew at once.
"""

from collections.abc import Callable
from typing import Any

from django.core.cache import cache
from django.db import transaction
from django.http import HttpRequest, HttpResponse

SECONDS = 30
_SAFE = {"GET", "HEAD", "OPTIONS"}
Numbers = dict[str, int | None]


def recall(request: HttpRequest) -> Numbers | None:
    """What was counted for this member within the last half minute; nothing in a request that changes something."""
    return cache.get(_key(request)) if request.method in _SAFE else None


def keep(request: HttpRequest, numbers: Numbers) -> None:
    """Remembers what a page has just counted."""
    if request.method in _SAFE:
        cache.set(_key(request), numbers, SECONDS)


def _key(request: HttpRequest) -> str:
    actor: Any = request.actor  # type: ignore[attr-defined]
    return f"waiting:{actor.staff.hospital_id}:{actor.staff.pk}:{actor.role.pk}"


class WaitingMiddleware:
    """After an act of a member what waits is counted anew, also where another page asked before the act was done."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if request.method not in _SAFE and getattr(request, "actor", None):
            key = _key(request)
            cache.delete(key)
            transaction.on_commit(lambda: cache.delete(key))
        return response
