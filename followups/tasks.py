"""Celery entry points of follow-up."""

from celery import shared_task
from django.utils import timezone

from accounts.models import Hospital
from followups.domain import calendar_days, dispatch, escalation, planning, samples, wards
from hospital_crm.tenancy.scope import hospital_scope
from hospital_crm.tenancy.tasks import HospitalTask


@shared_task(base=HospitalTask, own_scope=True, name="followups.plan")
def plan(hospital: Hospital) -> None:
    """Plans what waits at the hospital: nightly, and whenever somebody asks."""
    planning.plan_hospital(hospital, now=timezone.now())


@shared_task(base=HospitalTask, own_scope=True, name="followups.plan_stays")
def plan_stays(hospital: Hospital, encounter_ids: list[int]) -> None:
    """Plans these stays."""
    with hospital_scope(hospital):
        planning.plan(encounter_ids=encounter_ids, now=timezone.now())


@shared_task(base=HospitalTask, own_scope=True, name="followups.plan_past")
def plan_past(hospital: Hospital, encounter_ids: list[int]) -> None:
    """Plans these stays with what is over, because somebody asked for it."""
    with hospital_scope(hospital):
        planning.plan(encounter_ids=encounter_ids, now=timezone.now(), with_past=True)


@shared_task(base=HospitalTask, name="followups.follow_calendar")
def follow_calendar(hospital: Hospital) -> None:
    """Due days follow the working days: nightly, and whenever the hospital enters a day."""
    calendar_days.follow_calendar(now=timezone.now())


@shared_task(base=HospitalTask, name="followups.escalate")
def escalate(hospital: Hospital) -> None:
    """Makes late orders of the hospital heard."""
    escalation.escalate(now=timezone.now())


@shared_task(base=HospitalTask, name="followups.sample")
def sample(hospital: Hospital) -> None:
    """Draws the sample of the month that goes on, and the rest of the one before."""
    samples.draw_due(now=timezone.now())


@shared_task(base=HospitalTask, name="followups.take_back_visits")
def take_back_visits(hospital: Hospital) -> None:
    """Takes back home visits that no station of the person holds any more, in the nightly run."""
    dispatch.take_back_visits(actor=None, now=timezone.now())


@shared_task(base=HospitalTask, name="followups.take_back")
def take_back(hospital: Hospital) -> None:
    """Takes back orders whose holder can no longer do them: nightly, and whenever that may have come about. Before
    that orders have the ward that is known by now.
    """
    wards.fill()
    dispatch.take_back(actor=None, now=timezone.now())
