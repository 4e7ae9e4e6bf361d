"""Answers when something goes wrong before or inside a page: plain pages that need neither hospital nor database; to
programs in the form of the address they asked.
"""

import sys
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest, HttpResponseServerError
from django.template.loader import get_template
from django.utils import translation

from accounts.access import public
from hospital_crm.ops.failures import database_is_away
from hospital_crm.shell.machines import told_to_a_machine


def _plain(request: HttpRequest, name: str) -> str:
    """The page without context processors: whatever broke may have broken them too."""
    theme = request.COOKIES.get("theme", "auto")
    frame: dict[str, Any] = {
        "theme": theme,
        "first_theme": "dark" if theme == "dark" else "light",
        "request_id": getattr(request, "request_id", ""),
        "words": {},
    }
    return get_template(name).render({"shell": frame, "LANGUAGE_CODE": translation.get_language()})


@public
def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """400."""
    return told_to_a_machine(request, 400) or HttpResponseBadRequest(_plain(request, "errors/400.html"))


@public
def server_error(request: HttpRequest) -> HttpResponse:
    """500; the number of the request is on the page and in the log. 503 while the database is away."""
    # Django calls this while it handles the exception, possibly before anybody has looked at the reader's language.
    language = getattr(request, "LANGUAGE_CODE", None) or translation.get_language_from_request(request)
    with translation.override(language):
        if database_is_away(sys.exc_info()[1]):
            away = told_to_a_machine(request, 503) or HttpResponse(_plain(request, "errors/503.html"), status=503)
            away["Retry-After"] = "10"
            return away
        return told_to_a_machine(request, 500) or HttpResponseServerError(_plain(request, "errors/500.html"))
