"""A label set by hand: somebody who knows the person says otherwise than the rules, with a reason, until a day."""

import datetime as dt

from dateutil.relativedelta import relativedelta
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.actors import Actor
from accounts.audit import record
from accounts.calendar import today
from patients.domain import profiling
from patients.domain.classification import alone, classify, show_labels
from patients.models import Patient, PersonLabel
from patients.models.label_words import VALUES

LONGEST_MONTHS = 24


class LabelOverrideError(Exception):
    """Refused, with the reason."""


def last_day_allowed(day: dt.date) -> dt.date:
    """The last day somebody may set a label for."""
    return day + relativedelta(months=LONGEST_MONTHS)


@transaction.atomic
def set_by_hand(
    *, patient: Patient, axis: str, value: str, reason: str, until: dt.date, actor: Actor, now: dt.datetime
) -> PersonLabel:
    """From now to the end of that day the person is in this group or stage, or in none of the axis, whatever the rules
    say.

    Refuses: no right to change the record, somebody who died, was erased or refuses to be sorted, a group of another
    axis, no reason, a last day that is over or more than two years away.
    """
    day = today(now=now)
    if not actor.can("patients.edit"):
        raise LabelOverrideError(_("Your role does not allow this."))
    alone()
    patient = Patient.objects.select_for_update(no_key=True).get(pk=patient.pk)
    if patient.contact_state not in ("open", "stopped"):
        raise LabelOverrideError(_("The labels of this person stay as they are."))
    if profiling.refusing([patient.pk]):
        raise LabelOverrideError(_("The person refuses to be sorted into groups."))
    if axis not in VALUES or value not in ("", *VALUES[axis].values):
        raise LabelOverrideError(_("There is no such group or stage."))
    if not reason.strip():
        raise LabelOverrideError(_("Give the reason."))
    if not day <= until <= last_day_allowed(day):
        raise LabelOverrideError(_("The last day lies between today and two years from now."))
    held = PersonLabel.objects.current().filter(patient=patient, axis=axis).first()
    if held is not None:
        PersonLabel.objects.filter(pk=held.pk).end(now=now)
    made = PersonLabel.objects.create(
        patient=patient, axis=axis, value=value, previous=held.value if held else "", since_at=now, decided_at=now,
        by_hand=True, reason=reason.strip(), hand_until=until, set_by=actor.staff,
    )  # fmt: skip
    show_labels([patient.pk])
    before = {axis: held.value if held else ""}
    record("patients.label.set", patient, actor=actor, before=before, after={axis: value, "until": until.isoformat()})
    return made


@transaction.atomic
def give_back_to_rules(*, label: PersonLabel, actor: Actor, now: dt.datetime) -> None:
    """What was set by hand ends before its day, and the rules decide at once.

    Refuses: no right to change the record, a label that ended or that rules gave.
    """
    if not actor.can("patients.edit"):
        raise LabelOverrideError(_("Your role does not allow this."))
    alone()
    label = PersonLabel.objects.select_for_update().get(pk=label.pk)
    if not label.by_hand or label.until_at is not None:
        raise LabelOverrideError(_("This label was changed meanwhile."))
    PersonLabel.objects.filter(pk=label.pk).end(now=now)
    show_labels([label.patient_id])
    record("patients.label.give_back", label.patient, actor=actor, before={label.axis: label.value})
    classify(patient_ids=[label.patient_id], now=now)
