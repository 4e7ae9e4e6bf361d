"""The addresses of the pages beside one: the same filters, another place in the list."""

from typing import Any

from django.http import HttpRequest

from hospital_crm.tenancy.keyset import Page


def query(request: HttpRequest, *without: str, **changes: Any) -> str:
    """The query of the address with changes; paging starts anew; an empty value takes the parameter away."""
    params = request.GET.copy()
    for name in ("after", "before", *without, *changes):
        params.pop(name, None)
    for name, value in changes.items():
        if value not in ("", None):
            params[name] = str(value)
    return params.urlencode()


def page_urls(request: HttpRequest, page: Page, *without: str) -> dict[str, str]:
    """The addresses of the pages before and after this one; empty where there is none."""
    return {
        "newer": f"?{query(request, *without, before=page.newer)}" if page.newer else "",
        "older": f"?{query(request, *without, after=page.older)}" if page.older else "",
    }
