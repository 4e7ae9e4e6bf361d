"""Whether a person may be followed up now: the one question before a call, a return, or a run that opens again.

The dead, the erased and those who refused are not called, those who refused but for safety; nobody calls into a stay,
nor in a run that ended early.
"""

import datetime as dt

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef, QuerySet

from followups.domain import refusals
from followups.models import FollowUpOrder, FollowUpRun
from patients.models import Encounter, Patient

_Closed = FollowUpRun.Closed


def hold(order: FollowUpOrder) -> tuple[FollowUpOrder, Patient]:
    """The order as it is and its person, locked: the person first, as whoever plans or reports a death does.

    Refuses an order whose person was united with another, or removed, since it was read.
    """
    patient = Patient.objects.select_for_update(no_key=True).filter(pk=order.patient_id).first()
    rows = FollowUpOrder.objects.select_for_update(no_key=True, of=("self",)).select_related("run", "step")
    found = rows.filter(pk=order.pk).first()
    if patient is None or found is None or found.patient_id != patient.pk:
        raise refusals.OrderChanged
    return found, patient


def check_person(patient: Patient, *, is_safety: bool = False) -> None:
    """Refuses the dead, the erased, those who refused all contact unless it is for safety, and those who may have
    died.
    """
    if patient.contact_state in (Patient.ContactState.DECEASED, Patient.ContactState.ERASED):
        raise refusals.PersonIsDead
    is_stopped = patient.contact_state == Patient.ContactState.STOPPED
    if not (patient.may_be_contacted or is_stopped and is_safety):
        raise refusals.ContactIsStopped
    if patient.death_in_doubt_since is not None:
        raise refusals.DeathInDoubt


def check_run(run: FollowUpRun, *, today: dt.date) -> None:
    """Refuses a run on hold or while its person is in hospital again, and one that ended before its steps were done."""
    if run.state == FollowUpRun.State.SUSPENDED or is_in_house(run, today=today):
        raise refusals.FollowUpOnHold
    if run.state == FollowUpRun.State.CLOSED and (run.closed_reason != _Closed.FINISHED or has_rival(run)):
        raise refusals.FollowUpHasEnded


def later_stays(*, today: dt.date) -> QuerySet:
    """Of a run: the stays into which its person was admitted after the discharge and which have not ended, the last one
    first; without those over which somebody let the run go on.
    """
    stays = Encounter.objects.filter(
        patient=OuterRef("patient"), kind="inpatient", is_cancelled=False, discharged_on__isnull=True
    )
    stays = stays.filter(admitted_on__gte=OuterRef("anchor_on"), admitted_on__lte=today)
    stays = stays.exclude(pk__any_of=OuterRef("overruled_stays"))
    return stays.order_by("-admitted_on", "-pk").values("pk")


def holding_stays(run: FollowUpRun, *, today: dt.date) -> list[int]:
    """The later stays of its person that hold a run now, the last one first."""
    found = FollowUpRun.objects.filter(pk=run.pk).annotate(stays=ArraySubquery(later_stays(today=today)))
    return found.values_list("stays", flat=True).get()


def is_in_house(run: FollowUpRun, *, today: dt.date) -> bool:
    """Whether the person of a run was admitted after its discharge and has not left."""
    return bool(holding_stays(run, today=today))


def has_rival(run: FollowUpRun) -> bool:
    """Whether another run of this person and protocol is being followed."""
    open_runs = FollowUpRun.objects.open().filter(patient_id=run.patient_id, protocol_code=run.protocol_code)
    return open_runs.exclude(pk=run.pk).exists()


def reopen(runs: QuerySet) -> int:
    """Opens closed runs again."""
    closed = runs.filter(state=FollowUpRun.State.CLOSED)
    return closed.update(state=FollowUpRun.State.OPEN, closed_reason="", closed_at=None, held_on=None, hold_stay=None)
