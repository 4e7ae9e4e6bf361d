"""One chunk of stays through planning: what the rules say, which runs open, change or close, which orders follow."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field

from followups.domain import dispatch, former_runs, replanning
from followups.domain.facts import Stay, among, read_stays
from followups.domain.moves import close_runs, end_orders_of_runs
from followups.domain.openings import Openings, is_enrolled, places_of
from followups.domain.plan_context import PlanContext
from followups.domain.tiers import Decision, decide, replace, standing
from followups.domain.writing import RunRow, TierRow, run_ids, write_runs, write_tiers
from followups.models import FollowUpRun, OrderState, TierAssignment
from hospital_crm.tenancy.statistics import renew_where_unknown
from patients.domain.care_tiers import set_care_tiers
from patients.domain.staging import HOSPITAL, executed, fetched

_Closed = FollowUpRun.Closed
_State = FollowUpRun.State

# Person by person on purpose: by the hospital alone every chunk would read what all chunks before it have written.
_RUNS_OF = f"""
select r.* from unnest(%s::bigint[]) as person(id)
 cross join lateral (
       select * from followups_followuprun r where r.hospital_id = {HOSPITAL} and r.patient_id = person.id offset 0) r
 order by r.anchor_on, r.encounter_id
"""
_IN_HOUSE = f"""
select e.patient_id, e.admitted_on, e.id from unnest(%s::bigint[]) as person(id)
 cross join lateral (
       select * from patients_encounter e where e.hospital_id = {HOSPITAL} and e.patient_id = person.id offset 0) e
 where e.kind = 'inpatient' and not e.is_cancelled and e.discharged_on is null
 order by e.admitted_on, e.id
