"""A hospital that was there before a release gets the new capabilities of its shipped roles, unless it changed them."""

import datetime as dt

import pytest

from accounts.domain import rights, role_renewal
from accounts.domain.renewals import renew
from accounts.models import AuditEvent, Hospital, Role
from accounts.roles import SHIPPED_ROLES
from hospital_crm.tenancy.scope import hospital_scope
from tests.cast import Cast, actor_of

NOW = dt.datetime(2026, 6, 1, 2, tzinfo=dt.UTC)
NEW = "campaigns.approve"


def bundle(code: str) -> set[str]:
    return set(Role.objects.get(code=code).capabilities)


@pytest.mark.django_db
def test_shipped_roles_are_completed_and_changed_ones_stay(north: Hospital, cast: Cast) -> None:
    with hospital_scope(north):
        for role in Role.objects.filter(capabilities__contains=[NEW]):
            role.capabilities = [one for one in role.capabilities if one != NEW]
            role.save()
        own = Role.objects.get(code="medical_affairs")
        before, own.capabilities = own.capabilities, own.capabilities[1:]
        rights.adjust_role(own, before=before, actor=actor_of(cast.qian))
        named = Role.objects.get(code="centre_manager")
        named.name = "客服中心主任"
        rights.adjust_role(named, before=named.capabilities, actor=actor_of(cast.qian))
        Role.objects.create(code="volunteers", name="志愿者")
    assert [renew(north, role_renewal.RULE, now=NOW).changed for _n in range(2)] == [1, 1]
    with hospital_scope(north):
        assert bundle("centre_manager") == set(SHIPPED_ROLES["centre_manager"].capabilities)
        assert (NEW in bundle("medical_affairs"), bundle("volunteers")) == (False, set())
        assert AuditEvent.objects.get(verb="accounts.role.renew").after == {"capabilities": [NEW]}


@pytest.mark.django_db
def test_nothing_is_given_that_would_mix_administrations(north: Hospital, cast: Cast) -> None:
    with hospital_scope(north):
        sun = cast.sun.role_links.get()
        Role.objects.filter(pk=sun.role_id).update(capabilities=[])
        security = Role.objects.get(code="security_officer")
        type(sun).objects.create(staff=cast.sun, role=security)
    renew(north, role_renewal.RULE, now=NOW)
    with hospital_scope(north):
        assert bundle("agent") == set()


@pytest.mark.unit
def test_each_set_of_bundles_has_its_number(monkeypatch: pytest.MonkeyPatch) -> None:
    before = role_renewal.version()
    agent = SHIPPED_ROLES["agent"]
    monkeypatch.setitem(SHIPPED_ROLES, "agent", agent._replace(capabilities=(*agent.capabilities, "new.one")))
    assert (role_renewal.version() == before, 0 <= before < 2**15) == (False, True)
