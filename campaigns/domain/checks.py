"""What is wrong with the words of a campaign, before anybody gets them: what stops it, and what only deserves a look.

Stops: nothing to read, a blank of a shipped text that nobody has filled in, unknown variables, a telling word where
others can read it, a mail without a preview, a picture without words, a promise in an advert, a missing or expired
review of a medical advert. The rest warns.
"""

import datetime as dt
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from django.utils.translation import gettext as _

from campaigns.domain import blocks, kinds, sms, variables, wechat
from campaigns.domain.blocks import Block
from campaigns.domain.ways import Way
from campaigns.models import Campaign, CampaignText
from content.domain import markup
from messaging.domain.telling_words import told_in

SPAM = (
    "免费领取",
    "免費領取",
    "中奖",
    "中獎",
    "最低价",
    "最低價",
    "100%",
    "根治",
    "包治",
    "无副作用",
    "無副作用",
    "限时抢购",
)
# Claims that no medical advert may make (广告法 §16); told of medicine itself they deserve a look.
CLAIMS = ("治愈率", "治癒率", "有效率", "根治", "包治", "无副作用", "無副作用", "最好的", "最佳", "第一品牌")
LONGEST_SUBJECT = 30
# So many signs of a mail may stand beside its subject in an inbox, or on a locked screen.
FIRST_SIGNS = 120
# What only the hospital knows, as shipped texts mark it.
_BLANK = re.compile(r"\[\[.*?\]\]|（(?:写明|寫明|适合谁|適合誰|科室名称|科室名稱|某年某月)[^）]*）", re.DOTALL)
_LOUD = re.compile(r"[!！]{2,}|[A-Z]{8,}")
_LONG_NUMBER = re.compile(r"\d{7,}")


@dataclass(frozen=True)
class Finding:
    """Something found: whether it stops the campaign, a sentence that says what is wrong and what is right, and the
    field it is about ('': the words as a whole).
    """

    stops: bool
    text: str
    field: str = ""


def findings(
    campaign: Campaign,
    text: CampaignText,
    *,
    day: dt.date,
    alt_of: dict[int, str],
    has_address: bool,
    articles: Mapping[str, str] | None = None,
    way: Way | None = None,
) -> list[Finding]:
    """Everything found in the words of one language, what stops it first. `has_address`: whether mails can say from
    which postal address they come; `articles`: what is told of articles of the library, by their address; `way`: by
    which messages of this channel leave.
    """
    found = [*of_sender(campaign, has_address), *of_advert(campaign, day), *of_end(campaign), *_of_variables(text)]
    found += [*_of_claims(campaign, text), *_of_blanks(text), *(_of_way(text, way) if way else ())]
    if campaign.channel == Campaign.Channel.EMAIL:
        found += [*_of_mail(text, alt_of), *_of_first_words(text, articles or {})]
    else:
        found += _of_letter(text, alt_of) if campaign.has_blocks else _of_short_text(campaign, text)
    return sorted(found, key=lambda one: not one.stops)


def of_sender(campaign: Campaign, has_address: bool) -> Iterator[Finding]:
    """What a commercial mail lacks that the law wants on it: from where it comes."""
    if campaign.has_blocks and campaign.is_commercial and not has_address:
        words = _("A commercial mail carries the postal address of its sender. The administrator enters it.")
        yield Finding(True, words, "is_commercial")


def of_advert(campaign: Campaign, day: dt.date) -> Iterator[Finding]:
    """What a medical advert lacks: the number of its review, or a review that still holds."""
    if campaign.kind not in kinds.ADVERTS:
        return
    if not campaign.review_number.strip() or campaign.review_until is None:
        words = _("A medical advert carries the number of its review and the last day it is valid.")
        yield Finding(True, words, "review_until" if campaign.review_number.strip() else "review_number")
    elif campaign.review_until < day:
        yield Finding(True, _("The review of this medical advert has expired."), "review_until")


def of_end(campaign: Campaign) -> Iterator[Finding]:
    """What is worth nothing any more once its day is over."""
    if campaign.kind in (Campaign.Kind.OFFER, Campaign.Kind.GREETING) and not campaign.stands and not campaign.ends_at:
        words = _("After a pause or a full budget it would leave late. Say until when it may leave.")
        yield Finding(False, words, "ends_at")


def _of_variables(text: CampaignText) -> Iterator[Finding]:
    said = all_of(text)
    if unknown := variables.unknown_in(said):
        yield Finding(True, _("There is no such variable: %(names)s") % {"names": ", ".join(unknown)})
    bare = [place.name for place in variables.places_in(said) if not place.fallback]
    if bare := sorted({name for name in bare if name not in variables.ALWAYS_KNOWN}):
        words = _("Say what stands there where nothing is known: %(names)s") % {
            "names": " ".join(map(variables.bracketed, bare))
        }
        yield Finding(True, words)


def _of_claims(campaign: Campaign, text: CampaignText) -> Iterator[Finding]:
    said = all_of(text)
    if found := [word for word in CLAIMS if word in said]:
        stops = campaign.is_commercial or campaign.kind in kinds.ADVERTS
        yield Finding(stops, _("No promise of a cure and no best of all: %(words)s") % {"words": "、".join(found)})
    if found := [word for word in SPAM if word in said and word not in CLAIMS]:
        yield Finding(False, _("Filters take these words for unwanted mail: %(words)s") % {"words": "、".join(found)})


