"""Signing in: where one ends, the forced first change of the password, which pages there are."""

import pytest
from django.test import Client
from django.urls import reverse

from accounts.domain.one_time_passwords import issue, make_password
from accounts.models import AuditEvent, Hospital, StaffMember, User
from accounts.passwords import kinds_in
from hospital_crm.tenancy.scope import hospital_scope
from tests.accounts.entering import sign_in
from tests.accounts.factories import UserFactory
from tests.cast import BACKEND, Cast, client_of


def test_sign_in_at_the_entrance_ends_at_the_one_hospital(cast: Cast, client: Client) -> None:
    answer = sign_in(client, cast.li.user.username)
    assert (answer.status_code, answer["Location"]) == (302, "/")
    assert client.get("/")["Location"] == "/north/"


def test_sign_in_at_a_hospital_stays_there_and_is_on_its_record(cast: Cast, client: Client, north: Hospital) -> None:
    answer = sign_in(client, cast.li.user.username, path="/north/accounts/login/")
    assert answer["Location"] == "/north/"
    with hospital_scope(north):
        event = AuditEvent.objects.get(verb="accounts.sign_in")
    assert (event.staff_id, event.actor_name) == (cast.li.pk, cast.li.name)


@pytest.mark.parametrize(
    ("wished", "ends_at"),
    [("/north/me/", "/north/me/"), ("//evil.example/", "/"), ("https://evil.example/", "/")],
)
def test_next_stays_on_this_site(cast: Cast, client: Client, wished: str, ends_at: str) -> None:
    assert sign_in(client, cast.li.user.username, next=wished)["Location"] == ends_at


def test_entrance_lets_choose_among_several_hospitals(cast: Cast, south: Hospital, client: Client) -> None:
    twice = Cast(south)
    with hospital_scope(south):
        from accounts.models import Role
        from tests.accounts.factories import StaffMemberFactory, StaffRoleFactory

        StaffRoleFactory(
            staff=StaffMemberFactory(user=cast.li.user, name=cast.li.name), role=Role.objects.get(code="agent")
        )
    assert twice.hospital == south
    sign_in(client, cast.li.user.username)
    page = client.get("/").content.decode()
    assert 'href="/north/"' in page
    assert 'href="/south/"' in page
    assert client.get("/south/me/").status_code == 200


def test_outsider_is_told_in_plain_words_and_led_to_the_own_hospital(zhao: StaffMember, north: Hospital) -> None:
    client = client_of(zhao)
    for path in ("", "patients/"):
        page = client.get(f"/north/{path}")
        body = page.content.decode()
        assert page.status_code == 403
        assert "当前账号未在该院任职" in body
        assert 'href="/south/"' in body
        assert 'href="/north/' not in body
        assert north.name not in body
        assert (north.short_name or north.name) not in body
    assert client.get("/south/me/").status_code == 200


def test_who_works_nowhere_else_is_offered_the_way_out(client: Client, north: Hospital) -> None:
    client.force_login(UserFactory(), backend=BACKEND)
    body = client.get("/north/").content.decode()
    assert 'accounts/logout/" data-sign-out' in body
    assert "返回" not in body


def test_outsider_is_refused_and_the_refusal_recorded_without_personal_data(zhao: StaffMember, north: Hospital) -> None:
    client = client_of(zhao)
    assert client.get("/north/me/").status_code == 403
    with hospital_scope(north):
        event = AuditEvent.objects.get(verb="access.refused")
    assert event.detail == {"page": "accounts:me", "method": "GET", "account": zhao.user.pk}
    assert (event.actor_name, event.staff_id) == ("", None)


def test_one_time_password_keeps_the_rule_and_ends_open_sessions(cast: Cast, client: Client) -> None:
    sign_in(client, cast.li.user.username)
    password = issue(cast.li.user)
    assert (len(password), kinds_in(password)) == (14, 4)
    assert make_password() != make_password()
    assert client.get("/north/me/").status_code == 302
    assert sign_in(Client(), cast.li.user.username).status_code == 200


def test_first_password_must_be_changed_before_anything_else(cast: Cast, client: Client) -> None:
    password = issue(cast.li.user)
    sign_in(client, cast.li.user.username, password)
    change = "/north/accounts/password/"
    assert client.get("/north/me/")["Location"] == change
    assert client.get("/north/accounts/2fa/")["Location"] == change
    assert client.get("/")["Location"] == "/accounts/password/"
    assert client.get("/north/me/", headers={"HX-Request": "true"})["HX-Redirect"] == change

    def attempt(new: str) -> int:
        return client.post(change, {"oldpassword": password, "password1": new, "password2": new}).status_code

    assert [attempt(bad) for bad in ("Short-1", "onlylowercase", password, cast.li.user.username + "1")] == [200] * 4
    assert attempt("Fresh-gate-2026") == 302
    user = User.objects.get(pk=cast.li.user.pk)
    assert (user.must_change_password, user.password_changed_at is not None) == (False, True)
    assert client.get("/north/me/").status_code == 200


@pytest.mark.parametrize(
    ("password", "kinds"), [("abc", 1), ("Abc1", 3), ("北方abc", 2), ("a1-", 3), ("", 0), ("ABCabc123!", 4)]
)
def test_kinds_of_characters(password: str, kinds: int) -> None:
    assert kinds_in(password) == kinds


def test_pages_of_sign_in_resolve_inside_a_hospital() -> None:
    names = ("account_login", "account_logout", "account_change_password", "mfa_index", "usersessions_list")
    assert [reverse(name, urlconf="hospital_crm.urls_hospital") for name in names] == [
        "/accounts/login/",
        "/accounts/logout/",
        "/accounts/password/",
        "/accounts/2fa/",
        "/accounts/sessions/",
    ]
