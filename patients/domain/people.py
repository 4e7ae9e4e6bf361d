"""What the hospital itself records about a person. What the HIS has told is a mirror: nobody edits it here."""

from collections.abc import Mapping
from typing import Any

from django.db import transaction

from accounts.actors import Actor
from accounts.audit import record
from patients.domain.names import clean_name, name_keys
from patients.domain.phones import normalise_phone
from patients.models import ContactPoint, Patient, Relation

MIRRORED = ("name", "sex", "birth_date", "mrn")
OWN = (
    "kind",
    "category",
    "education",
    "marital_status",
    "occupation",
    "address",
    "region",
    "hobbies",
    "insurance_type",
    "source",
    "preferred_channel",
    "preferred_hours",
    "preferred_language",
    "allergies",
    "chronic_diseases",
    "past_history",
    "family_history",
    "current_medicines",
    "habits",
)
CLINICAL = ("allergies", "chronic_diseases", "past_history", "family_history", "current_medicines", "habits")


class RecordError(Exception):
    """Refused, with the reason."""


def editable_fields(patient: Patient | None, *, clinical: bool) -> list[str]:
    """Fields staff may change: the own ones, and the mirrored ones only while no feed has told about the person."""
    mirrored = MIRRORED if patient is None or patient.his_seen_at is None else ()
    return [*mirrored, *(field for field in OWN if clinical or field not in CLINICAL)]


@transaction.atomic
def create_person(values: Mapping[str, Any], *, phone: str = "", actor: Actor) -> Patient:
    """A person whom no feed has brought: a family member, a companion, a prospect."""
    patient = Patient(**{field: values[field] for field in (*MIRRORED, *OWN) if field in values})
    _set_name(patient, patient.name)
    patient.save()
    if phone:
        add_phone(patient, phone, actor=actor)
    record("patients.person.create", patient, actor=actor, after={"kind": patient.kind})
    return patient


@transaction.atomic
def change_person(patient: Patient, values: Mapping[str, Any], *, actor: Actor) -> list[str]:
    """Changes fields of the record; answers their names. Refused for fields that mirror the HIS. The audit names
    fields, not values.
    """
    patient = Patient.objects.select_for_update().get(pk=patient.pk)
    allowed = editable_fields(patient, clinical=True)
    if refused := set(values) - set(allowed):
        raise RecordError(f"these fields mirror the HIS: {sorted(refused)}")
    changed = [field for field, value in values.items() if getattr(patient, field) != value]
    if not changed:
        return []
    for field in changed:
        setattr(patient, field, values[field])
    if "name" in changed:
        _set_name(patient, patient.name)
    patient.save()
    record("patients.person.change", patient, actor=actor, fields=changed)
    return changed


def _set_name(patient: Patient, name: str) -> None:
    """The cleaned name with everything it is found by."""
    patient.name = clean_name(name)
    if not patient.name:
        raise RecordError("a person needs a name")
    keys = name_keys(patient.name)
    patient.given_name = keys.given_name
    patient.py_full, patient.py_initials = keys.py_full, keys.py_initials
    patient.py_full_alt, patient.py_initials_alt = keys.py_full_alt, keys.py_initials_alt


@transaction.atomic
def add_phone(patient: Patient, number: str, *, owner_relation: str = "", actor: Actor) -> ContactPoint:
    """A telephone number staff learned of, tried after those already known. Refused where the text holds no number."""
    value = normalise_phone(number)
    if not value:
        raise RecordError("no telephone number")
    known = list(ContactPoint.objects.filter(patient=patient).order_by("rank"))
    same = next((point for point in known if point.value == value), None)
    if same is not None:
        return same
    point = ContactPoint.objects.create(
        patient=patient,
        value=value,
        value_reversed=value[::-1],
        rank=max((point.rank for point in known), default=0) + 1,
        owner_relation=owner_relation.strip(),
        source="staff",
    )
    refresh_phone(patient)
    record("patients.phone.add", patient, actor=actor, contact_point=point.pk)
    return point


@transaction.atomic
def add_relation(patient: Patient, values: Mapping[str, Any], *, actor: Actor) -> Relation:
    """Somebody beside the person: name, relation, number, what may be told, guardian. Known already: nothing changes.

    The audit says that somebody was added and what may be told, not who.
    """
    who = {"name": clean_name(values["name"]), "kind": values["kind"].strip()}
    if not all(who.values()):
        raise RecordError("a relation needs a name and a kind")
    rest = {name: values[name] for name in ("phone", "may_be_told", "is_guardian")}
    relation, is_new = Relation.objects.get_or_create(patient=patient, **who, defaults=rest)
    if is_new:
        after = {"may_be_told": relation.may_be_told, "is_guardian": relation.is_guardian}
        record("patients.relation.add", patient, actor=actor, after=after, relation=relation.pk)
    return relation


def refresh_phone(patient: Patient) -> None:
    """Repeats the first number that may be dialled on the person's row; '' when none is left."""
    numbers = ContactPoint.objects.filter(patient=patient, system="phone").order_by("rank", "id")
    patient.phone = next((point.value for point in numbers if point.may_be_dialled), "")
    Patient.objects.filter(pk=patient.pk).update(phone=patient.phone)


@transaction.atomic
def set_number_state(point: ContactPoint, state: str, *, actor: Actor | None) -> ContactPoint:
    """A call showed what a number is worth: reached, suspended, does not exist, wrong person. Flagged everywhere
    from now on.
    """
    if state not in ContactPoint.NumberState.values:
        raise RecordError(f"no such state: {state}")
    before, point.number_state = point.number_state, state
    point.save(update_fields=["number_state"])
    refresh_phone(point.patient)
    record(
        "patients.phone.state",
        point.patient,
        actor=actor,
        before={"state": before},
        after={"state": state},
        contact_point=point.pk,
    )
    return point
