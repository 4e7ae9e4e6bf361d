"""A no of the person's own is lifted by the person alone: by a link that was sent, by a kept sheet, heard by two."""

import datetime as dt
import uuid
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from accounts.domain.public_links import ensure
from accounts.models import Hospital, PublicLink
from patients.domain.consents import ConsentError, OwnNoStands, is_allowed, record_consent, withdraw
from patients.domain.uniting import unite
from patients.models import AwaitedConsent, Consent, Patient
from tests.accounts.factories import StaffMemberFactory
from tests.cast import Cast, actor_of
from tests.patients.consent_factories import AwaitedConsentFactory
from tests.patients.factories import PatientFactory, RelationFactory

pytestmark = pytest.mark.django_db
NOW = dt.datetime(2026, 6, 1, 2, 0, tzinfo=dt.UTC)
HOUR = dt.timedelta(hours=1)


def no(person: Patient, hours: int = 0, **said: Any) -> Consent:
    given = {"purpose": "education", "source": "counter", "now": NOW + hours * HOUR}
    return withdraw(person=person, **{**given, **said})


def yes(person: Patient, hours: int = 1, **said: Any) -> Consent:
    given = {"purpose": "education", "decision": "granted", "wording_version": "S1", "source": "counter"}
    return record_consent(person=person, now=NOW + hours * HOUR, **{**given, **said})  # type: ignore[arg-type]


def sent_link(person: Patient, extra: str = "") -> PublicLink:
    ensure("preferences", [person.pk], extra=extra, now=NOW)
    return PublicLink.objects.get(object_id=person.pk, extra=extra)


def test_every_way_to_say_no_is_one_record(in_north: Hospital) -> None:
    person = PatientFactory()
    yes(person, hours=0)
    taken_back = no(person, hours=1, source="reply", channel="sms")
    assert (taken_back.decision, taken_back.said_by, is_allowed(person, "education", "sms")) == (
        "withdrawn",
        "self",
        False,
    )
    assert (no(person, hours=2, purpose="care", source="phone").decision, is_allowed(person, "care", "phone")) == (
        "refused",
        False,
    )
    assert no(person, hours=3, purpose="care", source="oneclick").decision == "refused"
    assert Consent.objects.count() == 3


def test_own_no_stands_against_staff(in_north: Hospital, cast: Cast) -> None:
    person, sun = PatientFactory(), actor_of(cast.sun)
    no(person)
    for said in ({}, {"source": "paper"}, {"source": "online"}, {"source": "feed"}, {"source": "list"}):
        with pytest.raises(OwnNoStands) as refusal:
            yes(person, actor=sun, **said)
    words = "The person said no. Only the person lifts it: by the own link, by a signed sheet, or heard by two."
    assert str(refusal.value) == _(words)
    with pytest.raises(OwnNoStands):
        yes(person, channel="sms", actor=sun)
    assert not is_allowed(person, "education", "sms")


@pytest.mark.parametrize("way", ["link", "sheet", "two"])
def test_person_lifts_the_own_no(in_north: Hospital, cast: Cast, way: str) -> None:
    person = PatientFactory()
    no(person, channel="sms")
    said: dict[str, Any] = {
        "link": {"link": sent_link(person), "source": "online"},
        "sheet": {"source": "paper", "evidence": uuid.uuid4(), "actor": actor_of(cast.sun)},
        "two": {"source": "phone", "witness": cast.qian, "actor": actor_of(cast.sun)},
    }[way]
    yes(person, **said)
    assert is_allowed(person, "education", "sms")


def test_link_that_staff_have_seen_lifts_nothing(in_north: Hospital) -> None:
    person = PatientFactory()
    no(person)
    with pytest.raises(OwnNoStands):
        yes(person, link=sent_link(person, "desk"), source="online")


def test_no_of_our_staff_is_lifted_by_our_staff(in_north: Hospital, cast: Cast) -> None:
    person = PatientFactory()
    no(person, said_by="staff")
    assert yes(person, actor=actor_of(cast.sun)).is_granted
    with pytest.raises(ConsentError) as refusal:
        yes(person, said_by="staff")
    assert str(refusal.value) == _("Our staff consent to nothing for a person.")


