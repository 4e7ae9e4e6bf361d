"""Boxes of the admin that search while one types say what they are for, closed, open and filled."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.tools import accessibility_faults, look
from tests.cast import Cast

pytestmark = pytest.mark.django_db(transaction=True)


def test_box_for_a_member_of_staff_has_the_name_of_its_field(
    cast: Cast, desktop: Page, sign_in: Callable[..., None]
) -> None:
    cast.li  # noqa: B018 - made to be found
    sign_in(desktop, cast.an)
    desktop.goto("/north/admin/accounts/staffrole/add/")
    box = desktop.locator(".select2-selection")
    expect(box).to_have_accessible_name("员工： 员工")
    assert accessibility_faults(desktop) == []
    box.click()
    typing = desktop.locator(".select2-search__field")
    expect(typing).to_have_accessible_name("员工：")
    assert accessibility_faults(desktop) == []
    typing.fill("李护士")
    desktop.locator(".select2-results__option", has_text="李护士").click()
    expect(box).to_have_accessible_name("员工： 李护士")
    look(desktop, "admin-box-1440")
