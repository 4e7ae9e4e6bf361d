"""One box finds people by name, pinyin, initials, numbers and tails; what somebody may not see is not found."""

from collections.abc import Callable

import pytest

from accounts.actors import Actor
from accounts.calendar import today
from accounts.models import AccessLog, Hospital
from hospital_crm.tenancy.scope import hospital_scope
from patients.domain.people import create_person
from patients.domain.rows import person_rows
from patients.domain.search import bearers_of, find_people, people_matching, person_with_number
from tests.accounts.factories import DepartmentFactory
from tests.cast import Cast
from tests.patients.factories import (
    ContactPointFactory,
    EncounterFactory,
    IdentifierFactory,
    NationalIdFactory,
    PatientFactory,
)

pytestmark = pytest.mark.django_db
ActorOf = Callable[[str], Actor]


def found(actor: Actor, text: str) -> list[str]:
    return sorted(patient.name for patient in find_people(actor, text))


@pytest.fixture
def people(in_north: Hospital) -> dict[str, object]:
    """A few people whose names are read in two ways, with numbers."""
    rows = {
        name: PatientFactory(name=name) for name in ("曾国强", "单小兰", "解书宁", "欧阳修文", "王建国", "John Smith")
    }
    ContactPointFactory(patient=rows["王建国"], value="13800005678")
    ContactPointFactory(patient=rows["王建国"], value="13611114410", rank=2, owner_relation="女儿")
    IdentifierFactory(patient=rows["王建国"], system="inpatient", value="ZY2611000052")
    NationalIdFactory(patient=rows["单小兰"], number="99010119680304123X")
    return rows


RARE = (
    *("买买提江·艾则孜", "阿卜杜热合曼·买买提吐尔逊·艾海提", "張發明", "张发亮", "陈後主", "𠮷田秀一", "㼆文", "㐱𫖯"),
    *(
        "José O’Brien",
        "Анна Иванова",
        "김민수",
        "欧阳娜娜",
        "Nguyễn Văn Đức",
        "Søren Łukasz",
        "Maria del Carmen Fernández de la Vega y Rodríguez-Castellanos",
    ),
)


TYPED = [
    ("买买提江·艾则孜", ["买买提江·艾则孜"]),
    ("买买提江艾则孜", ["买买提江·艾则孜"]),
    ("买买提江 艾则", ["买买提江·艾则孜"]),
    ("买买提江.艾则孜", ["买买提江·艾则孜"]),
    ("买买提江．艾则孜", ["买买提江·艾则孜"]),
    ("買買提江", ["买买提江·艾则孜"]),
    ("阿卜杜热合曼买买提", ["阿卜杜热合曼·买买提吐尔逊·艾海提"]),
    ("艾海提", ["阿卜杜热合曼·买买提吐尔逊·艾海提"]),
    ("张发", ["张发亮", "張發明"]),
    ("張發", ["张发亮", "張發明"]),
    ("張發亮", ["张发亮"]),
    ("發明", ["張發明"]),
    ("发明", ["張發明"]),
    ("陈后", ["陈後主"]),
    ("𠮷", ["𠮷田秀一"]),
    ("jitian", ["𠮷田秀一"]),
    ("㼆", ["㼆文"]),
    ("㐱𫖯", ["㐱𫖯"]),
    ("𫖯", ["㐱𫖯"]),
    ("欧阳 娜", ["欧阳娜娜"]),
    ("欧阳　娜娜", ["欧阳娜娜"]),
    ("歐陽", ["欧阳娜娜"]),
    ("jose", ["José O’Brien"]),
    ("José", ["José O’Brien"]),
    ("o'brien", ["José O’Brien"]),
    ("O’BRIEN", ["José O’Brien"]),
    ("J. O'Brien", ["José O’Brien"]),
    ("K. O'Brien", []),
    ("Иванова", ["Анна Иванова"]),
    ("анна", ["Анна Иванова"]),
    ("김민", ["김민수"]),
    ("김민수", ["김민수"]),
    ("nguyen van duc", ["Nguyễn Văn Đức"]),
    ("Đức", ["Nguyễn Văn Đức"]),
    ("duc", ["Nguyễn Văn Đức"]),
    ("nguyen duc", ["Nguyễn Văn Đức"]),
    ("Đức, Nguyễn Văn", ["Nguyễn Văn Đức"]),
    ("łukasz", ["Søren Łukasz"]),
    ("lukasz", ["Søren Łukasz"]),
    ("obrien", ["José O’Brien"]),
    ("иванова", ["Анна Иванова"]),
    ("soren", ["Søren Łukasz"]),
    ("Søren", ["Søren Łukasz"]),
    ("sl", ["Søren Łukasz"]),
    ("MARIA DEL CARMEN FERNANDEZ DE LA VEGA Y RODRIGUEZ-CASTELLANOS", [RARE[-1]]),
    ("Rodríguez-Cas", [RARE[-1]]),
]


