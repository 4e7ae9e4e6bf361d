"""The bin of people: a record that no feed has told about and with which nobody has worked."""

from collections.abc import Iterable
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from accounts.actors import Actor
from accounts.domain.bins import Bin, put_back
from patients.domain import masking
from patients.models import BinnedPerson, Patient


def _shown(entries: QuerySet, actor: Actor) -> QuerySet:
    return entries if actor.sees == "all" else entries.none()


def _why_not(patient: Patient) -> str:
    """Records that a feed told about, of the dead, and erased ones stay."""
    if patient.his_seen_at is not None:
        return _("The hospital's own system knows this person; such a record is not put in the bin.")
    if patient.contact_state in (Patient.ContactState.DECEASED, Patient.ContactState.ERASED):
        return _("Somebody has worked with this record; it is not put in the bin.")
    return ""


def _hide(patient: Patient) -> dict[str, Any]:
    former = patient.contact_state
    patient.contact_state = Patient.ContactState.BINNED
    patient.save(update_fields=["contact_state"])
    return {"former_state": former}


def _show(patient: Patient, entry: BinnedPerson) -> None:
    """What it was before; one that has died meanwhile stays dead."""
    if patient.contact_state == Patient.ContactState.BINNED:
        patient.contact_state = entry.former_state
        patient.save(update_fields=["contact_state"])


PEOPLE_BIN = Bin(
    model=Patient,
    entry=BinnedPerson,
    of="patient",
    list_key="people",
    verb="patients.person",
    capability="patients.edit",
    shown=_shown,
    why_not=_why_not,
    hide=_hide,
    show=_show,
    words=lambda patient: masking.mask_name(patient.name),
)


def put_back_told(people: Iterable[int]) -> None:
    """Another system tells about these people: their records were no mistake, and leave the bin at once."""
    for entry in BinnedPerson.objects.filter(patient__in=list(people)).order_by("pk"):
        put_back(entry, actor=None)
