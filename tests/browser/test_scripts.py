"""What the scripts do, on the page that shows every component: no inline code, nothing sent twice, nothing lost."""

import json
import re
from collections.abc import Callable

import pytest
from django.utils import timezone, translation
from playwright.sync_api import Page, Route, expect

from hospital_crm.shell.middleware import POLICY
from tests.browser.conftest import DESKTOP
from tests.browser.tools import assert_page_ok, look
from tests.shell.kit import BENCH, CONFIRM, KIT, SHANGHAI, rendered

pytestmark = pytest.mark.django_db(transaction=True)


class Kit:
    """A server of its own for the kit's pages: answers, and remembers what it was sent."""

    def __init__(self, page: Page, language: str = "zh-hans") -> None:
        self.page, self.language = page, language
        self.received: list[tuple[str, str]] = []
        self.draft_status = 200
        self.holds_drafts, self.held = False, []
        page.route(re.compile(r"/kit/"), self.answer)

    def answer(self, route: Route) -> None:
        name = route.request.url.split("/kit/")[1].split("?")[0].strip("/")
        if route.request.method == "POST":
            self.received.append((name, route.request.post_data or ""))
        if name == "draft":
            return self.held.append(route) if self.holds_drafts else self.answer_draft(route)
        source = {"confirm": CONFIRM, "bench": BENCH}.get(name, KIT)
        with timezone.override(SHANGHAI), translation.override(self.language):
            body = rendered(source)
        return route.fulfill(
            body=body, content_type="text/html; charset=utf-8", headers={"Content-Security-Policy": POLICY}
        )

    def answer_draft(self, route: Route) -> None:
        """That the draft is saved, or why not."""
        route.fulfill(status=self.draft_status, body=json.dumps({"saved_at": "10:42"}), content_type="application/json")

    def sent(self, name: str) -> list[str]:
        """Bodies posted to one address."""
        return [body for place, body in self.received if place == name]


@pytest.fixture
def kit(desktop: Page) -> Kit:
    """The kit, open on a desk."""
    kit = Kit(desktop)
    desktop.goto("/kit/")
    return kit


@pytest.mark.parametrize(
    ("width", "theme", "language"),
    [
        (390, "light", "zh-hans"),
        (390, "dark", "en"),
        (1440, "light", "en"),
        (1440, "dark", "zh-hans"),
        (1920, "light", "zh-hant"),
    ],
)
def test_every_component_on_every_screen_in_every_language(open_browser: Callable[..., Page], width, theme, language):
    page = open_browser(width, 2200, color_scheme=theme)
    Kit(page, language)
    page.goto("/kit/")
    assert_page_ok(page)
    look(page, f"kit-{width}-{theme}-{language}")


def test_the_bulk_button_carries_the_number_and_asks_in_a_dialog(kit: Kit, desktop: Page):
    remind = desktop.locator("#remind")
    expect(remind).to_be_disabled()
    desktop.get_by_label("选中第1行").check()
    desktop.get_by_label("选中第2行").check()
    expect(remind).to_have_text("催办2步")
    desktop.get_by_role("button", name="选中全部1000+条").click()
    expect(remind).to_have_text("催办1000+步")
    desktop.get_by_label("选中第3行").uncheck()
    expect(remind).to_have_text("催办2步")
    remind.click()
    box = desktop.get_by_role("dialog", name="催办2步")
    expect(box).to_contain_text("提醒2位医师。")
    assert "picked=1" in kit.sent("confirm")[0] or 'name="picked"' in kit.sent("confirm")[0]
    assert_page_ok(desktop)
    look(desktop, "dialog-1440")
    box.get_by_role("link", name="取消").click()
    expect(box).to_be_hidden()
    assert kit.sent("sent") == []


def test_a_confirmation_sends_what_it_carries_once(kit: Kit, desktop: Page):
    desktop.locator("#ask").click()
    desktop.get_by_role("dialog").get_by_role("button", name="催办2步").click()
    desktop.wait_for_url("**/kit/sent/")
    assert len(kit.sent("sent")) == 1
    assert "picked=1&picked=2&confirmed=1" in kit.sent("sent")[0]


def test_a_stray_enter_decides_nothing(kit: Kit, desktop: Page):
    desktop.get_by_label("说明").fill("不必要")
    desktop.keyboard.press("Enter")
    desktop.get_by_role("button", name="拒绝").click()
    desktop.wait_for_url("**/kit/sent/")
    assert ["act=refuse" in body for body in kit.sent("sent")] == [True]


def test_a_dialog_is_sent_by_ctrl_enter(kit: Kit, desktop: Page):
    desktop.locator("#ask").click()
    desktop.get_by_role("dialog").get_by_role("button", name="催办2步").focus()
    desktop.keyboard.press("Control+Enter")
    desktop.wait_for_url("**/kit/sent/")
    assert "confirmed=1" in kit.sent("sent")[0]


