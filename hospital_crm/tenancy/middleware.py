"""Which hospital a request is for, and the unit of work around all of it.

The hospital is the first path segment (`/north/…`) or the host name. It is mounted as the script prefix, so
`reverse()` needs no hospital inside a request, and the scope stays open until the response is rendered. A response of
500 or above rolls everything back.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib import import_module
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponsePermanentRedirect
from django.urls import get_script_prefix, get_urlconf, set_script_prefix, set_urlconf

from hospital_crm.tenancy.directory import hospital_by_host, hospital_by_slug, hospital_by_token
from hospital_crm.tenancy.scope import hospital_scope, no_hospital_scope

if TYPE_CHECKING:
    from accounts.models import Hospital

RESERVED_SEGMENTS = frozenset(
    {
        "static",
        "accounts",
        "platform",
        "l",
        "api",
        "events",
        "healthz",
        "readyz",
        "metrics",
        "i18n",
        "favicon.ico",
        "robots.txt",
        "",
    }
)


@contextmanager
def mounted_at(prefix: str, urlconf: str) -> Iterator[None]:
    """`reverse()` answers with this prefix and URLconf until the block ends; the former ones are put back."""
    before, before_urlconf = get_script_prefix(), get_urlconf()
    set_script_prefix(prefix if prefix.endswith("/") else prefix + "/")
    set_urlconf(urlconf)
    try:
        yield
    finally:
        set_script_prefix(before)
        set_urlconf(before_urlconf)


class HospitalMiddleware:
    """Opens the unit of work of the request: a hospital's, or one outside every hospital."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response
        # Never first imported inside a scope: forms declared there would be frozen to that hospital.
        import_module(settings.HOSPITAL_URLCONF)
        import_module(settings.ROOT_URLCONF)

    def __call__(self, request: HttpRequest) -> HttpResponse:
        segment, _, rest = request.path_info.lstrip("/").partition("/")
        hospital = hospital_by_host(request.get_host())
        if hospital is not None and segment not in ("static", "l", "platform"):
            return self._in_hospital(request, hospital, "", request.path_info)
        if segment == "l":
            return self._by_link(request, hospital, rest.partition("/")[0])
        if segment in RESERVED_SEGMENTS:
            return self._outside(request)
        hospital = hospital_by_slug(segment)
        if hospital is None:
            return self._outside(request)
        if request.path_info == f"/{segment}":
            return HttpResponsePermanentRedirect(f"{request.META.get('SCRIPT_NAME', '')}/{segment}/")
        return self._in_hospital(request, hospital, f"/{segment}", f"/{rest}")

    def _in_hospital(self, request: HttpRequest, hospital: "Hospital", prefix: str, path: str) -> HttpResponse:
        base = request.META.get("SCRIPT_NAME", "") + prefix
        request.hospital = hospital  # type: ignore[attr-defined]
        request.path_info = path
        request.META["SCRIPT_NAME"] = base
        request.urlconf = settings.HOSPITAL_URLCONF
        with mounted_at(base, settings.HOSPITAL_URLCONF), hospital_scope(hospital):
            return self._respond(request)

    def _by_link(self, request: HttpRequest, host: "Hospital | None", token: str) -> HttpResponse:
        """A link without log-in: in the hospital it belongs to, at the addresses outside hospitals. One that opens
        nothing, or that belongs to another hospital than the host name, is answered as any that nobody knows.
        """
        hospital = hospital_by_token(token)
        if hospital is None or (host is not None and host != hospital):
            return self._outside(request)
        request.hospital = hospital  # type: ignore[attr-defined]
        request.is_stranger = True  # type: ignore[attr-defined]
        with hospital_scope(hospital):
            return self._respond(request)

    def _outside(self, request: HttpRequest) -> HttpResponse:
        request.hospital = None  # type: ignore[attr-defined]
        with no_hospital_scope():
            return self._respond(request)

    def _respond(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if hasattr(response, "render") and not getattr(response, "is_rendered", True):
            response.render()
        if response.status_code >= 500:
            transaction.set_rollback(True)
        return response
