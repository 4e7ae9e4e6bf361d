"""Contracts with units: drawn up, signed with their benefits, ended early, renewed, and remembered before they end."""

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils import translation
from django.utils.translation import gettext as _

from accounts.actors import Actor
from accounts.audit import record
from accounts.calendar import today
from accounts.models import StaffMember
from groups import signals
from groups.domain.errors import UnitError
from groups.domain.states import move
from groups.models import Benefit, Contract, GroupCustomer, GroupMember, GroupVisit
from messaging.domain.outbox import LONG_NUMBER, Notice, enqueue_all
from messaging.models import Channel
from messaging.recipients import ToStaff

RENEWAL = "groups.renewal"
State = Contract.State


@transaction.atomic
def draw_up(
    group: GroupCustomer, values: Mapping[str, Any], *, benefits: Sequence[Mapping[str, Any]] = (), actor: Actor
) -> Contract:
    """A contract that is not signed yet: it binds nobody and gives nobody anything."""
    contract = _written(group, {**values, "state": State.DRAFT}, benefits)
    record("groups.contract.draw_up", contract, actor=actor, group=group.pk)
    return contract


@transaction.atomic
def sign_contract(
    group: GroupCustomer,
    values: Mapping[str, Any],
    *,
    benefits: Sequence[Mapping[str, Any]],
    actor: Actor,
    now: dt.datetime,
) -> Contract:
    """A contract with its benefits; the unit counts as signed from then on.

    Refused where another contract of the kind is in force on one of its days, and for a number that is taken.
    """
    contract = _written(group, {**values, "state": State.SIGNED}, benefits)
    _signed(contract, actor, now)
    return contract


@transaction.atomic
def sign_draft(contract: Contract, *, on: dt.date, actor: Actor, now: dt.datetime) -> Contract:
    """A draft is signed on that day. Refused for what is no draft, and as `sign_contract` refuses."""
    contract = _locked(contract, State.DRAFT)
    contract.state, contract.signed_on = State.SIGNED, on
    _kept(contract)
    _signed(contract, actor, now)
    return contract


@transaction.atomic
def end_early(contract: Contract, *, on: dt.date, reason: str, actor: Actor, now: dt.datetime) -> Contract:
    """A signed contract is in force until that day and no longer; before it began, it is withdrawn.

    Refused without a reason, for what is not in force, and for a day on which it would be over anyway.
    """
    contract = _locked(contract, State.SIGNED)
    if not reason.strip():
        raise UnitError(_("A reason is needed."))
    if contract.ends_on and on >= contract.ends_on:
        raise UnitError(_("The contract ends by then anyway."))
    contract.agreed_until, contract.end_reason = contract.ends_on, reason.strip()[:200]
    if on < contract.starts_on:
        contract.state = State.VOID
    else:
        contract.state, contract.ends_on = State.ENDED, on
    contract.save(update_fields=["agreed_until", "end_reason", "state", "ends_on"])
    waiting = GroupVisit.objects.open().filter(renews=contract)
    waiting.update(called_off_on=today(now=now), called_off_reason=contract.end_reason)
    record("groups.contract.end", contract, actor=actor, group=contract.group_id, on=on.isoformat())
    _tell_key_persons(contract.group_id)
    return contract


@transaction.atomic
def add_benefit(contract: Contract, values: Mapping[str, Any], *, actor: Actor) -> Benefit:
    """Something more a contract gives. Refused for one that was ended or withdrawn, and for the same benefit twice."""
    contract = _locked(contract, State.DRAFT, State.SIGNED)
    if contract.benefits.filter(kind=values["kind"], name=values["name"]).exists():
        raise UnitError(_("The contract has this benefit already."))
    benefit = Benefit.objects.create(contract=contract, **values)
    record("groups.benefit.add", contract, actor=actor, benefit=benefit.pk)
    return benefit


@transaction.atomic
def remind_of_ends(*, now: dt.datetime) -> int:
    """Before a contract ends, by its own number of days, its renewal is put into the plan of the liaison in charge,
    and the bell rings; once for each contract. Answers how many.

    Without a liaison the centre's managers are told. A unit that has agreed on what follows is not reminded.
    """
    day = today(now=now)
    due = [contract for contract in _unreminded(day) if _is_due(contract, day)]
    if not due:
        return 0
    with translation.override(settings.LANGUAGE_CODE):
        purposes = {one.pk: _("Talk about renewing contract %(number)s") % {"number": one.number} for one in due}
    managers = list(StaffMember.objects.active().holding("centre_manager").values_list("pk", flat=True))
    GroupVisit.objects.bulk_create(
        GroupVisit(
            group=contract.group,
            kind=GroupVisit.Kind.CALL,
            planned_on=day,
            purpose=purposes[contract.pk],
            staff_id=contract.group.owner_id,
            renews=contract,
        )
        for contract in due
    )
    enqueue_all([_notice(contract, staff) for contract in due for staff in _told(contract, managers)], now=now)
    record("groups.contract.remind", contracts=[contract.pk for contract in due])
    return len(due)


