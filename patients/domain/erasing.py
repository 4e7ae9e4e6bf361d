"""A record is erased: whose it was can no longer be told, what the law and the figures need stays.

Each app says in its table what becomes of its rows (`patients.erasure`). Everything ends first, as by a refusal of all
contact. It cannot be taken back. Refused under legal hold, without a reason, and while a model without a rule has rows
of the person, so that nothing is forgotten by mistake.
"""

import datetime as dt
from typing import Any

from django.apps import apps
from django.db import IntegrityError, connection, transaction
from django.db.models import F, Func, Model, Value
from django.db.models.signals import post_delete
from django.utils.translation import gettext as _

from accounts.actors import Actor
from accounts.audit import record
from accounts.domain import answers
from patients import erasure, signals
from patients.domain.erased_numbers import keep_numbers
from patients.domain.holds import standing_hold
from patients.domain.staging import fetched
from patients.domain.uniting import person_relations
from patients.erasure_rules import CLEARED, NAME
from patients.models import DuplicateCandidate, Encounter, Patient


class EraseError(Exception):
    """Refused, with a sentence for the person who asked."""


def erase(patient: Patient, *, reason: str, actor: Actor | None, now: dt.datetime) -> Patient:
    """Erase a record for good; answers what is left of it."""
    try:
        with transaction.atomic():
            return _erased(patient, reason, actor, now)
    except IntegrityError as refusal:
        raise EraseError(_("The record could not be erased: something still needs it as it is.")) from refusal


def _erased(patient: Patient, reason: str, actor: Actor | None, now: dt.datetime) -> Patient:
    patient = Patient.objects.select_for_update().get(pk=patient.pk)
    if patient.contact_state == Patient.ContactState.ERASED:
        raise EraseError(_("This record has been erased."))
    if not reason.strip():
        raise EraseError(_("A reason is needed."))
    if standing_hold(patient, now=now):
        raise EraseError(_("This record is under legal hold."))
    if forgotten := without_rule(patient):
        raise EraseError(_("Nobody has said what becomes of: {names}").format(names=", ".join(forgotten)))
    signals.people_erased.send(sender=Patient, patient=patient, now=now)
    keep_numbers(patient, now=now)
    _empty(patient)
    for act in erasure.written_once:
        act(patient)
    answers.forget_person(patient.pk)
    counts = {f"{rule.model}.{rule.path}": _apply(rule, patient) for rule in erasure.rules.values()}
    Encounter.objects.filter(patient=patient).update(
        source_key=Func(Value("erased|"), F("id"), function="concat"), former_keys=None, source="erased"
    )
    DuplicateCandidate.objects.filter(left_id=patient.pk).delete()
    DuplicateCandidate.objects.filter(right_id=patient.pk).delete()
    record(
        "patients.person.erase", patient, actor=actor, reason=reason, rows={key: n for key, n in counts.items() if n}
    )
    return patient


def without_rule(patient: Patient) -> list[str]:
    """The kinds of rows that hang on this person and for which no app has said what becomes of them."""
    found = []
    for relation in person_relations():
        model, name = relation.related_model, relation.field.name
        known = (model._meta.label, name) in erasure.rules
        if not known and model._default_manager.filter(**{name: patient}).exists():
            found.append(f"{model._meta.label}.{name}")
    return found


def clear_consents(patient: Patient) -> None:
    """Consents are written once; the names of guardians in them are taken out by the database."""
    fetched("select patients_erase_consents(%s)", [patient.pk])


def _empty(patient: Patient) -> None:
    """The row itself: no name, no number, no text; of the birth date the year."""
    for name in CLEARED:
        setattr(patient, name, "")
    patient.name, patient.referrer = NAME, None
    if patient.birth_date:
        patient.birth_date = patient.birth_date.replace(month=1, day=1)
    patient.contact_state, patient.death_in_doubt_since = Patient.ContactState.ERASED, None
    patient.save()


def _apply(rule: erasure.Erasure, patient: Patient) -> int:
    """Do what one rule says; answers how many rows it concerned."""
    model: Any = apps.get_model(rule.model)
    rows = model._default_manager.filter(**{rule.path: patient})
    if rule.goes:
        return _delete(rows)
    if not rule.clears:
        return 0
    values = {name: value() if callable(value) else value for name, value in rule.clears.items()}
    return model._default_manager.filter(pk__in=list(rows.values_list("pk", flat=True))).update(**values)


def _delete(rows: Any) -> int:
    """Rows to which something hangs outside the database, a file, go one by one, so that it goes with them."""
    if not post_delete.has_listeners(rows.model):
        return rows._raw_delete(connection.alias)
    found: list[Model] = list(rows)
    for row in found:
        row.delete()
    return len(found)
