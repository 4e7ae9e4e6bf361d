"""A token is asked for, allowed by somebody else, fetched once, revoked."""

import datetime as dt
from collections.abc import Callable

import pytest
from django.db import IntegrityError, transaction
from django.test import Client

from accounts.actors import Actor
from accounts.domain import one_time_passwords, people, rights, sessions, tokens
from accounts.models import ApiToken, AuditEvent, Hospital, Role, StaffRole
from hospital_crm.tenancy.scope import hospital_scope
from tests.accounts.factories import ApiTokenFactory, UserFactory
from tests.accounts.test_exports import fresh
from tests.api.systems import System
from tests.cast import BACKEND, Cast, MountedClient, give_second_factor

pytestmark = pytest.mark.django_db
ClientAs = Callable[[str], MountedClient]
NOW = dt.datetime(2026, 11, 28, 9, tzinfo=dt.UTC)
ASKED = {"name": "总机", "scopes": ["patients.read"], "reason": "电话系统对接", "days": 30}


def test_token_is_asked_for_allowed_and_fetched_by_who_asked(north: Hospital, actor: Callable[[str], Actor]) -> None:
    asker, officer = actor("information_officer"), actor("security_officer")
    with hospital_scope(north):
        token = tokens.ask(**ASKED, actor=asker, now=NOW)
        assert token.expires_at == NOW + dt.timedelta(days=30)
        with pytest.raises(tokens.TokenRefused):
            tokens.fetch_secret(token, actor=asker, now=NOW)
        tokens.decide(token, is_allowed=True, actor=officer, now=NOW)
        with pytest.raises(tokens.TokenRefused):
            tokens.fetch_secret(token, actor=officer, now=NOW)
        first, second = (tokens.fetch_secret(token, actor=asker, now=NOW) for _time in range(2))
        assert tokens.actor_of_secret(first, now=NOW, day=NOW.date()) is None
        acting = tokens.actor_of_secret(second, now=NOW, day=NOW.date())
        assert acting is not None
        assert (acting.staff, acting.role_code, acting.capabilities) == (
            *(asker.staff, "information_officer", {"patients.list", "patients.view"}),
        )
        tokens.revoke(token, actor=officer, now=NOW)
        assert tokens.actor_of_secret(second, now=NOW, day=NOW.date()) is None
        verbs = AuditEvent.objects.filter(verb__startswith="accounts.token").order_by("id")
        assert [(event.verb.rpartition(".")[2], event.actor_name) for event in verbs] == [
            ("ask", "何信息"),
            ("allow", "安全员"),
            ("fetch", "何信息"),
            ("fetch", "何信息"),
            ("revoke", "安全员"),
        ]


@pytest.mark.parametrize(
    "changed",
    [{"scopes": []}, {"reason": " "}, {"scopes": ["orders.read"]}, {"scopes": ["all"]}, {"days": 0}, {"days": 367}],
)
def test_token_is_refused_that_lends_too_much_or_says_too_little(
    north: Hospital, actor: Callable[[str], Actor], changed: dict
) -> None:
    with hospital_scope(north), pytest.raises(tokens.TokenRefused):
        tokens.ask(**{**ASKED, **changed}, actor=actor("information_officer"), now=NOW)


def test_nobody_allows_his_own_token(north: Hospital, actor: Callable[[str], Actor], cast: Cast) -> None:
    officer = actor("security_officer")
    with hospital_scope(north):
        token = ApiTokenFactory(staff=cast.an, role=officer.role)
        with pytest.raises(tokens.TokenRefused):
            tokens.decide(token, is_allowed=True, actor=officer, now=NOW)
        with pytest.raises(IntegrityError), transaction.atomic():
            ApiToken.objects.update(state="allowed", decided_by=cast.an, decided_at=NOW)


def test_decided_token_is_not_decided_again(north: Hospital, actor: Callable[[str], Actor], cast: Cast) -> None:
    officer = actor("security_officer")
    with hospital_scope(north):
        token = ApiTokenFactory(staff=cast.he)
        tokens.decide(token, is_allowed=False, actor=officer, now=NOW)
        for act in (
            lambda: tokens.decide(token, is_allowed=True, actor=officer, now=NOW),
            lambda: tokens.revoke(token, actor=officer, now=NOW),
        ):
            with pytest.raises(tokens.TokenRefused):
                act()


def test_pages_lead_from_asking_to_the_secret(north: Hospital, cast: Cast, client_as: ClientAs) -> None:
    give_second_factor(cast.he.user)
    asker, officer = client_as("information_officer"), client_as("security_officer")
    assert asker.get("api-tokens/").status_code == 200
    assert asker.post("api-tokens/new/", {**ASKED, "days": 0}).status_code == 422
    assert asker.post("api-tokens/new/", ASKED).status_code == 302
    with hospital_scope(north):
        token = ApiToken.objects.get()
    page = officer.get("api-tokens/").content.decode()
    assert "电话系统对接" in page and f"{token.public_id}/decide/" in page
    path, act = f"api-tokens/{token.public_id}/decide/", {"act": "allow", "back": "/north/api-tokens/"}
    assert "reauthenticate" in officer.post(path, act)["Location"]
    fresh(officer)
    assert officer.post(path, act)["Location"] == "/north/api-tokens/"
    elsewhere = asker.post(f"api-tokens/{token.public_id}/secret/", {"back": "/north/api-tokens/"})
    assert elsewhere.status_code == 302 and "reauthenticate" in elsewhere["Location"]
    fresh(asker)
    shown = asker.post(f"api-tokens/{token.public_id}/secret/")
    assert (shown.status_code, shown["Cache-Control"]) == (200, "no-store")
    secret = shown.content.decode().split("<code>")[1].split("</code>")[0]
    assert System(north, secret).get("token/").json()["name"] == "总机"
    assert secret not in asker.get("api-tokens/").content.decode()
    assert asker.post(f"api-tokens/{token.public_id}/revoke/").status_code == 302
    assert System(north, secret).get("token/").status_code == 401


