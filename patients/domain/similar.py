"""Who may be meant already while somebody types a new record: a hint, never a refusal.

Three questions, each answered by an index: the same telephone number, the same name, the same given name with the same
birth date under another writing. Scores are only for the order of the hint; deciding that two records are one person
is the work of duplicates.
"""

import datetime as dt
from dataclasses import dataclass

from django.db.models import Q
from django.utils.translation import gettext as _

from accounts.actors import Actor
from accounts.audit import log_access
from patients.domain.names import clean_name, name_keys
from patients.domain.phones import normalise_phone
from patients.models import ContactPoint, Patient

SHOWN = 5
_LOOKED_AT = 50


@dataclass(frozen=True)
class Similar:
    """Somebody who may be meant, and what speaks for it."""

    patient: Patient
    reasons: list[str]


def similar_people(
    actor: Actor, *, name: str = "", birth_date: dt.date | None = None, phone: str = ""
) -> list[Similar]:
    """At most five people the actor may see who share the number, or the name and nothing that contradicts it; the
    likeliest first. Writes one row of the access log.
    """
    number, name = normalise_phone(phone), clean_name(name)
    found = {patient.pk: patient for patient in _candidates(actor, name, birth_date, number)}
    with_number = _owners(number, list(found)) if number else set()
    scored = [(_reasons(patient, name, birth_date, patient.pk in with_number), patient) for patient in found.values()]
    likely = sorted((item for item in scored if item[0]), key=lambda item: (-len(item[0]), -item[1].pk))[:SHOWN]
    log_access(actor, "search", [patient.pk for _reasons, patient in likely], page="similar")
    return [Similar(patient, reasons) for reasons, patient in likely]


def _candidates(actor: Actor, name: str, birth_date: dt.date | None, number: str) -> list[Patient]:
    condition = Q()
    if number:
        owners = ContactPoint.objects.filter(value=number).values_list("patient_id", flat=True)[:_LOOKED_AT]
        condition |= Q(pk__in=list(owners))
    if len(name) > 1:
        condition |= Q(name=name)
        if birth_date:
            condition |= Q(py_full=name_keys(name).py_full, birth_date=birth_date) & ~Q(py_full="")
    if not condition:
        return []
    rows = Patient.objects.visible_to(actor).exclude(contact_state="erased").filter(condition)
    return list(rows.order_by("-pk")[:_LOOKED_AT])


def _owners(number: str, ids: list[int]) -> set[int]:
    return set(ContactPoint.objects.filter(value=number, patient__in=ids).values_list("patient_id", flat=True))


def _reasons(patient: Patient, name: str, birth_date: dt.date | None, has_number: bool) -> list[str]:
    """What the two have in common. The same name alone, with another birth date and another number, is nothing."""
    same_birth = birth_date is not None and patient.birth_date == birth_date
    other_birth = birth_date is not None and patient.birth_date not in (None, birth_date)
    if not has_number and (other_birth or not name):
        return []
    found = [
        (patient.name == name, _("same name")),
        (patient.name != name and same_birth and not has_number, _("name sounds the same")),
        (same_birth, _("same birth date")),
        (has_number, _("same phone")),
    ]
    return [words for holds, words in found if holds]
