"""Writing many tiers, runs and orders at once: rows are staged by COPY and inserted by one statement each.

The orders of new runs are not written out one by one: stays that end on one day share their windows, so windows and
hands are staged, and the orders are their join.
"""

import datetime as dt
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from django.db import connection

from followups.domain.plan_context import Places
from followups.domain.tiers import Decision
from followups.domain.windows import Window
from followups.models import FollowUpOrder, FollowUpRun, OrderState, Protocol, TierAssignment
from patients.domain.staging import insert_staged, next_ids, stage

_as_json = json.JSONEncoder(ensure_ascii=False).encode
_ONCE = "on conflict (hospital_id, run_id, step_id, occurrence) do nothing"


@dataclass(slots=True)
class TierRow:
    """A tier to write, with the protocol version that decided."""

    encounter_id: int
    protocol_id: int
    tier: str
    decision: Decision


@dataclass(slots=True)
class RunRow:
    """A run to write; `id` is taken before, because its orders refer to it."""

    id: int
    patient_id: int
    encounter_id: int
    anchor_on: dt.date
    tier: str
    state: str
    closed_reason: str
    places: Places
    held_on: dt.date | None = None
    hold_stay_id: int | None = None


@dataclass(slots=True)
class WindowRow:
    """A step of a tier for stays that end on one day; `ladder` numbers the distinct ladders of the protocol."""

    tier: str
    anchor_on: dt.date
    step_id: int
    occurrence: int
    channel: str
    ladder: int
    window: Window
    is_over: bool


@dataclass(slots=True)
class HandRow:
    """Who does the orders of a run that share a ladder; with a step, who does that one because of leave."""

    run_id: int
    ladder: int
    step_id: int | None
    occurrence: int | None
    assignee_id: int | None
    role: str


@dataclass(slots=True)
class OrderRow:
    """One order to write for a run that is there."""

    run_id: int
    patient_id: int
    step_id: int
    occurrence: int
    tier: str
    channel: str
    window: Window
    places: Places
    assignee_id: int | None
    assignee_role: str
    state: str
    state_reason: str = ""


_TIERS = {
    "encounter_id": "bigint",
    "protocol_id": "bigint",
    "tier": "text",
    "computed_tier": "text",
    "fired": "jsonb",
    "unknown": "jsonb",
    "insufficient_facts": "boolean",
}
_RUNS = {
    "id": "bigint",
    "patient_id": "bigint",
    "encounter_id": "bigint",
    "anchor_on": "date",
    "tier": "text",
    "state": "text",
    "closed_reason": "text",
    "closed_at": "timestamptz",
    "held_on": "date",
    "hold_stay_id": "bigint",
}
_PLACES = {"department_id": "bigint", "ward_id": "bigint", "attending_id": "bigint"}
_WINDOWS = {
    "tier": "text",
    "anchor_on": "date",
    "step_id": "bigint",
    "occurrence": "smallint",
    "channel": "text",
    "ladder": "smallint",
    "earliest_on": "date",
    "due_on": "date",
    "latest_on": "date",
    "is_duty_list": "boolean",
    "is_over": "boolean",
}
_HANDS = {
    "run_id": "bigint",
    "ladder": "smallint",
    "step_id": "bigint",
    "occurrence": "smallint",
    "assignee_id": "bigint",
    "role": "text",
}
_ORDERS = {
    "run_id": "bigint",
    "patient_id": "bigint",
    "step_id": "bigint",
    "occurrence": "smallint",
    "tier": "text",
    "channel": "text",
    "earliest_on": "date",
    "due_on": "date",
    "latest_on": "date",
    "is_duty_list": "boolean",
    **_PLACES,
    "assignee_id": "bigint",
    "assignee_role": "text",
    "state": "text",
    "state_reason": "text",
    "closed_at": "timestamptz",
}

# In the order of the widest indexes, so that neighbours go onto one page.
_JOIN = """
create temporary table staged_orders on commit drop as
select r.id as run_id, r.patient_id, w.step_id, w.occurrence, w.tier, w.channel, w.earliest_on, w.due_on, w.latest_on,
       w.is_duty_list, r.department_id, r.ward_id, r.attending_id,
       case when not w.is_over then coalesce(x.assignee_id, case when x.run_id is null then h.assignee_id end) end
           as assignee_id,
       case when w.is_over then '' else coalesce(x.role, h.role) end as assignee_role,
       case when w.is_over then 'void' when r.state = 'suspended' then 'suspended'
            when coalesce(x.role, h.role) = 'centre' then 'planned' else 'dispatched' end as state,
       case when w.is_over then 'before_start' else '' end as state_reason,
       case when w.is_over then %(now)s end::timestamptz as closed_at
  from pg_temp.staged_runs r
  join pg_temp.staged_windows w on w.tier = r.tier and w.anchor_on = r.anchor_on
  join pg_temp.staged_hands h on h.run_id = r.id and h.ladder = w.ladder and h.step_id is null
  left join pg_temp.staged_hands x on x.run_id = r.id and x.step_id = w.step_id and x.occurrence = w.occurrence
 where r.closed_reason = '' or w.is_over
 order by w.tier, w.latest_on, r.ward_id, assignee_id
"""