def test_rare_and_long_names_are_found_however_they_are_typed(in_north: Hospital, actor: ActorOf) -> None:
    for name in RARE:
        create_person({"name": name}, actor=actor("agent"))
    assert {text: found(actor("agent"), text) for text, _names in TYPED} == dict(TYPED)


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("曾", ["曾国强"]),
        ("国强", ["曾国强"]),
        ("zengguo", ["曾国强"]),
        ("ceng guo", ["曾国强"]),
        ("zgq", ["曾国强"]),
        ("cgq", ["曾国强"]),
        ("shanxiao", ["单小兰"]),
        ("danxiao", ["单小兰"]),
        ("dxl", ["单小兰"]),
        ("xieshu", ["解书宁"]),
        ("jieshu", ["解书宁"]),
        ("jsn", ["解书宁"]),
        ("ouyang", ["欧阳修文"]),
        ("修文", ["欧阳修文"]),
        ("smith", ["John Smith"]),
        ("johnsm", ["John Smith"]),
        ("Smith John", ["John Smith"]),
        ("Smith, Jo", ["John Smith"]),
        ("Smith Jane", []),
        ("王", ["王建国"]),
        ("赵", []),
        ("", []),
        ("%", []),
    ],
)
def test_names_are_found_in_both_readings(people: dict, actor: ActorOf, text: str, names: list[str]) -> None:
    assert found(actor("agent"), text) == names


@pytest.mark.parametrize(
    "text",
    ["5678", "05678", "13800005678", "138 0000 5678", "1380000", "4410", "13611114410", "ZY2611000052", "zy2611"],
)
def test_numbers_and_tails_are_found(people: dict, actor: ActorOf, text: str) -> None:
    assert found(actor("agent"), text) == ["王建国"]


@pytest.mark.parametrize("text", ["99010119680304123X", "99010119680304123x", "04123X"])
def test_identity_number_is_found_whole_and_by_its_last_six(people: dict, actor: ActorOf, text: str) -> None:
    assert found(actor("agent"), text) == ["单小兰"]


@pytest.mark.parametrize("text", ["678", "138", "9999", "04124X"])
def test_too_few_digits_and_unknown_numbers_find_nobody(people: dict, actor: ActorOf, text: str) -> None:
    assert found(actor("agent"), text) == []


def test_who_may_not_see_people_finds_nobody(people: dict, actor: ActorOf) -> None:
    assert found(actor("hospital_leader"), "王") == []
    assert found(actor("nurse"), "5678") == []


def test_other_hospital_is_never_searched(people: dict, actor: ActorOf, south: Hospital) -> None:
    with hospital_scope(south):
        PatientFactory(name="王在南")
    assert found(actor("agent"), "王") == ["王建国"]


def test_erased_people_are_not_found(people: dict, actor: ActorOf) -> None:
    PatientFactory(name="王已抹", contact_state="erased")
    assert found(actor("agent"), "王") == ["王建国"]


