"""The list of units: filters of the address, saved views, chosen columns, export."""

import csv
import datetime as dt
import io
from collections.abc import Callable
from typing import Any

import pytest
from django.http import QueryDict

from accounts.actors import Actor
from accounts.domain import export_files, exports
from accounts.domain.saved_views import save_view
from accounts.models import AccessLog, AuditEvent, Export, Hospital, Role
from groups.domain.lists import UnitList
from groups.domain.unit_list import UNITS
from groups.models import GroupCustomer
from hospital_crm.tenancy.scope import hospital_scope
from tests.cast import Cast, MountedClient
from tests.groups.factories import ContractFactory, GroupCustomerFactory, GroupMemberFactory
from tests.patients.test_pages import count_queries

pytestmark = pytest.mark.django_db
ActorOf = Callable[[str], Actor]
ClientAs = Callable[[str], MountedClient]
DAY = dt.date(2026, 6, 1)
NOW = dt.datetime(2026, 6, 1, 2, 0, tzinfo=dt.UTC)


@pytest.fixture(autouse=True)
def private_files(settings: Any, tmp_path: Any) -> None:
    settings.PRIVATE_FILES_DIR = tmp_path


@pytest.fixture
def units(in_north: Hospital, cast: Cast) -> None:
    GroupCustomerFactory(
        name="清屿纺织厂", status="nearby", region="柳溪区", value="high", py_full="qingyufangzhichang"
    )
    signed = GroupCustomerFactory(name="云泽学校", region="云泽区", relation="checkup", owner=cast.holding("liaison"))
    ContractFactory(group=signed, starts_on=DAY, ends_on=DAY + dt.timedelta(days=30))
    GroupMemberFactory(group=signed)
    GroupCustomerFactory(name="=1+1", business="贸易")


def names(actor: Actor, query: str) -> list[str]:
    return [unit.name for unit in UnitList.described(actor, QueryDict(query), DAY).page().rows]


def ask(actor: Actor, **given: Any) -> Export:
    values = {"query": "", "columns": ["name", "region", "members"], "format": "csv", "reason": "走访安排"}
    return exports.ask(UNITS, actor=actor, now=NOW, **{**values, "row_limit": 100, **given})


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("", ["=1+1", "云泽学校", "清屿纺织厂"]),
        ("status=signed", ["=1+1", "云泽学校"]),
        ("status=ending", ["云泽学校"]),
        ("region=柳溪区", ["清屿纺织厂"]),
        ("region=-", ["=1+1"]),
        ("q=qingyu", ["清屿纺织厂"]),
        ("value=high&status=nearby", ["清屿纺织厂"]),
        ("relation=checkup&relation=other&relation=x", ["云泽学校"]),
        ("value=high&value=low&relation=checkup", []),
        ("owner=0", ["=1+1", "清屿纺织厂"]),
        ("status=x&value=y&relation=z&owner=me", ["=1+1", "云泽学校", "清屿纺织厂"]),
    ],
)
def test_the_address_says_which_units(units: None, actor: ActorOf, query: str, expected: list[str]) -> None:
    assert names(actor("centre_manager"), query) == expected


