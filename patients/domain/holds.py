"""Legal hold: a record that a court, an authority or a dispute needs is neither erased nor binned nor purged."""

import datetime as dt

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.actors import Actor
from accounts.audit import record
from accounts.calendar import today
from patients.models import LegalHold, Patient


class HoldError(Exception):
    """Refused, with a sentence for the person who asked."""


def standing_hold(patient: Patient, *, now: dt.datetime) -> LegalHold | None:
    """The hold that stands on this record; None without."""
    holds = LegalHold.objects.standing(today(now=now)).filter(patient=patient)
    return holds.select_related("placed_by").first()


@transaction.atomic
def place_hold(
    patient: Patient, *, demanded_by: str, reason: str, until: dt.date | None, actor: Actor | None, now: dt.datetime
) -> LegalHold:
    """Keep a record as it is. Refused without a reason, for a day gone by, for an erased record, and where a hold
    stands already.
    """
    patient = Patient.objects.select_for_update().get(pk=patient.pk)
    if patient.contact_state == Patient.ContactState.ERASED:
        raise HoldError(_("This record has been erased."))
    if not demanded_by.strip() or not reason.strip():
        raise HoldError(_("Who demands it, and why?"))
    if until and until < today(now=now):
        raise HoldError(_("This day lies in the past."))
    if standing_hold(patient, now=now):
        raise HoldError(_("This record is under legal hold already."))
    run_out = LegalHold.objects.filter(patient=patient, lifted_at__isnull=True)
    run_out.update(lifted_at=now, lift_reason=_("run out"))
    hold = LegalHold.objects.create(
        patient=patient,
        demanded_by=demanded_by.strip(),
        reason=reason.strip(),
        until=until,
        placed_by=actor.staff if actor else None,
        placed_at=now,
    )
    record("patients.hold.place", patient, actor=actor, hold=hold.pk)
    return hold


@transaction.atomic
def lift_hold(patient: Patient, *, reason: str, actor: Actor | None, now: dt.datetime) -> LegalHold:
    """The record need not be kept any more. Refused without a hold and without a reason."""
    hold = standing_hold(Patient.objects.select_for_update().get(pk=patient.pk), now=now)
    if hold is None:
        raise HoldError(_("This record is not under legal hold."))
    if not reason.strip():
        raise HoldError(_("A reason is needed."))
    hold.lifted_at, hold.lift_reason = now, reason.strip()
    hold.lifted_by = actor.staff if actor else None
    hold.save(update_fields=["lifted_at", "lifted_by", "lift_reason"])
    record("patients.hold.lift", patient, actor=actor, hold=hold.pk, reason=reason)
    return hold
