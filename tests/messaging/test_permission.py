"""May we contact this person: every rule of PRODUCT §4.1 and §4.2, when queued and when claimed."""

import datetime as dt

import pytest
from django.utils import timezone

from accounts.models import HospitalSettings
from hospital_crm.tenancy.scope import hospital_scope
from messaging.domain import suppressions, touches
from messaging.domain.outbox import Notice, enqueue_all
from messaging.domain.permission import Ask, answers, may_contact
from messaging.models import BlackoutDay, Message, Reason, State, Touch
from messaging.purposes import Basis, get
from messaging.recipients import ToAddress, ToPerson, register_source
from patients.models import ContactPoint, Patient
from tests.messaging.conftest import ScriptedGateway, states_of
from tests.messaging.factories import NOW
from tests.patients.factories import ConsentFactory, ContactPointFactory, PatientFactory

pytestmark = pytest.mark.django_db
HOUR, DAY = dt.timedelta(hours=1), dt.timedelta(days=1)
TEN = NOW + 2 * HOUR  # ten in the morning at the hospital
register_source("test.unit", "contact of a unit", lambda ids, basis: {one for one in ids if one < 100})


@pytest.fixture
def person(in_north):
    """Somebody with a mobile number, a mail address and an address."""
    found = PatientFactory(address="清江县一号")
    ContactPointFactory(patient=found, value="13800005678")
    ContactPointFactory(patient=found, system="email", value="x@person.invalid", rank=2)
    return found


def ask(person, basis="care", channel="email", now=TEN):
    """The answer as reason, or the address where it is yes."""
    answer = may_contact(Patient.objects.get(pk=person.pk), channel, f"test.{basis}", now)
    return answer.address if answer.allowed else answer.reason


def allow(person, purpose, channel="any", decision="granted", at=NOW - DAY):
    ConsentFactory(patient=person, purpose=purpose, channel=channel, decision=decision, at=at)


@pytest.mark.parametrize(
    ("channel", "address"),
    [("email", "x@person.invalid"), ("sms", "13800005678"), ("phone", "13800005678"), ("letter", "清江县一号")],
)
def test_care_goes_to_the_persons_own_address(person, channel, address):
    assert ask(person, channel=channel) == address


def test_without_an_address_of_the_channel_it_says_so(person):
    assert ask(person, channel="wechat") == Reason.NO_ADDRESS


@pytest.mark.parametrize(
    "changes",
    [
        {"number_state": "dead"},
        {"number_state": "wrong"},
        {"owner_relation": "女儿"},
        {"valid_until": NOW.date() - DAY},
    ],
)
def test_a_number_that_is_not_the_persons_own_is_none(person, changes):
    ContactPoint.objects.filter(system="email").update(**changes)
    assert ask(person) == Reason.NO_ADDRESS


def test_a_text_message_needs_a_mobile_number(person):
    ContactPoint.objects.filter(system="phone").update(value="02087654321")
    assert (ask(person, channel="sms"), ask(person, channel="phone")) == (Reason.NO_ADDRESS, "02087654321")


@pytest.mark.parametrize("basis", [one for one in Basis if one != Basis.STAFF])
@pytest.mark.parametrize(
    ("changes", "reason", "safety"),
    [
        ({"contact_state": "deceased", "deceased_source": "family"}, Reason.DECEASED, Reason.DECEASED),
        ({"contact_state": "erased"}, Reason.ERASED, Reason.ERASED),
        ({"contact_state": "binned"}, Reason.BINNED, Reason.BINNED),
        ({"contact_state": "stopped"}, Reason.STOPPED, "x@person.invalid"),
        ({"death_in_doubt_since": NOW}, Reason.DEATH_IN_DOUBT, "x@person.invalid"),
    ],
)
def test_the_end_of_contact_stops_everything_but_what_safety_may(person, basis, changes, reason, safety):
    Patient.objects.update(**changes)
    assert ask(person, basis) == (safety if basis == Basis.SAFETY else reason)


@pytest.mark.parametrize(
    ("basis", "purpose"),
    [("education", "education"), ("marketing", "marketing_mail"), ("community", "community"), ("points", "points")],
)
def test_what_rests_on_consent_waits_for_it_and_ends_with_it(person, basis, purpose):
    assert ask(person, basis) == Reason.NO_CONSENT
    allow(person, purpose)
    assert ask(person, basis) == "x@person.invalid"
    allow(person, purpose, "email", "withdrawn", at=NOW)
    assert (ask(person, basis), ask(person, basis, "letter")) == (Reason.REFUSED_KIND, "清江县一号")


@pytest.mark.parametrize(("basis", "purpose"), [("care", "care"), ("appointment", "care"), ("satisfaction",) * 2])
def test_what_rests_on_the_care_relation_goes_until_it_is_refused(person, basis, purpose):
    assert ask(person, basis) == "x@person.invalid"
    allow(person, purpose, decision="refused")
    assert ask(person, basis) == Reason.REFUSED_KIND
    assert [ask(person, free) for free in ("safety", "own_request")] == ["x@person.invalid"] * 2


