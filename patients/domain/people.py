"""What the hospital itself records about a person. What the HIS has told is a mirror: nobody edits it here."""

from collections.abc import Collection, Iterable, Mapping
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.actors import Actor
from accounts.audit import record
from accounts.calendar import today
from hospital_crm.crypto import CannotDecrypt, decrypt, whole_hash
from patients.domain.divisions import code_of
from patients.domain.erased_numbers import tell_of_erased
from patients.domain.identity_numbers import IdentityReading, read_identity_number
from patients.domain.memberships import forbids_category, members_among
from patients.domain.names import clean_name, name_keys
from patients.domain.phones import read_phones
from patients.domain.reach import RecordError, add_contact, add_identifier, as_kept, said_again, store_number
from patients.domain.records import PersonRecord
from patients.domain.regions import county_of
from patients.models import ContactPoint, Identifier, Patient
from patients.signals import birth_dates_changed, people_created

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
    "referrer",
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
BY_IDENTITY = ("sex", "birth_date")
VIP_BY_MEMBERSHIP = gettext_lazy("The category VIP comes of a membership and stays while it runs.")
CLINICAL = ("allergies", "chronic_diseases", "past_history", "family_history", "current_medicines", "habits")


class ChangedSince(RecordError):
    """Somebody has changed the record since it was read."""


def version_of(patient: Patient) -> str:
    """A mark of what the record says: another one after every change of it, and telling nothing of it."""
    fields: list[Any] = [Patient._meta.get_field(name) for name in (*MIRRORED, *OWN)]
    return whole_hash("\x1f".join(str(field.value_from_object(patient)) for field in fields))[:32]


def editable_fields(patient: Patient | None, *, clinical: bool) -> list[str]:
    """Fields staff may change: the own ones, and the mirrored ones only while no feed has told about the person."""
    mirrored = MIRRORED if patient is None or patient.his_seen_at is None else ()
    return [*mirrored, *(field for field in OWN if clinical or field not in CLINICAL)]


@transaction.atomic
def create_person(
    values: Mapping[str, Any],
    *,
    phone: str = "",
    identity_number: str = "",
    despite: Iterable[Patient] = (),
    reason: str = "",
    again: str = "",
    actor: Actor,
) -> Patient:
    """A person whom no feed has brought: a family member, a companion, a prospect.

    `identity_number` proves birth date and sex and fills them in. `despite`: people who may be the same, with the
    reason why a record is made all the same; the audit keeps both. `again`: why somebody is entered whose record was
    erased. Refused for such a person where nobody says why, for an identity number that is none, is known already or
    contradicts what is said, and for a record number that another record has.
    """
    patient = Patient(**{field: values[field] for field in (*MIRRORED, *OWN) if field in values})
    if patient.category == Patient.Category.VIP:
        raise RecordError(VIP_BY_MEMBERSHIP)
    _set_name(patient, patient.name)
    _set_place(patient)
    _follow_identity(patient, identity_number)
    patient.mrn = as_kept(patient.mrn)
    came_back = said_again(again) if _was_erased(patient, phone, identity_number) else {}
    patient.save()
    _keep_number(patient)
    if phone:
        add_contact(patient, phone, again=again, actor=actor)
    if identity_number:
        add_identifier(patient, system=Identifier.System.NATIONAL_ID, number=identity_number, again=again, actor=actor)
    meant: dict[str, Any] = {"reason": reason, "patients": [one.pk for one in despite]} if reason else {}
    meant |= came_back
    record("patients.person.create", patient, actor=actor, after={"kind": patient.kind}, **meant)
    people_created.send(sender=Patient, patient_ids=[patient.pk])
    return patient


def _was_erased(patient: Patient, phone: str, identity_number: str) -> bool:
    """Whether who is entered would bring back somebody who was erased, by the rule for lists and feeds."""
    said = PersonRecord(0, patient.name, birth_date=patient.birth_date, record_number=patient.mrn)
    said.identity_number, said.phones = read_identity_number(identity_number).number, read_phones(phone).numbers
    return tell_of_erased([said])[0]


def _becomes_erased(patient: Patient, changed: Collection[str]) -> bool:
    """Whether what was changed makes the record that of somebody who was erased: by another record number, or by name
    and birth date together with a telephone on record.
    """
    said = []
    if "mrn" in changed and patient.mrn:
        said.append(PersonRecord(0, patient.name, record_number=patient.mrn))
    if not {"name", "birth_date"}.isdisjoint(changed) and patient.birth_date:
        points = patient.contact_points.filter(system=ContactPoint.System.PHONE).values_list("value", flat=True)
        phones = tuple(phone for value in points for phone in read_phones(value).numbers)
        said.append(PersonRecord(0, patient.name, birth_date=patient.birth_date, phones=phones))
    return any(tell_of_erased(said))


