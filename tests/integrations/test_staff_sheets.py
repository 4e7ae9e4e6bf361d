"""Staff sheets in the wizard: dry run, background work, undoing, two kinds of broken-off work."""

import datetime as dt
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import (
    AuditEvent,
    Department,
    Hospital,
    Role,
    RoleProposal,
    StaffDepartment,
    StaffMember,
    StaffRole,
    StaffStation,
    Station,
    User,
    Ward,
)
from hospital_crm.tenancy.scope import hospital_scope
from integrations.domain import batches, importing, staff_sheets, undoing
from integrations.models import ImportBatch, ImportIssue
from tests.accounts.factories import DepartmentFactory, StaffMemberFactory
from tests.cast import Cast, actor_of, client_of
from tests.integrations.lists import sheet_rows
from tests.integrations.test_pages import upload

pytestmark = pytest.mark.django_db

SHEET = """工号,姓名,科室,病区,角色
K001,段知微,疼痛科,疼痛一病区,主管医师
K002,苗若兰,疼痛科,,院长助理
K003,关山月,疼痛科,,责任护士
"""
UNKNOWN = (
    "没有角色“院长助理”，可用的角色：客服专员、客户服务管理中心主任、主管医师、责任护士、护士长、科室主任、医务科、院领导、信息科专员、"
    "团体客户专员、社区服务站人员、系统管理员、安全管理员、审计员"
)


@pytest.fixture
def officer(cast: Cast) -> Any:
    """A browser of North's information officer."""
    return client_of(cast.he)


@pytest.fixture
def checked(officer: Any, north: Hospital) -> Any:
    """Uploads a sheet and settles its columns as they were recognised; answers the address of the list."""

    def act(text: str = SHEET, **asked: str) -> str:
        url = upload(officer, text.encode(), "员工.csv", "imports/staff/", **asked).url
        form = officer.get(f"{url}columns/").context["form"]
        officer.post(f"{url}columns/", {field.html_name: field.value() for field in form})
        assert work_on(north, url)
        return url

    return act


@pytest.fixture
def imported(officer: Any, checked: Any, north: Hospital) -> Any:
    """As `checked`, and brought in."""

    def act(text: str = SHEET, **asked: str) -> str:
        url = checked(text, **asked)
        officer.post(f"{url}start/")
        assert work_on(north, url)
        return url

    return act


def work_on(hospital: Hospital, url: str) -> bool:
    """What the worker does, as it is asked to."""
    with hospital_scope(hospital):
        batch = batch_at(url)
    return importing.run(hospital, batch.pk)


def batch_at(url: str) -> ImportBatch:
    return ImportBatch.objects.get(public_id=url.rstrip("/").split("/")[-1])


def sheet_of(text: str, hospital: Hospital, tmp_path: Path, **said: Any) -> ImportBatch:
    """A sheet sent to be brought in."""
    path = tmp_path / "staff.csv"
    path.write_text(text)
    with hospital_scope(hospital):
        given = {"digest": "", "file_name": "staff.csv", "kind": "staff", "actor": None, "now": timezone.now()}
        batch = batches.take_in_file(path, **{**given, **said})
        batch.state, batch.started_at = ImportBatch.State.QUEUED, timezone.now()
        batch.save()
    return batch


def findings(batch: ImportBatch, *kinds: str) -> list[tuple[int, str]]:
    rows = ImportIssue.objects.filter(batch=batch, is_dry=False, kind__in=kinds).order_by("line", "id")
    return list(rows.values_list("line", "code"))


def test_dry_run_shows_the_first_rows_and_changes_nothing(officer: Any, checked: Any, north: Hospital) -> None:
    page = officer.get(checked())
    told = {str(one["label"]): one["n"] for one in page.context["figures"]}
    assert (told["新员工"], told["新科室"], told["新病区"], told["等待安全管理员授予的角色"]) == (2, 1, 1, 2)
    preview = page.context["preview"]
    assert [(one.line, one.action) for one in preview.rows] == [(2, "新建"), (3, "跳过"), (4, "新建")]
    assert [cell.text for cell in preview.rows[0].cells] == ["K001", "段知微", "疼痛科", "疼痛一病区", "主管医师"]
    assert [(one.line, str(one.text)) for one in preview.remarks] == [(3, UNKNOWN)]
    assert page.context["to_import"] == 2
    with hospital_scope(north):
        assert not StaffMember.objects.filter(staff_number__startswith="K00").exists()
        assert not Department.objects.filter(name="疼痛科").exists()
    assert not User.objects.filter(username="k001@north").exists()


