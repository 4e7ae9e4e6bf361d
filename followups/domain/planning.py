"""Planning: each discharged stay gets its tier, a run and its orders; planning again changes nothing.

Set-based, in chunks: facts are read in a few queries, rules and windows are worked out here, rows go in by COPY. People
are locked in the order of their ids before anything is read, so that two planners, a death or a merge wait for each
other instead of meeting halfway; unique keys stand behind that.

What was over before planning began is not due: a step whose latest day lies before the day of planning is written as
void with the reason, and a stay whose steps are all over is not enrolled. See docs/decisions/0003-planning-starts.md.
"""

import datetime as dt
import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor

from django.db import connection, transaction
from django.db.models import Exists, OuterRef, Q, QuerySet

from accounts import audit
from accounts.calendar import today
from accounts.models import Hospital, HospitalSettings
from followups.domain import changed, former_runs, repeats
from followups.domain.chunks import plan_chunk
from followups.domain.openings import BEFORE_START
from followups.domain.plan_context import CHUNK, PlanContext, PlanResult, context_for
from followups.models import FollowUpOrder, FollowUpRun, OrderState, TierAssignment
from hospital_crm import collector
from hospital_crm.stack import with_room
from hospital_crm.tenancy.queue import queue_on_commit
from hospital_crm.tenancy.scope import hospital_scope
from hospital_crm.tenancy.statistics import renew_where_unknown
from patients.domain.staging import HOSPITAL, executed
from patients.models import Encounter

_LOCK = f"""
select from patients_patient p
 where p.hospital_id = {HOSPITAL}
   and p.id in (select patient_id from patients_encounter where hospital_id = {HOSPITAL} and id = any(%s))
 order by p.id for no key update
"""
# Chunks worked on at once: one more than cores, and never more than these.
_MOST_WORKERS = 3


def default_workers() -> int:
    """How many chunks are worked on at once where nobody says how many."""
    return min(_MOST_WORKERS, (os.cpu_count() or 1) + 1)


@transaction.atomic
def plan(
    *,
    encounter_ids: Iterable[int],
    now: dt.datetime,
    on: dt.date | None = None,
    with_past: bool = False,
    reopens: bool = False,
) -> PlanResult:
    """Plans these stays of the hospital in scope as of day `on` (its today), in one transaction.

    Leaves alone whatever is no inpatient stay, and the dead. `with_past` plans steps that are over as late orders.
    `reopens`, and `with_past` too: runs that were over before planning began begin anew where they are not as of `on`,
    and single steps that were over come back in runs that go on.
    """
    context = context_for(now=now, on=on, with_past=with_past, reopens=reopens)
    ids = sorted(set(encounter_ids))
    if context is None or not ids:
        return PlanResult()
    lock_people(ids)
    changed.take_up(ids, on=context.on)
    for start in range(0, len(ids), CHUNK):
        plan_chunk(context, ids[start : start + CHUNK])
    _record(context)
    return context.result


def plan_hospital(
    hospital: Hospital,
    *,
    now: dt.datetime,
    on: dt.date | None = None,
    with_past: bool = False,
    reopens: bool = False,
    workers: int | None = None,
    told: Callable[[int, int], object] | None = None,
) -> PlanResult:
    """Plans whatever waits at a hospital as of day `on`: new and corrected stays, repeats inside the horizon; where
    somebody asked for the day (`reopens`) or for what is over (`with_past`), stays that were too old until now as well.

    Opens its own units of work, one per chunk of stays, so that a night's work is not one transaction. With several
    `workers` (`default_workers` where nobody says) one chunk is worked out while the database writes others,
    each over a connection of its own. `told` hears after every chunk how many stays are done, and how many there are.
    """
    total = PlanResult()
    day = on or today(hospital, now)
    with hospital_scope(hospital):
        waiting = list(
            waiting_stays(day, too_old=reopens or with_past).order_by("patient_id", "pk").values_list("pk", flat=True)
        )
    chunks = [waiting[start : start + CHUNK] for start in range(0, len(waiting), CHUNK)]

    def work(ids: list[int]) -> PlanResult:
        with hospital_scope(hospital):
            return plan(encounter_ids=ids, now=now, on=day, with_past=with_past, reopens=reopens)

    with collector.seldom():
        for done, result in enumerate(_each(work, chunks, workers or default_workers()), 1):
            total.add(result)
            if told is not None:
                told(min(done * CHUNK, len(waiting)), len(waiting))
    total.repeats_created = repeats.extend_hospital(hospital, now=now, on=day)
    with hospital_scope(hospital):
        renew_where_unknown(FollowUpOrder, TierAssignment)
    return total


