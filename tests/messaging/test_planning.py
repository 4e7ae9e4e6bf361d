"""Plans carried out: messages are moved, joined or left out, with the reason kept; calls due are planned along."""

import datetime as dt

import pytest

from hospital_crm.tenancy.scope import hospital_scope
from messaging import templates
from messaging.domain import planning
from messaging.models import Message, PlannedTouch, Reason, State
from patients.models import Patient
from tests.followups.factories import FollowUpOrderFactory
from tests.messaging.conftest import ScriptedGateway
from tests.messaging.factories import NOW, MessageFactory, TouchFactory
from tests.messaging.gateway_factories import StoppedSendingFactory

pytestmark = pytest.mark.django_db
HOUR, DAY = dt.timedelta(hours=1), dt.timedelta(days=1)
TEN = NOW + 2 * HOUR
TODAY = NOW.date()
for _letter in "abc":
    templates.register(f"test.{_letter}", f"Subject {_letter}", f"Body {_letter}")


def wait(person, key: str, *, purpose: str = "test.satisfaction", template: str = "test", **fields) -> Message:
    """A message to the person that waits."""
    given = {"staff": None, "person": person, "channel": "email", "context": {}, "not_before": TEN, **fields}
    return MessageFactory(key=key, purpose=purpose, template=template, **given)


def fates(person) -> dict[str, tuple[str, str]]:
    rows = PlannedTouch.objects.filter(person=person)
    return {row.purpose: (row.fate, row.reason) for row in rows}


def test_the_third_approach_is_moved_and_says_why(person, in_north):
    messages = [
        wait(person, f"k{number}", channel=channel) for number, channel in enumerate(("email", "sms", "letter"))
    ]
    assert planning.replan([person.pk], now=TEN) == 1
    last = Message.objects.get(pk=messages[2].pk)
    assert (last.state, last.reason, last.not_before) == (State.PLANNED, Reason.BUDGET, NOW + 7 * DAY - 8 * HOUR)
    assert sorted(row.fate for row in PlannedTouch.objects.all()) == ["kept", "kept", "moved"]
    assert planning.replan([person.pk], now=TEN) == 0
    assert [row.fate for row in PlannedTouch.objects.order_by("key")].count("moved") == 1


def test_room_that_is_free_again_is_taken(person, in_north):
    messages = [wait(person, f"k{channel}", channel=channel) for channel in ("email", "sms", "letter")]
    planning.replan([person.pk], now=TEN - HOUR)
    Message.objects.filter(pk=messages[0].pk).update(state=State.FAILED)
    planning.replan([person.pk], now=TEN - HOUR)
    last = Message.objects.get(pk=messages[2].pk)
    assert (last.reason, last.not_before) == ("", TEN)


def test_no_room_holds_it_back_with_the_reason(person, in_north):
    TouchFactory(person=person, day=TODAY, at=TEN)
    TouchFactory(person=person, day=TODAY, at=TEN)
    message = wait(person, "k", not_after=TEN + DAY)
    planning.replan([person.pk], now=TEN)
    message.refresh_from_db()
    assert (message.state, message.reason) == (State.HELD, Reason.CROWDED_OUT)
    assert PlannedTouch.objects.get().reason == Reason.CROWDED_OUT


def test_messages_of_one_purpose_become_one_mail(person, north, send):
    with hospital_scope(north):
        first, second = (wait(person, letter, template=f"test.{letter}") for letter in "ab")
        assert planning.replan([person.pk], now=TEN) == 1
        second.refresh_from_db()
        assert (second.state, second.reason, second.said_with_id) == (State.HELD, Reason.MERGED, first.pk)
    send(gateway := ScriptedGateway(), at=TEN)
    (mail,) = gateway.taken
    said = "Body a\n\nSubject b\n\nBody b\n\n北方医院\n调整接收内容或退订：\n"
    assert (mail.subject, mail.body) == ("Subject a", f"{said}{mail.unsubscribe_url}")


def test_nothing_of_a_stopped_sending_is_said_with_another(person, in_north):
    first, second = wait(person, "k"), wait(person, "l", batch="campaign:7")
    StoppedSendingFactory(batch="campaign:7", is_final=True)
    planning.replan([person.pk], now=TEN)
    second.refresh_from_db()
    assert (second.state, second.said_with_id) == (State.PLANNED, None)
    assert list(PlannedTouch.objects.values_list("key", flat=True)) == [f"messaging:{first.pk}"]


def test_what_is_refused_is_left_out(person, in_north):
    wait(person, "k", purpose="test.education")
    wait(person, "l")
    planning.replan([person.pk], now=TEN)
    assert fates(person) == {
        "test.education": ("dropped", "no_consent"),
        "test.satisfaction": ("kept", ""),
    }


def test_calls_that_are_due_take_their_room_first(person, in_north):
    order = FollowUpOrderFactory(
        run__encounter__patient=person, run__patient=person, tier="B", state="dispatched",
        earliest_on=TODAY, due_on=TODAY, latest_on=TODAY + 3 * DAY,
    )  # fmt: skip
    wait(person, "k")
    wait(person, "l", channel="sms")
    planning.replan([person.pk], now=TEN)
    rows = {row.key: (row.fate, row.reason) for row in PlannedTouch.objects.all()}
    assert rows.pop(f"followups:{order.pk}") == ("kept", "")
    assert sorted(rows.values()) == [("kept", ""), ("moved", "budget")]


def test_a_call_of_tier_a_takes_none(person, in_north):
    FollowUpOrderFactory(
        run__encounter__patient=person, run__patient=person, tier="A", state="dispatched",
        earliest_on=TODAY, due_on=TODAY, latest_on=TODAY + 3 * DAY,
    )  # fmt: skip
    wait(person, "k")
    wait(person, "l", channel="sms")
    planning.replan([person.pk], now=TEN)
    assert [row.fate for row in PlannedTouch.objects.all()] == ["kept"] * 3


def test_only_people_of_whom_several_things_are_wanted_are_planned(person, in_north):
    wait(person, "k", created_at=TEN)
    assert (planning.plan_contacts(now=TEN), PlannedTouch.objects.count()) == (0, 0)
    for number, channel in enumerate(("sms", "letter")):
        wait(person, f"n{number}", channel=channel, created_at=TEN)
    assert (planning.plan_contacts(now=TEN), PlannedTouch.objects.count()) == (1, 3)


def test_what_is_wanted_no_more_leaves_the_plan(person, in_north):
    wait(person, "k")
    gone = wait(person, "l", channel="sms")
    planning.replan([person.pk], now=TEN)
    Message.objects.filter(pk=gone.pk).update(state=State.DELIVERED)
    planning.replan([person.pk], now=TEN)
    assert PlannedTouch.objects.count() == 1


def test_looking_decides_nothing(person, in_north):
    for number, channel in enumerate(("email", "sms", "letter")):
        wait(person, f"k{number}", channel=channel)
    plans = planning.plans_of([person.pk], now=TEN)
    assert [one.fate for one in plans[person.pk]] == ["kept", "kept", "moved"]
    assert (PlannedTouch.objects.count(), Message.objects.exclude(reason="").count()) == (0, 0)
    assert Patient.objects.get(pk=person.pk).contact_state == "open"
