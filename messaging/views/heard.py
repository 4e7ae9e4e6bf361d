"""Where providers tell by themselves what became of messages and what people answered; outside sign-in.

Known by a signature of the provider's own over the query, by ours over the body (`CRM-Signature`, as webhooks sign),
or, from providers that sign nothing, by the secret in the address. Told again, nothing changes.
"""

import hmac
import uuid

from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt

from accounts.access import public
from hospital_crm.crypto import CannotDecrypt
from hospital_crm.rates import this_minute
from messaging.domain import receipts, replies
from messaging.domain.gateway_accounts import receipt_secret_of
from messaging.gateways.listeners import LISTENERS
from messaging.gateways.told import Listener, NotReadable, Told
from messaging.models import GatewayAccount

CALLS_PER_MINUTE = 1200
STRANGERS_PER_MINUTE = 60
LARGEST = 512 * 1024
FRESH_SECONDS = 300


@public
@never_cache
@csrf_exempt
def heard(request: HttpRequest, public_id: uuid.UUID, secret: str = "") -> HttpResponse:
    """A call of a provider: kept and answered as its interface says. 403 for whoever cannot show the secret, 413, 429,
    400 for what cannot be read, 425 where part of it is to be told once more (an answer of 5xx would take back the
    rest).
    """
    if request.method not in ("GET", "POST"):
        return HttpResponseNotAllowed(["GET", "POST"])
    now = timezone.now()
    account: GatewayAccount | None = GatewayAccount.objects.filter(public_id=public_id).first()
    listener = LISTENERS.get(account.kind) if account is not None else None
    if account is None or listener is None or not _is_known(request, account, listener, secret):
        tries = this_minute(f"heard:strangers:{public_id}", now)
        return _plain(429 if tries > STRANGERS_PER_MINUTE else 403)
    if request.method == "GET":
        return _greeted(request, listener)
    if this_minute(f"heard:{account.pk}", now) > CALLS_PER_MINUTE:
        return _plain(429)
    body = request.read(LARGEST + 1)
    if len(body) > LARGEST:
        return _plain(413)
    try:
        _take(account, listener.read(body))
    except NotReadable:
        return _plain(400)
    except receipts.TooEarly:
        return _plain(425)
    return HttpResponse(listener.answer, content_type=listener.content_type)


def _take(account: GatewayAccount, told: Told) -> None:
    """Everything that was told; TooEarly, after all the others, where one receipt came too early."""
    now, early = timezone.now(), None
    for one in told.receipts:
        try:
            receipts.settle(
                gateway=account.kind,
                provider_reference=one.provider_reference,
                reference=one.reference,
                state=one.state,
                at=one.at,
                now=now,
                detail=one.detail,
                is_gone=one.is_gone,
            )
        except receipts.TooEarly as error:
            early = error
    for answer in told.replies:
        replies.heard(
            channel=account.channel,
            address=answer.address,
            text=answer.text,
            at=min(answer.at, now),
            now=now,
            provider_id=answer.provider_id,
        )
    if early is not None:
        raise early


def _is_known(request: HttpRequest, account: GatewayAccount, listener: Listener, shown: str) -> bool:
    """Whether the call shows the secret of the account in one of the ways there are."""
    try:
        secret = receipt_secret_of(account)
    except (CannotDecrypt, ValueError):
        return False
    if listener.is_signed is not None:
        return listener.is_signed(secret, request.GET.dict(), timezone.now())  # type: ignore[arg-type]
    if request.headers.get("CRM-Signature"):
        return _is_ours(request, secret)
    return bool(shown) and hmac.compare_digest(secret.encode(), shown.encode())


def _is_ours(request: HttpRequest, secret: str) -> bool:
    """`t=…,v1=…`: HMAC-SHA256 with the secret over the timestamp, a dot and the body, of these minutes."""
    parts = dict(part.partition("=")[::2] for part in request.headers["CRM-Signature"].split(","))
    told = parts.get("t", "")
    if not (told.isascii() and told.isdigit()) or abs(timezone.now().timestamp() - int(told[:12])) > FRESH_SECONDS:
        return False
    if int(request.headers.get("Content-Length") or 0) > LARGEST:
        return False
    wanted = hmac.digest(secret.encode(), told.encode() + b"." + request.body, "sha256").hex()
    return hmac.compare_digest(wanted, parts.get("v1", ""))


def _greeted(request: HttpRequest, listener: Listener) -> HttpResponse:
    """A provider makes sure that the address is ours."""
    if listener.is_signed is None:
        return HttpResponseNotAllowed(["POST"])
    return HttpResponse(request.GET.get("echostr", "")[:100], content_type="text/plain; charset=utf-8")


def _plain(status: int) -> HttpResponse:
    return HttpResponse(status=status, content_type="text/plain; charset=utf-8")
