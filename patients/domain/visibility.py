"""What one member of staff may read of one person: numbers, clinical text. Decided once per page."""

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
        working = actor.can("followups.work") and holds_open_work(actor, patient)
        known[key] = Sight(
            numbers=working and patient.may_be_contacted, clinical=actor.can("patients.clinical") or working
        )
    return known[key]


def may_read_clinical(actor: Actor, patient: Patient) -> bool:
    """Whether diagnoses, instructions and results of this person may be shown to the actor."""
    return actor.can("patients.clinical") or sight_of(actor, patient).clinical
