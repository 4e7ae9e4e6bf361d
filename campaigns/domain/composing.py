"""The words of a campaign as the outbox takes them, and as a preview shows them: both are drawn from the same sheet."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from django.utils import translation
from django.utils.translation import gettext as _

from accounts.models import HospitalSettings
from campaigns.domain import blocks, kinds, mail_html, sms, variables, wechat
from campaigns.domain.blocks import Block
from campaigns.domain.mail_html import ArticleCard, Foot, Sheet
from campaigns.domain.variables import Place
from campaigns.models import Campaign, CampaignPicture, CampaignText
from content.domain import reading
from content.models import Article
from hospital_crm.private_files.serving import content_of
from hospital_crm.tenancy.scope import required_hospital
from hospital_crm.tenancy.urls import hospital_url
from messaging import purposes
from messaging.domain.dressing import sender_here
from messaging.domain.marking import MedicalAdvert, marked_subject
from messaging.domain.own_links import WAY_OUT
from messaging.gateways.base import InlinePart
from messaging.templates import Filled, Said
from patients.domain import preferences


@dataclass(frozen=True)
class CampaignSaid(Said):
    """The words of a campaign in one language. Where nothing is known of a reader, what stands behind the line."""

    places: tuple[Place, ...] = ()
    language: str = ""
    extra: Mapping[str, str] = field(default_factory=dict)
    lines: tuple[tuple[str, str], ...] = ()

    def fill(self, values: Mapping[str, Any]) -> Filled:
        """With what is told of one reader; `lines` are the provider's values, each in its own words."""
        known = variables.values_of(values, self.places, self.language)
        filled = super().fill({**known, **self.extra, WAY_OUT: values.get(WAY_OUT, self.extra.get(WAY_OUT, ""))})
        told = {name: text % known for name, text in self.lines}
        return filled._replace(provider_values=told) if told else filled


@dataclass(frozen=True)
class CampaignWords:
    """All languages of one campaign, for the outbox; or one of them, whoever reads."""

    campaign: Campaign
    only: str = ""

    def said(self, language: str) -> Said:
        """The words a reader of this language is given: in it, else in the hospital's own, else in any."""
        text = text_for(self.campaign, self.only or language)
        if text is None:
            raise LookupError(f"campaign {self.campaign.pk} has no words")
        return said_of(self.campaign, text, picture_url=lambda n: f"cid:picture-{n}", with_pictures=True)


def resolve(code: str) -> CampaignWords:
    """`campaign:12` as the outbox asks for it, `campaign:12:en` for one language whoever reads. LookupError where there
    is no such campaign.
    """
    number, _colon, only = code.partition(":")[2].partition(":")
    found = Campaign.objects.filter(pk=int(number)).first() if number.isdecimal() else None
    if found is None:
        raise LookupError(f"no text is called {code}")
    return CampaignWords(found, only)


def text_for(campaign: Campaign, language: str) -> CampaignText | None:
    """The words in a language, else in the nearest there is."""
    texts = {text.language: text for text in campaign.texts.all()}
    order = (language, required_hospital().language, "zh-hans", "zh-hant", "en")
    return next((texts[code] for code in order if code in texts), None)


def said_of(
    campaign: Campaign,
    text: CampaignText,
    *,
    picture_url: Callable[[int], str],
    with_pictures: bool = False,
    way_out: str = "",
) -> CampaignSaid:
    """One language of a campaign with its variables marked. Drawn in that language whoever asks."""
    with translation.override(text.language):
        if not campaign.has_blocks:
            return _short(campaign, text)
        found = blocks.read(text.blocks)
        pictures = list(campaign.pictures.all())
        sheet = _sheet(campaign, text, found, pictures, picture_url)
        places = variables.places_in(text.subject, text.preview, *[f"{one.text} {one.url}" for one in found])
        if campaign.channel == Campaign.Channel.LETTER:
            return _letter(campaign, text, sheet, places)
        subject = marked_subject(text.subject, is_commercial=campaign.is_commercial, language=text.language)
        return CampaignSaid(
            subject=variables.marked(subject),
            body=mail_html.plain_of(sheet),
            html=mail_html.html_of(sheet),
            inline=_inline(found, pictures) if with_pictures else (),
            places=tuple(places),
            language=text.language,
            extra={WAY_OUT: way_out},
            advert=_advert(campaign),
        )