def test_pages_are_for_who_asks_and_who_decides(
    north: Hospital, south: Hospital, cast: Cast, client_as: ClientAs
) -> None:
    with hospital_scope(south):
        foreign = ApiTokenFactory()
    with hospital_scope(north):
        others = ApiTokenFactory(staff=cast.qian)
    asker = client_as("information_officer")
    for token in (foreign, others):
        assert asker.post(f"api-tokens/{token.public_id}/secret/").status_code == 404
        assert asker.post(f"api-tokens/{token.public_id}/revoke/").status_code == 404
    assert client_as("security_officer").post(f"api-tokens/{foreign.public_id}/decide/").status_code == 404
    assert asker.post(f"api-tokens/{others.public_id}/decide/").status_code == 403
    assert client_as("agent").get("api-tokens/").status_code == 403
    assert client_as("security_officer").get("api-tokens/new/").status_code == 403
    assert asker.get(f"api-tokens/{others.public_id}/revoke/").status_code == 405


def test_list_of_tokens_asks_as_often_for_three_as_for_one(
    north: Hospital, cast: Cast, client_as: ClientAs, django_assert_max_num_queries: Callable
) -> None:
    officer = client_as("security_officer")
    with hospital_scope(north):
        ApiTokenFactory(staff=cast.he)
    officer.get("api-tokens/")
    with django_assert_max_num_queries(20) as one:
        officer.get("api-tokens/")
    with hospital_scope(north):
        ApiTokenFactory.create_batch(2, staff=cast.he)
    with django_assert_max_num_queries(len(one)):
        officer.get("api-tokens/")


@pytest.mark.parametrize("end", ["leaves", "loses the role", "is signed out", "gets a password", "is switched off"])
def test_token_ends_for_good_with_what_it_rests_on(
    north: Hospital, cast: Cast, actor: Callable[[str], Actor], system: Callable[..., System], end: str
) -> None:
    """Coming back does not open it again."""
    caller, officer = system("agent"), actor("security_officer")
    assert caller.get("token/").status_code == 200
    with hospital_scope(north):
        role = StaffRole.objects.get(staff=cast.sun, role__code="agent")
    ends: dict[str, Callable[[], object]] = {
        "leaves": lambda: people.let_go(cast.sun, actor=officer, now=NOW),
        "loses the role": lambda: rights.withdraw(role, actor=officer),
        "is signed out": lambda: sessions.revoke(cast.sun, actor=officer),
        "gets a password": lambda: one_time_passwords.issue_to_staff(cast.sun, actor=officer),
    }
    if end in ends:
        with hospital_scope(north):
            ends[end]()
    else:
        tokens.revoke_everywhere(cast.sun.user, now=NOW)
    with hospital_scope(north):
        StaffRole.objects.get_or_create(staff=cast.sun, role=Role.objects.get(code="agent"))
        token = ApiToken.objects.get()
        assert (token.state, token.token_hash) == ("revoked", "")
        assert AuditEvent.objects.filter(verb="accounts.token.revoke", object_id=str(token.pk)).count() == 1
    assert caller.get("token/").status_code == 401


def test_role_taken_away_leaves_tokens_of_another_role_and_of_others(
    north: Hospital, cast: Cast, actor: Callable[[str], Actor], system: Callable[..., System]
) -> None:
    other = system("centre_manager")
    with hospital_scope(north):
        kept = ApiTokenFactory(staff=cast.sun, role=Role.objects.get(code="nurse"))
        rights.withdraw(StaffRole.objects.get(staff=cast.sun, role__code="agent"), actor=actor("security_officer"))
        kept.refresh_from_db()
        assert kept.state == "asked"
    assert other.get("token/").status_code == 200


def test_operator_who_switches_an_account_off_ends_its_tokens(
    north: Hospital, cast: Cast, system: Callable[..., System]
) -> None:
    user, operator = UserFactory(username="operator", is_operator=True), Client()
    give_second_factor(user)
    operator.force_login(user, backend=BACKEND)
    caller, page = system("agent"), f"/platform/accounts/user/{cast.sun.user.pk}/change/"
    form = {"username": cast.sun.user.username, "name": cast.sun.user.name, "email": "", "language": ""}
    assert operator.post(page, form).status_code == 302
    operator.post(page, {**form, "is_active": "on"})
    assert caller.get("token/").status_code == 401
