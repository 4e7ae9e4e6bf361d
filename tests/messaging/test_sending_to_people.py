"""Messages to people and to addresses of a source: asked when queued and when claimed, counted once they go."""

import datetime as dt

import pytest

from hospital_crm.tenancy.scope import hospital_scope
from messaging import templates
from messaging.domain import planning, suppressions
from messaging.gateways.base import Outcome
from messaging.models import Message, Reason, State, Suppression, Touch
from messaging.recipients import ToAddress, register_source
from tests.messaging.conftest import ScriptedGateway, states_of
from tests.messaging.factories import NOW
from tests.patients.factories import ConsentFactory

pytestmark = pytest.mark.django_db
HOUR, DAY = dt.timedelta(hours=1), dt.timedelta(days=1)
TEN = NOW + 2 * HOUR  # ten in the morning at the hospital
register_source("test.unit", "contact of a unit", lambda ids, basis: {one for one in ids if one < 100})
templates.register("test.named", "%(name)s", "%(hospital)s")


def allow(north, person, purpose, channel="any", decision="granted", at=NOW - DAY):
    with hospital_scope(north):
        ConsentFactory(patient=person, purpose=purpose, channel=channel, decision=decision, at=at)


def touches_of(north) -> list[tuple]:
    """The ledger."""
    with hospital_scope(north):
        return list(Touch.objects.values_list("person", "is_approach", "is_call", "channel"))


def test_a_message_that_is_refused_is_held_from_the_first_with_its_reason(queue, person, send, look, north):
    message = queue(person=person, purpose="test.education", now=TEN)
    assert (message.state, message.reason) == (State.HELD, Reason.NO_CONSENT)
    assert states_of(message) == [("held", "no_consent")]
    gateway = ScriptedGateway()
    send(gateway, at=TEN)
    assert gateway.taken == []


def test_a_message_outside_the_hours_is_planned_for_the_next_ones(queue, person, send, look, north):
    allow(north, person, "marketing_mail")
    message = queue(person=person, purpose="test.marketing")
    assert (message.state, message.reason, message.not_before) == (State.PLANNED, Reason.QUIET_HOURS, NOW + HOUR)
    send(gateway := ScriptedGateway(), at=NOW + HOUR)
    assert (look(message).state, len(gateway.taken)) == (State.HANDED_OVER, 1)


def test_a_message_that_would_come_too_late_is_held(queue, person, north):
    allow(north, person, "marketing_mail")
    message = queue(person=person, purpose="test.marketing", not_after=NOW + HOUR / 2)
    assert (message.state, message.reason) == (State.HELD, Reason.QUIET_HOURS)


def test_consent_withdrawn_between_queue_and_send(queue, person, send, look, north):
    allow(north, person, "education")
    message = queue(person=person, purpose="test.education", now=TEN)
    assert message.state == State.PLANNED
    allow(north, person, "education", decision="withdrawn", at=TEN)
    send(gateway := ScriptedGateway(), at=TEN)
    assert (look(message).state, look(message).reason, gateway.taken) == (State.HELD, Reason.REFUSED_KIND, [])
    assert touches_of(north) == []


def test_messages_write_the_ledger_and_crowd_each_other_out(queue, person, send, look, north):
    first, second, third = (queue(person=person, key=f"k{number}", now=TEN) for number in range(3))
    send(gateway := ScriptedGateway(), at=TEN)
    assert [look(one).state for one in (first, second, third)] == [State.HANDED_OVER] * 2 + [State.PLANNED]
    assert (look(third).reason, look(third).not_before) == (Reason.BUDGET, TEN + 7 * DAY - 2 * HOUR)
    assert touches_of(north) == [(person.pk, True, False, "email")] * 2
    assert [letter.address for letter in gateway.taken] == ["x@person.invalid"] * 2


def test_a_message_that_reached_nobody_leaves_the_ledger(queue, person, send, look, north):
    queue(person=person, now=TEN)
    send(ScriptedGateway(Outcome(State.FAILED, Reason.REFUSED, "550")), at=TEN)
    assert touches_of(north) == []


def test_the_text_may_name_the_person_and_the_context_does_not(queue, person, send, look, north):
    message = queue(person=person, template="test.named", now=TEN)
    send(gateway := ScriptedGateway(), at=TEN)
    assert (gateway.taken[0].subject, gateway.taken[0].body) == (person.name, "北方医院")
    assert look(message).context == {}


def test_an_address_of_a_source_is_asked_too(queue, send, look, north, person):
    known = ToAddress("hr@unit.invalid", "清江机械厂 周敏", "test.unit", 7)
    message = queue(recipient=known, channel="email", purpose="test.care", now=TEN)
    gone = queue(recipient=ToAddress("y@unit.invalid", "周", "test.unit", 700), channel="email", key="k2", now=TEN)
    send(gateway := ScriptedGateway(), at=TEN)
    assert (look(message).state, look(gone).reason) == (State.HANDED_OVER, Reason.SOURCE_GONE)
    assert [letter.address for letter in gateway.taken] == ["hr@unit.invalid"]
    with hospital_scope(north):
        suppressions.suppress(channel="email", address="HR@unit.invalid", reason="hard_bounce", source="test", now=TEN)
    later = queue(recipient=known, channel="email", purpose="test.care", key="k3", now=TEN)
    send(ScriptedGateway(), at=TEN)
    assert look(later).reason == Reason.SUPPRESSED


def test_an_address_that_the_server_does_not_know_is_stopped(queue, person, send, look, north):
    gone, refused = Outcome(State.FAILED, Reason.HARD_BOUNCE, "550 5.1.1"), Outcome(State.FAILED, Reason.REFUSED, "554")
    first, second = queue(person=person), queue(person=person, key="k2")
    send(ScriptedGateway(refused, gone))
    assert [look(one).reason for one in (first, second)] == [Reason.REFUSED, Reason.HARD_BOUNCE]
    with hospital_scope(north):
        (stop,) = Suppression.objects.all()
        assert (stop.address, stop.reason, stop.message_id) == ("x@person.invalid", "hard_bounce", second.pk)
        assert (stop.source, Touch.objects.count()) == ("scripted 550 5.1.1", 0)
    third = queue(person=person, key="k3", purpose="test.safety")
    assert (look(third).state, look(third).reason) == (State.HELD, Reason.SUPPRESSED)


def test_a_purpose_that_no_app_registers_any_more_holds_up_no_other(queue, person, send, look, north):
    first, second = queue(person=person), queue(person=person, key="k2")
    with hospital_scope(north):
        Message.objects.filter(pk=first.pk).update(purpose="dropped.with_an_upgrade")
        assert planning.plan_contacts(now=NOW, everybody=True) == 0
    send(gateway := ScriptedGateway())
    assert (look(first).state, look(first).reason) == (State.HELD, Reason.NO_TEXT)
    assert (look(second).state, len(gateway.taken)) == (State.HANDED_OVER, 1)