def _short(campaign: Campaign, text: CampaignText) -> CampaignSaid:
    """A text message with signature and way out; of WeChat the provider's template with its values."""
    places = tuple(variables.places_in(text.body))
    body = text.body
    lines: tuple[tuple[str, str], ...] = ()
    if campaign.channel == Campaign.Channel.SMS:
        body = sms.text_of(
            body,
            signature=sms.signature_here(),
            is_commercial=campaign.is_commercial,
            language=text.language,
        )
    elif lines := wechat.lines_of(body):
        body = "\n".join(words for _name, words in lines)
    return CampaignSaid(
        subject="",
        body=variables.marked(body),
        provider_template=text.provider_template,
        provider_values={place.name: place.key for place in places},
        places=places,
        language=text.language,
        lines=tuple((name, variables.marked(words)) for name, words in lines),
        advert=_advert(campaign),
    )


def _advert(campaign: Campaign) -> MedicalAdvert | None:
    """The review of a medical advert, asked again when each message leaves."""
    if not campaign.review_number or campaign.review_until is None:
        return None
    return MedicalAdvert(campaign.review_number, campaign.review_until)


def _letter(campaign: Campaign, text: CampaignText, sheet: Sheet, places: list[Place]) -> CampaignSaid:
    """What is printed: the blocks as plain text. The outbox adds who writes, from where, and the code to answer by."""
    review = [sheet.foot.review] if sheet.foot.review else []
    return CampaignSaid(
        subject=variables.marked(text.subject),
        body="\n\n".join([*mail_html.plain_parts(_printed(sheet)), *map(variables.marked, review)]),
        places=tuple(places),
        language=text.language,
        advert=_advert(campaign),
    )


def _printed(sheet: Sheet) -> Sheet:
    return replace(sheet, blocks=[one for one in sheet.blocks if one.kind not in blocks.NOT_PRINTED])


def _sheet(
    campaign: Campaign,
    text: CampaignText,
    found: list[Block],
    pictures: list[CampaignPicture],
    picture_url: Callable[[int], str],
) -> Sheet:
    known = {picture.number for picture in pictures}
    return Sheet(
        language=text.language,
        subject=text.subject,
        preview=text.preview,
        blocks=found,
        articles=_articles(found, text.language),
        foot=_foot(campaign),
        picture_url=lambda n: picture_url(n) if n in known else "",
        alt_of={picture.number: picture.said for picture in pictures},
    )


def _articles(found: list[Block], language: str) -> dict[str, ArticleCard]:
    """The articles that a mail tells of, as far as they are approved."""
    wanted = {block.article for block in found if block.kind == "article" and block.article}
    cards = {}
    for article in Article.objects.filter(public_id__in=wanted):
        version = reading.for_readers(article, language)
        if version is not None:
            url = hospital_url(required_hospital(), "articles:article", article.public_id)
            cards[str(article.public_id)] = ArticleCard(version.title, version.summary, f"{url}?language={language}")
    return cards


def _foot(campaign: Campaign) -> Foot:
    """Who sent it, why it came, and the way out."""
    sender = sender_here(required_hospital())
    own = HospitalSettings.objects.values_list("sender_address", flat=True).first() or ""
    consent = _("You get this mail because you agreed to receive: %(kind)s.") % {"kind": _agreed_to(campaign)}
    review = _("Review of medical advertisements: %(number)s") % {"number": campaign.review_number}
    return Foot(
        sender=sender.name,
        address=" · ".join(one for one in (sender.postal_address, sender.telephone, own) if one),
        why=consent,
        review=review if campaign.review_number else "",
        way_out_words=_("Change what you receive, or unsubscribe"),
        way_out_url=f"%({WAY_OUT})s",
    )


def _agreed_to(campaign: Campaign) -> Any:
    """What the reader was asked, in the words of the reader's own page."""
    wanted = purposes.get(kinds.purpose_of(campaign)).consent(campaign.channel)
    return preferences.WORDS[wanted][0] if wanted else campaign.get_kind_display()


def _inline(found: list[Block], pictures: list[CampaignPicture]) -> tuple[InlinePart, ...]:
    """The pictures that the blocks show, to go with the mail."""
    shown = {int(block.number) for block in found if block.kind == "picture" and block.number.isdecimal()}
    return tuple(
        InlinePart(f"picture-{picture.number}", picture.content_type, content_of(picture))
        for picture in pictures
        if picture.number in shown
    )
