"""What is read around one order before it is shown: tries, numbers, warnings, earlier contacts, the step after it."""

import datetime as dt
from collections.abc import Callable
from typing import Any

from django.db.models import Q

from accounts.calendar import today as hospital_today
from followups.domain import in_hand, lost
from followups.domain.calls import TRY
from followups.models import Attempt, Dissatisfaction, FollowUpOrder, FollowUpRun, OrderState, Review
from hospital_crm.tenancy.together import Few, PreparedReads
from patients.models import Relation
from patients.models.querysets import held_on

CONTACTS_SHOWN = 5
TOLD_SHOWN = 3
ASKED_AGAIN = 2
FINDING_DAYS = 30
_STEP = ("earliest_on", "due_on", "latest_on", "occurrence", "step__number")
# Further lists of a page, by the order; they ask nothing of it but its ids and those of its run.
Beside = Callable[[FollowUpOrder], dict[str, Few]]


def read(
    order: FollowUpOrder, *, now: dt.datetime, clinical: bool, acts: bool, beside: Beside | None
) -> dict[str, list[Any]]:
    """In one statement: only what this reader may be shown, and what the page shows `beside`. `acts`: the reader acts
    on a red flag of this step and is shown the numbers.
    """
    return _READS.read(
        *(order.state, order.assignee_id is None, clinical, acts, beside),
        order_id=order.pk,
        run_id=order.run_id,
        stay_id=order.run.encounter_id,
        patient_id=order.patient_id,
        due_on=order.due_on,
        today=hospital_today(now=now),
        now=now,
    )


def _all_lists(
    state: str,
    is_free: bool,
    clinical: bool,
    acts: bool,
    beside: Beside | None,
    *,
    today: dt.date,
    now: dt.datetime,
    **ids: Any,
) -> dict[str, Few]:
    """The lists of an order of which nothing but this is known."""
    run = FollowUpRun(pk=ids["run_id"], encounter_id=ids["stay_id"])
    assignee = None if is_free else 0
    order = FollowUpOrder(
        pk=ids["order_id"],
        run=run,
        patient_id=ids["patient_id"],
        due_on=ids["due_on"],
        state=state,
        assignee_id=assignee,
    )
    return _lists(order, today, now, clinical=clinical, acts=acts) | (beside(order) if beside else {})


_READS = PreparedReads(_all_lists)


def _lists(order: FollowUpOrder, today: dt.date, now: dt.datetime, *, clinical: bool, acts: bool) -> dict[str, Few]:
    """The lists; the numbers also for what was tried."""
    of_person, present = Q(patient_id=order.patient_id), held_on(today)
    found = {"following": Few(_following(order)[:1], _STEP)}
    if order.is_working:
        found |= lost.lost_lists(order, today) | in_hand.taken_lists(order, now=now)
    else:
        found["tries"] = Few(Attempt.objects.filter(order=order), TRY)
        found |= lost.number_lists(order, today) if acts else {}
    if clinical:
        told = Relation.objects.filter(of_person & present & ~Q(may_be_told=Relation.MayBeTold.NOTHING))
        found |= _warning_lists(order, now)
        found["told"] = Few(told[:TOLD_SHOWN], ["kind", "may_be_told"])
        found["contacts"] = Few(Attempt.objects.filter(of_person).order_by("-at")[:CONTACTS_SHOWN], TRY)
    return found


def _warning_lists(order: FollowUpOrder, now: dt.datetime) -> dict[str, Few]:
    """The last return, the last finding of another step, and what the person was not content with."""
    since, of_person = now - dt.timedelta(days=FINDING_DAYS), Q(patient_id=order.patient_id)
    findings = FollowUpOrder.objects.filter(of_person, has_finding=True, finding_at__gte=since).exclude(pk=order.pk)
    unsettled = Dissatisfaction.objects.filter(of_person).unsettled().order_by("-heard_at")
    found = {
        "findings": Few(findings.order_by("-finding_at")[:1], ["finding_at", "note"]),
        "unsettled": Few(unsettled[:ASKED_AGAIN], ["public_id", "cause", "text", "handling", "heard_at"]),
    }
    if order.state == OrderState.RETURNED:
        returns = Review.objects.filter(order=order, verdict=Review.Verdict.RETURNED).order_by("-at", "-pk")
        found["returns"] = Few(returns[:1], ["reason", "reviewer__name"])
    return found


def _following(order: FollowUpOrder) -> Any:
    return FollowUpOrder.objects.working().filter(run_id=order.run_id, due_on__gt=order.due_on).order_by("due_on")
