"""Nothing is held for ever: what another message was to say, what lacked something, what a wrong clock gave up."""

import datetime as dt

import pytest

from accounts.calendar import today
from hospital_crm.tenancy.scope import hospital_scope
from messaging import purposes, templates
from messaging.domain import batches, planning, recording
from messaging.domain.marking import MedicalAdvert
from messaging.domain.releasing import release
from messaging.gateways.base import Outcome
from messaging.models import Message, MessageChange, Reason, State, Touch
from tests.cast import client_of
from tests.messaging.conftest import ScriptedGateway
from tests.messaging.factories import NOW, MessageFactory
from tests.messaging.gateway_factories import GatewayAccountFactory
from tests.patients.factories import ConsentFactory

pytestmark = pytest.mark.django_db
HOUR, DAY = dt.timedelta(hours=1), dt.timedelta(days=1)
TEN = NOW + 2 * HOUR
for _letter in "ab":
    templates.register(f"test.joined_{_letter}", f"Subject {_letter}", f"Body {_letter}")
purposes.register("test.offer", "offer", basis="marketing", commercial=True)


@pytest.fixture
def joined(person, north) -> tuple[Message, Message]:
    """Two mails of one touch: the first says the second too."""
    with hospital_scope(north):
        made = [
            MessageFactory(
                key=letter, purpose="test.satisfaction", template=f"test.joined_{letter}", staff=None, person=person,
                channel="email", context={}, not_before=TEN, batch=f"campaign:{letter}", urgency=2,
            )
            for letter in "ab"
        ]  # fmt: skip
        planning.replan([person.pk], now=TEN)
        second = Message.objects.get(pk=made[1].pk)
        assert (second.reason, second.said_with_id) == (Reason.MERGED, made[0].pk)
    return made[0], second


def test_what_was_to_be_said_goes_by_itself_where_the_first_is_refused(joined, send, look):
    first, second = joined
    send(gateway := ScriptedGateway(Outcome(State.FAILED, Reason.REFUSED, "550")), at=TEN)
    assert (look(first).state, look(second).state, look(second).said_with_id) == (State.FAILED, State.HANDED_OVER, None)
    assert [mail.subject for mail in gateway.taken] == ["Subject a", "Subject b"]


def test_what_was_to_be_said_waits_while_the_first_is_only_put_off(joined, send, look):
    _first, second = joined
    send(ScriptedGateway(Outcome(State.PLANNED, Reason.POSTPONED, "451")), at=TEN)
    assert (look(second).state, look(second).reason) == (State.HELD, Reason.MERGED)


def test_what_was_said_is_not_said_again(joined, send, look):
    first, second = joined
    send(gateway := ScriptedGateway(), at=TEN)
    send(gateway, at=TEN + HOUR)
    assert ("Body b" in gateway.taken[0].body, len(gateway.taken)) == (True, 1)
    assert (look(first).state, look(second).state, look(second).reason) == ("handed_over", "held", "merged")


@pytest.mark.parametrize("verb", ["pause", "call_back"])
def test_a_sending_that_is_stopped_is_not_said_by_another(joined, send, north, look, verb):
    _first, second = joined
    with hospital_scope(north):
        assert getattr(batches, verb)("campaign:b", now=TEN) == 1
    send(gateway := ScriptedGateway(), at=TEN)
    assert ([mail.subject for mail in gateway.taken], "Body b" in gateway.taken[0].body) == (["Subject a"], False)
    assert look(second).reason == {"pause": Reason.PAUSED, "call_back": Reason.CANCELLED}[verb]
    with hospital_scope(north):
        assert batches.resume("campaign:b", now=TEN) == (verb == "pause")


def test_mails_held_for_want_of_an_address_go_once_it_is_entered(queue, person, send, look, north, cast):
    with hospital_scope(north):
        ConsentFactory(patient=person, purpose="marketing_mail", channel="email", at=NOW - HOUR)
        account = GatewayAccountFactory(is_active=False, settings={"host": "h", "sender": "care@north.invalid"})
    message = queue(person=person, purpose="test.offer", now=TEN)
    send(ScriptedGateway(), at=TEN)
    assert (look(message).state, look(message).detail) == (State.HELD, "postal_address")
    given = {"name": account.name, "host": "h", "port": 25, "per_second": 0, "sender": "care@north.invalid"}
    admin = client_of(cast.deng)
    answer = admin.post(admin.url("messaging:gateway", account.public_id), {**given, "postal_address": "清江县一号"})
    assert answer.status_code == 302
    assert (look(message).state, look(message).reason) == (State.PLANNED, Reason.RESUMED)
    with hospital_scope(north):
        Message.objects.update(not_before=TEN)
    send(gateway := ScriptedGateway(), at=TEN)
    assert "清江县一号" in gateway.taken[0].body


