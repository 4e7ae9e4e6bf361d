"""Whose number it is: said once, by word, by record and by the days on which it holds, and asked alike everywhere."""

import datetime as dt
from typing import Any

import pytest

from accounts.models import Hospital
from followups.views import numbers
from messaging.domain.permission import may_contact
from messaging.purposes import Basis, Purpose
from patients import subject_file
from patients.domain.consents import ConsentError
from patients.domain.duplicates import find_all
from patients.domain.granting import Yes, grant
from patients.domain.numbers_in_sql import OWN
from patients.domain.staging import HOSPITAL, fetched
from patients.domain.uniting import unite
from patients.models import ContactPoint, DuplicateCandidate, Patient
from tests.patients.factories import ContactPointFactory, PatientFactory
from tests.patients.segment_scene import DAY, found, one

NOW = dt.datetime(2026, 6, 1, 4, 0, tzinfo=dt.UTC)
BEFORE, AFTER = DAY - dt.timedelta(days=1), DAY + dt.timedelta(days=1)
THEIRS: list[dict[str, Any]] = [
    {"owner_relation": "女儿"},
    {"owner": True},
    {"valid_until": BEFORE},
    {"valid_from": AFTER},
]
OURS: list[dict[str, Any]] = [{}, {"valid_until": DAY}, {"valid_from": DAY}]


def by_mail() -> Yes:
    """A yes to health education by mail, which waits for the person's confirmation."""
    return Yes("education", "email", "counter", "S1", "zh-hans")


def a_number(said: dict[str, Any], **given: Any) -> ContactPoint:
    lender = {"owner": PatientFactory(name="女儿", birth_date=None)} if said.get("owner") else {}
    return ContactPointFactory(**{**said, **lender, **given})


@pytest.mark.parametrize("said", [*THEIRS, *OURS])
def test_one_condition_says_it_in_both_languages(in_north: Hospital, said: dict[str, Any]) -> None:
    point = a_number(said)
    own = list(ContactPoint.objects.own(on=DAY).values_list("pk", flat=True))
    sql = f"select c.id from patients_contactpoint c where c.hospital_id = {HOSPITAL} and {OWN.format(day='%(day)s')}"
    assert own == [row[0] for row in fetched(sql, {"day": DAY})] == ([point.pk] if said in OURS else [])


def test_a_number_of_the_own_other_record_is_own_after_the_union(in_north: Hospital) -> None:
    kept, other = PatientFactory(), PatientFactory()
    point = ContactPointFactory(patient=kept, owner=other)
    assert (point.is_lent, ContactPoint.objects.own(on=DAY).count()) == (True, 0)
    unite(kept_id=kept.pk, other_id=other.pk, actor=None, now=NOW)
    assert (ContactPoint.objects.own(on=DAY).get().is_lent, point.pk) == (False, point.pk)


@pytest.mark.parametrize("said", THEIRS)
def test_an_address_of_somebody_else_is_no_way_to_the_person(in_north: Hospital, said: dict[str, Any]) -> None:
    person = PatientFactory(name="谢小平")
    a_number(said, patient=person, system="email", value="a@b.example")
    purpose = Purpose("t", "t", basis=Basis.OWN_REQUEST)
    assert may_contact(person, "email", purpose, NOW).reason == "no_address"
    with pytest.raises(ConsentError):
        grant(person=person, yes=by_mail(), now=NOW)
    a_number({}, patient=person, system="email", value="c@b.example")
    assert grant(person=person, yes=by_mail(), now=NOW).awaited is not None


@pytest.mark.parametrize("said", THEIRS)
@pytest.mark.parametrize("system", ["email", "wechat"])
def test_segments_count_own_addresses_alone(in_north: Hospital, said: dict[str, Any], system: str) -> None:
    person = PatientFactory(name="谢小平")
    a_number(said, patient=person, system=system, value="a@b.example")
    assert found(one(system, "yes")) == set()
    a_number({}, patient=person, system=system, value="c@b.example")
    assert found(one(system, "yes")) == {"谢小平"}


@pytest.mark.parametrize("said", THEIRS)
def test_a_number_lent_by_somebody_else_makes_no_duplicates(in_north: Hospital, said: dict[str, Any]) -> None:
    for _n in range(2):
        person = PatientFactory(name="谢小平", birth_date=None, sex="U")
        a_number(said, patient=person, value="13800005678")
    find_all(now=NOW)
    assert not DuplicateCandidate.objects.exists()
    ContactPoint.objects.update(owner_relation="", owner=None, valid_from=None, valid_until=None)
    find_all(now=NOW)
    assert [row.reasons for row in DuplicateCandidate.objects.all()] == [["same_name", "same_phone"]]


def test_the_copy_for_the_person_masks_what_another_record_has_lent(in_north: Hospital) -> None:
    person: Patient = PatientFactory()
    a_number({"owner": True}, patient=person, value="13800005678")
    a_number({}, patient=person, value="13800009999", valid_until=BEFORE)
    entries = subject_file.parts["contacts"].entries(person, NOW)
    told = " ".join(str(entry) for entry in entries)
    assert ("13800005678" in told, "138****5678" in told, "13800009999" in told) == (False, True, True)


def test_the_page_says_that_a_number_of_another_record_is_somebody_elses(in_north: Hospital) -> None:
    lent, own = a_number({"owner": True}), a_number({})
    shown = numbers.numbers_of({"numbers": [lent, own], "family": []}, is_family_due=False)
    assert [one.whose for one in shown] == ["其他人", ""]
