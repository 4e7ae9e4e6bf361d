"""A yes by e-mail counts once it is confirmed; one over an own no once a second has heard it; for all ways but mail at
once.
"""

import datetime as dt
import zoneinfo
from typing import Any

import pytest
from django.utils.translation import gettext as _

from accounts.domain.public_links import ensure
from accounts.models import Hospital, PublicLink
from patients.domain import granting
from patients.domain.consents import ConsentError, OwnNoStands, is_allowed, withdraw
from patients.domain.consents_told import take_told
from patients.domain.granting import Granted, Yes, channels_of, confirm, grant, heard_too, needs_confirmation
from patients.models import AwaitedConsent, Consent, Patient
from patients.signals import consent_awaits
from tests.cast import Cast, actor_of
from tests.patients.factories import ContactPointFactory, PatientFactory

pytestmark = pytest.mark.django_db
NOW = dt.datetime(2026, 6, 1, 2, 0, tzinfo=dt.UTC)
HOUR = dt.timedelta(hours=1)
ZONE = zoneinfo.ZoneInfo("Asia/Shanghai")


@pytest.fixture
def person(in_north: Hospital) -> Patient:
    patient = PatientFactory()
    ContactPointFactory(patient=patient, system="email", value="xie@example.invalid")
    return patient


def say_yes(
    person: Patient, purpose: str, channel: str = "any", hours: int = 0, actor: Any = None, **more: Any
) -> Granted:
    given = {"source": "counter", "wording_version": "S1", "language": "zh-hans"}
    yes = Yes(purpose=purpose, channel=channel, **{**given, **more})
    return grant(person=person, yes=yes, now=NOW + hours * HOUR, actor=actor)


def link_of(row: AwaitedConsent) -> PublicLink:
    ensure(granting.CONFIRM, [row.pk], expires_at=row.expires_at, now=NOW)
    return PublicLink.objects.get(kind=granting.CONFIRM, object_id=row.pk)


def allowed(person: Patient, purpose: str) -> str:
    return " ".join(one for one in ("phone", "sms", "wechat", "email", "letter") if is_allowed(person, purpose, one))


def test_what_goes_by_mail_is_confirmed() -> None:
    asked = [(purpose, channel) for purpose in Consent.Purpose.values for channel in channels_of(purpose)]
    assert [one for one in asked if needs_confirmation(*one)] == [
        ("education", "email"),
        ("marketing_mail", "email"),
        ("community", "email"),
        ("points", "email"),
    ]


def test_mail_counts_once_it_is_confirmed_by_the_link(person: Patient, cast: Cast) -> None:
    told: list[AwaitedConsent] = []
    receiver = lambda awaited, **kwargs: told.append(awaited)  # noqa: E731
    consent_awaits.connect(receiver)
    done = say_yes(person, "marketing_mail", actor=actor_of(cast.sun))
    consent_awaits.disconnect(receiver)
    row = done.awaited
    assert row is not None
    assert (done.consents, told, allowed(person, "marketing_mail")) == ([], [row], "")
    counted = confirm(row, link=link_of(row), now=NOW + HOUR)
    assert counted is not None
    assert (counted.source, counted.wording_version, counted.at) == ("online", "S1", NOW + HOUR)
    assert (confirm(row, link=link_of(row), now=NOW + HOUR), is_allowed(person, "marketing_mail", "email")) == (
        None,
        True,
    )
    assert Consent.objects.count() == 1


def test_time_runs_out_and_asked_anew_it_waits_anew(person: Patient) -> None:
    first = say_yes(person, "marketing_mail").awaited
    assert first is not None
    with pytest.raises(ConsentError) as refusal:
        confirm(first, link=link_of(first), now=first.expires_at)
    assert str(refusal.value) == _("There is nothing to confirm any more.")
    second = say_yes(person, "marketing_mail", hours=1).awaited
    first.refresh_from_db()
    assert (second is not None, first.ended_as) == (True, "expired")


def test_no_between_asking_and_confirming_holds(person: Patient) -> None:
    row = say_yes(person, "marketing_mail").awaited
    assert row is not None
    withdraw(person=person, purpose="marketing_mail", source="phone", now=NOW + HOUR)
    with pytest.raises(ConsentError):
        confirm(row, link=link_of(row), now=NOW + 2 * HOUR)
    assert not is_allowed(person, "marketing_mail", "email")