def test_sheet_is_brought_in_by_the_worker_and_roles_are_asked_for_in_the_importers_name(
    officer: Any, imported: Any, cast: Cast, north: Hospital
) -> None:
    url = imported()
    page = officer.get(url)
    assert (page.context["batch"].state, page.context["counts"]["staff_created"]) == ("done", 2)
    with hospital_scope(north):
        made = StaffMember.objects.filter(staff_number__startswith="K00")
        assert [one.user.has_usable_password() for one in made] == [False, False]
        assert set(RoleProposal.objects.filter(staff__in=made).values_list("proposed_by", flat=True)) == {cast.he.pk}
        assert findings(batch_at(url), "rejected") == [(3, "role_unknown")]
    rows = sheet_rows(officer.get(f"{url}left-out/").content)
    assert rows[0] == ["文件行号", "工号", "姓名", "科室", "病区", "角色", "原因"]
    assert rows[1:] == [["3", "K002", "苗若兰", "疼痛科", "", "院长助理", UNKNOWN]]
    again = imported()
    assert {name: officer.get(again).context["counts"][name] for name in ("staff_created", "staff_updated")} == {
        "staff_created": 0,
        "staff_updated": 0,
    }


def test_whoever_imported_a_sheet_learns_no_password(officer: Any, imported: Any, north: Hospital) -> None:
    url = imported()
    page = officer.get(url)
    assert (page.context["without_password"], [one.user.username for one in page.context["accounts"]]) == (
        2,
        ["k001@north", "k003@north"],
    )
    assert "2个账号还没有密码" in page.content.decode()
    with hospital_scope(north):
        assert not any(one.user.has_usable_password() for one in staff_sheets.staff_made(batch_at(url)))


def test_staff_sheets_are_for_who_imports_staff(imported: Any, cast: Cast, north: Hospital) -> None:
    url = imported()
    with hospital_scope(north):
        Role.objects.filter(code="information_officer").update(capabilities=["integrations.import"])
    assert client_of(cast.he).get(url).status_code == 404
    with hospital_scope(north):
        Role.objects.filter(code="information_officer").update(capabilities=["integrations.import_staff"])
    assert client_of(cast.he).get(url).status_code == 200


def test_only_who_uploaded_a_sheet_starts_it(checked: Any, north: Hospital) -> None:
    url = checked()
    with hospital_scope(north):
        colleague = StaffMemberFactory(name="郝信")
        StaffRole.objects.create(staff=colleague, role=Role.objects.get(code="information_officer"))
    client_of(colleague).post(f"{url}start/")
    with hospital_scope(north):
        assert batch_at(url).state == ImportBatch.State.READY


def test_sheet_of_somebody_who_lost_the_right_is_broken_off(checked: Any, cast: Cast, north: Hospital) -> None:
    url = checked()
    with hospital_scope(north):
        batch = batch_at(url)
        batches.start(batch, actor=actor_of(cast.he), now=timezone.now())
        StaffRole.objects.filter(staff=cast.he).delete()
    importing.run(north, batch.pk)
    with hospital_scope(north):
        batch.refresh_from_db()
        assert (batch.state, batch.error) == ("failed", {"code": "not_allowed"})
        assert not StaffMember.objects.filter(staff_number="K001").exists()


