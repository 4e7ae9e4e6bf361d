"""What messages are for. Each app registers its purposes in `apps.py`.

One morning digest per person holds everything that can wait. Only a purpose registered with `at_once=True` (a late
A order, a red
flag) may also send an e-mail of its own; every purpose may ring the bell.
"""

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

DIGEST = "digest"


@dataclass(frozen=True)
class Purpose:
    """A kind of message, as people name it, and whether its e-mails go out at once."""

    code: str
    label: Any
    at_once: bool


_purposes: dict[str, Purpose] = {}


def register(code: str, label: Any, *, at_once: bool = False) -> None:
    """Adds a purpose; a second registration of the same code takes its place."""
    _purposes[code] = Purpose(code, label, at_once)


def get(code: str) -> Purpose:
    """The purpose `code`. LookupError where nobody registered it."""
    if code not in _purposes:
        raise LookupError(f"no purpose is called {code}: register it in the app's apps.py")
    return _purposes[code]


def label_of(code: str) -> str:
    """The purpose in the reader's language; its code where the app that knew it is gone."""
    return str(_purposes[code].label) if code in _purposes else code


register(DIGEST, _("morning digest"), at_once=True)
