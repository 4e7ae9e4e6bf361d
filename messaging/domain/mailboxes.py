"""Mails that came back are fetched from the mailbox of each account: read outside every scope, kept inside, marked as
seen after. Killed in between, they are fetched again, and known by their fingerprint.
"""

import datetime as dt
from collections.abc import Callable
from typing import TYPE_CHECKING

from django.utils import timezone

from accounts.models import StaffMember
from hospital_crm.crypto import CannotDecrypt
from hospital_crm.tenancy.scope import current_hospital, hospital_scope
from messaging import gateways
from messaging.domain import bounces
from messaging.domain.outbox import Notice, enqueue_all
from messaging.inbound.mailbox import Mailbox, MailboxAway
from messaging.inbound.reading import read
from messaging.models import GatewayAccount, MailboxWatch
from messaging.recipients import ToStaff

if TYPE_CHECKING:
    from accounts.models import Hospital

Clock = Callable[[], dt.datetime]
ROUNDS = 20
MAILBOX_TEXT = "messaging.mailbox"
TOLD_AFTER = dt.timedelta(days=1)
Trouble = MailboxWatch.Trouble


def fetch(hospital: "Hospital", *, clock: Clock = timezone.now) -> int:
    """Fetches from every mailbox of the hospital's accounts in use; answers how many mails were new. A mailbox that is
    away is left to the next time; one that is away for a day is told to the administrators.
    """
    if current_hospital() is not None:
        raise RuntimeError("mailboxes are read outside every scope")
    with hospital_scope(hospital):
        found = [(account, mailbox_of(account)) for account in GatewayAccount.objects.in_use("email")]
    new = 0
    for account, mailbox in found:
        if mailbox is None and not is_named(account):
            continue
        taken, trouble = _fetch(hospital, mailbox, clock) if mailbox else (0, Trouble.SECRET)
        new += taken
        with hospital_scope(hospital):
            _write_down(account, trouble, now=clock())
    return new


def is_named(account: GatewayAccount) -> bool:
    """Whether an account says where its mails come back to."""
    return bool(account.settings.get("imap_host"))


def probe(hospital: "Hospital", account: GatewayAccount, *, clock: Clock = timezone.now) -> None:
    """Opens the mailbox of an account, where it names one, and writes down whether it can be read; reads nothing."""
    with hospital_scope(hospital):
        mailbox = mailbox_of(account)
    if mailbox is None and not is_named(account):
        return
    trouble = Trouble.SECRET if mailbox is None else ""
    if mailbox is not None:
        try:
            with mailbox.open():
                pass
        except MailboxAway as away:
            trouble = Trouble(str(away))
    with hospital_scope(hospital):
        _write_down(account, trouble, now=clock())


def _write_down(account: GatewayAccount, trouble: str, *, now: dt.datetime) -> None:
    """It was read, or is not any more; the administrators hear once of one that is not for a day."""
    MailboxWatch.objects.get_or_create(account=account)
    row = MailboxWatch.objects.select_for_update().get(account=account)
    row.trouble = trouble
    if trouble:
        row.failing_since = row.failing_since or now
    else:
        row.read_at, row.failing_since, row.told_at = now, None, None
    if row.failing_since is not None and row.told_at is None and now - row.failing_since >= TOLD_AFTER:
        _tell(row, now)
        row.told_at = now
    row.save(update_fields=["trouble", "failing_since", "read_at", "told_at"])


def _tell(row: MailboxWatch, now: dt.datetime) -> None:
    assert row.failing_since is not None
    key = f"mailbox:{row.pk}:{row.failing_since.timestamp():.0f}"
    link = ("messaging:gateway", str(row.account.public_id))
    notices = [
        Notice(MAILBOX_TEXT, ToStaff(staff), "bell", MAILBOX_TEXT, f"{key}:{staff}", link=link)
        for staff in StaffMember.objects.active().able("admin.organisation").values_list("pk", flat=True)
    ]
    enqueue_all(notices, now=now)


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


def _fetch(hospital: "Hospital", mailbox: Mailbox, clock: Clock) -> tuple[int, str]:
    """How many mails were new, and what kept it from going on."""
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
    except MailboxAway as away:
        return new, Trouble(str(away))
    return new, ""
