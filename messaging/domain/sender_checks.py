"""Checks of what the names of a sender say: asked for by an administrator, made by a worker outside every scope."""

import datetime as dt
from collections.abc import Callable
from dataclasses import asdict
from email.utils import parseaddr
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.actors import Actor
from accounts.audit import record
from accounts.models import HospitalSettings
from hospital_crm.tenancy.queue import queue_on_commit
from hospital_crm.tenancy.scope import current_hospital, hospital_scope
from messaging.models import GatewayAccount, SenderCheck
from messaging.sender_dns.checks import Sender, all_checks
from messaging.sender_dns.resolver import DnsResolver, Resolver

if TYPE_CHECKING:
    from accounts.models import Hospital

TASK = "messaging.check_sender"
Clock = Callable[[], dt.datetime]


class CheckRefused(Exception):
    """Refused, with the reason."""


@transaction.atomic
def ask(*, actor: Actor, now: dt.datetime) -> SenderCheck:
    """A worker asks for the names of the sender in use. Refused where no mail server is set up."""
    sender = sender_in_use()
    if not sender.domain or not sender.host:
        raise CheckRefused(_("No mail server is set up."))
    check = SenderCheck.objects.create(
        domain=sender.domain,
        host=sender.host,
        selector=sender.selector,
        return_domain=sender.return_domain,
        asked_at=now,
        asked_by=actor.staff,
    )
    record("messaging.sender.check", check, actor=actor)
    queue_on_commit(TASK, check.pk, queue="interactive")
    return check


def sender_in_use() -> Sender:
    """The account of e-mail in use, else the mail server of the installation with the hospital's address."""
    account = GatewayAccount.objects.in_use("email").first()
    if account is not None:
        given = account.settings
        return Sender(
            _domain(given.get("sender", "")),
            given.get("host", ""),
            given.get("dkim_selector", ""),
            _domain(given.get("return_address", "")),
        )
    own = HospitalSettings.objects.values_list("sender_address", flat=True).first()
    return Sender(_domain(own or settings.DEFAULT_FROM_EMAIL), settings.EMAIL_HOST)


def last() -> SenderCheck | None:
    """The check that was asked for last."""
    found: SenderCheck | None = SenderCheck.objects.order_by("-pk").first()
    return found


def run(hospital: "Hospital", check_id: int, *, resolver: Resolver | None = None, clock: Clock = timezone.now) -> None:
    """Asks and writes down what was found; a second run finds it written down."""
    if current_hospital() is not None:
        raise RuntimeError("names are asked for outside every scope")
    with hospital_scope(hospital):
        check = SenderCheck.objects.filter(pk=check_id, checked_at=None).first()
    if check is None:
        return
    sender = Sender(check.domain, check.host, check.selector, check.return_domain)
    findings = [asdict(one) for one in all_checks(sender, resolver or DnsResolver())]
    with hospital_scope(hospital):
        SenderCheck.objects.filter(pk=check_id, checked_at=None).update(findings=findings, checked_at=clock())


def _domain(address: str) -> str:
    return parseaddr(address)[1].rpartition("@")[2]
