"""The head's board says what is wrong with a step in full, at every width of a desk."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page

from hospital_crm.tenancy.scope import hospital_scope
from tests.browser.tools import assert_page_ok, look
from tests.cast import Cast
from tests.followups.factories import DissatisfactionFactory
from tests.followups.scene import order_of, submitted_of

pytestmark = pytest.mark.django_db(transaction=True)

_CUT = """() => [...document.querySelectorAll('#todo .k-state')].filter((cell) => cell.scrollWidth > cell.clientWidth
  || cell.scrollHeight > cell.clientHeight).map((cell) => cell.textContent)"""


@pytest.mark.parametrize("width", [1280, 1920])
def test_what_is_wrong_is_never_cut(
    cast: Cast, open_browser: Callable[..., Page], sign_in: Callable[..., None], width: int
) -> None:
    order_of(cast, cast.chen, attending=cast.chen, days=-4, tier="A", step__least_attempts=2)
    flawed = submitted_of(cast, cast.chen, note="", has_finding=True, next_step="", has_dissatisfaction=True)
    with hospital_scope(cast.hospital):
        DissatisfactionFactory(order=flawed, patient=flawed.patient, handling="", state="open")
    page = open_browser(width, 1080)
    sign_in(page, cast.wang)
    page.goto("/north/followups/board/")
    flawed_words, late_words = page.locator("#todo .k-state").all_text_contents()
    assert flawed_words == "完成但备注为空，有红旗，未写下一步，有不满，未写处理"
    assert late_words in ("超时3天，只试0/2次", "超时4天，只试0/2次")  # by the hour of the day
    assert page.evaluate(_CUT) == []
    assert_page_ok(page)
    look(page, f"board-{width}")
