"""What the fields of two records say becomes what one record says: nothing that only one knows is lost."""

import datetime as dt
from typing import Any

import pytest

from accounts.models import Hospital
from integrations.models import Feed
from patients.domain.corrections import correct_people
from patients.domain.parting import part
from patients.domain.records import PersonRecord
from patients.domain.uniting import CHOOSABLE, CannotUnite, unite
from patients.models import Patient, PersonMerger
from tests.integrations.factories import FeedFactory
from tests.integrations.hl7_messages import adt
from tests.integrations.outside import apply_all, states
from tests.patients.factories import PatientFactory

NOW = dt.datetime(2026, 3, 4, 2, 0, tzinfo=dt.UTC)
TOLD: dict[str, Any] = {
    "address": "清江县一号",
    "birth_date": dt.date(1970, 3, 4),
    "sex": "F",
    "education": "college",
    "marital_status": "married",
    "occupation": "教师",
    "insurance_type": "城镇职工",
    "source": "义诊",
    "preferred_channel": "phone",
    "preferred_hours": "下午",
    "preferred_language": "粤语",
    "hobbies": "书法",
    "habits": "吸烟",
    "allergies": "青霉素",
    "chronic_diseases": "糖尿病",
    "past_history": "阑尾炎手术",
    "family_history": "父亲高血压",
    "current_medicines": "二甲双胍0.5g，每日两次",
}
# Every record has these; the one that is kept keeps its own. The number is told by the message itself.
ALWAYS = {"name", "kind", "category", "mrn"}


@pytest.fixture
def feed(in_north: Hospital) -> Feed:
    """A feed that has told of two people, of the one that stays nothing but the name."""
    feed = FeedFactory()
    apply_all(feed, [adt("A28", "1", pid="PID|1||M1^^^H^MR||甘书远"), adt("A28", "2", pid="PID|1||M2^^^H^MR||甘书远")])
    return feed


def both() -> tuple[Patient, Patient]:
    return Patient.objects.get(identifiers__value="M1"), Patient.objects.get(identifiers__value="M2")


def merge(feed: Feed) -> None:
    apply_all(feed, [adt("A40", "3", pid="PID|1||M1^^^H^MR||甘书远", more="MRG|M2^^^H^MR")])
    assert states()[-1] == ("applied", "")


def a_pair(ours: str, theirs: str, name: str = "allergies") -> tuple[Patient, Patient]:
    return PatientFactory(**{name: ours}), PatientFactory(**{name: theirs})


def test_every_field_that_can_be_empty_is_told() -> None:
    assert set(TOLD) | ALWAYS == set(CHOOSABLE)


@pytest.mark.parametrize("name", TOLD)
def test_a_merge_of_the_his_fills_what_the_kept_record_does_not_know(feed: Feed, name: str) -> None:
    referrer = PatientFactory()
    kept, other = both()
    for one, value in ((name, TOLD[name]), ("referrer", referrer)):
        setattr(other, one, value)
    other.save()
    merge(feed)
    kept.refresh_from_db()
    assert (getattr(kept, name), kept.referrer, PersonMerger.objects.get().chosen) == (
        TOLD[name],
        referrer,
        [name, "referrer"],
    )


def test_nobody_is_referred_by_the_own_other_record(in_north: Hospital) -> None:
    kept = PatientFactory()
    other = PatientFactory(referrer=kept)
    assert unite(kept_id=kept.pk, other_id=other.pk, actor=None, now=NOW).referrer is None
    kept, first = PatientFactory(), PatientFactory()
    other = PatientFactory(referrer=first)
    Patient.objects.filter(pk=kept.pk).update(referrer=other)
    assert unite(kept_id=kept.pk, other_id=other.pk, actor=None, now=NOW).referrer == first


def test_a_merge_of_the_his_keeps_the_allergies_and_diseases_of_both(feed: Feed) -> None:
    kept, other = both()
    Patient.objects.filter(pk=kept.pk).update(allergies="海鲜, 头孢", chronic_diseases="高血压", past_history="")
    Patient.objects.filter(pk=other.pk).update(allergies="青霉素、头孢", chronic_diseases="糖尿病", past_history="骨折")
    merge(feed)
    kept.refresh_from_db()
    assert (kept.allergies, kept.chronic_diseases, kept.past_history) == (
        "海鲜, 头孢、青霉素",
        "高血压\n糖尿病",
        "骨折",
    )
    part(merger=PersonMerger.objects.get(), reason="两个人", actor=None, now=NOW)
    assert [(one.allergies, one.chronic_diseases, one.past_history) for one in both()] == [
        ("海鲜, 头孢", "高血压", ""),
        ("青霉素、头孢", "糖尿病", "骨折"),
    ]


@pytest.mark.parametrize(
    ("chosen", "own", "allergies"),
    [((), (), "海鲜、青霉素"), (("allergies",), (), "青霉素"), ((), ("allergies",), "海鲜")],
)
def test_who_chose_between_allergies_has_what_was_chosen(
    in_north: Hospital, chosen: tuple[str, ...], own: tuple[str, ...], allergies: str
) -> None:
    kept, other = a_pair("海鲜", "青霉素")
    united = unite(kept_id=kept.pk, other_id=other.pk, actor=None, now=NOW, chosen=chosen, own=own)
    assert united.allergies == allergies


def test_what_one_line_denies_and_the_other_says_stands_both(in_north: Hospital) -> None:
    kept, other = a_pair("糖尿病", "无糖尿病史\n糖尿病", "past_history")
    assert unite(kept_id=kept.pk, other_id=other.pk, actor=None, now=NOW).past_history == "糖尿病\n无糖尿病史"


def test_what_has_no_room_in_one_record_is_not_cut_off(in_north: Hospital) -> None:
    kept, other = a_pair("海" * 120, "青" * 120)
    with pytest.raises(CannotUnite, match="过敏"):
        unite(kept_id=kept.pk, other_id=other.pk, actor=None, now=NOW)
    assert Patient.objects.count() == 2
    assert unite(kept_id=kept.pk, other_id=other.pk, actor=None, now=NOW, own=["allergies"]).allergies == "海" * 120


def test_a_message_still_adds_and_takes_away_single_allergies(in_north: Hospital) -> None:
    person = PatientFactory(allergies="海鲜，头孢")
    changes = (("add", "青霉素"), ("delete", "海鲜"))
    correct_people([(person.pk, PersonRecord(row=1, name=person.name, allergy_changes=changes))], now=NOW)
    person.refresh_from_db()
    assert person.allergies == "头孢、青霉素"
