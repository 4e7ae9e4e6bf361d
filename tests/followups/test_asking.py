"""Who is not called though the order is due: a refusal of care follow-up, days without contact, the contact budget."""

import datetime as dt
import uuid
from itertools import product
from typing import Any

import pytest
from django.conf import settings
from django.utils import timezone
from django.utils.translation import override

from accounts.actors import Actor
from accounts.calendar import day_start
from followups.domain import refusals, worklists
from followups.domain.asking import asked_from, asked_lists, waits_of
from followups.domain.calls import advice_for, callable_at, care_hours, of_this_moment
from followups.domain.execution import save_draft, start
from followups.domain.next_call import following
from followups.models import Attempt, FollowUpOrder
from followups.views.rows import for_rows, row_of
from hospital_crm.tenancy.middleware import mounted_at
from hospital_crm.tenancy.together import read_together
from messaging.domain import permission
from messaging.domain.planning import plans_of
from messaging.models import BlackoutDay, Reason
from patients.models import Consent
from tests.cast import Cast, actor_of
from tests.followups.calling import AFTERNOON, DAY, MORNING, call
from tests.followups.scene import order_of, today
from tests.followups.test_pages_working import inside, number_of, post, result
from tests.messaging.factories import BlackoutDayFactory, TouchFactory
from tests.patients.factories import ConsentFactory

__all__ = ["inside"]
pytestmark = pytest.mark.django_db
ON = MORNING.date()


def said(order: FollowUpOrder, decision: str = "withdrawn", channel: str = "any", **fields: Any) -> Consent:
    proof = {"evidence": uuid.uuid4()} if decision == "granted" else {}
    known = {"purpose": "care", "said_by": "self", **proof, **fields}
    made: Consent = ConsentFactory(patient=order.patient, decision=decision, channel=channel, **known)
    return made


def approached(order: FollowUpOrder, *days: dt.date) -> None:
    for day in days:
        TouchFactory(person=order.patient, day=day, at=day_start(day, order.hospital))


def closed(first: dt.date, last: dt.date) -> BlackoutDay:
    made: BlackoutDay = BlackoutDayFactory(first_on=first, last_on=last, stops="all", name="春节")
    return made


def waits(order: FollowUpOrder, at: dt.datetime = MORNING) -> tuple[str, dt.date | None] | None:
    """What the advice says, which every page shows."""
    told = advice_for(FollowUpOrder.objects.get(pk=order.pk), now=at)
    assert told.may_call is (told.waits is None)
    return told.waits and (told.waits.reason, told.waits.on)


@pytest.mark.parametrize("channel", ["phone", "any"])
@pytest.mark.parametrize("decision", ["withdrawn", "refused"])
def test_who_refused_care_is_not_called_but_for_safety(
    order: FollowUpOrder, nurse: Actor, channel: str, decision: str
) -> None:
    said(order, decision, channel)
    FollowUpOrder.objects.update(tier="A")
    assert waits(order) == ("refused_kind", None)
    for outcome in ("no_answer", "busy", "no_such_number"):
        with pytest.raises(refusals.CareIsRefused):
            call(order, nurse, outcome)
    with pytest.raises(refusals.CareIsRefused):
        start(order=order, actor=nurse, now=MORNING)
    save_draft(order=order, draft={"note": "x"}, actor=nurse, now=MORNING)
    assert Attempt.objects.count() == 0
    FollowUpOrder.objects.filter(pk=order.pk).update(has_finding=True)
    assert waits(order) is None
    assert start(order=order, actor=nurse, now=MORNING).state == "in_progress"
    assert call(order, nurse, "no_answer").order.attempts_count == 1


@pytest.mark.parametrize("outcome", ["completed", "refused_now", "partly"])
def test_whoever_is_reached_is_recorded(order: FollowUpOrder, nurse: Actor, outcome: str) -> None:
    said(order)
    closed(ON, ON)
    call(order, nurse, outcome, agreed_at=MORNING + 2 * DAY)
    assert Attempt.objects.get().is_reached is True


