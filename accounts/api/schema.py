"""How the API describes itself (OpenAPI)."""

from collections.abc import Callable, Mapping
from functools import cache
from typing import Any

from django.urls import get_script_prefix
from django.utils.translation import get_language
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema, inline_serializer
from drf_spectacular.views import SpectacularAPIView
from rest_framework import serializers

from accounts.access import public
from accounts.api.problems import MEDIA_TYPE, ProblemSerializer
from accounts.api.repeats import HEADER, PATTERN

_ALWAYS = (400, 401, 403, 406, 429)
_WHY = {
    400: "A value has another shape, or the address cannot be read",
    401: "No token, or one that opens nothing",
    403: "Outside the scopes of the token or the role",
    404: "Nothing that this token may see",
    406: "Another kind of answer than JSON was asked for",
    409: "Somebody else acted in between",
    410: "The record was united with another",
    413: "The body is larger than a call may be",
    415: "The body is not JSON",
    422: "The rules of the hospital refuse it",
    429: "More calls than a minute may have; see Retry-After",
}


_KEY = OpenApiParameter(
    HEADER,
    {"type": "string", "pattern": PATTERN},
    OpenApiParameter.HEADER,
    description="Yours: the same call under the same key is done once and answered the same for seven days",
)


class BearerScheme(OpenApiAuthenticationExtension):
    """The token as OpenAPI names it."""

    target_class = "accounts.api.rights.TokenAuthentication"
    name = "token"

    def get_security_definition(self, auto_schema: Any) -> dict[str, str]:
        """A bearer token."""
        return {"type": "http", "scheme": "bearer"}


def described(
    summary: str,
    answer: Any,
    *,
    tag: str,
    status: int | tuple[int, ...] = 200,
    query: Any = None,
    body: Any = None,
    also: tuple[int, ...] = (),
    name: str | None = None,
    is_change: bool = False,
    problems: Mapping[int, Any] | None = None,
) -> Callable[[Any], Any]:
    """What a call takes and answers, refusals included: `also` beside those that every call may get, `problems` those
    that tell more. One that changes something takes a key, by which it is done once.
    """
    refusals = sorted({*_ALWAYS, *((413, 415) if body else ()), *((422,) if is_change else ()), *also})
    done = (status,) if isinstance(status, int) else status
    answers: dict[Any, Any] = {(one, "application/json"): OpenApiResponse(answer, description="Done") for one in done}
    for code in refusals:
        told = (problems or {}).get(code, ProblemSerializer)
        answers[code, MEDIA_TYPE] = OpenApiResponse(told, description=_WHY[code])
    return extend_schema(
        summary=summary,
        tags=[tag],
        parameters=[*([query] if query else []), *([_KEY] if is_change else [])],
        request=body,
        responses=answers,
        operation_id=name,
    )


@cache
def page_shape(row: type[serializers.Serializer]) -> Any:
    """A page of such rows."""
    fields = {"results": row(many=True), "next": serializers.CharField(allow_null=True)}
    return inline_serializer(f"{row.__name__.removesuffix('Serializer')}Page", fields)


def say_where(result: dict[str, Any], generator: Any, request: Any, public: bool) -> dict[str, Any]:
    """The address under which the paths lie: the hospital's own."""
    if request is None:
        variables = {"hospital": {"default": "north", "description": "The hospital's part of the address"}}
        result["servers"] = [{"url": "/{hospital}", "variables": variables}]
    else:
        result["servers"] = [{"url": request.build_absolute_uri(get_script_prefix()).rstrip("/")}]
    return result


class RememberingGenerator(SchemaGenerator):
    """Makes the description once for each language and address of the hospital: it changes with the program alone, and
    whoever asks need not be known.
    """

    def get_schema(self, request: Any = None, public: bool = False) -> dict[str, Any]:
        """The description, made or remembered by this process."""
        if request is None:
            return super().get_schema(request, public)
        key = str(get_language()), str(self.api_version), request.build_absolute_uri(get_script_prefix())
        if key not in _made:
            if len(_made) >= _REMEMBERED:
                _made.clear()
            _made[key] = super().get_schema(request, public)
        return _made[key]


_REMEMBERED = 64
_made: dict[tuple[str, str, str], dict[str, Any]] = {}


class SchemaView(SpectacularAPIView):
    """The description itself, which tells nothing of anybody."""

    generator_class = RememberingGenerator
    urlconf = "hospital_crm.urls_machines"
    authentication_classes = ()
    permission_classes = ()
    throttle_classes = ()
    schema = None


schema = public(SchemaView.as_view())
