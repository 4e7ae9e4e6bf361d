"""Stopped addresses: one standing stop each, the harder reason wins, who may lift it."""

import datetime as dt
import uuid

import pytest

from messaging.domain import sending_rules, suppressions
from messaging.models import Suppression
from patients.domain.consents import record_consent
from tests.cast import actor_of
from tests.messaging.factories import NOW, MessageFactory
from tests.patients.factories import ContactPointFactory, PatientFactory

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)
ADDRESS = "x@person.invalid"


def stop(reason="by_hand", now=NOW, **given):
    given = given or {"address": ADDRESS}
    return suppressions.suppress(channel="email", reason=reason, source="test", now=now, **given)


def standing():
    return list(Suppression.objects.standing().values_list("address", "reason"))


def test_stopping_twice_is_one_stop_and_a_harder_reason_takes_its_place(in_north):
    assert stop() == stop() == stop("complaint")
    stop("hard_bounce")
    assert (standing(), Suppression.objects.count()) == ([(ADDRESS, "hard_bounce")], 2)
    stop("complaint")
    assert standing() == [(ADDRESS, "hard_bounce")]


@pytest.mark.parametrize("given", [{}, {"address": " "}])
def test_a_stop_is_of_an_address_or_a_person(in_north, given):
    with pytest.raises(suppressions.SuppressionError):
        suppressions.suppress(channel="email", reason="reply", source="test", now=NOW, **given)
    with pytest.raises(suppressions.SuppressionError):
        stop(address=ADDRESS, person=PatientFactory())


def test_three_days_of_soft_bounces_stop_the_address(in_north):
    def bounce(days):
        return suppressions.soft_bounce(channel="email", address=ADDRESS, source="test", now=NOW + days * DAY)

    assert [bounce(days) is not None for days in (0, 0, 1, 40, 41)] == [False] * 5
    assert bounce(42).reason == "soft_bounces"
    assert suppressions.standing_for({"email": ["X@person.invalid"]})


def test_the_hospital_says_how_many_days_of_how_many_stop_an_address(in_north, cast):
    sending_rules.change(soft_bounce_days=2, soft_bounce_within=5, records_reading=False, actor=actor_of(cast.deng))
    found = [
        suppressions.soft_bounce(channel="email", address=ADDRESS, source="test", now=NOW + days * DAY)
        for days in (0, 5, 9)
    ]
    assert [one is not None for one in found] == [False, False, True]


def test_lifting_needs_a_reason_and_is_not_for_what_the_person_asked(in_north, cast):
    actor = actor_of(cast.li)
    row = stop()
    for words, refused in (("", True), ("地址已更正", False), ("地址已更正", True)):
        if refused:
            with pytest.raises(suppressions.SuppressionError):
                suppressions.lift(row, reason=words, actor=actor, now=NOW)
        else:
            suppressions.lift(row, reason=words, actor=actor, now=NOW)
    assert standing() == []
    with pytest.raises(suppressions.SuppressionError):
        suppressions.lift(stop("complaint"), reason="x", actor=actor, now=NOW)


def test_a_consent_given_anew_ends_what_the_person_asked_for(in_north):
    person = PatientFactory()
    stop("reply")
    stop("complaint", person=person)
    stop("hard_bounce", address="y@person.invalid")
    anew = {"channel": "email", "addresses": [ADDRESS, "y@person.invalid"], "person": person, "now": NOW}
    assert suppressions.lift_by_consent(until=NOW - DAY, **anew) == 0
    lifted = suppressions.lift_by_consent(until=NOW, **anew)
    assert (lifted, standing()) == (2, [("y@person.invalid", "hard_bounce")])


@pytest.mark.parametrize(
    ("said", "ends"),
    [
        ({"source": "paper", "evidence": uuid.uuid4()}, True),
        ({"source": "paper", "evidence": uuid.uuid4(), "channel": "sms"}, False),
        ({"source": "import"}, False),
    ],
)
def test_who_says_yes_in_person_ends_the_own_complaint_and_nobody_else_does(in_north, said, ends):
    person = ContactPointFactory(system="email", value=ADDRESS).patient
    stop("complaint")
    record_consent(
        person=person,
        purpose="education",
        decision="granted",
        wording_version="1",
        **{"channel": "email", **said},
        now=NOW,
    )
    assert standing() == ([] if ends else [(ADDRESS, "complaint")])


@pytest.mark.parametrize(("whose", "ends"), [("own", True), ("of the other", False), ("nobody knows", False)])
def test_of_a_shared_address_only_the_own_complaint_ends(in_north, whose, ends):
    person, other = (ContactPointFactory(system="email", value=ADDRESS).patient for _n in range(2))
    complained = {"own": person, "of the other": other}.get(whose)
    message = MessageFactory(person=complained, staff=None, channel="email") if complained else None
    stop("complaint", address=ADDRESS, message=message)
    said = {"source": "paper", "evidence": uuid.uuid4(), "wording_version": "1", "now": NOW}
    record_consent(person=person, purpose="education", channel="email", decision="granted", **said)
    assert standing() == ([] if ends else [(ADDRESS, "complaint")])
