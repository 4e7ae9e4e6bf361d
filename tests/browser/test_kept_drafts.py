"""What is written and not sent outlasts a session that ends by itself, is told at once, and is nobody else's."""

import re
from collections.abc import Callable

import pytest
from django.contrib.sessions.models import Session
from playwright.sync_api import Page, expect

from accounts.models import StaffMember
from followups.models import Attempt, FollowUpOrder
from hospital_crm.tenancy.scope import hospital_scope
from tests.browser.tools import assert_page_ok, look
from tests.cast import Cast
from tests.followups.scene import order_of
from tests.followups.test_pages_conflicts import overtake

pytestmark = pytest.mark.django_db(transaction=True)

PASSWORD = "Nacht-Wache-7"  # noqa: S105
WORDS = "切口干燥，无发热"
KEPT = "Object.keys(localStorage).filter((k) => k.startsWith('crm:draft:')).map((k) => localStorage.getItem(k)).join()"


@pytest.fixture
def order(cast: Cast) -> FollowUpOrder:
    """A call that Dr Chen has to make today."""
    return order_of(cast, cast.chen, attending=cast.chen, days=0)


@pytest.fixture
def writing(order: FollowUpOrder, cast: Cast, phone: Page, sign_in: Callable[..., None]) -> Page:
    """Dr Chen at the form of that call, on the phone."""
    phone.on("dialog", lambda dialog: dialog.accept())
    sign_in(phone, cast.chen)
    phone.goto(form_of(order))
    return phone


def form_of(order: FollowUpOrder) -> str:
    return f"/north/followups/orders/{order.public_id}/result/"


def revoke() -> None:
    """Every session ends at this moment, as by the security officer."""
    Session.objects.all().delete()


def sign_in_by_hand(page: Page, who: StaffMember) -> None:
    """On the page that asks for it, as people do."""
    who.user.set_password(PASSWORD)
    who.user.must_change_password = False
    who.user.save()
    page.get_by_label("用户名").fill(who.user.username)
    page.get_by_label("密码").fill(PASSWORD)
    page.get_by_role("button", name="登录").click()


def said(page: Page, words: str) -> None:
    expect(page.locator(".note-toast", has_text=words)).to_be_visible(timeout=15_000)


def test_words_of_the_last_seconds_come_back_after_signing_in(writing: Page, order: FollowUpOrder, cast: Cast):
    writing.locator("#note").fill(WORDS)
    revoke()
    writing.reload()
    expect(writing.get_by_role("heading", name="登录")).to_be_visible()
    sign_in_by_hand(writing, cast.chen)
    writing.wait_for_url(f"**{form_of(order)}")
    expect(writing.locator("#note")).to_have_value(WORDS)
    said(writing, "未保存的内容已恢复")
    assert_page_ok(writing)
    look(writing, "draft-back-390")
    expect(writing.locator("[data-draft-note]")).to_contain_text("已存", timeout=15_000)
    assert writing.evaluate(KEPT) == ""


def test_a_save_that_meets_an_ended_session_is_told_at_once(writing: Page, order: FollowUpOrder, cast: Cast):
    revoke()
    writing.locator("#note").fill(WORDS)
    said(writing, "登录已结束")
    expect(writing.locator("[data-draft-note]")).to_contain_text("已退出登录，草稿")
    assert_page_ok(writing)
    look(writing, "draft-signed-out-390")
    writing.locator("#note").press_sequentially("，已换药")
    writing.get_by_role("link", name="重新登录").click()
    sign_in_by_hand(writing, cast.chen)
    writing.wait_for_url(f"**{form_of(order)}")
    expect(writing.locator("#note")).to_have_value(f"{WORDS}，已换药")


def test_a_result_sent_after_the_session_ended_is_back_and_counts_once(writing: Page, order: FollowUpOrder, cast: Cast):
    writing.locator("#note").fill(WORDS)
    writing.locator("label", has=writing.locator('input[name="outcome"][value="completed"]')).click()
    writing.locator("label", has=writing.locator('input[name="has_finding"][value="0"]')).click()
    revoke()
    writing.get_by_role("button", name="提交，下一位").click()
    sign_in_by_hand(writing, cast.chen)
    writing.wait_for_url(f"**{form_of(order)}")
    expect(writing.locator("#note")).to_have_value(WORDS)
    expect(writing.locator('input[name="outcome"][value="completed"]')).to_be_checked()
    writing.get_by_role("button", name="提交，下一位").click()
    said(writing, "已记录：完成")
    assert writing.evaluate(KEPT) == ""
    with hospital_scope(cast.hospital):
        assert list(Attempt.objects.values_list("note", flat=True)) == [WORDS]


def test_a_form_sent_back_with_errors_can_be_opened_anew(writing: Page, order: FollowUpOrder):
    writing.locator("#note").fill(WORDS)
    writing.get_by_role("button", name="提交，下一位").click()
    expect(writing.locator("main")).to_contain_text("选择")
    writing.wait_for_url(f"**{form_of(order)}")
    writing.reload()
    expect(writing.locator("#note")).to_have_value(WORDS)


