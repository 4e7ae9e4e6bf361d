"""Mails that came back are fetched from the mailbox of each account: read outside every scope, kept inside, marked as
seen after. Killed in between, they are fetched again, and known by their fingerprint.
"""

import datetime as dt
from collections.abc import Callable
from typing import TYPE_CHECKING

from django.utils import timezone

from hospital_crm.crypto import CannotDecrypt
from hospital_crm.tenancy.scope import current_hospital, hospital_scope
from messaging import gateways
from messaging.domain import bounces
from messaging.inbound.mailbox import Mailbox, MailboxAway
from messaging.inbound.reading import read
from messaging.models import GatewayAccount

if TYPE_CHECKING:
    from accounts.models import Hospital

Clock = Callable[[], dt.datetime]
ROUNDS = 20


def fetch(hospital: "Hospital", *, clock: Clock = timezone.now) -> int:
    """Fetches from every mailbox of the hospital's accounts in use; answers how many mails were new. A mailbox that is
    away is left to the next time.
    """
    if current_hospital() is not None:
        raise RuntimeError("mailboxes are read outside every scope")
    with hospital_scope(hospital):
        found = [mailbox_of(account) for account in GatewayAccount.objects.in_use("email")]
    return sum(_fetch(hospital, mailbox, clock) for mailbox in found if mailbox is not None)


def mailbox_of(account: GatewayAccount) -> Mailbox | None:
    """Where mails of an account come back to; None where that is not said or cannot be read."""
    given = account.settings
    if not given.get("imap_host"):
        return None
    try:
        password = gateways.secrets_of(account).get("imap_password", "")
    except (CannotDecrypt, ValueError):
        return None
    return Mailbox(
        given["imap_host"],
        given.get("imap_username", ""),
        password,
        int(given.get("imap_port") or 993),
        given.get("imap_folder") or "INBOX",
    )


def _fetch(hospital: "Hospital", mailbox: Mailbox, clock: Clock) -> int:
    new = 0
    try:
        with mailbox.open() as opened:
            for _round in range(ROUNDS):
                mails = opened.unseen()
                if not mails:
                    break
                verdicts = [read(raw) for _number, raw in mails]
                with hospital_scope(hospital):
                    new += bounces.take(verdicts, now=clock())
                opened.mark_seen([number for number, _raw in mails])
    except MailboxAway:
        return new
    return new