def run_ids(count: int) -> list[int]:
    """Ids for runs that are about to be written."""
    return next_ids(FollowUpRun, count)


def write_tiers(rows: Sequence[TierRow], *, now: dt.datetime) -> None:
    """Writes first tiers of stays."""
    if not rows:
        return
    values = (
        (
            row.encounter_id,
            row.protocol_id,
            row.tier,
            row.decision.tier,
            _as_json(row.decision.fired) if row.decision.fired else "[]",
            _codes(tuple(row.decision.unknown)),
            row.decision.insufficient_facts,
        )
        for row in rows
    )
    stage("staged_tiers", _TIERS, values, with_statistics=False)
    tail = "on conflict do nothing"
    insert_staged("staged_tiers", TierAssignment, list(_TIERS), constants={"assigned_at": now}, tail=tail)


def write_runs(
    runs: Sequence[RunRow],
    windows: Iterable[WindowRow],
    hands: Iterable[HandRow],
    *,
    protocol: Protocol,
    now: dt.datetime,
) -> tuple[int, int]:
    """Writes new runs and their orders; answers how many orders are to be done, and how many were over.

    A second run for the same stay is an IntegrityError: people are locked before anybody plans. A run without hands
    gets no orders.
    """
    if not runs:
        return 0, 0
    values = (
        (
            run.id,
            run.patient_id,
            run.encounter_id,
            run.anchor_on,
            run.tier,
            run.state,
            run.closed_reason,
            now if run.closed_reason else None,
            run.held_on,
            run.hold_stay_id,
            run.places.department_id,
            run.places.ward_id,
            run.places.attending_id,
        )
        for run in runs
    )
    stage("staged_runs", {**_RUNS, **_PLACES}, values)
    constants = {"protocol_id": protocol.pk, "protocol_code": protocol.code, "opened_at": now}
    insert_staged("staged_runs", FollowUpRun, list(_RUNS), constants=constants)
    stage("staged_windows", _WINDOWS, map(_window_values, windows))
    stage("staged_hands", _HANDS, ((h.run_id, h.ladder, h.step_id, h.occurrence, h.assignee_id, h.role) for h in hands))
    with connection.cursor() as cursor:
        cursor.execute("drop table if exists pg_temp.staged_orders")
        cursor.execute(_JOIN, {"now": now})
        cursor.execute("select count(*) filter (where state = 'void') from pg_temp.staged_orders")
        over = cursor.fetchone()[0]
    written = insert_staged("staged_orders", FollowUpOrder, list(_ORDERS), constants={"created_at": now})
    return written - over, over


def write_orders(rows: Sequence[OrderRow], *, now: dt.datetime) -> int:
    """Writes orders of runs that are there and answers how many; one that is there already is left alone."""
    if not rows:
        return 0
    stage("staged_orders", _ORDERS, (_order_values(row, now) for row in rows))
    return insert_staged("staged_orders", FollowUpOrder, list(_ORDERS), constants={"created_at": now}, tail=_ONCE)


def _window_values(row: WindowRow) -> tuple:
    window = row.window
    return (
        row.tier,
        row.anchor_on,
        row.step_id,
        row.occurrence,
        row.channel,
        row.ladder,
        window.earliest_on,
        window.due_on,
        window.latest_on,
        window.is_duty_list,
        row.is_over,
    )


def _order_values(row: OrderRow, now: dt.datetime) -> tuple:
    window, places = row.window, row.places
    return (
        row.run_id,
        row.patient_id,
        row.step_id,
        row.occurrence,
        row.tier,
        row.channel,
        window.earliest_on,
        window.due_on,
        window.latest_on,
        window.is_duty_list,
        places.department_id,
        places.ward_id,
        places.attending_id,
        row.assignee_id,
        row.assignee_role,
        row.state,
        row.state_reason,
        now if row.state == OrderState.VOID else None,
    )


@lru_cache(maxsize=4096)
def _codes(codes: tuple[str, ...]) -> str:
    """A list of rule codes as JSON; many stays lack the same facts."""
    return json.dumps(codes)
