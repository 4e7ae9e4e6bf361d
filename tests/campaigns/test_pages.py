"""Pages of campaigns: who opens them, what they show, what they cost."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from accounts.models import AccessLog, Hospital, StaffMember
from campaigns.domain import running
from campaigns.models import Campaign, CampaignText
from hospital_crm.tenancy.scope import hospital_scope
from messaging import templates
from messaging.domain.admission import admit
from messaging.domain.composing import Composer
from messaging.models import Message
from tests.campaigns.factories import CampaignFactory, CampaignTextFactory
from tests.campaigns.scene import NOW, approved, campaign_of, reader, started
from tests.cast import Cast, MountedClient, client_of
from tests.content.test_pages import png  # noqa: F401 - a fixture
from tests.messaging.gateway_factories import AliyunAccountFactory
from tests.patients.factories import IdentifierFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def campaign(north: Hospital, cast: Cast) -> Campaign:
    """A draft with words and a segment."""
    with hospital_scope(north):
        return campaign_of(cast)


def test_a_campaign_is_begun_with_a_shipped_text(cast: Cast, north: Hospital) -> None:
    client = client_of(cast.sun)
    assert client.post("campaigns/new/", {"name": "血压", "template": ""}).status_code == 422
    answer = client.post("campaigns/new/", {"name": "血压", "template": "knowledge"})
    assert answer.status_code == 302
    with hospital_scope(north):
        made = Campaign.objects.get()
        assert (made.kind, made.channel, made.is_commercial, made.texts.count()) == ("knowledge", "email", False, 2)
    page = client.get(answer["Location"]).content.decode()
    assert "每天五分钟，在家就能做好的事" in page


def test_blocks_are_added_moved_and_deleted(cast: Cast, campaign: Campaign, north: Hospital) -> None:
    client, page = client_of(cast.sun), f"campaigns/{campaign.public_id}/words/zh-hans/"
    sent = {"subject": "题", "preview": "", "blocks": "2", "b-0-kind": "heading", "b-0-text": "一"}
    sent |= {"b-1-kind": "text", "b-1-text": "二\r\n三"}

    def kinds() -> list[str]:
        with hospital_scope(north):
            return [block["kind"] for block in CampaignText.objects.get(campaign=campaign).blocks]

    for act, wanted in (
        ("save", ["heading", "text"]),
        ("add:divider", ["heading", "text", "divider"]),
        ("up:1", ["text", "heading"]),
        ("delete:0", ["text"]),
        ("down:1", ["heading", "text"]),
        ("add:script", ["heading", "text"]),
    ):
        assert client.post(page, {**sent, "act": act}).status_code == 302, act
        assert kinds() == wanted, act
    sent |= {"b-1-kind": "button", "b-1-text": "看", "b-1-url": "javascript:alert(1)"}
    assert client.post(page, {**sent, "act": "save"}).status_code == 422


def test_who_may_not(
    cast: Cast, campaign: Campaign, zhao: StaffMember, client_as: Callable[[str], MountedClient]
) -> None:
    page = f"campaigns/{campaign.public_id}/"
    assert client_as("nurse").get(page).status_code == 403
    assert client_as("medical_affairs").get(page).status_code == 200
    assert client_as("medical_affairs").get(f"{page}about/").status_code == 403
    assert client_as("agent").get(f"{page}approve/").status_code == 403
    assert client_of(zhao).get(page).status_code == 404
    assert client_as("agent").delete(page).status_code == 405


def test_the_page_of_a_campaign_tells_its_subject_without_signs_of_variables(
    cast: Cast, campaign: Campaign, north: Hospital
) -> None:
    with hospital_scope(north):
        campaign.texts.update(subject="{{salutation|朋友}}，入冬了")
    page = client_of(cast.sun).get(f"campaigns/{campaign.public_id}/").content.decode()
    assert "〔称呼，例如王女士〕，入冬了" in page and "salutation" not in page


def test_an_author_is_told_to_wait_for_a_second_person(cast: Cast, campaign: Campaign) -> None:
    page = f"campaigns/{campaign.public_id}/"
    assert client_of(cast.sun).post(f"{page}submit/").status_code == 302
    assert "等待第二人审批" in client_of(cast.sun).get(page).content.decode()
    assert client_of(cast.qian).post(approving(cast, page)).status_code == 302
    assert "已排期" in client_of(cast.sun).get(page).content.decode()


def approving(cast: Cast, page: str) -> str:
    """Where the manager's page leads to approve what it shows."""
    (link,) = re.findall(r'href="/north/([^"]*approve/\?seen=[^"]+)"', client_of(cast.qian).get(page).content.decode())
    return str(link)