def test_without_scripts_the_confirmation_is_a_page(open_browser: Callable[..., Page]):
    page = open_browser(**DESKTOP, java_script_enabled=False)
    Kit(page)
    page.goto("/kit/")
    page.locator("#ask").click()
    expect(page.get_by_role("heading", name="催办2步")).to_be_visible()


def test_rows_are_walked_and_opened_from_the_keyboard(kit: Kit, desktop: Page):
    desktop.keyboard.press("j")
    desktop.keyboard.press("j")
    desktop.keyboard.press("k")
    expect(desktop.locator("#rows tr[aria-current=true] a")).to_have_attribute("href", "#row-1")
    desktop.keyboard.press("Enter")
    desktop.wait_for_url("**#row-1")


def test_help_opens_by_question_mark_and_closes_by_escape(kit: Kit, desktop: Page):
    desktop.keyboard.press("Shift+Slash")
    box = desktop.get_by_role("dialog", name="快捷键")
    expect(box).to_be_visible()
    desktop.keyboard.press("Escape")
    expect(box).to_be_hidden()


def test_rows_are_walked_from_the_rail_and_never_from_a_text(desktop: Page):
    Kit(desktop)
    desktop.goto("/kit/bench/")
    rows = desktop.locator("[data-keys=rows] [data-row]")
    desktop.locator("input[value=done]").focus()
    desktop.keyboard.press("j")
    expect(rows.nth(0).locator("[data-open]")).to_be_focused()
    desktop.locator("input[value=done]").focus()
    desktop.keyboard.press("j")
    expect(rows.nth(1)).to_have_attribute("aria-current", "true")
    desktop.locator("input[value=done]").focus()
    desktop.keyboard.press("k")
    expect(rows.nth(0)).to_have_attribute("aria-current", "true")
    desktop.get_by_label("备注").press_sequentially("jk")
    expect(desktop.get_by_label("备注")).to_have_value("jk")
    expect(rows.nth(0)).to_have_attribute("aria-current", "true")
    expect(desktop.locator("input[value=done]")).not_to_be_checked()


def test_inside_the_rail_letters_choose_and_in_a_text_they_type(desktop: Page):
    kit = Kit(desktop)
    desktop.goto("/kit/bench/")
    assert_page_ok(desktop)
    desktop.keyboard.press("j")
    desktop.locator("input[value=done]").focus()
    desktop.keyboard.press("q")
    expect(desktop.locator("input[value=absent]")).to_be_checked()
    desktop.keyboard.press("Numpad1")
    expect(desktop.locator("input[value=done]")).to_be_checked()
    desktop.keyboard.press("Enter")
    assert kit.sent("sent") == []
    desktop.get_by_label("备注").press_sequentially("q1j")
    expect(desktop.get_by_label("备注")).to_have_value("q1j")
    expect(desktop.locator("input[value=done]")).to_be_checked()
    desktop.keyboard.press("Control+Enter")
    desktop.wait_for_url("**/kit/sent/")
    assert len(kit.sent("sent")) == 1


def test_a_draft_saves_itself_and_is_kept_here_only_while_the_server_lacks_it(kit: Kit, desktop: Page):
    kept = "Object.keys(localStorage).filter((k) => k.startsWith('crm:draft:'))"
    note = desktop.locator("[data-draft-note]")
    kit.draft_status = 503
    desktop.locator("#id_note").fill("切口干燥")
    expect(note).to_contain_text("网络断开", timeout=10_000)
    assert desktop.evaluate(kept) == ["crm:draft:order-1"]
    kit.draft_status = 200
    expect(note).to_have_text("草稿10:42已存", timeout=15_000)
    assert desktop.evaluate(kept) == []
    assert "%E5%88%87%E5%8F%A3" in kit.sent("draft")[-1]
    assert "csrfmiddlewaretoken" not in kit.sent("draft")[-1]


def test_what_is_typed_while_a_draft_is_on_its_way_is_kept_until_it_is_saved_too(kit: Kit, desktop: Page):
    kit.holds_drafts = True
    with desktop.expect_request("**/kit/draft/") as first:
        desktop.locator("#id_note").fill("切口干燥")
    desktop.locator("#id_note").press_sequentially("，无发热")
    kit.holds_drafts = False
    kit.answer_draft(kit.held[0])
    first.value.response()
    expect(desktop.locator("[data-draft-note]")).to_have_text("草稿10:42已存")
    assert "无发热" in desktop.evaluate("localStorage.getItem('crm:draft:order-1')")


def test_a_draft_comes_back_after_the_machine_went_down(kit: Kit, desktop: Page):
    desktop.on("dialog", lambda dialog: dialog.accept())
    kit.draft_status = 503
    desktop.locator("#id_note").fill("切口干燥")
    desktop.reload()
    expect(desktop.locator("#id_note")).to_have_value("切口干燥")
    expect(desktop.locator("[data-draft-note]")).to_contain_text("已恢复本机草稿")


