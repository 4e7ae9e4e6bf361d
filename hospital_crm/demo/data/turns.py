"""The states of orders that chance seldom or never brings about, by the calls and decisions that lead there.

Each time another person; where a hospital has few people, every state comes once before any comes twice.
"""

import datetime as dt
import uuid

from django.db.models import Exists, OuterRef, Q

from accounts.actors import Actor
from accounts.models import StaffMember
from followups.domain import dispatch, execution, reviews, tiers
from followups.domain.asking import care_is_refused, contact_waits
from followups.domain.execution import Result
from followups.models import UNSTARTED, Attempt, FollowUpOrder, Outcome, Satisfaction, Tier
from followups.models.orders import FollowUpOrderQuerySet
from hospital_crm.demo.data import unreachable
from hospital_crm.demo.data.history import Past
from hospital_crm.tenancy.scope import hospital_scope

ROUNDS = 3
SEARCH_DAYS = 7  # three days of calls, the family, a visit or a letter, and the day after
_NOTES = {
    Outcome.COMPLETED: "恢复良好，按时服药。",
    Outcome.READMITTED: "家属告知昨日因发热再次住院。",
    Outcome.TRANSFERRED: "家属告知已转至外地医院继续治疗。",
}
_LATE = "号码有误，重新核对后接通。"
_RETURNED = "请补问用药情况。"
_GIVEN = "医师出诊较多，转客服中心回访。"
_RAISED = "患者独居，复诊不便，需重点随访。"


def take_turns(past: Past, *, now: dt.datetime) -> None:
    """Brings some orders into every state that a call or a decision leads to, in the last days."""
    with hospital_scope(past.hospital):
        turns = _Turns(past, now)
        for _round in range(ROUNDS):
            turns.lose()
            turns.send_back()
            turns.begin()
            for outcome in (Outcome.NO_ANSWER, Outcome.REFUSED_NOW, Outcome.COMPLETED):
                turns.call_once(outcome)
            turns.readmit()
            turns.raise_tier()
            turns.give_to_centre()
            for outcome in (Outcome.TRANSFERRED, Outcome.DIED):
                turns.hear(outcome)


class _Turns:
    """The orders nobody has begun, and who has had a turn."""

    def __init__(self, past: Past, now: dt.datetime) -> None:
        self.past, self.now = past, now
        self.had: set[int] = set()
        manager = StaffMember.objects.active().holding("centre_manager").first()
        self.manager = past.acting(manager, "centre_manager")

    def readmit(self) -> None:
        """In hospital again: this step ends, the others of the run wait."""
        others = FollowUpOrder.objects.filter(run=OuterRef("run"), state__in=UNSTARTED).exclude(pk=OuterRef("pk"))
        if order := self._ahead(Exists(others)):
            self._call(order, Outcome.READMITTED)

    def raise_tier(self) -> None:
        """The attending physician raises a tier: the steps of the lower one are void."""
        order = self._ahead(~Q(tier=Tier.A) & Q(attending__isnull=False, run__encounter__isnull=False))
        if order and (physician := self.past.acting(order.attending, "physician")):
            stay = order.run.encounter
            tiers.set_tier(encounter=stay, tier=Tier.A, reason=_RAISED, actor=physician, now=self.now)

    def lose(self) -> None:
        """Day by day nobody is reached, until nothing is left to try and the person is lost."""
        if order := self._due(back=SEARCH_DAYS):
            for back in range(SEARCH_DAYS, 0, -1):
                actor, chance = self._worker(order), self.past.chance
                hour, result = unreachable.next_try(order, day=self._day(back), actor=actor, chance=chance)
                self._record(order, result, self._at(back, hour))
                if result.outcome == Outcome.LOST:
                    return

    def send_back(self) -> None:
        """The centre returns a result."""
        if self.manager and (order := self._due(back=2)):
            self._call(order, Outcome.COMPLETED, back=2)
            reviews.return_result(order=order, reason=_RETURNED, actor=self.manager, now=self._at(1, 17.5))

    def give_to_centre(self) -> None:
        """The manager takes an order into the centre's pool."""
        if self.manager and (order := self._ahead()):
            dispatch.give_to_pool(orders=[order], reason=_GIVEN, actor=self.manager, now=self._at(1, 11))

    def begin(self) -> None:
        """Somebody has just taken an order up."""
        if order := self._due():
            execution.start(order=order, actor=self._worker(order), now=self.now)

    def call_once(self, outcome: Outcome) -> None:
        """One call yesterday."""
        if order := self._due():
            self._call(order, outcome)

    def hear(self, outcome: Outcome) -> None:
        """The family calls before the step is due."""
        if order := self._ahead():
            self._call(order, outcome)

    def _due(self, *, back: int = 1) -> FollowUpOrder | None:
        """An order that could be done so many days ago, of a person nobody has called since; the least late first."""
        since = self._day(back)
        return self._take(self._free(since).filter(earliest_on__lte=since).order_by("-latest_on", "pk"))

    def _ahead(self, *wanted: Q | Exists) -> FollowUpOrder | None:
        """An order whose window is not over, the first to close, of a person nobody called yesterday."""
        free = self._free(self._day(1)).filter(*wanted, latest_on__gte=self.past.today)
        return self._take(free.order_by("latest_on", "pk"))

    def _free(self, since: dt.date) -> FollowUpOrderQuerySet:
        """Orders in somebody's hands that nobody has begun, of people who had no turn and no call since that day."""
        called = Attempt.objects.filter(patient=OuterRef("patient"), on__gte=since)
        orders = FollowUpOrder.objects.filter(~Exists(called), state__in=UNSTARTED, assignee__isnull=False)
        orders = orders.filter(~contact_waits(since), ~care_is_refused())
        return orders.of_callable_people().filter(attempts_count=0).exclude(patient__in=self.had)

    def _take(self, orders: FollowUpOrderQuerySet) -> FollowUpOrder | None:
        for order in orders.select_related("run__encounter"):
            if self.past.worker(order) is not None:
                self.had.add(order.patient_id)
                return order
        return None

    def _call(self, order: FollowUpOrder, outcome: Outcome, *, back: int = 1, hour: float = 10.4) -> None:
        day = self._day(back)
        result = Result(
            outcome=outcome,
            note=_NOTES.get(outcome, ""),
            late_reason=_LATE if outcome == Outcome.COMPLETED and order.latest_on < day else "",
            deceased_on=day if outcome == Outcome.DIED else None,
            satisfaction=Satisfaction.GOOD if outcome == Outcome.COMPLETED and order.step.asks_satisfaction else None,
        )
        self._record(order, result, self._at(back, hour))

    def _record(self, order: FollowUpOrder, result: Result, moment: dt.datetime) -> None:
        order.refresh_from_db()
        actor, key = self._worker(order), uuid.uuid4()
        execution.record_attempt(order=order, result=result, actor=actor, key=key, version=order.version, now=moment)

    def _worker(self, order: FollowUpOrder) -> Actor:
        actor = self.past.worker(order)
        assert actor is not None
        return actor

    def _day(self, back: int) -> dt.date:
        return self.past.today - dt.timedelta(days=back)

    def _at(self, back: int, hour: float) -> dt.datetime:
        return self.past.at(self._day(back), hour)