def test_what_was_sent_for_approval_anew_is_read_anew(cast: Cast, campaign: Campaign, north: Hospital) -> None:
    page, sun, qian = f"campaigns/{campaign.public_id}/", client_of(cast.sun), client_of(cast.qian)
    sun.post(f"{page}submit/")
    stale = approving(cast, page)
    sun.post(f"{page}take-back/")
    sun.post(f"{page}words/zh-hans/", {"subject": "别的话", "preview": "三分钟", "blocks": "0", "act": "save"})
    with hospital_scope(north):
        campaign.texts.update(blocks=[{"kind": "text", "text": "坐稳了再量，一天两次，量到的数都记下来。"}])
    sun.post(f"{page}submit/")
    for link in (stale, f"{page}approve/", f"{page}approve/?seen=x"):
        assert "再读一遍" in qian.post(link, follow=True).content.decode()
    assert "审批中" in qian.get(page).content.decode()
    assert qian.post(approving(cast, page)).status_code == 302
    assert "已排期" in qian.get(page).content.decode()


def test_audience_is_counted_with_reasons(cast: Cast, campaign: Campaign, north: Hospital) -> None:
    with hospital_scope(north):
        reader()
        reader(allows=False)
    page = f"campaigns/{campaign.public_id}/audience/"
    for headers in ({}, {"HX-Request": "true"}):
        said = client_of(cast.sun).get(page, headers=headers).content.decode()
        assert "可以发送" in said
        assert '<td class="num"><b>1</b></td>' in said


def test_preview_for_a_person_is_masked_and_on_record(cast: Cast, campaign: Campaign, north: Hospital) -> None:
    with hospital_scope(north):
        person = reader("欧阳小芳")
        IdentifierFactory(patient=person, value="M20260001")
        campaign.texts.update(subject="{{salutation|您}}和{{name|您}}")
    page = f"campaigns/{campaign.public_id}/words/zh-hans/preview/"
    client = client_of(cast.sun)
    answer = client.post(page, {"number": "M20260001"})
    assert answer["Location"].endswith(f"?person={person.public_id}")
    before = AccessLog._base_manager.count()
    said = client.get(answer["Location"]).content.decode()
    assert "欧阳女士和欧阳" in said
    assert "小芳" not in said
    assert AccessLog._base_manager.count() == before + 1
    sheet = client.get(page.replace("preview/", "sheet/"))
    assert "script-src" not in sheet["Content-Security-Policy"]
    assert (sheet["X-Frame-Options"], "default-src 'none'" in sheet["Content-Security-Policy"]) == ("SAMEORIGIN", True)
    light, dark = (
        client.get(page.replace("preview/", f"sheet/{look}")).content.decode() for look in ("", "?look=dark")
    )
    assert ["prefers-color-scheme:dark" in one for one in (light, dark)] == [True, False]
    assert "look=dark" in client.get(f"{page}?look=dark").content.decode().split("<iframe")[1].split(">")[0]


def test_a_test_goes_to_whoever_pressed(cast: Cast, campaign: Campaign, north: Hospital) -> None:
    cast.sun.email = "sun@example.org"
    with hospital_scope(north):
        cast.sun.save()
        CampaignTextFactory(campaign=campaign, language="en", subject="Five minutes a day")
    assert client_of(cast.sun).post(f"campaigns/{campaign.public_id}/words/en/test/").status_code == 302
    with hospital_scope(north):
        message = Message.objects.get(purpose="campaigns.test")
        assert (message.staff, message.batch) == (cast.sun, "")
        said = templates.get(message.template).said(message.staff.user.language or "zh-hans")
        assert said.fill({}).subject == "Five minutes a day"


