"""What all stays of one unit of planning share, and what planning answers."""

import datetime as dt
from dataclasses import dataclass, field, fields, replace

from accounts.calendar import WorkingCalendar, today
from accounts.models import HospitalSettings
from followups.domain.ladder import Assignment, Ladder
from followups.domain.protocols import ProtocolPlan, plan_of, published
from followups.domain.tiers import PreparedRule, prepared
from followups.domain.windows import Window, window_of
from followups.models import Protocol, ProtocolStep

# Repeats are written this long before their earliest day: time to hand over and print, and not too much to change.
HORIZON_DAYS = 30
# Stays of one unit of planning.
CHUNK = 3000


@dataclass
class PlanResult:
    """What planning did, in stays, runs and orders. `insufficient`: stays in C only because facts are missing."""

    stays: int = 0
    tier_a: int = 0
    tier_b: int = 0
    tier_c: int = 0
    insufficient: int = 0
    dead: int = 0
    runs_opened: int = 0
    runs_closed: int = 0
    orders_created: int = 0
    orders_before_start: int = 0
    orders_changed: int = 0
    repeats_created: int = 0

    def add(self, other: "PlanResult") -> None:
        """Adds the figures of another chunk."""
        for each in fields(self):
            setattr(self, each.name, getattr(self, each.name) + getattr(other, each.name))

    def as_dict(self) -> dict[str, int]:
        """The figures by name."""
        return {each.name: getattr(self, each.name) for each in fields(self)}


@dataclass
class PlanContext:
    """`on` is the day of planning, `start_on` the first discharge that is followed, `with_past` plans what is over.
    `reopens`: somebody asked for this day, or for what is over; runs that were over before planning began begin anew.
    `moved`: orders whose stay was corrected to another department, ward or physician; they find their people together.
    """

    on: dt.date
    now: dt.datetime
    plan: ProtocolPlan
    calendar: WorkingCalendar
    ladder: Ladder
    start_on: dt.date | None = None
    with_past: bool = False
    reopens: bool = False
    result: PlanResult = field(default_factory=PlanResult)
    rules: list[PreparedRule] = field(init=False)
    moved: list[int] = field(default_factory=list)
    _windows: dict[tuple[int, dt.date, int], Window] = field(default_factory=dict)
    _versions: "dict[int, PlanContext]" = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.rules = prepared(self.plan.rules)

    def pinned(self, protocol_id: int) -> "PlanContext":
        """Planning by this version, which is read once for all stays that pin it; everything else is shared."""
        if protocol_id == self.plan.protocol.pk:
            return self
        if protocol_id not in self._versions:
            plan = plan_of(Protocol.objects.get(pk=protocol_id))
            self._versions[protocol_id] = replace(self, plan=plan)
        return self._versions[protocol_id]

    def follows(self, ended_on: dt.date) -> bool:
        """Whether the hospital follows discharges of that day."""
        return self.start_on is None or ended_on >= self.start_on

    def window(self, step: ProtocolStep, anchor_on: dt.date, occurrence: int = 1) -> Window:
        """The window of an occurrence; thousands of stays end on one day."""
        key = (step.pk, anchor_on, occurrence)
        window = self._windows.get(key)
        if window is None:
            window = self._windows[key] = window_of(step, anchor_on, self.calendar, occurrence=occurrence)
        return window

    def is_over(self, window: Window) -> bool:
        """Whether the window closed before planning began."""
        return window.latest_on < self.on and not self.with_past

    def places(
        self,
        *,
        department_id: int | None,
        ward_id: int | None,
        attending_id: int | None,
        spread: int,
        nurse_id: int | None,
    ) -> "Places":
        """What orders copy from a stay that was there."""
        ward_id = self.ladder.ward_meant(ward_id, department_id)
        return Places(department_id, ward_id, attending_id, spread, nurse_id)

    def assign(self, step: ProtocolStep, places: "Places", due_on: dt.date) -> Assignment:
        """Who does an order of this step by rule."""
        return self.ladder.assign(
            step.ladder,
            attending_id=places.attending_id,
            nurse_id=places.nurse_id,
            ward_id=places.ward_id,
            department_id=places.department_id,
            due_on=due_on,
            spread=places.spread,
        )


@dataclass(frozen=True, slots=True)
class Places:
    """Where a stay was: what its orders copy, and what the ladder asks. `spread` deals stays among nurses."""

    department_id: int | None
    ward_id: int | None
    attending_id: int | None
    spread: int
    nurse_id: int | None = None


def context_for(
    *,
    now: dt.datetime,
    on: dt.date | None = None,
    with_past: bool = False,
    reopens: bool = False,
    protocol: Protocol | None = None,
) -> PlanContext | None:
    """What planning needs of the hospital in scope, for a version (the published one); None where there is none."""
    protocol = protocol or published()
    if protocol is None:
        return None
    return PlanContext(
        on=on or today(now=now),
        now=now,
        plan=plan_of(protocol),
        calendar=WorkingCalendar.of_hospital(),
        ladder=Ladder(),
        start_on=HospitalSettings.objects.values_list("followups_start_on", flat=True).first(),
        with_past=with_past,
        reopens=reopens or with_past,
    )
