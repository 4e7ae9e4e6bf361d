"""Physicians' names and departments: text until somebody says who and what is meant."""

import datetime as dt
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone

from accounts.models import Department, Hospital
from hospital_crm.tenancy.scope import hospital_scope
from integrations.domain.at_once import bring_in_file
from integrations.domain.errors import ImportRefused
from integrations.domain.naming import assign_physician, confirm_department, join_department
from integrations.models import PhysicianMapping
from patients.models import Encounter
from tests.accounts.factories import StaffMemberFactory
from tests.cast import Cast, actor_of
from tests.integrations.lists import csv_bytes, identity, row

pytestmark = pytest.mark.django_db
NOW = dt.datetime(2025, 6, 1, 10, tzinfo=dt.UTC)


@pytest.fixture
def bring(north: Hospital, tmp_path: Path) -> Any:
    """Import rows into North."""

    def import_rows(*rows: list[str]) -> None:
        path = tmp_path / "list.csv"
        path.write_bytes(csv_bytes(rows))
        bring_in_file(north, path, now=timezone.now())

    return import_rows


def test_name_of_one_member_of_staff_is_recognised(bring: Any, north: Hospital) -> None:
    with hospital_scope(north):
        li = StaffMemberFactory(name="林知远")
    bring(row(主管医生="林知远主任医师"))
    with hospital_scope(north):
        assert Encounter.objects.get().attending == li
        assert PhysicianMapping.objects.get().state == "automatic"


def test_two_of_one_name_stay_text_and_wait(bring: Any, north: Hospital) -> None:
    with hospital_scope(north):
        StaffMemberFactory(name="林知远")
        StaffMemberFactory(name="林知远")
    bring(row(主管医生="林知远"))
    with hospital_scope(north):
        mapping = PhysicianMapping.objects.get()
        assert (Encounter.objects.get().attending, mapping.state, mapping.candidates) == (None, "open", 2)


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