def test_other_refusals_and_a_later_yes_leave_the_call(order: FollowUpOrder) -> None:
    for fields in ({"channel": "sms"}, {"channel": "email"}, {"purpose": "education"}, {"purpose": "satisfaction"}):
        said(order, **fields)
    assert waits(order) is None
    said(order)
    assert waits(order) == ("refused_kind", None)
    said(order, "granted", "phone", at=MORNING - DAY)
    assert waits(order) is None


def test_a_visit_is_refused_with_every_channel_only(order: FollowUpOrder) -> None:
    FollowUpOrder.objects.update(channel="visit")
    said(order, channel="phone")
    assert waits(order) is None
    said(order, at=MORNING - DAY)
    assert waits(order) == ("refused_kind", None)


@pytest.mark.parametrize("decisions", list(product(["", "granted", "withdrawn"], repeat=2)))
def test_the_answer_is_that_of_the_one_question(order: FollowUpOrder, decisions: tuple[str, str]) -> None:
    for hours, channel, decision in zip((1, 2), ("any", "phone"), decisions, strict=True):
        if decision:
            said(order, decision, channel, at=MORNING - DAY + dt.timedelta(hours=hours))
    asked = permission.Ask(order.patient_id, "phone", permission.purposes.get("followups.contact"))
    person = permission.read_people([asked], now=MORNING, rules=permission.rules_of_hospital())[order.patient_id]
    never = permission.why_never(person, asked)
    assert waits(order) == (never and (never.reason, None))


def test_days_without_contact_wait_until_they_are_over(order: FollowUpOrder, nurse: Actor) -> None:
    closed(ON - DAY, ON + DAY)
    assert waits(order) == ("blackout", ON + 2 * DAY)
    for refused in (lambda: call(order, nurse, "busy"), lambda: start(order=order, actor=nurse, now=MORNING)):
        with override("zh-hans"), pytest.raises(refusals.DayWithoutContact) as raised:
            refused()
        with override("zh-hans"):
            assert str(raised.value) == "今天是免打扰日，2026-03-11起可拨打该客户。"
    assert waits(order, MORNING + 2 * DAY) is None
    for fields in ({"tier": "A"}, {"has_finding": True}, {"agreed_at": MORNING}):
        FollowUpOrder.objects.filter(pk=order.pk).update(**{"tier": "B", "has_finding": False, **fields})
        assert waits(order) is None


def test_days_without_marketing_leave_the_call(order: FollowUpOrder) -> None:
    BlackoutDayFactory(first_on=ON, last_on=ON)
    assert waits(order) is None


def test_a_further_attempt_waits_for_days_without_contact_alone(order: FollowUpOrder, nurse: Actor) -> None:
    call(order, nurse, "no_answer")
    approached(order, ON, ON)
    assert waits(order, AFTERNOON + DAY) is None
    closed(ON + DAY, ON + 2 * DAY)
    assert waits(order, AFTERNOON + DAY) == ("blackout", ON + 3 * DAY)
    told = advice_for(FollowUpOrder.objects.get(pk=order.pk), now=AFTERNOON + DAY)
    assert (told.next.on, told.next.part, told.next.is_now) == (ON + 3 * DAY, "afternoon", False)
    assert call(order, nurse, "busy", at=AFTERNOON + 3 * DAY).order.attempts_count == 2


def test_the_first_attempt_of_b_and_c_keeps_the_budget(order: FollowUpOrder, nurse: Actor) -> None:
    approached(order, ON - 4 * DAY)
    assert waits(order) is None
    approached(order, ON - 2 * DAY)
    assert waits(order) == ("budget", ON + 3 * DAY)
    with pytest.raises(refusals.ContactBudgetUsed):
        call(order, nurse, "no_answer")
    FollowUpOrder.objects.filter(pk=order.pk).update(tier="A")
    assert waits(order) is None
    FollowUpOrder.objects.filter(pk=order.pk).update(tier="C")
    assert call(order, nurse, "no_answer", at=MORNING + 3 * DAY).order.attempts_count == 1


