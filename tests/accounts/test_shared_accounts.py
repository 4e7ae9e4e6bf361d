"""Accounts of people who work at several hospitals: no hospital alone takes them over."""

import pytest
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.contrib.messages import get_messages
from django.test import Client
from django.utils import timezone
from django.utils.translation import override

from accounts.domain import one_time_passwords, people, sessions
from accounts.domain.second_factor import reset_second_factor
from accounts.domain.shared_accounts import CannotJoin, SharedAccount, known_elsewhere, let_work_at
from accounts.models import AuditEvent, Hospital, StaffMember, User
from hospital_crm.tenancy.scope import hospital_scope
from tests.accounts.factories import PASSWORD, StaffMemberFactory, UserFactory
from tests.accounts.test_admin import INLINES
from tests.cast import Cast, MountedClient, actor_of, client_of, give_second_factor


@pytest.fixture
def south_cast(south: Hospital) -> Cast:
    return Cast(south)


@pytest.fixture
def shared(cast: Cast, south: Hospital) -> StaffMember:
    """Chen of North as staff of South too."""
    return let_work_at(cast.chen.user, south)


def test_administrator_of_south_employs_nobody_by_an_account_of_north(cast: Cast, south_cast: Cast) -> None:
    admin = client_of(south_cast.deng)
    form = {"username": cast.chen.user.username, "name": cast.chen.name, "staff_number": "S1", **INLINES}
    answer = admin.post("admin/accounts/staffmember/add/", form)
    assert list(answer.context["adminform"].form.errors) == ["username"]
    with hospital_scope(south_cast.hospital):
        assert not StaffMember.objects.filter(user=cast.chen.user).exists()


def test_who_left_another_hospital_is_still_known_there(cast: Cast, south: Hospital) -> None:
    with hospital_scope(cast.hospital):
        StaffMember.objects.filter(pk=cast.chen.pk).update(is_active=False)
    mine = UserFactory()
    with hospital_scope(south):
        StaffMemberFactory(user=mine)
        assert known_elsewhere([cast.chen.user_id, mine.pk]) == {cast.chen.user_id}


def test_no_hospital_gives_a_shared_account_a_password(shared: StaffMember, south_cast: Cast) -> None:
    admin = client_of(south_cast.deng)
    assert admin.post(f"admin/accounts/staffmember/{shared.pk}/password/").status_code == 403
    with hospital_scope(shared.hospital), pytest.raises(SharedAccount):
        one_time_passwords.issue_to_staff(shared, actor=actor_of(south_cast.deng))
    assert User.objects.get(pk=shared.user_id).check_password(PASSWORD)


def test_no_hospital_takes_a_shared_second_factor_or_session_away(shared: StaffMember, south_cast: Cast) -> None:
    give_second_factor(shared.user)
    client_of(shared).get("me/")
    UserSession.objects.create(user=shared.user, ip="127.0.0.1", session_key="k", user_agent="x")
    officer = client_of(south_cast.an)
    for page in ("second-factor", "sign-out"):
        answer = officer.post(f"rights/{shared.public_id}/{page}/")
        told = [str(message) for message in get_messages(answer.wsgi_request)]
        assert (answer.status_code, told[-1]) == (302, str(SharedAccount()))
    assert Authenticator.objects.filter(user=shared.user).count() == 1
    assert UserSession.objects.filter(user=shared.user, session_key="k").exists()
    with hospital_scope(shared.hospital):
        for act in (sessions.revoke, reset_second_factor):
            with pytest.raises(SharedAccount):
                act(shared, actor=actor_of(south_cast.an))


def test_page_of_rights_offers_nothing_for_a_shared_account(shared: StaffMember, south_cast: Cast) -> None:
    give_second_factor(shared.user)
    officer = client_of(south_cast.an)
    User.objects.update(language="en")
    page = officer.get("rights/", {"q": shared.name}).content.decode()
    assert "works at other hospitals too; the platform operator helps" in page
    assert "Reset second factor" not in page


def test_who_is_let_go_stays_signed_in_at_the_other_hospital(shared: StaffMember, south_cast: Cast, cast: Cast) -> None:
    client = client_of(cast.chen)
    assert client.get("me/").status_code == 200
    with hospital_scope(shared.hospital):
        StaffMember.objects.filter(pk=shared.pk).update(is_active=False)
        shared.refresh_from_db()
        people.let_go(shared, actor=actor_of(south_cast.deng), now=timezone.now())
    assert client.get("me/").status_code == 200
    assert client.get("/south/me/").status_code == 403


def test_operator_lets_somebody_work_at_one_hospital_more(operator: Client, cast: Cast, south: Hospital) -> None:
    address = f"/platform/accounts/user/{cast.chen.user_id}/hospital/"
    assert operator.get(address).status_code == 200
    assert operator.post(address, {"hospital": south.pk}).status_code == 302
    assert operator.post(address, {"hospital": south.pk}).status_code == 200
    with hospital_scope(south):
        staff = StaffMember.objects.get(user=cast.chen.user)
        assert (staff.name, staff.role_links.count()) == (cast.chen.name, 0)
        assert AuditEvent.objects.filter(verb="accounts.staff.join", object_id=str(staff.pk)).count() == 1
    assert MountedClient(south).get("me/").status_code == 302


def test_operator_works_at_no_hospital(db: None, south: Hospital) -> None:
    with override("en"), pytest.raises(CannotJoin, match="A platform operator works at no hospital."):
        let_work_at(UserFactory(is_operator=True), south)


def test_operator_takes_a_lost_second_factor_away(operator: Client, shared: StaffMember) -> None:
    give_second_factor(shared.user)
    address = f"/platform/accounts/user/{shared.user_id}/factor/"
    assert operator.get(address).status_code == 200
    assert Authenticator.objects.filter(user=shared.user).count() == 1
    assert operator.post(address).status_code == 302
    assert Authenticator.objects.filter(user=shared.user).count() == 0
