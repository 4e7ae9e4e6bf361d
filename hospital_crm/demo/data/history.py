"""Months of follow-up relived: orders planned as the stays ended, called day by day, filed or returned.

Every act goes through the domain function a page would call, at the time it would have happened, so that what the demo
shows obeys every rule. Recent days stay partly undone, as on any real morning.
"""

import datetime as dt
import random
import uuid
from collections.abc import Callable

from accounts.actors import Actor, actor_for
from accounts.calendar import today as hospital_today
from accounts.models import Hospital, HospitalSettings, StaffMember
from followups.domain import execution, reviews, samples
from followups.domain.dissatisfactions import Complaint, handle
from followups.domain.errors import FollowUpError
from followups.domain.execution import Result
from followups.domain.planning import plan_hospital
from followups.models import Dissatisfaction, FollowUpOrder, OrderState, Outcome, Review, Satisfaction
from followups.models.outcomes import LOW
from hospital_crm.demo.console import Bar
from hospital_crm.demo.data import unreachable
from hospital_crm.tenancy.scope import hospital_scope

RELIVED_DAYS = 90
RELIVED_DAYS_OF_A_LARGE_HOSPITAL = 14
LARGE = 10_000
MOST_CALLS = 3_000
RECENT_DAYS = 12
# On the recent days somebody calls less than the others: there has to be something to supervise.
BUSY_STAFF_REMAINDER, BUSY_STAFF_OF = 3, 7
# The centre's pool has long windows: on the recent days agents leave much of it for later.
POOL_ZEAL = 0.12
# Of what any agent may take, one in so many is overlooked until it is late.
OVERLOOKED_OF = 5
PLANNED_EVERY_DAYS = 2
PLANNED_AT = 7
NOTES = (
    "恢复良好，饮食睡眠正常，按时服药。",
    "切口干燥，无发热，已能下床活动。",
    "血压平稳，无头晕，已嘱按期复诊。",
    "轻度乏力，嘱多休息，一周后再问。",
    "家属代述，精神好，无不适。",
)
FINDING = "体温38.2℃，已嘱当日到门诊就诊。"
RETURNED = "请补问伤口情况。"
SETTLED = "已向患者说明并致歉，科室已改进。"
SETTLED_PER_DAY = 0.12
SCORED_PER_DAY = 0.3
POINTS = (5, 5, 5, 4, 4, 3)
COMPLAINTS = (("waiting", "出院结算等候时间长。"), ("attitude", "对护士解释不够满意。"), ("cost", "费用清单看不明白。"))
OUTCOMES = (
    (Outcome.COMPLETED, 70),
    (Outcome.PARTLY, 4),
    (Outcome.COMPLETED_FAMILY, 9),
    (Outcome.NO_ANSWER, 10),
    (Outcome.BUSY, 3),
    (Outcome.SWITCHED_OFF, 2),
    (Outcome.REFUSED_NOW, 1.2),
    (Outcome.NO_SUCH_NUMBER, 0.5),
    (Outcome.REFUSED_FOR_GOOD, 0.2),
    (Outcome.DIED, 0.1),
)
# Of a hundred people: from very content to not content at all, and those who do not say.
CONTENT = (45, 34, 11, 3, 1, 6)
_ROLES = {"attending": "physician", "nurse": "nurse", "department_head": "department_head", "centre": "agent"}


def begin(hospital: Hospital, *, people: int, now: dt.datetime) -> None:
    """The hospital begins with follow-up when the relived time begins: every stay that had ended by then is planned,
    with a bar that tells how far it is.
    """
    start = hospital_today(hospital, now) - dt.timedelta(days=_relived_days(people))
    with hospital_scope(hospital):
        # Whoever tries the demo may live in another time zone: results can be written at any hour.
        HospitalSettings.objects.update(followups_start_on=start, care_from_hour=0, care_until_hour=24)
    plan_hospital(hospital, now=_moment(hospital, start, PLANNED_AT), on=start, told=Bar())