def test_a_text_message_is_tested_on_the_own_number(cast: Cast, north: Hospital, settings: Any) -> None:
    with hospital_scope(north):
        one = campaign_of(cast, channel="sms", kind="news", is_commercial=True)
        one.texts.update(body="{{salutation|您好}}，周六开放。")
    client, page = client_of(cast.sun), f"campaigns/{one.public_id}/words/zh-hans/"

    def asked(phone: str) -> str:
        with hospital_scope(north):
            type(cast.sun).objects.filter(pk=cast.sun.pk).update(phone=phone)
        return client.post(f"{page}test/", follow=True).content.decode()

    assert "发送测试给我" in client.get(page).content.decode()
    for phone in ("", "0571-8100"):
        assert "本人资料没有手机号码" in asked(phone)
    assert "只存入发件箱" in asked("138 0000 1111")
    settings.PRODUCTION = True
    assert "没有启用" in asked("13800001111")
    with hospital_scope(north):
        AliyunAccountFactory(settings={"sign_name": "北院健康", "key_id": "AK", "texts": "* = T x"}, is_active=True)
    assert "138****1111" in asked("13800001111")
    with hospital_scope(north):
        message = Message.objects.filter(purpose="campaigns.test").latest("pk")
        (verdict,) = admit([message], now=message.created_at).values()
        filled = Composer([message], now=message.created_at).filled(message, "en")
    assert (message.channel, message.staff, message.batch) == ("sms", cast.sun, "")
    assert (verdict.state, verdict.address) == ("claimed", "13800001111")
    assert filled.body == "【北院健康】您好，周六开放。 拒收请回复R"


@pytest.mark.parametrize("channel", ["wechat", "letter"])
def test_what_cannot_be_tested_is_looked_at(channel: str, cast: Cast, north: Hospital) -> None:
    with hospital_scope(north):
        one = campaign_of(cast, channel=channel)
    client, page = client_of(cast.sun), f"campaigns/{one.public_id}/words/zh-hans/"
    assert "发送测试给我" not in client.get(page).content.decode()
    assert "其他渠道见预览" in client.post(f"{page}test/", follow=True).content.decode()
    with hospital_scope(north):
        assert not Message.objects.exists()


def test_a_picture_is_shown_to_those_who_see_campaigns(cast: Cast, campaign: Campaign, png: bytes) -> None:  # noqa: F811
    page = f"campaigns/{campaign.public_id}/pictures/"
    sent = {"file": SimpleUploadedFile("血压计.png", png), "said": "血压计", "language": "zh-hans"}
    client = client_of(cast.sun)
    assert client.post(page, sent).status_code == 302
    with hospital_scope(cast.hospital):
        picture = campaign.pictures.get()
        assert (picture.number, picture.said) == (1, "血压计")
    assert client.get(f"campaigns/pictures/{picture.public_id}/")["Content-Type"] == "image/png"
    assert client_of(cast.li).get(f"campaigns/pictures/{picture.public_id}/").status_code == 403


def test_a_copy_is_a_draft_of_its_own(cast: Cast, north: Hospital) -> None:
    with hospital_scope(north):
        reader()
        first = started(campaign_of(cast), cast)
    answer = client_of(cast.sun).post(f"campaigns/{first.public_id}/copy/", {"name": "再来一次"})
    with hospital_scope(north):
        made = Campaign.objects.get(name="再来一次")
        assert (made.state, made.copied_from, made.approved_by, made.counted) == ("draft", first, None, {})
        assert list(made.texts.values_list("subject", flat=True)) == ["每天五分钟"]
    assert answer["Location"].endswith(f"campaigns/{made.public_id}/")


@pytest.mark.parametrize("place", ["", "calendar/", "compare/", "journeys/", "{}/"])
def test_pages_cost_the_same_for_many(
    cast: Cast, north: Hospital, place: str, django_assert_max_num_queries: Callable
) -> None:
    with hospital_scope(north):
        reader()
        one = started(campaign_of(cast), cast)
        for _n in range(3):
            CampaignTextFactory(campaign=CampaignFactory(started_at=one.started_at))
        approved(campaign_of(cast), cast)
    client, url = client_of(cast.qian), f"campaigns/{place.format(one.public_id)}"
    client.get(url)
    with django_assert_max_num_queries(15):
        assert client.get(url).status_code == 200