def _each(work: Callable[[list[int]], PlanResult], chunks: Sequence[list[int]], workers: int) -> Iterator[PlanResult]:
    """Results of all chunks, here or over several threads whose connections are closed at the end."""
    if workers < 2 or len(chunks) < 2:
        yield from map(work, chunks)
        return

    def on_own_connection(ids: list[int]) -> PlanResult:
        try:
            return with_room(work, ids)
        finally:
            connection.close()

    with ThreadPoolExecutor(workers, thread_name_prefix="planning") as pool:
        yield from pool.map(on_own_connection, chunks)


def plan_past_later(*, encounter_ids: Iterable[int]) -> None:
    """Asks for these stays to be planned after the commit with what is over, as late orders."""
    ids = sorted(set(encounter_ids))
    for start in range(0, len(ids), CHUNK):
        queue_on_commit("followups.plan_past", ids[start : start + CHUNK])


def _too_old_runs() -> QuerySet[FollowUpRun]:
    return FollowUpRun.objects.filter(encounter=OuterRef("pk"), closed_reason=FollowUpRun.Closed.BEFORE_START)


def too_old(stays: QuerySet[Encounter]) -> QuerySet[Encounter]:
    """Those of the stays that nobody follows because every step was over before planning began."""
    return stays.filter(Exists(_too_old_runs()), is_cancelled=False)


def before_start(stays: QuerySet[Encounter]) -> QuerySet[Encounter]:
    """Those of the stays that nobody follows because the hospital follows later discharges only."""
    start_on = first_discharge_followed()
    if start_on is None:
        return stays.none()
    runs = FollowUpRun.objects.filter(encounter=OuterRef("pk"))
    return stays.filter(~Exists(runs), kind="inpatient", discharged_on__lt=start_on, is_cancelled=False)


def first_discharge_followed() -> dt.date | None:
    """The day of the first discharge that the hospital follows; None where it follows all."""
    return HospitalSettings.objects.values_list("followups_start_on", flat=True).first()


def _steps_too_old() -> QuerySet[FollowUpOrder]:
    """Steps of runs that go on which were over before planning began."""
    orders = FollowUpOrder.objects.filter(run__encounter=OuterRef("pk"), run__state__in=FollowUpRun.OPEN_STATES)
    return orders.filter(state=OrderState.VOID, state_reason=BEFORE_START)


def waiting_stays(on: dt.date, *, too_old: bool = False) -> QuerySet[Encounter]:
    """Stays that planning has to look at: discharged without a run, cancelled or begun again with a run still going,
    those that hold a run and are no stay, those changed since they were planned; with `too_old` also those that nobody
    follows because they were over, and those with single steps that were.
    """
    start_on = first_discharge_followed()
    runs = FollowUpRun.objects.filter(encounter=OuterRef("pk"))
    tiers = TierAssignment.objects.filter(encounter=OuterRef("pk"), is_current=True)
    unplanned = Q(~Exists(runs))
    if start_on is not None:
        unplanned = Q(discharged_on__gte=start_on) & ~Exists(runs) | Q(discharged_on__lt=start_on) & ~Exists(tiers)
    discharged = Q(discharged_on__lte=on, is_cancelled=False) & ~Q(patient__contact_state__in=("deceased", "erased"))
    still_open = FollowUpRun.objects.filter(
        patient=OuterRef("patient"), state=FollowUpRun.State.OPEN, anchor_on__lte=OuterRef("admitted_on")
    )
    still_open = still_open.exclude(overruled_stays__contains=[OuterRef("pk")])
    back = Q(discharged_on__isnull=True, is_cancelled=False, admitted_on__lte=on) & Exists(still_open)
    cancelled = Q(is_cancelled=True) & Exists(runs.open())
    if too_old:
        unplanned |= Q(Exists(_too_old_runs())) | Q(Exists(_steps_too_old()))
    holding = Q(pk__in=former_runs.ended_holds().values("hold_stay"))
    found = Q(kind="inpatient") & (discharged & unplanned | back | cancelled) | holding | changed.waiting(on)
    return Encounter.objects.filter(found)


def lock_people(encounter_ids: Sequence[int]) -> None:
    """Holds the people of these stays, lowest id first: planners, merges and deaths wait in the same order."""
    executed(_LOCK, [list(encounter_ids)])


def _record(context: PlanContext) -> None:
    audit.record(
        "followups.plan",
        context.plan.protocol,
        after={name: count for name, count in context.result.as_dict().items() if count},
        on=context.on.isoformat(),
    )
