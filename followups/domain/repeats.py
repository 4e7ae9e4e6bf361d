"""The next occurrence of repeating steps, and steps that follow a finding. Run, step and occurrence are a key.

A repeat is written as soon as its earliest day lies inside the horizon: when the one before it is closed, and by the
nightly plan. Occurrences that are over when planning gets there are left out.
"""

import datetime as dt
from collections.abc import Sequence
from typing import NamedTuple

from accounts.calendar import today
from accounts.models import Hospital
from followups.domain.openings import order_row, repeats_due
from followups.domain.plan_context import HORIZON_DAYS, PlanContext, context_for
from followups.domain.windows import window_of
from followups.domain.writing import OrderRow, write_orders
from followups.models import FollowUpOrder, Protocol, ProtocolStep
from hospital_crm.tenancy.scope import hospital_scope, required_hospital
from patients.domain.staging import fetched

_CHUNK = 2000


def extend_hospital(hospital: Hospital, *, now: dt.datetime, on: dt.date | None = None) -> int:
    """Writes the repeats inside the horizon of all open runs, one unit of work per chunk of runs."""
    day = on or today(hospital, now)
    with hospital_scope(hospital):
        waiting = [candidate.run_id for candidate in _candidates(day)]
    ids = sorted(set(waiting))
    created = 0
    for start in range(0, len(ids), _CHUNK):
        with hospital_scope(hospital):
            created += extend(run_ids=ids[start : start + _CHUNK], now=now, on=day)
    return created


def extend(*, run_ids: list[int], now: dt.datetime, on: dt.date | None = None) -> int:
    """Writes the next repeats of these open runs and answers how many."""
    found = _candidates(on or today(now=now), run_ids)
    created = 0
    for protocol_id in {candidate.protocol_id for candidate in found}:
        context = context_for(now=now, on=on, protocol=Protocol.objects.get(pk=protocol_id))
        assert context is not None
        rows = [
            row for candidate in found if candidate.protocol_id == protocol_id for row in _repeats(context, candidate)
        ]
        created += write_orders(rows, now=now)
    return created


def follow_finding(*, order: FollowUpOrder, now: dt.datetime) -> int:
    """Writes the steps that follow a finding in this order's step, counted from the day it was done."""
    context = context_for(now=now, protocol=order.run.protocol)
    assert context is not None
    steps = [
        step
        for step in context.plan.steps_by_tier[order.run.tier]
        if step.condition == ProtocolStep.Condition.AFTER_NEGATIVE and step.condition_step == order.step.number
    ]
    rows = []
    for step in steps:
        anchor_on = today(now=now) if step.anchor == ProtocolStep.Anchor.COMPLETION else order.run.anchor_on
        window = window_of(step, anchor_on, context.calendar)
        stay = order.run.encounter
        places = context.places(
            department_id=order.department_id,
            ward_id=order.ward_id,
            attending_id=order.attending_id,
            spread=stay.pk if stay else 0,
            nurse_id=stay.nurse_id if stay else None,
        )
        rows.append(order_row(context, step, 1, window, places, run_id=order.run_id, patient_id=order.patient_id))
    return write_orders(rows, now=now)


class _Candidate(NamedTuple):
    """A repeating step of an open run whose next occurrence begins inside the horizon; `last`: the last one written."""

    run_id: int
    protocol_id: int
    patient_id: int
    anchor_on: dt.date
    encounter_id: int
    department_id: int | None
    ward_id: int | None
    attending_id: int | None
    nurse_id: int | None
    step_id: int
    last: int


_CANDIDATES = """
select r.id, r.protocol_id, r.patient_id, r.anchor_on, e.id, e.department_id, e.ward_id, e.attending_id,
       e.nurse_id, s.id, w.last
  from followups_followuprun r
  join followups_protocolstep s on s.hospital_id = r.hospital_id and s.protocol_id = r.protocol_id and s.tier = r.tier
       and s.repeats_every is not null and s.condition = ''
  join patients_encounter e on e.hospital_id = r.hospital_id and e.id = r.encounter_id
 cross join lateral (
       select coalesce(max(o.occurrence), 0) as last from followups_followuporder o
        where o.hospital_id = r.hospital_id and o.run_id = r.id and o.step_id = s.id) w
 where r.hospital_id = %(hospital)s and r.state = 'open' and (%(all)s or r.id = any(%(ids)s))
   and r.anchor_on + s.earliest_days <= %(until)s
   and r.anchor_on + s.earliest_days + w.last * s.repeats_every <= %(until)s
   and (s.repeat_until is null or s.due_days + w.last * s.repeats_every <= s.repeat_until)
 order by r.id, s.number
"""


def _candidates(on: dt.date, run_ids: Sequence[int] | None = None) -> list[_Candidate]:
    """Where a repeat may have to be written, of these runs or of all."""
    params = {
        "hospital": required_hospital().pk,
        "until": on + dt.timedelta(HORIZON_DAYS),
        "all": run_ids is None,
        "ids": list(run_ids or ()),
    }
    return [_Candidate(*row) for row in fetched(_CANDIDATES, params)]


def _repeats(context: PlanContext, run: _Candidate) -> list[OrderRow]:
    places = context.places(
        department_id=run.department_id,
        ward_id=run.ward_id,
        attending_id=run.attending_id,
        spread=run.encounter_id,
        nurse_id=run.nurse_id,
    )
    step = context.plan.step_by_id[run.step_id]
    return [
        order_row(
            context,
            step,
            occurrence,
            context.window(step, run.anchor_on, occurrence),
            places,
            run_id=run.run_id,
            patient_id=run.patient_id,
        )
        for occurrence in repeats_due(context, step, run.anchor_on, run.last)
    ]