def test_why_somebody_got_it_or_did_not(cast: Cast, north: Hospital) -> None:
    with hospital_scope(north):
        for number, allows in (("M1", True), ("M2", False)):
            IdentifierFactory(patient=reader(allows=allows), value=number)
        IdentifierFactory(value="M3")
        one = started(campaign_of(cast), cast)
        running.feed(one.pk, now=NOW)
        message = Message.objects.get()
        addresses = [f"messages/outbox/{message.public_id}/", f"messages/people/{message.person.public_id}/"]
    client, page, said = client_of(cast.sun), f"campaigns/{one.public_id}/why/", {}
    for number in ("M1", "M2", "M3"):
        said[number] = client.get(client.post(page, {"number": number})["Location"]).content.decode()
    assert "<b>发送</b>" in said["M1"]
    assert [place in said["M1"] for place in addresses] == [True, True]
    assert "<b>发送</b>" not in said["M2"]
    assert "名单固定时：" in said["M2"]
    assert "当时不在分群中。" in said["M3"]


def test_what_stops_a_campaign_stands_by_its_field_and_refuses_approval(cast: Cast, north: Hospital) -> None:
    with hospital_scope(north):
        one = campaign_of(cast, kind="offer", is_commercial=True)
        one.texts.update(subject="肿瘤筛查套餐")
    sun = client_of(cast.sun)
    words = sun.get(f"campaigns/{one.public_id}/words/zh-hans/").content.decode()
    assert '<span class="is-late">标题会透露病情：肿瘤</span>' in words
    about = sun.get(f"campaigns/{one.public_id}/about/").content.decode()
    lacking = ("商业邮件须载明发件方的通信地址，由管理员填写。", "医疗广告须填写审查证明文号和有效期。")
    assert [f'<span class="is-late">{lack}</span>' in about for lack in lacking] == [True, True]
    refused = sun.post(f"campaigns/{one.public_id}/submit/", follow=True).content.decode()
    assert [lack in refused for lack in (*lacking, "标题会透露病情：肿瘤")] == [True, True, True]
    with hospital_scope(north):
        Campaign.objects.filter(pk=one.pk).update(state="in_approval")
    qian, page = client_of(cast.qian), f"campaigns/{one.public_id}/"
    assert lacking[0] in qian.post(approving(cast, page), follow=True).content.decode()
    with hospital_scope(north):
        assert Campaign.objects.get(pk=one.pk).state == "in_approval"


def test_a_campaign_that_stands_is_in_the_calendar_on_its_day(cast: Cast, north: Hospital) -> None:
    with hospital_scope(north):
        campaign_of(cast, name="中秋问候", occasion="autumn")
        campaign_of(cast, name="生日问候", occasion="birthday")
        campaign_of(cast, name="不发了", occasion="ninth", state="cancelled")
    sun = client_of(cast.sun)
    page = sun.get("campaigns/calendar/?year=2027").content.decode()
    (day,) = [row for row in page.split("<li")[1:] if "中秋问候" in row]
    assert "09-15" in day
    assert "生日问候" in page.split('class="year"')[0]
    assert "不发了" not in page
    assert "campaigns/new/?occasion=autumn" not in page
    begun = sun.get("campaigns/new/?occasion=ninth").content.decode()
    assert 'value="重阳节"' in begun
    sun.post("campaigns/new/", {"name": "重阳", "template": "greeting-ninth", "occasion": "ninth"})
    with hospital_scope(north):
        assert Campaign.objects.get(name="重阳").occasion == "ninth"


