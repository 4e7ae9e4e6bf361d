"""The list of people: filters that hold together, alternatives within one, orders, columns, neighbours, print."""

import datetime as dt
import re
from collections.abc import Callable

import pytest
from dateutil.relativedelta import relativedelta
from django.http import QueryDict

from accounts.actors import Actor
from accounts.calendar import today
from accounts.models import AccessLog, Hospital
from hospital_crm.tenancy.scope import hospital_scope
from patients.domain import lists, people_filters
from patients.domain.lists import PeopleList
from patients.domain.tags import make_tag, tag_people
from patients.models import Patient
from tests.cast import MountedClient
from tests.patients.factories import PatientFactory

NOW = dt.datetime(2026, 6, 1, 2, 0, tzinfo=dt.UTC)
ActorOf = Callable[[str], Actor]
ClientAs = Callable[[str], MountedClient]


@pytest.fixture
def people(in_north: Hospital) -> None:
    sixty_five, day = today() - relativedelta(years=65), dt.timedelta(days=1)
    wang = {"region": "柳溪区", "category": "vip", "birth_date": sixty_five - 400 * day}
    li = {"region": "柳溪区", "kind": "checkup", "sex": "M", "birth_date": sixty_five}
    zhang = {"source": "微信", "category": "specialty", "sex": "U", "birth_date": None}
    zhao = {"care_tier": "A", "birth_date": sixty_five - relativedelta(years=1) + day}
    PatientFactory(name="王甲", last_visit_on=dt.date(2026, 1, 5), py_full="wangjia", **wang)
    PatientFactory(name="李乙", last_visit_on=dt.date(2026, 3, 5), py_full="liyi", **li)
    PatientFactory(name="张丙", last_visit_on=None, py_full="zhangbing", **zhang)
    PatientFactory(name="赵丁", last_visit_on=dt.date(2026, 2, 5), py_full="zhaoding", **zhao)
    PatientFactory(name="孙戊", contact_state="erased", py_full="sunwu")


def names(actor: Actor, query: str, **given: object) -> list[str]:
    listed = PeopleList.described(actor, QueryDict(query))
    return [row.name for row in listed.page(**given).rows]  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("", ["李乙", "赵丁", "王甲", "张丙"]),
        ("sort=name", ["李乙", "王甲", "张丙", "赵丁"]),
        ("sort=record", ["赵丁", "张丙", "李乙", "王甲"]),
        ("region=柳溪区", ["李乙", "王甲"]),
        ("region=柳溪区&sort=name", ["李乙", "王甲"]),
        ("category=vip&category=specialty", ["王甲", "张丙"]),
        ("category=vip&category=specialty&sort=record", ["张丙", "王甲"]),
        ("kind=checkup&region=柳溪区", ["李乙"]),
        ("kind=checkup&category=vip", []),
        ("source=微信", ["张丙"]),
        ("since=2026-02-01", ["李乙", "赵丁"]),
        ("until=2026-02-05", ["赵丁", "王甲"]),
        ("since=2026-02-01&until=2026-02-28&sort=name", ["赵丁"]),
        ("tier=A&sort=name", ["赵丁"]),
        ("sex=F", ["赵丁", "王甲"]),
        ("sex=F&sex=U&sort=record", ["赵丁", "张丙", "王甲"]),
        ("age_from=66", ["王甲"]),
        ("age_to=65", ["李乙", "赵丁"]),
        ("age_from=65&age_to=65&sex=M", ["李乙"]),
        ("category=nonsense&since=yesterday&tag=x&sort=nothing", ["李乙", "赵丁", "王甲", "张丙"]),
    ],
)
def test_filters_and_orders(people: None, actor: ActorOf, query: str, expected: list[str]) -> None:
    assert names(actor("agent"), query) == expected


def test_tags_are_alternatives_whether_few_or_many_bear_them(
    people: None, actor: ActorOf, monkeypatch: pytest.MonkeyPatch
) -> None:
    one, two = (make_tag(name, actor=actor("centre_manager")) for name in ("一", "二"))
    for tag, name in ((one, "王甲"), (two, "张丙"), (two, "王甲")):
        tag_people(list(Patient.objects.filter(name=name)), tag, actor=actor("agent"), now=NOW)
    for few in (100, 0):
        monkeypatch.setattr("patients.domain.people_filters.FEW_TAGGED", few)
        assert names(actor("agent"), f"tag={one.pk}") == ["王甲"]
        assert names(actor("agent"), f"tag={one.pk}&tag={two.pk}") == ["王甲", "张丙"]
        assert names(actor("agent"), f"tag={two.pk}&region=柳溪区&sort=name") == ["王甲"]


@pytest.mark.parametrize("sort", ["visit", "name", "record"])
def test_pages_follow_each_other_in_every_order(people: None, actor: ActorOf, sort: str) -> None:
    listed = PeopleList.described(actor("agent"), QueryDict(f"sort={sort}"))
    whole = [row.name for row in listed.page().rows]
    first = listed.page(size=2)
    second = listed.page(size=2, after=first.older)
    assert [row.name for row in [*first.rows, *second.rows]] == whole
    assert listed.page(size=2, before=second.newer).rows == first.rows
    assert listed.neighbour(first.rows[0], newer=False) == first.rows[1]


def test_filters_of_care_do_not_exist_for_who_does_not_see_it(people: None, actor: ActorOf) -> None:
    listed = PeopleList.described(actor("liaison"), QueryDict("tag=1&since=2026-01-01&department=3&sort=visit&tier=A"))
    assert (listed.values, listed.chip, listed.sorted_by) == ({}, "", "record")


