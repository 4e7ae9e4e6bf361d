"""The one-stop sheet of a member's visit day: made with the usual steps, changed, ticked by those who look after."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from accounts.actors import Actor
from accounts.audit import record
from accounts.calendar import today
from patients.domain.memberships import MembershipError, check_is_there, may_look_after
from patients.models import Membership, Patient, VisitSheet, VisitStep

USUAL = (VisitStep.Kind.REGISTRATION, VisitStep.Kind.TESTS, VisitStep.Kind.PHARMACY, VisitStep.Kind.PAYMENT)
MOST_STEPS = 20
_FIELDS = ("kind", "title", "place", "companion", "planned_at")


@transaction.atomic
def make_sheet(membership: Membership, *, day: dt.date, note: str = "", actor: Actor, now: dt.datetime) -> VisitSheet:
    """A sheet with registration, tests, pharmacy and payment, each with the named contact beside the person.

    Refused for who does not look after the member, for somebody who died, for a day outside of the membership, and for
    a second sheet a day. Whoever ends the membership at the same moment comes before or after.
    """
    membership = Membership.objects.select_for_update().get(pk=membership.pk)
    _may(membership, actor)
    check_is_there(Patient.objects.get(pk=membership.patient_id))
    if not membership.is_running_on(day):
        raise MembershipError(_("The membership does not run on that day."))
    sheet = VisitSheet(membership=membership, day=day, note=note.strip(), made_by=actor.staff, made_at=now)
    try:
        with transaction.atomic():
            sheet.save()
    except IntegrityError as refusal:
        raise MembershipError(_("There is a sheet for that day already.")) from refusal
    VisitStep.objects.bulk_create(
        VisitStep(sheet=sheet, rank=rank, kind=kind, companion_id=membership.contact_id)
        for rank, kind in enumerate(USUAL, start=1)
    )
    record("patients.visit_sheet.make", membership.patient, actor=actor, after={"day": str(day)}, sheet=sheet.pk)
    return sheet


@transaction.atomic
def add_step(sheet: VisitSheet, values: Mapping[str, Any], *, actor: Actor) -> VisitStep:
    """One more step at the end. Refused as `make_sheet` is, and beyond twenty steps."""
    sheet = VisitSheet.objects.select_for_update().get(pk=sheet.pk)
    _may(sheet.membership, actor)
    ranks = list(sheet.steps.values_list("rank", flat=True))
    if len(ranks) >= MOST_STEPS:
        raise MembershipError(_("A sheet has twenty steps at most."))
    step = VisitStep(sheet=sheet, rank=max(ranks, default=0) + 1)
    return _keep(step, values, "patients.visit_sheet.add_step", actor)


@transaction.atomic
def change_step(step: VisitStep, values: Mapping[str, Any], *, actor: Actor) -> VisitStep:
    """Another place, time or companion. Refused for a step that is done."""
    step = _held(step, actor)
    if step.state == VisitStep.State.DONE:
        raise MembershipError(_("This step is done."))
    return _keep(step, values, "patients.visit_sheet.change_step", actor)


def _keep(step: VisitStep, values: Mapping[str, Any], verb: str, actor: Actor) -> VisitStep:
    if values["kind"] == VisitStep.Kind.OTHER and not values["title"].strip():
        raise MembershipError(_("Say what the step is."))
    companion = values["companion"]
    if companion is not None and not companion.is_active:
        raise MembershipError(_("%(name)s does not work here any more.") % {"name": companion})
    for name in _FIELDS:
        setattr(step, name, values[name])
    step.save()
    record(verb, step.sheet.membership.patient, actor=actor, sheet=step.sheet_id, step=step.pk)
    return step


@transaction.atomic
def tick_step(step: VisitStep, *, actor: Actor, now: dt.datetime) -> VisitStep:
    """The step is done. Done already: nothing more. Refused before the day of the visit."""
    step = _held(step, actor)
    if step.sheet.day > today(now=now):
        raise MembershipError(_("The day of the visit is still to come."))
    if step.state != VisitStep.State.DONE:
        step.state, step.done_at, step.done_by, step.skip_reason = VisitStep.State.DONE, now, actor.staff, ""
        _told(step, "patients.visit_sheet.tick", actor)
    return step


@transaction.atomic
def skip_step(step: VisitStep, *, reason: str, actor: Actor) -> VisitStep:
    """The step is not needed. Refused without a reason, and for one that is done."""
    step = _held(step, actor)
    if not reason.strip():
        raise MembershipError(_("A reason is needed."))
    if step.state == VisitStep.State.DONE:
        raise MembershipError(_("This step is done."))
    step.state, step.skip_reason = VisitStep.State.SKIPPED, reason.strip()
    _told(step, "patients.visit_sheet.skip", actor)
    return step


@transaction.atomic
def reopen_step(step: VisitStep, *, actor: Actor) -> VisitStep:
    """A step ticked or skipped by mistake is planned again."""
    step = _held(step, actor)
    if step.state != VisitStep.State.PLANNED:
        step.state, step.done_at, step.done_by, step.skip_reason = VisitStep.State.PLANNED, None, None, ""
        _told(step, "patients.visit_sheet.reopen", actor)
    return step


def _told(step: VisitStep, verb: str, actor: Actor) -> None:
    step.save(update_fields=["state", "done_at", "done_by", "skip_reason"])
    record(verb, step.sheet.membership.patient, actor=actor, sheet=step.sheet_id, step=step.pk)


def _held(step: VisitStep, actor: Actor) -> VisitStep:
    """The step, locked, if the actor looks after the member."""
    step = VisitStep.objects.select_for_update(of=("self",)).select_related("sheet__membership").get(pk=step.pk)
    _may(step.sheet.membership, actor)
    return step


def _may(membership: Membership, actor: Actor) -> None:
    if not may_look_after(membership, actor):
        raise MembershipError(_("Only the named contact, the deputy and who grants memberships do this."))
