"""The words of campaigns: variables, the mail that is drawn, text messages, and what is found before they go."""

import datetime as dt
from typing import Any

import pytest
from django.utils.translation import override

from accounts.models import Hospital
from campaigns.domain import checks, composing, deciding, kinds, shipping, sms, variables
from campaigns.domain.checks import FIRST_SIGNS
from campaigns.models import Campaign
from content.domain import reading
from hospital_crm.tenancy.scope import hospital_scope
from messaging.domain.marking import marked_text_message
from tests.campaigns.factories import CampaignFactory, CampaignPictureFactory, CampaignTextFactory
from tests.campaigns.scene import NOW
from tests.content.factories import ArticleVersionFactory
from tests.messaging.gateway_factories import AliyunAccountFactory, TellingWordsFactory

DAY = dt.date(2026, 6, 1)


@pytest.mark.unit
@pytest.mark.parametrize(
    ("name", "sex", "said"),
    [("王芳", "F", "王女士"), ("欧阳峰", "M", "欧阳先生"), ("李四", "U", ""), ("John Smith", "M", "")],
)
def test_salutation(name: str, sex: str, said: str) -> None:
    assert variables.salutation(name, sex) == said


@pytest.mark.unit
def test_every_place_has_its_own_fallback_and_signs_stay() -> None:
    places = variables.places_in("{{salutation|您}}和{{salutation|朋友}}，100%")
    assert [place.key for place in places] == ["salutation|您", "salutation|朋友"]
    said = variables.marked("{{salutation|您}}和{{salutation|朋友}}，100%")
    assert said % {"salutation|您": "您", "salutation|朋友": "朋友"} == "您和朋友，100%"


@pytest.mark.unit
def test_a_text_is_read_about_with_what_its_places_stand_for() -> None:
    with override("zh-hans"):
        said = variables.in_words("{{salutation|您好}}，{{hospital_short}}开放")
    assert said == "〔称呼，例如王女士〕，〔医院简称〕开放"


@pytest.mark.unit
@pytest.mark.parametrize(
    ("text", "signs", "segments"),
    [
        ("a" * 160, 160, 1),
        ("a" * 161, 161, 2),
        ("好" * 70, 70, 1),
        ("好" * 71, 71, 2),
        ("好" * 134, 134, 2),
        ("€" * 80, 160, 1),
    ],
)
def test_parts_of_a_text_message(text: str, signs: int, segments: int) -> None:
    assert sms.length_of(text) == sms.Length(signs, segments)


@pytest.mark.unit
def test_a_commercial_text_message_carries_signature_and_way_out() -> None:
    assert sms.text_of("周六开放。", signature="北院", is_commercial=True) == "【北院】周六开放。 拒收请回复R"
    assert sms.text_of("周六开放。", signature="北院", is_commercial=False) == "【北院】周六开放。"


@pytest.mark.parametrize("language", ["zh-hans", "zh-hant", "en"])
def test_a_text_message_bears_its_marks_once(language: str) -> None:
    said = {"signature": "北院", "is_commercial": True, "language": language}
    text = sms.text_of("x", **said)
    assert marked_text_message(text, **said) == text


BLOCKS = [
    {"kind": "heading", "text": "少吃盐 <b>"},
    {"kind": "text", "text": "{{salutation|您好}}，**记下来**，占100%。\n\n- 早上\n- <script>x</script>"},
    {"kind": "picture", "number": "1", "text": ""},
    {"kind": "button", "text": "预约", "url": "https://example.org/a?b=1&c=2"},
    {"kind": "divider"},
]


@pytest.fixture
def campaign(db: None, north: Hospital) -> Campaign:
    """A mail with one block of each kind but an article."""
    with hospital_scope(north):
        one = CampaignFactory(is_commercial=True)
        CampaignTextFactory(campaign=one, subject="{{salutation|朋友}}，入冬了", preview="三分钟", blocks=BLOCKS)
        CampaignPictureFactory(campaign=one)
        return one


