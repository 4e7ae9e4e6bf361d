"""Mails that came back: each is kept once by its fingerprint, matched to our message, and acted on.

Matched by the reference in the address it came to, in its headers or in the mail that came back; else by the address it
is about, where somebody of ours has that address, and then to no message that went to another one. Hard, of the address
that the message of the reference went to: it is stopped everywhere. Soft, and hard of which anybody may have written:
counted, stopped at a threshold. Complaint, and a mail that wants no more: refused by the person. Absence and everything
else: nothing; what a person has to read is kept sealed. A mail that cannot be kept is kept as not readable, so that it
stops no other.
"""

import datetime as dt
import json
import logging
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import InterfaceError, OperationalError, transaction

from accounts.actors import Actor
from accounts.audit import record
from accounts.models import StaffMember
from hospital_crm.crypto import CannotDecrypt, decrypt, encrypt
from messaging.domain import refusing, replies, suppressions
from messaging.domain.states import NotInThatState, move
from messaging.inbound.found import Finding, Mail, Verdict, unreadable
from messaging.models import InboundMail, Message, Reason, Reply, State, Suppression

_log = logging.getLogger(__name__)
# The database is away or busy: the same mails are fetched again.
_NOT_OF_A_MAIL = (OperationalError, InterfaceError)
VERDICTS = InboundMail.Verdict
FOR_PEOPLE = (VERDICTS.ORDINARY, VERDICTS.CHALLENGE, VERDICTS.UNREADABLE)


@dataclass(frozen=True)
class _Case:
    """A mail, the message it is about, and the row that keeps it. `is_named`: a reference of ours names the message, so
    that it was written by whoever had the mail in hands.
    """

    mail: Mail
    message: Message | None
    row: InboundMail
    is_named: bool


def take(mails: Sequence[Mail], *, now: dt.datetime) -> int:
    """Keeps and acts on mails that were read; answers how many were new. The same mail again changes nothing. Where one
    of them cannot be kept, each is taken by itself.
    """
    try:
        return _take(mails, now=now)
    except _NOT_OF_A_MAIL:
        raise
    except Exception:
        _log.exception("mails that came back are taken one by one")
        return sum(_take_alone(mail, now=now) for mail in mails)


def _take_alone(mail: Mail, *, now: dt.datetime) -> int:
    """One mail; as not readable where it cannot be kept as it is."""
    try:
        return _take([mail], now=now)
    except _NOT_OF_A_MAIL:
        raise
    except Exception:
        _log.exception("a mail that came back is kept as not readable")
        return _take([unreadable(mail.fingerprint)], now=now)


@transaction.atomic
def _take(mails: Sequence[Mail], *, now: dt.datetime) -> int:
    once = {mail.fingerprint: mail for mail in mails}
    known = InboundMail.objects.filter(fingerprint__in=list(once)).values_list("fingerprint", flat=True)
    fresh = [mail for fingerprint, mail in once.items() if fingerprint not in set(known)]
    messages = _by_reference(fresh)
    cases = [_case(mail, messages, now) for mail in fresh]
    InboundMail.objects.bulk_create((case.row for case in cases), ignore_conflicts=True)
    kept = set(
        InboundMail.objects.filter(public_id__in=[case.row.public_id for case in cases]).values_list(
            "public_id", flat=True
        )
    )
    for case in cases:
        if case.row.public_id in kept:
            _act(case, now=now)
    return len(kept)


@transaction.atomic
def settle(mail: InboundMail, *, actor: Actor, now: dt.datetime) -> None:
    """A person has read it; nothing more is to be done. Settled before: nothing changes."""
    if InboundMail.objects.filter(pk=mail.pk, settled_at=None).update(settled_at=now, settled_by=actor.staff):
        record("messaging.mail.settle", mail, actor=actor)


def told_by(mail: InboundMail) -> dict[str, str]:
    """Sender and subject of a mail that a person reads; nothing of others, nor where it cannot be read any more."""
    if not mail.told:
        return {}
    try:
        found: dict[str, str] = json.loads(decrypt(mail.told))
    except (CannotDecrypt, ValueError):
        return {}
    return found


def _by_reference(mails: Sequence[Mail]) -> dict[str, Message]:
    asked = {reference for mail in mails for reference in mail.references}
    rows = Message.objects.filter(public_id__in=asked).select_related("person")
    return {str(row.public_id): row for row in rows}


