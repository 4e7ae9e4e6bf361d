"""Two workers at once: every message goes once, and nobody waits for the other."""

import threading

import pytest
from django.db import connection

from hospital_crm.tenancy.scope import hospital_scope
from messaging import gateways
from messaging.domain import dispatch, gateway_accounts, planning, suppressions
from messaging.domain.digests import make_digests
from messaging.gateways.base import Outcome
from messaging.models import DigestDay, Message, PlannedTouch, Reason, State
from tests.cast import actor_of
from tests.messaging.conftest import ScriptedGateway
from tests.messaging.factories import NOW
from tests.messaging.test_digest import at, waiting  # noqa: F401
from tests.messaging.test_planning import TEN, wait

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.races]


def in_another_thread(work):
    """Runs `work` on a connection of its own; its result is in the list once joined."""
    results = []

    def run():
        try:
            results.append(work())
        finally:
            connection.close()

    thread = threading.Thread(target=run)
    thread.start()
    return thread, results


def test_claimed_message_is_passed_over_by_the_second_worker(queue, north, cast):
    cast.li.email = "li@north.invalid"
    with hospital_scope(north):
        cast.li.save()
    first, second = queue(channel="email", key="a", urgency="bulk"), queue(channel="email", key="b", urgency="bulk")
    with hospital_scope(north):
        held = dispatch.lock_due("email", 2, first.not_before, 1)
        thread, taken = in_another_thread(lambda: [m.key for m in lock_all(north, first.not_before)])
        thread.join(timeout=20)
    assert ([m.key for m in held], taken) == (["a"], [["b"]])
    assert second.key == "b"


def lock_all(hospital, now):
    with hospital_scope(hospital):
        return [one for urgency in (1, 2) for one in dispatch.lock_due("email", urgency, now, 10)]


def test_two_workers_send_every_message_once(queue, send, north, cast):
    cast.li.email = "li@north.invalid"
    with hospital_scope(north):
        cast.li.save()
    for number in range(40):
        queue(channel="email", key=f"k{number}", urgency="bulk")
    gateway = ScriptedGateway()
    threads = [in_another_thread(lambda: send(gateway))[0] for _ in range(2)]
    for thread in threads:
        thread.join(timeout=60)
    assert len(gateway.taken) == 40
    assert len({letter.reference for letter in gateway.taken}) == 40
    with hospital_scope(north):
        assert set(Message.objects.values_list("state", "attempts")) == {(State.HANDED_OVER, 1)}


def test_nothing_is_open_while_the_message_leaves(queue, send, north, cast):
    """The claim is committed before the call: another connection sees it."""
    cast.li.email = "li@north.invalid"
    with hospital_scope(north):
        cast.li.save()
    message = queue(channel="email", urgency="bulk")
    seen = []

    class Looking(ScriptedGateway):
        def deliver(self, outgoing):
            thread, states = in_another_thread(lambda: state_of(north, message))
            thread.join(timeout=20)
            seen.extend([connection.in_atomic_block, *states])
            return Outcome(State.HANDED_OVER)

    send(Looking())
    assert seen == [False, State.CLAIMED]


def state_of(hospital, message):
    with hospital_scope(hospital):
        return Message.objects.get(pk=message.pk).state


def test_two_digest_runs_make_one(north, waiting):  # noqa: F811
    def run():
        with hospital_scope(north):
            return make_digests(now=at(7))

    running = [in_another_thread(run) for _ in range(2)]
    for thread, _ in running:
        thread.join(timeout=60)
    assert sorted(str(result) for _, results in running for result in results) == ["1", "None"]
    with hospital_scope(north):
        assert (DigestDay.objects.count(), Message.objects.count()) == (1, 2)


def test_same_key_at_once_makes_one_message(queue, cast, north):
    nurse = cast.li
    running = [in_another_thread(lambda: queue(staff=nurse).pk) for _ in range(4)]
    for thread, _ in running:
        thread.join(timeout=60)
    assert len({pk for _, results in running for pk in results}) == 1


@pytest.fixture
def two_of_one_purpose(person, north):
    """Two mails to one person that the planner would join: the first is due and leads, the second follows."""
    with hospital_scope(north):
        return [wait(person, letter, template=f"test.{letter}") for letter in "ab"]


def plan_at(hospital, person):
    with hospital_scope(hospital):
        return planning.replan([person.pk], now=TEN)


def test_planner_joins_nothing_to_a_message_that_is_being_claimed(two_of_one_purpose, person, north, send, look):
    first, second = two_of_one_purpose
    with hospital_scope(north):
        held = dispatch.lock_due("email", first.urgency, TEN, 1)
        thread, changed = in_another_thread(lambda: plan_at(north, person))
        thread.join(timeout=20)
        plan = list(PlannedTouch.objects.values_list("key", flat=True))
    assert ([one.pk for one in held], changed, plan) == ([first.pk], [0], [f"messaging:{first.pk}"])
    assert (look(second).state, look(second).said_with_id) == (State.PLANNED, None)
    send(gateway := ScriptedGateway(), at=TEN)
    assert len(gateway.taken) == 2


def test_nobody_claims_a_message_to_which_the_planner_joins_another(two_of_one_purpose, person, north, send):
    first, second = two_of_one_purpose
    with hospital_scope(north):
        planning.replan([person.pk], now=TEN)
        thread, locked = in_another_thread(lambda: [one.pk for one in lock_all(north, TEN)])
        thread.join(timeout=20)
    assert locked == [[]]
    send(gateway := ScriptedGateway(), at=TEN)
    (mail,) = gateway.taken
    assert [word in mail.body for word in ("Body a", "Body b")] == [True, True]


def test_two_workers_stop_one_address_once(north):
    def stop():
        with hospital_scope(north):
            said = {"channel": "email", "address": "gone@person.invalid", "reason": "hard_bounce", "source": "test"}
            return suppressions.suppress(now=TEN, **said).pk

    with hospital_scope(north):
        first = stop()
        thread, second = in_another_thread(stop)
        thread.join(timeout=1)
    thread.join(timeout=20)
    assert second == [first]


def test_an_account_entered_while_messages_are_held_lets_them_go(queue, look, north, cast):
    """The administrator waits until what is being held is held, and then lets it go."""
    cast.deng.phone = "13800001111"
    message, asked, threads = queue(channel="sms", urgency="bulk"), [], []

    def enter():
        given = {
            "name": "阿里云",
            "key_id": "AK",
            "secret": "s",
            "sign_name": "北院",
            "texts": "* = T x",
            "is_active": True,
        }
        with hospital_scope(north):
            gateway_accounts.enter(gateways.KINDS["sms_aliyun"], given, actor=actor_of(cast.deng), now=NOW)

    def none_yet(_hospital, _channel):
        asked.append(1)
        if len(asked) == 2:
            threads.append(in_another_thread(enter)[0])
            threads[0].join(timeout=1)

    dispatch.send_due(north, clock=lambda: NOW, gateway_for=none_yet)
    threads[0].join(timeout=20)
    assert (look(message).state, look(message).reason) == (State.PLANNED, Reason.RESUMED)
