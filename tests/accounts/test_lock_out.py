"""Five failures lock an account for fifteen minutes, whoever knows the password."""

import datetime as dt
from unittest.mock import patch

from axes.utils import reset
from django.test import Client

from accounts.models import LoginFailure
from tests.accounts.entering import WRONG, is_signed_in, sign_in
from tests.cast import Cast


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