def test_a_mail_has_inline_styles_and_nothing_typed_becomes_a_tag(campaign: Campaign, north: Hospital) -> None:
    with hospital_scope(north):
        said = composing.said_of(
            campaign, campaign.texts.get(), picture_url=lambda n: f"cid:p{n}", way_out="https://e.org/u"
        )
        read = said.fill({"salutation": "王女士", "name": "王芳"})
        nobody = said.fill({})
    assert (read.subject, nobody.subject) == ("广告：王女士，入冬了", "广告：朋友，入冬了")
    assert "王女士，<strong>记下来</strong>，占100%。" in read.html
    assert "您好，<strong>记下来</strong>" in nobody.html
    assert "少吃盐 &lt;b&gt;" in read.html
    assert "<script" not in read.html
    assert '<img src="cid:p1" alt="血压计"' in read.html
    assert 'href="https://example.org/a?b=1&amp;c=2"' in read.html
    assert 'href="https://e.org/u"' in read.html
    assert "prefers-color-scheme:dark" in read.html
    assert "class=" in read.html
    assert "%%" not in read.html
    assert "少吃盐 <b>\n\n王女士，记下来，占100%。\n\n- 早上" in read.body
    assert "https://e.org/u" in read.body
    assert "%(" not in read.html + read.body


@pytest.mark.parametrize(
    ("kind", "said"), [("greeting", "医院动态与优惠（邮件、信函）"), ("knowledge", "健康知识与提醒")]
)
def test_the_foot_names_what_the_reader_was_asked(kind: str, said: str, in_north: Hospital) -> None:
    campaign = CampaignFactory(kind=kind)
    filled = composing.said_of(campaign, CampaignTextFactory(campaign=campaign), picture_url=str).fill({})
    assert [f"您同意接收：{said}。" in part for part in (filled.html, filled.body)] == [True, True]


def test_the_outbox_finds_the_words_of_a_campaign(campaign: Campaign, north: Hospital) -> None:
    with hospital_scope(north):
        CampaignPictureFactory._meta.model.objects.all().delete()
        said = composing.resolve(f"campaign:{campaign.pk}").said("en")
        assert said.fill({"name": "Wang Fang", "salutation": "王女士"}).subject == "广告：王女士，入冬了"
        for code in ("campaign:0", "campaign:x"):
            with pytest.raises(LookupError):
                composing.resolve(code)


def stops(campaign: Campaign, *, has_address: bool = True, **words: object) -> list[str]:
    """What stops these words: the fields it is about."""
    text = CampaignTextFactory.build(campaign=campaign, **words)
    found = checks.findings(campaign, text, day=DAY, alt_of={1: "血压计"}, has_address=has_address)
    return [one.field for one in found if one.stops]


@pytest.mark.parametrize(
    "words",
    [
        {"subject": ""},
        {"subject": "肿瘤科复查提醒"},
        {"preview": "您的乙型肝炎该查了"},
        {"subject": "{{diagnosis|您}}"},
        {"subject": "{{salutation}}，您好"},
        {"preview": " "},
        {"subject": "[[哪一种]]疫苗到了"},
        {"blocks": [*BLOCKS, {"kind": "text", "text": "（写明挂号、缴费、取报告有什么变化。）"}]},
        {
            "blocks": [
                {"kind": "text", "text": "{{salutation|您}}，您好。高 血压的人，脚上的小伤口不容易好，天天看一看。"}
            ]
        },
        {"blocks": []},
        {"blocks": [*BLOCKS, {"kind": "picture", "number": "7", "text": ""}]},
        {"blocks": [*BLOCKS, {"kind": "button", "text": "", "url": ""}]},
        {"blocks": [*BLOCKS, {"kind": "article", "article": ""}]},
    ],
)
def test_what_stops_a_mail(words: dict, in_north: Hospital) -> None:
    campaign = CampaignFactory.build(kind="knowledge", channel="email")
    assert len(stops(campaign, **words)) == 1
    assert stops(campaign) == []


@pytest.mark.parametrize(
    ("channel", "words", "field"),
    [
        ("email", {"subject": "肿瘤科复查提醒"}, "subject"),
        ("email", {"preview": "您的乙型肝炎该查了"}, "preview"),
        ("email", {"subject": "某某病讲座"}, "subject"),
        ("sms", {"body": "请到肿瘤科复查"}, "body"),
    ],
)
def test_telling_words_are_those_of_the_hospital_and_stand_by_their_field(
    channel: str, words: dict, field: str, in_north: Hospital
) -> None:
    TellingWordsFactory()
    assert stops(CampaignFactory.build(kind="knowledge", channel=channel), **words) == [field]


def test_an_advert_needs_the_number_of_its_review_as_long_as_it_is_valid(in_north: Hospital) -> None:
    def of(**about: object) -> list[str]:
        return stops(CampaignFactory.build(kind="offer", channel="email", is_commercial=True, **about))

    assert of() == ["review_number"]
    assert of(review_number="沪医广〔2026〕第1号", review_until=DAY) == []
    assert of(review_number="沪医广〔2026〕第1号", review_until=DAY - dt.timedelta(days=1)) == ["review_until"]


