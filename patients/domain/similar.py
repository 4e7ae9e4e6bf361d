"""Who may be meant already by a new record: a hint while somebody types, a question to a program that enters one.

Four questions, each answered by an index: the same telephone number, the same identity number, the same name, the same
given name with the same birth date under another writing. Scores are only for the order of the hint; deciding that two
records are one person is the work of duplicates.
"""

import datetime as dt
from dataclasses import dataclass

from django.db.models import Q
from django.utils.translation import gettext as _

from accounts.actors import Actor
from accounts.audit import log_access
from hospital_crm.crypto import whole_hash
from patients.domain.identity_numbers import read_identity_number
from patients.domain.names import clean_name, name_keys
from patients.domain.phones import normalise_phone
from patients.models import ContactPoint, Identifier, Patient

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
    """`likely_meant` as a hint on a page. Writes one row of the access log."""
    likely = likely_meant(actor, name=name, birth_date=birth_date, phone=phone)
    log_access(actor, "search", [one.patient.pk for one in likely], page="similar")
    return likely


def likely_meant(
    actor: Actor, *, name: str = "", birth_date: dt.date | None = None, phone: str = "", identity_number: str = ""
) -> list[Similar]:
    """At most five people the actor may see who share a number, or the name and nothing that contradicts it; the
    likeliest first. Whoever asks writes the access log.
    """
    number, name = normalise_phone(phone), clean_name(name)
    with_paper = _with_identity(read_identity_number(identity_number).number)
    found = {patient.pk: patient for patient in _candidates(actor, name, birth_date, number, with_paper)}
    with_number = _owners(number, list(found)) if number else set()
    scored = [
        (_reasons(patient, name, birth_date, patient.pk in with_number, patient.pk in with_paper), patient)
        for patient in found.values()
    ]
    likely = sorted((item for item in scored if item[0]), key=lambda item: (-len(item[0]), -item[1].pk))[:SHOWN]
    return [Similar(patient, reasons) for reasons, patient in likely]


def _with_identity(number: str) -> set[int]:
    if not number:
        return set()
    rows = Identifier.objects.filter(~Q(value_hash=""), value_hash=whole_hash(number))
    return set(rows.values_list("patient_id", flat=True))


def _candidates(
    actor: Actor, name: str, birth_date: dt.date | None, number: str, with_paper: set[int]
) -> list[Patient]:
    condition = Q(pk__in=with_paper) if with_paper else Q()
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


def _reasons(patient: Patient, name: str, birth_date: dt.date | None, has_number: bool, has_paper: bool) -> list[str]:
    """What the two have in common. The same name alone, with another birth date and another number, is nothing."""
    same_birth = birth_date is not None and patient.birth_date == birth_date
    other_birth = birth_date is not None and patient.birth_date not in (None, birth_date)
    if not (has_number or has_paper) and (other_birth or not name):
        return []
    found = [
        (patient.name == name, _("same name")),
        (patient.name != name and same_birth and not (has_number or has_paper), _("name sounds the same")),
        (same_birth, _("same birth date")),
        (has_number, _("same phone")),
        (has_paper, _("same identity number")),
    ]
    return [words for holds, words in found if holds]
