"""Looking at the work: filing, returning, reminding, sampling, and late orders that make themselves heard."""

import datetime as dt
from typing import Any

import pytest
from django.contrib.messages import get_messages
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import AuditEvent, Department, Hospital, Ward
from followups.domain import figures, refusals, reminders, reviews
from followups.domain.escalation import escalate
from followups.models import FollowUpOrder, Reminder, Review
from messaging.models import Message, MessageChange
from patients.domain.life import report_death
from tests.cast import CARDIOLOGY, CARDIOLOGY_WARD, Cast, actor_of
from tests.followups.calling import call
from tests.followups.factories import ReviewFactory
from tests.followups.scene import order_of
from tests.followups.test_planning import MONDAY, NOW, a_stay, planned


@pytest.fixture
def order(in_north: Hospital, cast: Cast) -> FollowUpOrder:
    """An A order of cardiology that the nurse holds: latest on Saturday 7 March 2026."""
    people = cast.li, cast.zhou, cast.wang, cast.ma
    stay = a_stay(
        surgery_level=3,
        department=Department.objects.get(name=CARDIOLOGY),
        ward=Ward.objects.get(name=CARDIOLOGY_WARD),
    )
    planned(stay)
    FollowUpOrder.objects.update(assignee=people[0], state="dispatched")
    return FollowUpOrder.objects.get(step__number=1)


def sent(order: FollowUpOrder, by: Any = None, at: dt.datetime = NOW) -> FollowUpOrder:
    """The order with its result sent."""
    FollowUpOrder.objects.filter(pk=order.pk).update(
        state="submitted", submitted_by=by or order.assignee, submitted_at=at, completed_at=at
    )
    order.refresh_from_db()
    return order


def test_the_centre_files_what_was_sent(order: FollowUpOrder, actor: Any) -> None:
    manager = actor("centre_manager")
    with pytest.raises(refusals.NotToBeReviewed):
        reviews.file_result(order=order, actor=manager, now=NOW)
    filed = reviews.file_result(order=sent(order), actor=manager, now=NOW, version=0)
    assert (filed.state, filed.closed_at, filed.version) == ("filed", NOW, 1)
    assert (Review.objects.get().verdict, Review.objects.get().reviewer) == ("filed", manager.staff)
    with pytest.raises(refusals.NotAllowed):
        reviews.file_result(order=order, actor=actor("nurse"), now=NOW)


def test_a_returned_result_is_open_again_and_told(order: FollowUpOrder, actor: Any) -> None:
    manager = actor("centre_manager")
    with pytest.raises(refusals.ReasonMissing):
        reviews.return_result(order=sent(order), reason="", actor=manager, now=NOW)
    back = reviews.return_result(order=order, reason=" 未问伤口 ", actor=manager, now=NOW)
    assert (back.state, back.closed_at, back.is_working) == ("returned", None, True)
    assert (Review.objects.get().verdict, Review.objects.get().reason) == ("returned", "未问伤口")
    assert Message.objects.get(purpose="followups.returned").staff == order.assignee


def test_a_head_returns_a_filed_result_and_another_version_is_refused(order: FollowUpOrder, actor: Any) -> None:
    reviews.file_result(order=sent(order), actor=actor("centre_manager"), now=NOW)
    head = actor("department_head")
    with pytest.raises(refusals.OrderChanged):
        reviews.return_result(order=order, reason="通话过短", actor=head, now=NOW, version=0)
    reviews.return_result(order=order, reason="通话过短", actor=head, now=NOW, version=1)
    assert list(Review.objects.order_by("pk").values_list("kind", "verdict")) == [
        ("centre", "filed"),
        ("supervision", "returned"),
    ]


def test_the_result_of_somebody_who_died_is_filed_and_never_returned(order: FollowUpOrder, actor: Any) -> None:
    report_death(sent(order).patient, source="his", deceased_on=None, actor=None, now=NOW)
    manager = actor("centre_manager")
    with pytest.raises(refusals.PersonIsDead):
        reviews.return_result(order=order, reason="未问伤口", actor=manager, now=NOW)
    assert reviews.return_many(orders=[order], reason="未问伤口", actor=manager, now=NOW) == 0
    assert reviews.file_result(order=order, actor=manager, now=NOW).state == "filed"


def test_reminding_is_once_a_day_and_one_notice_per_person(order: FollowUpOrder, actor: Any) -> None:
    orders = list(FollowUpOrder.objects.all())
    head = actor("department_head")
    assert reminders.remind(orders=orders, actor=head, now=NOW).count == 4
    assert reminders.remind(orders=orders, actor=head, now=NOW + dt.timedelta(hours=3)).count == 0
    assert reminders.remind(orders=orders, actor=head, now=NOW + dt.timedelta(days=1)).count == 4
    notices = Message.objects.filter(purpose="followups.reminder")
    assert [(row.staff, row.context) for row in notices] == [(order.assignee, {"count": 4})] * 2
    with pytest.raises(refusals.NotAllowed):
        reminders.remind(orders=orders, actor=actor("nurse"), now=NOW)


