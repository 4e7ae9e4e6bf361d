"""Addresses that programs ask: what goes wrong around them is told in their form, never by a page."""

import re
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.utils import translation
from django.utils.translation import gettext_lazy as _

# What is said where nothing is known but the status, as before any view was asked.
WORDS = {
    400: _("The address or the body cannot be read."),
    500: _("Something went wrong here, and it is on record. Nothing was changed."),
    503: _("The database is away. Ask again in ten seconds."),
}
# Below the part of the hospital, or at once where it has a host name of its own.
_DOOR = re.compile(r"^(?:/[^/]+)?/(api|fhir)(?:/|$)")
_forms: dict[str, Callable[[int], HttpResponse]] = {}


def register(door: str, answer: Callable[[int], HttpResponse]) -> None:
    """How a status is told to who asks an address below `door`."""
    _forms[door] = answer


def told_to_a_machine(request: HttpRequest, status: int) -> HttpResponse | None:
    """The answer in the form of the address and the language that was asked for; None where people ask."""
    found = _DOOR.match(request.path_info)
    form = _forms.get(found[1]) if found else None
    if form is None:
        return None
    asked = request.headers.get("Accept-Language")
    language = translation.get_language_from_request(request) if asked else translation.get_language()
    with translation.override(language):
        return form(status)
