"""How addresses of FHIR answer: an OperationOutcome, whatever was asked for and whatever went wrong."""

from typing import Any

from django.http import HttpResponse, JsonResponse
from rest_framework import exceptions, serializers
from rest_framework.negotiation import BaseContentNegotiation
from rest_framework.renderers import JSONRenderer
from rest_framework.response import Response
from rest_framework.views import exception_handler

from hospital_crm.shell import machines

MEDIA_TYPE = "application/fhir+json"
# https://hl7.org/fhir/R4/valueset-issue-type.html
_CODES = {
    400: "invalid",
    401: "login",
    404: "not-found",
    405: "not-supported",
    413: "too-long",
    422: "structure",
    429: "throttled",
    500: "exception",
    503: "transient",
}


class IssueSerializer(serializers.Serializer):
    """What is said of a message: `code` is for programs, `diagnostics` for people."""

    severity = serializers.ChoiceField(choices=["information", "error"])
    code = serializers.CharField()
    diagnostics = serializers.CharField()


class OutcomeSerializer(serializers.Serializer):
    """The OperationOutcome of FHIR."""

    resourceType = serializers.ChoiceField(choices=["OperationOutcome"])  # noqa: N815 - FHIR's own name
    issue = IssueSerializer(many=True)


class OutcomeRenderer(JSONRenderer):
    """JSON as FHIR names it."""

    media_type = MEDIA_TYPE


class OneForm(BaseContentNegotiation):
    """Whatever is sent is read, and whatever is asked for is answered in the one form there is."""

    def select_parser(self, request: Any, parsers: Any) -> Any:
        """The only one."""
        return parsers[0]

    def select_renderer(self, request: Any, renderers: Any, format_suffix: Any = None) -> Any:
        """The only one."""
        return renderers[0], MEDIA_TYPE


def outcome(status: int, words: object) -> dict[str, Any]:
    """One issue: the code of the status and a sentence."""
    is_done = status < 300
    issue = {
        "severity": "information" if is_done else "error",
        "code": "informational" if is_done else _CODES.get(status, "processing"),
        "diagnostics": str(words),
    }
    return {"resourceType": "OperationOutcome", "issue": [issue]}


def refused(error: Exception, context: dict[str, Any]) -> Response | None:
    """The outcome of a refusal; None for what is an error of ours."""
    response = exception_handler(error, context)
    if response is not None and isinstance(error, exceptions.APIException):
        response.data = outcome(error.status_code, error.detail)
    return response


def around(status: int) -> HttpResponse:
    """The outcome of what went wrong outside a view of FHIR."""
    return JsonResponse(outcome(status, machines.WORDS[status]), status=status, content_type=MEDIA_TYPE)
