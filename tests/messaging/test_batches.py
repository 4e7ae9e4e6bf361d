"""A sending of many: paused a hundred times, resumed, called back, tried again; each person gets it once."""

import datetime as dt

import pytest

from hospital_crm.tenancy.scope import hospital_scope
from messaging.domain import batches
from messaging.domain.outbox import Notice, enqueue_all
from messaging.gateways.base import Outcome, Unreachable
from messaging.models import Message, Reason, State
from messaging.recipients import ToStaff
from tests.messaging.conftest import ScriptedGateway
from tests.messaging.factories import NOW

pytestmark = pytest.mark.django_db
BATCH = "campaign:7"


@pytest.fixture
def sending(north, cast):
    """Thirty mails of one sending, and one that is of no sending."""
    cast.li.email = "li@north.invalid"
    with hospital_scope(north):
        cast.li.save()
        notices = [
            Notice("test.at_once", ToStaff(cast.li), "email", "test", f"k{number}", urgency="bulk", batch=BATCH)
            for number in range(30)
        ]
        enqueue_all([*notices, Notice("test.at_once", ToStaff(cast.li), "bell", "test", "other")], now=NOW)


@pytest.fixture
def ask(north):
    """`ask(batches.pause)`: done inside the hospital."""

    def run(verb, **given):
        with hospital_scope(north):
            return verb(BATCH, **given)

    return run


def test_paused_a_hundred_times_everybody_gets_it_once(sending, ask, send):
    gateway = ScriptedGateway()
    for number in range(100):
        paused = ask(batches.pause, now=NOW)
        send(gateway)
        assert ask(batches.resume, now=NOW) == paused
        if number % 10 == 5:
            send(gateway)
    send(gateway)
    assert len({letter.reference for letter in gateway.taken}) == len(gateway.taken) == 30
    assert ask(batches.counts) == {(State.HANDED_OVER, ""): 30}


def test_what_is_called_back_is_not_sent(sending, ask, send, north):
    ask(batches.pause, now=NOW)
    assert (ask(batches.call_back, now=NOW), ask(batches.resume, now=NOW)) == (30, 0)
    send(gateway := ScriptedGateway())
    assert (gateway.taken, ask(batches.counts)) == ([], {(State.FAILED, Reason.CANCELLED): 30})
    with hospital_scope(north):
        assert Message.objects.get(key="other").state == State.DELIVERED


def test_only_what_nobody_took_is_tried_again(sending, ask, send, north):
    with hospital_scope(north):
        Message.objects.update(attempts=23)
    later, never = Outcome(State.PLANNED, Reason.POSTPONED), Outcome(State.FAILED, Reason.REFUSED)
    send(ScriptedGateway(later, never))
    assert ask(batches.retry, now=NOW) == 1
    send(gateway := ScriptedGateway())
    assert len(gateway.taken) == 1
    assert ask(batches.counts) == {(State.HANDED_OVER, ""): 29, (State.FAILED, Reason.REFUSED): 1}


def stop_in_the_middle(verb, ask):
    """A gateway at which the sending is stopped while the first of a batch leaves, and the round is over with it."""

    class Stopping(ScriptedGateway):
        def deliver(self, outgoing):
            if not self.taken:
                ask(verb, now=NOW)
            return super().deliver(outgoing)

    return Stopping(Outcome(State.HANDED_OVER), Unreachable("gone"))


def test_what_was_claimed_when_it_was_called_back_does_not_leave_later(sending, ask, send):
    gateway = stop_in_the_middle(batches.call_back, ask)
    send(gateway)
    begun = len(gateway.taken)
    send(gateway, at=NOW + dt.timedelta(hours=1))
    assert len(gateway.taken) == begun == 2
    assert ask(batches.counts) == {(State.HANDED_OVER, ""): 1, (State.FAILED, Reason.CANCELLED): 29}


def test_what_was_claimed_when_it_was_paused_waits_for_its_going_on(sending, ask, send):
    gateway = stop_in_the_middle(batches.pause, ask)
    send(gateway)
    send(gateway, at=NOW + dt.timedelta(hours=1))
    assert ask(batches.counts) == {(State.HANDED_OVER, ""): 1, (State.HELD, Reason.PAUSED): 29}
    assert ask(batches.resume, now=NOW) == 29
    while send(gateway, at=NOW + dt.timedelta(hours=1)):
        pass
    assert ask(batches.counts) == {(State.HANDED_OVER, ""): 30}


def test_what_was_called_back_does_not_go_on(sending, ask, send):
    ask(batches.call_back, now=NOW)
    ask(batches.pause, now=NOW)
    ask(batches.resume, now=NOW)
    assert ask(lambda batch: batches.stopped([batch, "campaign:8", ""])) == {BATCH: Reason.CANCELLED}