def _case(mail: Mail, messages: dict[str, Message], now: dt.datetime) -> _Case:
    named = next((messages[one] for one in mail.references if one in messages), None)
    message = named
    verdict = VERDICTS(mail.verdict.value)
    about = mail.findings[0].address if mail.findings else ""
    if message is None and verdict not in FOR_PEOPLE and about:
        message = _last_to(about, now)
    wants_out = f"{mail.subject}\n{mail.text[:200]}".split("\n>")[0]
    if verdict == VERDICTS.ORDINARY and message is not None and _wants_no_more(mail, wants_out):
        verdict = VERDICTS.UNSUBSCRIBE
    told = {"sender": mail.sender, "subject": mail.subject} if verdict in FOR_PEOPLE else {}
    row = InboundMail(
        fingerprint=mail.fingerprint,
        received_at=now,
        verdict=verdict,
        status=mail.findings[0].status if mail.findings else "",
        address=suppressions.address_key("email", message.address if message else about or mail.sender),
        message=message,
        told=encrypt(json.dumps(told)) if told else "",
        settled_at=None if verdict in FOR_PEOPLE else now,
    )
    return _Case(mail, message, row, named is not None)


def _last_to(address: str, now: dt.datetime) -> Message | None:
    """What was sent last to this very address."""
    found = refusing.last_message("email", address, refusing.people_of("email", address), now=now)
    return found if found is not None and _same(address, found.address) else None


def _wants_no_more(mail: Mail, text: str) -> bool:
    """The subject or one of the first lines says so by itself."""
    lines = [mail.subject, *text.splitlines()[1:4]]
    return any(replies.meaning_of(line) == Reply.Meaning.STOP for line in lines if line.strip())


def _act(case: _Case, *, now: dt.datetime) -> None:
    verdict = case.row.verdict
    if verdict in (VERDICTS.HARD_BOUNCE, VERDICTS.SOFT_BOUNCE):
        for finding in case.mail.findings or (Finding("", case.mail.verdict),):
            _bounced(case, finding, now=now)
    elif verdict in (VERDICTS.COMPLAINT, VERDICTS.UNSUBSCRIBE):
        _wants_out(case, now=now)


def _bounced(case: _Case, finding: Finding, *, now: dt.datetime) -> None:
    """An address is stopped or counted; the message about it was not delivered."""
    address = _address_of(case, finding)
    if not address or finding.verdict == Verdict.DELAYED:
        return
    is_hard = finding.verdict == Verdict.HARD_BOUNCE
    if case.message is not None and address == case.message.address:
        reason = Reason.HARD_BOUNCE if is_hard else Reason.SOFT_BOUNCE
        try:
            move(case.message, State.FAILED, now=now, reason=reason, detail=finding.status)
        except NotInThatState:
            pass
    said: dict[str, Any] = {
        "channel": "email",
        "address": address,
        "source": f"bounce {finding.status}"[:60],
        "now": now,
    }
    if is_hard and case.is_named and case.message is not None and address == case.message.address:
        suppressions.suppress(reason=Suppression.Reason.HARD_BOUNCE, message=case.message, **said)
    else:
        suppressions.soft_bounce(message=case.message, **said)


def _address_of(case: _Case, finding: Finding) -> str:
    """The address that we wrote to: that of the message; of a bounce without one, what it names, where that is the
    address of somebody of ours.
    """
    if case.message is not None and (len(case.mail.findings) < 2 or _same(finding.address, case.message.address)):
        return str(case.message.address)
    address = finding.address
    if not address:
        return ""
    if refusing.people_of("email", address) or StaffMember.objects.filter(email__iexact=address).exists():
        return address
    return ""


def _wants_out(case: _Case, *, now: dt.datetime) -> None:
    is_complaint = case.row.verdict == VERDICTS.COMPLAINT
    address = case.row.address
    if not address:
        return
    refusing.stop(
        channel="email",
        address=address,
        now=now,
        reason=Suppression.Reason.COMPLAINT if is_complaint else Suppression.Reason.REPLY,
        source="complaint" if is_complaint else "mail",
        message=case.message,
    )


def _same(one: str, other: str) -> bool:
    return one.strip().casefold() == other.strip().casefold()
