"""What the security officer does for an account on the page of rights."""

from collections.abc import Callable

import pytest
from allauth.usersessions.models import UserSession
from django.test import Client

from accounts.domain.shared_accounts import let_work_at
from accounts.models import AuditEvent, Hospital
from hospital_crm.tenancy.scope import hospital_scope
from tests.cast import Cast, MountedClient, client_of

pytestmark = pytest.mark.django_db


def test_security_officer_signs_somebody_out_everywhere(client_as: Callable[[str], MountedClient], cast: Cast) -> None:
    li = Client()
    li.post("/accounts/login/", {"login": cast.li.user.username, "password": "North-gate-2026"})
    assert li.get("/north/me/").status_code == 200
    officer = client_as("security_officer")
    row = next(row for row in officer.get("rights/").context["rows"] if row.staff == cast.li)
    assert (row.roles, row.sessions) == (["责任护士"], 1)
    officer.post(f"rights/{cast.li.public_id}/sign-out/")
    assert li.get("/north/me/").status_code == 302
    with hospital_scope(cast.hospital):
        assert AuditEvent.objects.get(verb="accounts.sessions.revoke").detail == {"ended": 1}


def test_security_officer_ends_one_session_and_leaves_the_others(
    client_as: Callable[[str], MountedClient], cast: Cast
) -> None:
    places = [Client(HTTP_USER_AGENT=agent) for agent in ("Firefox/1", "Chrome/1")]
    for place in places:
        place.post("/accounts/login/", {"login": cast.li.user.username, "password": "North-gate-2026"})
    officer, page = client_as("security_officer"), f"rights/{cast.li.public_id}/sessions/"
    shown = officer.get(page).context["sessions"]
    meant = next(one for one in shown if one.user_agent == "Firefox/1")
    assert len(shown) == 2
    assert officer.post(f"{page}{meant.pk}/end/")["Location"] == f"/north/{page}"
    assert [place.get("/north/me/").status_code for place in places] == [302, 200]
    assert officer.post(f"{page}{meant.pk}/end/").status_code == 404
    with hospital_scope(cast.hospital):
        assert AuditEvent.objects.filter(verb="accounts.sessions.end").count() == 1
    for role in ("hospital_admin", "auditor", "agent"):
        assert client_as(role).get(page).status_code == 403


def test_sessions_of_an_account_that_other_hospitals_use_stay_closed(
    client_as: Callable[[str], MountedClient], cast: Cast, south: Hospital
) -> None:
    let_work_at(cast.li.user, south)
    place = Client()
    place.post("/accounts/login/", {"login": cast.li.user.username, "password": "North-gate-2026"})
    officer, page = client_as("security_officer"), f"rights/{cast.li.public_id}/sessions/"
    session = UserSession.objects.get(user=cast.li.user)
    assert officer.get(page)["Location"] == officer.post(f"{page}{session.pk}/end/")["Location"] == "/north/rights/"
    assert UserSession.objects.filter(pk=session.pk).exists()


def test_security_officer_resets_a_lost_second_factor(client_as: Callable[[str], MountedClient], cast: Cast) -> None:
    deng = client_of(cast.deng)
    assert deng.get("admin/").status_code == 200
    client_as("security_officer").post(f"rights/{cast.deng.public_id}/second-factor/")
    assert deng.get("admin/")["Location"] == "/north/accounts/2fa/totp/activate/"


def test_rights_page_finds_by_beginning_of_the_name(client_as: Callable[[str], MountedClient], cast: Cast) -> None:
    officer = client_as("security_officer")
    assert [cast.li, cast.chen]
    assert [row.staff.name for row in officer.get("rights/", {"q": "陈"}).context["rows"]] == ["陈医师"]
    assert officer.get("rights/", {"q": "无此人"}).context["rows"] == []
