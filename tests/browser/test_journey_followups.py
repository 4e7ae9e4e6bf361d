"""The main job in a browser: a result is written at the desk or on the phone, the centre files, the head reminds."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Page, expect

from followups.models import Attempt, FollowUpOrder, Reminder
from hospital_crm.tenancy.scope import hospital_scope
from patients.models import ContactPoint
from tests.browser.tools import assert_page_ok, look, small_targets
from tests.cast import Cast
from tests.followups.scene import order_of
from tests.patients.factories import ContactPointFactory

pytestmark = pytest.mark.django_db(transaction=True)


def state_of(cast: Cast, order: FollowUpOrder) -> str:
    """Where the order stands."""
    with hospital_scope(cast.hospital):
        return FollowUpOrder.objects.get(pk=order.pk).state


def test_physician_writes_and_the_centre_files(cast: Cast, screen: Page, desktop: Page, sign_in: Callable[..., None]):
    order = order_of(cast, cast.chen, attending=cast.chen, days=0)
    sign_in(screen, cast.chen)
    screen.goto("/north/followups/mine/")
    assert_page_ok(screen)
    screen.locator(".row-item a.call-btn").click()
    expect(screen.locator("a.call-btn")).to_have_attribute("href", re.compile(r"^tel:1380000"))
    assert_page_ok(screen)
    screen.locator("label", has=screen.locator('input[name="outcome"][value="completed"]')).click()
    screen.locator("label", has=screen.locator('input[name="has_finding"][value="0"]')).click()
    screen.locator("#note").fill("恢复好，切口干燥")
    screen.get_by_role("button", name="提交，下一位").click()
    expect(screen.get_by_role("status").first).to_contain_text("已记录：完成")
    assert state_of(cast, order) == "submitted"

    sign_in(desktop, cast.qian)
    desktop.goto(f"/north/followups/review/?order={order.public_id}")
    expect(desktop.locator("#rail")).to_contain_text("恢复好，切口干燥")
    assert_page_ok(desktop)
    desktop.get_by_role("button", name=re.compile("归档，打开下一份")).click()
    expect(desktop.get_by_role("status").first).to_contain_text("已归档")
    assert state_of(cast, order) == "filed"


def test_agent_records_by_keyboard(cast: Cast, desktop: Page, sign_in: Callable[..., None]):
    order = order_of(cast, cast.sun, days=0)
    sign_in(desktop, cast.sun)
    desktop.goto("/north/followups/calls/")
    desktop.keyboard.press("j")
    desktop.keyboard.press("Enter")
    expect(desktop.locator("#rail #outcome")).to_be_visible()
    assert_page_ok(desktop)
    desktop.locator('#rail [name="outcome"]').first.focus()
    desktop.keyboard.press("q")
    desktop.keyboard.press("Control+Enter")
    expect(desktop.get_by_role("status").first).to_contain_text("已记录：无人接听")
    assert state_of(cast, order) == "attempted"


def choice(page: Page, name: str, value: str) -> Locator:
    """One answer of the result form."""
    return page.locator(f'[name="{name}"][value="{value}"]')


def test_agent_goes_from_call_to_call_by_keyboard(cast: Cast, desktop: Page, sign_in: Callable[..., None]):
    orders = [order_of(cast, days=days, state="dispatched", assignee_role="centre") for days in (0, 1)]
    sign_in(desktop, cast.sun)
    desktop.goto("/north/followups/calls/")
    desktop.keyboard.press("j")
    desktop.keyboard.press("Enter")
    expect(choice(desktop, "outcome", "completed")).to_be_focused()
    desktop.keyboard.press("w")
    desktop.keyboard.press("c")
    expect(desktop.get_by_role("button", name="接手拨打")).to_have_count(0)
    expect(choice(desktop, "outcome", "busy")).to_be_focused()
    desktop.keyboard.press("q")
    desktop.keyboard.press("Control+Enter")
    expect(desktop.locator("[data-toasts]")).to_contain_text("已记录：无人接听")
    expect(choice(desktop, "outcome", "completed")).to_be_focused()
    assert_page_ok(desktop)
    desktop.keyboard.press("Control+Enter")
    expect(desktop.locator("#error-outcome")).to_be_visible()
    expect(choice(desktop, "outcome", "completed")).to_be_focused()
    assert_page_ok(desktop)
    desktop.keyboard.press("1")
    desktop.keyboard.press("Control+Enter")
    expect(choice(desktop, "has_finding", "0")).to_be_focused()
    expect(desktop.get_by_role("radiogroup", name="有异常（红旗）")).to_have_accessible_description(re.compile("."))
    desktop.keyboard.press("2")
    desktop.keyboard.press("Control+Enter")
    expect(desktop.locator("#agreed_at")).to_be_focused()
    assert [state_of(cast, one) for one in orders][1] != "attempted"


def test_a_plain_enter_sends_no_result(cast: Cast, desktop: Page, sign_in: Callable[..., None]):
    order = order_of(cast, cast.sun, days=-2)
    sent: list[str] = []
    desktop.on("request", lambda one: sent.append(one.url) if one.is_navigation_request() else None)
    sign_in(desktop, cast.sun)
    desktop.goto(f"/north/followups/calls/?order={order.public_id}")
    expect(choice(desktop, "outcome", "completed")).to_be_focused()
    desktop.keyboard.press("w")
    desktop.evaluate("document.activeElement.blur()")
    opened = len(sent)
    desktop.keyboard.press("Enter")
    expect(choice(desktop, "outcome", "busy")).to_be_focused()
    desktop.keyboard.press("Enter")
    for field in ("#late_reason", "#next_step", "#note"):
        desktop.locator(f"#outcome {field}").focus()
        desktop.keyboard.press("Enter")
    expect(desktop.locator("#note")).to_have_value("\n")
    desktop.wait_for_timeout(300)
    assert (sent[opened:], state_of(cast, order)) == ([], "dispatched")
    desktop.locator("#late_reason").fill("工号停用")
    desktop.locator(".rail-foot .btn-primary").focus()
    desktop.keyboard.press("Enter")
    expect(desktop.get_by_role("status").first).to_contain_text("已记录：占线")
    with hospital_scope(cast.hospital):
        assert list(Attempt.objects.values_list("outcome", flat=True)) == ["busy"]


def test_a_wrong_field_of_the_form_on_the_phone_has_the_focus(cast: Cast, phone: Page, sign_in: Callable[..., None]):
    order = order_of(cast, cast.chen, attending=cast.chen, days=-2)
    sign_in(phone, cast.chen)
    phone.goto(f"/north/followups/orders/{order.public_id}/result/")
    assert phone.evaluate("document.activeElement === document.body")
    phone.locator("label", has=choice(phone, "outcome", "completed")).click()
    phone.get_by_role("button", name="提交，下一位").click()
    expect(choice(phone, "has_finding", "0")).to_be_focused()
    assert_page_ok(phone)


def test_agent_records_by_touch(cast: Cast, phone: Page, sign_in: Callable[..., None]):
    order = order_of(cast, cast.sun, days=0)
    sign_in(phone, cast.sun)
    phone.goto("/north/followups/calls/")
    assert_page_ok(phone)
    phone.locator("tr[data-row] a[data-open]").tap()
    expect(phone.locator("#outcome")).to_be_visible()
    assert_page_ok(phone)
    phone.locator("label", has=phone.locator('input[name="outcome"][value="no_answer"]')).tap()
    phone.get_by_role("button", name=re.compile("^提交")).tap()
    expect(phone.get_by_role("status").first).to_contain_text("已记录：无人接听")
    assert state_of(cast, order) == "attempted"


def test_the_number_copied_is_the_number_called(cast: Cast, screen: Page, sign_in: Callable[..., None]):
    order = order_of(cast, cast.chen, attending=cast.chen, days=0)
    with hospital_scope(cast.hospital):
        second = ContactPointFactory(patient=order.patient, rank=2)
    screen.context.grant_permissions(["clipboard-read", "clipboard-write"])
    sign_in(screen, cast.chen)
    screen.goto(f"/north/followups/orders/{order.public_id}/result/?list=today")
    called = screen.locator("#contact_point")
    expect(called).to_have_value("")
    screen.locator(f'button[data-number="{second.pk}"]').click()
    expect(called).to_have_value(str(second.pk))
    assert_page_ok(screen)
    screen.locator("label", has=screen.locator('input[name="group"][value="not_reached"]')).click()
    screen.locator("label", has=screen.locator('input[name="outcome"][value="no_such_number"]')).click()
    screen.get_by_role("button", name="提交，下一位").click()
    expect(screen.get_by_role("status").first).to_contain_text("已记录：空号")
    expect(screen).to_have_url(re.compile(r"/followups/mine/\?list=today$"))
    with hospital_scope(cast.hospital):
        states = ContactPoint.objects.order_by("rank").values_list("number_state", flat=True)
        assert list(states) == ["unchecked", "dead"]


def test_the_question_on_satisfaction_is_answered_by_keyboard(cast: Cast, desktop: Page, sign_in: Callable[..., None]):
    order = order_of(cast, cast.sun, days=0, tier="A", step__asks_satisfaction=True)
    sign_in(desktop, cast.sun)
    desktop.goto(f"/north/followups/calls/?order={order.public_id}")
    answers, cause = desktop.locator("[data-scale]"), desktop.locator("#d-cause")
    desktop.locator('#rail [name="outcome"]').first.focus()
    desktop.keyboard.press("q")
    expect(answers).not_to_be_visible()
    desktop.keyboard.press("1")
    expect(answers).to_be_visible()
    expect(cause).not_to_be_visible()
    desktop.keyboard.press("Tab")
    desktop.keyboard.press("2")
    expect(cause).to_be_visible()
    expect(desktop.locator('[name="outcome"][value="completed"]')).to_be_checked()
    desktop.keyboard.press("z")
    look(desktop, "satisfaction-desk")
    assert_page_ok(desktop)
    cause.select_option("waiting")
    desktop.keyboard.press("Control+Enter")
    expect(desktop.get_by_role("status").first).to_contain_text("已记录：完成")
    with hospital_scope(cast.hospital):
        assert FollowUpOrder.objects.get(pk=order.pk).satisfaction == 2


def test_the_phone_asks_for_satisfaction_and_lists_what_stands_before_lost(
    cast: Cast, phone: Page, sign_in: Callable[..., None]
):
    order = order_of(cast, cast.chen, attending=cast.chen, days=0, tier="A", step__asks_satisfaction=True)
    sign_in(phone, cast.chen)
    phone.goto(f"/north/followups/orders/{order.public_id}/result/")
    phone.locator("label", has=phone.locator('input[name="outcome"][value="completed"]')).click()
    expect(phone.locator("[data-scale]")).to_be_visible()
    assert small_targets(phone) == []
    look(phone, "satisfaction-phone")
    phone.locator("label", has=phone.locator('input[name="group"][value="life"]')).click()
    phone.locator("label", has=phone.locator('input[name="outcome"][value="lost"]')).click()
    expect(phone.locator("[data-scale]")).not_to_be_visible()
    expect(phone.locator(".ladder li")).to_have_count(6)
    assert_page_ok(phone)
    look(phone, "lost-phone")


def test_head_reminds_after_a_look_at_the_number(cast: Cast, screen: Page, sign_in: Callable[..., None]):
    order = order_of(cast, cast.chen, attending=cast.chen, days=-2, tier="A")
    sign_in(screen, cast.wang)
    screen.goto("/north/followups/board/")
    assert_page_ok(screen)
    screen.locator("#todo input[data-pick]").check()
    screen.get_by_role("button", name="催办1步").click()
    screen.locator("dialog").get_by_role("button", name="催办1步").click()
    expect(screen.get_by_role("status").first).to_contain_text("已催办1步")
    with hospital_scope(cast.hospital):
        assert list(Reminder.objects.values_list("order_id", flat=True)) == [order.pk]
