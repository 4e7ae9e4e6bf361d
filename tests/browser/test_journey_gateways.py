"""Gateways, letters and what came back, as the administrator and the service centre see them, wide and narrow."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page

from accounts.models import Hospital
from hospital_crm.tenancy.scope import hospital_scope
from messaging.models import GatewayAccount, Letter
from tests.browser.tools import assert_page_ok, look
from tests.cast import Cast
from tests.messaging.factories import MessageFactory
from tests.messaging.gateway_factories import (
    GatewayAccountFactory,
    GatewayTrialFactory,
    InboundMailFactory,
    LetterFactory,
    ReplyFactory,
    SenderCheckFactory,
)
from tests.patients.factories import PatientFactory

pytestmark = pytest.mark.django_db(transaction=True)
SIZES = ((390, 844), (1920, 1080))
SignIn = Callable[..., None]


@pytest.fixture
def scene(north: Hospital, cast: Cast) -> None:
    """An account with a test, a check, a letter that waits and one that was printed, a reply and a mail to read."""
    with hospital_scope(north):
        GatewayTrialFactory(account=GatewayAccountFactory(), asked_by=cast.deng, state="handed_over")
        SenderCheckFactory(asked_by=cast.deng)
        waiting = MessageFactory(
            staff=None,
            person=PatientFactory(name="王小明", address="清江县一号"),
            channel="letter",
            state="handed_over",
            address="清江县一号",
            subject="复诊提醒",
            body="请按时复诊",
        )
        LetterFactory(message=waiting, batch=None)
        LetterFactory(batch__made_by=cast.qian)
        ReplyFactory()
        InboundMailFactory()
        MessageFactory(
            staff=cast.li, channel="email", state="handed_over", reason="stored_only", subject="今日随访", body="五项"
        )


@pytest.mark.parametrize("size", SIZES)
def test_pages_of_the_administrator(
    open_browser: Callable[..., Page], sign_in: SignIn, cast: Cast, scene: None, size: tuple[int, int]
) -> None:
    page = open_browser(*size)
    sign_in(page, cast.deng)
    with hospital_scope(cast.deng.hospital):
        account = GatewayAccount.objects.get()
    paths = ("", f"{account.public_id}/", "new/?kind=sms_aliyun", "console/", "sender/", "words/")
    for number, path in enumerate(paths):
        page.goto(f"/north/messages/gateways/{path}")
        assert_page_ok(page)
        look(page, f"gateways-{number}-{size[0]}")


@pytest.mark.parametrize("size", SIZES)
def test_pages_of_the_service_centre(
    open_browser: Callable[..., Page], sign_in: SignIn, cast: Cast, scene: None, size: tuple[int, int]
) -> None:
    page = open_browser(*size)
    sign_in(page, cast.qian)
    for path in ("letters", "replies", "mails"):
        page.goto(f"/north/messages/{path}/")
        assert_page_ok(page)
        look(page, f"post-{path}-{size[0]}")


def test_letter_is_printed_posted_and_comes_back(
    open_browser: Callable[..., Page], sign_in: SignIn, cast: Cast, scene: None
) -> None:
    page = open_browser(1440, 900)
    sign_in(page, cast.qian)
    page.goto("/north/messages/letters/")
    page.get_by_role("button", name="打印一批").click()
    page.get_by_text("清江县一号").wait_for()
    look(page, "post-sheet-1440")
    with hospital_scope(cast.qian.hospital):
        code = Letter.objects.get(message__subject="复诊提醒").code
    page.goto("/north/messages/letters/")
    page.get_by_role("button", name="已寄出").first.click()
    back = page.get_by_role("region", name="退回信函")
    back.get_by_label("信函上的回执码").fill(code)
    back.get_by_role("button", name="登记", exact=True).click()
    page.get_by_text("已登记退回。").wait_for()
    with hospital_scope(cast.qian.hospital):
        letter = Letter.objects.select_related("message").get(code=code)
    assert (letter.message.state, letter.returned_at is not None) == ("failed", True)
