"""Other systems in a browser: a token is asked for, allowed by another and fetched; a webhook is entered and tried."""

from collections.abc import Callable

import pytest
from django.conf import settings
from playwright.sync_api import Page, expect

from accounts.models import ApiToken
from hospital_crm.tenancy.scope import hospital_scope
from integrations.models import WebhookDelivery
from tests.accounts.test_exports import fresh
from tests.api.systems import System
from tests.browser.tools import assert_page_ok, look
from tests.cast import Cast, client_of, give_second_factor
from tests.integrations.factories import WebhookDeliveryFactory

pytestmark = pytest.mark.django_db(transaction=True)


def enter_freshly(page: Page, who: object, address: str) -> None:
    """Signs in with the code of the second factor entered just now."""
    give_second_factor(who.user)  # type: ignore[attr-defined]
    cookie = fresh(client_of(who)).cookies[settings.SESSION_COOKIE_NAME]  # type: ignore[arg-type]
    page.context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": cookie.value, "url": address}])


@pytest.mark.parametrize("screen", ["desktop", "phone"])
def test_token_goes_from_asking_to_its_secret(
    request: pytest.FixtureRequest, cast: Cast, live_server: object, screen: str
) -> None:
    page: Page = request.getfixturevalue(screen)
    address = live_server.url  # type: ignore[attr-defined]
    enter_freshly(page, cast.qian, address)
    page.goto(f"{address}/north/api-tokens/")
    assert_page_ok(page)
    page.get_by_role("link", name="申请令牌").click()
    page.get_by_label("系统名称").fill("电话系统")
    page.get_by_label("读取客户（脱敏）").check()
    page.get_by_label("读取完整姓名与号码（不脱敏）").check()
    page.get_by_label("原因").fill("来电时显示客户")
    assert_page_ok(page)
    look(page, f"tokens-{screen}-1-ask")
    page.get_by_role("button", name="申请").click()
    expect(page.locator("main")).to_contain_text("待审批")
    enter_freshly(page, cast.an, address)
    page.goto(f"{address}/north/api-tokens/")
    assert_page_ok(page)
    look(page, f"tokens-{screen}-2-decide")
    page.get_by_role("button", name="批准").click()
    expect(page.locator("main")).to_contain_text("已批准")
    enter_freshly(page, cast.qian, address)
    page.goto(f"{address}/north/api-tokens/")
    look(page, f"tokens-{screen}-3-list")
    assert_page_ok(page)
    page.get_by_role("button", name="领取密钥").click()
    secret = page.locator("code").inner_text()
    assert_page_ok(page)
    look(page, f"tokens-{screen}-4-secret")
    assert System(cast.hospital, secret).get("token/").json()["whole_values"] is True
    with hospital_scope(cast.hospital):
        assert ApiToken.objects.get().state == "allowed"


@pytest.mark.parametrize("screen", ["desktop", "phone"])
def test_webhook_is_entered_tried_and_sent_again(
    request: pytest.FixtureRequest, cast: Cast, sign_in: Callable[..., None], screen: str
) -> None:
    page: Page = request.getfixturevalue(screen)
    sign_in(page, cast.he)
    page.goto("/north/imports/webhooks/new/")
    page.get_by_label("系统名称").fill("排队叫号")
    page.get_by_label("地址").fill("http://127.0.0.1:9/events")
    page.get_by_label("已报告死亡").check()
    page.get_by_label("就诊记录新增或更正").check()
    assert_page_ok(page)
    look(page, f"webhooks-{screen}-1-enter")
    page.get_by_role("button", name="保存").click()
    expect(page.locator("code")).to_be_visible()
    assert_page_ok(page)
    look(page, f"webhooks-{screen}-2-secret")
    page.get_by_role("link", name="已复制").click()
    page.get_by_role("button", name="发送测试").click()
    with hospital_scope(cast.hospital):
        sent = WebhookDelivery.objects.get()
        WebhookDeliveryFactory(endpoint=sent.endpoint, status=500, problem="refused", attempts=12)
        WebhookDeliveryFactory(endpoint=sent.endpoint, state="delivered", status=204, attempts=1)
    page.reload()
    expect(page.locator("main")).to_contain_text("无法连接")
    assert_page_ok(page)
    look(page, f"webhooks-{screen}-3-sent")
    page.goto("/north/imports/webhooks/")
    assert_page_ok(page)
    look(page, f"webhooks-{screen}-4-list")