@pytest.mark.parametrize("channel", ["email", "sms"])
def test_the_review_of_an_advert_is_asked_for_again_when_it_leaves(
    queue, person, send, look, north, monkeypatch, channel
):
    with hospital_scope(north):
        GatewayAccountFactory(is_active=False)
        for purpose in ("marketing_mail", "marketing_sms"):
            ConsentFactory(patient=person, purpose=purpose, channel=channel, at=NOW - HOUR)
        last = today(now=TEN) - DAY
    said = [templates.Said("s", "b 苏医广01", advert=MedicalAdvert("苏医广01", day)) for day in (last, last + DAY)]
    monkeypatch.setattr(templates, "get", lambda code: type("T", (), {"said": lambda self, language: said[0]})())
    message = queue(person=person, purpose="test.offer", channel=channel, now=TEN)
    send(gateway := ScriptedGateway(), at=TEN)
    assert (look(message).state, look(message).detail, gateway.taken) == (State.HELD, "review_over", [])
    said.pop(0)
    with hospital_scope(north):
        assert release("review_over", now=TEN) == 1
    send(gateway, at=TEN)
    assert (look(message).state, gateway.taken[0].body.count("苏医广01")) == (State.HANDED_OVER, 1)


def test_a_worker_that_a_wrong_clock_took_for_dead_tells_what_it_did(queue, person, send, look, north):
    """Another machine whose clock is an hour ahead gives the mails up while they are being sent."""

    class Slow(ScriptedGateway):
        def deliver(self, outgoing):
            with hospital_scope(north):
                assert recording.settle_interrupted(now=TEN + HOUR) == (1 - len(self.taken))
            return super().deliver(outgoing)

    message = queue(person=person, now=TEN)
    with pytest.MonkeyPatch.context() as elsewhere:
        elsewhere.setattr("messaging.domain.journal.is_here", lambda name: False)
        send(gateway := Slow(), at=TEN)
        send(gateway, at=TEN + DAY)
    assert (look(message).state, len(gateway.taken)) == (State.HANDED_OVER, 1)
    with hospital_scope(north):
        told = list(MessageChange.objects.filter(message=message).order_by("pk").values_list("state", flat=True))
        assert (told, Touch.objects.count()) == (["planned", "claimed", "unknown", "handed_over"], 1)


def test_what_that_worker_left_for_later_stays_unknown(queue, person, send, look, north):
    class Slow(ScriptedGateway):
        def deliver(self, outgoing):
            with hospital_scope(north):
                recording.settle_interrupted(now=TEN + HOUR)
            return super().deliver(outgoing)

    message = queue(person=person, now=TEN)
    with pytest.MonkeyPatch.context() as elsewhere:
        elsewhere.setattr("messaging.domain.journal.is_here", lambda name: False)
        send(gateway := Slow(Outcome(State.PLANNED, Reason.POSTPONED)), at=TEN)
        send(gateway, at=TEN + DAY)
    assert (look(message).state, len(gateway.taken)) == (State.UNKNOWN, 1)


def test_what_was_to_be_said_goes_by_itself_where_the_first_is_paused(joined, send, north, look):
    first, second = joined
    with hospital_scope(north):
        batches.pause("campaign:a", now=TEN)
    send(gateway := ScriptedGateway(), at=TEN)
    assert (look(first).reason, look(second).state) == (Reason.PAUSED, State.HANDED_OVER)
    assert [mail.subject for mail in gateway.taken] == ["Subject b"]


def test_what_would_be_said_too_late_goes_by_itself_where_the_first_is_put_off(joined, send, north, look):
    _first, second = joined
    with hospital_scope(north):
        Message.objects.filter(pk=second.pk).update(not_after=TEN + dt.timedelta(minutes=1))
    send(gateway := ScriptedGateway(Outcome(State.PLANNED, Reason.POSTPONED, "451")), at=TEN)
    assert (look(second).state, look(second).said_with_id) == (State.HANDED_OVER, None)
    assert [mail.subject for mail in gateway.taken] == ["Subject a", "Subject b"]


def test_what_has_become_too_late_is_not_said_by_another(joined, send, north, look):
    first, second = joined
    with hospital_scope(north):
        Message.objects.filter(pk=second.pk).update(not_after=TEN + dt.timedelta(minutes=1))
    send(gateway := ScriptedGateway(), at=TEN + HOUR)
    assert ["Body b" in mail.body for mail in gateway.taken] == [False]
    assert (look(first).state, look(second).state, look(second).reason) == ("handed_over", "expired", "too_late")
