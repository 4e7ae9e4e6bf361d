"""How a message leaves the house: one folder per gateway, all with the protocol of `messaging.gateways.base`."""

import json
from typing import TYPE_CHECKING

from django.conf import settings

from hospital_crm.crypto import CannotDecrypt, decrypt
from hospital_crm.tenancy.scope import hospital_scope
from messaging.gateways.base import Gateway, Kind
from messaging.gateways.bell import BellGateway
from messaging.gateways.closed import ClosedGateway
from messaging.gateways.console import ConsoleGateway
from messaging.gateways.letter import LetterGateway
from messaging.gateways.pace import Pace, PacedGateway
from messaging.gateways.sms_aliyun import ALIYUN
from messaging.gateways.sms_tencent import TENCENT
from messaging.gateways.smtp import SMTP, SmtpGateway
from messaging.gateways.wechat import WECHAT
from messaging.gateways.wecom import WECOM
from messaging.models import GatewayAccount

if TYPE_CHECKING:
    from accounts.models import Hospital

KINDS: dict[str, Kind] = {kind.code: kind for kind in (SMTP, ALIYUN, TENCENT, WECHAT, WECOM)}
_paces: dict[tuple[int, int], Pace] = {}


def for_channel(hospital: "Hospital", channel: str) -> Gateway | None:
    """The gateway of a channel at a hospital: its account in use; for e-mail else the mail server of the installation;
    else the console, which no production uses (None). The bell and letters need none.
    """
    if channel == "bell":
        return BellGateway()
    if channel == "letter":
        return LetterGateway()
    with hospital_scope(hospital):
        account = GatewayAccount.objects.in_use(channel).first()
    if account is not None:
        return of_account(account)
    if channel == "email" and settings.EMAIL_HOST:
        return SmtpGateway.from_settings()
    return None if settings.PRODUCTION else ConsoleGateway()


def of_account(account: GatewayAccount) -> Gateway:
    """The gateway of an account, at its pace. Where secrets or settings cannot be read, nothing is sent."""
    try:
        given = {**account.settings, **secrets_of(account)}
        made: Gateway = KINDS[account.kind].make(given)
    except (CannotDecrypt, KeyError, ValueError, TypeError) as error:
        return ClosedGateway(account.kind, type(error).__name__)
    if not account.per_second:
        return made
    pace = _paces.setdefault((account.pk, account.per_second), Pace(account.per_second))
    return PacedGateway(made, pace, account.pk)


def secrets_of(account: GatewayAccount) -> dict[str, str]:
    """What an account keeps sealed. CannotDecrypt or ValueError where it cannot be read."""
    found: dict[str, str] = json.loads(decrypt(account.credentials))
    return found