def test_the_next_day_of_the_budget_is_no_day_without_contact(order: FollowUpOrder) -> None:
    approached(order, ON - 4 * DAY, ON)
    closed(ON + 3 * DAY, ON + 5 * DAY)
    assert waits(order) == ("budget", ON + 6 * DAY)


SAYS = [(), (("withdrawn", "phone"),), (("withdrawn", "any"),), (("withdrawn", "any"), ("granted", "phone"))]
APPROACHES = [(), (0,), (-6, 0), (-7, -1), (-3, 3), (-4, 3), (1, 7), (1, 6)]


@pytest.mark.parametrize("is_closed", [False, True])
def test_a_list_says_of_each_what_its_own_page_says(cast: Cast, inside: None, is_closed: bool) -> None:
    at = day_start(today(), cast.hospital) + dt.timedelta(hours=10)
    if is_closed:
        closed(today(), today())
    kinds = (
        {},
        {"tier": "A"},
        {"has_finding": True},
        {"channel": "visit"},
        {"agreed_at": at - dt.timedelta(hours=1)},
        {"attempts_count": 1},
    )
    for decisions, days in product(SAYS, APPROACHES):
        made = order_of(cast, cast.sun, tier="B")
        for n, (decision, channel) in enumerate(decisions):
            said(made, decision, channel, at=at - (3 - n) * DAY)
        approached(made, *(today() + day * DAY for day in days))
        kept = ("run_id", "step_id", "patient_id", "state", "assignee_id", "earliest_on", "due_on", "latest_on")
        same = {name: getattr(made, name) for name in kept}
        for n, fields in enumerate(kinds, 2):
            FollowUpOrder.objects.create(**same, **{"tier": "B", "occurrence": n, **fields})
    orders = FollowUpOrder.objects.all()
    told = {order.pk for order in orders if advice_for(order, now=at).may_call}
    assert set(callable_at(orders, now=at, hours=care_hours()).values_list("pk", flat=True)) == told
    of_kind = set(of_this_moment(orders, now=at, hours=care_hours()).values_list("pk", flat=True))
    assert told <= of_kind and (len(of_kind) < orders.count()) is is_closed
    with mounted_at("/north/", settings.HOSPITAL_URLCONF):
        rows = [row_of(order, actor=actor_of(cast.sun), now=at) for order in for_rows(orders)]
    assert {row.order.pk for row in rows if row.may_be_called} == told
    assert 0 < len(told) < orders.count()


def test_the_next_call_passes_over_who_is_not_asked(cast: Cast, inside: None) -> None:
    at, agent = day_start(today(), cast.hospital) + dt.timedelta(hours=10), actor_of(cast.sun)
    first, second, third = (order_of(cast, cast.sun, tier="B") for _ in range(3))

    def found() -> FollowUpOrder | None:
        among = worklists.workbench(agent, today=today()).rows("all")
        return following(first, among=among, key=worklists.BY_LATEST, actor=agent, now=at).order

    said(second)
    assert found() == third
    approached(third, today(), today() - DAY)
    assert found() is None


def test_the_planner_drops_the_call_of_who_refused(order: FollowUpOrder, in_north: Any) -> None:
    said(order)
    plan = plans_of([order.patient_id], now=MORNING)[order.patient_id]
    assert [(one.reason, one.at) for one in plan] == [(Reason.REFUSED_KIND, None)] * len(plan)
    assert plan


def test_many_people_are_read_in_one_statement(cast: Cast, inside: None, django_assert_num_queries: Any) -> None:
    orders = [order_of(cast, cast.sun, tier="B") for _ in range(3)]
    for order in orders:
        said(order)
    with django_assert_num_queries(1):
        asked = asked_from(read_together(**asked_lists([one.patient_id for one in orders], today())))
    found = [waits_of(one, asked, now=timezone.now(), hours=(0, 24), safety=False, is_agreed=False) for one in orders]
    assert all(one is not None and one.is_refused for one in found)