def test_yes_of_a_day_before_the_no_lifts_nothing_and_is_taken(in_north: Hospital, cast: Cast) -> None:
    person = PatientFactory()
    no(person)
    yes(person, at=NOW - HOUR, actor=actor_of(cast.sun))
    assert not is_allowed(person, "education", "sms")


def test_another_system_lifts_what_it_told_itself(in_north: Hospital) -> None:
    person = PatientFactory()
    no(person, source="feed")
    assert yes(person, source="feed").is_granted
    no(person, hours=2)
    with pytest.raises(OwnNoStands):
        yes(person, hours=3, source="feed")


def direct(person: Patient, **said: Any) -> None:
    """Past the domain, as somebody with access to the table would write it."""
    given = {"purpose": "education", "decision": "granted", "wording_version": "S1", "source": "counter"}
    with transaction.atomic():
        Consent.objects.create(patient=person, at=NOW + HOUR, **{**given, **said})


def test_database_refuses_it_too(in_north: Hospital) -> None:
    person, one, other = PatientFactory(), StaffMemberFactory(), StaffMemberFactory()
    no(person, channel="sms")
    desk = sent_link(person, "desk")
    refused: list[dict[str, Any]] = [
        {},
        {"channel": "sms"},
        {"source": "paper"},
        {"source": "feed"},
        {"source": "list"},
        {"taken_by": one},
        {"link": desk, "source": "online"},
    ]
    for said in refused:
        with pytest.raises(IntegrityError, match="only the person lifts an own no"):
            direct(person, **said)
    with pytest.raises(IntegrityError, match="consent_witness_is_another"):
        direct(person, taken_by=one, witness=one)
    with pytest.raises(IntegrityError, match="consent_is_not_granted_by_staff"):
        direct(person, said_by="staff", channel="email")
    direct(person, channel="email")
    direct(person, channel="any", taken_by=one, witness=other)
    assert is_allowed(person, "education", "sms")


def test_family_says_yes_only_where_entrusted(in_north: Hospital, cast: Cast) -> None:
    person, sun = PatientFactory(), actor_of(cast.sun)
    said = {"said_by": "family", "guardian_name": "谢小禾", "guardian_relation": "女儿", "actor": sun}
    with pytest.raises(ConsentError) as refusal:
        yes(person, **said)
    assert str(refusal.value) == _(
        "Nobody of this name is entrusted on record. Keep the signed sheet with the decision."
    )
    assert no(person, **said).guardian_name == "谢小禾"
    other = PatientFactory()
    RelationFactory(patient=other, name="谢小禾", may_be_told="condition")
    assert yes(other, **said).is_granted
    with pytest.raises(ConsentError) as refusal:
        yes(other, **{**said, "guardian_name": ""})
    assert str(refusal.value) == _("Say who decided for the person.")


def test_no_ends_what_waits(in_north: Hospital) -> None:
    person = PatientFactory()
    mail = AwaitedConsentFactory(patient=person, asked_at=NOW)
    letters = AwaitedConsentFactory(patient=person, purpose="education", channel="email", asked_at=NOW)
    no(person, purpose="marketing_mail", channel="email", hours=1)
    mail.refresh_from_db()
    letters.refresh_from_db()
    assert (mail.ended_as, letters.ended_as) == ("dropped", "")


def test_union_keeps_the_stricter_also_of_what_waits(in_north: Hospital) -> None:
    kept, other = PatientFactory(), PatientFactory()
    no(other, purpose="marketing_mail")
    AwaitedConsentFactory(patient=kept, asked_at=NOW + HOUR)
    AwaitedConsentFactory(patient=kept, purpose="points", channel="email", asked_at=NOW)
    AwaitedConsentFactory(patient=other, purpose="points", channel="email", asked_at=NOW + HOUR)
    no(other, purpose="profiling", hours=1)
    unite(kept_id=kept.pk, other_id=other.pk, actor=None, now=NOW + 2 * HOUR)
    ends = (
        AwaitedConsent.objects.filter(patient=kept).order_by("purpose", "asked_at").values_list("purpose", "ended_as")
    )
    assert list(ends) == [("marketing_mail", "dropped"), ("points", "dropped"), ("points", "")]
    assert not is_allowed(kept, "profiling", "any")
    with pytest.raises(OwnNoStands):
        yes(kept, hours=3, purpose="marketing_mail")