@pytest.mark.parametrize(
    ("sort", "expected"),
    [
        ("name", ["=1+1", "清屿纺织厂", "云泽学校"]),
        ("-name", ["云泽学校", "清屿纺织厂", "=1+1"]),
        ("region", ["=1+1", "云泽学校", "清屿纺织厂"]),
        ("business", ["清屿纺织厂", "云泽学校", "=1+1"]),
        ("-staff", ["云泽学校", "清屿纺织厂", "=1+1"]),
        ("-value", ["清屿纺织厂", "=1+1", "云泽学校"]),
        ("created", ["清屿纺织厂", "云泽学校", "=1+1"]),
        ("status", ["清屿纺织厂", "云泽学校", "=1+1"]),
        ("-relation", ["云泽学校", "=1+1", "清屿纺织厂"]),
        ("members", ["清屿纺织厂", "=1+1", "云泽学校"]),
        ("-owner", ["云泽学校", "=1+1", "清屿纺织厂"]),
        ("phone", ["=1+1", "云泽学校", "清屿纺织厂"]),
    ],
)
def test_the_list_goes_by_a_column_page_by_page(units: None, actor: ActorOf, sort: str, expected: list[str]) -> None:
    for name, staff, keys in (("=1+1", None, "=1+1"), ("清屿纺织厂", 0, ""), ("云泽学校", 900, "yunzexuexiao")):
        GroupCustomer.objects.filter(name=name).update(staff_count=staff, **({"py_full": keys} if keys else {}))
    listed = UnitList.described(actor("centre_manager"), QueryDict(f"sort={sort}"), DAY)
    found, after = [], ""
    while len(found) < 3:
        page = listed.page(after=after, size=1)
        found += page.rows
        after = page.older
    back = listed.page(before=page.newer, size=1)
    assert ([unit.name for unit in found], after, back.rows) == (expected, "", [found[1]])
    assert list(UNITS.ids(actor("centre_manager"), f"sort={sort}")) == [unit.pk for unit in found]


def test_heads_of_the_columns_turn_the_order_round(units: None, client_as: ClientAs) -> None:
    page = client_as("centre_manager").get("groups/?view=all&sort=name").content.decode()
    assert (
        '<th scope="col" aria-sort="ascending"><a href="?view=all&amp;sort=-name" class="sorted">单位</a></th>' in page
    )
    heads = {"region": "地区", "status": "合作状态", "relation": "合作关系", "owner": "专员"}
    for key, word in heads.items():
        assert f'<th scope="col"><a href="?view=all&amp;sort={key}">{word}</a></th>' in page
    assert '<th scope="col" class="num"><a href="?view=all&amp;sort=members">成员</a></th>' in page


def test_whoever_sees_only_own_units_does_not_ask_by_owner(units: None, actor: ActorOf) -> None:
    assert names(actor("liaison"), "owner=0") == ["云泽学校"]


def test_the_list_says_in_words_what_it_shows(units: None, actor: ActorOf) -> None:
    listed = UnitList.described(actor("centre_manager"), QueryDict("status=signed&region=-&owner=0&q=云"), DAY)
    assert listed.words() == ["已签约", "名称或拼音：云", "地区：地区未知", "专员：无人负责"]
    several = UnitList.described(actor("centre_manager"), QueryDict("value=high&value=low&value=high"), DAY)
    assert several.words() == ["价值：高价值或低价值"]
    assert UnitList.described(actor("centre_manager"), QueryDict(""), DAY).words() == []


def test_page_shows_the_chosen_columns_for_one_reader(units: None, client_as: ClientAs) -> None:
    manager = client_as("centre_manager")
    manager.post("lists/units/columns/", {"column": ["name", "business"], "back": "/north/groups/?view=all"})
    page = manager.get("groups/").content.decode()
    assert ("贸易" in page, '<th scope="col">地区</th>' in page) == (True, False)
    assert client_as("agent").get("groups/").context["state"].shown >= {"name", "region", "owner"}


def test_a_saved_view_keeps_filters_and_columns_and_opens_first(
    units: None, north: Hospital, actor: ActorOf, client_as: ClientAs
) -> None:
    given = {"name": "签约单位", "query": "status=signed", "columns": ["name", "phone"], "shared": "role"}
    role = Role.objects.get(code="agent")
    view = save_view(UNITS, **given, role=role, is_default=True, actor=actor("centre_manager"))  # type: ignore[arg-type]
    agent = client_as("agent")
    assert agent.get("groups/")["Location"] == f"/north/groups/?status=signed&view={view.public_id}"
    page = agent.get(f"groups/?status=signed&view={view.public_id}")
    assert page.context["state"].shown == {"name", "phone"}
    assert ("云泽学校" in page.content.decode(), "清屿纺织厂" in page.content.decode()) == (True, False)
    every = agent.get("groups/?status=signed").content.decode()
    assert 'href="?view=all"' in every
    saved = client_as("liaison").post(
        "lists/units/views/", {"name": "我的", "query": "region=云泽区", "shared": "nobody"}
    )
    assert saved["Location"].startswith("/north/groups/?region=%E4%BA%91%E6%B3%BD%E5%8C%BA&view=")


