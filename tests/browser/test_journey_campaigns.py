"""A campaign in a browser: built, approved by a second person, sent, paused and resumed; and the articles beside it."""

from collections.abc import Callable

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from campaigns.domain import running
from campaigns.models import Campaign, CampaignRecipient
from hospital_crm.tenancy import queue
from hospital_crm.tenancy.scope import hospital_scope
from messaging.domain.own_links import WAY_OUT, links_of
from messaging.models import Message
from patients.models import Consent
from tests.browser.tools import assert_page_ok, look
from tests.campaigns.scene import campaign_of, reader, started
from tests.cast import Cast
from tests.patients.factories import IdentifierFactory

pytestmark = pytest.mark.django_db(transaction=True)
WIDE = {"width": 1920, "height": 1080}


@pytest.fixture
def readers(cast: Cast) -> None:
    """Eight who allow health education by mail, one who does not."""
    with hospital_scope(cast.hospital):
        for _n in range(8):
            reader()
        reader(allows=False)


def states(cast: Cast) -> set[str]:
    """Where the messages of the campaign are."""
    with hospital_scope(cast.hospital):
        return set(Message.objects.filter(batch__startswith="campaign:").values_list("state", flat=True))


def confirmed(page: Page, link: str, button: str, reason: str = "") -> None:
    """An act whose page opens as a dialog."""
    page.get_by_role("link", name=link, exact=True).click()
    dialog = page.get_by_role("dialog")
    if reason:
        dialog.get_by_label("原因").fill(reason)
    dialog.get_by_role("button", name=button).click()


def build(page: Page) -> str:
    """The agent builds a campaign and sends it for approval; answers its address."""
    page.goto("/north/campaigns/new/")
    page.locator("#id_name").fill("每天五分钟")
    page.locator("#id_template").select_option(label="慢性病日常管理")
    page.get_by_role("button", name="开始撰写").click()
    expect(page.get_by_role("heading", name="每天五分钟", exact=True)).to_be_visible()
    address = page.url
    page.get_by_role("link", name="受众和时间").click()
    page.locator("#id_segment").select_option(label="老年人")
    page.locator("#id_holdout_percent").fill("0")
    assert_page_ok(page)
    look(page, "campaign-about")
    page.get_by_role("button", name="保存").click()
    page.goto(f"{address}words/zh-hans/")
    page.locator("#b-0-text").fill("在家也能做的三件事")
    page.get_by_role("button", name="保存草稿").click()
    assert_page_ok(page)
    look(page, "campaign-editor")
    page.get_by_role("link", name="预览").click()
    expect(page.frame_locator("iframe").get_by_role("heading", name="在家也能做的三件事")).to_be_visible()
    look(page, "campaign-preview")
    page.goto(address)
    confirmed(page, "送审", "送审")
    expect(page.get_by_text("等待第二人审批")).to_be_visible()
    assert_page_ok(page)
    return address


def finish(cast: Cast) -> None:
    """What waits leaves, batch after batch, until the campaign is done."""
    with hospital_scope(cast.hospital):
        campaign = Campaign.objects.get()
        for _round in range(9):
            Message.objects.filter(batch=campaign.batch).update(state="delivered")
            running.feed(campaign.pk, now=timezone.now())


