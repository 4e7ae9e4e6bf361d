"""A text message as it leaves: signature first, the words, and the way out where it is commercial, all as the outbox
marks it. How many parts it takes: 70 signs, or 67 each where there are several; with plain Latin signs alone 160 and
153.
"""

from dataclasses import dataclass

from campaigns.domain import variables
from hospital_crm.tenancy.scope import required_hospital
from messaging.domain.dressing import Dressing
from messaging.domain.marking import marked_text_message

MOST_SEGMENTS = 4
_GSM = set(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿"
    "abcdefghijklmnopqrstuvwxyzäöñüà"
)
_GSM_TWICE = set("^{}\\[~]|€")


@dataclass(frozen=True)
class Length:
    """How long a text message is, and how many parts it is sent in."""

    signs: int
    segments: int


def signature_here() -> str:
    """The signature under which this hospital's text messages leave: that of its account, else its short name."""
    return Dressing(required_hospital()).signature


def text_of(body: str, *, signature: str, is_commercial: bool, language: str = "zh-hans") -> str:
    """【hospital】 the words 拒收请回复R."""
    words = " ".join(body.split())
    return marked_text_message(words, signature=signature, is_commercial=is_commercial, language=language)


def length_of(text: str) -> Length:
    """Signs and parts of a text without variables."""
    if all(sign in _GSM or sign in _GSM_TWICE for sign in text):
        signs = sum(2 if sign in _GSM_TWICE else 1 for sign in text)
        return Length(signs, 1 if signs <= 160 else -(-signs // 153))
    signs = len(text.encode("utf-16-le")) // 2
    return Length(signs, 1 if signs <= 70 else -(-signs // 67))


def longest(body: str, *, signature: str, is_commercial: bool, language: str = "zh-hans") -> Length:
    """The length where each variable is as long as they get."""
    words = with_longest(body)
    return length_of(text_of(words, signature=signature, is_commercial=is_commercial, language=language))


def with_longest(body: str) -> str:
    """The words with four signs for a salutation, or what stands behind the line if that is longer."""
    values = {place.key: max(place.fallback, "欧阳女士", key=len) for place in variables.places_in(body)}
    return variables.filled(body, values)
