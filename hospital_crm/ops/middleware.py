"""Around every request: its id, one log line and one measurement, and the health pages before anything that needs a
hospital.
"""

import logging
import re
import time
import uuid
from collections.abc import Callable
from typing import Any

import structlog
from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse

from accounts.audit import request_id
from hospital_crm.ops import health, metrics
from hospital_crm.stack import with_room

log = logging.getLogger("hospital_crm.requests")

_ACCEPTED = re.compile(r"[0-9A-Za-z-]{8,36}")
GetResponse = Callable[[HttpRequest], HttpResponse]


class RoomMiddleware:
    """The whole request runs with room on the interpreter's stack, so that its time does not hang on its depth."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return with_room(self.get_response, request)


class RequestIdMiddleware:
    """Every request has an id: the proxy's `X-Request-ID` where it is well formed, else a fresh one. It is
    answered, logged
    and audited.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        offered = request.headers.get("X-Request-ID", "")
        value = offered if _ACCEPTED.fullmatch(offered) else uuid.uuid4().hex
        token = request_id.set(value)
        request.request_id = value  # type: ignore[attr-defined]
        try:
            with structlog.contextvars.bound_contextvars(request_id=value):
                response = self.get_response(request)
        finally:
            request_id.reset(token)
        response["X-Request-ID"] = value
        return response


class AddressMiddleware:
    """An address with a NUL character, which no text in the database can hold, is refused as a bad request."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, *view: Any) -> None:
        """Before the view, so that the answer is the page of bad requests."""
        if "%00" in request.META.get("QUERY_STRING", ""):
            raise BadRequest("NUL in the address")


class HealthMiddleware:
    """`/healthz`, `/readyz` and `/metrics`, for whatever host name: those who ask know addresses, not names."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.path_info == "/healthz":
            return HttpResponse("ok", content_type="text/plain")
        if request.path_info == "/readyz":
            return health.answer()
        if request.path_info == "/metrics":
            return metrics.answer(request)
        return self.get_response(request)


class ObservationMiddleware:
    """One log line and one measurement per request: route, status, duration, who (by id), at which hospital. Not
    the address,
    which may hold what was searched for.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        started = time.perf_counter()
        response = self.get_response(request)
        seconds = time.perf_counter() - started
        match, hospital = request.resolver_match, getattr(request, "hospital", None)
        route = (match.view_name or "unnamed") if match else "none"
        metrics.measure(route, request.method or "", response.status_code, seconds)
        who = getattr(getattr(request, "actor", None), "user", None)
        told = {
            "route": route,
            "method": request.method,
            "status": response.status_code,
            "duration_ms": round(seconds * 1000, 1),
            "user_id": getattr(who or getattr(request, "_cached_user", None), "pk", None),
        }
        if hospital is not None:
            told["hospital"] = hospital.slug
        log.info("request", extra=told)
        return response
