"""A person as lists show one: masked, with clinical text only for clinical roles."""

import datetime as dt
import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from accounts.actors import Actor
from patients.domain import masking
from patients.models import Patient


@dataclass(frozen=True)
class PersonRow:
    """One row. `age` is None and texts are '' where nothing is known."""

    public_id: uuid.UUID
    name: str
    sex: Any
    age: int | None
    tier: str
    tier_words: Any
    department: str
    diagnosis: str
    region: str
    phone: str
    record_number: str
    last_visit_on: dt.date | None
    state: str
    state_words: Any
    tone: str


def person_rows(patients: Iterable[Patient], actor: Actor, today: dt.date) -> list[PersonRow]:
    """The rows of a list of people."""
    clinical = actor.can("patients.clinical")
    return [_row(patient, clinical, today) for patient in patients]


def _row(patient: Patient, clinical: bool, today: dt.date) -> PersonRow:
    ended = not patient.may_be_contacted
    return PersonRow(
        public_id=patient.public_id,
        name=masking.mask_name(patient.name),
        sex=sex_word(patient),
        age=patient.age_on(today),
        tier=patient.care_tier,
        tier_words=patient.get_care_tier_display() if patient.care_tier else "",
        department=patient.last_department.name if patient.last_department else "",
        diagnosis=patient.last_diagnosis_text if clinical else "",
        region=patient.region,
        phone=masking.mask_phone(patient.phone),
        record_number=masking.mask_number(patient.mrn),
        last_visit_on=patient.last_visit_on,
        state=patient.contact_state,
        state_words=patient.get_contact_state_display() if ended else "",
        tone="late" if patient.contact_state == "stopped" else "line",
    )


def sex_word(patient: Patient) -> Any:
    """男, 女, or nothing while the sex is not known."""
    return patient.get_sex_display() if patient.sex != Patient.Sex.UNKNOWN else ""
