"""The second factor at the entrance: who needs it, codes and recovery codes, when the password is asked again."""

import time
from unittest.mock import patch

from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value, yield_hotp_counters_from_time
from django.core.cache import cache
from django.test import Client

from accounts.models import LoginFailure
from tests.accounts.entering import is_signed_in, sign_in
from tests.cast import Cast


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
