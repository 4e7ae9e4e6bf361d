"""A session ends when nobody has moved for as long as the hospital says."""

import datetime as dt
import time
from unittest.mock import patch

import pytest
from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.utils import timezone

from accounts.domain import sessions
from accounts.models import Hospital, HospitalSettings, User
from hospital_crm.tenancy.scope import hospital_scope
from tests.accounts.entering import is_signed_in
from tests.cast import Cast, client_of


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


def test_what_is_over_goes_at_night_and_what_is_open_stays(cast: Cast) -> None:
    over, open_one = client_of(cast.li), client_of(cast.sun)
    for client in (over, open_one):
        client.get("me/")
        user = User.objects.get(pk=client.session["_auth_user_id"])
        UserSession.objects.get_or_create(
            session_key=client.session.session_key, defaults={"user": user, "ip": "127.0.0.1"}
        )
    now = timezone.now() + dt.timedelta(hours=2)
    Session.objects.filter(session_key=over.session.session_key).update(expire_date=timezone.now())
    assert sessions.forget_over(now=now) == 1
    kept = open_one.session.session_key
    assert list(Session.objects.values_list("session_key", flat=True)) == [kept]
    assert list(UserSession.objects.values_list("session_key", flat=True)) == [kept]