def test_the_words_are_gone_with_the_first_page_of_somebody_else(
    writing: Page, order: FollowUpOrder, cast: Cast, sign_in: Callable[..., None]
):
    writing.locator("#note").fill(WORDS)
    revoke()
    writing.reload()
    assert WORDS in writing.evaluate(KEPT)
    sign_in(writing, cast.sun)
    writing.goto("/north/me/")
    assert writing.evaluate(KEPT) == ""
    sign_in(writing, cast.chen)
    writing.goto(form_of(order))
    expect(writing.locator("#note")).to_have_value("")


def test_the_administration_takes_them_away_too(writing: Page, cast: Cast, sign_in: Callable[..., None]):
    writing.locator("#note").fill(WORDS)
    revoke()
    writing.reload()
    sign_in(writing, cast.deng)
    writing.goto("/north/admin/")
    assert writing.evaluate(KEPT) == ""


def test_whoever_signs_out_leaves_nothing_behind(writing: Page):
    writing.locator("#note").fill(WORDS)
    writing.evaluate("document.querySelector('form[data-sign-out]').requestSubmit()")
    writing.wait_for_url(re.compile("/accounts/login/"))
    assert writing.evaluate(KEPT) == ""


@pytest.fixture
def overtaken(writing: Page, order: FollowUpOrder, cast: Cast) -> Page:
    """A colleague finished the call after the session had ended with words unsent; Dr Chen is back at the form."""
    writing.locator("#note").fill(WORDS)
    writing.locator("label", has=writing.locator('input[name="outcome"][value="completed"]')).click()
    revoke()
    writing.reload()
    with hospital_scope(cast.hospital):
        overtake(order, cast.sun)
    sign_in_by_hand(writing, cast.chen)
    writing.wait_for_url(f"**{form_of(order)}")
    return writing


def test_words_are_shown_where_a_colleague_finished_the_order(overtaken: Page, order: FollowUpOrder, cast: Cast):
    left = overtaken.locator("[data-draft-left]")
    expect(left.locator("#left-title")).to_have_text(re.compile(r"^\d\d-\d\d \d\d:\d\d 写下的内容未发送$"))
    expect(left).to_contain_text(f"备注{WORDS}")
    expect(left).to_contain_text("结果完成")
    assert_page_ok(overtaken)
    look(overtaken, "draft-left-390")
    overtaken.goto(f"/north/followups/orders/{order.public_id}/")
    expect(overtaken.locator("[data-draft-left]")).to_contain_text(WORDS)
    assert_page_ok(overtaken)
    with hospital_scope(cast.hospital):
        assert list(Attempt.objects.values_list("note", flat=True)) == ["已完成"]


def test_words_are_discarded_when_the_question_is_answered(overtaken: Page):
    left = overtaken.locator("[data-draft-left]")
    left.get_by_role("button", name="丢弃").click()
    question = overtaken.get_by_role("dialog")
    expect(question).to_contain_text("丢弃这段内容")
    question.get_by_role("button", name="取消").click()
    assert WORDS in overtaken.evaluate(KEPT)
    left.get_by_role("button", name="丢弃", exact=True).click()
    question.get_by_role("button", name="丢弃这段内容").click()
    expect(left).to_have_count(0)
    assert overtaken.evaluate(KEPT) == ""
    overtaken.reload()
    expect(overtaken.locator("[data-draft-left]")).to_be_hidden()


def test_words_are_shown_to_nobody_else(
    overtaken: Page, order: FollowUpOrder, cast: Cast, sign_in: Callable[..., None]
):
    sign_in(overtaken, cast.sun)
    overtaken.goto(f"/north/followups/orders/{order.public_id}/")
    expect(overtaken.locator("[data-draft-left]")).to_be_hidden()
    assert (WORDS in overtaken.content(), overtaken.evaluate(KEPT)) == (False, "")


def test_a_form_left_open_keeps_its_words_when_a_colleague_finishes(
    cast: Cast, desktop: Page, sign_in: Callable[..., None]
):
    waiting = order_of(cast, cast.sun, days=0)
    desktop.on("dialog", lambda dialog: dialog.accept())
    sign_in(desktop, cast.sun)
    bench = f"/north/followups/calls/?order={waiting.public_id}"
    desktop.goto(bench)
    with hospital_scope(cast.hospital):
        overtake(waiting, cast.qian)
    desktop.locator("#note").fill(WORDS)
    expect(desktop.locator("[data-draft-note]").first).to_contain_text("已在别处提交", timeout=15_000)
    desktop.goto(bench)
    expect(desktop.locator("#rail [data-draft-left]")).to_contain_text(WORDS)
    assert_page_ok(desktop)
    look(desktop, "draft-left-1440")


def test_after_a_day_they_are_gone(writing: Page):
    writing.locator("#note").fill(WORDS)
    revoke()
    writing.reload()
    writing.evaluate(
        """() => Object.keys(localStorage).filter((k) => k.startsWith('crm:draft:')).forEach((k) => {
          const copy = JSON.parse(localStorage.getItem(k)); copy.since -= 24 * 3600 * 1000 + 1;
          localStorage.setItem(k, JSON.stringify(copy)); })"""
    )
    writing.reload()
    assert writing.evaluate(KEPT) == ""
