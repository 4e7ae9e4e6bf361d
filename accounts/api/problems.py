"""How the API refuses: a problem document (RFC 9457) in the caller's language."""

from collections.abc import Mapping
from typing import Any

from django.core.exceptions import PermissionDenied, RequestDataTooBig
from django.http import Http404, HttpResponse, JsonResponse
from django.utils.translation import gettext_lazy as _
from rest_framework import exceptions, serializers, status
from rest_framework.response import Response
from rest_framework.views import exception_handler

from accounts.access import NotVisible
from hospital_crm.shell import machines

MEDIA_TYPE = "application/problem+json"
# The framework says 400 where a body is of a kind it takes and cannot be read, and names no field.
_NO_FIELD = "non_field_errors"


class Conflict(exceptions.APIException):
    """Somebody else acted in between. `more`: what the problem document tells beside the usual."""

    more: Mapping[str, Any] = {}

    status_code = status.HTTP_409_CONFLICT
    default_detail = _("Somebody else has changed this.")
    default_code = "conflict"


class Refused(exceptions.APIException):
    """What was asked is well formed, and the rules of the hospital refuse it; with what is wrong by field, or a
    sentence.
    """

    status_code = status.HTTP_422_UNPROCESSABLE_ENTITY
    default_detail = _("This is refused.")
    default_code = "refused"


class TooLarge(exceptions.APIException):
    """The body has more than a call may have."""

    status_code = status.HTTP_413_REQUEST_ENTITY_TOO_LARGE
    default_detail = _("The body is larger than a call may be.")
    default_code = "too_large"


class FieldProblemSerializer(serializers.Serializer):
    """What is wrong with one field."""

    field = serializers.CharField()
    detail = serializers.CharField()


class ProblemSerializer(serializers.Serializer):
    """A refusal: `code` is for programs and stays, `detail` is for people and follows Accept-Language."""

    type = serializers.CharField()
    title = serializers.CharField()
    status = serializers.IntegerField()
    code = serializers.CharField()
    detail = serializers.CharField()
    errors = FieldProblemSerializer(many=True, required=False)


_TITLES = {
    400: _("Not understood"),
    401: _("Not signed in"),
    403: _("Not allowed"),
    404: _("Unknown address or row"),
    405: _("Method not allowed"),
    406: _("Only JSON is answered"),
    409: _("Changed in between"),
    410: _("United with another record"),
    413: _("Too large"),
    415: _("Only JSON is taken"),
    422: _("Not accepted"),
    429: _("Too many calls"),
    500: _("An error of this system"),
    503: _("Not available for a moment"),
}
_AROUND = {400: "bad_request", 500: "server_error", 503: "unavailable"}


def answer(error: Exception, context: dict[str, Any]) -> Response | None:
    """The problem document of a refusal; None for what is an error of ours."""
    if isinstance(error, NotVisible):
        context["request"]._request.not_visible = error
    if isinstance(error, Http404):
        error = exceptions.NotFound()
    elif isinstance(error, PermissionDenied):
        error = exceptions.PermissionDenied()
    elif isinstance(error, RequestDataTooBig):
        error = TooLarge()
    response = exception_handler(error, context)
    if response is None or not isinstance(error, exceptions.APIException):
        return response
    response.data, response.content_type = _document(error), MEDIA_TYPE
    return response


def around(status_code: int) -> HttpResponse:
    """The problem document of what went wrong outside a view of the API."""
    content = _said(status_code, _AROUND[status_code], str(machines.WORDS[status_code]))
    return JsonResponse(content, status=status_code, content_type=MEDIA_TYPE)


def told(error: exceptions.APIException) -> Response:
    """A refusal that keeps what the view wrote, as where it tells of people and the access log says so; a raised one
    undoes it.
    """
    return Response(_document(error), status=error.status_code, content_type=MEDIA_TYPE)


def _document(error: exceptions.APIException) -> dict[str, Any]:
    fields = list(_fields(error.detail)) if isinstance(error.detail, dict | list) else []
    code = str(error.default_code if fields else error.get_codes())
    content = _said(error.status_code, code, fields[0]["detail"] if fields else str(error.detail))
    if fields:
        content["errors"] = fields
    return content | dict(getattr(error, "more", {}))


def _said(status_code: int, code: str, detail: str) -> dict[str, Any]:
    return {
        "type": f"urn:problem:{code}",
        "title": str(_TITLES.get(status_code, "")),
        "status": status_code,
        "code": code,
        "detail": detail,
    }


def _fields(detail: Any, path: str = "") -> Any:
    """What is wrong, field by field; fields within fields are joined by dots."""
    if isinstance(detail, dict):
        for name, inner in detail.items():
            here = path if name == _NO_FIELD else f"{path}.{name}".strip(".")
            yield from _fields(inner, here)
    elif isinstance(detail, list):
        for inner in detail:
            yield from _fields(inner, path)
    else:
        yield {"field": path, "detail": str(detail)}
