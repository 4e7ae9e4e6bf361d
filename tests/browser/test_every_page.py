"""The first day of a hospital: every page of every role opens without a fault while there is nothing on it yet."""

import pytest
from playwright.sync_api import Page

from accounts.roles import SHIPPED_ROLES
from tests.browser.tools import assert_page_ok, look
from tests.cast import BY_ROLE, Cast

pytestmark = pytest.mark.django_db(transaction=True)

ON_THE_PHONE = ["physician", "nurse", "head_nurse", "department_head", "hospital_leader", "liaison", "station_staff"]


def walk(page: Page, name: str) -> None:
    """Every entry of the navigation, then the own settings."""
    page.goto("/north/")
    addresses = page.locator(".sidenav a").evaluate_all("(links) => links.map((a) => a.getAttribute('href'))")
    for number, address in enumerate([*addresses, "/north/me/"]):
        answer = page.goto(address)
        assert answer is not None
        assert answer.ok, f"{address}: {answer.status}"
        assert_page_ok(page)
        look(page, f"first-day-{name}-{number}")


@pytest.mark.parametrize("role", [role for role in SHIPPED_ROLES if role in BY_ROLE])
def test_on_the_desk(cast: Cast, desktop: Page, sign_in, role):
    sign_in(desktop, cast.holding(role))
    walk(desktop, f"{role}-1440")


@pytest.mark.parametrize("role", ON_THE_PHONE)
def test_on_the_phone(cast: Cast, phone: Page, sign_in, role):
    sign_in(phone, cast.holding(role))
    walk(phone, f"{role}-390")
