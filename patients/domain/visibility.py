"""What one member of staff may read of one person: numbers, clinical text. Decided once per page."""

from collections.abc import Callable
from dataclasses import dataclass

from accounts.actors import Actor
from patients import registry
from patients.models import Patient


@dataclass(frozen=True)
class Sight:
    """What is shown without asking. `numbers`: the name and the telephone numbers in full; `clinical`: diagnoses
    and instructions.
    """

    numbers: bool
    clinical: bool


NOTHING = Sight(numbers=False, clinical=False)


def holds_open_work(actor: Actor, patient: Patient) -> bool:
    """Whether the actor holds an open order, call, booking or case for the person: the purpose that shows numbers."""
    return any(reason(actor, patient) for reason in registry.unmask_reasons)


def sight_of(actor: Actor, patient: Patient) -> Sight:
    """Clinical text is for clinical roles, and for those who work on follow-up while they hold open work for this
    person. Worked out once per row object, because timeline, header and panels all ask.
    """
    known = vars(patient).setdefault("_sights", {})
    key = (actor.staff.pk, actor.role_code)
    if key not in known:
        holds_work = actor.can("followups.work") and holds_open_work(actor, patient)
        known[key] = sight_by(actor.can, holds_work=holds_work, may_be_contacted=patient.may_be_contacted)
    return known[key]


def sight_by(can: Callable[[str], bool], *, holds_work: bool, may_be_contacted: bool) -> Sight:
    """The rule: what somebody sees who may do this, with or without open work for the person."""
    working = can("followups.work") and holds_work
    return Sight(numbers=working and may_be_contacted, clinical=can("patients.clinical") or working)


def may_read_clinical(actor: Actor, patient: Patient) -> bool:
    """Whether diagnoses, instructions and results of this person may be shown to the actor."""
    return actor.can("patients.clinical") or sight_of(actor, patient).clinical
