"""Who acts is read once, with everything that pages ask of it."""

from collections.abc import Callable
from typing import Any

from accounts.actors import actor_for
from accounts.models import Hospital
from tests.accounts.factories import DepartmentFactory, StaffDepartmentFactory
from tests.cast import Cast


def test_departments_of_an_actor_are_asked_of_nobody_again(
    in_north: Hospital, cast: Cast, django_assert_num_queries: Callable[..., Any]
) -> None:
    head, other = cast.wang, DepartmentFactory(name="康复科")
    own = head.department_links.get().department
    StaffDepartmentFactory(staff=head, department=other, is_head=False)
    with django_assert_num_queries(1):
        actor = actor_for(head.user, hospital=in_north)
        assert actor is not None
        assert {one.name for one in actor.departments} == {own.name, "康复科"}
        assert actor.department_ids == {own.pk, other.pk}
        assert actor.headed_department_ids == {own.pk}
