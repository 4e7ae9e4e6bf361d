"""Whom a caller is led to after a result: the next of the list who may be called now, and nobody twice."""

import datetime as dt
from collections.abc import Iterable
from itertools import product
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.actors import Actor
from accounts.calendar import day_start
from accounts.models import HospitalSettings
from followups.domain import next_call, worklists
from followups.domain.calls import advice_for, callable_at, care_hours
from followups.domain.next_call import NextCall, following
from followups.models import FollowUpOrder
from messaging.models import Touch
from tests.cast import Cast, actor_of
from tests.followups.factories import AttemptFactory
from tests.followups.scene import order_of, today
from tests.followups.test_pages_working import inside, post, result
from tests.messaging.factories import BlackoutDayFactory, TouchFactory
from tests.patients.factories import ConsentFactory

__all__ = ["inside"]
pytestmark = pytest.mark.django_db
NOBODY = "名单上暂无其他可拨打的客户。"


def opened(answer: Any) -> tuple[str, str]:
    """The order that an answer leads to, or nothing, and the quick list of its address."""
    assert answer.status_code == 302, answer.context["form"].errors
    url = urlsplit(answer.url)
    query = {name: values[0] for name, values in parse_qs(url.query).items()}
    on_path = url.path.split("/orders/")[1].split("/")[0] if "/orders/" in url.path else ""
    return query.get("order", on_path), query.get("list", "")


def led(client: Any, orders: Iterable[FollowUpOrder], origin: str, **fields: str) -> list[tuple[str, str]]:
    """Nobody answers, one after the other: where the caller comes each time."""
    return [
        opened(post(client, order, "record", result(order, "no_answer", origin=origin, **fields))) for order in orders
    ]


@pytest.mark.parametrize("first", [0, 1])
@pytest.mark.parametrize(
    ("role", "origin", "is_pool"),
    [("agent", "workbench", False), ("agent", "workbench", True), ("physician", "mine", False)],
)
def test_three_that_close_on_one_day_are_called_once_each(
    cast: Cast, client_as: Any, inside: None, role: str, origin: str, is_pool: bool, first: int
) -> None:
    holder = {"assignee_role": "centre"} if is_pool else {"assignee": cast.holding(role)}
    made = [order_of(cast, **holder) for _ in range(3)]
    turn, client = made[first:] + made[:first], client_as(role)
    assert led(client, turn, origin) == [(str(order.public_id), "") for order in turn[1:]] + [("", "")]
    home = "followups/calls/" if origin == "workbench" else "followups/mine/"
    assert NOBODY in client.get(home).content.decode()


@pytest.mark.parametrize(("role", "origin"), [("agent", "workbench"), ("physician", "mine")])
def test_the_chosen_list_is_kept(cast: Cast, client_as: Any, inside: None, role: str, origin: str) -> None:
    late = [order_of(cast, cast.holding(role), days=-2) for _ in range(2)]
    order_of(cast, cast.holding(role), days=0)
    found = led(client_as(role), late, origin, list="late")
    assert found == [(str(late[1].public_id), "late"), ("", "late")]


@pytest.mark.parametrize(
    ("role", "path"), [("agent", "calls/?list=late&order={}"), ("physician", "orders/{}/result/?list=late")]
)
def test_the_form_knows_the_list_it_was_opened_from(
    cast: Cast, client_as: Any, inside: None, role: str, path: str
) -> None:
    order = order_of(cast, cast.holding(role), days=-2)
    client = client_as(role)
    assert 'name="list" value="late"' in client.get(f"followups/{path.format(order.public_id)}").content.decode()
    origin = "workbench" if role == "agent" else "mine"
    again = post(client, order, "record", result(order, "", origin=origin, list="late")).content.decode()
    assert 'name="list" value="late"' in again


