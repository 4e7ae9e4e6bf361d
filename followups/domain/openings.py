"""The orders of a run: which steps apply, their windows, who does them, and what was over before the start."""

import datetime as dt
from collections.abc import Iterator

from followups.domain.facts import Stay
from followups.domain.ladder import Assignment
from followups.domain.plan_context import HORIZON_DAYS, Places, PlanContext
from followups.domain.windows import Window, has_occurrence
from followups.domain.writing import HandRow, OrderRow, RunRow, WindowRow
from followups.models import AssigneeRole, OrderState, ProtocolStep

BEFORE_START = "before_start"


class Openings:
    """The new runs of a chunk of stays, with what their orders share: windows by tier and day, hands by run."""

    def __init__(self, context: PlanContext) -> None:
        self._context = context
        self._specs: dict[tuple[str, dt.date], list[WindowRow]] = {}
        self._ladders: dict[tuple[str, ...], int] = {}
        self.runs: list[RunRow] = []
        self.windows: dict[tuple[str, dt.date, int, int], WindowRow] = {}
        self.hands: list[HandRow] = []

    def add(self, run: RunRow, stay: Stay, *, with_orders: bool) -> None:
        """A run, and who does its orders; without orders for one that is closed from the start."""
        self.runs.append(run)
        if not with_orders:
            return
        context = self._context
        usual: dict[int, Assignment] = {}
        for spec in self._specs_of(stay, run.tier, run.anchor_on):
            if spec.is_over and spec.ladder in usual:
                continue
            step = context.plan.step_by_id[spec.step_id]
            found = context.assign(step, run.places, spec.window.due_on)
            if spec.ladder not in usual:
                usual[spec.ladder] = found
                self.hands.append(HandRow(run.id, spec.ladder, None, None, found.staff_id, str(found.role)))
            elif usual[spec.ladder] != found:
                self.hands.append(
                    HandRow(run.id, spec.ladder, spec.step_id, spec.occurrence, found.staff_id, str(found.role))
                )

    def _specs_of(self, stay: Stay, tier: str, anchor_on: dt.date) -> list[WindowRow]:
        """The steps of an inpatient stay of this tier that ended on this day."""
        key = (tier, anchor_on)
        if key not in self._specs:
            self._specs[key] = [
                self._spec(step, occurrence, anchor_on)
                for step, occurrence in _occurrences(self._context, stay, tier, anchor_on)
            ]
            for spec in self._specs[key]:
                self.windows[tier, anchor_on, spec.step_id, spec.occurrence] = spec
        return self._specs[key]

    def _spec(self, step: ProtocolStep, occurrence: int, anchor_on: dt.date) -> WindowRow:
        window = self._context.window(step, anchor_on, occurrence)
        ladder = self._ladders.setdefault(tuple(step.ladder), len(self._ladders))
        is_over = self._context.is_over(window)
        return WindowRow(step.tier, anchor_on, step.pk, occurrence, step.channel, ladder, window, is_over)


def places_of(context: PlanContext, stay: Stay) -> Places:
    """What orders copy from a stay."""
    return context.places(
        department_id=stay.department_id,
        ward_id=stay.ward_id,
        attending_id=stay.attending_id,
        spread=stay.facts.encounter_id,
        nurse_id=stay.nurse_id,
    )


def orders_of(
    context: PlanContext, stay: Stay, *, run_id: int, tier: str, anchor_on: dt.date, is_suspended: bool = False
) -> list[OrderRow]:
    """The orders a run of this tier has on the day of planning, those over before the start as void."""
    places = places_of(context, stay)
    return [
        order_row(
            context,
            step,
            occurrence,
            context.window(step, anchor_on, occurrence),
            places,
            run_id=run_id,
            patient_id=stay.facts.patient_id,
            is_suspended=is_suspended,
        )
        for step, occurrence in _occurrences(context, stay, tier, anchor_on)
    ]


def is_enrolled(
    context: PlanContext,
    stay: Stay,
    *,
    tier: str,
    anchor_on: dt.date,
    after: dt.date | None = None,
    counts_endless: bool = False,
) -> bool:
    """Whether a step that ends by itself is not over: only then does the run open, and go on to endless steps.

    after: only steps due after that day are left. counts_endless: endless steps are enough.
    """
    for step in context.plan.steps_by_tier[tier]:
        if not applies(step, stay):
            continue
        if step.repeats_every is not None and step.repeat_until is None:
            if counts_endless:
                return True
            continue
        window = context.window(step, anchor_on, last_occurrence(step))
        if not context.is_over(window) and (after is None or window.due_on > after):
            return True
    return False


def order_row(
    context: PlanContext,
    step: ProtocolStep,
    occurrence: int,
    window: Window,
    places: Places,
    *,
    run_id: int,
    patient_id: int,
    is_suspended: bool = False,
) -> OrderRow:
    """One order with its assignee by rule; void where its window was over before planning began."""
    is_over = context.is_over(window)
    staff_id, role = (None, "") if is_over else context.assign(step, places, window.due_on)
    if is_over:
        state = OrderState.VOID
    elif is_suspended:
        state = OrderState.SUSPENDED
    else:
        state = OrderState.PLANNED if role == AssigneeRole.CENTRE else OrderState.DISPATCHED
    return OrderRow(
        run_id=run_id,
        patient_id=patient_id,
        step_id=step.pk,
        occurrence=occurrence,
        tier=step.tier,
        channel=step.channel,
        window=window,
        places=places,
        assignee_id=staff_id,
        assignee_role=str(role),
        state=str(state.value),
        state_reason=BEFORE_START if is_over else "",
    )


def applies(step: ProtocolStep, stay: Stay) -> bool:
    """Whether a step is planned from the start for this stay. Steps after a finding follow when there is one."""
    if step.condition == ProtocolStep.Condition.AFTER_NEGATIVE:
        return False
    if step.condition == ProtocolStep.Condition.CHECKUP:
        return stay.facts.kind == "checkup"
    if step.condition == ProtocolStep.Condition.ABNORMAL_CHECKUP:
        return bool(stay.facts.has_abnormal_finding)
    return True


def last_occurrence(step: ProtocolStep) -> int:
    """The last occurrence of a step that ends by itself."""
    if step.repeats_every is None or step.repeat_until is None:
        return 1
    return 1 + max(0, step.repeat_until - step.due_days) // step.repeats_every


def repeats_due(context: PlanContext, step: ProtocolStep, anchor_on: dt.date, after: int) -> Iterator[int]:
    """The occurrences after number `after` that are not over and whose earliest day lies inside the horizon."""
    occurrence = after + 1
    while has_occurrence(step, occurrence):
        window = context.window(step, anchor_on, occurrence)
        if window.earliest_on > context.on + dt.timedelta(HORIZON_DAYS):
            return
        if not context.is_over(window):
            yield occurrence
        occurrence += 1


def _occurrences(context: PlanContext, stay: Stay, tier: str, anchor_on: dt.date) -> Iterator[tuple[ProtocolStep, int]]:
    """Steps that apply: single ones always, repeating ones inside the horizon."""
    for step in context.plan.steps_by_tier[tier]:
        if not applies(step, stay):
            continue
        if step.repeats_every is None:
            yield step, 1
        else:
            yield from ((step, occurrence) for occurrence in repeats_due(context, step, anchor_on, 0))