def test_reminding_of_the_pool_tells_the_head_of_the_centre_or_nobody(
    order: FollowUpOrder, cast: Cast, actor: Any
) -> None:
    FollowUpOrder.objects.update(assignee=None)
    orders, head = list(FollowUpOrder.objects.all()), actor("department_head")
    assert (reminders.remind(orders=orders, actor=head, now=NOW).count, Reminder.objects.count()) == (0, 0)
    manager = actor("centre_manager")
    assert reminders.remind(orders=orders, actor=manager, now=NOW).count == 0
    assert reminders.remind(orders=orders, actor=head, now=NOW).count == 4
    notice = Message.objects.get(purpose="followups.reminder")
    assert (notice.staff, notice.context, notice.link) == (manager.staff, {"count": 4}, ["followups:dispatch"])


def test_nobody_is_reminded_by_himself(order: FollowUpOrder, cast: Cast) -> None:
    FollowUpOrder.objects.update(assignee=cast.wang)
    orders = list(FollowUpOrder.objects.all())
    reminded = reminders.remind(orders=orders, actor=actor_of(cast.wang), now=NOW)
    assert (reminded.count, reminded.nobody, Reminder.objects.count()) == (0, 4, 0)


def test_the_look_before_a_reminder_tells_what_it_will_do(order: FollowUpOrder, cast: Cast, actor: Any) -> None:
    today, own, done, last = FollowUpOrder.objects.order_by("pk")
    head = actor("department_head")
    reminders.remind(orders=[today], actor=head, now=NOW)
    FollowUpOrder.objects.filter(pk=own.pk).update(assignee=cast.wang)
    FollowUpOrder.objects.filter(pk=done.pk).update(state="filed")
    orders, later = FollowUpOrder.objects.all(), NOW + dt.timedelta(hours=1)
    seen = reminders.foresee(orders=orders, actor=head, now=later)
    assert [one.pk for one in seen.told] == [last.pk]
    assert (seen.reminded_today, seen.nobody, seen.done, Reminder.objects.count()) == (1, 1, 1, 1)
    assert reminders.remind(orders=orders, actor=head, now=later) == seen
    with pytest.raises(refusals.NotAllowed):
        reminders.foresee(orders=orders, actor=actor("nurse"), now=later)


def test_a_sampled_result_is_scored_once_by_another(order: FollowUpOrder, cast: Cast, actor: Any) -> None:
    head = actor("department_head")
    review = ReviewFactory(
        order=sent(order), kind="sample", verdict="pending", reviewer=None, sample_month=dt.date(2026, 3, 1)
    )
    with pytest.raises(refusals.NotAllowed):
        reviews.score(review=review, points=5, remark="", actor=actor("nurse"), now=NOW)
    scored = reviews.score(review=review, points=2, remark=" 太短 ", actor=head, now=NOW)
    assert (scored.verdict, scored.score, scored.reason, scored.reviewer) == ("scored", 2, "太短", head.staff)
    with pytest.raises(reviews.AlreadyScored):
        reviews.score(review=review, points=5, remark="", actor=head, now=NOW)
    own = ReviewFactory(
        order=sent(FollowUpOrder.objects.get(step__number=2), by=head.staff), kind="sample", verdict="pending"
    )
    with pytest.raises(reviews.OwnResult):
        reviews.score(review=own, points=5, remark="", actor=head, now=NOW)


END = dt.datetime(2026, 3, 7, 16, 0, tzinfo=dt.UTC)  # midnight that ends Saturday 7 March


@pytest.mark.parametrize(
    ("hours", "levels"),
    [(0, []), (23.9, []), (24, [1]), (47.9, [1]), (48, [1, 2]), (72, [1, 2, 3]), (500, [1, 2, 3])],
)
def test_a_late_a_order_escalates_by_calendar_hours(order: FollowUpOrder, hours: float, levels: list[int]) -> None:
    FollowUpOrder.objects.exclude(pk=order.pk).update(state="void")
    escalate(now=END + dt.timedelta(hours=hours))
    assert list(Reminder.objects.order_by("level").values_list("level", flat=True)) == levels


def test_each_level_is_told_once_to_the_people_the_protocol_names(order: FollowUpOrder, cast: Cast) -> None:
    FollowUpOrder.objects.exclude(pk=order.pk).update(state="void")
    for hours in (24, 25, 48, 49, 72, 96):
        escalate(now=END + dt.timedelta(hours=hours))
        escalate(now=END + dt.timedelta(hours=hours))
    told = {row.level: set(row.recipients) for row in Reminder.objects.all()}
    assert told == {1: {cast.li.pk, cast.zhou.pk}, 2: {cast.wang.pk}, 3: {cast.ma.pk}}
    messages = Message.objects.filter(purpose="followups.late_a")
    assert sorted((row.staff.name, row.channel) for row in messages) == sorted(
        (name, channel) for name in ("李护士", "周护士长", "王主任", "马医务") for channel in ("bell", "email")
    )
    assert FollowUpOrder.objects.get(pk=order.pk).escalation_level == 3


