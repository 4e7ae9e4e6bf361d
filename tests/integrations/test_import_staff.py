"""`manage.py import_staff`: how the first people of a hospital get in."""

import csv
import io
import json
import re
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.test import Client

from accounts.models import (
    Department,
    Hospital,
    RoleProposal,
    StaffDepartment,
    StaffMember,
    StaffStation,
    StaffWard,
    User,
)
from hospital_crm.tenancy.scope import hospital_scope
from tests.integrations.lists import xlsx

HEADER = ("工号", "姓名", "科室", "病区", "角色", "用户名")
LI = ("1001", "李静", "心内科", "心内一病区", "责任护士", "lijing")
WANG = ("1002", "王强", "心内科", "", "科室主任、主管医师", "wangqiang")
DENG = ("1003", "邓管", "", "", "系统管理员", "dengguan")
Sheet = Callable[..., Path]


@pytest.fixture
def sheet(tmp_path: Path) -> Sheet:
    """A staff sheet as CSV in the encoding of Chinese Excel."""

    def write(rows: Iterable[Sequence[str]], header: Sequence[str] = HEADER) -> Path:
        text = io.StringIO()
        csv.writer(text).writerows([header, *rows])
        path = tmp_path / "staff.csv"
        path.write_bytes(text.getvalue().encode("gb18030"))
        return path

    return write


def bring(path: Path, *options: str, hospital: str = "north") -> Any:
    """What the command says, read where it was asked for JSON."""
    said = io.StringIO()
    call_command("import_staff", str(path), *options, hospital=hospital, stdout=said)
    return json.loads(said.getvalue()) if "--json" in options else said.getvalue()


def roles_here() -> dict[str, list[str]]:
    """Who works here, with the codes of the roles held."""
    people = StaffMember.objects.order_by("staff_number")
    return {one.name: sorted(one.role_links.values_list("role__code", flat=True)) for one in people}


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_sheet_makes_accounts_whose_first_password_must_be_changed(
    north: Hospital, sheet: Sheet, tmp_path: Path, kind: str
) -> None:
    path = sheet([LI, WANG]) if kind == "csv" else xlsx(tmp_path / "staff.xlsx", [LI, WANG], HEADER, above=1)
    outcome = bring(path, "--json")
    assert (outcome["rows"], outcome["created"], outcome["problems"]) == (2, 2, [])
    assert [one["username"] for one in outcome["accounts"]] == ["lijing", "wangqiang"]
    with hospital_scope(north):
        assert roles_here() == {"李静": ["nurse"], "王强": ["department_head", "physician"]}
    for one in outcome["accounts"]:
        client = Client()
        answer = client.post("/accounts/login/", {"login": one["username"], "password": one["password"]})
        assert answer.status_code == 302
        assert client.get("/north/me/")["Location"] == "/north/accounts/password/"


def test_roles_that_administer_are_granted_from_the_command_line(north: Hospital, sheet: Sheet) -> None:
    """Whoever can run it runs the installation: the first administrator comes in this way."""
    bring(sheet([DENG]))
    with hospital_scope(north):
        assert roles_here() == {"邓管": ["hospital_admin"]}
        assert not RoleProposal.objects.exists()


def test_passwords_are_printed_beside_the_names(north: Hospital, sheet: Sheet) -> None:
    first, account = bring(sheet([LI])).splitlines()
    assert first == "1: +1 ~0 =0"
    assert re.fullmatch(r"李静\tlijing\t[a-z]{4}-[0-9]{4}-[A-Z]{4}", account)


def test_same_sheet_again_changes_nothing_and_prints_no_password(north: Hospital, sheet: Sheet) -> None:
    path = sheet([LI, WANG])
    bring(path)
    before = list(User.objects.order_by("pk").values_list("username", "password"))
    assert bring(path) == "2: +0 ~0 =2\n"
    assert list(User.objects.order_by("pk").values_list("username", "password")) == before


def test_dry_run_says_what_would_happen_and_changes_nothing(north: Hospital, sheet: Sheet) -> None:
    outcome = bring(sheet([LI, WANG]), "--dry-run", "--json")
    assert (outcome["created"], outcome["accounts"]) == (2, [])
    assert not User.objects.filter(username__in=["lijing", "wangqiang"]).exists()
    with hospital_scope(north):
        assert (StaffMember.objects.count(), Department.objects.count()) == (0, 0)


def test_faulty_rows_are_named_and_the_rest_goes_in(north: Hospital, sheet: Sheet) -> None:
    nameless, unknown = ("1004", "", "", "", "责任护士", ""), ("1005", "赵新", "", "", "院士", "")
    said = bring(sheet([nameless, LI, unknown])).splitlines()
    assert said[0] == "3: +1 ~0 =0"
    roles = (
        "客服专员、客户服务管理中心主任、主管医师、责任护士、护士长、科室主任、医务科、院领导、信息科专员、团体客户专员、"
        "社区服务站人员、系统管理员、安全管理员、审计员"
    )
    assert said[1:3] == ["2: 缺姓名", f"4: 没有角色“院士”，可用的角色：{roles}"]
    with hospital_scope(north):
        assert roles_here() == {"李静": ["nurse"]}


def test_every_column_that_is_recognised_does_something(north: Hospital, sheet: Sheet) -> None:
    header = (*HEADER, "科室编码", "是否负责人", "社区服务站")
    rows = [
        (*LI, "X1", "是", "柳溪站"),
        (*WANG, "X1", "否", ""),
        ("1004", "赵新", "", "", "主管医师", "", "", "也许", ""),
        ("1005", "钱多", "心内科", "", "主管医师", "", "", "负责人", ""),
    ]
    outcome = bring(sheet(rows, header), "--json")
    assert (outcome["created"], outcome["departments_created"], outcome["stations_created"]) == (4, 1, 1)
    assert outcome["warnings"] == [{"row": 4, "reason": "“也许”未说明是否负责人，不采用"}]
    with hospital_scope(north):
        assert Department.objects.get().code == "X1"
        heads = StaffDepartment.objects.filter(is_head=True).values_list("staff__name", flat=True)
        assert (list(heads), StaffWard.objects.get().is_head) == (["钱多"], True)
        assert StaffStation.objects.get().staff.name == "李静"
    assert "4: “也许”未说明是否负责人，不采用" in bring(sheet(rows, header)).splitlines()


@pytest.mark.parametrize(
    ("rows", "header", "reason"),
    [
        ([("1001", "李静")], ("工号", "姓名"), r"^缺少列：角色。文件中的列：工号、姓名。$"),
        ([], HEADER, r"^文件是空的，没有数据行。$"),
    ],
)
def test_sheet_that_cannot_be_brought_in_is_refused_in_words(
    north: Hospital, sheet: Sheet, rows: list, header: tuple[str, ...], reason: str
) -> None:
    with pytest.raises(CommandError, match=reason):
        bring(sheet(rows, header))


def test_two_hundred_megabytes_are_refused_in_words(north: Hospital, tmp_path: Path) -> None:
    path = tmp_path / "staff.csv"
    with path.open("wb") as file:
        file.truncate(200 << 20)
    with pytest.raises(CommandError, match=r"^文件有200MB，最多100MB。应按月份或科室拆分。$"):
        bring(path)


def test_unknown_hospital_and_missing_file_are_refused(north: Hospital, sheet: Sheet, tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="west"):
        bring(sheet([LI]), hospital="west")
    with pytest.raises(CommandError, match=r"gone\.csv"):
        bring(tmp_path / "gone.csv")
    assert not User.objects.filter(username="lijing").exists()
