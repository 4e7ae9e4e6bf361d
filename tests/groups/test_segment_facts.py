"""Units as facts of segments."""

import datetime as dt

import pytest

from accounts.models import Hospital
from patients.domain.segments import compiling
from patients.domain.segments.rules import Group, Line, Rule
from tests.groups.factories import ContractFactory, GroupCustomerFactory, GroupMemberFactory

pytestmark = pytest.mark.django_db
DAY = dt.date(2026, 6, 1)


def found(fact: str, op: str, *values: str) -> set[int]:
    rule = Rule(Group("all", (Line(fact, op, values),)))
    return set(compiling.people_of(rule, day=DAY).values_list("pk", flat=True))


def test_members_key_persons_and_contracts(in_north: Hospital) -> None:
    signed, other = GroupCustomerFactory(), GroupCustomerFactory()
    ContractFactory(group=signed, starts_on=DAY, ends_on=DAY)
    key = GroupMemberFactory(group=signed, is_key_person=True).patient_id
    plain = GroupMemberFactory(group=other).patient_id
    left = GroupMemberFactory(group=other, left_on=DAY).patient_id
    assert found("member", "yes") == {key, plain}
    assert found("member", "no") == {left}
    assert found("unit", "in", str(other.pk)) == {plain}
    assert found("key_person", "yes") == {key}
    assert found("under_contract", "yes") == {key}