def test_a_consent_by_text_message_says_nothing_of_mail(person):
    allow(person, "marketing_sms")
    assert (ask(person, "marketing"), ask(person, "marketing", "sms")) == (Reason.NO_CONSENT, "13800005678")


@pytest.mark.parametrize("address", ["X@Person.invalid ", "x@person.invalid"])
@pytest.mark.parametrize(
    ("reason", "stopped"),
    [
        ("hard_bounce", {"care", "safety", "own_request", "appointment"}),
        ("soft_bounces", {"care", "safety", "own_request", "appointment"}),
        ("complaint", {"care"}),
        ("reply", {"care"}),
        ("by_hand", {"care"}),
    ],
)
def test_a_stopped_address_stops_as_far_as_its_reason_goes(person, address, reason, stopped):
    suppressions.suppress(channel="email", address=address, reason=reason, source="test", now=NOW)
    answers = {basis: ask(person, basis) for basis in ("care", "safety", "own_request", "appointment")}
    assert {basis for basis, answer in answers.items() if answer == Reason.SUPPRESSED} == stopped
    assert ask(person, channel="sms") == "13800005678"


def test_a_stopped_person_is_stopped_on_that_channel(person):
    suppressions.suppress(channel="sms", person=person, reason="reply", source="test", now=NOW)
    assert (ask(person, channel="sms"), ask(person)) == (Reason.SUPPRESSED, "x@person.invalid")


@pytest.mark.parametrize(
    ("basis", "hour", "reason", "again"),
    [
        ("care", 7, Reason.QUIET_HOURS, 8),
        ("care", 20, None, None),
        ("care", 21, Reason.QUIET_HOURS, 24 + 8),
        ("marketing", 8, Reason.QUIET_HOURS, 9),
        ("marketing", 19, None, None),
        ("marketing", 20, Reason.QUIET_HOURS, 24 + 9),
        ("safety", 3, None, None),
        ("own_request", 3, None, None),
    ],
)
def test_hours_of_the_hospital(person, basis, hour, reason, again):
    allow(person, "marketing_mail", at=NOW - 9 * DAY)
    midnight = dt.datetime(2026, 11, 23, tzinfo=timezone.get_default_timezone())
    answer = may_contact(person, "email", f"test.{basis}", midnight + hour * HOUR)
    assert (answer.allowed, answer.reason) == (reason is None, reason or Reason.NONE)
    assert answer.not_before == (midnight + again * HOUR if again else None)


def test_care_goes_by_the_hours_of_the_settings_and_letters_by_none(person):
    HospitalSettings.objects.update(care_from_hour=11)
    assert (ask(person), ask(person, channel="letter")) == (Reason.QUIET_HOURS, "清江县一号")


@pytest.mark.parametrize(
    ("stops", "held"), [("marketing", {"marketing"}), ("all", {"marketing", "care", "satisfaction"})]
)
def test_days_without_contact(person, stops, held):
    allow(person, "marketing_mail")
    BlackoutDay.objects.create(first_on=NOW.date(), last_on=NOW.date() + DAY, name="春节", stops=stops)
    asked = ("marketing", "care", "satisfaction", "safety", "own_request")
    assert {basis for basis in asked if ask(person, basis) == Reason.BLACKOUT} == held
    assert ask(person, "marketing", now=TEN + 2 * DAY) == "x@person.invalid"
    Patient.objects.update(care_tier="A")
    assert ask(person) == "x@person.invalid"


def touched(person, days_ago, number, *, approach=True, call=False):
    touches.note(
        person=person, channel="phone" if call else "email", purpose="x", is_approach=approach, is_call=call,
        source="test", source_id=number, at=TEN - days_ago * DAY,
    )  # fmt: skip


def test_two_approaches_in_seven_days(person):
    touched(person, 6, 1)
    assert ask(person) == "x@person.invalid"
    touched(person, 0, 2)
    touched(person, 0, 2)
    answer = may_contact(person, "email", "test.care", TEN)
    assert (answer.reason, answer.not_before) == (Reason.BUDGET, TEN + DAY - 2 * HOUR)
    free = ("appointment", "safety", "own_request")
    assert [ask(person, basis) for basis in free] == ["x@person.invalid"] * 3
    Patient.objects.update(care_tier="A")
    assert (ask(person), ask(person, "satisfaction")) == ("x@person.invalid", Reason.BUDGET)


def test_approaches_of_an_earlier_week_and_further_attempts_are_not_counted(person):
    for days, number in ((7, 1), (8, 2)):
        touched(person, days, number)
    for number in range(3, 7):
        touched(person, 0, number, approach=False)
    assert ask(person) == "x@person.invalid"


