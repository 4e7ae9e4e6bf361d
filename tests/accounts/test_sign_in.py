"""Signing in: where one ends, the lock, the forced first change, the second factor, idle log-out."""

import datetime as dt
import time
from unittest.mock import patch

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value, yield_hotp_counters_from_time
from axes.utils import reset
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from accounts.domain.one_time_passwords import issue, make_password
from accounts.models import AuditEvent, Hospital, HospitalSettings, LoginFailure, StaffMember, User
from accounts.passwords import kinds_in
from hospital_crm.tenancy.scope import hospital_scope
from tests.accounts.factories import PASSWORD
from tests.cast import Cast, client_of

LOGIN = "/accounts/login/"
WRONG = "Wrong-gate-2026"


def sign_in(client: Client, username: str, password: str = PASSWORD, path: str = LOGIN, **extra: str):
    return client.post(path, {"login": username, "password": password, **extra})


def is_signed_in(client: Client) -> bool:
    return "_auth_user_id" in client.session


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


def test_who_works_nowhere_else_is_offered_the_way_out(operator: Client) -> None:
    body = operator.get("/north/").content.decode()
    assert 'accounts/logout/" data-sign-out' in body
    assert "返回" not in body


def test_outsider_is_refused_and_the_refusal_recorded_without_personal_data(zhao: StaffMember, north: Hospital) -> None:
    client = client_of(zhao)
    assert client.get("/north/me/").status_code == 403
    with hospital_scope(north):
        event = AuditEvent.objects.get(verb="access.refused")
    assert event.detail == {"page": "accounts:me", "method": "GET", "account": zhao.user.pk}
    assert (event.actor_name, event.staff_id) == ("", None)


# --- the lock ---------------------------------------------------------------------------------------------------


def test_right_password_is_refused_while_locked(cast: Cast, client: Client) -> None:
    username = cast.li.user.username
    answers = [sign_in(client, username, WRONG).status_code for _ in range(5)]
    assert answers == [200, 200, 200, 200, 429]
    assert sign_in(client, username).status_code == 429
    assert not is_signed_in(client)
    assert list(LoginFailure.objects.order_by("pk").values_list("username", "reason")) == [
        *[(username, "password")] * 5,
        (username, "locked"),
    ]
    reset(username=username)
    assert sign_in(client, username).status_code == 302
    assert is_signed_in(client)


def test_lock_would_not_hold_if_the_name_were_read_from_the_form_only(cast: Cast, client: Client, settings) -> None:
    """The negative control: with the form field alone, axes does not recognise the account in allauth's credentials."""
    settings.AXES_USERNAME_CALLABLE = None
    settings.AXES_USERNAME_FORM_FIELD = "login"
    for _ in range(5):
        sign_in(client, cast.li.user.username, WRONG)
    assert sign_in(client, cast.li.user.username).status_code == 302


def test_case_of_the_name_gives_no_further_tries(cast: Cast, client: Client) -> None:
    username = cast.li.user.username
    names = [username, username.upper(), username.title(), f" {username}", username.capitalize()]
    assert [sign_in(client, name, WRONG).status_code for name in names][-1] == 429
    assert sign_in(client, username).status_code == 429


def test_lock_ends_after_fifteen_minutes(cast: Cast, client: Client) -> None:
    username = cast.li.user.username
    for _ in range(5):
        sign_in(client, username, WRONG)
    from django.utils import timezone

    now = timezone.now()
    with patch("axes.handlers.proxy.now", return_value=now + dt.timedelta(minutes=14)):
        assert sign_in(client, username).status_code == 429
    with patch("axes.handlers.proxy.now", return_value=now + dt.timedelta(minutes=16)):
        assert sign_in(client, username).status_code == 302


def test_lock_is_of_one_account_only(cast: Cast, client: Client) -> None:
    for _ in range(5):
        sign_in(client, cast.li.user.username, WRONG)
    assert sign_in(client, cast.chen.user.username).status_code == 302


# --- passwords --------------------------------------------------------------------------------------------------


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


# --- the second factor ------------------------------------------------------------------------------------------


def code_now(secret: str) -> str:
    counter = next(iter(yield_hotp_counters_from_time()))
    return format_hotp_value(hotp_value(secret, counter))


def test_administrator_is_sent_to_activate_a_second_factor(cast: Cast, client: Client) -> None:
    Authenticator.objects.filter(user=cast.deng.user).delete()
    sign_in(client, cast.deng.user.username)
    activate = "/north/accounts/2fa/totp/activate/"
    assert client.get("/north/")["Location"] == activate


