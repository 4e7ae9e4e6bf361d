"""What commercial messages must bear (PRODUCT §4.5): 广告 or AD before the subject, who sends it and from where, the
number of a medical advert; 【signature】 and the way out on a text message.

Marks that stand already are not put a second time, so that marking twice changes nothing.
"""

import datetime as dt
import re
from dataclasses import dataclass

ADVERT = {"zh-hans": "广告：", "zh-hant": "廣告：", "en": "AD: "}
WAY_OUT = {"zh-hans": "拒收请回复R", "zh-hant": "拒收請回覆R", "en": "Reply R to stop"}
_MARKED = re.compile(r"^\s*[\[(（【]?\s*(?:广告|廣告|AD\b)\s*[\])）】]?", re.IGNORECASE)
_SIGNED = re.compile(r"^\s*【[^】]{1,30}】")


class NotMarked(ValueError):
    """A commercial message lacks something that only people can give: what, as `messaging.models.reasons.LACKS` says
    it.
    """

    def __init__(self, lacks: str) -> None:
        super().__init__(lacks)
        self.lacks = lacks


@dataclass(frozen=True)
class Sender:
    """Who writes: the hospital's name, its postal address, its telephone."""

    name: str
    postal_address: str
    telephone: str = ""


@dataclass(frozen=True)
class MedicalAdvert:
    """The number of the review of a medical advert (医疗广告审查证明) and its last day."""

    review_number: str
    valid_until: dt.date


def marked_subject(subject: str, *, is_commercial: bool, language: str) -> str:
    """The subject of a mail; of commercial ones with the mark before it."""
    if not is_commercial or _MARKED.match(subject):
        return subject
    return f"{ADVERT.get(language, ADVERT['en'])}{subject}"


def marked_text_message(text: str, *, signature: str, is_commercial: bool, language: str) -> str:
    """A text message with its signature before it; of commercial ones with the way out behind it. NotMarked without a
    signature.
    """
    if not signature.strip():
        raise NotMarked("signature")
    signed = text if _SIGNED.match(text) else f"【{signature.strip()}】{text}"
    way_out = WAY_OUT.get(language, WAY_OUT["en"])
    if not is_commercial or way_out in signed:
        return signed
    return f"{signed.rstrip()} {way_out}"


def check_review(advert: MedicalAdvert | None, *, today: dt.date) -> None:
    """Asked on the day on which a message leaves. NotMarked for a medical advert whose review is over by then."""
    if advert is not None and advert.valid_until < today:
        raise NotMarked("review_over")


def sender_lines(sender: Sender, *, is_commercial: bool, advert: MedicalAdvert | None) -> list[str]:
    """Who writes and from where, at the foot of a mail or letter. NotMarked for a commercial one without an address."""
    if is_commercial and not sender.postal_address.strip():
        raise NotMarked("postal_address")
    lines = [sender.name, *(one for one in (sender.postal_address.strip(), sender.telephone.strip()) if one)]
    if advert is not None:
        lines.append(f"{advert.review_number} ({advert.valid_until.isoformat()})")
    return lines