def test_a_commercial_mail_needs_the_postal_address_of_its_sender(in_north: Hospital) -> None:
    def of(**about: object) -> list[str]:
        return stops(CampaignFactory.build(kind="news", **about), has_address=False, body="周六开放。")

    assert of(channel="email", is_commercial=True) == ["is_commercial"]
    assert of(channel="email", is_commercial=False) == []
    assert of(channel="sms", is_commercial=True) == []


def test_wechat_gets_the_values_of_its_template_each_in_its_own_words(in_north: Hospital) -> None:
    campaign = CampaignFactory(kind="reminder", channel="wechat")
    body = "thing1：{{salutation|您}}该复查了\ntime2: 每天8点到17点"
    text = CampaignTextFactory(campaign=campaign, subject="", blocks=[], body=body, provider_template="tpl-9")
    said = composing.said_of(campaign, text, picture_url=str)
    filled = said.fill({"salutation": "王女士"})
    assert dict(filled.provider_values) == {"thing1": "王女士该复查了", "time2": "每天8点到17点"}
    assert (filled.body, said.provider_template) == ("王女士该复查了\n每天8点到17点", "tpl-9")


def test_a_letter_is_printed_without_what_only_a_screen_shows(in_north: Hospital) -> None:
    campaign = CampaignFactory(kind="own_reminder", channel="letter")
    blocks = [*BLOCKS, {"kind": "button", "text": "预约", "url": "https://e.org/"}]
    text = CampaignTextFactory(campaign=campaign, subject="复查", blocks=blocks)
    filled = composing.said_of(campaign, text, picture_url=str).fill({})
    assert (filled.subject, filled.html, "预约" in filled.body, "少吃盐" in filled.body) == ("复查", "", False, True)
    assert stops(campaign, subject="") == ["subject"]
    assert stops(CampaignFactory.build(kind="news", channel="letter", is_commercial=True), has_address=False) == [
        "is_commercial"
    ]


@pytest.mark.parametrize(
    ("body", "stopped"),
    [
        ("thing1: 该复查了", []),
        ("该复查了", ["body"]),
        ("thing1: 该复查了\n请带上医保卡", ["body"]),
        ("thing1: " + "很" * 21, ["body"]),
        ("thing1: " + "很" * 17 + "{{salutation|您}}", ["body"]),
        ("{{salutation|您}}该复查了", []),
    ],
)
def test_wechat_takes_named_values_of_its_length(body: str, stopped: list, in_north: Hospital) -> None:
    campaign = CampaignFactory.build(kind="reminder", channel="wechat")
    assert stops(campaign, body=body, provider_template="tpl-9") == stopped


@pytest.mark.parametrize(
    ("account", "number", "field"),
    [
        (None, "", ""),
        ({"is_active": False}, "", ""),
        ({"credentials": "x"}, "", ""),
        (
            {"per_second": 5, "settings": {"key_id": "AK", "sign_name": "北院", "texts": "a = SMS_1 b"}},
            "",
            "provider_template",
        ),
        ({"settings": {"key_id": "AK", "sign_name": "北院", "texts": "a = SMS_1 b"}}, "SMS_7", None),
        ({}, "", None),
    ],
)
def test_a_message_without_a_way_out_is_not_approved(
    account: dict | None, number: str, field: str | None, in_north: Hospital, settings: Any
) -> None:
    settings.PRODUCTION = True
    if account is not None:
        AliyunAccountFactory(**{"is_active": True, **account})
    campaign = CampaignFactory(kind="reminder", channel="sms")
    CampaignTextFactory(campaign=campaign, body="天气转冷，注意添衣。", provider_template=number)
    found = deciding.findings_of(campaign, now=NOW)["zh-hans"]
    assert [one.field for one in found if one.stops] == ([] if field is None else [field])


def test_what_each_kind_rests_on() -> None:
    said = {
        kind: (kinds.must_be_commercial(kind), str(kinds.basis_of(kind, is_commercial=False)))
        for kind in Campaign.Kind.values
    }
    assert said == {
        "news": (True, "marketing"),
        "reminder": (False, "education"),
        "own_reminder": (False, "education"),
        "advances": (False, "education"),
        "knowledge": (False, "education"),
        "services": (True, "marketing"),
        "greeting": (False, "marketing"),
        "offer": (True, "marketing"),
    }
    assert str(kinds.basis_of("knowledge", is_commercial=True)) == "marketing"


