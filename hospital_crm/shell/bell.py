"""The bell in the top bar: the app that keeps notices tells here where they are read and how many are unread."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet


@dataclass(frozen=True)
class Bell:
    """`url_name` of the page of notices; `count(actor)` the unread ones, or how many; `poll` draws the bell anew."""

    url_name: str
    count: Callable[[Any], QuerySet | int]
    poll: str = ""


_bells: list[Bell] = []


def register(url_name: str, count: Callable[[Any], QuerySet | int], *, poll: str = "") -> None:
    """Called once, from an app's `apps.py`; a later call takes the place of an earlier one."""
    _bells[:] = [Bell(url_name, count, poll)]


def current() -> Bell | None:
    """The bell, when an app brings one."""
    return _bells[0] if _bells else None
