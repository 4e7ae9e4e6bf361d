"""A person as lists show one: masked, with clinical text only for clinical roles, and with tier, department and last
visit only for roles that see people's care.
"""

import datetime as dt
import uuid
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from django.utils import timezone
from django.utils.translation import pgettext

from accounts.actors import Actor
from patients.domain import masking
from patients.models import Patient


@dataclass(frozen=True, slots=True)
class PersonRow:
    """One row. `age` is None and texts are '' where nothing is known; `url` leads to the record."""

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
    kind: Any = ""
    category: Any = ""
    source: str = ""
    channel: Any = ""
    language: str = ""
    created_on: dt.date | None = None
    tags: str = ""
    url: str = ""

    @property
    def sex_and_age(self) -> str:
        """男 56, or what is known of it."""
        return f"{self.sex} {'' if self.age is None else self.age}"


_NO_CARE: dict[str, Any] = {
    **dict.fromkeys(("tier", "tier_words", "department", "diagnosis", "tags"), ""),
    "last_visit_on": None,
}


class _Words:
    """The words of codes in the reader's language, looked up once for all rows."""

    def __init__(self) -> None:
        self.sexes = {code: str(label) for code, label in Patient.Sex.choices if code != Patient.Sex.UNKNOWN}
        self.tiers = {code: str(label) for code, label in Patient.CareTier.choices}
        self.states = {code: str(label) for code, label in Patient.ContactState.choices}
        self.kinds = {code: str(label) for code, label in Patient.Kind.choices}
        self.categories = {code: str(label) for code, label in Patient.Category.choices}
        self.channels = {"": "", **{code: str(label) for code, label in Patient.Channel.choices}}


def person_rows(
    patients: Iterable[Patient],
    actor: Actor,
    today: dt.date,
    address: Callable[[uuid.UUID], str] | None = None,
    tags: Mapping[int, list[str]] | None = None,
) -> list[PersonRow]:
    """The rows of a list of people; `address` answers where the record of somebody is, `tags` who bears which."""
    words, rows = _Words(), []
    for patient in patients:
        row = _row(patient, actor.can("patients.clinical"), today, words, address)
        if tags:
            row = replace(row, tags=pgettext("between names", ", ").join(tags.get(patient.pk, ())))
        rows.append(row if actor.can("patients.care") else replace(row, **_NO_CARE))
    return rows


def _row(
    patient: Patient, clinical: bool, today: dt.date, words: _Words, address: Callable[[uuid.UUID], str] | None
) -> PersonRow:
    ended = not patient.may_be_contacted
    return PersonRow(
        public_id=patient.public_id,
        url=address(patient.public_id) if address else "",
        name=masking.mask_name(patient.name),
        sex=words.sexes.get(patient.sex, ""),
        age=patient.age_on(today),
        tier=patient.care_tier,
        tier_words=words.tiers.get(patient.care_tier, "") if patient.care_tier else "",
        department=patient.last_department.name if patient.last_department else "",
        diagnosis=patient.last_diagnosis_text if clinical else "",
        region=patient.region,
        phone=masking.mask_phone(patient.phone),
        record_number=masking.mask_number(patient.mrn),
        last_visit_on=patient.last_visit_on,
        state=patient.contact_state,
        state_words=words.states[patient.contact_state] if ended else "",
        tone="late" if patient.contact_state == "stopped" else "line",
        kind=words.kinds[patient.kind],
        category=words.categories[patient.category],
        source=patient.source,
        channel=words.channels[patient.preferred_channel],
        language=patient.preferred_language,
        created_on=timezone.localtime(patient.created_at).date() if patient.created_at else None,
    )


def sex_word(patient: Patient) -> Any:
    """男, 女, or nothing while the sex is not known."""
    return patient.get_sex_display() if patient.sex != Patient.Sex.UNKNOWN else ""
