"""The end of contact: stopped by the person, or by death. Both stop everything at once; a death is confirmed by a
second person.
"""

import datetime as dt
from collections.abc import Collection, Mapping
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.actors import Actor
from accounts.audit import record, record_each
from accounts.calendar import today
from patients import signals
from patients.domain.tasks import drop_of_the_dead
from patients.models import ContactStop, Patient


class LifeError(Exception):
    """Refused, with a sentence for the person who asked."""


class DeathDayImpossible(LifeError):
    """On this day the person cannot have died."""


@transaction.atomic
def report_death(
    patient: Patient, *, source: str, deceased_on: dt.date | None, actor: Actor | None, now: dt.datetime
) -> Patient:
    """Somebody heard that the person died: everything stops at once, before anybody confirms it.

    `source`: his, family, staff, other. Refused for somebody already reported dead, for an erased record, and for a
    day in the future or before the birth.
    """
    patient = _locked(patient)
    if patient.is_deceased:
        raise LifeError(_("This death has already been reported."))
    if patient.contact_state == Patient.ContactState.ERASED:
        raise LifeError(_("This record has been erased."))
    if deceased_on and deceased_on > today(now=now):
        raise DeathDayImpossible(_("The day of death lies in the future."))
    if deceased_on and (deceased_on < (patient.birth_date or deceased_on) or deceased_on.year < _EARLIEST_YEAR):
        raise DeathDayImpossible(_("The day of death lies before the birth."))
    _end_by_death([patient], {patient.pk: deceased_on}, source=source, actor=actor, now=now)
    return patient


@transaction.atomic
def report_deaths(deaths: Mapping[int, dt.date | None], *, source: str, now: dt.datetime) -> None:
    """As `report_death`, for all of whom a feed says so at once: person → day of death, None where it is not said.

    People already reported dead and erased records stay as they are. Refused for a day in the future.
    """
    if any(day and day > today(now=now) for day in deaths.values()):
        raise LifeError(_("The day of death lies in the future."))
    ended = (Patient.ContactState.DECEASED, Patient.ContactState.ERASED)
    living = Patient.objects.filter(pk__in=deaths).exclude(contact_state__in=ended)
    _end_by_death(list(living.order_by("pk").select_for_update()), deaths, source=source, actor=None, now=now)


def _end_by_death(
    patients: list[Patient],
    days: Mapping[int, dt.date | None],
    *,
    source: str,
    actor: Actor | None,
    now: dt.datetime,
) -> None:
    """Writes the death of people whose rows are held; one event for each of them."""
    if not patients:
        return
    before = {patient.pk: {"contact_state": patient.contact_state} for patient in patients}
    for patient in patients:
        patient.contact_state = Patient.ContactState.DECEASED
        patient.deceased_on, patient.deceased_source = days[patient.pk], source
        patient.death_reported_by = actor.staff if actor else None
        patient.death_reported_at, patient.death_in_doubt_since = now, None
    Patient.objects.bulk_update(patients, [*_DEATH_FIELDS, "contact_state", "death_in_doubt_since"])
    record_each("patients.death.report", patients, actor=actor, before=before, after={"source": source})
    drop_of_the_dead(patients, now=now)
    signals.people_deceased.send(sender=Patient, patients=patients, now=now)


@transaction.atomic
def confirm_death(patient: Patient, *, actor: Actor, now: dt.datetime) -> Patient:
    """A second person confirms a reported death. Refused for the one who reported it, and when it was confirmed or
    withdrawn meanwhile.
    """
    patient = _locked(patient)
    _awaiting(patient)
    _second_person(patient, actor)
    patient.death_confirmed_by, patient.death_confirmed_at = actor.staff, now
    patient.save(update_fields=["death_confirmed_by", "death_confirmed_at"])
    record("patients.death.confirm", patient, actor=actor)
    return patient


@transaction.atomic
def withdraw_death(patient: Patient, *, reason: str, actor: Actor, now: dt.datetime) -> Patient:
    """A second person finds that the report was an error. Only before confirmation, never by the one who reported,
    with a reason.

    A stop of contact that stood before the report stands again.
    """
    patient = _locked(patient)
    _awaiting(patient)
    _second_person(patient, actor)
    if not reason.strip():
        raise LifeError(_("A reason is needed."))
    _live_again(patient, actor=actor, now=now, reason=reason)
    return patient


@transaction.atomic
def take_back_deaths(patient_ids: Collection[int], *, source: str, now: dt.datetime) -> list[int]:
    """Whoever said these deaths was mistaken and takes them back; answers whose. What somebody has confirmed, or
    another said, stays.
    """
    dead = Patient.objects.filter(pk__in=patient_ids, contact_state=Patient.ContactState.DECEASED)
    said = dead.filter(deceased_source=source, death_confirmed_at__isnull=True).order_by("pk")
    people = list(said.select_for_update())
    for patient in people:
        _live_again(patient, actor=None, now=now, source=source)
    return [patient.pk for patient in people]


def _live_again(patient: Patient, *, actor: Actor | None, now: dt.datetime, **detail: Any) -> None:
    stopped = ContactStop.objects.filter(patient=patient, lifted_at__isnull=True).exists()
    patient.contact_state = Patient.ContactState.STOPPED if stopped else Patient.ContactState.OPEN
    patient.deceased_on, patient.deceased_source = None, ""
    patient.death_reported_by = patient.death_reported_at = None
    patient.save(update_fields=[*_DEATH_FIELDS, "contact_state"])
    record("patients.death.withdraw", patient, actor=actor, after={"contact_state": patient.contact_state}, **detail)
    signals.death_withdrawn.send(sender=Patient, patient=patient, now=now)


