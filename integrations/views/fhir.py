"""Where other systems send FHIR resources, signed in by the credential of their feed."""

from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework.authentication import BaseAuthentication
from rest_framework.exceptions import APIException, AuthenticationFailed, NotAuthenticated, NotFound
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.access import public
from integrations.domain import fhir_sending
from integrations.domain.feeds import feed_of_token
from integrations.models import Feed
from integrations.views.outcomes import MEDIA_TYPE, OneForm, OutcomeRenderer, OutcomeSerializer, outcome, refused

_SCHEME = "bearer "
_RESOURCE = {
    "type": "object",
    "properties": {"resourceType": {"type": "string", "minLength": 1}},
    "required": ["resourceType"],
    "additionalProperties": True,
}
_ANSWERS = {
    201: "Kept; it is applied in its turn",
    200: "The same message was kept before",
    400: "The address cannot be read",
    401: "No credential, or one of no feed of this hospital",
    413: "More than a message may have",
    422: "No resource of FHIR",
    429: "More messages than a minute may have; see Retry-After",
}


class FeedAuthentication(BaseAuthentication):
    """`Authorization: Bearer <credential>` of a feed of the hospital in the address."""

    def authenticate(self, request: Request) -> tuple[AnonymousUser, Feed]:
        """Nobody, and the feed."""
        said = request.headers.get("Authorization", "")
        feed = feed_of_token(said[len(_SCHEME) :].strip()) if said.casefold().startswith(_SCHEME) else None
        if feed is None:
            kind = AuthenticationFailed if said else NotAuthenticated
            raise kind(_("The credential is missing, or belongs to no feed of this hospital."))
        return AnonymousUser(), feed

    def authenticate_header(self, request: Request) -> str:
        """What a 401 asks for."""
        return "Bearer"


class FeedScheme(OpenApiAuthenticationExtension):
    """The credential of a feed as OpenAPI names it."""

    target_class = FeedAuthentication
    name = "feed"

    def get_security_definition(self, auto_schema: Any) -> dict[str, str]:
        """A bearer token."""
        return {"type": "http", "scheme": "bearer"}


class _Refusal(APIException):
    """What came is not kept."""

    def __init__(self, refusal: fhir_sending.Refused) -> None:
        super().__init__(str(refusal))
        self.status_code = refusal.status
        self.wait = 60 if refusal.status == 429 else None


class FhirView(APIView):
    """Every answer is an OperationOutcome, in the language of Accept-Language, else in the hospital's."""

    authentication_classes: tuple[type[BaseAuthentication], ...] = (FeedAuthentication,)
    permission_classes = ()
    throttle_classes = ()
    renderer_classes = (OutcomeRenderer,)
    content_negotiation_class = OneForm

    def get_exception_handler(self) -> Any:
        """In FHIR's form."""
        return refused

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Before anything is decided, the language of the answer."""
        if request.headers.get("Accept-Language"):
            translation.activate(translation.get_language_from_request(request._request))
        super().initial(request, *args, **kwargs)


class ReceiveView(FhirView):
    """One resource or bundle."""

    http_method_names = ["post"]

    @extend_schema(
        summary="Send a resource, or a bundle, of FHIR R4",
        tags=["fhir"],
        operation_id="fhir_receive",
        request={MEDIA_TYPE: _RESOURCE},
        responses={
            (status, MEDIA_TYPE): OpenApiResponse(OutcomeSerializer, description=words)
            for status, words in _ANSWERS.items()
        },
    )
    def post(self, request: Request) -> Response:
        """It is kept, then applied: 201 where it is new, 200 where it was known."""
        feed: Any = request.auth
        try:
            is_new = fhir_sending.take(feed, request.read(fhir_sending.MAX_BYTES + 1), now=timezone.now())
        except fhir_sending.Refused as refusal:
            raise _Refusal(refusal) from refusal
        words = _("Kept; it is applied in its turn.") if is_new else _("This message was kept before.")
        status = 201 if is_new else 200
        return Response(outcome(status, words), status=status)


class NowhereView(FhirView):
    """Every address below that is none."""

    authentication_classes = ()
    schema = None

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """404, whatever the method."""
        super().initial(request, *args, **kwargs)
        raise NotFound


receive = public(ReceiveView.as_view())
nowhere = public(NowhereView.as_view())
