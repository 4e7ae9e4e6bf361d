"""Physicians' names and departments: text until somebody says who and what is meant."""

import datetime as dt
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone

from accounts.models import Department, Hospital, Role, StaffMember
from hospital_crm.tenancy.scope import hospital_scope
from integrations.domain.at_once import bring_in_file
from integrations.domain.errors import ImportRefused
from integrations.domain.naming import assign_physician, confirm_department, join_department
from integrations.domain.places import Places
from integrations.models import PhysicianMapping
from patients.models import Encounter
from tests.accounts.factories import StaffMemberFactory, StaffRoleFactory
from tests.cast import Cast, actor_of, client_of
from tests.integrations.lists import HEADER, csv_bytes, identity, row

pytestmark = pytest.mark.django_db
NOW = dt.datetime(2025, 6, 1, 10, tzinfo=dt.UTC)


@pytest.fixture
def bring(north: Hospital, tmp_path: Path) -> Any:
    """Import rows into North."""

    def import_rows(*rows: list[str]) -> Any:
        path = tmp_path / "list.csv"
        path.write_bytes(csv_bytes(rows))
        return bring_in_file(north, path, now=timezone.now())

    return import_rows


def hired(name: str, role: str = "physician", **facts: str) -> StaffMember:
    """Somebody of this role."""
    staff = StaffMemberFactory(name=name, **facts)
    StaffRoleFactory(staff=staff, role=Role.objects.get(code=role))
    return staff


def test_name_of_one_member_of_staff_is_recognised(bring: Any, north: Hospital) -> None:
    with hospital_scope(north):
        li = hired("林知远")
    bring(row(主管医生="林知远主任医师"))
    with hospital_scope(north):
        assert Encounter.objects.get().attending == li
        assert PhysicianMapping.objects.get().state == "automatic"


def test_two_of_one_name_stay_text_and_wait(bring: Any, north: Hospital) -> None:
    with hospital_scope(north):
        hired("林知远")
        hired("林知远")
    bring(row(主管医生="林知远"))
    with hospital_scope(north):
        mapping = PhysicianMapping.objects.get()
        assert (Encounter.objects.get().attending, mapping.state, mapping.candidates) == (None, "open", 2)


@pytest.mark.parametrize("role", ["auditor", "information_officer", "hospital_leader"])
def test_name_of_somebody_who_does_no_follow_up_stays_text_and_waits(bring: Any, north: Hospital, role: str) -> None:
    with hospital_scope(north):
        hired("林知远", role, staff_number="0012")
        StaffMemberFactory(name="林知远")
    bring(row(主管医生="[0012]林知远"))
    with hospital_scope(north):
        mapping = PhysicianMapping.objects.get()
        assert (Encounter.objects.get().attending, mapping.state, mapping.candidates) == (None, "open", 0)


def test_who_does_no_follow_up_takes_no_name_beside_the_one_who_does(bring: Any, north: Hospital) -> None:
    with hospital_scope(north):
        hired("林知远", "auditor")
        physician = hired("林知远")
    bring(row(主管医生="林知远"))
    with hospital_scope(north):
        assert Encounter.objects.get().attending == physician


def test_somebody_who_does_no_follow_up_is_not_assigned(bring: Any, north: Hospital, cast: Cast) -> None:
    bring(row(主管医生="林知远"))
    with hospital_scope(north):
        with pytest.raises(ImportRefused) as refused:
            assign_physician(PhysicianMapping.objects.get(), cast.shen, actor=actor_of(cast.he), now=NOW)
        assert str(refused.value) == "沈审计没有承担回访的角色。"
        assert PhysicianMapping.objects.get().state == "open"


@pytest.mark.parametrize("bearers", [0, 1])
def test_staff_number_of_somebody_else_is_not_followed(bring: Any, north: Hospital, bearers: int) -> None:
    with hospital_scope(north):
        hired("李敏", staff_number="0012")
        for _ in range(bearers):
            hired("王建国", staff_number="0034")
    result = bring(row(主管医生="[0012]王建国"))
    assert [(one["row"], one["reason"]) for one in result["warnings"]] == [
        (1, "姓名旁的工号在本院属于他人，姓名待指定")
    ]
    with hospital_scope(north):
        mapping, stay = PhysicianMapping.objects.get(), Encounter.objects.get()
        assert (mapping.name, mapping.state, mapping.candidates) == ("王建国", "open", bearers)
        assert (stay.attending, stay.attending_name) == (None, "王建国")


def test_staff_number_of_this_name_is_followed(bring: Any, north: Hospital, cast: Cast) -> None:
    with hospital_scope(north):
        meant = hired("王建国", staff_number="0012")
        hired("王建国", staff_number="0034")
    assert bring(row(主管医生="0012 王建国(内一)主任医师"))["warnings"] == []
    with hospital_scope(north):
        assert Encounter.objects.get().attending == meant


def test_assignment_by_hand_holds_against_the_staff_number_of_somebody_else(
    bring: Any, north: Hospital, cast: Cast
) -> None:
    with hospital_scope(north):
        hired("李敏", staff_number="0012")
    bring(row(主管医生="[0012]王建国"))
    with hospital_scope(north):
        assign_physician(PhysicianMapping.objects.get(), cast.chen, actor=actor_of(cast.he), now=NOW)
    assert bring(row(主管医生="[0012]王建国", 出院科室="外科"))["warnings"] == []
    with hospital_scope(north):
        assert Encounter.objects.get().attending == cast.chen


