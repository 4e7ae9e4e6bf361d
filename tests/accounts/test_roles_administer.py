"""Who administers is told by what a role may, not by what it is called: a second factor, and granting by two."""

import pytest

from accounts import navigation
from accounts.domain import people, second_factor
from accounts.models import Hospital, Role
from accounts.roles import SHIPPED_ROLES
from tests.accounts.factories import StaffMemberFactory, StaffRoleFactory
from tests.cast import Cast, actor_of

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("added", ["admin.organisation", "admin.roles", "security.rights", "audit.read"])
def test_a_leader_who_may_administer_needs_a_second_factor(in_north: Hospital, cast: Cast, added: str) -> None:
    role = Role.objects.get(code="hospital_leader")
    leader, administrator = StaffMemberFactory(), actor_of(cast.holding("hospital_admin"))
    StaffRoleFactory(staff=leader, role=role)
    assert not second_factor.is_demanded(leader.user, actor_of(leader))
    assert people.may_reset(leader, actor=administrator)
    role.capabilities = [*role.capabilities, added]
    role.save()
    assert second_factor.is_demanded(leader.user, actor_of(leader))
    assert not people.may_reset(leader, actor=administrator)


@pytest.mark.parametrize("role", SHIPPED_ROLES)
def test_no_letter_leads_to_two_pages(role: str) -> None:
    held = SHIPPED_ROLES[role].capabilities
    shown = [one for one in navigation.known() if one.capability in held and (not one.roles or role in one.roles)]
    letters = [one.key for one in shown if one.key]
    assert sorted(set(letters)) == sorted(letters)