def test_yes_for_every_way_speaks_at_once_for_all_but_mail(person: Patient) -> None:
    done = say_yes(person, "education")
    assert done.awaited is not None
    assert (done.awaited.channel, allowed(person, "education")) == ("email", "phone sms wechat letter")
    confirm(done.awaited, link=link_of(done.awaited), now=NOW + HOUR)
    assert [row.channel for row in say_yes(person, "education", hours=2).consents] == ["any"]
    assert allowed(person, "education") == "phone sms wechat email letter"


def test_without_an_address_nothing_waits(in_north: Hospital) -> None:
    person = PatientFactory()
    assert (say_yes(person, "education").awaited, allowed(person, "education")) == (None, "phone sms wechat letter")
    with pytest.raises(ConsentError) as refusal:
        say_yes(person, "marketing_mail")
    assert str(refusal.value) == _("There is no e-mail address on record by which the person could confirm.")


def test_spoken_yes_over_an_own_no_waits_for_a_second_who_heard_it(person: Patient, cast: Cast) -> None:
    sun, qian = actor_of(cast.sun), actor_of(cast.qian)
    withdraw(person=person, purpose="calls", source="phone", now=NOW, actor=sun)
    row = say_yes(person, "calls", hours=1, actor=sun).awaited
    assert row is not None
    assert (row.waits_for, is_allowed(person, "calls", "phone")) == ("second", False)
    with pytest.raises(ConsentError) as refusal:
        heard_too(row, actor=sun, now=NOW + HOUR)
    assert str(refusal.value) == _("Somebody else who heard it confirms it.")
    (counted,) = heard_too(row, actor=qian, now=NOW + 2 * HOUR).consents
    assert (counted.witness, counted.taken_by, is_allowed(person, "calls", "phone")) == (cast.sun, cast.qian, True)


def test_second_hears_no_mail_for_the_person(person: Patient, cast: Cast) -> None:
    sun, qian = actor_of(cast.sun), actor_of(cast.qian)
    withdraw(person=person, purpose="marketing_mail", source="phone", now=NOW, actor=sun)
    row = say_yes(person, "marketing_mail", hours=1, actor=sun).awaited
    assert row is not None
    done = heard_too(row, actor=qian, now=NOW + 2 * HOUR)
    assert done.awaited is not None
    assert (done.awaited.waits_for, is_allowed(person, "marketing_mail", "email")) == ("link", False)


def test_sheet_without_a_file_lifts_no_own_no(person: Patient, cast: Cast) -> None:
    withdraw(person=person, purpose="calls", source="phone", now=NOW)
    with pytest.raises(OwnNoStands):
        say_yes(person, "calls", hours=1, source="paper", actor=actor_of(cast.sun))
    assert AwaitedConsent.objects.count() == 0


def test_what_another_system_tells_confirms_no_address(person: Patient) -> None:
    """A yes told by a feed counts for mail only where the person has confirmed it here."""

    def tell(purpose: str, day: int) -> str:
        said = {"decision": "granted", "wording": "w", "at": NOW + day * HOUR, "told": None}
        return take_told(person.pk, purpose=purpose, now=NOW + 99 * HOUR, zone=ZONE, **said)

    assert [tell("marketing_mail", 1), tell("education", 1), tell("education", 1)] == ["consent_not_confirmed", "", ""]
    assert (allowed(person, "marketing_mail"), allowed(person, "education")) == ("", "phone sms wechat letter")
    assert Consent.objects.count() == 4
    row = say_yes(person, "marketing_mail", "email").awaited
    assert row is not None
    confirm(row, link=link_of(row), now=NOW + HOUR)
    assert (tell("marketing_mail", 2), allowed(person, "marketing_mail")) == ("", "email")


def test_a_feed_without_days_says_the_same_once(person: Patient) -> None:
    said = {"decision": "granted", "wording": "w", "at": None, "told": None, "now": NOW, "zone": ZONE}
    assert [take_told(person.pk, purpose="education", **said) for _n in range(2)] == ["", ""]
    assert Consent.objects.count() == 4


def test_what_was_taken_down_by_mistake_waits_no_more_and_refuses_nothing(person: Patient, cast: Cast) -> None:
    row = say_yes(person, "marketing_mail", actor=actor_of(cast.sun)).awaited
    assert row is not None
    link = link_of(row)
    granting.give_up(row, actor=actor_of(cast.qian), now=NOW)
    for again in (
        lambda: confirm(row, link=link, now=NOW),
        lambda: granting.give_up(row, actor=actor_of(cast.sun), now=NOW),
    ):
        with pytest.raises(ConsentError):
            again()
    assert (Consent.objects.count(), granting.waiting_of(person, NOW)) == (0, [])
