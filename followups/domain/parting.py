"""A union of two records is taken apart: each record goes on with its own follow-up.

Runs, orders and dissatisfactions that were there before hang on their record again already; what was made since of a
stay that was given to the second record follows that stay, and calls follow their order. What the union, or a death or
refusal that came with the other record, had ended goes on where it stood: for whoever may be contacted, and where no
other run of the protocol is being followed; while a death is in doubt it waits. What was done since, an attempt, a
result, stays done.
"""

import datetime as dt
from typing import Any

from django.db.models import F

from accounts import audit
from accounts.calendar import today
from followups.domain.following import has_rival
from followups.domain.former_runs import tiers_standing
from followups.domain.life import DEATH_IN_DOUBT, plan_stays
from followups.domain.moves import resume_orders
from followups.models import OPEN, Dissatisfaction, FollowUpOrder, FollowUpRun, OrderState
from patients.domain.care_tiers import set_care_tiers
from patients.domain.staging import fetched
from patients.models import Patient, PersonMerger

_RUN_ENDS = ("merged", "died", "refused", "superseded")
_ORDER_ENDS = ("merged", "died", "contact_stopped", "superseded", "death_in_doubt")


def part(*, kept: Patient, other: Patient, merger: PersonMerger, now: dt.datetime) -> int:
    """Give both records their follow-up back; answers how many orders go on."""
    _follow_stays(kept, other)
    resumed = sum(_go_on(person, merger, now) for person in (kept, other) if person.may_be_contacted)
    set_care_tiers(dict.fromkeys((kept.pk, other.pk), "") | tiers_standing([kept.pk, other.pk]))
    for person in (kept, other):
        plan_stays(person, now)
    audit.record("followups.orders.part", kept, parted=other.pk, orders=resumed)
    return resumed


def _follow_stays(kept: Patient, other: Patient) -> None:
    """Runs belong to whose the stay is, orders to whose the run is, everything else to whose the order is."""
    FollowUpRun.objects.filter(patient=kept, encounter__patient=other).update(patient=other)
    FollowUpOrder.objects.filter(patient=kept, run__patient=other).update(patient=other)
    for person in (kept, other):
        FollowUpOrder.objects.filter(patient=person).update(version=F("version") + 1)
    Dissatisfaction.objects.filter(patient=kept, order__patient=other).update(patient=other)
    for person in (kept, other):
        fetched("select followups_attempts_follow_orders(%s)", [person.pk])


def _go_on(person: Patient, merger: PersonMerger, now: dt.datetime) -> int:
    """Open again what was open before the union and was ended by it, the last run first; of whoever may have died it
    waits. Answers how many orders are open again.
    """
    in_doubt = person.death_in_doubt_since is not None
    were_open = _before(merger, "followuprun", lambda row: row["state"] != FollowUpRun.State.CLOSED)
    _reopen_runs(person, were_open, held_on=today(now=now) if in_doubt else None)
    orders = _before(merger, "followuporder", lambda row: row["state"] in OPEN)
    ended = FollowUpOrder.objects.filter(patient=person, pk__in=orders, state_reason__in=_ORDER_ENDS)
    ended = ended.filter(run__state__in=FollowUpRun.OPEN_STATES)
    ends = (OrderState.READMITTED, OrderState.DIED, OrderState.REFUSED, OrderState.SUSPENDED)
    waits = {"state": OrderState.SUSPENDED, "closed_at": None, "version": F("version") + 1}
    if in_doubt:
        return ended.filter(state__in=ends).update(state_reason=DEATH_IN_DOUBT, **waits)
    waiting = {pk for pk, row in orders.items() if row["state"] == OrderState.SUSPENDED}
    back = ended.filter(pk__in=waiting).update(**waits)
    rest = ended.exclude(pk__in=waiting)
    return back + sum(resume_orders(rest, from_state=state) for state in ends)


def _reopen_runs(person: Patient, were_open: dict[int, dict[str, Any]], *, held_on: dt.date | None) -> None:
    """Runs closed by the union stand as before where no other is being followed; on hold since that day while in
    doubt.
    """
    runs = FollowUpRun.objects.filter(patient=person, pk__in=were_open, closed_reason__in=_RUN_ENDS)
    for run in runs.order_by("-anchor_on", "-pk"):
        if not has_rival(run):
            before = were_open[run.pk]
            state = FollowUpRun.State.SUSPENDED if held_on else before["state"]
            stands = {
                "state": state,
                "closed_reason": "",
                "closed_at": None,
                "held_on": held_on or before.get("held_on"),
            }
            FollowUpRun.objects.filter(pk=run.pk).update(**stands)
    if held_on:
        return
    held = FollowUpRun.objects.filter(patient=person, pk__in=were_open, state=FollowUpRun.State.SUSPENDED)
    for run in held:
        FollowUpRun.objects.filter(pk=run.pk).update(state=were_open[run.pk]["state"])


def _before(merger: PersonMerger, name: str, fits: Any) -> dict[int, dict[str, Any]]:
    """The rows of one model as they were before the union."""
    rows = merger.before.get(f"followups.{name}.patient", [])
    return {row["id"]: row for row in rows if fits(row)}
