"""The admin of platform operators: hospitals and accounts, each act written down."""

import pytest
from django.core.management import call_command
from django.db import ProgrammingError
from django.test import Client
from django.utils import timezone
from django.utils.translation import override

from accounts import audit
from accounts.admin.platform import LoginFailureAdmin, PlatformEventAdmin
from accounts.models import (
    Hospital,
    HospitalSettings,
    LoginFailure,
    PlatformEvent,
    StaffRole,
    User,
)
from accounts.sites import platform_admin
from hospital_crm.tenancy.scope import hospital_scope, no_hospital_scope
from tests.cast import Cast, client_of


def test_operator_makes_a_hospital_with_its_first_administrators(operator: Client, north: Hospital) -> None:
    form = {
        "slug": "east",
        "name": "东方医院",
        "timezone": "Asia/Shanghai",
        "language": "zh-hans",
        "administrator_name": "首任管理",
        "administrator_username": "admin.east",
        "officer_name": "首任安全",
        "officer_username": "officer.east",
    }
    answer = operator.post("/platform/accounts/hospital/add/", form)
    assert answer.status_code == 200
    assert [one["username"] for one in answer.context["accounts"]] == ["admin.east", "officer.east"]
    east = Hospital.objects.get(slug="east")
    with hospital_scope(east):
        held = StaffRole.objects.order_by("role__rank").values_list("staff__name", "role__code")
        assert list(held) == [("首任管理", "hospital_admin"), ("首任安全", "security_officer")]
        assert HospitalSettings.objects.count() == 1


def test_operator_deletes_no_hospital_and_renames_no_address(operator: Client, north: Hospital) -> None:
    assert operator.post(f"/platform/accounts/hospital/{north.pk}/delete/", {"post": "yes"}).status_code == 403
    page = operator.get(f"/platform/accounts/hospital/{north.pk}/change/")
    assert "slug" not in page.context["adminform"].form.fields


def test_operator_unlocks_an_account_with_a_one_time_password(operator: Client, cast: Cast) -> None:
    username = cast.li.user.username
    for _ in range(5):
        Client().post("/accounts/login/", {"login": username, "password": "Wrong-gate-2026"})
    address = f"/platform/accounts/user/{cast.li.user.pk}/password/"
    assert operator.get(address).status_code == 200
    password = operator.post(address).context["accounts"][0]["password"]
    assert Client().post("/accounts/login/", {"login": username, "password": password}).status_code == 302


def test_what_an_operator_does_is_written_down_once_and_for_all(operator: Client, cast: Cast) -> None:
    user = cast.li.user
    operator.post(f"/platform/accounts/user/{user.pk}/password/")
    form = {"username": user.username, "name": "李新", "email": "", "language": "", "is_active": "on"}
    operator.post(f"/platform/accounts/user/{user.pk}/change/", form)
    acts_of_operators = PlatformEvent.objects.exclude(operator_id=None).order_by("id")
    found = [(event.verb, event.object_type, event.object_id) for event in acts_of_operators]
    me, other = User.objects.get(username="operator").pk, ("accounts.user", str(user.pk))
    acts = [("platform.user.password", *other), ("platform.user.change", *other)]
    assert found == [("platform.sign_in", "accounts.user", str(me)), *acts]
    assert set(acts_of_operators.values_list("operator_id", flat=True)) == {me}
    for change in (PlatformEvent.objects.all().delete, lambda: PlatformEvent.objects.update(verb="x")):
        with pytest.raises(ProgrammingError, match="permission denied"), no_hospital_scope():
            change()
    assert operator.get("/platform/accounts/platformevent/").status_code == 200


def test_switched_off_account_is_signed_out_at_once(operator: Client, cast: Cast) -> None:
    client = client_of(cast.li)
    assert client.get("me/").status_code == 200
    user = cast.li.user
    form = {"username": user.username, "name": user.name, "email": "", "language": ""}
    assert operator.post(f"/platform/accounts/user/{user.pk}/change/", form).status_code == 302
    assert client.get("me/").status_code == 302


def test_operator_reads_who_did_what_to_whom_in_words(operator: Client, cast: Cast) -> None:
    operator.post(f"/platform/accounts/user/{cast.li.user.pk}/password/")
    site = PlatformEventAdmin(PlatformEvent, platform_admin)
    with override("en"):
        event = site.get_queryset(None).get(verb="platform.user.password")
        assert (site.what(event), site.about(event)) == (
            "gave a one-time password",
            f"account {cast.li.user.username}",
        )
        assert site.operator(event) == User.objects.get(is_operator=True).username
    assert operator.get(f"/platform/accounts/platformevent/{event.pk}/change/").status_code == 200
    assert operator.get("/platform/accounts/platformevent/").status_code == 200


def test_operator_made_by_a_command_is_written_down_with_nobody_as_who_did_it(
    db: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DJANGO_SUPERUSER_PASSWORD", "Gate-of-2026")
    with no_hospital_scope():
        call_command("createsuperuser", username="first", interactive=False, verbosity=0)
    user = User.objects.get(username="first")
    assert (user.is_operator, user.check_password("Gate-of-2026")) == (True, True)
    site = PlatformEventAdmin(PlatformEvent, platform_admin)
    with override("en"):
        [event] = site.get_queryset(None).filter(object_type="accounts.user", object_id=str(user.pk))
        assert (event.verb, event.operator_id) == ("platform.user.add", None)
        assert (site.operator(event), site.what(event), site.about(event), site.said(event)) == (
            "—",
            "made an account",
            "account first",
            "platform operator: yes",
        )


def test_what_is_read_outside_hospitals_shows_no_code(operator: Client, cast: Cast, db: None) -> None:
    User.objects.filter(is_operator=True).update(language="zh-hans")
    me = User.objects.get(is_operator=True)
    event = audit.record_platform("platform.second_factor.add", me, operator=me, type="recovery_codes")
    failure = LoginFailure.objects.create(username="li.north", reason="password")
    page = operator.get(f"/platform/accounts/platformevent/{event.pk}/change/").content.decode()
    assert "类型：恢复码" in page
    assert "platform.second_factor" not in page
    page = operator.get(f"/platform/accounts/loginfailure/{failure.pk}/change/").content.decode()
    assert "用户名或密码错误" in page
    assert f"{timezone.localtime(failure.at):%F %T}" in page


def test_operator_reads_why_a_sign_in_failed(operator: Client, cast: Cast) -> None:
    Client().post("/accounts/login/", {"login": cast.li.user.username, "password": "Wrong-gate-2026"})
    rows = operator.get("/platform/accounts/loginfailure/").context["cl"].result_list
    with override("en"):
        assert [LoginFailureAdmin(LoginFailure, platform_admin).why(row) for row in rows] == [
            "wrong user name or password"
        ]


def test_operator_before_a_hospitals_door_finds_the_way_to_the_platform(operator: Client, north: Hospital) -> None:
    refusal = operator.get("/north/", headers={"Accept-Language": "zh-Hans"})
    assert (refusal.status_code, '<a class="btn" href="/">返回平台管理</a>' in refusal.content.decode()) == (403, True)
    assert operator.get("/")["Location"] == "/platform/"
