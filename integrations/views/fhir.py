"""Where other systems send FHIR resources, signed in by the credential of their feed."""

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from accounts.access import public
from integrations.domain import fhir_sending
from integrations.domain.feeds import feed_of_token

_SCHEME = "bearer "


@public
@csrf_exempt
@require_POST
def receive(request: HttpRequest) -> HttpResponse:
    """One resource or bundle is kept, then applied: 201 where it is new, 200 where it was known."""
    said = request.headers.get("Authorization", "")
    feed = feed_of_token(said[len(_SCHEME) :].strip()) if said.casefold().startswith(_SCHEME) else None
    if feed is None:
        answer = _outcome(401, "login", _("The credential is missing, or belongs to no feed of this hospital."))
        answer["WWW-Authenticate"] = "Bearer"
        return answer
    try:
        is_new = fhir_sending.take(feed, request.read(fhir_sending.MAX_BYTES + 1), now=timezone.now())
    except fhir_sending.Refused as refusal:
        return _refused(refusal)
    if is_new:
        return _outcome(201, "informational", _("Kept; it is applied in its turn."))
    return _outcome(200, "informational", _("This message was kept before."))


def _refused(refusal: fhir_sending.Refused) -> HttpResponse:
    code = {413: "too-long", 429: "throttled"}.get(refusal.status, "structure")
    answer = _outcome(refusal.status, code, str(refusal))
    if refusal.status == 429:
        answer["Retry-After"] = "60"
    return answer


def _outcome(status: int, code: str, words: str) -> HttpResponse:
    severity = "information" if status < 300 else "error"
    issue = {"severity": severity, "code": code, "diagnostics": words}
    content = {"resourceType": "OperationOutcome", "issue": [issue]}
    json_dumps_params = {"ensure_ascii": False}
    return JsonResponse(
        content, status=status, content_type="application/fhir+json", json_dumps_params=json_dumps_params
    )