def test_an_export_is_marked_safe_and_names_no_person(units: None, in_north: Hospital, actor: ActorOf) -> None:
    manager = actor("centre_manager")
    export = ask(manager, query="status=signed")
    export_files.make(in_north, export.pk, now=NOW)
    export.refresh_from_db()
    assert (export.state, export.rows, export.people) == ("ready", 2, [])
    data = b"".join(exports.fetch(export, actor=manager, now=NOW)).decode("utf-8-sig")
    rows = list(csv.reader(io.StringIO(data)))
    assert rows[1:4] == [["单位", "地区", "成员"], ["'=1+1", "", "0"], ["云泽学校", "云泽区", "1"]]
    assert export.number in rows[0][0] and rows[0] == rows[-1]
    assert not AccessLog.objects.filter(kind="export").exists()
    assert AuditEvent.objects.filter(verb="accounts.export.fetch").count() == 1
    with pytest.raises(exports.ExportError):
        b"".join(exports.fetch(export, actor=manager, now=NOW + dt.timedelta(days=1)))


def test_an_export_has_only_what_its_asker_sees(units: None, in_north: Hospital, actor: ActorOf) -> None:
    liaison = actor("liaison")
    with pytest.raises(exports.ExportError):
        ask(actor("agent"))
    assert ask(liaison).asked_by == liaison.staff
    assert list(UNITS.ids(liaison, "")) == list(UNITS.ids(actor("centre_manager"), "region=云泽区"))
    assert UNITS.cells(liaison, list(UNITS.ids(actor("centre_manager"), "")), ["name"], False) == [["云泽学校"]]


def test_a_large_export_waits_and_whole_values_are_not_offered(units: None, actor: ActorOf) -> None:
    manager = actor("centre_manager")
    assert ask(manager, row_limit=501).state == "asked"
    with pytest.raises(exports.ExportError):
        ask(manager, is_whole=True)


def test_the_page_leads_to_the_export_of_whoever_may(units: None, client_as: ClientAs) -> None:
    address = "lists/units/export/?status=signed"
    assert address in client_as("centre_manager").get("groups/?status=signed").content.decode()
    assert address not in client_as("agent").get("groups/?status=signed").content.decode()
    assert client_as("agent").get(address).status_code == 403


def test_the_list_asks_as_often_for_three_as_for_one(north: Hospital, client_as: ClientAs) -> None:
    client = client_as("centre_manager")
    with hospital_scope(north):
        GroupCustomerFactory()
    client.get("groups/?view=all")
    once = count_queries(client, "groups/?view=all")
    with hospital_scope(north):
        GroupCustomerFactory(), GroupCustomerFactory()
    assert count_queries(client, "groups/?view=all") == once <= 15


def test_from_one_unit_to_the_next_within_the_list(units: None, client_as: ClientAs, in_north: Hospital) -> None:
    manager = client_as("centre_manager")
    ids = {unit.name: unit.public_id for unit in GroupCustomer.objects.all()}
    query = "status=signed&sort=-created"
    page = manager.get(f"groups/?{query}").content.decode()
    assert f'href="/north/groups/{ids["云泽学校"]}/?status=signed&amp;sort=-created"' in page
    head = manager.get(f"groups/{ids['=1+1']}/?{query}").content.decode()
    assert f'href="/north/groups/{ids["=1+1"]}/older/?status=signed&amp;sort=-created"' in head
    steps = (("older", "=1+1", "云泽学校"), ("newer", "云泽学校", "=1+1"), ("newer", "=1+1", "=1+1"))
    for direction, first, found in steps:
        answer = manager.get(f"groups/{ids[first]}/{direction}/?{query}")
        assert (answer.status_code, answer["Location"]) == (302, f"/north/groups/{ids[found]}/?{query}")
    assert client_as("liaison").get(f"groups/{ids['=1+1']}/older/").status_code == 404