def test_why_of_a_campaign_that_stands_is_asked_today(cast: Cast, north: Hospital) -> None:
    with hospital_scope(north):
        for number, allows in (("M1", True), ("M2", False)):
            IdentifierFactory(patient=reader(allows=allows), value=number)
        IdentifierFactory(value="M3")
        one = started(campaign_of(cast, occasion="birthday"), cast)
    client, page, said = client_of(cast.sun), f"campaigns/{one.public_id}/why/", {}
    for number in ("M1", "M2", "M3"):
        said[number] = client.get(client.post(page, {"number": number})["Location"]).content.decode()
    assert [
        word in said[number] for number, word in (("M1", "<b>发送</b>"), ("M2", "未同意"), ("M3", "不在分群中"))
    ] == [
        True,
        True,
        True,
    ]
    assert "当时不在分群中" not in said["M1"]


def test_a_text_message_is_shown_with_the_signature_of_its_account(cast: Cast, north: Hospital) -> None:
    with hospital_scope(north):
        AliyunAccountFactory(settings={"sign_name": "北院健康"}, is_active=True)
        one = campaign_of(cast, channel="sms", kind="news", is_commercial=True)
        one.texts.update(body="{{salutation|您好}}，夜间门诊延长至20点。")
    said = client_of(cast.sun).get(f"campaigns/{one.public_id}/words/zh-hans/").content.decode()
    assert "【北院健康】您好，夜间门诊延长至20点。 拒收请回复R" in said


def test_whoever_approves_reads_how_many_get_what_when_and_who_asks(cast: Cast, north: Hospital) -> None:
    with hospital_scope(north):
        times = {"starts_at": NOW.replace(year=2031), "latest_start_at": NOW.replace(year=2032)}
        one = campaign_of(cast, holdout_percent=20, **times)
        for _n in range(10):
            reader()
        reader(allows=False)
    page = f"campaigns/{one.public_id}/"
    client_of(cast.sun).post(f"{page}submit/")
    said = client_of(cast.qian).get(approving(cast, page)).content.decode()
    facts = dict(re.findall(r"<dt>([^<]+)</dt><dd>([^<]*)</dd>", said.split('<dl class="facts">')[1].split("</dl>")[0]))
    assert facts["渠道"] == "电子邮件"
    assert facts["实际发送"] == "约 8 条，分群共 11 人"
    assert facts["对照组"] == "约 2 人（20%）不发送"
    assert (facts["开始"], facts["最迟"]) == ("2031-06-01 10:00", "2032-06-01 10:00")
    assert facts["主题或正文 · 简体中文"] == "每天五分钟"
    assert facts["提交人"].startswith("孙客服 · ")
    assert "批准发送约 8 条</button>" in said


def test_what_can_be_sent_says_how_many_are_held_out_and_how_many_go_out(cast: Cast, north: Hospital) -> None:
    with hospital_scope(north):
        one = campaign_of(cast, holdout_percent=30)
        for _n in range(10):
            reader()
    said = client_of(cast.sun).get(f"campaigns/{one.public_id}/audience/").content.decode()
    rows = dict(re.findall(r'<tr><t[hd][^>]*>([^<]+)</t[hd]><td class="num[^"]*">(?:<b>)?([^<]+)<', said))
    assert [rows[name] for name in ("可以发送", "其中对照组，不发送", "实际发送")] == ["10", "约 3", "约 7"]
    with hospital_scope(north):
        sent = started(one, cast)
    frozen = client_of(cast.sun).get(f"campaigns/{sent.public_id}/").content.decode()
    assert f"<b>{sent.counted['send']}</b>" in frozen


def test_a_variable_is_shown_to_staff_by_its_words(cast: Cast, north: Hospital) -> None:
    with hospital_scope(north):
        one = campaign_of(cast)
        one.texts.update(subject="{{ salutation|您 }}，{{hospital_short}}提醒", preview="{{name}}")
    page = f"campaigns/{one.public_id}/"
    said = client_of(cast.sun).get(page).content.decode()
    assert "〔称呼，例如王女士〕，〔医院简称〕提醒" in said
    assert "写明资料缺失时显示什么：〔姓名〕" in said
    assert "{{" not in said
    with hospital_scope(north):
        Campaign.objects.filter(pk=one.pk).update(state="in_approval")
    asked = client_of(cast.qian).get(approving(cast, page)).content.decode()
    assert ("〔医院简称〕提醒" in asked, "{{" in asked) == (True, False)
