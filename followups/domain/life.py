"""What happens to a person ends or moves the orders: death, a stop of contact, two records found to be one person.

The caller holds the person's row, so that planning and calls wait.
"""

import datetime as dt
from collections import Counter
from collections.abc import Sequence

from django.db.models import F

from accounts import audit
from accounts.calendar import today
from followups.domain import closing, holds, planning
from followups.domain.following import holding_stays, reopen
from followups.domain.holds import DEATH_IN_DOUBT, IN_HOUSE
from followups.domain.moves import close_runs, end_orders_of_runs, may_move, move_orders, resume_orders
from followups.domain.replanning import CONTACT_STOPPED
from followups.models import (
    OPEN,
    WORKING,
    Dissatisfaction,
    FollowUpOrder,
    FollowUpRun,
    OrderState,
)
from followups.models.orders import for_safety
from patients.domain.staging import fetched
from patients.models import Encounter, Patient

DIED = "died"


def end_by_death(*, patients: Sequence[Patient], now: dt.datetime) -> None:
    """The dead are never called: every order not done ends at once, every run closes; one event for each person."""
    orders = may_move(FollowUpOrder.objects.filter(patient__in=patients), OrderState.DIED)
    ending = Counter(orders.values_list("patient_id", flat=True))
    move_orders(orders, OrderState.DIED, now=now, reason=DIED)
    close_runs(FollowUpRun.objects.filter(patient__in=patients), FollowUpRun.Closed.DIED, now=now)
    ended = {patient.pk: {"orders": ending[patient.pk]} for patient in patients}
    audit.record_each("followups.orders.end_by_death", patients, details=ended)


def give_back_after_error(*, patient: Patient, now: dt.datetime) -> int:
    """The report of death was an error: what it had ended goes on where it stood, but for what closed since, unless
    contact is stopped.
    """
    orders = FollowUpOrder.objects.filter(patient=patient, state=OrderState.DIED)
    if not patient.may_be_contacted:
        return move_orders(orders, OrderState.VOID, now=now, reason=CONTACT_STOPPED)
    runs = FollowUpRun.objects.filter(patient=patient, closed_reason=FollowUpRun.Closed.DIED)
    last = runs.order_by("anchor_on", "pk").last()
    if last is None:
        return 0
    runs, since = FollowUpRun.objects.filter(pk=last.pk), today(now=last.closed_at) if last.closed_at else None
    reopen(runs)
    if patient.death_in_doubt_since is not None:
        holds.hold_runs(runs, on=since or today(now=now))
        return move_orders(orders.filter(run=last), OrderState.SUSPENDED, now=now, reason=DEATH_IN_DOUBT)
    given_back = holds.resume(
        orders.filter(run=last),
        from_state=OrderState.DIED,
        since=since,
        closed=OrderState.VOID,
        reason=holds.IN_ERROR,
        now=now,
        on=today(now=now),
    )
    plan_stays(patient, now)
    last.refresh_from_db()
    closing.continue_run(last, now=now)
    audit.record("followups.orders.give_back", patient, orders=given_back)
    return given_back


def follow_again(*, patient: Patient, now: dt.datetime) -> int:
    """Contact is allowed again: what the refusal had ended and is still ahead goes on, and what is missing is planned.

    Answers how many orders came back. What the person refused in a call stays refused. A tier that rose meanwhile is
    followed.
    """
    runs = FollowUpRun.objects.filter(patient=patient).exclude(closed_reason=FollowUpRun.Closed.CANCELLED)
    last = runs.order_by("anchor_on", "pk").last()
    if last is None:
        return 0
    if last.closed_reason != FollowUpRun.Closed.REFUSED:
        plan_stays(patient, now)
        return 0
    reopen(FollowUpRun.objects.filter(pk=last.pk))
    ahead = FollowUpOrder.objects.filter(run=last, state_reason=CONTACT_STOPPED, latest_on__gte=today(now=now))
    if patient.death_in_doubt_since is not None:
        move_orders(ahead, OrderState.SUSPENDED, now=now, reason=DEATH_IN_DOUBT)
        return hold_in_doubt(patient=patient, now=now)
    given_back = resume_orders(ahead, from_state=OrderState.REFUSED)
    plan_stays(patient, now)
    audit.record("followups.orders.follow_again", patient, orders=given_back)
    return given_back


