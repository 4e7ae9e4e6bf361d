"""On the phone nothing that is touched is lower than 44 px, on the main pages of each role and on pages with forms."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page

from accounts.roles import SHIPPED_ROLES
from hospital_crm.tenancy.scope import hospital_scope
from tests.browser.tools import settle, small_targets
from tests.cast import BY_ROLE, Cast
from tests.followups.scene import order_of, submitted_of
from tests.groups.factories import GroupCustomerFactory
from tests.patients.factories import PatientFactory

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def work(cast: Cast) -> dict[str, str]:
    """Something on each list: an order, a result, a person, two units; addresses of their pages by what they are."""
    order = order_of(cast, cast.chen, attending=cast.chen, days=-1, tier="A")
    order_of(cast, cast.sun, days=0)
    nursed = order_of(cast, cast.holding("nurse"), days=0)
    submitted_of(cast, cast.chen)
    with hospital_scope(cast.hospital):
        person = PatientFactory(name="王甲")
        unit, other = (
            GroupCustomerFactory(name=name, owner=cast.holding("liaison")) for name in ("云泽机械", "柳溪中学")
        )
    return {
        "result": f"/north/followups/orders/{order.public_id}/result/",
        "order": f"/north/followups/orders/{order.public_id}/",
        "attended": f"/north/patients/{order.patient.public_id}/",
        "nursed": f"/north/patients/{nursed.patient.public_id}/",
        "person": f"/north/patients/{person.public_id}/",
        "request": f"/north/patients/{person.public_id}/requests/new/",
        "unit": f"/north/groups/{unit.public_id}/",
        "unite": f"/north/groups/{unit.public_id}/with/{other.public_id}/",
        "levels": "/north/patients/members/levels/",
        "segment": "/north/segments/new/",
        "record": "/north/patients/new/",
    }


# Who works on the phone touches links within a sentence, too.
WITH_SENTENCES = ("physician", "nurse", "head_nurse", "station_staff")
FORMS = {
    "agent": ("person", "record", "segment"),
    "physician": ("result", "order", "attended"),
    "nurse": ("nursed",),
    "centre_manager": ("levels", "segment", "request", "person"),
    "liaison": ("unit", "unite"),
}


@pytest.mark.parametrize("role", [role for role in SHIPPED_ROLES if role in BY_ROLE])
def test_nothing_that_is_touched_is_lower_than_44_px(
    cast: Cast, phone: Page, work: dict[str, str], sign_in: Callable[..., None], role: str
):
    sign_in(phone, cast.holding(role))
    phone.goto("/north/")
    addresses = phone.locator(".sidenav a").evaluate_all("(links) => links.map((a) => a.getAttribute('href'))")
    faults = {}
    pages = [address for address in addresses if "/admin/" not in address]  # the administration is for the desk
    for address in [*pages, "/north/me/", *(work[name] for name in FORMS.get(role, ()))]:
        answer = phone.goto(address)
        assert answer is not None
        assert answer.ok, f"{address}: {answer.status}"
        settle(phone)
        if small := small_targets(phone, sentences=role in WITH_SENTENCES):
            faults[address] = small
    assert faults == {}


def test_a_page_of_an_entry_behind_more_lights_it(cast: Cast, phone: Page, sign_in: Callable[..., None]):
    sign_in(phone, cast.holding("centre_manager"))
    phone.goto("/north/patients/members/levels/")
    lit = phone.locator(".sidenav [aria-current=page]")
    assert [words.strip() for words in lit.all_text_contents()] == ["特需会员"]
    more, idle = phone.locator(".tabs summary"), phone.locator(".tabs > a").first
    colour = "(e) => getComputedStyle(e).color"
    assert more.evaluate(colour) != idle.evaluate(colour)