def _of_blanks(text: CampaignText) -> Iterator[Finding]:
    """What an author still has to fill in."""
    if blanks := list(dict.fromkeys(_BLANK.findall(all_of(text)))):
        yield Finding(True, _("Fill this in, or take it out: %(blanks)s") % {"blanks": " ".join(blanks)[:300]})


def _of_way(text: CampaignText, way: Way) -> Iterator[Finding]:
    """What would keep every message in the outbox, or have the provider refuse it."""
    if not way.gateway:
        yield Finding(True, _("Nothing is set up for this channel. The administrator enters an account."))
    elif not way.takes(text.provider_template):
        words = _("The account has no text for this message. Enter the number under which the provider has allowed it.")
        yield Finding(True, words, "provider_template")


def _read(text: str) -> str:
    """What is read where nothing is known of the reader: the name of a variable is no word."""
    return variables.filled(text, {place.key: place.fallback for place in variables.places_in(text)})


def _of_mail(text: CampaignText, alt_of: dict[int, str]) -> Iterator[Finding]:
    subject = text.subject.strip()
    if not subject:
        yield Finding(True, _("A mail has a subject."), "subject")
    for told in told_in({"subject": _read(subject), "preview": _read(text.preview)}):
        yield Finding(True, str(told), told.place)
    if len(subject) > LONGEST_SUBJECT:
        yield Finding(False, _("The subject is longer than %(n)s signs, telephones cut it.") % {"n": LONGEST_SUBJECT})
    if _LOUD.search(subject):
        yield Finding(False, _("Capital letters and several exclamation marks make a subject look unwanted."))
    if not text.preview.strip():
        yield Finding(True, _("A mail has a preview: without one the inbox shows its first words."), "preview")
    found = blocks.read(text.blocks)
    if not any(one.kind == "heading" and one.text for one in found):
        yield Finding(False, _("A heading tells those who listen where they are."))
    yield from _of_blocks(found, alt_of)


def _of_first_words(text: CampaignText, articles: Mapping[str, str]) -> Iterator[Finding]:
    """What an inbox may read beside the subject: the first words of the mail, also in plain text."""
    said = [
        articles.get(one.article, "") if one.kind == "article" else markup.plain_of(_read(one.text))
        for one in blocks.read(text.blocks)
        if one.kind in ("heading", "text", "article")
    ]
    if told := [one.word for one in told_in({"text": " ".join(said)[:FIRST_SIGNS]})]:
        words = _("The first words of the mail tell a diagnosis: %(words)s. An inbox shows them beside the subject.")
        yield Finding(True, words % {"words": "、".join(dict.fromkeys(told))})


def _of_letter(text: CampaignText, alt_of: dict[int, str]) -> Iterator[Finding]:
    if not text.subject.strip():
        yield Finding(True, _("A letter has a subject."), "subject")
    found = blocks.read(text.blocks)
    if any(one.kind in blocks.NOT_PRINTED for one in found):
        yield Finding(False, _("Pictures and buttons are left out of a letter."))
    yield from _of_blocks([one for one in found if one.kind not in blocks.NOT_PRINTED], alt_of)


def _of_blocks(found: list[Block], alt_of: dict[int, str]) -> Iterator[Finding]:
    words = "".join(markup.plain_of(one.text) for one in found if one.kind in ("heading", "text"))
    if len(words) < 20 and not any(one.kind == "article" and one.article for one in found):
        yield Finding(True, _("There is hardly anything to read. Words in a picture are read by nobody who is blind."))
    for one in found:
        if one.kind == "picture":
            number = int(one.number) if one.number.isdecimal() else 0
            if number not in alt_of:
                yield Finding(True, _("A block shows a picture that is not there: %(n)s") % {"n": one.number or "—"})
            elif not (one.text or alt_of[number]).strip():
                yield Finding(True, _("A picture has no words for those who do not see it."))
        if one.kind == "button" and not (one.text.strip() and one.url):
            yield Finding(True, _("A button has words and an address."))
        if one.kind == "button" and one.text.strip() in ("点击这里", "點擊這裡", "click here", "这里"):
            yield Finding(False, _("A button says what it opens."))
        if one.kind == "article" and not one.article:
            yield Finding(True, _("Choose an article of the library."))


def _of_short_text(campaign: Campaign, text: CampaignText) -> Iterator[Finding]:
    if not text.body.strip():
        yield Finding(True, _("There is nothing to read."))
    for told in told_in({"text": _read(text.body)}):
        yield Finding(True, str(told), "body")
    if _LONG_NUMBER.search(text.body):
        yield Finding(False, _("A long number looks like an account or a telephone of a swindler."))
    if campaign.channel == Campaign.Channel.WECHAT:
        if not text.provider_template.strip():
            yield Finding(True, _("WeChat sends only templates that it has allowed. Enter the number of this one."))
        if wechat.lacks_names(text.body):
            yield Finding(True, _("Say of each line which value of the template it is: thing1: words."), "body")
        if long := wechat.too_long(text.body):
            yield Finding(True, _("Longer than WeChat takes: %(names)s") % {"names": ", ".join(long)}, "body")
        return
    length = sms.longest(
        text.body,
        signature=sms.signature_here(),
        is_commercial=campaign.is_commercial,
        language=text.language,
    )
    if length.segments > sms.MOST_SEGMENTS:
        yield Finding(True, _("The text takes more than %(n)s parts.") % {"n": sms.MOST_SEGMENTS})


def all_of(text: CampaignText) -> str:
    """Every word of one language."""
    inner = [value for block in text.blocks for key, value in block.items() if key == "text"]
    return "\n".join([text.subject, text.preview, text.body, *map(str, inner)])