def test_a_result_submitted_without_a_network_stays_on_the_screen_and_is_sent_later(kit: Kit, desktop: Page):
    press = """() => { const form = document.getElementById('result');
      form.noValidate = true; document.getElementById('save').click(); }"""
    desktop.locator("#id_note").fill("切口干燥")
    desktop.context.set_offline(True)
    desktop.evaluate(press)
    expect(desktop.locator(".note-toast")).to_contain_text("网络")
    expect(desktop.locator("#id_note")).to_have_value("切口干燥")
    assert "切口干燥" in desktop.evaluate("localStorage.getItem('crm:draft:order-1')")
    assert kit.sent("sent") == []
    desktop.context.set_offline(False)
    desktop.evaluate(press)
    desktop.wait_for_url("**/kit/sent/")
    assert len(kit.sent("sent")) == 1


def test_a_draft_finished_by_somebody_else_is_sent_no_more_and_kept_here(kit: Kit, desktop: Page):
    kit.draft_status = 409
    desktop.locator("#id_note").fill("切口干燥")
    expect(desktop.locator("[data-draft-note]")).to_have_text("已在别处提交，草稿未存", timeout=10_000)
    assert "切口干燥" in desktop.evaluate("localStorage.getItem('crm:draft:order-1')")
    sent = len(kit.sent("draft"))
    desktop.locator("#id_note").fill("切口干燥，无红肿")
    desktop.wait_for_timeout(3_000)
    assert len(kit.sent("draft")) == sent


def test_a_form_is_sent_once_however_often_it_is_pressed(kit: Kit, desktop: Page):
    desktop.locator("#id_name").fill("谢小平")
    desktop.evaluate("""() => { const form = document.getElementById('result');
      form.noValidate = true; const send = document.getElementById('save');
      send.click(); send.click(); send.click(); }""")
    desktop.wait_for_url("**/kit/sent/")
    assert len(kit.sent("sent")) == 1


def test_leaving_with_unsaved_changes_is_asked(kit: Kit, desktop: Page):
    asked = []
    desktop.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.dismiss()))
    desktop.locator("#id_name").press_sequentially("谢")
    desktop.evaluate("window.location.assign('/kit/?elsewhere')")
    desktop.wait_for_timeout(300)
    assert asked == ["beforeunload"]
    assert "elsewhere" not in desktop.url


def test_a_full_number_hides_itself_after_its_time(kit: Kit, desktop: Page):
    expect(desktop.locator("#shown")).to_contain_text("13800000027")
    desktop.clock.install()
    desktop.reload()
    desktop.clock.fast_forward(61_000)
    expect(desktop.locator("#shown")).to_have_text("138****0027")
    expect(desktop.locator("#shown a")).to_have_count(0)


def test_the_purpose_is_asked_before_a_number_is_shown(kit: Kit, desktop: Page):
    desktop.get_by_label("显示完整电话").click()
    expect(desktop.get_by_role("radio", name="随访联系")).to_be_visible()
    expect(desktop.get_by_role("radio", checked=True)).to_have_count(0)
    assert_page_ok(desktop)
    look(desktop, "reveal-1440")
    desktop.keyboard.press("Escape")
    expect(desktop.get_by_role("radio", name="随访联系")).to_be_hidden()


def test_columns_are_hidden_and_stay_hidden(kit: Kit, desktop: Page):
    head = desktop.locator("th[data-col=due]")
    desktop.locator("summary.btn-plain", has_text="列").click()
    desktop.get_by_label("窗口关闭").uncheck()
    expect(head).to_be_hidden()
    desktop.reload()
    expect(head).to_be_hidden()


def test_a_message_can_be_closed_and_an_error_stays(kit: Kit, desktop: Page):
    desktop.evaluate("crm.toast('已催办4步', {undo: '/kit/undo/'})")
    desktop.evaluate("crm.toast('网络断开', {late: true})")
    toasts = desktop.locator(".note-toast")
    expect(toasts).to_have_count(2)
    assert_page_ok(desktop)
    toasts.nth(1).get_by_role("button", name="关闭").click()
    expect(toasts).to_have_count(1)
    desktop.get_by_role("button", name="撤销").click()
    desktop.wait_for_url("**/kit/undo/")
    assert len(kit.sent("undo")) == 1


def test_a_chart_is_drawn_again_in_the_other_theme(kit: Kit, desktop: Page):
    canvas = desktop.locator(".plot canvas")
    before = canvas.evaluate("(c) => c.toDataURL()")
    desktop.get_by_role("button", name="浅色或深色").first.click()
    expect(desktop.locator("html")).to_have_attribute("data-bs-theme", "dark")
    assert canvas.evaluate("(c) => c.toDataURL()") != before
    desktop.locator(".plot").hover()
    assert_page_ok(desktop)