def test_nurse_may_work_without_a_second_factor(cast: Cast, client: Client) -> None:
    sign_in(client, cast.li.user.username)
    assert client.get("/north/me/").status_code == 200


def test_activation_then_sign_in_with_code_and_with_recovery_code(cast: Cast, client: Client) -> None:
    Authenticator.objects.filter(user=cast.deng.user).delete()
    username = cast.deng.user.username
    sign_in(client, username)
    page = client.get("/north/accounts/2fa/totp/activate/")
    secret = page.context["form"].secret
    assert page.status_code == 200
    done = client.post("/north/accounts/2fa/totp/activate/", {"code": code_now(secret)})
    assert done["Location"] == "/north/accounts/2fa/recovery-codes/"
    stored = Authenticator.objects.get(user=cast.deng.user, type="totp")
    assert secret not in str(stored.data)
    codes = client.get(done["Location"]).context["unused_codes"]

    for proof in (code_now(secret), codes[0]):
        fresh = Client()
        cache.clear()  # a code counts once
        first = sign_in(fresh, username)
        assert first["Location"] == "/accounts/2fa/authenticate/"
        assert not is_signed_in(fresh)
        assert fresh.get("/north/me/").status_code == 302
        fresh.post(first["Location"], {"code": proof})
        assert is_signed_in(fresh)


def test_password_is_asked_again_only_when_it_was_given_long_ago(cast: Cast, client: Client) -> None:
    Authenticator.objects.filter(user=cast.deng.user).delete()
    sign_in(client, cast.deng.user.username)
    activate = "/north/accounts/2fa/totp/activate/"
    assert client.get(activate).status_code == 200
    with patch("accounts.adapters.time.time", return_value=time.time() + 301):
        assert client.get(activate)["Location"].startswith("/north/accounts/reauthenticate/")


def test_wrong_code_is_recorded_and_limited(cast: Cast, client: Client) -> None:
    username = cast.deng.user.username
    sign_in(client, username)
    for _ in range(11):
        client.post("/accounts/2fa/authenticate/", {"code": "000000"})
    assert LoginFailure.objects.filter(username=username, reason="second_factor").count() == 10


# --- idle -------------------------------------------------------------------------------------------------------


@pytest.fixture
def clock():
    with patch("accounts.middleware.time.time", return_value=float(int(time.time()))) as now:

        def forward(minutes: float) -> None:
            now.return_value += minutes * 60

        yield forward


def test_idle_session_ends_after_the_hospitals_minutes(cast: Cast, clock) -> None:
    client = client_of(cast.li)
    assert client.get("me/").status_code == 200
    clock(29)
    assert client.get("me/").status_code == 200
    clock(31)
    answer = client.get("me/")
    assert answer["Location"] == "/north/accounts/login/?next=/north/me/"
    assert not is_signed_in(client)


@pytest.mark.parametrize(
    ("sent_from", "leads_to"),
    [
        ("http://testserver/north/patients/?q=1", "/north/patients/%3Fq%3D1"),
        ("http://elsewhere.example/north/patients/", "/north/"),
        ("", "/north/"),
    ],
)
def test_what_is_sent_after_the_end_leads_back_to_its_page(cast: Cast, clock, sent_from: str, leads_to: str) -> None:
    client = client_of(cast.li)
    client.get("me/")
    clock(31)
    answer = client.post("me/role/", {"role": "nurse"}, headers={"Referer": sent_from})
    assert answer["Location"] == f"/north/accounts/login/?next={leads_to}"


def test_hospital_decides_how_long(cast: Cast, north: Hospital, clock) -> None:
    with hospital_scope(north):
        settings = HospitalSettings.objects.get()
        settings.idle_minutes = 5
        settings.save()
    client = client_of(cast.li)
    client.get("me/")
    clock(6)
    assert client.get("me/").status_code == 302


def test_polling_does_not_keep_a_session_alive(cast: Cast, clock) -> None:
    client = client_of(cast.li)
    client.get("me/")
    for _ in range(3):
        clock(9)
        assert client.get("me/", headers={"X-Poll": "1"}).status_code == 200
    clock(9)
    answer = client.get(
        "me/", headers={"X-Poll": "1", "HX-Request": "true", "HX-Current-URL": "http://testserver/north/patients/"}
    )
    assert answer["HX-Redirect"] == "/north/accounts/login/?next=/north/patients/"


def test_moving_in_the_browser_keeps_a_session_alive(cast: Cast, clock) -> None:
    client = client_of(cast.li)
    client.get("me/")
    for _ in range(4):
        clock(20)
        assert client.post("me/keepalive/").status_code == 204
    assert client.get("me/").status_code == 200


