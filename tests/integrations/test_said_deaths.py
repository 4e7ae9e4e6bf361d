"""When a list says that somebody died: a clear word, a mark or a real day does; what fills the column for the living
does not, and columns that disagree are decided by somebody.
"""

from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone

from accounts.models import AuditEvent, Hospital
from hospital_crm.tenancy.scope import hospital_scope
from integrations.domain.at_once import bring_in_file
from patients.models import Encounter, Patient
from tests.cast import Cast, client_of
from tests.integrations.lists import HEADER, row

pytestmark = pytest.mark.django_db

FILLERS = (
    *("0", "1900-01-00", "否", "0000-00-00", "未死亡", "9999-12-31", "1899-12-30", "00:00:00", "1900-01-01", "2"),
    *("2999-01-01", "2020-01-01", "待查"),
)
NOTHING = ("", "  ", "无", "NULL", "/", "-")


@pytest.fixture
def bring(north: Hospital, tmp_path: Path) -> Any:
    """Import one stay with further columns into North; answers the counts."""

    def import_row(further: dict[str, str], **said: str) -> dict[str, Any]:
        path = tmp_path / "list.csv"
        lines = [[*HEADER, *further], [*row(**said), *further.values()]]
        path.write_text("\n".join(map(",".join, lines)), encoding="utf-8")
        return bring_in_file(north, path, now=timezone.now())

    return import_row


def person(north: Hospital) -> Patient:
    """The one person of North."""
    with hospital_scope(north):
        return Patient.objects.get()


@pytest.mark.parametrize("written", FILLERS)
def test_what_fills_the_day_of_death_of_the_living_is_a_warning_and_no_death(
    bring: Any, north: Hospital, written: str
) -> None:
    result = bring({"死亡日期": written})
    found = person(north)
    assert (result["deaths"], found.contact_state, found.death_in_doubt_since) == (0, "open", None)
    assert [entry["reason"] for entry in result["warnings"]] == [f"{written}不可能是死亡日期，已留空"]


@pytest.mark.parametrize("written", NOTHING)
def test_an_empty_day_of_death_says_nothing(bring: Any, north: Hospital, written: str) -> None:
    result = bring({"死亡日期": written})
    assert (result["deaths"], person(north).contact_state, result["warnings"]) == (0, "open", [])


@pytest.mark.parametrize(
    ("further", "way"),
    [
        ({"死亡日期": "2025-03-05"}, ""),
        ({"死亡日期": "2025-03-09"}, "1"),
        ({"死亡日期": "死亡"}, ""),
        ({"死亡日期": "0000-00-00"}, "5"),
        ({"是否死亡": "是"}, ""),
        ({"是否死亡": "1"}, "9"),
        ({"是否死亡": "死亡"}, ""),
        ({"转归": "死亡"}, ""),
        ({"转归": "4"}, ""),
        ({"是否死亡": "无"}, "5"),
        ({}, "05"),
        ({}, "猝死"),
        ({"转归": "病逝"}, ""),
        ({"出院情况": "抢救无效"}, "其他"),
        ({"治疗结果": "04"}, ""),
    ],
)
def test_a_word_a_mark_or_a_real_day_is_a_death(bring: Any, north: Hospital, further: dict[str, str], way: str) -> None:
    result = bring(further, 离院方式=way)
    assert (result["deaths"], person(north).contact_state) == (1, "deceased")


@pytest.mark.parametrize(
    ("further", "way"),
    [
        ({"是否死亡": "是"}, "1"),
        ({"是否死亡": "否"}, "5"),
        ({"转归": "治愈"}, "5"),
        ({"转归": "死亡"}, "1"),
        ({"转归": "猝死"}, "1"),
        ({"死亡日期": "2025-03-04"}, "1"),
        ({"死亡日期": "2025-03-09", "是否死亡": "否"}, "1"),
    ],
)
def test_columns_that_disagree_about_a_death_wait_for_somebody(
    bring: Any, north: Hospital, further: dict[str, str], way: str
) -> None:
    bring({}, 离院方式="")
    result = bring(further, 离院方式=way)
    found = person(north)
    assert (result["deaths"], found.contact_state, found.death_is_contradicted) == (0, "open", True)
    assert [entry["reason"] for entry in result["warnings"]] == ["有的列称已死亡，有的列称未死亡；确认前任何人不得拨打"]
    with hospital_scope(north):
        assert Patient.objects.callable().count() == 0


@pytest.mark.parametrize(
    ("further", "way"),
    [
        ({}, "临终出院"),
        ({}, "1-临终出院"),
        ({"转归": "濒死"}, "1"),
        ({"是否死亡": "疑似死亡"}, "医嘱离院"),
        ({}, "弥留"),
    ],
)
def test_hint_at_a_death_waits_for_somebody(bring: Any, north: Hospital, further: dict[str, str], way: str) -> None:
    result = bring(further, 离院方式=way)
    found = person(north)
    assert (result["deaths"], found.contact_state, found.death_is_contradicted) == (0, "open", True)
    assert "这可能表示患者已死亡；确认前任何人不得拨打" in result["warnings"][0]["reason"]
    with hospital_scope(north):
        assert Patient.objects.callable().count() == 0


def test_whoever_is_found_alive_is_not_doubted_again_by_the_same_list(bring: Any, north: Hospital, cast: Cast) -> None:
    bring({"是否死亡": "是"}, 离院方式="1")
    doubted = person(north)
    browser, address = client_of(cast.qian), f"patients/{doubted.public_id}/"
    assert f"{address}death/doubt/" in browser.get(address).content.decode()
    assert browser.post(f"{address}death/doubt/", {"reason": ""}).status_code == 422
    assert browser.post(f"{address}death/doubt/", {"reason": "病区核实"}).status_code == 302
    assert browser.post(f"{address}death/doubt/", {"reason": "病区核实"}).status_code == 422
    assert client_of(cast.sun).post(f"{address}death/doubt/", {"reason": "病区核实"}).status_code == 403
    with hospital_scope(north):
        assert AuditEvent.objects.filter(verb="patients.death.deny").count() == 1
    result = bring({"是否死亡": "是"}, 离院方式="1")
    found = person(north)
    assert (result["stays_updated"], found.death_in_doubt_since) == (0, None)
    with hospital_scope(north):
        assert Encounter.objects.get().disposition == "unknown"