def _unreminded(day: dt.date) -> list[Contract]:
    """Signed contracts that end within the longest notice anybody may ask for and were not reminded of."""
    ending = Contract.objects.ending(day, day + dt.timedelta(days=400)).filter(reminders__isnull=True)
    rows = list(
        ending.select_related("group__owner").select_for_update(of=("self",), skip_locked=True).order_by("ends_on")
    )
    later = Contract.objects.filter(group_id__in={row.group_id for row in rows}, state=State.SIGNED)
    starts = set(later.values_list("group_id", "kind", "starts_on"))
    followed = {(group, kind, start - dt.timedelta(days=1)) for group, kind, start in starts}
    return [row for row in rows if (row.group_id, row.kind, row.ends_on) not in followed]


def _is_due(contract: Contract, day: dt.date) -> bool:
    return contract.ends_on is not None and (contract.ends_on - day).days <= contract.remind_days


def _told(contract: Contract, managers: Sequence[int]) -> Sequence[int]:
    owner = contract.group.owner
    return [owner.pk] if owner and owner.is_active else managers


def _notice(contract: Contract, staff_id: int) -> Notice:
    return Notice(
        purpose=RENEWAL,
        recipient=ToStaff(staff_id),
        channel=Channel.BELL,
        template=RENEWAL,
        key=f"{RENEWAL}-{contract.pk}-{staff_id}",
        context={"unit": LONG_NUMBER.sub("…", contract.group.name), "day": f"{contract.ends_on:%Y-%m-%d}"},
        link=("groups:detail", contract.group.public_id),
    )


def _written(group: GroupCustomer, values: Mapping[str, Any], benefits: Sequence[Mapping[str, Any]]) -> Contract:
    contract = Contract(group=group, **values)
    if Contract.objects.filter(number=contract.number).exists():
        raise UnitError(_("Another contract has this number."))
    _kept(contract)
    Benefit.objects.bulk_create(Benefit(contract=contract, **benefit) for benefit in benefits)
    return contract


def _kept(contract: Contract) -> None:
    """Stored, unless another contract of the kind holds one of its days."""
    try:
        with transaction.atomic():
            contract.save()
    except IntegrityError as refusal:
        if "at_a_time" not in str(refusal):
            raise
        raise UnitError(_("Another contract of this kind is in force on one of these days.")) from refusal


def _signed(contract: Contract, actor: Actor, now: dt.datetime) -> None:
    group = GroupCustomer.objects.select_for_update().get(pk=contract.group_id)
    said = _("Contract %(number)s signed") % {"number": contract.number}
    move(group, GroupCustomer.Status.SIGNED, reason=said, actor=actor, now=now)
    record("groups.contract.sign", contract, actor=actor, group=group.pk)
    _tell_key_persons(group.pk)


def _tell_key_persons(group_id: int) -> None:
    """Contracts decide who of the unit counts as key person."""
    people = list(
        GroupMember.objects.current().filter(group_id=group_id, is_key_person=True).values_list("patient_id", flat=True)
    )
    if people:
        signals.members_changed.send(sender=GroupMember, patient_ids=people)


def _locked(contract: Contract, *states: str) -> Contract:
    contract = Contract.objects.select_for_update().get(pk=contract.pk)
    if contract.state not in states:
        raise UnitError(_("The contract is in another state: %(state)s.") % {"state": contract.get_state_display()})
    return contract


def renewal_of(contract: Contract) -> dict[str, Any]:
    """What a contract that follows would say: the same terms, from the day after the end, for the same time."""
    follows: dict[str, Any] = {
        "kind": contract.kind,
        "amount": contract.amount,
        "remind_days": contract.remind_days,
        "terms": contract.terms,
    }
    if contract.ends_on:
        first = contract.ends_on + dt.timedelta(days=1)
        follows |= {"starts_on": first, "ends_on": first + (contract.ends_on - contract.starts_on)}
    return follows


def benefits_of(contract: Contract) -> list[dict[str, Any]]:
    """The benefits of a contract as those of one that follows; days within the old contract are not taken over."""
    names = ("kind", "name", "percent", "service", "limit_per_member", "limit_per_contract")
    return [dict(row) for row in contract.benefits.values(*names)]
