"""One call open in two tabs of one person: what was sent second is not lost and makes no second attempt."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from followups.models import Attempt, FollowUpOrder
from hospital_crm.tenancy.scope import hospital_scope
from tests.browser.tools import assert_page_ok, look, watched
from tests.cast import Cast
from tests.followups.scene import order_of

pytestmark = pytest.mark.django_db(transaction=True)

FIRST, SECOND = "第一页写的：切口干燥", "第二页写的：按时服药"


@pytest.fixture
def tabs(cast: Cast, phone: Page, sign_in: Callable[..., None]) -> tuple[FollowUpOrder, Page, Page]:
    """The order, and the form of its result twice; both tabs leave without asking."""
    order = order_of(cast, cast.chen, attending=cast.chen, days=0, tier="A")
    sign_in(phone, cast.chen)
    other = watched(phone.context)
    for page in (phone, other):
        page.on("dialog", lambda dialog: dialog.accept())
        page.goto(f"/north/followups/orders/{order.public_id}/result/")
    return order, phone, other


def choose(page: Page, outcome: str, note: str) -> None:
    group = "not_reached" if outcome == "no_answer" else "reached"
    page.locator("label", has=page.locator(f'input[name="group"][value="{group}"]')).click()
    page.locator("label", has=page.locator(f'input[name="outcome"][value="{outcome}"]')).click()
    page.locator("label", has=page.locator('input[name="has_finding"][value="0"]')).click()
    page.locator("#note").fill(note)


def send(page: Page) -> None:
    page.get_by_role("button", name="提交，下一位").click()
    page.wait_for_load_state("load")


def notes(cast: Cast) -> list[str]:
    with hospital_scope(cast.hospital):
        return list(Attempt.objects.order_by("pk").values_list("note", flat=True))


def test_what_a_second_tab_sends_after_the_first_completed_stands_to_be_copied(cast: Cast, tabs) -> None:  # noqa: ANN001
    _order, first, second = tabs
    choose(second, "completed", SECOND)
    choose(first, "completed", FIRST)
    send(first)
    expect(first.get_by_role("status").first).to_contain_text("已记录：完成")
    send(second)
    expect(second.locator("main")).to_contain_text(SECOND)
    expect(second.locator("main")).to_contain_text("这条指令已先行处理")
    assert_page_ok(second)
    look(second, "two-tabs-completed-390")
    assert notes(cast) == [FIRST]


def test_what_a_second_tab_sends_after_a_try_in_vain_stays_in_the_form(cast: Cast, tabs) -> None:  # noqa: ANN001
    _order, first, second = tabs
    choose(second, "completed", SECOND)
    choose(first, "no_answer", FIRST)
    send(first)
    expect(first.get_by_role("status").first).to_contain_text("已记录：无人接听")
    send(second)
    expect(second.locator("#note")).to_have_value(SECOND)
    expect(second.locator('input[name="has_finding"][value="0"]')).to_be_checked()
    assert_page_ok(second)
    look(second, "two-tabs-tried-390")
    assert notes(cast) == [FIRST]
    send(second)
    expect(second.get_by_role("status").first).to_contain_text("已记录：完成")
    assert notes(cast) == [FIRST, SECOND]


def test_a_tab_that_writes_on_after_the_other_has_sent_loses_nothing(cast: Cast, tabs) -> None:  # noqa: ANN001
    _order, first, second = tabs
    choose(first, "completed", FIRST)
    send(first)
    second.locator("#note").fill(SECOND)
    expect(second.locator("[data-draft-note]")).to_contain_text("已在别处提交", timeout=15_000)
    expect(second.locator("#note")).to_have_value(SECOND)
    send(second)
    expect(second.locator("main")).to_contain_text(SECOND)
    assert notes(cast) == [FIRST]