@transaction.atomic
def doubt_death(patient: Patient, *, now: dt.datetime) -> bool:
    """Another record that may be this person says death: nobody calls until it is decided who died.

    Answers whether anything changed; a dead or erased person is in no doubt.
    """
    patient = _locked(patient)
    if patient.contact_state in ("deceased", "erased") or patient.death_in_doubt_since is not None:
        return False
    patient.death_in_doubt_since = now
    patient.save(update_fields=["death_in_doubt_since"])
    record("patients.death.doubt", patient)
    signals.death_doubted.send(sender=Patient, patient=patient, now=now)
    return True


@transaction.atomic
def doubt_contradicted(said: Mapping[int, dt.date], *, now: dt.datetime) -> None:
    """What a source says of these people contradicts itself about their death: nobody calls until somebody decides.

    `said`: person → the day of which it is said. Whoever was found alive since that day is in no doubt again.
    """
    for patient in Patient.objects.filter(pk__in=said).order_by("pk"):
        denied_at = patient.death_reported_at
        if (denied_at is None or today(now=denied_at) < said[patient.pk]) and doubt_death(patient, now=now):
            Patient.objects.filter(pk=patient.pk).update(death_reported_at=now)


@transaction.atomic
def find_alive(patient: Patient, *, reason: str, actor: Actor, now: dt.datetime) -> Patient:
    """Somebody made sure that the person lives whose death a source said and denied. Refused without a reason, and
    where no such doubt stands any more.
    """
    patient = _locked(patient)
    if not patient.death_is_contradicted:
        raise LifeError(_("No death is in doubt."))
    if not reason.strip():
        raise LifeError(_("A reason is needed."))
    patient.death_reported_at = now
    patient.save(update_fields=["death_reported_at"])
    record("patients.death.deny", patient, actor=actor, reason=reason)
    settle_doubt(patient, now=now)
    return patient


@transaction.atomic
def settle_doubt(patient: Patient, *, now: dt.datetime) -> bool:
    """It was decided who died. Answers whether there was a doubt."""
    patient = _locked(patient)
    if patient.death_in_doubt_since is None:
        return False
    patient.death_in_doubt_since = None
    patient.save(update_fields=["death_in_doubt_since"])
    record("patients.death.settle", patient)
    signals.doubt_settled.send(sender=Patient, patient=patient, now=now)
    return True


@transaction.atomic
def stop_contact(
    patient: Patient, *, words: str, actor: Actor | None, now: dt.datetime, asked_by: str = "self", proof: str = ""
) -> ContactStop:
    """The person refuses all contact for good; only safety contact remains. Refused unless the person may be
    contacted.
    """
    patient = _locked(patient)
    if not patient.may_be_contacted:
        raise LifeError(_("Contact with this person has already ended."))
    if not words.strip():
        raise LifeError(_("Write down what was said."))
    stop = ContactStop.objects.create(
        patient=patient,
        asked_by=asked_by,
        words=words.strip(),
        proof=proof.strip(),
        recorded_by=actor.staff if actor else None,
        recorded_at=now,
    )
    patient.contact_state = Patient.ContactState.STOPPED
    patient.save(update_fields=["contact_state"])
    record("patients.contact.stop", patient, actor=actor, asked_by=asked_by)
    signals.contact_stopped.send(sender=Patient, patient=patient)
    return stop


@transaction.atomic
def resume_contact(patient: Patient, *, reason: str, actor: Actor, now: dt.datetime) -> Patient:
    """The person allows contact again. Refused unless contact is stopped, and without a reason."""
    patient = _locked(patient)
    if patient.contact_state != Patient.ContactState.STOPPED:
        raise LifeError(_("Contact with this person is not stopped."))
    if not reason.strip():
        raise LifeError(_("A reason is needed."))
    ContactStop.objects.filter(patient=patient, lifted_at__isnull=True).update(
        lifted_at=now, lifted_by=actor.staff, lift_reason=reason.strip()
    )
    patient.contact_state = Patient.ContactState.OPEN
    patient.save(update_fields=["contact_state"])
    record("patients.contact.resume", patient, actor=actor, reason=reason)
    signals.contact_resumed.send(sender=Patient, patient=patient, now=now)
    return patient


# nobody on record was born before, whether the birth date is known or not
_EARLIEST_YEAR = 1880
_DEATH_FIELDS = ("deceased_on", "deceased_source", "death_reported_by", "death_reported_at")


def _locked(patient: Patient) -> Patient:
    """The row as it is, held until the end of the transaction: two people act one after the other."""
    return Patient.objects.select_for_update().get(pk=patient.pk)


def _awaiting(patient: Patient) -> None:
    if not patient.is_deceased:
        raise LifeError(_("No death is reported."))
    if patient.death_confirmed_at is not None:
        raise LifeError(_("This death has already been confirmed."))


def _second_person(patient: Patient, actor: Actor) -> None:
    if patient.death_reported_by_id == actor.staff.pk:
        raise LifeError(_("A second person decides: whoever reported the death cannot."))