def test_only_adding_and_only_correcting(officer: Any, imported: Any, north: Hospital) -> None:
    imported()
    later = SHEET.replace("工号", "职称,工号").replace("K00", "主任,K00").replace("院长助理", "客服专员")
    adding, correcting = imported(later, mode="create"), imported(later.replace("K002", "K009"), mode="update")
    with hospital_scope(north):
        assert findings(batch_at(adding), "skipped") == [(2, "staff_already"), (4, "staff_already")]
        assert findings(batch_at(correcting), "skipped") == [(3, "no_staff_yet")]
        titles = dict(StaffMember.objects.filter(staff_number__startswith="K00").values_list("staff_number", "title"))
    assert titles == {"K001": "主任", "K002": "主任", "K003": "主任"}


def test_result_asks_as_many_questions_for_three_accounts_as_for_one(officer: Any, imported: Any) -> None:
    def asked(text: str) -> int:
        url = imported(text)
        officer.get(url)
        with CaptureQueriesContext(
            connection,
        ) as queries:
            officer.get(url)
        return len(queries)

    lines = SHEET.replace("院长助理", "客服专员").splitlines()
    one = asked("\n".join(lines[:2]))
    assert asked("\n".join([lines[0], *(line.replace("K00", "K01") for line in lines[1:])])) == one


# Undoing


def undone(hospital: Hospital, batch: ImportBatch) -> ImportBatch:
    with hospital_scope(hospital):
        undoing.undo(batch, actor=None, now=timezone.now())
    importing.run(hospital, batch.pk)
    batch.refresh_from_db()
    return batch


def test_undone_sheet_leaves_nothing_of_what_nobody_used(officer: Any, imported: Any, north: Hospital) -> None:
    url = imported()
    page = officer.get(f"{url}undo/")
    assert page.context["text"] == "将删除账号2个、科室1个、病区1个、社区服务站0个。"
    with hospital_scope(north):
        batch = batch_at(url)
        assert StaffMember.objects.filter(staff_number="K001").exists(), "asking takes nothing back"
    undone(north, batch)
    with hospital_scope(north):
        assert (batch.state, batch.undone) == (
            "undone",
            {"staff": 2, "departments": 1, "wards": 1, "stations": 0, "kept": 0},
        )
        assert not StaffMember.objects.filter(staff_number__startswith="K00").exists()
        assert (
            not Department.objects.filter(name="疼痛科").exists()
            and not Ward.objects.filter(name="疼痛一病区").exists()
        )
        assert not RoleProposal.objects.exists()
        assert AuditEvent.objects.filter(verb="accounts.staff.take_back").count() == 1
    assert not User.objects.filter(username__in=("k001@north", "k003@north")).exists()
    assert "已删除账号2个" in officer.get(url).content.decode()


def test_station_goes_with_those_who_worked_at_it_and_stays_where_somebody_does(
    officer: Any, imported: Any, cast: Cast, north: Hospital
) -> None:
    url = imported("工号,姓名,角色,社区站\nK001,段知微,社区服务站人员,柳溪站\nK002,苗若兰,社区服务站人员,听松站\n")
    with hospital_scope(north):
        batch = batch_at(url)
        StaffStation.objects.create(staff=cast.li, station=Station.objects.get(name="听松站"))
    assert "社区服务站1个" in officer.get(f"{url}undo/").context["text"]
    undone(north, batch)
    with hospital_scope(north):
        assert batch.undone == {"staff": 2, "departments": 0, "wards": 0, "stations": 1, "kept": 1}
        assert findings(batch, "kept") == [(3, "station_used")]
        stations = Station.objects.filter(name__in=("柳溪站", "听松站")).values_list("name", flat=True)
        assert (list(stations), StaffStation.objects.filter(station__name="听松站").count()) == (["听松站"], 1)


def test_who_has_signed_in_stays_whole_and_is_told_by_row(officer: Any, imported: Any, north: Hospital) -> None:
    url = imported()
    User.objects.filter(username="k001@north").update(last_login=timezone.now())
    with hospital_scope(north):
        batch = batch_at(url)
    assert "登录过而保留的账号：1" in officer.get(f"{url}undo/").content.decode()
    undone(north, batch)
    with hospital_scope(north):
        assert batch.undone == {"staff": 1, "departments": 0, "wards": 0, "stations": 0, "kept": 3}
        assert findings(batch, "kept") == [(2, "staff_signed_in"), (2, "ward_used"), (2, "department_used")]
        duan = StaffMember.objects.get(staff_number="K001")
        assert (duan.department_links.count(), duan.ward_links.count()) == (1, 1)
        assert RoleProposal.objects.filter(staff=duan).count() == 1
    assert "本人已登录过" in officer.get(url).content.decode()