def plan_stays(patient: Patient, now: dt.datetime) -> None:
    """Plan whatever of a person's stays has no plan."""
    stays = Encounter.objects.filter(patient=patient).values_list("pk", flat=True)
    planning.plan(encounter_ids=stays, now=now)


def stop(*, patient: Patient, now: dt.datetime) -> int:
    """The person refused all contact for good: of what is to be called only what is for safety remains."""
    orders = FollowUpOrder.objects.filter(patient=patient)
    if patient.contact_state == Patient.ContactState.STOPPED:
        orders = orders.exclude(for_safety(), state__in=WORKING)
    ended = move_orders(orders, OrderState.REFUSED, now=now, reason=CONTACT_STOPPED)
    close_runs(FollowUpRun.objects.filter(patient=patient), FollowUpRun.Closed.REFUSED, now=now)
    audit.record("followups.orders.stop", patient, orders=ended)
    return ended


def hold_in_doubt(*, patient: Patient, now: dt.datetime) -> int:
    """The person may have died: everything open waits until it is decided; what was refused or ended stays so. Answers
    how many orders wait.
    """
    runs = FollowUpRun.objects.filter(patient=patient, state=FollowUpRun.State.OPEN)
    holds.hold_runs(runs, on=today(now=now))
    orders = FollowUpOrder.objects.filter(patient=patient, state__in=OPEN)
    held = move_orders(orders, OrderState.SUSPENDED, now=now, reason=DEATH_IN_DOUBT)
    audit.record("followups.orders.hold_in_doubt", patient, orders=held)
    return held


def release_from_doubt(*, patient: Patient, now: dt.datetime) -> int:
    """It was decided that the person lives: what waited goes on, but for what closed meanwhile, unless the person is in
    hospital.
    """
    if not patient.may_be_contacted:
        return resume_orders(FollowUpOrder.objects.filter(for_safety(), patient=patient, state_reason=DEATH_IN_DOUBT))
    released, day = 0, today(now=now)
    for run in FollowUpRun.objects.filter(patient=patient, state=FollowUpRun.State.SUSPENDED):
        stays, orders = holding_stays(run, today=day), FollowUpOrder.objects.filter(run=run)
        held = orders.filter(state=OrderState.SUSPENDED, state_reason=IN_HOUSE)
        if stays:
            FollowUpRun.objects.filter(pk=run.pk).update(hold_stay=stays[0])
        elif run.hold_stay_id is not None or not held.exists():
            holds.release_runs(FollowUpRun.objects.filter(pk=run.pk))
            void, since = OrderState.VOID, run.held_on
            released += holds.resume(orders, since=since, closed=void, reason=DEATH_IN_DOUBT, now=now, on=day)
            closing.continue_run(run, now=now)
    audit.record("followups.orders.release_from_doubt", patient, orders=released)
    return released


def merge(*, kept: Patient, merged: Patient, now: dt.datetime) -> None:
    """Two records are one person: the later open run goes on, unless the person died or refused; all follows to `kept`.

    Attempts are written once; whose they are follows their order, which the database does by itself.
    """
    _only_the_later_run(kept, merged, now)
    for record in (kept, merged):
        if kept.is_deceased:
            end_by_death(patients=[record], now=now)
        elif not kept.may_be_contacted:
            stop(patient=record, now=now)
        elif kept.death_in_doubt_since is not None:
            hold_in_doubt(patient=record, now=now)
    for model in (FollowUpRun, Dissatisfaction):
        model.objects.filter(patient=merged).update(patient=kept)
    FollowUpOrder.objects.filter(patient=merged).update(patient=kept, version=F("version") + 1)
    attempts = fetched("select followups_attempts_follow_orders(%s)", [kept.pk])[0][0]
    audit.record("followups.orders.merge", kept, merged=merged.pk, attempts=attempts)


def _only_the_later_run(kept: Patient, merged: Patient, now: dt.datetime) -> None:
    """Of the open runs of one protocol the earlier ones close: of two stays the later one is followed."""
    newest: dict[str, FollowUpRun] = {}
    for run in FollowUpRun.objects.open().filter(patient__in=[kept, merged]).order_by("anchor_on", "pk"):
        if older := newest.get(run.protocol_code):
            runs = FollowUpRun.objects.filter(pk=older.pk)
            end_orders_of_runs(runs, OrderState.READMITTED, now=now, reason=FollowUpRun.Closed.MERGED)
            close_runs(runs, FollowUpRun.Closed.MERGED, now=now)
        newest[run.protocol_code] = run
