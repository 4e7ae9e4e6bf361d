"""How a message leaves the house: one folder per gateway, all with the protocol of `messaging.gateways.base`."""

from typing import TYPE_CHECKING

from django.conf import settings

from messaging.gateways.base import Gateway
from messaging.gateways.bell import BellGateway
from messaging.gateways.console import ConsoleGateway
from messaging.gateways.smtp import SmtpGateway

if TYPE_CHECKING:
    from accounts.models import Hospital


def for_channel(hospital: "Hospital", channel: str) -> Gateway | None:
    """The gateway of a channel at a hospital. E-mail: the mail server where one is set up, else the console, which no
    production uses (None).
    """
    if channel == "bell":
        return BellGateway()
    if channel == "email" and settings.EMAIL_HOST:
        return SmtpGateway.from_settings()
    return None if settings.PRODUCTION else ConsoleGateway()
