"""Records that may be one person: found by two facts together, scored with reasons, dismissed until facts change."""

import datetime as dt

import pytest

from accounts.models import Hospital
from patients.domain.duplicates import find_all, find_for
from patients.domain.reach import set_number_state
from patients.models import DuplicateCandidate, Patient
from tests.patients.factories import ContactPointFactory, NationalIdFactory, PatientFactory

NOW = dt.datetime(2026, 3, 4, 2, 0, tzinfo=dt.UTC)
LATER = NOW + dt.timedelta(days=1)
BORN, OTHER_DAY = dt.date(1968, 3, 4), dt.date(1970, 1, 2)
PHONE = "13800005678"


def person(name: str, *, phone: str = "", number: str = "", **given: object) -> Patient:
    made = PatientFactory(name=name, **{"birth_date": BORN, "sex": "F", **given})
    if phone:
        ContactPointFactory(patient=made, value=phone)
    if number:
        NationalIdFactory(patient=made, number=number)
    return made


def pairs(state: str = "open") -> list[tuple[int, int, int, list[str]]]:
    rows = DuplicateCandidate.objects.filter(state=state).order_by("left_id", "right_id")
    return [(row.left_id, row.right_id, row.score, row.reasons) for row in rows]


def reasons_of(first: Patient, second: Patient) -> tuple[int, list[str]] | None:
    find_all(now=NOW)
    found = [(score, reasons) for left, right, score, reasons in pairs() if (left, right) == (first.pk, second.pk)]
    return found[0] if found else None


@pytest.mark.parametrize(
    ("left", "right", "score", "reason"),
    [
        ("谢小平", "谢小平", 60, "same_name"),
        ("陳小龍", "陈小龙", 50, "sounds_alike"),
        ("曾小平", "ceng xiao ping", 50, "sounds_alike"),
        ("阿依古丽·买买提", "阿依古丽买买提", 60, "same_name"),
        ("阿依古丽·买买提", "阿依古丽•买买提", 60, "same_name"),
        ("谢 小平", "谢小平", 60, "same_name"),
    ],
)
def test_variants_of_a_name_with_the_same_birth_date_are_found(
    in_north: Hospital, left: str, right: str, score: int, reason: str
) -> None:
    assert reasons_of(person(left), person(right)) == (score, [reason, "same_birth", "same_sex"])


def test_name_and_telephone_are_enough_where_a_birth_date_is_missing(in_north: Hospital) -> None:
    first, second = person("谢小平", phone=PHONE), person("谢小平", phone=PHONE, birth_date=None)
    assert reasons_of(first, second) == (60, ["same_name", "same_phone", "same_sex"])


def test_the_tail_of_an_identity_number_weighs_most(in_north: Hospital) -> None:
    first = person("谢小平", number="99010119680304001X")
    second = person("谢晓萍", number="98010119680304001X", birth_date=None, sex="U")
    assert reasons_of(first, second) == (55, ["same_paper", "sounds_alike"])


def test_what_contradicts_takes_off(in_north: Hospital) -> None:
    twins = (
        person("谢小平", phone=PHONE, number="99010119680304001X"),
        person("谢小安", phone=PHONE, number="99010119680304002X"),
    )
    assert reasons_of(*twins) is None
    fathers = person("赵大", phone="13900001111", birth_date=OTHER_DAY), person("赵大", phone="13900001111")
    assert reasons_of(*fathers) is None


def test_unknown_people_and_the_erased_are_nobodys_duplicates(in_north: Hospital) -> None:
    for name, given in (("无名氏", {}), ("无名氏三号", {}), ("王二", {"contact_state": "erased"})):
        person(name, **given)
        person(name, **given)
    assert (find_all(now=NOW), pairs()) == (0, [])


def test_a_key_shared_by_a_crowd_tells_nothing(in_north: Hospital) -> None:
    for _ in range(41):
        person("谢小平")
    assert find_all(now=NOW) == 0


def test_a_dismissed_pair_comes_back_only_when_facts_change(in_north: Hospital) -> None:
    first, second = person("谢小平", phone=PHONE), person("谢小平", phone=PHONE)
    find_all(now=NOW)
    DuplicateCandidate.objects.update(state="dismissed", decided_at=NOW)
    assert (find_all(now=LATER), len(pairs("dismissed"))) == (0, 1)
    set_number_state(second.contact_points.get(), "dead", actor=None)
    assert (find_for([second.pk], now=LATER), pairs()) == (
        1,
        [(first.pk, second.pk, 60, ["same_name", "same_birth", "same_sex"])],
    )


def test_an_open_pair_that_no_longer_looks_alike_goes(in_north: Hospital) -> None:
    first, second = person("谢小平"), person("谢小平")
    assert find_all(now=NOW) == 1
    Patient.objects.filter(pk=second.pk).update(birth_date=OTHER_DAY)
    assert (find_for([first.pk], now=LATER), pairs()) == (0, [])


def test_new_people_are_compared_with_everybody_and_nobody_else_is(in_north: Hospital) -> None:
    old = [person("王大山", phone="13700000001"), person("王大山", phone="13700000001")]
    first = person("曾小平", phone=PHONE)
    second, third = person("ceng xiaoping"), person("孙三", phone=PHONE)
    assert find_for([second.pk, third.pk], now=NOW) == 1
    assert [row[:2] for row in pairs()] == [(first.pk, second.pk)]
    assert find_all(now=NOW) == 2
    assert (old[0].pk, old[1].pk) in [row[:2] for row in pairs()]


def test_another_hospital_is_never_compared(in_north: Hospital, south: Hospital) -> None:
    from hospital_crm.tenancy.scope import hospital_scope

    person("谢小平")
    with hospital_scope(south):
        person("谢小平")
        assert find_all(now=NOW) == 0
    assert find_all(now=NOW) == 0