@pytest.mark.parametrize(
    ("lost", "query"),
    [
        ("patients.clinical", "disease=I10&region=柳溪区"),
        ("patients.care", "tag=1"),
        ("patients.care", "department=3"),
        ("patients.care", "until=2026-02-05"),
        ("patients.care", "tier=A"),
        ("patients.segments", "segment=nonsense"),
    ],
)
def test_a_filter_to_which_the_role_has_no_right_leaves_nobody(
    people: None, actor: ActorOf, lost: str, query: str
) -> None:
    agent = actor("agent")
    agent.__dict__["capabilities"] = agent.capabilities - {lost}
    listed = PeopleList.described(agent, QueryDict(query))
    assert names(agent, "") != []
    assert (names(agent, query), listed.rows().exists(), set(listed.counts().values())) == ([], False, {0})
    (closed,) = listed.closed.values()
    assert listed.words()[-1] == f"{closed}：当前角色无权使用，因此不显示任何人"


def test_the_page_says_which_filter_is_not_for_the_role(people: None, client_as: ClientAs) -> None:
    page = client_as("agent").get("patients/?disease=I10").content.decode()
    assert "病种编码：当前角色无权使用" in page and "王甲" not in page


def test_the_list_says_in_words_what_it_shows(people: None, actor: ActorOf) -> None:
    query = "tier=A&sex=F&age_from=65&category=vip&category=general&since=2026-01-01"
    listed = PeopleList.described(actor("agent"), QueryDict(query))
    assert listed.words() == ["A重点", "性别：女", "年龄自：65岁", "患者类别：特需或普通门诊", "末次就诊自：2026-01-01"]


def test_page_shows_the_chosen_columns_for_one_reader(north: Hospital, client_as: ClientAs) -> None:
    with hospital_scope(north):
        PatientFactory(name="王甲", source="微信")
    agent = client_as("agent")
    agent.post("lists/people/columns/", {"column": ["name", "source"], "back": "/north/patients/?view=all"})
    text = agent.get("patients/").content.decode()
    assert "微信" in text.split("<tbody>")[1] and '<th scope="col">电话</th>' not in text
    assert client_as("centre_manager").get("patients/").context["state"].shown >= {"name", "phone"}


def test_print_is_masked_and_recorded(north: Hospital, client_as: ClientAs) -> None:
    with hospital_scope(north):
        person = PatientFactory(name="王小明", phone="13800005678")
    text = client_as("agent").get("patients/print/?region=").content.decode()
    assert "王*明" in text and "王小明" not in text and "13800005678" not in text
    with hospital_scope(north):
        assert list(AccessLog.objects.filter(kind="print").values_list("patient_id", flat=True)) == [person.pk]
    assert client_as("agent").post("patients/print/").status_code == 405
    assert client_as("hospital_leader").get("patients/print/").status_code == 403


def test_numbers_of_the_list_come_after_its_rows(people: None, client_as: ClientAs) -> None:
    client = client_as("agent")
    assert 'list-count"></span>' in client.get("patients/").content.decode()
    page = client.get("patients/counts/?region=柳溪区&picks=1").content.decode()
    assert re.findall(r'id="(n-\w+)" hx-swap-oob="true">(\w*)<', page) == [
        ("n-all", "2"),
        ("n-A", "0"),
        ("n-B", "0"),
        ("n-C", "0"),
        ("n-stopped", "0"),
        ("n-deceased", "0"),
    ]
    assert ">2人<" in page
    assert 'data-pick-matching="2"' in page
    assert "data-pick-matching" not in client.get("patients/counts/?tier=A").content.decode()


@pytest.mark.parametrize("few", [0, 10])
def test_of_several_filters_the_same_is_counted_whether_few_or_many_are_left(
    people: None, actor: ActorOf, monkeypatch: pytest.MonkeyPatch, few: int
) -> None:
    monkeypatch.setattr(lists, "FEW", few)
    listed = PeopleList.described(actor("agent"), QueryDict("sex=F&age_from=65"))
    assert listed.counts() == {"": 2, "A": 1, "B": 0, "C": 0, "stopped": 0, "deceased": 0}


@pytest.mark.parametrize("path", ["patients/?region=%00", "patients/print/?source=a%00", "groups/?q=%00"])
def test_an_address_with_a_nul_character_is_a_bad_request(path: str, client_as: ClientAs) -> None:
    assert client_as("centre_manager").get(path).status_code == 400


def test_numbers_are_refused_to_whoever_has_no_list(people: None, client_as: ClientAs) -> None:
    assert client_as("hospital_admin").get("patients/counts/").status_code == 403
    assert client_as("agent").post("patients/counts/").status_code == 405


def test_of_a_tag_of_many_only_all_are_counted(people: None, actor: ActorOf, monkeypatch: pytest.MonkeyPatch) -> None:
    manager = actor("centre_manager")
    tag = make_tag("多", actor=manager)
    tag_people(list(Patient.objects.filter(region="柳溪区")), tag, actor=actor("agent"), now=NOW)
    listed = PeopleList.described(manager, QueryDict(f"tag={tag.pk}"))
    assert listed.counts() == {"": 2, "A": 0, "B": 0, "C": 0, "stopped": 0, "deceased": 0}
    monkeypatch.setattr(people_filters, "FEW_TAGGED", 1)
    assert PeopleList.described(manager, QueryDict(f"tag={tag.pk}")).counts() == {"": 2}
