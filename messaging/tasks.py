"""What workers do for messages. Running any of these twice is harmless."""

from celery import shared_task
from django.core.cache import cache
from django.utils import timezone

from accounts.models import Hospital
from hospital_crm.tenancy.queue import send
from hospital_crm.tenancy.tasks import HospitalTask
from messaging.domain import digests, dispatch, gateway_accounts, mailboxes, planning, recording, sender_checks
from messaging.models import Urgency

# While one turn of a hospital waits in the queue, no second one is put there.
_WAITS_SECONDS = 30


@shared_task(base=HospitalTask, name="messaging.send_due", own_scope=True)
def send_due(hospital: Hospital, urgency: int | None = None) -> None:
    """One short turn of a hospital: of one urgency, or the urgent first of all. What is left goes to the end of the
    queue, so that hospitals take turns; of a backlog at once, so that every worker takes part.
    """
    if urgency is None:
        cache.delete(_turn_of(hospital))
    asked = list(Urgency) if urgency is None else [urgency]
    if dispatch.send_due(hospital, urgencies=asked, call_help=lambda: _queue_turn(hospital)):
        _queue_turn(hospital)


def _turn_of(hospital: Hospital) -> str:
    return f"messaging.turn:{hospital.pk}"


def _queue_turn(hospital: Hospital) -> None:
    if cache.add(_turn_of(hospital), 1, _WAITS_SECONDS):
        send("messaging.send_due", hospital.pk)


@shared_task(base=HospitalTask, name="messaging.settle_interrupted")
def settle_interrupted(hospital: Hospital) -> int:
    """What a dead worker had claimed, and left no journal of, becomes unknown."""
    return recording.settle_interrupted(now=timezone.now())


@shared_task(base=HospitalTask, name="messaging.morning_digest")
def morning_digest(hospital: Hospital) -> int | None:
    """Today's digests, where their hour has come."""
    return digests.make_digests(now=timezone.now())


@shared_task(base=HospitalTask, name="messaging.plan_contacts")
def plan_contacts(hospital: Hospital, everybody: bool = False) -> int:
    """Contacts of people of whom several apps want something: moved, merged or left out."""
    return planning.plan_contacts(now=timezone.now(), everybody=everybody)


@shared_task(base=HospitalTask, name="messaging.try_gateway", own_scope=True)
def try_gateway(hospital: Hospital, trial_id: int) -> None:
    """A test message of an account goes out."""
    gateway_accounts.run_trial(hospital, trial_id)


@shared_task(base=HospitalTask, name="messaging.check_sender", own_scope=True)
def check_sender(hospital: Hospital, check_id: int) -> None:
    """The names of a sender are asked for."""
    sender_checks.run(hospital, check_id)


@shared_task(base=HospitalTask, name="messaging.fetch_mail", own_scope=True)
def fetch_mail(hospital: Hospital) -> int:
    """Mails that came back are fetched from the mailboxes of the hospital's accounts."""
    return mailboxes.fetch(hospital)