def test_who_takes_a_call_stays_in_the_list(cast: Cast, client_as: Any, inside: None) -> None:
    order = order_of(cast, days=-2, assignee_role="centre")
    answer = post(client_as("agent"), order, "start", {"origin": "workbench", "list": "late"})
    assert opened(answer) == (str(order.public_id), "late")


def test_nobody_is_led_to_a_step_that_stands_on_no_list(cast: Cast, client_as: Any, inside: None) -> None:
    first = order_of(cast, cast.chen)
    far = {"due_on": today() + dt.timedelta(10), "latest_on": today() + dt.timedelta(20)}
    order_of(cast, cast.chen, **far)
    assert led(client_as("physician"), [first], "mine") == [("", "")]


def at_ten() -> dt.datetime:
    """Ten in the morning of the hospital's today."""
    return timezone.localtime().replace(hour=10, minute=0, second=0, microsecond=0)


def tried(order: FollowUpOrder, *days_and_parts: tuple[int, str]) -> None:
    """Nobody answered so many days ago in this part of the day."""
    for days, part in days_and_parts:
        AttemptFactory(order=order, patient=order.patient, on=today() - dt.timedelta(days), day_part=part)
    FollowUpOrder.objects.filter(pk=order.pk).update(attempts_count=len(days_and_parts))


HOUR, DAY = dt.timedelta(hours=1), dt.timedelta(1)
THREE_DAYS = ((3, "morning"), (2, "afternoon"), (1, "evening"))
CALLED_OVER_ANOTHER = ((0, "touch"),)


@pytest.mark.parametrize(
    ("is_offered", "tries", "fields"),
    [
        (True, (), {}),
        (False, (), {"agreed": DAY}),
        (False, (), {"agreed": HOUR}),
        (True, (), {"agreed": HOUR / 6}),
        (True, (), {"agreed": -DAY}),
        (False, ((1, "morning"),), {}),
        (True, ((1, "afternoon"),), {}),
        (True, ((1, "morning"),), {"agreed": -HOUR}),
        (True, ((1, "morning"),), {"has_finding": True}),
        (False, ((0, "morning"),), {"tier": "A"}),
        (True, ((0, "other"),), {"tier": "A"}),
        (False, THREE_DAYS, {}),
        (False, THREE_DAYS, {"has_finding": True}),
        (False, CALLED_OVER_ANOTHER, {}),
        (True, CALLED_OVER_ANOTHER, {"tier": "A"}),
        (True, CALLED_OVER_ANOTHER, {"agreed": -HOUR}),
        (True, CALLED_OVER_ANOTHER, {"has_finding": True}),
        (False, (), {"tier": "A", "last_attempt_at": -HOUR / 2}),
        (True, (), {"tier": "A", "last_attempt_at": -3 * HOUR}),
    ],
)
def test_who_is_offered_next(cast: Cast, inside: None, is_offered: bool, tries: tuple, fields: dict[str, Any]) -> None:
    at, agent = at_ten(), actor_of(cast.sun)
    moments = {name: at + value for name, value in fields.items() if isinstance(value, dt.timedelta)}
    known = {"agreed_at" if name == "agreed" else name: moments.get(name, value) for name, value in fields.items()}
    first, second = order_of(cast, cast.sun), order_of(cast, cast.sun, **known)
    if tries == CALLED_OVER_ANOTHER:
        TouchFactory(person=second.patient, day=today(), at=at, channel=Touch.By.PHONE, is_call=True)
    else:
        tried(second, *tries)
    among = worklists.workbench(agent, today=today()).rows("all")
    found = following(first, among=among, key=worklists.BY_LATEST, actor=agent, now=at).order
    assert found == (second if is_offered else None)


