"""A sending of many: paused a hundred times, resumed, called back, tried again; each person gets it once."""

import pytest

from hospital_crm.tenancy.scope import hospital_scope
from messaging.domain import batches
from messaging.domain.outbox import Notice, enqueue_all
from messaging.gateways.base import Outcome
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
