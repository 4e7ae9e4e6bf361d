"""Rosters of units: who joins, what is corrected, the same person twice, modes, who is missing, undoing, the pages."""

import csv
import datetime as dt
import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.utils import timezone

from accounts.calendar import today
from accounts.models import AccessLog, Hospital
from groups.domain.members import decide_absent, remove_member, set_key_person
from groups.domain.rosters import propose_absent
from groups.models import GroupCustomer, GroupMember
from hospital_crm.tenancy.scope import hospital_scope
from integrations.domain import batches, importing, undoing
from integrations.domain.kinds import kind_named
from integrations.domain.reporting import reasons
from integrations.models import ImportBatch, ImportIssue, MatchConflict
from integrations.readers.roster_fields import ROSTER_FIELDS
from integrations.readers.tabular.columns import match_columns
from patients.models import Encounter, Patient
from tests.cast import Cast, MountedClient, actor_of
from tests.groups.factories import GroupCustomerFactory, GroupMemberFactory
from tests.integrations.lists import identity, sheet_rows
from tests.patients.factories import PatientFactory

pytestmark = pytest.mark.django_db
ClientAs = Callable[[str], MountedClient]
HEADER = ("姓名", "身份证号", "工号", "部门", "职务", "手机", "性别", "出生日期", "是否重点")


def roster_row(n: int = 1, **said: str) -> list[str]:
    """The nth of invented workers; keywords replace what the row says."""
    values = {
        "姓名": "甘书远",
        "身份证号": identity("19700101", 2 * n + 1),
        "工号": f"G{n:03d}",
        "部门": "一车间",
        "职务": "钳工",
        "手机": f"1380000{n:04d}",
        "性别": "男",
        "出生日期": "1970-01-01",
        "是否重点": "否",
    }
    return [{**values, **said}[name] for name in HEADER]


def content(rows: list[list[str]], header: tuple[str, ...] = HEADER) -> bytes:
    text = io.StringIO()
    csv.writer(text).writerows([header, *rows])
    return text.getvalue().encode("utf-8-sig")


@pytest.fixture
def unit(north: Hospital, cast: Cast) -> GroupCustomer:
    """A unit of the liaison."""
    with hospital_scope(north):
        return GroupCustomerFactory(owner=cast.tang)


@pytest.fixture
def bring(north: Hospital, unit: GroupCustomer, tmp_path: Path) -> Any:
    """`bring(rows, mode=…, is_complete=…, dry=…)`: brings a roster of the unit in; answers the list."""

    def act(rows: list[list[str]], *, dry: bool = False, **options: Any) -> ImportBatch:
        path = tmp_path / "roster.csv"
        path.write_bytes(content(rows))
        asked = {"group": unit, "options": {"mode": "both", **options}}
        with hospital_scope(north):
            batch = batches.take_in_file(
                path, digest="", file_name="roster.csv", kind="roster", actor=None, now=timezone.now(), asked=asked
            )
            batch.state = ImportBatch.State.CHECKING if dry else ImportBatch.State.QUEUED
            batch.save()
        assert importing.run(north, batch.pk)
        batch.refresh_from_db()
        return batch

    return act


def codes(batch: ImportBatch) -> list[tuple[int, str, str]]:
    return list(ImportIssue.objects.filter(batch=batch).order_by("row", "id").values_list("row", "kind", "code"))


@pytest.mark.parametrize(
    ("header", "field"),
    [
        ("姓名", "name"),
        ("员工姓名", ""),
        ("身份证号码", "identity_number"),
        ("工号", "employee_number"),
        ("所在部门", "unit_department"),
        ("岗位", "position"),
        ("手机号码", "phone"),
        ("性别", "sex"),
        ("出生年月日", "birth_date"),
        ("是否重点人员", ""),
        ("是否重点", "is_key_person"),
        ("入职日期", "joined_on"),
    ],
)
def test_headers_are_understood(header: str, field: str) -> None:
    assert "".join(match_columns([header], ROSTER_FIELDS).places) == field


def test_members_join_without_a_stay(north: Hospital, unit: GroupCustomer, bring: Any) -> None:
    batch = bring([roster_row(1, 是否重点="是"), roster_row(2, 姓名="乔明")])
    with hospital_scope(north):
        members = list(GroupMember.objects.order_by("employee_number"))
        assert [
            (row.group, row.employee_number, row.department, row.position, row.is_key_person) for row in members
        ] == [
            (unit, "G001", "一车间", "钳工", True),
            (unit, "G002", "一车间", "钳工", False),
        ]
        assert set(Patient.objects.values_list("kind", flat=True)) == {"prospect"}
        assert Encounter.objects.count() == 0
    assert (batch.counts["members_created"], batch.counts["patients_created"], batch.state) == (2, 2, "done")