def test_one_call_a_day_holds_for_all_but_safety_and_tier_a(person):
    touched(person, 0, 1, approach=False, call=True)
    assert (ask(person, channel="phone"), ask(person)) == (Reason.CALL_A_DAY, "x@person.invalid")
    assert ask(person, "safety", "phone") == "13800005678"
    Patient.objects.update(care_tier="A")
    assert ask(person, channel="phone") == "13800005678"


def test_many_are_asked_in_as_many_statements_as_one(person, django_assert_num_queries):
    people = [person, *PatientFactory.create_batch(5)]
    asked = [Ask(one.pk, channel, get("test.marketing")) for one in people for channel in ("email", "sms")]
    with django_assert_num_queries(7):
        assert [one.reason for one in answers(asked, now=TEN)][:2] == [Reason.NO_CONSENT] * 2


def test_a_message_that_is_refused_is_held_from_the_first_with_its_reason(queue, person, send, look):
    message = queue(person=person, purpose="test.education", now=TEN)
    assert (message.state, message.reason) == (State.HELD, Reason.NO_CONSENT)
    assert states_of(message) == [("held", "no_consent")]
    gateway = ScriptedGateway()
    send(gateway, at=TEN)
    assert gateway.taken == []


def test_a_message_outside_the_hours_is_planned_for_the_next_ones(queue, person, send, look):
    allow(person, "marketing_mail")
    message = queue(person=person, purpose="test.marketing")
    assert (message.state, message.reason, message.not_before) == (State.PLANNED, Reason.QUIET_HOURS, NOW + HOUR)
    send(gateway := ScriptedGateway(), at=NOW + HOUR)
    assert (look(message).state, len(gateway.taken)) == (State.HANDED_OVER, 1)


def test_a_message_that_would_come_too_late_is_held(queue, person):
    allow(person, "marketing_mail")
    message = queue(person=person, purpose="test.marketing", not_after=NOW + HOUR / 2)
    assert (message.state, message.reason) == (State.HELD, Reason.QUIET_HOURS)


def test_consent_withdrawn_between_queue_and_send(queue, person, send, look):
    allow(person, "education")
    message = queue(person=person, purpose="test.education", now=TEN)
    assert message.state == State.PLANNED
    allow(person, "education", decision="withdrawn", at=TEN)
    send(gateway := ScriptedGateway(), at=TEN)
    assert (look(message).state, look(message).reason, gateway.taken) == (State.HELD, Reason.REFUSED_KIND, [])
    assert Touch.objects.count() == 0


def test_messages_write_the_ledger_and_crowd_each_other_out(queue, person, send, look):
    first, second, third = (queue(person=person, key=f"k{number}", now=TEN) for number in range(3))
    send(gateway := ScriptedGateway(), at=TEN)
    assert [look(one).state for one in (first, second, third)] == [State.HANDED_OVER] * 2 + [State.PLANNED]
    assert (look(third).reason, look(third).not_before) == (Reason.BUDGET, TEN + 7 * DAY - 2 * HOUR)
    assert (
        list(Touch.objects.values_list("person", "is_approach", "is_call", "channel"))
        == [(person.pk, True, False, "email")] * 2
    )
    assert [letter.address for letter in gateway.taken] == ["x@person.invalid"] * 2


def test_a_message_that_reached_nobody_leaves_the_ledger(queue, person, send, look):
    from messaging.gateways.base import Outcome

    queue(person=person, now=TEN)
    send(ScriptedGateway(Outcome(State.FAILED, Reason.REFUSED, "550")), at=TEN)
    assert Touch.objects.count() == 0


def test_the_text_may_name_the_person_and_the_context_does_not(queue, person, send, look):
    from messaging import templates

    templates.register("test.named", "%(name)s", "%(hospital)s")
    message = queue(person=person, template="test.named", now=TEN)
    send(gateway := ScriptedGateway(), at=TEN)
    assert (gateway.taken[0].subject, gateway.taken[0].body) == (person.name, "北方医院")
    assert look(message).context == {}


def test_many_people_are_queued_at_once(person, in_north):
    people = [person, *PatientFactory.create_batch(3)]
    notices = [Notice("test.care", ToPerson(one), "email", "test", f"k{one.pk}", batch="campaign:1") for one in people]
    assert enqueue_all(notices, now=TEN) == 4
    assert list(Message.objects.order_by("pk").values_list("state", "reason", "batch")) == [
        ("planned", "", "campaign:1"),
        *[("held", "no_address", "campaign:1")] * 3,
    ]


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


def test_an_address_needs_label_and_source():
    with pytest.raises(LookupError):
        ToAddress("x@y.invalid", "x", "nobody", 1)
    with pytest.raises(ValueError, match="label"):
        ToAddress("x@y.invalid", " ", "test.unit", 1)