def test_a_campaign_is_built_approved_sent_paused_and_resumed(
    desktop: Page,
    phone: Page,
    cast: Cast,
    readers: None,
    sign_in: Callable[..., None],
    monkeypatch: pytest.MonkeyPatch,
    open_browser: Callable[..., Page],
) -> None:
    page = desktop
    sign_in(page, cast.sun)
    address = build(page)
    sign_in(phone, cast.qian)
    phone.goto(address)
    assert_page_ok(phone)
    look(phone, "campaign-approve-phone")
    confirmed(phone, "批准", "批准")
    expect(phone.get_by_text("已排期").first).to_be_visible()

    monkeypatch.setattr(running, "AHEAD", 3)
    queue.send("campaigns.work_off", cast.hospital.pk)
    page.goto(address)
    assert states(cast) == {"planned"}
    confirmed(page, "暂停", "暂停", "错字")
    expect(page.get_by_text("错字").first).to_be_visible()
    assert states(cast) == {"held"}
    confirmed(page, "恢复", "恢复")
    expect(page.get_by_text("发送中").first).to_be_visible()
    assert states(cast) == {"planned"}
    assert_page_ok(page)
    look(page, "campaign-running")
    finish(cast)
    with hospital_scope(cast.hospital):
        campaign = Campaign.objects.get()
        assert CampaignRecipient.objects.filter(campaign=campaign, outcome="send").count() == 8
        assert (campaign.state, Message.objects.filter(batch=campaign.batch).count()) == ("done", 8)
    unsubscribe_as_a_mail_program_does(open_browser(width=390, height=844), cast)
    page.goto(f"{address}why/")
    page.get_by_label("病案号").fill("M-777")
    page.get_by_role("button", name="查看").click()
    expect(page.get_by_text("名单固定时：")).to_contain_text("发送")
    expect(page.locator("tbody tr")).to_have_count(1)
    assert_page_ok(page)
    look(page, "campaign-why")


def unsubscribe_as_a_mail_program_does(stranger: Page, cast: Cast) -> None:
    """The address in the head of the first mail: asked for it changes nothing, posted to without a cookie it counts at
    once (RFC 8058), and the person's own page says so.
    """
    with hospital_scope(cast.hospital):
        message = Message.objects.earliest("pk")
        assert message.person is not None
        IdentifierFactory(patient=message.person, value="M-777")
        address = links_of([message], hospital=cast.hospital, now=timezone.now())[message.pk][WAY_OUT]
    path = address[address.index("/l/") :]

    def decided() -> list[tuple[str, str]]:
        with hospital_scope(cast.hospital):
            rows = Consent.objects.filter(patient=message.person, purpose="education", channel="email").order_by("-pk")
            return list(rows.values_list("decision", "source"))

    before = decided()
    assert stranger.request.get(path).ok
    assert decided() == before
    assert stranger.request.post(path, form={"List-Unsubscribe": "One-Click"}).ok
    assert decided() == [("withdrawn", "oneclick"), *before]
    stranger.goto(path)
    assert_page_ok(stranger)
    look(stranger, "campaign-unsubscribed")


def test_pages_of_campaigns_on_a_wide_screen_and_on_the_phone(
    phone: Page, open_browser: Callable[..., Page], cast: Cast, sign_in: Callable[..., None]
) -> None:
    """With what the other journey leaves behind of a campaign: one that was sent, one that stands."""
    with hospital_scope(cast.hospital):
        for _n in range(6):
            reader()
        sent = started(campaign_of(cast, holdout_percent=50), cast, now=timezone.now())
        started(campaign_of(cast, occasion="in_segment", occasion_number=14), cast, now=timezone.now())
    wide = open_browser(**WIDE)
    sign_in(wide, cast.qian)
    sign_in(phone, cast.qian)
    for name in ("", "calendar/", "compare/", "journeys/", f"{sent.public_id}/", "new/"):
        for one, size in ((wide, "wide"), (phone, "phone")):
            one.goto(f"/north/campaigns/{name}")
            assert_page_ok(one)
            look(one, f"campaigns-{'one' if len(name) > 20 else name.strip('/') or 'list'}-{size}")


def test_articles_on_the_desk_on_the_phone_and_outside(
    desktop: Page, phone: Page, cast: Cast, sign_in: Callable[..., None]
) -> None:
    page = desktop
    sign_in(page, cast.sun)
    page.goto("/north/content/")
    assert_page_ok(page)
    look(page, "articles")
    page.get_by_role("link", name="在家量血压，怎样才算数").click()
    assert_page_ok(page)
    look(page, "article")
    public = page.get_by_role("link", name="读者看到的样子").get_attribute("href") or ""
    path = public[public.index("/north/") :]
    phone.goto(path)
    assert_page_ok(phone)
    look(phone, "article-public-phone")
    page.goto(path)
    assert_page_ok(page)
    look(page, "article-public")
    page.goto("/north/content/new/")
    assert_page_ok(page)
    look(page, "article-new")
    sign_in(phone, cast.li)
    phone.goto("/north/content/")
    assert_page_ok(phone)
    look(phone, "articles-phone")