@pytest.mark.parametrize("is_begun", [False, True])
def test_a_result_returned_after_its_latest_day_is_late_from_the_return(
    order: FollowUpOrder, actor: Any, is_begun: bool
) -> None:
    FollowUpOrder.objects.exclude(pk=order.pk).update(state="void")
    FollowUpOrder.objects.filter(pk=order.pk).update(escalation_level=2)
    returned_at = END + dt.timedelta(days=10, hours=10)
    returned = reviews.return_result(
        order=sent(order), reason="未问伤口", actor=actor("centre_manager"), now=returned_at
    )
    if is_begun:
        assert call(returned, actor_of(returned.assignee), "no_answer", at=returned_at).order.state == "attempted"
    for hours, levels in ((1, []), (23, []), (24, [1]), (48, [1, 2]), (72, [1, 2, 3])):
        escalate(now=returned_at + dt.timedelta(hours=hours))
        assert list(Reminder.objects.order_by("level").values_list("level", flat=True)) == levels
    told = Message.objects.filter(purpose="followups.late_a").values_list("context__hours", flat=True)
    assert set(told) == {24, 48, 72}


def test_beyond_72_hours_counts_from_the_return(order: FollowUpOrder, actor: Any) -> None:
    returned_at = END + dt.timedelta(days=10, hours=10)
    reviews.return_result(order=sent(order), reason="未问伤口", actor=actor("centre_manager"), now=returned_at)
    day = returned_at.date()
    beyond = [
        figures.late_a(day + dt.timedelta(days), beyond_days=3).filter(pk=order.pk).exists() for days in (1, 3, 4, 5)
    ]
    assert beyond == [False, False, True, True]


def test_a_result_that_was_in_time_is_done_again_without_a_reason_for_being_late(
    order: FollowUpOrder, actor: Any
) -> None:
    FollowUpOrder.objects.filter(pk=order.pk).update(completed_at=END - dt.timedelta(days=1))
    returned_at = dt.datetime(2026, 3, 9, 2, 0, tzinfo=dt.UTC)
    reviews.return_result(order=sent(order), reason="未问伤口", actor=actor("centre_manager"), now=returned_at)
    returned = FollowUpOrder.objects.select_related("assignee").get(pk=order.pk)
    assert call(returned, actor_of(returned.assignee), "completed", at=returned_at).order.state == "submitted"


def test_what_is_done_is_not_escalated(order: FollowUpOrder) -> None:
    FollowUpOrder.objects.update(state="submitted")
    assert escalate(now=END + dt.timedelta(days=40)) == 0


def test_late_b_orders_ring_one_by_one_and_c_orders_do_not(in_north: Hospital, cast: Cast) -> None:
    manager = cast.qian
    b, c = a_stay(surgery_level=2), a_stay()
    planned(b, c)
    FollowUpOrder.objects.exclude(step__number=1).update(state="void")
    saturday = dt.date(2026, 3, 7)
    FollowUpOrder.objects.update(earliest_on=saturday, due_on=saturday, latest_on=saturday)
    sunday = END + dt.timedelta(hours=5)
    assert escalate(now=sunday) == 0
    assert escalate(now=END + dt.timedelta(hours=48)) == 2  # the weekly list of C, and B, held by nobody: the manager
    rows = Reminder.objects.order_by("pk")
    assert [(row.order.tier, row.level, row.recipients) for row in rows] == [("B", 1, [manager.pk])]
    told = Message.objects.order_by("template").values_list("purpose", "channel", "template")
    assert list(told) == [("followups.late", "bell", f"followups.{name}") for name in ("late", "late_list")]


def test_a_level_takes_as_many_statements_for_many_orders_as_for_one(order: FollowUpOrder, cast: Cast) -> None:
    FollowUpOrder.objects.exclude(pk=order.pk).update(state="void")
    at = END + dt.timedelta(hours=24)
    escalate(now=END)

    def statements() -> int:
        with CaptureQueriesContext(connection) as asked:
            escalate(now=at)
        return len(asked)

    one = statements()
    more = [order_of(cast, cast.li, tier="A", run=order.run, step=order.step, occurrence=n) for n in range(2, 8)]
    ids = [late.pk for late in more]
    FollowUpOrder.objects.filter(pk__in=ids).update(earliest_on=MONDAY, due_on=MONDAY, latest_on=order.latest_on)
    assert statements() == one
    assert AuditEvent.objects.filter(verb="followups.order.escalate").count() == 7
    assert Reminder.objects.filter(level=1, order__in=ids).count() == 6
    written = Message.objects.filter(purpose="followups.late_a", context__count=6)
    assert (written.count(), MessageChange.objects.filter(message__in=written, state="planned").count()) == (4, 4)


def test_reminding_again_says_why_nothing_was_sent(cast, client_as) -> None:
    order, client = order_of(cast, cast.chen, attending=cast.chen, days=-2), client_as("department_head")
    sent = {"act": "remind", "picked": [str(order.public_id)], "confirmed": "1"}
    answers = [client.post("followups/act/", sent) for _turn in ("first", "again")]
    said = [[str(one) for one in get_messages(answer.wsgi_request)][-1] for answer in answers]
    assert said == ["已催办1步", "没有发出催办。 未催办1步（今天已催办：1）。"]