"""

_REMOVE = (
    f"delete from followups_followuporder where hospital_id = {HOSPITAL} and run_id = any(%s)",
    f"delete from followups_followuprun where hospital_id = {HOSPITAL} and id = any(%s)",
)


@dataclass
class _Known:
    """What the database holds about the stays and people of a chunk. `in_house`: the first day and the id of the last
    stay that has not ended.
    """

    tiers: dict[int, TierAssignment]
    by_stay: dict[int, FollowUpRun]
    newest: dict[int, FollowUpRun]
    in_house: dict[int, tuple[dt.date, int]]


@dataclass
class _Work:
    """What a chunk will write. `cancelled`: people of discharges that were withdrawn. `anew`: runs that were over
    before planning began and are written once more.
    """

    tiers: list[TierRow] = field(default_factory=list)
    opening: list[tuple[Stay, str]] = field(default_factory=list)
    care_tiers: dict[int, tuple[dt.date, str]] = field(default_factory=dict)
    cancelled: set[int] = field(default_factory=set)
    anew: list[FollowUpRun] = field(default_factory=list)


def plan_chunk(context: PlanContext, encounter_ids: Sequence[int]) -> None:
    """Plans a chunk of stays whose people are locked."""
    renew_where_unknown(FollowUpRun)
    stays = [stay for stay in read_stays(encounter_ids, on=context.on) if stay.facts.kind == "inpatient"]
    known, work = _read(context, stays), _Work()
    for stay in stays:
        _plan_stay(context, stay, known, work)
    write_tiers(work.tiers, now=context.now)
    _remove(work.anew)
    _open_runs(context, work.opening, known)
    set_care_tiers({patient_id: tier for patient_id, (_, tier) in work.care_tiers.items()})
    if work.cancelled:
        back = former_runs.give_back(patient_ids=work.cancelled, on=context.on)
        context.result.orders_changed += back
    back = former_runs.let_go_on(encounter_ids=encounter_ids, now=context.now, on=context.on)
    context.result.orders_changed += back
    if context.moved:
        dispatch.follow_stays(order_ids=context.moved, now=context.now)
        context.moved.clear()


def _read(context: PlanContext, stays: Sequence[Stay]) -> _Known:
    encounters = [stay.facts.encounter_id for stay in stays]
    people = list({stay.facts.patient_id for stay in stays})
    tiers = among(TierAssignment.objects.filter(is_current=True), "encounter_id", encounters)
    by_stay: dict[int, FollowUpRun] = {}
    newest: dict[int, FollowUpRun] = {}
    for run in FollowUpRun.objects.raw(_RUNS_OF, [people]):
        if run.encounter_id is None or run.protocol_code != context.plan.protocol.code:
            continue
        by_stay[run.encounter_id] = run
        if run.closed_reason != _Closed.CANCELLED:
            newest[run.patient_id] = run
    return _Known(
        tiers={row.encounter_id: row for row in tiers},
        by_stay=by_stay,
        newest=newest,
        in_house={patient_id: (day, stay_id) for patient_id, day, stay_id in fetched(_IN_HOUSE, [people])},
    )


def _plan_stay(context: PlanContext, stay: Stay, known: _Known, work: _Work) -> None:
    """One stay: stop rules first, then its tier, then its run."""
    facts = stay.facts
    run = known.by_stay.get(facts.encounter_id)
    if stay.contact_state in ("deceased", "erased"):
        context.result.dead += 1
    elif stay.is_cancelled:
        if run is not None:
            replanning.cancel(context, run)
            work.cancelled.add(facts.patient_id)
    elif facts.discharged_on is None:
        open_run = known.newest.get(facts.patient_id)
        admitted_on = facts.admitted_on
        if open_run is not None and admitted_on is not None and open_run.anchor_on <= admitted_on <= context.on:
            replanning.suspend(context, open_run, facts.encounter_id)
    elif facts.ended_on <= context.on:
        _plan_discharge(context, stay, known, work)


def _plan_discharge(context: PlanContext, stay: Stay, known: _Known, work: _Work) -> None:
    """The tier and the run of a stay that is over. It is judged by the protocol version that its run pins, without a
    run by that of its tier; a run that opens pins the published one.
    """
    facts = stay.facts
    run, current = known.by_stay.get(facts.encounter_id), known.tiers.get(facts.encounter_id)
    if run is None and context.follows(facts.ended_on) or run is not None and _begins_anew(context, run, stay, current):
        work.anew += [run] if run is not None else []
        work.opening.append((stay, _tier(context, stay, known, work)))
        return
    pins = run or current
    context = context.pinned(pins.protocol_id) if pins is not None else context
    tier = _tier(context, stay, known, work)
    if run is not None:
        is_newest, is_by_hand = known.newest.get(facts.patient_id) is run, facts.ordered_tier == tier
        replanning.replan(context, run, stay, tier, is_newest=is_newest, is_by_hand=is_by_hand)


def _begins_anew(context: PlanContext, run: FollowUpRun, stay: Stay, current: TierAssignment | None) -> bool:
    """Whether a run that was over before planning began has steps left as of the day that somebody asked for."""
    if run.closed_reason != _Closed.BEFORE_START or not context.reopens:
        return False
    tier = _standing(decide(stay.facts, context.rules), current)
    return is_enrolled(context, stay, tier=tier, anchor_on=stay.facts.ended_on)


def _standing(decision: Decision, current: TierAssignment | None) -> str:
    """The tier that holds, by the rules and by what somebody set."""
    ordered, weighed = (current.ordered_tier, current.weighed_tier) if current else ("", "")
    return standing(decision.tier, ordered=ordered, weighed=weighed)


def _remove(runs: Sequence[FollowUpRun]) -> None:
    """Runs on which nobody has ever worked, with the steps that say so."""
    for statement in _REMOVE if runs else ():
        executed(statement, [[run.pk for run in runs]])


def _tier(context: PlanContext, stay: Stay, known: _Known, work: _Work) -> str:
    """The tier of a stay by the rules and by what somebody set; written when it is new or has changed."""
    facts, result, version = stay.facts, context.result, context.plan.protocol.pk
    decision = decide(facts, context.rules)
    current = known.tiers.get(facts.encounter_id)
    tier = _standing(decision, current)
    if current is None:
        work.tiers.append(TierRow(facts.encounter_id, version, tier, decision))
    elif (current.protocol_id, current.tier, current.computed_tier, current.fired, current.unknown) != (
        version,
        tier,
        decision.tier,
        decision.fired,
        decision.unknown,
    ):
        replace(
            current,
            decision,
            tier=tier,
            protocol_id=version,
            now=context.now,
            ordered_tier=current.ordered_tier,
            weighed_tier=current.weighed_tier,
            overridden_by_id=current.overridden_by_id,
            reason=current.reason,
        )
    result.stays += 1
    result.tier_a += tier == "A"
    result.tier_b += tier == "B"
    result.tier_c += tier == "C"
    result.insufficient += decision.insufficient_facts
    _note_care_tier(stay, tier, known, work)
    return tier


def _note_care_tier(stay: Stay, tier: str, known: _Known, work: _Work) -> None:
    """A person shows the tier of the last stay."""
    facts = stay.facts
    newest = known.newest.get(facts.patient_id)
    seen = work.care_tiers.get(facts.patient_id)
    if newest is not None and newest.anchor_on > facts.ended_on or seen is not None and seen[0] > facts.ended_on:
        return
    if seen is not None or stay.care_tier != tier:
        work.care_tiers[facts.patient_id] = (facts.ended_on, tier)


def _open_runs(context: PlanContext, opening: Sequence[tuple[Stay, str]], known: _Known) -> None:
    """Writes the runs of new stays. Of several stays of one person only the last is followed."""
    last = {stay.facts.patient_id: stay.facts.encounter_id for stay, _ in opening}
    bulk = Openings(context)
    superseded: list[int] = []
    for run_id, (stay, tier) in zip(run_ids(len(opening)), opening, strict=True):
        facts = stay.facts
        newest = known.newest.get(facts.patient_id)
        is_last = last[facts.patient_id] == facts.encounter_id and (
            newest is None or newest.anchor_on <= facts.ended_on
        )
        state, reason, hold = _first_state(context, stay, tier, known, is_last=is_last)
        places = places_of(context, stay)
        run = RunRow(run_id, facts.patient_id, facts.encounter_id, facts.ended_on, tier, state, reason, places)
        if state == _State.SUSPENDED:
            run.held_on, run.hold_stay_id = context.on, hold
        bulk.add(run, stay, with_orders=reason in ("", _Closed.BEFORE_START))
        if is_last and newest is not None and newest.state in FollowUpRun.OPEN_STATES:
            superseded.append(newest.pk)
    _supersede(context, superseded)
    created, before_start = write_runs(
        bulk.runs, bulk.windows.values(), bulk.hands, protocol=context.plan.protocol, now=context.now
    )
    context.result.runs_opened += sum(run.closed_reason == "" for run in bulk.runs)
    context.result.orders_before_start += before_start
    context.result.orders_created += created


def _first_state(
    context: PlanContext, stay: Stay, tier: str, known: _Known, *, is_last: bool
) -> tuple[str, str, int | None]:
    """The state of a new run, why it is closed where it is, and the later stay that holds it."""
    facts = stay.facts
    closed = _why_closed(context, stay, tier, is_last=is_last)
    if closed is not None:
        return str(_State.CLOSED.value), str(closed.value), None
    if stay.contact_state == "doubted":
        return str(_State.SUSPENDED.value), "", None
    admitted_on, later_stay = known.in_house.get(facts.patient_id, (None, None))
    if admitted_on is not None and facts.ended_on <= admitted_on <= context.on:
        return str(_State.SUSPENDED.value), "", later_stay
    return str(_State.OPEN.value), "", None


def _why_closed(context: PlanContext, stay: Stay, tier: str, *, is_last: bool) -> FollowUpRun.Closed | None:
    facts = stay.facts
    if not is_last:
        return _Closed.SUPERSEDED
    if stay.contact_state == "stopped":
        return _Closed.REFUSED
    if facts.disposition == "transfer":
        return _Closed.TRANSFERRED
    if not is_enrolled(context, stay, tier=tier, anchor_on=facts.ended_on):
        return _Closed.BEFORE_START
    return None


def _supersede(context: PlanContext, run_ids: Sequence[int]) -> None:
    """A later discharge ends the runs before it: the person was in the house again."""
    if not run_ids:
        return
    runs = FollowUpRun.objects.filter(pk__in=run_ids)
    end_orders_of_runs(runs, OrderState.READMITTED, now=context.now, reason=_Closed.SUPERSEDED)
    context.result.runs_closed += close_runs(runs, _Closed.SUPERSEDED, now=context.now)