def _follow_identity(patient: Patient, number: str) -> None:
    """What an identity number proves; where it proves nothing, whoever stores it refuses it."""
    reading = read_identity_number(number)
    if not reading.is_proven:
        return
    if patient.birth_date not in (None, reading.birth_date) or patient.sex not in ("U", reading.sex):
        raise RecordError(_("The identity number names another birth date or sex."))
    patient.birth_date, patient.sex = reading.birth_date, reading.sex


def _refuse_contradiction(patient: Patient, wanted: Mapping[str, Any]) -> None:
    """A birth date or a sex that an identity number on record proves is not changed to another."""
    numbers = Identifier.objects.filter(patient=patient, system=Identifier.System.NATIONAL_ID) if wanted else ()
    for number in numbers:
        reading = _reading_of(number)
        proven = {"sex": (reading.sex, "U"), "birth_date": (reading.birth_date, None)}
        if reading.is_proven and any(value not in proven[name] for name, value in wanted.items()):
            raise RecordError(_("The identity number names another birth date or sex."))


def _reading_of(number: Identifier) -> IdentityReading:
    """What the number proves; one whose key is gone proves nothing."""
    try:
        return read_identity_number(decrypt(number.value_encrypted))
    except CannotDecrypt:
        return read_identity_number("")


def _refuse(patient: Patient, values: Mapping[str, Any]) -> None:
    """What nobody writes into a record: himself as who referred, what the HIS mirrors, VIP without membership."""
    allowed = editable_fields(patient, clinical=True)
    if values.get("referrer") == patient:
        raise RecordError(_("Nobody refers himself."))
    if refused := set(values) - set(allowed):
        raise RecordError(f"these fields mirror the HIS: {sorted(refused)}")
    if forbids_category(
        patient.category,
        values.get("category", patient.category),
        is_member=bool(members_among([patient.pk], on=today())),
    ):
        raise RecordError(VIP_BY_MEMBERSHIP)


@transaction.atomic
def change_person(
    patient: Patient, values: Mapping[str, Any], *, actor: Actor, version: str = "", again: str = ""
) -> list[str]:
    """Changes fields of the record; answers their names. The audit names fields, not values.

    `again`: why the record becomes that of somebody who was erased; refused where nobody says why. Refused too for
    fields that mirror the HIS, for a birth date or sex that an identity number on record contradicts, and where
    `version` is given and the record says something else by now.
    """
    patient = Patient.objects.select_for_update().get(pk=patient.pk)
    if version and version_of(patient) != version:
        raise ChangedSince(_("Somebody else has changed this record since."))
    _refuse(patient, values)
    changed = [field for field, value in values.items() if getattr(patient, field) != value]
    if not changed:
        return []
    _refuse_contradiction(patient, {name: values[name] for name in changed if name in BY_IDENTITY})
    former = patient.mrn
    for field in changed:
        setattr(patient, field, values[field])
    if "mrn" in changed:
        patient.mrn = as_kept(patient.mrn)
    came_back = said_again(again) if _becomes_erased(patient, changed) else {}
    if "mrn" in changed:
        _keep_number(patient, former=former)
    if "name" in changed:
        _set_name(patient, patient.name)
    if {"address", "region"} & set(changed):
        _set_place(patient)
    patient.save()
    if "birth_date" in changed:
        birth_dates_changed.send(sender=Patient, patient_ids=[patient.pk])
    record("patients.person.change", patient, actor=actor, fields=changed, **came_back)
    return changed


def _keep_number(patient: Patient, *, former: str = "") -> None:
    """The record number that staff typed is found by the search, and lists and messages of the HIS meet the person by
    it. Refused where another record has it.
    """
    numbers = Identifier.objects.filter(patient=patient, system=Identifier.System.MRN)
    numbers.filter(value=former).exclude(value=patient.mrn).delete()
    if not patient.mrn or numbers.filter(value=patient.mrn).exists():
        return
    row = Identifier(patient=patient, system=Identifier.System.MRN, value=patient.mrn)
    store_number(row, taken=_("Another record has this record number."))


def _set_place(patient: Patient) -> None:
    """The region is filled in from the address where none stands; its division by the hospital's own table."""
    patient.region = patient.region or county_of(patient.address)
    patient.division_code = code_of(patient.region, patient.address)


def _set_name(patient: Patient, name: str) -> None:
    """The cleaned name with everything it is found by."""
    patient.name = clean_name(name)
    if not patient.name:
        raise RecordError("a person needs a name")
    for column, key in name_keys(patient.name)._asdict().items():
        setattr(patient, column, key)