def test_assignment_holds_for_stays_that_are_in_and_for_those_to_come(bring: Any, north: Hospital, cast: Cast) -> None:
    bring(row(主管医生="林知远"))
    with hospital_scope(north):
        assign_physician(PhysicianMapping.objects.get(), cast.chen, actor=actor_of(cast.he), now=NOW)
    bring(row(住院号="ZY0002", 身份证号=identity("19610101"), 出生日期="1961-01-01", 主管医生="林知远医师"))
    with hospital_scope(north):
        assert set(Encounter.objects.values_list("attending__name", flat=True)) == {cast.chen.name}


def test_somebody_who_left_is_not_assigned(bring: Any, north: Hospital, cast: Cast) -> None:
    bring(row(主管医生="林知远"))
    with hospital_scope(north):
        gone = StaffMemberFactory(name="郝去", is_active=False)
        with pytest.raises(ImportRefused):
            assign_physician(PhysicianMapping.objects.get(), gone, actor=actor_of(cast.he), now=NOW)


def test_department_is_confirmed_or_joined_and_the_name_remembered(bring: Any, north: Hospital, cast: Cast) -> None:
    with hospital_scope(north):
        known = Department.objects.create(name="心血管内科")
    bring(row())
    with hospital_scope(north):
        found = Department.objects.get(name="心内科")
        assert join_department(found, known, actor=actor_of(cast.he), now=NOW) == 1
        assert Encounter.objects.get().department == known
    bring(row(住院次数="2", 入院日期="2025-04-01", 出院日期="2025-04-03", 出院科室="心内科"))
    with hospital_scope(north):
        assert set(Encounter.objects.values_list("department__name", flat=True)) == {"心血管内科"}
        with pytest.raises(ImportRefused):
            join_department(known, known, actor=actor_of(cast.he), now=NOW)


def test_confirming_a_department_twice_changes_nothing(bring: Any, north: Hospital, cast: Cast) -> None:
    bring(row())
    with hospital_scope(north):
        found = Department.objects.get(name="心内科")
        for _ in range(2):
            assert confirm_department(found, actor=actor_of(cast.he)).is_confirmed


@pytest.fixture
def bring_nursed(north: Hospital, tmp_path: Path) -> Any:
    """Import one stay into North, with the nurse in charge."""

    def import_row(nurse: str, **said: str) -> dict[str, Any]:
        path = tmp_path / "nursed.csv"
        lines = [[*HEADER, "责任护士"], [*row(**said), nurse]]
        path.write_text("\n".join(map(",".join, lines)), encoding="utf-8")
        return bring_in_file(north, path, now=timezone.now())

    return import_row


def test_physician_is_not_the_nurse_of_the_same_name(bring_nursed: Any, north: Hospital) -> None:
    with hospital_scope(north):
        hired("李静", staff_number="0012")
    bring_nursed("[0012]李静", 主管医生="林知远")
    with hospital_scope(north):
        assert Encounter.objects.get().nurse is None
        assert PhysicianMapping.objects.get(name="李静").role == "nurse"


def test_physician_and_nurse_of_one_name_are_each_meant_in_their_role(bring_nursed: Any, north: Hospital) -> None:
    with hospital_scope(north):
        physician, nurse = hired("李静"), hired("李静", "nurse")
    bring_nursed("李静", 主管医生="李静")
    with hospital_scope(north):
        stay = Encounter.objects.get()
        assert (stay.attending, stay.nurse) == (physician, nurse)


def test_name_assigned_to_a_nurse_leaves_the_physician_of_that_name(
    bring_nursed: Any, north: Hospital, cast: Cast
) -> None:
    with hospital_scope(north):
        physician = hired("李静")
    bring_nursed("李静", 主管医生="李静")
    with hospital_scope(north):
        mapping = PhysicianMapping.objects.get(name="李静", role="nurse")
        with pytest.raises(ImportRefused):
            assign_physician(mapping, physician, actor=actor_of(cast.he), now=NOW)
        nurse = hired("李静", "nurse")
        assert assign_physician(mapping, nurse, actor=actor_of(cast.he), now=NOW)[0] == 1
        stay = Encounter.objects.get()
        assert (stay.attending, stay.nurse) == (physician, nurse)


def test_dry_run_counts_no_nurse_among_the_physicians(bring_nursed: Any, north: Hospital) -> None:
    with hospital_scope(north):
        places = Places(NOW.date())
        places.colleague("小刘", "", 1, None, "nurse")
        places.colleague("林知远", "", 1, None, "attending")
        assert dict(places.open_names) == {"林知远": 1}


def test_page_of_names_says_in_which_role_and_offers_those_who_hold_it(
    bring_nursed: Any, north: Hospital, cast: Cast
) -> None:
    bring_nursed("小刘", 主管医生="林知远")
    li, chen, he = cast.li, cast.chen, client_of(cast.he)
    shown = he.get(he.url("integrations:names")).content.decode()
    nurse_row = next(part for part in shown.split("<tr>") if 'stack-head">小刘' in part)
    assert "责任护士</td>" in nurse_row
    assert (li.name in nurse_row, chen.name in nurse_row) == (True, False)
