"""Memberships of one person in one unit that two records had: nothing that only one of them knew is lost."""

import datetime as dt
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.utils import timezone

from accounts.actors import Actor
from accounts.models import Hospital
from groups.domain.members import set_key_person
from groups.domain.merging import take_apart, unite_units
from groups.models import GroupCustomer, GroupMember, UnitMerger
from groups.signals import members_changed
from hospital_crm.tenancy.scope import hospital_scope
from patients.domain.parting import part
from patients.domain.uniting import unite
from patients.models import Patient, PersonMerger
from tests.cast import MountedClient
from tests.groups.factories import BenefitUseFactory, GroupCustomerFactory, GroupMemberFactory
from tests.patients.factories import PatientFactory

pytestmark = pytest.mark.django_db
ActorOf = Callable[[str], Actor]
NOW = dt.datetime(2026, 3, 4, 2, 0, tzinfo=dt.UTC)
EARLY, LATE = dt.date(2019, 5, 1), dt.date(2024, 7, 1)
OURS: dict[str, Any] = {"joined_on": LATE, "position": "班长", "absent_since": LATE}
THEIRS: dict[str, Any] = {"joined_on": EARLY, "is_key_person": True, "employee_number": "0815", "position": "工人"}
TOGETHER = (True, EARLY, None, "班长", "0815")


@pytest.fixture
def heard() -> Iterator[list[list[int]]]:
    """Whose membership was said to have changed."""
    told: list[list[int]] = []

    def hear(patient_ids: Any, **kwargs: Any) -> None:
        told.append(list(patient_ids))

    members_changed.connect(hear)
    yield told
    members_changed.disconnect(hear)


def said(member: GroupMember) -> tuple[object, ...]:
    row = GroupMember.objects.get(pk=member.pk)
    return row.is_key_person, row.joined_on, row.absent_since, row.position, row.employee_number


def rows() -> list[dict[str, Any]]:
    return list(GroupMember.objects.order_by("pk").values())


@pytest.mark.parametrize(("ours", "theirs"), [(OURS, THEIRS), ({**OURS, **THEIRS, "position": "班长"}, {})])
def test_a_united_person_is_a_key_person_where_either_record_was(
    in_north: Hospital, heard: list[list[int]], ours: dict[str, Any], theirs: dict[str, Any]
) -> None:
    kept, other, unit = PatientFactory(), PatientFactory(), GroupCustomerFactory()
    member = GroupMemberFactory(group=unit, patient=kept, **ours)
    GroupMemberFactory(group=unit, patient=other, **theirs)
    before = rows()
    unite(kept_id=kept.pk, other_id=other.pk, actor=None, now=NOW)
    assert (said(member), GroupMember.objects.count(), heard) == (TOGETHER, 1, [[kept.pk]])
    part(merger=PersonMerger.objects.get(), reason="两个人", actor=None, now=NOW)
    assert (rows(), heard[1:]) == (before, [[kept.pk, other.pk]])


def test_what_somebody_has_said_since_the_union_stays(in_north: Hospital, actor: ActorOf) -> None:
    kept, other, unit = PatientFactory(), PatientFactory(), GroupCustomerFactory()
    member = GroupMemberFactory(group=unit, patient=kept, **OURS)
    GroupMemberFactory(group=unit, patient=other, **THEIRS)
    unite(kept_id=kept.pk, other_id=other.pk, actor=None, now=NOW)
    GroupMember.objects.filter(pk=member.pk).update(position="主任")
    part(merger=PersonMerger.objects.get(), reason="两个人", actor=None, now=NOW)
    assert said(member) == (False, LATE, LATE, "主任", "")


def test_a_member_of_two_united_units_keeps_what_either_knew(
    in_north: Hospital, actor: ActorOf, heard: list[list[int]]
) -> None:
    kept, other, person = GroupCustomerFactory(), GroupCustomerFactory(), PatientFactory()
    member = GroupMemberFactory(group=kept, patient=person, **OURS)
    GroupMemberFactory(group=other, patient=person, **THEIRS)
    alone = GroupMemberFactory(group=other).patient_id
    key = GroupMemberFactory(group=kept, is_key_person=True).patient_id
    GroupMemberFactory(group=kept)
    before, manager = rows(), actor("centre_manager")
    unite_units(kept, other, {}, actor=manager, now=timezone.now())
    assert (said(member), heard) == (TOGETHER, [sorted([person.pk, alone, key])])
    take_apart(UnitMerger.objects.get(), actor=manager, now=timezone.now())
    assert (rows(), heard[1:]) == (before, [sorted([person.pk, alone, key])])


def test_a_key_person_named_anew_stays_one_when_the_units_are_taken_apart(in_north: Hospital, actor: ActorOf) -> None:
    kept, other, person = GroupCustomerFactory(), GroupCustomerFactory(), PatientFactory()
    member = GroupMemberFactory(group=kept, patient=person)
    GroupMemberFactory(group=other, patient=person, employee_number="0815")
    manager = actor("centre_manager")
    unite_units(kept, other, {}, actor=manager, now=timezone.now())
    set_key_person(GroupMember.objects.get(pk=member.pk), True, actor=manager)
    take_apart(UnitMerger.objects.get(), actor=manager, now=timezone.now())
    assert said(member) == (True, None, None, "", "")


def test_what_the_unit_side_entered_since_is_given_to_the_second_record(
    north: Hospital, client_as: Callable[[str], MountedClient]
) -> None:
    with hospital_scope(north):
        kept, other = PatientFactory(), PatientFactory()
        unite(kept_id=kept.pk, other_id=other.pk, actor=None, now=NOW)
        unit: GroupCustomer = GroupCustomerFactory(name="云帆机械")
        member = GroupMemberFactory(group=unit, patient=kept, joined_on=EARLY)
        use = BenefitUseFactory(patient=kept)
    path, client = f"patients/unions/{other.public_id}/", client_as("centre_manager")
    page = client.get(path).content.decode()
    assert ("云帆机械 2019-05-01" in page, f"{use.benefit.name} {use.used_on}" in page) == (True, True)
    moving = [f"groups.groupmember-{member.pk}", f"groups.benefituse-{use.pk}"]
    assert client.post(path, {"reason": "是两个人", "moving": moving}).status_code == 302
    with hospital_scope(north):
        assert Patient.objects.count() == 2
        for row in (member, use):
            row.refresh_from_db()
            assert row.patient_id == other.pk