def test_at_night_only_safety_is_offered(cast: Cast, inside: None) -> None:
    HospitalSettings.objects.update(care_from_hour=8, care_until_hour=21)
    night, agent = at_ten() + 12 * HOUR, actor_of(cast.sun)
    first, second = order_of(cast, cast.sun), order_of(cast, cast.sun)

    def found() -> FollowUpOrder | None:
        among = worklists.workbench(agent, today=today()).rows("all")
        return following(first, among=among, key=worklists.BY_LATEST, actor=agent, now=night).order

    assert found() is None
    FollowUpOrder.objects.filter(pk=second.pk).update(has_finding=True)
    assert found() == second


def test_the_same_person_is_not_called_again_at_once(cast: Cast, inside: None) -> None:
    agent = actor_of(cast.sun)
    first = order_of(cast, cast.sun, tier="A")
    order_of(cast, cast.sun, tier="A", run=first.run, occurrence=2)
    among = worklists.workbench(agent, today=today()).rows("all")
    assert following(first, among=among, key=worklists.BY_LATEST, actor=agent, now=at_ten()).order is None


def test_in_a_list_by_agreed_times_the_next_time_comes_next(cast: Cast, inside: None) -> None:
    agent, at = actor_of(cast.sun), at_ten()
    times = {name: at - n * HOUR for n, name in enumerate(("third", "second", "first"))}
    made = {name: order_of(cast, cast.sun, agreed_at=time) for name, time in times.items()}
    among, key = worklists.workbench(agent, today=today()).rows("agreed"), worklists.order_of("agreed")
    found = [
        following(made[name], among=among, key=key, actor=agent, now=at).order for name in ("first", "second", "third")
    ]
    assert found == [made["second"], made["third"], made["first"]]


def refusing(cast: Cast, n: int) -> FollowUpOrder:
    """So many orders of one person in the pool who does not want to be called; the first of them."""
    made: FollowUpOrder = order_of(cast, assignee_role="centre", tier="B")
    ConsentFactory(patient=made.patient, purpose="care", channel="any", decision="withdrawn", said_by="self")
    kept = ("run_id", "step_id", "patient_id", "state", "assignee_role", "earliest_on", "due_on", "latest_on", "tier")
    same = {name: getattr(made, name) for name in kept}
    FollowUpOrder.objects.bulk_create(FollowUpOrder(**same, occurrence=i) for i in range(2, n + 1))
    return made


def asked_of_people(statements: Iterable[str]) -> int:
    """How many rows these statements asked about the consents of their people."""
    asked = 0
    for sql in statements:
        with connection.cursor() as cursor:
            cursor.execute(f"explain (analyze, format json) {sql}")
            nodes = [cursor.fetchone()[0][0]["Plan"]]
        while nodes:
            node = nodes.pop()
            nodes += node.get("Plans", ())
            if node.get("Relation Name") == "patients_consent":
                asked += node["Actual Loops"]
    return asked


def at_once(monkeypatch: pytest.MonkeyPatch, *sizes: int) -> None:
    monkeypatch.setattr(next_call, "_AT_ONCE", sizes)


def next_of_pool(done: FollowUpOrder, agent: Actor, at: dt.datetime | None = None) -> NextCall:
    among = worklists.workbench(agent, today=today()).rows("all")
    return following(done, among=among, key=worklists.BY_LATEST, actor=agent, now=at or at_ten())


