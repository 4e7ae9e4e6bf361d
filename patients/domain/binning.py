"""The bin: a record that somebody made by mistake disappears from lists, search and work, and can be put back for
thirty days; then it is gone for good with all that hangs on it, and only the audit trail tells of it.

Only a record that no feed has told about and with which nobody has worked goes there. Whatever hangs on a person keeps
the record unless its model says `goes_to_bin = True`.
"""

import datetime as dt
from collections.abc import Iterable
from typing import Any

from django.db import connection, transaction
from django.db.models import CASCADE, PROTECT, SET_NULL, Model, QuerySet
from django.utils.translation import gettext as _

from accounts.actors import Actor
from accounts.audit import record
from hospital_crm.private_files.rows import PrivateFile
from patients.models import BinnedPerson, Patient


class BinError(Exception):
    """Refused, with the reason."""


def in_bin(actor: Actor) -> QuerySet[BinnedPerson]:
    """Records in the bin that the role may see and put back, those that go first in front."""
    rows = BinnedPerson.objects.select_related("patient", "binned_by").order_by("purge_at", "pk")
    return rows if actor.can("patients.edit") and actor.sees == "all" else rows.none()


def may_bin(patient: Patient) -> bool:
    """Whether the record may be put in the bin: made by hand, neither dead nor erased, nobody has worked
    with it.
    """
    is_plain = patient.his_seen_at is None and patient.contact_state in ("open", "stopped")
    return is_plain and not obstacles(patient)


def obstacles(patient: Patient) -> list[type[Model]]:
    """The kinds of rows that keep the record."""
    keeping = [
        field
        for field in _references()
        if field.remote_field.on_delete in (CASCADE, PROTECT) and not getattr(field.model, "goes_to_bin", False)
    ]
    return [field.model for field in keeping if field.model._default_manager.filter(**{field.name: patient}).exists()]


@transaction.atomic
def put_in_bin(patient: Patient, *, reason: str, actor: Actor, now: dt.datetime) -> BinnedPerson:
    """The record goes into the bin for thirty days.

    Refuses: no right to change records, no reason, a record that the hospital's system knows, that was erased, or with
    which somebody has worked.
    """
    if not actor.can("patients.edit"):
        raise BinError(_("Your role does not allow this."))
    if not reason.strip():
        raise BinError(_("Say why the record was a mistake."))
    patient = Patient.objects.select_for_update().get(pk=patient.pk)
    if patient.contact_state == Patient.ContactState.BINNED:
        raise BinError(_("The record is in the bin already."))
    if patient.his_seen_at is not None:
        raise BinError(_("The hospital's own system knows this person; such a record is not put in the bin."))
    if not may_bin(patient):
        raise BinError(_("Somebody has worked with this record; it is not put in the bin."))
    entry = BinnedPerson.objects.create(
        patient=patient,
        reason=reason.strip()[:200],
        former_state=patient.contact_state,
        binned_by=actor.staff,
        binned_at=now,
        purge_at=now + BinnedPerson.KEPT,
    )
    patient.contact_state = Patient.ContactState.BINNED
    patient.save(update_fields=["contact_state"])
    record("patients.person.bin", patient, actor=actor)
    return entry


@transaction.atomic
def put_back(entry: BinnedPerson, *, actor: Actor | None) -> Patient:
    """The record is what it was before; one that has died meanwhile stays dead. Refused to who may not change records,
    and where somebody was faster.
    """
    if actor is not None and not actor.can("patients.edit"):
        raise BinError(_("Your role does not allow this."))
    patient, held = _locked(entry)
    if held is None:
        raise BinError(_("Somebody has put it back already."))
    if patient.contact_state == Patient.ContactState.BINNED:
        patient.contact_state = held.former_state
        patient.save(update_fields=["contact_state"])
    held.delete()
    record("patients.person.put_back", patient, actor=actor)
    return patient


def put_back_told(people: Iterable[int]) -> None:
    """Another system tells about these people: their records were no mistake, and leave the bin at once."""
    for entry in BinnedPerson.objects.filter(patient__in=list(people)).order_by("pk"):
        put_back(entry, actor=None)


def _locked(entry: BinnedPerson) -> tuple[Patient, BinnedPerson | None]:
    """The record and its place in the bin as they are at this moment; no place where it has left the bin."""
    patient = Patient.objects.select_for_update().get(pk=entry.patient_id)
    return patient, BinnedPerson.objects.select_for_update().filter(pk=entry.pk).first()


def empty(now: dt.datetime) -> tuple[int, int]:
    """Records that have lain thirty days go for good; those that somebody or a feed has used meanwhile are put back.
    Answers how many of each.
    """
    gone = back = 0
    for entry in list(BinnedPerson.objects.filter(purge_at__lte=now)):
        with transaction.atomic():
            patient, held = _locked(entry)
            if held is None:
                continue
            if patient.contact_state == Patient.ContactState.BINNED and _is_unused(patient):
                _purge(patient, held)
                gone += 1
            else:
                put_back(held, actor=None)
                back += 1
    return gone, back


def _is_unused(patient: Patient) -> bool:
    return patient.his_seen_at is None and not obstacles(patient)


def _purge(patient: Patient, entry: BinnedPerson) -> None:
    """The locked record and all that hangs on it, files too, are gone; rows of others that name it name nobody.
    Whatever else refers to it is refused by its key.
    """
    record("patients.person.purge", patient, binned_by=entry.binned_by_id, binned_at=entry.binned_at.isoformat())
    for field in _references():
        rows = field.model._default_manager.filter(**{field.name: patient})
        if field.remote_field.on_delete is SET_NULL:
            rows.update(**{field.name: None})
        elif issubclass(field.model, PrivateFile):
            rows.delete()
        elif getattr(field.model, "goes_to_bin", False):
            rows._raw_delete(connection.alias)
    Patient.objects.filter(pk=patient.pk)._raw_delete(connection.alias)


def _references() -> list[Any]:
    """The keys that lead to a person, hidden ones too."""
    relations = Patient._meta.get_fields(include_hidden=True)
    return [one.field for one in relations if one.auto_created and not one.concrete and one.is_relation]  # type: ignore[union-attr]
