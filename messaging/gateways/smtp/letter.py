"""A message as RFC 5322 text, ready for DATA."""

import re
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, parseaddr

from django.utils import timezone

from messaging.gateways.base import Outgoing

_LINE_THAT_BEGINS_WITH_A_DOT = re.compile(rb"(?m)^\.")


def compose(outgoing: Outgoing) -> bytes:
    """The whole message with CRLF line ends. Its Message-ID is our reference, so that a receipt can be matched.

    Refuses an address that no mail can carry (ValueError, IndexError or MessageError of the standard library).
    """
    letter = EmailMessage(policy=SMTP)
    user, _at, domain = parseaddr(outgoing.sender_address)[1].rpartition("@")
    letter["From"] = Address(outgoing.sender_name, user, domain)
    letter["To"] = Address(addr_spec=outgoing.address)
    letter["Subject"] = outgoing.subject
    letter["Date"] = format_datetime(timezone.localtime())
    letter["Message-ID"] = f"<{outgoing.reference}@{domain}>"
    letter["Auto-Submitted"] = "auto-generated"
    letter.set_content(outgoing.body, charset="utf-8", cte="base64")
    return letter.as_bytes()


def dot_stuffed(text: bytes) -> bytes:
    """As it goes over the line: a leading dot doubled, a single dot at the end (RFC 5321 §4.5.2)."""
    ended = text if text.endswith(b"\r\n") else text + b"\r\n"
    return _LINE_THAT_BEGINS_WITH_A_DOT.sub(b"..", ended) + b".\r\n"
