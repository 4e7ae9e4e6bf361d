"""May we contact this person: every rule of PRODUCT §4.1 and §4.2, when queued and when claimed."""

import datetime as dt

import pytest
from django.utils import timezone

from accounts.models import HospitalSettings
from messaging.domain import suppressions, touches
from messaging.domain.outbox import Notice, enqueue_all
from messaging.domain.permission import Ask, answers, may_contact
from messaging.models import BlackoutDay, Message, Reason
from messaging.purposes import Basis, get
from messaging.recipients import ToAddress, ToPerson, register_source
from patients.models import ContactPoint, Patient
from tests.messaging.factories import NOW
from tests.patients.factories import ConsentFactory, PatientFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_north")]
HOUR, DAY = dt.timedelta(hours=1), dt.timedelta(days=1)
TEN = NOW + 2 * HOUR  # ten in the morning at the hospital
register_source("test.unit", "contact of a unit", lambda ids, basis: {one for one in ids if one < 100})


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
    assert (answer.reason, answer.not_before) == (Reason.BUDGET, NOW + DAY)
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


def test_many_people_are_queued_at_once(person, in_north):
    people = [person, *PatientFactory.create_batch(3)]
    notices = [Notice("test.care", ToPerson(one), "email", "test", f"k{one.pk}", batch="campaign:1") for one in people]
    assert enqueue_all(notices, now=TEN) == 4
    assert list(Message.objects.order_by("pk").values_list("state", "reason", "batch")) == [
        ("planned", "", "campaign:1"),
        *[("held", "no_address", "campaign:1")] * 3,
    ]


def test_an_address_needs_label_and_source():
    with pytest.raises(LookupError):
        ToAddress("x@y.invalid", "x", "nobody", 1)
    with pytest.raises(ValueError, match="label"):
        ToAddress("x@y.invalid", " ", "test.unit", 1)
