"""Lists and boards of which views are kept, wide and narrow: the menu opens, keeps a view, and lies in reach."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from hospital_crm.tenancy.scope import hospital_scope
from tests.browser.tools import assert_page_ok, look
from tests.cast import Cast
from tests.followups.scene import order_of, submitted_of
from tests.groups.factories import GroupCustomerFactory, GroupMemberFactory

pytestmark = pytest.mark.django_db(transaction=True)
PAGES = {
    "agent": ("followups/calls/?list=late", "followups/dissatisfactions/?list=own"),
    "centre_manager": (
        *("followups/dispatch/?list=late", "followups/review/?list=all", "groups/?sort=-members"),
        *("reports/centre/?period=week", "groups/{unit}/members/?list=key"),
    ),
    "hospital_leader": ("reports/?period=last",),
    "department_head": ("followups/board/?period=year",),
    "information_officer": ("imports/?list=done", "patients/duplicates/?show=sure"),
    "auditor": ("audit/events/?staff=sun",),
}


@pytest.mark.parametrize("width", [390, 1440])
@pytest.mark.parametrize("role", PAGES)
def test_views_are_in_reach(
    cast: Cast, open_browser: Callable[..., Page], sign_in: Callable[..., None], role: str, width: int
) -> None:
    order_of(cast, cast.chen, attending=cast.chen, days=-1, tier="A"), submitted_of(cast, cast.chen)
    with hospital_scope(cast.hospital):
        unit = GroupCustomerFactory(name="云泽机械厂", staff_count=1200)
        GroupMemberFactory(group=unit, is_key_person=True)
        GroupCustomerFactory(name="柳溪中学", region="柳溪区")
    page = open_browser(width=width, height=900)
    sign_in(page, cast.holding(role))
    for place, path in enumerate(PAGES[role]):
        page.goto(f"/north/{path.format(unit=unit.public_id)}")
        page.locator("summary", has_text="视图").first.click()
        expect(page.locator("#view-name")).to_be_visible()
        look(page, f"views-{role}-{place}-{width}")
        assert_page_ok(page)
    page.locator("#view-name").fill("我的")
    page.get_by_role("button", name="保存视图").click()
    expect(page.locator("summary", has_text="我的").first).to_be_visible()
    look(page, f"views-kept-{role}-{width}")