def test_a_promise_stops_an_advert_and_deserves_a_look_elsewhere(in_north: Hospital) -> None:
    words = {"subject": "接种的最佳时间", "preview": "有效率怎样看"}

    def of(kind: str, *, is_commercial: bool) -> list[bool]:
        campaign = CampaignFactory.build(kind=kind, channel="email", is_commercial=is_commercial)
        text = CampaignTextFactory.build(campaign=campaign, **words)
        found = checks.findings(campaign, text, day=DAY, alt_of={}, has_address=True)
        return [one.stops for one in found if "有效率" in one.text]

    assert [of("knowledge", is_commercial=False), of("knowledge", is_commercial=True)] == [[False], [True]]
    assert [of("advances", is_commercial=False), of("news", is_commercial=True)] == [[False], [True]]


@pytest.mark.parametrize(
    ("before", "stopped"), [("", 1), ("天" * 100, 1), ("天" * 130, 0), ("{{salutation|朋友}}，您好。" * 20, 0)]
)
def test_what_an_inbox_shows_beside_the_subject_tells_nothing(before: str, stopped: int, in_north: Hospital) -> None:
    """The first words are also those of an article that the mail tells of."""
    campaign = CampaignFactory(kind="knowledge", channel="email")
    article = ArticleVersionFactory(state="approved", title="糖尿病人看脚").article
    told = [{"kind": "text", "text": before}] if before else []
    text = CampaignTextFactory(
        campaign=campaign, blocks=[*told, {"kind": "article", "article": str(article.public_id)}]
    )
    assert len([one for one in deciding.findings_of(campaign, now=NOW)["zh-hans"] if one.stops]) == stopped
    html = composing.said_of(campaign, text, picture_url=str).fill({}).html
    shown = html.partition("<body")[2].partition("</div>")[0].rpartition(">")[2]
    assert (shown.startswith(text.preview), len(shown) > 3 * FIRST_SIGNS) == (True, True)


@pytest.mark.parametrize(
    "word",
    [
        "高血压",
        "心梗",
        "心肌",
        "卒中",
        "脑出血",
        "中风",
        "性病",
        "怀孕",
        "HPV",
        "乳腺",
        "妇科",
        "泌尿",
        "帕金森",
        "肾衰",
    ],
)
def test_the_commonest_telling_words_are_among_the_shipped(word: str, in_north: Hospital) -> None:
    campaign = CampaignFactory.build(kind="knowledge", channel="email")
    assert stops(campaign, subject=f"{word}讲座") == ["subject"]
    for harmless in ("手术前，知道其中风险", "慢性病门诊周六开放", "给女性病友的一封信", "周一人流高峰，错开来"):
        assert stops(campaign, subject=harmless) == []


def test_every_kind_has_a_shipped_text_and_only_its_author_has_to_add(north: Hospital) -> None:
    """What stops a shipped text is only what nobody but the hospital knows: a blank, a review, an address behind a
    button.
    """
    assert {one.head["kind"] for one in shipping.shipped("zh-hans").values()} == set(Campaign.Kind.values)
    assert shipping.shipped("zh-hant").keys() == shipping.shipped("zh-hans").keys()
    found = {}
    with hospital_scope(north):
        for code, one in shipping.shipped("zh-hans").items():
            commercial = kinds.must_be_commercial(one.head["kind"])
            about = {"kind": one.head["kind"], "channel": one.head["channel"], "is_commercial": commercial}
            campaign = CampaignFactory(**about)
            shipping.write_into(campaign, code)
            for text in campaign.texts.all():
                told = reading.told_of({block.get("article", "") for block in text.blocks} - {""}).get(
                    text.language, {}
                )
                said = checks.findings(campaign, text, day=DAY, alt_of={}, has_address=True, articles=told)
                found[code, text.language] = [one.text for one in said if one.stops]
    advert, button = "医疗广告须填写审查证明文号和有效期。", "按钮要有文字和网址。"
    said = {code: [one for one in found[code, "zh-hans"] if "[[" not in one] for code, _language in found}
    assert {code: stops for code, stops in said.items() if stops} == {
        "offer": [advert, button],
        "services": [advert, button],
        "sms-offer": [advert],
    }
    blank = {code for (code, _language), stops in found.items() if any("[[" in one for one in stops)}
    assert blank == {
        *("after-first-visit", "letter-reminder", "long-unseen", "news", "nurses-day", "offer", "services"),
        *("sms-news", "sms-offer", "sms-reminder"),
    }
    assert {code: len(found[code, "zh-hant"]) for code in said} == {code: len(found[code, "zh-hans"]) for code in said}
