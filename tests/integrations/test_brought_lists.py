"""The page of imports: what it is narrowed to, page by page, for whom."""

import datetime as dt
from collections.abc import Callable

import pytest

from accounts.models import Hospital
from hospital_crm.tenancy.keyset import PAGE_SIZE
from hospital_crm.tenancy.scope import hospital_scope
from integrations.models import ImportBatch, ImportIssue
from tests.cast import Cast, MountedClient
from tests.groups.factories import GroupCustomerFactory
from tests.integrations.factories import ImportBatchFactory
from tests.patients.test_pages import count_queries

pytestmark = pytest.mark.django_db
ClientAs = Callable[[str], MountedClient]
NOW = dt.datetime(2026, 6, 1, 2, tzinfo=dt.UTC)


def batch(name: str, state: str = "done", kind: str = "discharges", **said: object) -> ImportBatch:
    return ImportBatchFactory(file_name=name, state=state, kind=kind, created_at=NOW, **said)


@pytest.fixture
def lists(north: Hospital, cast: Cast) -> None:
    with hospital_scope(north):
        batch("甲", "uploaded")
        batch("乙", "running")
        batch("丙", "failed", "checkups")
        batch("丁", "undone")
        remarked, dry = batch("戊"), batch("己")
        for of, is_dry, kind in ((remarked, False, "warning"), (dry, True, "warning"), (dry, False, "rejected")):
            ImportIssue.objects.create(batch=of, is_dry=is_dry, row=1, line=2, kind=kind, code="name_missing")
        batch("庚", kind="roster", group=GroupCustomerFactory(owner=cast.holding("liaison")))
        batch("辛", kind="roster", group=GroupCustomerFactory())


def shown(client: MountedClient, query: str = "view=all") -> str:
    return "".join(one.file_name for one in client.get(f"imports/?{query}").context["batches"])


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("view=all", "辛庚己戊丁丙乙甲"),
        ("list=open", "甲"),
        ("list=running", "乙"),
        ("list=done", "辛庚己戊"),
        ("list=remarks", "戊"),
        ("list=failed", "丙"),
        ("list=undone", "丁"),
        ("kind=checkups", "丙"),
        ("kind=roster&list=done", "辛庚"),
        ("kind=nonsense&list=nothing", "辛庚己戊丁丙乙甲"),
        ("after=nonsense", "辛庚己戊丁丙乙甲"),
    ],
)
def test_chip_and_kind_hold_together(lists: None, client_as: ClientAs, query: str, expected: str) -> None:
    assert shown(client_as("information_officer"), query) == expected


def test_chips_count_what_stands_behind_them(lists: None, client_as: ClientAs) -> None:
    page = client_as("information_officer").get("imports/?kind=discharges&list=done")
    assert [(str(chip["label"]), chip["count"], chip["is_on"]) for chip in page.context["chips"]] == [
        ("全部", 5, False), ("待继续", 1, False), ("处理中", 1, False), ("已导入", 2, True),
        ("有提示的", 1, False), ("已中断", 0, False), ("已撤销或作废", 1, False),
    ]  # fmt: skip
    assert page.context["chips"][0]["url"] == "?kind=discharges"


def test_who_keeps_units_sees_the_rosters_of_own_units_and_no_other_kind(lists: None, client_as: ClientAs) -> None:
    liaison = client_as("liaison")
    assert (shown(liaison), shown(liaison, "kind=discharges")) == ("庚", "庚")


def test_page_by_page(north: Hospital, client_as: ClientAs) -> None:
    with hospital_scope(north):
        for place in range(PAGE_SIZE + 1):
            batch(chr(0x4E00 + place))
    client = client_as("information_officer")
    first = client.get("imports/?view=all")
    last = client.get(f"imports/{first.context['older']}")
    assert (len(first.context["batches"]), [one.file_name for one in last.context["batches"]]) == (PAGE_SIZE, ["一"])
    back = client.get(f"imports/{last.context['newer']}")
    assert back.context["batches"] == first.context["batches"]
    assert count_queries(client, "imports/?view=all") == count_queries(client, "imports/?list=failed") + 1 <= 15
