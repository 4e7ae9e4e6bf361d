"""What the identity card and the cards beside the timeline show of a person."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from accounts.calendar import today
from hospital_crm.shell import wording
from patients.domain import masking
from patients.domain.field_rules import Reader
from patients.domain.health_told import health_told
from patients.domain.rows import sex_word
from patients.domain.unmasking import masked_identity, masked_number
from patients.domain.visibility import Sight
from patients.models import ContactPoint, Identifier, Patient, Relation
from patients.models.querysets import held_on


@dataclass(frozen=True)
class Shown:
    """One field: what stands there, what it is called in the unmask address ('' = nothing to unmask), whether it is
    in full.
    """

    value: str
    field: str = ""
    is_full: bool = False
    tel: bool = False


class IdentityCard:
    """The header: name, sex and age, phone, identity number, record number. Asks the database for nothing.

    `patient.identity_sealed` is the encrypted identity number, read with the person (`PatientQuerySet.with_identity`).
    """

    def __init__(self, patient: Any, sight: Sight, day: dt.date) -> None:
        self.patient = patient
        self.sight = sight
        self.sex = sex_word(patient)
        self.age = patient.age_on(day)

    @property
    def name(self) -> Shown:
        """In full only for whoever holds open work."""
        if self.sight.numbers:
            return Shown(self.patient.name, is_full=True)
        return Shown(masking.mask_name(self.patient.name), "name")

    @property
    def phone(self) -> Shown | None:
        """The number to try first; in full, with a call link, for whoever holds open work."""
        if not self.patient.phone:
            return None
        if self.sight.numbers:
            return Shown(self.patient.phone, is_full=True, tel=True)
        return Shown(masking.mask_phone(self.patient.phone), "phone")

    @property
    def identity(self) -> Shown | None:
        """Identity number, never in full without the dialog."""
        sealed = self.patient.identity_sealed
        return Shown(masked_identity(sealed), "identity") if sealed else None

    @property
    def record_number(self) -> Shown | None:
        """The number wards and records use."""
        return Shown(masking.mask_number(self.patient.mrn), "mrn") if self.patient.mrn else None


def reach_of(patient: Patient, sight: Sight) -> dict[str, Any]:
    """Contact points and relations that hold today, as the card shows them."""
    day = today()
    points = ContactPoint.objects.filter(held_on(day), patient=patient).order_by("rank", "id")
    relations = Relation.objects.filter(held_on(day), patient=patient).order_by("-is_guardian", "id")
    return {
        "points": [_reach_point(point, sight) for point in points],
        "relations": [_reach_relation(relation, sight) for relation in relations],
    }


def _reach_point(point: ContactPoint, sight: Sight) -> dict[str, Any]:
    return {
        "shown": _point(point, sight),
        "owner": point.whose or _("own"),
        "system": point.get_system_display(),
        "purpose": point.get_purpose_display(),
        "until": point.valid_until,
        "state": point.get_number_state_display() if point.number_state != "unchecked" else "",
        "is_dead": point.number_state in ContactPoint.UNUSABLE,
    }


def _reach_relation(relation: Relation, sight: Sight) -> dict[str, Any]:
    phone = Shown(masking.mask_phone(relation.phone), f"relation-{relation.pk}") if relation.phone else None
    return {
        "kind": relation.kind,
        "name": relation.name if sight.numbers else masking.mask_name(relation.name),
        "phone": phone,
        "may_be_told": relation.get_may_be_told_display(),
        "is_guardian": relation.is_guardian,
        "until": relation.valid_until,
    }


def _point(point: ContactPoint, sight: Sight) -> Shown:
    if sight.numbers and point.may_be_dialled:
        return Shown(point.value, is_full=True, tel=True)
    return Shown(masking.mask_contact(point.system, point.value), f"phone-{point.pk}")


_LIFE = (
    *("kind", "category", "birth_date", "education", "marital_status", "occupation", "insurance_type"),
    *("hobbies", "source", "referrer"),
)
_WAY = ("preferred_channel", "preferred_hours", "preferred_language", "region", "address")
_HEALTH = ("allergies", "chronic_diseases", "past_history", "family_history", "current_medicines", "habits")


def record_groups(patient: Patient, reader: Reader) -> dict[str, Any]:
    """Identifiers and the fields that hold something and that this reader sees, by subject."""
    numbers = Identifier.objects.filter(patient=patient).order_by("-is_active", "id")
    groups = [(_("Life"), _LIFE), (_("Contact"), _WAY), (_("Health"), _HEALTH)]
    filled = [(words, _filled(patient, names, reader)) for words, names in groups]
    if reader.sees("diagnosis"):
        filled[-1][1].extend(_told(patient))
    return {
        "identifiers": [
            {
                "label": number.get_system_display(),
                "shown": Shown(masked_number(number), f"identifier-{number.pk}"),
                "is_old": not number.is_active,
                "valid_until": number.valid_until,
            }
            for number in numbers
        ],
        "groups": [(words, fields) for words, fields in filled if fields],
    }


def _told(patient: Patient) -> list[tuple[Any, str]]:
    """What visits and checks told, in lines."""
    medicines, findings = health_told(patient, today())
    told = ((_("medicines taken home"), medicines), (_("abnormal at the last check"), findings))
    return [(label, "\n".join(lines)) for label, lines in told if lines]


def _filled(patient: Patient, names: tuple[str, ...], reader: Reader) -> list[tuple[Any, str]]:
    fields = []
    for name in filter(reader.sees, names):
        value = _value(patient, name)
        if value:
            fields.append((patient._meta.get_field(name).verbose_name, value))
    return fields


def _value(patient: Patient, name: str) -> Any:
    """A field in words; what tells who somebody is stays masked here, whoever reads."""
    if name == "address":
        return masking.mask_address(patient.address)
    if name == "referrer":
        return masking.mask_name(patient.referrer.name) if patient.referrer else ""
    if name == "birth_date":
        return wording.in_full(patient.birth_date) if patient.birth_date else ""
    display = getattr(patient, f"get_{name}_display", None)
    return display() if display else getattr(patient, name)
