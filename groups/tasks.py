"""Celery entry points of groups."""

from celery import shared_task
from django.utils import timezone

from accounts.models import Hospital
from groups.domain import contracts
from hospital_crm.tenancy.tasks import HospitalTask


@shared_task(base=HospitalTask, name="groups.remind_of_ends", ignore_result=True)
def remind_of_ends(hospital: Hospital) -> int:
    """Contracts about to end are put before their liaison, once each."""
    return contracts.remind_of_ends(now=timezone.now())
