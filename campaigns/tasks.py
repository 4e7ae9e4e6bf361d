"""What workers do for campaigns. Running any of these twice is harmless."""

from celery import shared_task
from django.utils import timezone

from accounts.models import Hospital
from campaigns.domain import effect, occasions, running, watching
from campaigns.models import Campaign
from hospital_crm.tenancy.queue import queue_on_commit
from hospital_crm.tenancy.tasks import HospitalTask


@shared_task(base=HospitalTask, name="campaigns.work_off")
def work_off(hospital: Hospital) -> None:
    """Starts what is due, one task for each; feeds and watches what runs; keeps what came of them, once a day."""
    now = timezone.now()
    running.keep_still(now=now)
    for campaign_id in running.due_to_start(now):
        queue_on_commit("campaigns.start", campaign_id, queue="bulk")
    for campaign_id in effect.due(now):
        queue_on_commit("campaigns.keep_effect", campaign_id, queue="bulk")
    for campaign_id in Campaign.objects.filter(state=Campaign.State.RUNNING).values_list("pk", flat=True):
        queue_on_commit("campaigns.feed", campaign_id, queue="bulk")


@shared_task(base=HospitalTask, name="campaigns.start")
def start(hospital: Hospital, campaign_id: int) -> None:
    """Starts a campaign whose time has come."""
    running.start(campaign_id, now=timezone.now())


@shared_task(base=HospitalTask, name="campaigns.feed")
def feed(hospital: Hospital, campaign_id: int) -> None:
    """Whom a campaign that stands greets today, and the next messages; goes to the end of the queue for the rest."""
    now = timezone.now()
    occasions.greet(campaign_id, now=now)
    if not watching.pause_unwanted(campaign_id, now=now) and running.feed(campaign_id, now=now):
        queue_on_commit("campaigns.feed", campaign_id, queue="bulk")


@shared_task(base=HospitalTask, name="campaigns.keep_effect")
def keep_effect(hospital: Hospital, campaign_id: int) -> None:
    """What people have done since a campaign wrote to them."""
    effect.keep(campaign_id, now=timezone.now())