def test_session_is_written_at_most_once_a_minute(cast: Cast, clock, django_assert_num_queries) -> None:
    client = client_of(cast.li)
    client.get("me/")
    with patch("django.contrib.sessions.backends.db.SessionStore.save") as save:
        client.get("me/")
        assert save.call_count == 0
        clock(1.1)
        client.get("me/")
        assert save.call_count == 1


# --- language, appearance, role, sessions -----------------------------------------------------------------------


def language_of(answer) -> str:
    return answer["Content-Language"]


def test_language_is_the_accounts_else_this_browsers_else_the_hospitals(cast: Cast, north: Hospital) -> None:
    client = client_of(cast.li)
    english = {"Accept-Language": "en"}
    assert language_of(Client().get("/accounts/login/", headers=english)) == "en"
    assert language_of(client.get("me/", headers=english)) == "zh-hans"
    browser = Client()
    browser.post("/accounts/me/language/", {"language": "zh-hant"})
    assert language_of(browser.get("/north/accounts/login/")) == "zh-hant"
    answer = client.post("me/language/", {"language": "en", "next": "/north/me/"})
    assert answer["Location"] == "/north/me/"
    assert language_of(client.get("me/")) == "en"
    assert User.objects.get(pk=cast.li.user.pk).language == "en"


def test_language_never_leads_to_another_site(client: Client, north: Hospital) -> None:
    answer = client.post("/north/me/language/", {"language": "en", "next": "https://evil.example/"})
    assert answer["Location"] == "/north/"


def test_theme_is_kept_with_the_account(cast: Cast) -> None:
    client = client_of(cast.li)
    assert client.post("me/theme/", {"theme": "dark"}).status_code == 204
    client.post("me/theme/", {"theme": "pink"})
    assert User.objects.get(pk=cast.li.user.pk).theme == "dark"


def test_role_is_chosen_per_hospital_and_audited(zhao: StaffMember, south: Hospital) -> None:
    client = client_of(zhao)
    assert client.get("me/").context["actor"].role_code == "centre_manager"
    client.post("me/role/", {"role": "physician"})
    assert client.get("me/").context["actor"].role_code == "physician"
    client.post("me/role/", {"role": "auditor"})
    assert client.get("me/").context["actor"].role_code == "physician"
    with hospital_scope(south):
        event = AuditEvent.objects.get(verb="accounts.role.switch")
    assert (event.before, event.after) == ({"role": "centre_manager"}, {"role": "physician"})


def test_sessions_are_listed_and_ended(cast: Cast) -> None:
    here, there, elsewhere = Client(), Client(), Client()
    for client in (here, there, elsewhere):
        sign_in(client, cast.li.user.username)
    listed = here.get("/north/me/").context["sessions"]
    assert len(listed) == 3
    other = next(one for one in listed if one.session_key == there.session.session_key)
    here.post(f"/north/me/sessions/{other.pk}/end/")
    assert there.get("/north/me/").status_code == 302
    here.post("/north/me/sessions/end-others/")
    assert elsewhere.get("/north/me/").status_code == 302
    assert here.get("/north/me/").status_code == 200


def test_nobody_ends_a_session_of_another(cast: Cast) -> None:
    li, chen = Client(), Client()
    sign_in(li, cast.li.user.username)
    sign_in(chen, cast.chen.user.username)
    session = chen.get("/north/me/").context["sessions"][0]
    li.post(f"/north/me/sessions/{session.pk}/end/")
    assert chen.get("/north/me/").status_code == 200


def test_own_settings_are_changed_on_one_page(cast: Cast, north: Hospital) -> None:
    client = client_of(cast.li)
    form = {"language": "zh-hant", "theme": "light", "email": "li@hospital.example"}
    assert client.post("me/", form).status_code == 302
    with hospital_scope(north):
        staff = StaffMember.objects.select_related("user").get(pk=cast.li.pk)
    assert (staff.email, staff.wants_digest, staff.user.language, staff.user.theme) == (
        "li@hospital.example",
        False,
        "zh-hant",
        "light",
    )
    assert client.post("me/", {**form, "email": "no address"}).status_code == 422


def test_pages_of_sign_in_resolve_inside_a_hospital() -> None:
    names = ("account_login", "account_logout", "account_change_password", "mfa_index", "usersessions_list")
    assert [reverse(name, urlconf="hospital_crm.urls_hospital") for name in names] == [
        "/accounts/login/",
        "/accounts/logout/",
        "/accounts/password/",
        "/accounts/2fa/",
        "/accounts/sessions/",
    ]
