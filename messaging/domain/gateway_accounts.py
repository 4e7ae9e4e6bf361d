"""Accounts of gateways: entered and changed by the hospital's administrator, tried by a message to the own address.

Secrets are sealed when they are entered and never shown again; an empty field keeps the one on record.
"""

import datetime as dt
import json
import secrets
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from django.db import IntegrityError, transaction
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from accounts.actors import Actor
from accounts.audit import record
from hospital_crm.crypto import decrypt, encrypt
from hospital_crm.tenancy.queue import queue_on_commit
from hospital_crm.tenancy.scope import current_hospital, hospital_scope
from messaging import gateways
from messaging.domain import mailboxes
from messaging.domain.releasing import keep_ways, release, release_way
from messaging.gateways.base import Gateway, Kind, Outcome, Outgoing, Unreachable
from messaging.models import GatewayAccount, GatewayTrial, Reason, State

if TYPE_CHECKING:
    from accounts.models import Hospital

TRIAL_TASK = "messaging.try_gateway"
Clock = Callable[[], dt.datetime]


class AccountRefused(Exception):
    """Refused, with the reason."""


@transaction.atomic
def enter(kind: Kind, values: Mapping[str, Any], *, actor: Actor, now: dt.datetime) -> tuple[GatewayAccount, str]:
    """An account, and the secret by which its provider is known that tells of receipts, seen this once.

    Refused: a name another account has, a second account in use of the same channel.
    """
    receipt_secret = secrets.token_urlsafe(24)
    account = GatewayAccount(
        kind=kind.code, channel=kind.channel, created_at=now, receipt_secret=encrypt(receipt_secret)
    )
    _fill(account, kind, values, {})
    _save(account, now)
    record("messaging.gateway.enter", account, actor=actor, after=_as_dict(account))
    return account, receipt_secret


@transaction.atomic
def change(account: GatewayAccount, values: Mapping[str, Any], *, actor: Actor, now: dt.datetime) -> GatewayAccount:
    """What an account is called, its settings, its pace, whether it is in use, secrets where some are given. Refused as
    when it is entered.
    """
    account = GatewayAccount.objects.select_for_update().get(pk=account.pk)
    before = _as_dict(account)
    _fill(account, gateways.KINDS[account.kind], values, gateways.secrets_of(account))
    _save(account, now)
    record("messaging.gateway.change", account, actor=actor, before=before, after=_as_dict(account))
    return account


@transaction.atomic
def renew_receipt_secret(account: GatewayAccount, *, actor: Actor) -> str:
    """Another secret for receipts, seen this once; the one before is worth nothing from now on."""
    secret = secrets.token_urlsafe(24)
    GatewayAccount.objects.filter(pk=account.pk).update(receipt_secret=encrypt(secret))
    record("messaging.gateway.secret", account, actor=actor)
    return secret


def receipt_secret_of(account: GatewayAccount) -> str:
    """The secret by which the provider is known. CannotDecrypt or ValueError where it cannot be read."""
    return decrypt(account.receipt_secret)


@transaction.atomic
def ask_trial(account: GatewayAccount, address: str, *, actor: Actor, now: dt.datetime) -> GatewayTrial:
    """A test message to whoever asks. Where the record of the member of staff holds an address for the channel, it goes
    there and nowhere else; `address` counts for the others. Refused without one.
    """
    kind = gateways.KINDS[account.kind]
    assert actor.staff is not None
    target = own_address(kind, actor) if kind.own_address else address.strip()
    if not target:
        raise AccountRefused(_("Your record holds no address for this channel."))
    trial = GatewayTrial.objects.create(
        account=account,
        asked_by=actor.staff,
        asked_at=now,
        address=target[:254],
        language=translation.get_language() or "zh-hans",
        state_at=now,
    )
    record("messaging.gateway.try", account, actor=actor)
    queue_on_commit(TRIAL_TASK, trial.pk, queue="interactive")
    return trial


def own_address(kind: Kind, actor: Actor) -> str:
    """Where a test of this kind goes: what the record of the member of staff says."""
    staff = actor.staff
    if staff is None or not kind.own_address:
        return ""
    return str(getattr(staff, kind.own_address) or getattr(staff.user, kind.own_address, ""))


def run_trial(hospital: "Hospital", trial_id: int, *, clock: Clock = timezone.now) -> None:
    """Claims the test, hands it over outside every scope, records what came of it, and whether the mailbox for bounces
    can be read. A second run finds it claimed.
    """
    if current_hospital() is not None:
        raise RuntimeError("tests leave the house outside every scope")
    with hospital_scope(hospital):
        claimed = GatewayTrial.objects.filter(pk=trial_id, state=State.PLANNED)
        if not claimed.update(state=State.CLAIMED, state_at=clock()):
            return
        trial = GatewayTrial.objects.select_related("account").get(pk=trial_id)
        outgoing = _test_message(hospital, trial)
        gateway = gateways.of_account(trial.account)
    outcome = _delivered(gateway, outgoing)
    mailboxes.probe(hospital, trial.account, clock=clock)
    state = State.FAILED if outcome.state == State.PLANNED else outcome.state
    with hospital_scope(hospital):
        said = {"state": state, "reason": outcome.reason, "detail": outcome.detail[:60], "state_at": clock()}
        GatewayTrial.objects.filter(pk=trial_id, state=State.CLAIMED).update(**said)


def _delivered(gateway: Gateway, outgoing: Outgoing) -> Outcome:
    try:
        with gateway.session() as session:
            return session.deliver(outgoing)
    except Unreachable as error:
        return Outcome(State.FAILED, Reason.UNREACHABLE, str(error))


def _test_message(hospital: "Hospital", trial: GatewayTrial) -> Outgoing:
    with translation.override(trial.language):
        return Outgoing(
            reference=str(trial.public_id),
            address=trial.address,
            subject=_("Test message"),
            body=_("This account of %(hospital)s sends messages.") % {"hospital": hospital.name},
            sender_name=hospital.name,
            sender_address=trial.account.settings.get("sender", ""),
            language=trial.language,
        )


def _fill(account: GatewayAccount, kind: Kind, values: Mapping[str, Any], sealed: Mapping[str, str]) -> None:
    """The account as it was entered; a secret left empty stays what it was."""
    given = {one.name: values.get(one.name, one.default) for one in kind.settings}
    kept = {one.name: given.pop(one.name) or sealed.get(one.name, "") for one in kind.settings if one.is_secret}
    account.name = values["name"]
    account.per_second = values.get("per_second") or 0
    account.is_active = bool(values.get("is_active"))
    account.settings = given
    account.credentials = encrypt(json.dumps(kept))


def _save(account: GatewayAccount, now: dt.datetime) -> None:
    """Keeps it; messages that were held for want of a way out, and mails that were until the hospital says where it is,
    wait again.
    """
    keep_ways()
    try:
        with transaction.atomic():
            account.save()
    except IntegrityError as error:
        if "gateway_one_in_use" in str(error):
            raise AccountRefused(_("Another account of this channel is in use.")) from error
        raise AccountRefused(_("Another account has this name.")) from error
    if account.is_active:
        release_way(account.channel, now=now)
    if account.settings.get("postal_address", "").strip():
        release("postal_address", now=now)


def _as_dict(account: GatewayAccount) -> dict[str, Any]:
    return {"name": account.name, "kind": account.kind, "in_use": account.is_active, "per_second": account.per_second}