def test_dry_run_tells_and_changes_nothing(north: Hospital, bring: Any) -> None:
    batch = bring([roster_row()], dry=True, is_complete=True)
    assert (batch.state, batch.dry_counts["members_created"], batch.counts) == ("ready", 1, {})
    with hospital_scope(north):
        assert (GroupMember.objects.count(), Patient.objects.count()) == (0, 0)


def test_second_roster_corrects_and_erases_nothing(north: Hospital, bring: Any) -> None:
    bring([roster_row(1), roster_row(2, 姓名="乔明")])
    batch = bring([roster_row(1, 部门="二车间", 职务="", 是否重点=""), roster_row(2, 姓名="乔明")])
    with hospital_scope(north):
        member = GroupMember.objects.get(employee_number="G001")
        assert (member.department, member.position, GroupMember.objects.count()) == ("二车间", "钳工", 2)
    assert (batch.counts["members_created"], batch.counts["members_updated"]) == (0, 1)
    assert batch.counts["patients_created"] == 0


def test_same_person_twice_is_one_member_with_a_warning(north: Hospital, bring: Any) -> None:
    batch = bring([roster_row(1), roster_row(1), roster_row(1, 部门="三车间")])
    with hospital_scope(north):
        assert GroupMember.objects.values_list("department", flat=True).get() == "一车间"
        assert codes(batch) == [(2, "warning", "person_twice"), (3, "warning", "person_twice")]
    assert (batch.counts["duplicates"], batch.counts["members_created"]) == (2, 1)


def test_same_person_in_two_chunks_is_one_member(north: Hospital, bring: Any, monkeypatch: Any) -> None:
    monkeypatch.setattr(importing, "FIRST_CHUNK_ROWS", 1)
    monkeypatch.setattr(importing, "CHUNK_ROWS", 1)
    batch = bring([roster_row(1), roster_row(2, 姓名="乔明"), roster_row(1)])
    with hospital_scope(north):
        assert GroupMember.objects.count() == 2
        assert codes(batch) == [(3, "warning", "person_twice")]


def test_people_are_recognised_as_in_every_list_and_contradictions_wait(
    north: Hospital, unit: GroupCustomer, bring: Any
) -> None:
    bring([roster_row(1)])
    bring([roster_row(1, 姓名="别的人")])
    with hospital_scope(north):
        assert MatchConflict.objects.values_list("code", flat=True).get() == "identity_conflict"
        assert (Patient.objects.count(), GroupMember.objects.count()) == (2, 2)


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ({"姓名": ""}, "name_missing"),
        ({"身份证号": "", "出生日期": ""}, "nobody"),
        ({"身份证号": "", "手机": ""}, "nobody"),
    ],
)
def test_row_of_nobody_is_left_out_with_its_reason(north: Hospital, bring: Any, said: dict, code: str) -> None:
    batch = bring([roster_row(1, **said), roster_row(2, 姓名="乔明")])
    with hospital_scope(north):
        assert (codes(batch), len(reasons(batch, "rejected"))) == ([(1, "rejected", code)], 1)
        assert GroupMember.objects.count() == 1


def test_modes_only_add_or_only_correct(north: Hospital, bring: Any) -> None:
    bring([roster_row(1)])
    changed = [roster_row(1, 部门="二车间"), roster_row(2, 姓名="乔明")]
    adding = bring(changed, mode="create")
    with hospital_scope(north):
        assert codes(adding) == [(1, "skipped", "member_already")]
        assert set(GroupMember.objects.values_list("employee_number", "department")) == {
            ("G001", "一车间"),
            ("G002", "一车间"),
        }
    correcting = bring([*changed, roster_row(3, 姓名="丁三")], mode="update")
    with hospital_scope(north):
        assert codes(correcting) == [(3, "skipped", "no_member_yet")]
        assert GroupMember.objects.get(employee_number="G001").department == "二车间"
        assert Patient.objects.count() == 2


def test_members_missing_in_a_complete_roster_are_proposed_and_never_taken_out(
    north: Hospital, unit: GroupCustomer, bring: Any, cast: Cast
) -> None:
    bring([roster_row(1), roster_row(2, 姓名="乔明"), roster_row(3, 姓名="丁三")])
    bring([roster_row(1)])
    with hospital_scope(north):
        assert GroupMember.objects.absent().count() == 0
    batch = bring([roster_row(1)], is_complete=True)
    with hospital_scope(north):
        absent = set(GroupMember.objects.absent().values_list("employee_number", flat=True))
        assert (absent, batch.counts["members_absent"]) == ({"G002", "G003"}, 2)
        assert GroupMember.objects.current().count() == 3
        liaison = actor_of(cast.tang)
        second = GroupMember.objects.get(employee_number="G002")
        assert decide_absent(unit, [second.pk], have_left=True, actor=liaison, on=today()) == 1
        assert decide_absent(unit, None, have_left=False, actor=liaison, on=today()) == 1
        second.refresh_from_db()
        assert (second.left_on, GroupMember.objects.current().count()) == (today(), 2)