def test_where_nobody_may_be_called_only_so_many_are_looked_at(
    cast: Cast, inside: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    at_once(monkeypatch, 3, 5, 12)
    agent, done = actor_of(cast.sun), order_of(cast, assignee_role="centre", days=0)
    refusing(cast, 60)
    with CaptureQueriesContext(connection) as captured:
        found = next_of_pool(done, agent)
    assert found == NextCall(None, 20, is_whole=False)
    statements = [one["sql"] for one in captured.captured_queries if one["sql"].startswith(("SELECT", "(SELECT"))]
    assert len(statements) <= 15
    # both consents of each, by telephone and anyhow, at most
    assert 20 <= asked_of_people(statements) <= 40


def test_behind_comes_first_and_then_the_list_from_its_start(
    cast: Cast, inside: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    at_once(monkeypatch, 2, 3, 4)
    agent = actor_of(cast.sun)
    early = order_of(cast, assignee_role="centre", days=0)
    middle, *_others = (refusing(cast, 1) for _ in range(3))
    assert next_of_pool(middle, agent) == NextCall(early, 4)
    assert next_of_pool(early, agent) == NextCall(None, 4, is_whole=True)
    late = order_of(cast, assignee_role="centre", days=1)
    assert next_of_pool(middle, agent).order == late


@pytest.mark.parametrize("what", ["tier", "agreed", "finding", "after"])
def test_on_a_day_without_contact_what_may_be_called_is_found_behind_all_others(
    cast: Cast, inside: None, monkeypatch: pytest.MonkeyPatch, what: str
) -> None:
    at_once(monkeypatch, 2, 2)
    BlackoutDayFactory(first_on=today(), last_on=today(), stops="all", name="春节")
    agent, at = actor_of(cast.sun), at_ten()
    done = order_of(cast, assignee_role="centre", days=0)
    for _ in range(6):
        order_of(cast, assignee_role="centre", tier="B", days=1)
    assert next_of_pool(done, agent) == NextCall(None, 0, is_whole=True)
    fields: dict[str, dict[str, Any]] = {
        "tier": {"tier": "A"},
        "agreed": {"agreed_at": at - HOUR},
        "finding": {"has_finding": True},
        "after": {"step__condition": "after_negative"},
    }
    last = order_of(cast, assignee_role="centre", days=2, **{"tier": "B", **fields[what]})
    assert next_of_pool(done, agent) == NextCall(last, 1)


def test_the_caller_reads_among_how_many_nobody_was_found(
    cast: Cast, client_as: Any, inside: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    at_once(monkeypatch, 2, 2)
    order = order_of(cast, cast.sun, days=0)
    refusing(cast, 8)
    client = client_as("agent")
    assert opened(post(client, order, "record", result(order, "no_answer", origin="workbench"))) == ("", "")
    text = client.get("followups/calls/").content.decode()
    assert "名单后续4步现在均不可拨打。" in text and NOBODY not in text


PATTERNS = (
    (),
    ((0, "morning"),),
    ((1, "morning"),),
    ((1, "other"),),
    ((2, "morning"), (1, "afternoon")),
    ((0, "morning"), (0, "afternoon"), (0, "evening")),
    ((1, "morning"), (1, "afternoon"), (1, "evening")),
    THREE_DAYS,
)


@pytest.mark.parametrize("until", [21, 18])
def test_a_list_says_of_each_what_its_own_page_says(cast: Cast, inside: None, until: int) -> None:
    HospitalSettings.objects.update(care_from_hour=8, care_until_hour=until)
    for is_called in (False, True):
        made = order_of(cast, cast.sun)
        if is_called:
            TouchFactory(person=made.patient, day=today(), at=at_ten(), channel=Touch.By.PHONE, is_call=True)
        kept = ("run_id", "step_id", "patient_id", "state", "assignee_id", "earliest_on", "due_on", "latest_on")
        same = {name: getattr(made, name) for name in kept}
        cases = product("AB", (None, day_start(today(), made.hospital) + 9 * HOUR), (False, True), PATTERNS)
        for n, (tier, agreed, finding, tries) in enumerate(cases, 2):
            fields = {"tier": tier, "agreed_at": agreed, "has_finding": finding, "occurrence": n}
            tried(FollowUpOrder.objects.create(**same, **fields), *tries)
    orders = FollowUpOrder.objects.all()
    for hour in (7, 10, 13, 15, 19, 20, 22):
        at = at_ten().replace(hour=hour)
        said = {order.pk for order in orders if advice_for(order, now=at).may_call}
        listed = set(callable_at(orders, now=at, hours=care_hours()).values_list("pk", flat=True))
        assert (hour, listed) == (hour, said)
        assert said or hour == 22
