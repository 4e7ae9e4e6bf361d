"""The one door of links without log-in: found, counted, noted as opened, answered by the page of its kind."""

from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt, csrf_protect

from accounts import public_links
from accounts.access import public
from accounts.domain.public_links import found, note_opening
from accounts.lockout import address_of
from accounts.models import PublicLink
from hospital_crm.rates import this_minute

UNKNOWN_PER_MINUTE = 20
OPENINGS_PER_MINUTE = 60
ONE_CLICK = ("List-Unsubscribe", "One-Click")


@public
@never_cache
@csrf_exempt
def open_link(request: HttpRequest, token: str) -> HttpResponse:
    """The page behind a link; the same calm page for one that is unknown, expired or closed, and nothing that tells
    which. Who tries many is asked to wait.

    What a page sends carries the token of its form; a mail program's one-click POST alone comes without.
    """
    now = timezone.now()
    link = found(token, now=now) if getattr(request, "hospital", None) is not None else None
    if link is None or not _is_served(link):
        tries = this_minute(f"link:unknown:{address_of(request)}", now)
        return _too_many(request) if tries > UNKNOWN_PER_MINUTE else gone(request)
    if this_minute(f"link:{link.pk}", now) > OPENINGS_PER_MINUTE:
        return _too_many(request)
    kind = public_links.get(link.kind)
    if request.method == "POST" and kind.one_click is not None and request.POST.get(ONE_CLICK[0]) == ONE_CLICK[1]:
        return kind.one_click(request, link)
    if request.method == "GET":
        note_opening(link, request, now=now)
    return _page(request, link)


def gone(request: HttpRequest) -> HttpResponse:
    """What a link says that opens nothing (any more)."""
    request.hospital = None  # type: ignore[attr-defined]
    return render(request, "accounts/link_gone.html", status=404)


@csrf_protect
def _page(request: HttpRequest, link: PublicLink) -> HttpResponse:
    kind = public_links.get(link.kind)
    allowed = {*kind.answers, *(("HEAD",) if "GET" in kind.answers else ())}
    if request.method not in allowed:
        return HttpResponseNotAllowed(sorted(allowed))
    return kind.page(request, link)


def _is_served(link: PublicLink) -> bool:
    """Whether some app still answers this kind, and what the link leads to is there."""
    if link.kind not in public_links.codes():
        return False
    is_served = public_links.get(link.kind).is_served
    return is_served is None or is_served(link)


def _too_many(request: HttpRequest) -> HttpResponse:
    return render(request, "429.html", status=429)
