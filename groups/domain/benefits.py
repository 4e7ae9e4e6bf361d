"""What contracts give a member on a day, and counting what was given.

Booking, the till and the person's page all ask `benefits_for`; nothing else decides who has a benefit.
"""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.db.models import Count, Q
from django.utils.translation import gettext as _

from accounts.actors import Actor
from accounts.audit import record
from groups.domain.errors import UnitError
from groups.models import Benefit, BenefitUse, Contract, GroupMember
from patients.models import Patient


@dataclass(frozen=True, slots=True)
class RunningBenefit:
    """A benefit somebody has on a day. `reason` tells why, in the reader's language; `left_for_member` and
    `left_for_contract` how often it may still be given (None: as often as wanted).
    """

    benefit: Benefit
    contract: Contract
    member: GroupMember
    until: dt.date | None
    used: int
    left_for_member: int | None
    left_for_contract: int | None

    @property
    def is_used_up(self) -> bool:
        """Whether a limit is reached."""
        return 0 in (self.left_for_member, self.left_for_contract)

    @property
    def reason(self) -> str:
        """Whose member by which contract until when."""
        said = {"unit": self.contract.group.name, "number": self.contract.number, "day": self.until}
        if self.until is None:
            return _("Member of %(unit)s, contract %(number)s, until further notice") % said
        return _("Member of %(unit)s, contract %(number)s, until %(day)s") % said


def benefits_for(person: Patient, *, on: dt.date, service: str | None = None) -> list[RunningBenefit]:
    """The running benefits of every unit the person belongs to on that day, best discount first; of one service those
    that apply to it or to all. Used-up ones are told as such.

    A member counts from the day of joining to the day before leaving; contract and benefit count on both their first
    and last day. Somebody dead or erased has none.
    """
    if person.contact_state in (Patient.ContactState.DECEASED, Patient.ContactState.ERASED):
        return []
    members = {row.group_id: row for row in GroupMember.objects.on(on).filter(patient=person).order_by("-id")}
    if not members:
        return []
    rows = _running(on, service).filter(contract__in=Contract.objects.valid_on(on).filter(group_id__in=members))
    rows = rows.select_related("contract__group").annotate(
        used_in_all=Count("uses"), used_by_member=Count("uses", filter=Q(uses__patient=person))
    )
    found = [_as_running(row, members[row.contract.group_id]) for row in rows]
    return sorted(found, key=lambda one: (one.is_used_up, -(one.benefit.percent or 0), one.benefit.pk))


def _running(on: dt.date, service: str | None) -> Any:
    started = Q(starts_on__isnull=True) | Q(starts_on__lte=on)
    rows = Benefit.objects.filter(started, Q(ends_on__isnull=True) | Q(ends_on__gte=on))
    return rows if service is None else rows.filter(service__in=["", service])


def _as_running(row: Any, member: GroupMember) -> RunningBenefit:
    ends = [day for day in (row.ends_on, row.contract.ends_on) if day]
    return RunningBenefit(
        benefit=row,
        contract=row.contract,
        member=member,
        until=min(ends) if ends else None,
        used=row.used_by_member,
        left_for_member=_left(row.limit_per_member, row.used_by_member),
        left_for_contract=_left(row.limit_per_contract, row.used_in_all),
    )


def _left(limit: int | None, used: int) -> int | None:
    return None if limit is None else max(limit - used, 0)


@transaction.atomic
def use_benefit(
    benefit: Benefit, person: Patient, *, on: dt.date, actor: Actor | None, reference: str = ""
) -> BenefitUse:
    """Counts that a member received a benefit on that day; the same reference is counted once.

    Refused for somebody who does not have it on that day, and where a limit is reached. Two who give the last one at
    once: one is refused.
    """
    Benefit.objects.select_for_update().get(pk=benefit.pk)
    if reference and (known := BenefitUse.objects.filter(benefit=benefit, reference=reference).first()):
        return known
    running = next((one for one in benefits_for(person, on=on) if one.benefit.pk == benefit.pk), None)
    if running is None:
        raise UnitError(_("This person does not have the benefit on that day."))
    if running.is_used_up:
        raise UnitError(_("The benefit is used up."))
    staff = actor.staff if actor else None
    use = BenefitUse.objects.create(benefit=benefit, patient=person, used_on=on, reference=reference, by=staff)
    record("groups.benefit.use", benefit, actor=actor, patient=person.pk)
    return use


@transaction.atomic
def take_back_use(use: BenefitUse, *, actor: Actor | None) -> None:
    """What was counted did not take place, such as a booking that was cancelled."""
    record("groups.benefit.take_back", use.benefit, actor=actor, patient=use.patient_id)
    use.delete()
