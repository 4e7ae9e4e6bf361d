"""The queue of a feed in a browser: a message set aside is opened, corrected and applied; another is left aside."""

import datetime as dt
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from accounts.models import Hospital
from hospital_crm.tenancy.scope import hospital_scope
from integrations.domain.hl7 import as_inbound
from integrations.domain.inbox import apply_due
from integrations.domain.receiving import receive
from integrations.models import Feed, InboundRecord
from patients.models import Patient
from tests.browser.tools import assert_page_ok, look
from tests.cast import Cast
from tests.integrations.hl7_messages import adt, pv1

pytestmark = pytest.mark.django_db(transaction=True)
NOW = dt.datetime(2026, 6, 2, 2, tzinfo=dt.UTC)


def bring(north: Hospital) -> None:
    """Three messages: one that names nobody, one that deletes a visit without naming it, one that is good."""
    messages = [
        adt("A01", "1001", pv1=pv1(), pid="PID|1||||甘书远||19600102|M"),
        adt("A23", "1002", number="M2", name="乔明"),
        adt("A28", "1003", number="M3", name="章其年"),
    ]
    with hospital_scope(north):
        feed = Feed.objects.create(kind="hl7", name="his", title="门诊住院系统", silence_minutes=30)
        receive(feed, [one for one, _ in as_inbound(messages)], now=NOW, ask=False)
    apply_due(north, NOW)


@pytest.mark.parametrize("screen", ["desktop", "phone"])
def test_officer_corrects_a_message_and_leaves_another_aside(
    request: pytest.FixtureRequest, cast: Cast, sign_in: Callable[..., None], screen: str
) -> None:
    page: Page = request.getfixturevalue(screen)
    bring(cast.hospital)
    sign_in(page, cast.he)
    page.goto("/north/imports/feeds/")
    expect(page.locator("table")).to_contain_text("门诊住院系统")
    assert_page_ok(page)
    look(page, f"feeds-{screen}-1-health")
    page.goto("/north/imports/feeds/messages/")
    assert_page_ok(page)
    look(page, f"feeds-{screen}-2-queue")
    page.get_by_role("link", name="ADT^A01").click()
    expect(page.get_by_text("甘*远")).to_be_visible()
    expect(page.locator("main")).not_to_contain_text("甘书远")
    assert_page_ok(page)
    look(page, f"feeds-{screen}-3-message")
    page.get_by_role("link", name="更正").click()
    page.get_by_label("患者号码").fill("M1^^^H^MR")
    assert_page_ok(page)
    look(page, f"feeds-{screen}-4-correct")
    page.get_by_role("button", name="更正并入库").click()
    expect(page.locator("main")).to_contain_text("已")
    apply_due(cast.hospital, NOW)
    page.reload()
    expect(page.locator("main")).to_contain_text("已入库")
    page.goto("/north/imports/feeds/messages/")
    page.get_by_role("link", name="ADT^A23").click()
    page.get_by_label("不予入库的原因").fill("院内已核对")
    page.get_by_role("button", name="不予入库").click()
    expect(page.locator("main")).to_contain_text("院内已核对")
    with hospital_scope(cast.hospital):
        assert set(Patient.objects.values_list("name", "mrn")) == {("甘书远", "M1"), ("章其年", "M3")}
        assert sorted(InboundRecord.objects.values_list("state", flat=True)) == ["applied", "applied", "ignored"]