def test_a_search_is_one_entry_of_the_access_log(people: dict, actor: ActorOf) -> None:
    find_people(actor("agent"), "xiao")
    find_people(actor("agent"), "nobody")
    assert AccessLog.objects.filter(kind="search").count() == 0
    find_people(actor("agent"), "王")
    entry = AccessLog.objects.get(kind="search")
    assert entry.patient_id == people["王建国"].pk


def test_latest_visit_stands_first(in_north: Hospital, actor: ActorOf) -> None:
    PatientFactory(name="王一", last_visit_on="2026-01-01")
    PatientFactory(name="王二", last_visit_on="2026-03-01")
    PatientFactory(name="王三", last_visit_on=None)
    assert [patient.name for patient in find_people(actor("agent"), "王")] == ["王二", "王一", "王三"]


@pytest.mark.parametrize("limit", [1, 2, 3, 4, 50])
def test_the_newest_of_all_stand_first_whichever_way_each_was_found(
    in_north: Hospital, actor: ActorOf, limit: int
) -> None:
    for day, name in enumerate(("曾一", "王曾二", "解曾", "曾四", "欧曾五"), start=1):
        PatientFactory(name=name, last_visit_on=f"2026-01-0{day}")
    newest = ["欧曾五", "曾四", "解曾", "王曾二", "曾一"]
    assert [patient.name for patient in find_people(actor("agent"), "曾", limit=limit)] == newest[:limit]


@pytest.mark.parametrize("text", ["2025-0001", "2025 - 0001", "zy/2025/1", "ZY/202", "20250002", "2025-0002"])
def test_a_record_number_is_found_with_its_strokes(in_north: Hospital, actor: ActorOf, text: str) -> None:
    written = PatientFactory(name="写者")
    for value in ("2025-0001", "ZY/2025/1", "20250002"):
        IdentifierFactory(patient=written, system="inpatient", value=value)
    assert find_people(actor("agent"), text) == [written]
    whole = people_matching(actor("agent"), text, limit=5, is_whole=True)
    assert whole == ([] if text == "ZY/202" else [written])
    assert bearers_of(text) == {one.pk for one in whole}


def test_the_newest_of_those_with_a_number_are_found(in_north: Hospital, actor: ActorOf) -> None:
    for day in range(1, 6):
        person = PatientFactory(name=f"王{day}", last_visit_on=f"2026-01-0{day}")
        ContactPointFactory(patient=person, value=f"138000{day}5678")
        IdentifierFactory(patient=person, system="inpatient", value=f"5678{day}")
    assert [patient.name for patient in find_people(actor("agent"), "5678", limit=2)] == ["王5", "王4"]


def test_who_knows_people_from_stays_finds_those_alone(people: dict, actor: ActorOf, cast: Cast) -> None:
    EncounterFactory(patient=people["王建国"], attending=cast.chen)
    assert found(actor("physician"), "王") == ["王建国"]
    assert found(actor("physician"), "5678") == ["王建国"]
    assert found(actor("physician"), "曾") == []


def test_who_is_found_comes_with_all_that_is_shown(
    people: dict, actor: ActorOf, django_assert_num_queries: Callable
) -> None:
    people["王建国"].last_department = DepartmentFactory(name="心内科")
    people["王建国"].save()
    agent = actor("agent")
    find_people(agent, "王")
    with django_assert_num_queries(2):
        (person,) = find_people(agent, "王")
        (row,) = person_rows([person], agent, today(), lambda public_id: "")
    assert (row.department, row.name, row.sex) == ("心内科", "王*国", "女")


def test_person_with_number_wants_exactly_one(people: dict) -> None:
    assert person_with_number("zy2611000052").name == "王建国"
    assert person_with_number("ZY2611") is None
    IdentifierFactory(patient=people["曾国强"], system="outpatient", value="ZY2611000052")
    assert person_with_number("ZY2611000052") is None
