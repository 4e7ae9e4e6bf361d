"""Pages that ask every second how far some work is."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse


def how_far(request: HttpRequest, context: dict[str, Any] | None) -> HttpResponse:
    """The bar with what `components/progress.html` takes; None where the work has ended: the whole page comes anew."""
    if context is None:
        answer = HttpResponse()
        answer["HX-Refresh"] = "true"
        return answer
    return TemplateResponse(request, "components/progress.html", context)