@pytest.fixture
def asks(cast: Cast, inside: None) -> FollowUpOrder:
    return order_of(cast, cast.sun, tier="B", step__asks_satisfaction=True)


def test_who_refused_satisfaction_is_not_asked(asks: FollowUpOrder, cast: Cast, client_as: Any) -> None:
    client, page = client_as("agent"), f"followups/calls/?order={asks.public_id}"
    assert 'name="satisfaction"' in client.get(page).content.decode()
    assert post(client, asks, "record", result(asks)).status_code == 422
    said(asks, "refused", "phone", purpose="satisfaction")
    assert 'name="satisfaction"' not in client.get(page).content.decode()
    assert post(client, asks, "record", result(asks)).status_code == 302
    done = FollowUpOrder.objects.get(pk=asks.pk)
    assert (done.state, done.satisfaction) == ("submitted", None)


PAGES = ["followups/calls/?order={0}", "followups/orders/{0}/", "followups/orders/{0}/result/"]


@pytest.mark.parametrize("address", PAGES)
def test_the_page_of_who_refused_hides_the_numbers_and_takes_the_refusal(
    cast: Cast, inside: None, client_as: Any, address: str
) -> None:
    order, client = order_of(cast, cast.sun, tier="B"), client_as("agent")
    assert number_of(order) in client.get(address.format(order.public_id)).content.decode()
    said(order)
    body = client.get(address.format(order.public_id)).content.decode()
    assert number_of(order) not in body and "tel:" not in body
    assert "已拒绝回访" in body and "登记为拒绝" in body
    assert post(client, order, "record", result(order, "refused_now")).status_code == 302
    assert FollowUpOrder.objects.get(pk=order.pk).state == "refused"


def test_a_call_of_the_pool_is_not_taken_and_is_written_down(cast: Cast, inside: None, client_as: Any) -> None:
    order, client = order_of(cast, assignee_role="centre", tier="B"), client_as("agent")
    said(order)
    body = client.get(f"followups/calls/?order={order.public_id}").content.decode()
    assert f"{order.public_id}/start/" not in body and "不可拨打" in body
    assert client.post(f"followups/orders/{order.public_id}/start/", {"origin": "workbench"}, follow=True)
    assert FollowUpOrder.objects.get(pk=order.pk).state == "planned"
    assert post(client, order, "record", result(order, "refused_now")).status_code == 302


def test_the_banner_names_the_day_and_says_where_that_is_too_late(cast: Cast, inside: None, client_as: Any) -> None:
    order, client = order_of(cast, cast.sun, tier="B", days=2), client_as("agent")
    approached(order, today() - DAY, today() - DAY)
    body = client.get(f"followups/calls/?order={order.public_id}").content.decode()
    assert number_of(order) not in body and "7天内已主动联系2次" in body
    assert "起可拨打" in body and "指令保留在名单中并计为逾期" in body and "disabled>拨打" in body
    FollowUpOrder.objects.filter(pk=order.pk).update(latest_on=today() + 20 * DAY)
    body = client.get(f"followups/calls/?order={order.public_id}").content.decode()
    assert "起可拨打" in body and "计为逾期" not in body


def test_the_list_says_it_too(cast: Cast, inside: None, client_as: Any) -> None:
    refusing, waiting = (order_of(cast, cast.chen, tier="B", days=0) for _ in range(2))
    said(refusing)
    approached(waiting, today(), today())
    body = client_as("physician").get("followups/mine/").content.decode()
    assert (body.count('class="call-btn"'), body.count("不可拨打"), body.count("今日不拨")) == (0, 1, 1)
    assert "已拒绝回访" in body and "起首次拨打" in body
