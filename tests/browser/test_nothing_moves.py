"""What comes after a page, its numbers and its icons, moves nothing that a finger or a mouse is already over."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from hospital_crm.tenancy.scope import hospital_scope
from tests.browser.tools import settle
from tests.cast import Cast
from tests.followups.scene import order_of
from tests.patients.factories import PatientFactory

pytestmark = pytest.mark.django_db(transaction=True)

# A shift below this share of the window is a line of text that became a pixel wider with its font.
HARDLY = 0.002
WATCH = """
window.moved = [];
new PerformanceObserver((list) => {
  for (const shift of list.getEntries()) {
    const what = shift.sources.map((one) => (one.node?.outerHTML ?? one.node?.data ?? "").slice(0, 90));
    window.moved.push([shift.value, what]);
  }
}).observe({ type: "layout-shift", buffered: true });
"""


def moved(page: Page) -> list[tuple[float, list[str]]]:
    return [(share, what) for share, what in page.evaluate("window.moved") if share > HARDLY]


def test_numbers_that_come_later_move_nothing(cast: Cast, screen: Page, sign_in: Callable[..., None]) -> None:
    with hospital_scope(cast.hospital):
        PatientFactory.create_batch(35)
    order_of(cast, cast.li, days=-3, run__tier="A")
    order_of(cast, None)
    order_of(cast, cast.qian)
    sign_in(screen, cast.qian)
    screen.add_init_script(WATCH)
    for path in ("patients/", "followups/calls/", "followups/dispatch/", "followups/quality/"):
        with screen.expect_response(lambda answer: "/counts/" in answer.url):
            screen.goto(f"/north/{path}")
        expect(screen.locator("#list-count")).not_to_be_empty()
        settle(screen)
        assert moved(screen) == [], path