def test_being_named_again_ends_the_proposal(north: Hospital, bring: Any) -> None:
    bring([roster_row(1), roster_row(2, 姓名="乔明")])
    bring([roster_row(1)], is_complete=True)
    bring([roster_row(1), roster_row(2, 姓名="乔明")], is_complete=True)
    with hospital_scope(north):
        assert GroupMember.objects.absent().count() == 0


def taken_back(north: Hospital, batch: ImportBatch) -> ImportBatch:
    with hospital_scope(north):
        undoing.undo(batch, actor=None, now=timezone.now())
    importing.run(north, batch.pk)
    batch.refresh_from_db()
    return batch


def test_undoing_takes_back_members_corrections_and_proposals(north: Hospital, bring: Any) -> None:
    bring([roster_row(1), roster_row(2, 姓名="乔明")])
    with hospital_scope(north):
        before = list(GroupMember.objects.order_by("pk").values())
    batch = bring([roster_row(1, 部门="二车间"), roster_row(3, 姓名="丁三")], is_complete=True)
    with hospital_scope(north):
        outlook = undoing.outlook(batch)
        assert (outlook.members, outlook.people, dict(outlook.kept)) == (1, 1, {})
    batch = taken_back(north, batch)
    assert (batch.state, batch.undone["members"], batch.undone["people"]) == ("undone", 1, 1)
    with hospital_scope(north):
        assert list(GroupMember.objects.order_by("pk").values()) == before
        assert Patient.objects.count() == 2


def test_undoing_keeps_what_was_changed_by_hand_since(north: Hospital, bring: Any) -> None:
    bring([roster_row(1)])
    batch = bring([roster_row(1, 部门="二车间")])
    with hospital_scope(north):
        GroupMember.objects.update(position="班长")
    taken_back(north, batch)
    with hospital_scope(north):
        assert GroupMember.objects.values_list("department", "position").get() == ("二车间", "班长")


def test_undoing_leaves_members_it_made_who_were_changed_or_removed_since(
    north: Hospital, bring: Any, cast: Cast, client_as: ClientAs
) -> None:
    batch = bring([roster_row(1), roster_row(2, 姓名="乔明"), roster_row(3, 姓名="丁三"), roster_row(4, 姓名="戊四")])
    with hospital_scope(north):
        first, second, third, _fourth = GroupMember.objects.order_by("employee_number")
        set_key_person(first, True, actor=actor_of(cast.tang))
        remove_member(second, on=today(), actor=actor_of(cast.tang))
        propose_absent(third.group_id, named={first.patient_id}, on=today())
        outlook = undoing.outlook(batch)
        assert (outlook.members, outlook.people, sum(outlook.kept.values())) == (2, 2, 2)
    batch = taken_back(north, batch)
    assert (batch.undone["members"], batch.undone["members_kept"], batch.undone["kept"]) == (2, 2, 2)
    with hospital_scope(north):
        left = GroupMember.objects.order_by("employee_number").values_list("employee_number", "left_on")
        assert list(left) == [("G001", None), ("G002", today())]
    page = client_as("information_officer").get(f"imports/{batch.public_id}/").content.decode()
    assert "因后来有改动而保留原样的成员2名" in page


def test_liaison_goes_through_the_wizard_for_own_units_alone(
    north: Hospital, unit: GroupCustomer, client_as: ClientAs, django_capture_on_commit_callbacks: Any, cast: Cast
) -> None:
    client = client_as("liaison")
    with hospital_scope(north):
        foreign = GroupCustomerFactory()
        member = GroupMemberFactory(group=unit, patient=PatientFactory(name="老员工"))
    path = f"imports/rosters/{unit.public_id}/"
    assert unit.name in client.get(path).content.decode()
    assert client.get(f"imports/rosters/{foreign.public_id}/").status_code == 404
    assert client_as("agent").get(path).status_code == 403
    rows = [roster_row(1), roster_row(2, 姓名="")]
    file = SimpleUploadedFile("花名册.csv", content(rows))
    uploaded = client.post(path, {"file": file, "mode": "both", "is_complete": "on"})
    form = client.get(f"{uploaded.url}columns/").context["form"]
    with django_capture_on_commit_callbacks(execute=True):
        client.post(f"{uploaded.url}columns/", {name: form[name].value() for name in form.fields})
    preview = client.get(uploaded.url)
    page = preview.content.decode()
    assert ("甘*远" in page, "甘书远" in page, preview.context["counts"]["members_absent"]) == (True, False, 1)
    assert client.get(f"{uploaded.url}left-out/").headers["Content-Type"].endswith("spreadsheetml.sheet")
    connection.run_on_commit.clear()
    with django_capture_on_commit_callbacks(execute=True):
        client.post(f"{uploaded.url}start/")
    assert client.get(uploaded.url).context["batch"].state == "done"
    assert client_as("information_officer").get(uploaded.url).status_code == 200
    with hospital_scope(north):
        member.refresh_from_db()
        assert member.absent_since == today()
        ImportBatch.objects.update(group=foreign)
        assert AccessLog.objects.filter(kind="export").count() == 0
    assert client.get(uploaded.url).status_code == 404
    client.post(f"groups/{unit.public_id}/members/absent/", {"decision": "left", "picked": member.pk})
    with hospital_scope(north):
        member.refresh_from_db()
        assert member.left_on == today()


