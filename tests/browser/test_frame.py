"""The frame around every page of somebody who works here: navigation, search, menus, leaving by itself."""

import re

import pytest
from playwright.sync_api import Page, Route, expect

from tests.browser.tools import assert_page_ok, look
from tests.cast import Cast

pytestmark = pytest.mark.django_db(transaction=True)

PAGE = "/north/accounts/password/"
HITS = """<ul class="hits"><li><a class="hit" href="#one"><span class="hit-name">谢*平</span> 男 58</a></li>
<li><a class="hit" href="#two"><span class="hit-name">谢*红</span> 女 40</a></li></ul>"""


def test_somebody_idle_is_warned_and_may_stay(cast: Cast, desktop: Page, sign_in):
    sign_in(desktop, cast.sun)
    desktop.clock.install()
    desktop.goto(PAGE)
    box = desktop.get_by_role("dialog", name="还在吗？")
    desktop.clock.fast_forward("28:30")
    expect(box).to_be_visible()
    expect(box).to_contain_text(re.compile(r"剩\d\d秒"))
    assert_page_ok(desktop)
    look(desktop, "idle-1440")
    with desktop.expect_request("**/me/keepalive/") as told:
        box.get_by_role("button", name="继续使用").click()
    assert told.value.method == "POST"
    expect(box).to_be_hidden()
    desktop.clock.fast_forward("20:00")
    expect(box).to_be_hidden()


def test_what_the_search_offers_is_walked_by_arrows_and_closed_by_escape(cast: Cast, desktop: Page, sign_in):
    asked = []

    def offer(route: Route) -> None:
        asked.append(route.request.post_data)
        route.fulfill(body=HITS, content_type="text/html")

    desktop.route("**/patients/suggest/", offer)
    sign_in(desktop, cast.sun)
    desktop.goto(PAGE)
    desktop.keyboard.press("Slash")
    desktop.keyboard.type("xie")
    expect(desktop.get_by_role("link", name="谢*平")).to_be_visible()
    assert_page_ok(desktop)
    look(desktop, "search-1440")
    desktop.keyboard.press("ArrowDown")
    desktop.keyboard.press("ArrowDown")
    expect(desktop.get_by_role("link", name="谢*红")).to_be_focused()
    desktop.keyboard.press("Escape")
    expect(desktop.get_by_role("link", name="谢*平")).to_have_count(0)
    assert len(asked) == 1
    assert "xie" in asked[0]
    assert "xie" not in desktop.url


def test_a_menu_opens_one_at_a_time_and_closes_by_escape(cast: Cast, desktop: Page, sign_in):
    sign_in(desktop, cast.sun)
    desktop.goto(PAGE)
    desktop.locator(".topbar-hospital").click()
    expect(desktop.get_by_role("banner").get_by_text("当前角色：")).to_be_visible()
    desktop.get_by_text("简体", exact=True).click()
    expect(desktop.get_by_role("banner").get_by_text("当前角色：")).to_be_hidden()
    expect(desktop.get_by_role("button", name="繁體中文")).to_be_visible()
    assert_page_ok(desktop)
    look(desktop, "menu-1440")
    desktop.keyboard.press("Escape")
    expect(desktop.get_by_role("button", name="繁體中文")).to_be_hidden()


def test_on_the_phone_everything_else_is_behind_more(cast: Cast, phone: Page, sign_in):
    sign_in(phone, cast.sun)
    phone.goto(PAGE)
    phone.locator(".tabs").get_by_text("更多").click()
    expect(phone.get_by_role("button", name="退出")).to_be_visible()
    assert_page_ok(phone)
    look(phone, "more-390")
    phone.get_by_role("button", name="English").click()
    expect(phone.locator("html")).to_have_attribute("lang", "en")


def test_the_address_of_the_content_is_the_first_thing_the_keyboard_reaches(cast: Cast, desktop: Page, sign_in):
    sign_in(desktop, cast.sun)
    desktop.goto(PAGE)
    desktop.keyboard.press("Tab")
    expect(desktop.get_by_role("link", name="跳到主要内容")).to_be_focused()
    desktop.keyboard.press("Enter")
    expect(desktop.locator("#main")).to_be_focused()


def test_signing_out_takes_unsent_drafts_from_the_machine(cast: Cast, desktop: Page, sign_in):
    sign_in(desktop, cast.sun)
    desktop.goto(PAGE)
    desktop.evaluate("localStorage.setItem('crm:draft:order-9', '{}')")
    desktop.locator(".topbar-me").click()
    desktop.get_by_role("button", name="退出").click()
    expect(desktop.get_by_role("heading", name="登录")).to_be_visible()
    assert desktop.evaluate("localStorage.getItem('crm:draft:order-9')") is None


def test_a_long_navigation_shows_where_one_is_and_closes_its_groups(cast: Cast, desktop: Page, sign_in):
    sign_in(desktop, cast.qian)
    desktop.goto("/north/followups/protocol/")
    expect(desktop.locator(".sidenav [aria-current=page]")).to_be_in_viewport(ratio=1)
    people = desktop.locator(".sidenav summary", has_text="客户")
    tasks = desktop.locator(".sidenav a", has_text="待办")
    expect(tasks).to_be_visible()
    people.focus()
    desktop.keyboard.press("Enter")
    expect(tasks).to_be_hidden()
    assert_page_ok(desktop)
    desktop.reload()
    expect(tasks).to_be_hidden()
    desktop.goto("/north/patients/tasks/")
    expect(tasks).to_be_in_viewport(ratio=1)
    desktop.goto("/north/followups/protocol/")
    people.focus()
    desktop.keyboard.press("Space")
    expect(tasks).to_be_visible()


def test_what_is_behind_more_shows_where_one_is(cast: Cast, phone: Page, sign_in):
    sign_in(phone, cast.qian)
    phone.goto("/north/followups/protocol/")
    phone.locator(".tabs summary").tap()
    expect(phone.locator(".tabs .menu-item[aria-current=page]")).to_be_in_viewport(ratio=0.9)
