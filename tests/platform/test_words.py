"""What the screens say in Chinese, by the rules of the look: the thing itself instead of 成功 and 失败, no exclamation
marks, 请 only to warn, and full punctuation.
"""

import re
from collections.abc import Iterator
from pathlib import Path

import polib
import pytest
from django.conf import settings

pytestmark = pytest.mark.unit
# 申请, 邀请, 请求, 请假 are words of their own.
POLITE = re.compile(r"(?<![申邀])请(?![求假])")
# A half mark at a Chinese word or at a value among them. An ending such as .xlsx is no full stop, nor is what
# `code` shows of the marks that somebody types.
_HAN, _VALUE = "[\u3400-\u9fff，。、；：？！（）《》“”]", r"(?:%\(\w+\)[sd]|%[sd]|\{\w*\})"
HALF = re.compile(
    rf"{_HAN}\s?[.,:;?!()](?![A-Za-z])|[.,:;?!()]{_HAN}|{_VALUE}\s?[.,:;?!()](?=\s|$|{_VALUE}|{_HAN})|\.\.\."
)
SHOWN_AS_TYPED = re.compile(r"!?\[\w+\]\([^)]*\)|(?<=和) \. @")
WARNINGS = {
    "This order has changed in the meantime. Look at it again before you send.",
    "This person has already been called today. Try again tomorrow.",
    "One of the two records has changed since you looked at them. Look again.",
    "What the two records say has changed since this was decided. Look again.",
    "Somebody has changed this segment meanwhile. Open it again.",
    "The request is not in a state for this any more. Look again.",
}


def said() -> Iterator[tuple[str, str]]:
    """Each text of the project and its Simplified Chinese."""
    for path in sorted(Path(settings.BASE_DIR).glob("locale/*/zh_Hans/LC_MESSAGES/django.po")):
        for entry in polib.pofile(str(path)):
            for words in (entry.msgstr, *entry.msgstr_plural.values()):
                yield entry.msgid, words


def test_nothing_says_only_that_it_went_well_or_not():
    assert [words for _, words in said() if re.search("成功|失败|！", words)] == []


def test_people_are_asked_politely_only_where_they_are_warned():
    assert {text for text, words in said() if POLITE.search(words)} == WARNINGS


def half_marks(words: str) -> list[str]:
    return HALF.findall(SHOWN_AS_TYPED.sub("", words))


def test_punctuation_in_chinese_is_full():
    assert [words for _, words in said() if half_marks(words)] == []


@pytest.mark.parametrize(
    ("words", "is_half"),
    [
        ("已保存.", True),
        ("时间: 8点", True),
        ("甲,乙", True),
        ("甲 (乙)", True),
        ("%(who)s, %(at)s", True),
        ("载入中...", True),
        ("另存为.xlsx。", False),
        ("12:30，共1,268行（CSV）。", False),
        ("%(count)s人", False),
    ],
)
def test_half_marks_are_told_from_numbers_and_code(words: str, is_half: bool):
    assert bool(half_marks(words)) is is_half


# What somebody reads between the tags of a template: texts to translate and whatever is no text are taken out.
UNREAD = [
    (r"\{#.*?#\}|\{% comment .*?\{% endcomment %\}|<(script|style)\b.*?</\1>", ""),
    (r"\{% blocktranslate.*?\{% endblocktranslate %\}", "{{ }}"),
    (r"<[^<>]*(?:\{[%{].*?[%}]\}[^<>]*)*>", "<>"),
    (r"\{%.*?%\}|\{\{.*?\}\}", "¤"),
]
# The number of a line has a full stop in every language; ![words](1) and the key ? are shown as they
# are typed; what follows an address asks nobody.
SHOWN = re.compile(r"(?<=<>)¤\. |!\[¤\]\(¤\)|<>\?(?=<>)|¤\?(?=¤)")
BY_HAND = re.compile(r"[¤>]\s?[,;:?!.](?=[\s¤<]|$)|[¤>]\s?\([¤A-Za-z]|¤\)")


def punctuation_by_hand(template: str) -> list[str]:
    for pattern, instead in UNREAD:
        template = re.sub(pattern, instead, template, flags=re.DOTALL)
    return BY_HAND.findall(SHOWN.sub("", template))


def test_punctuation_of_templates_is_translated():
    pages = Path(settings.BASE_DIR, "templates").rglob("*.html")
    assert {str(page): found for page in pages if (found := punctuation_by_hand(page.read_text()))} == {}


@pytest.mark.parametrize(
    ("template", "found"),
    [
        ("{{ a }}, {{ b }}", True),
        ("{{ a }} ({{ b }})", True),
        ('{% translate "Why" %}: {{ b }}', True),
        ('{{ a }}{% translate ", " %}{{ b }}', False),
        ("{% blocktranslate %}{{ a }}, {{ b }}{% endblocktranslate %}", False),
        ('<li title="{{ a }}: b">{{ rank }}. {{ a }}</li>', False),
    ],
)
def test_punctuation_by_hand_is_found(template: str, found: bool):
    assert bool(punctuation_by_hand(template)) is found
