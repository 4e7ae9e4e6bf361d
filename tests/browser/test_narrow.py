"""Lists and sheets on the phone: a name stays on its line, paper fits the width."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page

from tests.browser.tools import assert_page_ok
from tests.cast import Cast
from tests.followups.scene import order_of

pytestmark = pytest.mark.django_db(transaction=True)


def test_name_stays_on_one_line_where_there_is_nothing_to_tick(cast: Cast, phone: Page, sign_in: Callable[..., None]):
    order_of(cast, cast.chen, attending=cast.chen, days=-2, tier="A")
    sign_in(phone, cast.holding("department_head"))
    phone.goto("/north/followups/behind/?measure=due")
    assert_page_ok(phone)
    assert phone.locator(".k-who").first.bounding_box()["height"] < 32


def test_ward_list_on_paper_fits_the_phone(cast: Cast, phone: Page, sign_in: Callable[..., None]):
    order_of(cast, cast.li)
    sign_in(phone, cast.holding("head_nurse"))
    phone.goto("/north/followups/ward/print/")
    assert_page_ok(phone)


def test_purpose_of_a_full_name_is_asked_in_plain_size(cast: Cast, phone: Page, sign_in: Callable[..., None]):
    order = order_of(cast, cast.chen, attending=cast.chen)
    sign_in(phone, cast.holding("agent"))
    phone.goto(f"/north/patients/{order.patient.public_id}/")
    phone.locator("details.reveal summary").first.click()
    box = phone.locator(".reveal-box").first
    assert box.evaluate("(e) => [getComputedStyle(e).fontSize, getComputedStyle(e).fontWeight]") == ["14px", "400"]