def test_template_has_the_columns_of_a_roster(client_as: ClientAs) -> None:
    answer = client_as("liaison").get("imports/template/roster/")
    assert sheet_rows(answer.content)[0][:4] == ["姓名", "身份证号", "性别", "出生日期"]
    assert client_as("liaison").get("imports/template/nothing/").status_code == 404


def test_liaison_brings_no_discharge_list_and_sees_none(north: Hospital, client_as: ClientAs) -> None:
    with hospital_scope(north):
        batch = ImportBatch.objects.create(
            kind="discharges",
            file_name="a.csv",
            size=1,
            sha256="",
            format="csv",
            header_line=1,
            columns=["姓名"],
            created_at=timezone.now(),
        )
    client = client_as("liaison")
    assert client.get("imports/new/").status_code == 403
    assert client.get(f"imports/{batch.public_id}/").status_code == 404
    assert client.post(f"imports/{batch.public_id}/start/").status_code == 404
    assert "a.csv" not in client.get("imports/").content.decode()


def test_every_kind_names_its_columns() -> None:
    for kind in map(kind_named, ImportBatch.Kind.values):
        assert set(kind.template) <= set(kind.fields.names)
        assert set(kind.shown) <= set(kind.fields.names)
        assert match_columns(list(kind.template.values()), kind.fields).missing(kind.fields.required) == []
        assert set(kind.template) == set(match_columns(list(kind.template.values()), kind.fields).places)


def test_whoever_leaves_on_a_day_to_come_is_a_member_until_then(
    north: Hospital, unit: GroupCustomer, tmp_path: Path
) -> None:
    path = tmp_path / "roster.csv"
    with hospital_scope(north):
        leaves = (today() + dt.timedelta(days=30)).isoformat()
    path.write_bytes(content([[*roster_row(1), leaves]], (*HEADER, "离职日期")))
    counted = []
    for digest in ("one", "two"):
        with hospital_scope(north):
            known = {"kind": "roster", "actor": None, "now": timezone.now(), "asked": {"group": unit, "options": {}}}
            batch = batches.take_in_file(path, digest=digest, file_name="r.csv", **known)
            batch.state = ImportBatch.State.QUEUED
            batch.save()
        importing.run(north, batch.pk)
        with hospital_scope(north):
            assert codes(batch) == [(1, "warning", "member_leaves_later")]
            assert GroupMember.objects.current().filter(group=unit).count() == GroupMember.objects.count() == 1
            batch.refresh_from_db()
            counted.append((batch.counts["members_created"], batch.counts["members_updated"]))
    assert counted == [(1, 0), (0, 0)]


def test_day_of_leaving_in_the_roster_is_followed(north: Hospital, unit: GroupCustomer, tmp_path: Path) -> None:
    header = (*HEADER, "入职日期", "离职日期")
    rows = [[*roster_row(1), "2020-01-01", "2021-01-01"], [*roster_row(2, 姓名="乔明"), "2021-01-01", "2020-01-01"]]
    path = tmp_path / "roster.csv"
    path.write_bytes(content(rows, header))
    asked = {"group": unit, "options": {}}
    with hospital_scope(north):
        known = {"kind": "roster", "actor": None, "now": timezone.now(), "asked": asked}
        batch = batches.take_in_file(path, digest="", file_name="r.csv", **known)
        batch.state = ImportBatch.State.QUEUED
        batch.save()
    importing.run(north, batch.pk)
    with hospital_scope(north):
        assert codes(batch) == [(1, "warning", "member_gone"), (2, "rejected", "left_before_joined")]
        assert GroupMember.objects.count() == 0
        assert dt.date(2021, 1, 1) < today()
