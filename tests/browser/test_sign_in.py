"""Signing in, the own account, and pages that say what went wrong: desk and phone, light and dark."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from hospital_crm.tenancy.scope import hospital_scope
from tests.browser.tools import assert_page_ok, look
from tests.cast import Cast

pytestmark = pytest.mark.django_db(transaction=True)

PASSWORD = "Nacht-Wache-7"  # noqa: S105
SIZES = [(390, 844), (1440, 900), (1920, 1080)]


@pytest.fixture
def chen(cast: Cast):
    """Dr Chen, with a password of his own."""
    chen = cast.chen
    chen.user.set_password(PASSWORD)
    chen.user.must_change_password = False
    chen.user.save()
    return chen


def fill_in(page: Page, username: str, password: str) -> None:
    page.goto("/north/accounts/login/")
    page.get_by_label("用户名").fill(username)
    page.get_by_label("密码").fill(password)
    page.get_by_role("button", name="登录").click()


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("size", SIZES, ids=lambda size: str(size[0]))
def test_the_sign_in_page_is_fit_to_use(north, open_browser: Callable[..., Page], size, theme):
    page = open_browser(*size, color_scheme=theme)
    page.goto("/north/accounts/login/")
    expect(page.locator("html")).to_have_attribute("data-bs-theme", theme)
    assert_page_ok(page)
    look(page, f"sign-in-{size[0]}-{theme}")


def test_a_wrong_password_is_told_and_the_right_one_leads_to_work(chen, desktop: Page):
    fill_in(desktop, "chen.north", "falsch")
    expect(desktop.get_by_role("alert")).to_be_visible()
    assert_page_ok(desktop)
    look(desktop, "sign-in-wrong-1440")
    fill_in(desktop, "chen.north", PASSWORD)
    expect(desktop.locator(".topbar")).to_contain_text("陈医师")


def test_five_wrong_passwords_lock_and_the_page_says_for_how_long(chen, phone: Page):
    for _ in range(5):
        fill_in(phone, "chen.north", "falsch")
    expect(phone.get_by_role("heading", name="暂时锁定")).to_be_visible()
    expect(phone.locator("main")).to_contain_text("15分钟")
    assert_page_ok(phone)
    look(phone, "locked-390")


def test_the_first_password_is_changed_before_anything_else(chen, phone: Page):
    chen.user.must_change_password = True
    chen.user.save()
    fill_in(phone, "chen.north", PASSWORD)
    expect(phone.get_by_role("heading", name="先设自己的密码")).to_be_visible()
    assert_page_ok(phone)
    look(phone, "first-password-390")


def test_the_language_is_chosen_on_the_sign_in_page(north, desktop: Page):
    desktop.goto("/north/accounts/login/")
    desktop.get_by_text("简体", exact=True).click()
    desktop.get_by_role("button", name="English").click()
    expect(desktop.get_by_role("heading", name="Sign in")).to_be_visible()
    expect(desktop.locator("html")).to_have_attribute("lang", "en")
    assert_page_ok(desktop)


def test_dark_stays_when_it_was_chosen(north, desktop: Page):
    desktop.goto("/north/accounts/login/")
    desktop.get_by_role("button", name="浅色或深色").click()
    desktop.reload()
    expect(desktop.locator("html")).to_have_attribute("data-bs-theme", "dark")


@pytest.mark.parametrize("width", ["desktop", "phone"])
@pytest.mark.parametrize("page_name", ["password/", "2fa/", "sessions/"])
def test_the_pages_of_the_own_account(chen, request, sign_in, width, page_name):
    page = request.getfixturevalue(width)
    sign_in(page, chen)
    page.goto(f"/north/accounts/{page_name}")
    assert_page_ok(page)
    look(page, f"account-{page_name.strip('/')}-{width}")


def test_the_second_factor_is_set_up_from_a_picture_that_the_policy_allows(chen, phone: Page, sign_in):
    sign_in(phone, chen)
    phone.goto("/north/accounts/2fa/totp/activate/")
    if phone.get_by_role("heading", name="确认是本人").is_visible():
        assert_page_ok(phone)
        phone.get_by_label("密码").fill(PASSWORD)
        phone.get_by_role("button", name="确认").click()
    code = phone.locator("img.qr")
    expect(code).to_be_visible()
    assert code.evaluate("(image) => image.naturalWidth > 0")
    assert_page_ok(phone)
    look(phone, "totp-390")


def test_an_administrator_is_led_to_the_second_factor(cast: Cast, desktop: Page, sign_in):
    deng = cast.deng
    with hospital_scope(cast.hospital):
        deng.user.authenticator_set.all().delete()
    sign_in(desktop, deng)
    desktop.goto("/north/accounts/2fa/")
    assert_page_ok(desktop)


def test_what_does_not_exist_is_told_with_a_way_back(chen, phone: Page, sign_in):
    sign_in(phone, chen)
    phone.goto("/north/nothing-here/")
    expect(phone.get_by_role("heading", name="没有这一页")).to_be_visible()
    expect(phone.locator("#request-id")).not_to_be_empty()
    assert_page_ok(phone)
    look(phone, "404-390")