def relive(hospital: Hospital, *, people: int, now: dt.datetime, seed: int) -> "Past":
    """Works the months since the hospital has begun, at most MOST_CALLS calls, and plans the stays that end meanwhile;
    then plans up to today. Answers with the people who worked.
    """
    today = hospital_today(hospital, now)
    days = _relived_days(people)
    past = Past(hospital, random.Random(seed), today)
    bar = Bar()
    for back in range(days, 0, -1):
        day, told = today - dt.timedelta(days=back), _part_of(bar, days - back, days + 1)
        if back < days and back % PLANNED_EVERY_DAYS == 0:
            plan_hospital(hospital, now=past.at(day, PLANNED_AT), on=day, told=told)
        if past.calls < MOST_CALLS:
            with hospital_scope(hospital):
                past.work(day, told)
    plan_hospital(hospital, now=now, on=today, told=_part_of(bar, days, days + 1))
    return past


def _part_of(bar: Bar, number: int, parts: int) -> Callable[[int, int], None]:
    """Tells the bar of one part of several how far that part is, whenever it is a hundredth further."""
    last = 0

    def told(done: int, total: int) -> None:
        nonlocal last
        hundredths = 100 * done // max(total, 1)
        if hundredths > last:
            last = hundredths
            bar(100 * number + hundredths, 100 * parts)

    return told


def _relived_days(people: int) -> int:
    """Of a large hospital only the last days are relived."""
    return RELIVED_DAYS if people < LARGE else RELIVED_DAYS_OF_A_LARGE_HOSPITAL


def _moment(hospital: Hospital, day: dt.date, hour: float) -> dt.datetime:
    """That hour of the hospital's day."""
    return dt.datetime.combine(day, dt.time(int(hour), int(hour % 1 * 60)), hospital.tz)