def test_who_was_given_something_since_stays(officer: Any, imported: Any, cast: Cast, north: Hospital) -> None:
    url = imported()
    with hospital_scope(north):
        batch = batch_at(url)
        nurse, physician = (StaffMember.objects.get(staff_number=number) for number in ("K003", "K001"))
        StaffDepartment.objects.create(staff=nurse, department=DepartmentFactory(name="康复科"))
        asked = RoleProposal.objects.get(staff=physician)
        StaffRole.objects.create(staff=physician, role=asked.role, granted_by=cast.an)
        asked.delete()
    undone(north, batch)
    with hospital_scope(north):
        assert findings(batch, "kept") == [(2, "department_used"), (4, "staff_used")]
        assert not StaffMember.objects.filter(pk=physician.pk).exists(), "the role that the sheet asked for goes along"
        assert nurse.department_links.count() == 2


def test_staff_known_before_are_as_they_were(officer: Any, imported: Any, cast: Cast, north: Hospital) -> None:
    with hospital_scope(north):
        StaffMember.objects.filter(pk=cast.li.pk).update(title="护师", phone="")
    text = (
        f"工号,姓名,科室,角色,职称,手机\n{cast.li.staff_number},{cast.li.name},疼痛科,主管医师,主管护师,13800000009\n"
    )
    url = imported(text)
    with hospital_scope(north):
        batch = batch_at(url)
        assert StaffMember.objects.get(pk=cast.li.pk).title == "主管护师"
    undone(north, batch)
    with hospital_scope(north):
        li = StaffMember.objects.get(pk=cast.li.pk)
        assert (li.title, li.phone, batch.undone["departments"]) == ("护师", "", 1)
        assert not RoleProposal.objects.filter(staff=li).exists()
        assert not Department.objects.filter(name="疼痛科").exists()


# Broken off in the middle


def many(count: int) -> str:
    return "工号,姓名,科室,角色\n" + "".join(f"M{n:03d},赵{n:03d},疼痛科,责任护士\n" for n in range(count))


def test_killed_worker_leaves_whole_parts_and_the_next_one_goes_on(
    north: Hospital, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(staff_sheets.StaffSheets, "chunk_rows", 4)
    batch, brought = sheet_of(many(10), north, tmp_path), importing.bring_chunk

    def killed_in_the_second(*args: Any, **options: Any) -> Any:
        outcome = brought(*args, **options)
        if args[1].last > 4:
            raise KeyboardInterrupt
        return outcome

    monkeypatch.setattr(importing, "bring_chunk", killed_in_the_second)
    with pytest.raises(KeyboardInterrupt):
        importing.run(north, batch.pk)
    with hospital_scope(north):
        assert StaffMember.objects.filter(staff_number__startswith="M").count() == 4
    monkeypatch.setattr(importing, "bring_chunk", brought)
    later = timezone.now() + importing.CLAIM_FOR + dt.timedelta(seconds=1)
    assert importing.run(north, batch.pk, clock=lambda: later) is True
    batch.refresh_from_db()
    assert (batch.state, batch.counts["staff_created"], batch.counts["departments_created"]) == ("done", 10, 1)
    with hospital_scope(north):
        assert StaffMember.objects.filter(staff_number__startswith="M").count() == 10
    assert User.objects.filter(username__startswith="m0").count() == 10
    undone(north, batch)
    assert batch.undone == {"staff": 10, "departments": 1, "wards": 0, "stations": 0, "kept": 0}
    assert not User.objects.filter(username__startswith="m0").exists()


def test_sheet_that_nobody_works_on_is_queued_again(north: Hospital, tmp_path: Path) -> None:
    batch = sheet_of(many(2), north, tmp_path)
    with hospital_scope(north):
        assert list(ImportBatch.objects.unfinished(timezone.now())) == [batch]
