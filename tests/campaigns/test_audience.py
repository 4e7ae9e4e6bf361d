"""Who is written to, and why others are not: the same for everybody at once as for each person alone."""

import datetime as dt
from collections import Counter

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts.models import Hospital
from campaigns.domain import audience
from campaigns.models import CampaignRecipient
from hospital_crm.tenancy.scope import hospital_scope
from messaging.domain.permission import may_contact
from messaging.models import Suppression, Touch
from patients.models import Patient
from tests.campaigns.scene import NOW, allow, campaign_of, reader
from tests.cast import Cast
from tests.patients.factories import ContactPointFactory

pytestmark = pytest.mark.django_db


def touch(person: Patient, days_ago: int, *, is_approach: bool = True) -> None:
    """Somebody was contacted so many days ago."""
    at = NOW - dt.timedelta(days=days_ago)
    Touch.objects.create(
        person=person,
        day=at.date(),
        at=at,
        channel="email",
        purpose="campaign.knowledge",
        is_approach=is_approach,
        is_call=False,
        source="tests",
        source_id=Touch.objects.count() + 1,
    )


def stop(person: Patient, *, address: bool, lifted: bool = False) -> None:
    """The mail address of a person, or the person, is stopped on mail."""
    whom = {"address": person.contact_points.get(system="email").value} if address else {"patient": person}
    done = {"lifted_at": NOW, "lift_reason": "核实无误"} if lifted else {}
    Suppression.objects.create(channel="email", reason="by_hand", source="test", at=NOW, **whom, **done)


def test_each_reason_is_counted(north: Hospital, cast: Cast) -> None:
    with hospital_scope(north):
        reader()
        reader(allows=False)
        allow(reader(), decision="withdrawn", days_ago=1)
        reader(mail=False)
        reader(contact_state="stopped")
        reader(death_in_doubt_since=NOW)
        stop(reader(), address=True)
        stop(reader(), address=False)
        stop(reader(), address=True, lifted=True)
        crowded = reader()
        touch(crowded, 2)
        touch(crowded, 5)
        found = audience.count(campaign_of(cast), now=NOW)
    assert found is not None
    assert found.outcomes == {
        "send": 2,
        "no_consent": 1,
        "refused_kind": 1,
        "no_address": 1,
        "stopped": 1,
        "death_in_doubt": 1,
        "suppressed": 2,
        "budget": 1,
    }
    assert (found.people, found.writable) == (10, 2)


def test_a_letter_goes_to_a_postal_address(north: Hospital, cast: Cast) -> None:
    with hospital_scope(north):
        for address, decision in (("清江县一号", "granted"), ("", "granted"), ("清江县二号", "withdrawn")):
            allow(reader(allows=False, mail=False, address=address), decision=decision, channel="letter")
        campaign = campaign_of(cast, channel="letter")
        found = audience.count(campaign, now=NOW)
        asked = [
            may_contact(person, "letter", audience.purpose_of(campaign), NOW).reason.value
            for person in Patient.objects.order_by("pk")
        ]
    assert found is not None
    assert found.outcomes == {"send": 1, "no_address": 1, "refused_kind": 1}
    assert asked == ["", "no_address", "refused_kind"]


def test_reasons_are_told_in_words_the_most_frequent_first() -> None:
    counted = audience.Counted({"send": 5, "no_consent": 1, "suppressed": 2})
    assert [(code, n) for code, _words, n in counted.reasons] == [("suppressed", 2), ("no_consent", 1)]


def test_frozen_is_kept_once_and_holds_a_part_out(north: Hospital, cast: Cast) -> None:
    with hospital_scope(north):
        for _n in range(40):
            reader()
        reader(allows=False)
        campaign = campaign_of(cast, holdout_percent=50)
        found = audience.freeze(campaign, now=NOW)
        kept = Counter(CampaignRecipient.objects.values_list("outcome", flat=True))
        again = audience.freeze(campaign, now=NOW)
    assert kept == Counter(found.outcomes)
    assert (kept["no_consent"], kept["send"] + kept["holdout"]) == (1, 40)
    assert 0 < kept["holdout"] < 40
    assert again.outcomes == {}


PEOPLE = st.fixed_dictionaries(
    {
        "contact_state": st.sampled_from(["open", "open", "open", "stopped"]),
        "in_doubt": st.booleans(),
        "decisions": st.lists(
            st.tuples(
                st.sampled_from(["education", "marketing_mail"]),
                st.sampled_from(["email", "any", "sms"]),
                st.sampled_from(["granted", "refused", "withdrawn"]),
                st.integers(1, 9),
            ),
            max_size=4,
        ),
        "mails": st.lists(
            st.tuples(st.sampled_from(["", "女儿"]), st.sampled_from(["unchecked", "ok", "dead"]), st.integers(-2, 2)),
            max_size=2,
        ),
        "stopped": st.sampled_from(["", "", "address", "person", "lifted"]),
        "touched": st.lists(st.tuples(st.integers(-6, 8), st.booleans()), max_size=4),
    }
)


def make(about: dict) -> Patient:
    """The person of an example."""
    doubt = NOW if about["in_doubt"] else None
    state = about["contact_state"]
    person = reader(allows=False, mail=False, contact_state=state, death_in_doubt_since=doubt)
    for rank, (relation, number_state, until) in enumerate(about["mails"], 1):
        ContactPointFactory(
            patient=person,
            system="email",
            value=f"p{person.pk}-{rank}@example.org",
            rank=rank,
            owner_relation=relation,
            number_state=number_state,
            valid_until=NOW.date() + dt.timedelta(days=until) if until else None,
        )
    for purpose, channel, decision, days in about["decisions"]:
        allow(person, purpose, decision, days, channel=channel)
    for days, is_approach in about["touched"]:
        touch(person, days, is_approach=is_approach)
    first = person.contact_points.filter(system="email").first()
    if about["stopped"] == "person" or (first is not None and about["stopped"]):
        stop_first(person, about["stopped"])
    return person


def stop_first(person: Patient, how: str) -> None:
    """What is stopped of an example: the first address, the person, or an address whose stop was lifted."""
    if how == "person":
        stop(person, address=False)
        return
    address = person.contact_points.order_by("rank").values_list("value", flat=True)[0]
    done = {"lifted_at": NOW, "lift_reason": "核实无误"} if how == "lifted" else {}
    Suppression.objects.create(channel="email", reason="by_hand", source="test", at=NOW, address=address, **done)


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(PEOPLE, min_size=4, max_size=12), st.sampled_from(["knowledge", "news"]))
def test_statement_and_question_agree_person_by_person(north: Hospital, cast: Cast, people: list, kind: str) -> None:
    """The audience of everybody at once, against `may_contact` for one after the other."""
    with hospital_scope(north):
        CampaignRecipient.objects.all().delete()
        Patient.objects.filter(birth_date=dt.date(1960, 1, 1)).update(birth_date=dt.date(2000, 1, 1))
        persons = [make(about) for about in people]
        campaign = campaign_of(cast, kind=kind, is_commercial=kind == "news")
        purpose = audience.purpose_of(campaign)
        audience.freeze(campaign, now=NOW)
        found = dict(CampaignRecipient.objects.filter(campaign=campaign).values_list("patient_id", "outcome"))
        asked = {}
        for person in persons:
            answer = may_contact(person, "email", purpose, NOW)
            asked[person.pk] = "send" if answer.allowed else answer.reason.value
    assert found == asked