class Past:
    """The people who worked, and what they did on a day."""

    def __init__(self, hospital: Hospital, chance: random.Random, today: dt.date) -> None:
        self.hospital, self.chance, self.today = hospital, chance, today
        self.calls = 0
        self.actors: dict[tuple[int, str], Actor | None] = {}

    def at(self, day: dt.date, hour: float) -> dt.datetime:
        """That hour of the hospital's day."""
        return _moment(self.hospital, day, hour)

    def work(self, day: dt.date, told: Callable[[int, int], None]) -> None:
        """One day: some of what may be called is called, some of what was sent is filed or returned."""
        is_recent = (self.today - day).days <= RECENT_DAYS
        due = FollowUpOrder.objects.working().filter(due_on__lte=day).select_related("step", "patient")
        orders = list(due.order_by("latest_on", "pk"))
        for number, order in enumerate(orders, 1):
            told(number, len(orders))
            if self.chance.random() < self._zeal(order, day, is_recent):
                self._call(order, day)
        if not is_recent or self.chance.random() < 0.5:
            self._review(day)
        self._settle(day)
        samples.draw_due(now=self.at(day, 23))
        self._score(day)

    def _zeal(self, order: FollowUpOrder, day: dt.date, is_recent: bool) -> float:
        """How likely the order is called that day."""
        closes_soon = order.latest_on >= self.today - dt.timedelta(days=RECENT_DAYS)
        if order.assignee_id is None and closes_soon and order.pk % OVERLOOKED_OF == 0:
            return 0
        if not is_recent:
            return 0.9 if order.latest_on <= day else 0.7
        is_busy = order.assignee_id is not None and order.assignee_id % BUSY_STAFF_OF == BUSY_STAFF_REMAINDER
        if order.assignee_id is None:
            return POOL_ZEAL
        return 0.05 if is_busy else 0.45

    def _call(self, order: FollowUpOrder, day: dt.date) -> None:
        actor = self.worker(order)
        if actor is None:
            return
        hour = self.chance.choice((9.2, 9.8, 10.5, 11.2, 14.3, 15.1, 16.4, 17.2, 18.6))
        if unreachable.is_unreachable(order):
            hour, result = unreachable.next_try(order, day=day, actor=actor, chance=self.chance)
        else:
            result = self._result(order, day)
        try:
            execution.record_attempt(
                order=order,
                result=result,
                actor=actor,
                key=uuid.UUID(int=self.chance.getrandbits(128), version=4),
                version=order.version,
                now=self.at(day, hour),
            )
        except FollowUpError:
            return
        self.calls += 1

    def _result(self, order: FollowUpOrder, day: dt.date) -> Result:
        outcomes, weights = zip(*OUTCOMES, strict=True)
        outcome = self.chance.choices(outcomes, weights)[0]
        is_done = outcome in (Outcome.COMPLETED, Outcome.COMPLETED_FAMILY)
        has_finding = is_done and self.chance.random() < 0.04
        content = self._content() if is_done and order.step.asks_satisfaction else None
        is_complaint = content in LOW or (is_done and self.chance.random() < 0.03)
        return Result(
            outcome=outcome,
            note=FINDING if has_finding else self.chance.choice(NOTES) if is_done else "",
            next_step="outpatient" if has_finding else "none",
            has_finding=has_finding,
            agreed_at=self.at(day + dt.timedelta(days=1), 10.5) if outcome == Outcome.PARTLY else None,
            late_reason="号码有误，重新核对后接通。" if is_done and order.latest_on < day else "",
            deceased_on=day if outcome == Outcome.DIED else None,
            complaint=self._complaint() if is_complaint else None,
            satisfaction=content,
        )

    def _content(self) -> Satisfaction:
        """How content somebody says to be; most are."""
        return self.chance.choices(list(Satisfaction), CONTENT)[0]

    def _complaint(self) -> Complaint:
        cause, text = self.chance.choice(COMPLAINTS)
        return Complaint(cause=cause, text=text, handling="已致歉并转科室处理。")

    def _review(self, day: dt.date) -> None:
        manager = self.acting(StaffMember.objects.active().holding("centre_manager").first(), "centre_manager")
        if manager is None:
            return
        moment = self.at(day, 17.5)
        sent = FollowUpOrder.objects.filter(state=OrderState.SUBMITTED, submitted_at__lt=self.at(day, 0))
        for order in sent.exclude(submitted_by=manager.staff):
            is_odd = self.chance.random() < 0.03
            if not (is_odd and reviews.return_many(orders=[order], reason=RETURNED, actor=manager, now=moment)):
                reviews.file_result(order=order, actor=manager, now=moment)

    def _settle(self, day: dt.date) -> None:
        """What people were not content with is settled by the centre after some days, most of it."""
        manager = self.acting(StaffMember.objects.active().holding("centre_manager").first(), "centre_manager")
        if manager is None:
            return
        waiting = Dissatisfaction.objects.unsettled().filter(heard_at__lt=self.at(day - dt.timedelta(days=4), 0))
        for row in waiting.order_by("pk"):
            if self.chance.random() < SETTLED_PER_DAY:
                handle(dissatisfaction=row, handling=SETTLED, is_settled=True, actor=manager, now=self.at(day, 16.5))

    def _score(self, day: dt.date) -> None:
        """The heads score what was drawn some days ago; the latest waits."""
        waiting = Review.objects.filter(kind=Review.Kind.SAMPLE, verdict=Review.Verdict.PENDING)
        for review in waiting.filter(at__lt=self.at(day - dt.timedelta(days=6), 0)).select_related("order"):
            heads = StaffMember.objects.active().filter(
                department_links__department=review.order.department_id, department_links__is_head=True
            )
            head = self.acting(heads.exclude(pk=review.order.submitted_by_id).first(), "department_head")
            if head is not None and self.chance.random() < SCORED_PER_DAY:
                points = self.chance.choice(POINTS)
                reviews.score(review=review, points=points, remark="", actor=head, now=self.at(day, 17))

    def worker(self, order: FollowUpOrder) -> Actor | None:
        """Who calls: the assignee, or one of the service agents for the pool."""
        if order.assignee_id is None:
            agents = list(StaffMember.objects.active().holding("agent").order_by("pk"))
            return self.acting(self.chance.choice(agents), "agent")
        return self.acting(order.assignee, _ROLES.get(order.assignee_role, "physician"))

    def acting(self, staff: StaffMember | None, role_code: str) -> Actor | None:
        if staff is None:
            return None
        key = (staff.pk, role_code)
        if key not in self.actors:
            self.actors[key] = actor_for(staff.user, hospital=self.hospital, role_code=role_code)
        return self.actors[key]
