"""Names of people: cleaned as the hospital writes them, compared by a key, and found by pinyin and initials.

A name typed with full-width blanks, one of the many middle dots, or stray control characters is the same name.
Placeholders for unknown people (无名氏, 不详) stay on the record but never identify anybody.

`hospital_crm.pinyin.VERSION` goes up with every change of the keys that `name_keys` makes: those on record are then
made again (`name_renewal`).
"""

import re
import unicodedata
from functools import lru_cache
from typing import NamedTuple

from hospital_crm.pinyin import (
    CJK,
    IS_CJK,
    first_readings,
    second_readings,
    surname_length,
    without_accents,
)

MAX_LENGTH = 100

_DOTS = dict.fromkeys(map(ord, "•‧∙⋅・．･ᐧ●‣.·"), "·")
_INVISIBLE = re.compile(r"[\u0000-\u001f\u007f\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufe00-\ufe0f\ufeff]")
_BLANK_IN_CJK = re.compile(rf"(?<=[{CJK}·])\s+(?=[{CJK}·])")
_POINT_IN_CJK = re.compile(rf"(?<=[{CJK}])\s*\.\s*(?=[{CJK}])")
_IN_BRACKETS = re.compile(r"[(（\[［【〔{｛<＜〈《][^)）\]］】〕}｝>＞〉》]*[)）\]］】〕}｝>＞〉》]?")
_NOT_WRITTEN = frozenset((
    "无", "無", "不详", "不詳", "未知", "未填", "未提供", "空", "暂无", "暫無", "同上", "none", "null", "nan", "n/a",
    "-", "--", "/", "\\", "*", "**",
))  # fmt: skip
_PLACEHOLDERS = frozenset((
    "无名氏", "無名氏", "无名", "無名", "无名男", "无名女", "无名男性", "无名女性", "佚名", "不知名", "姓名不详",
    "姓名不詳", "姓名未知", "身份不明", "身份不详", "未知姓名", "三无人员", "无主病人", "流浪人员", "unknown",
    "anonymous", "测试", "测试患者", "test",
))  # fmt: skip


class NameKeys(NamedTuple):
    """What a name is searched by: given name, pinyin and initials in the usual and the second reading ('' without
    one). Of a name in letters the given name is its last word, without capitals, accents and signs.
    """

    given_name: str
    py_full: str
    py_initials: str
    py_full_alt: str
    py_initials_alt: str


# The columns of a person that hold them.
KEYS = NameKeys._fields


@lru_cache(maxsize=16384)
def clean_name(raw: str) -> str:
    """The name as the hospital writes it; '' where the cell says that there is none.

    Blanks between Chinese characters go, blanks between Latin words become one, every middle dot becomes ·,
    and a point between Chinese characters, which is what a keyboard has for it.
    """
    name = _INVISIBLE.sub("", raw.lstrip("'’＇"))
    if not name.isascii():
        name = unicodedata.normalize("NFKC", name)
        if IS_CJK.search(name):
            name = _BLANK_IN_CJK.sub("", _POINT_IN_CJK.sub("·", name.translate(_DOTS)))
            name = re.sub(r"\s*·+\s*", "·", name)
    name = " ".join(name.split()).strip("·,;，、。'\"")
    return "" if name.casefold() in _NOT_WRITTEN else name[:MAX_LENGTH]


def is_placeholder(name: str) -> bool:
    """Whether the cleaned name stands for somebody unknown; such a name never identifies a person."""
    return not name or name.casefold() in _PLACEHOLDERS or name.startswith(("无名氏", "無名氏"))


def name_key(name: str) -> str:
    """What two spellings of one name have in common: no blanks, dots or capitals."""
    return re.sub(r"[\s·\-']", "", clean_name(name)).casefold()


def bare_name_key(name: str) -> str:
    """`name_key` without what somebody wrote beside the name in brackets: 谢小婷（母亲）."""
    return name_key(_IN_BRACKETS.sub("", name))


def is_shorter_form(name: str, other: str) -> bool:
    """Whether one of two names in Latin letters is the other without a middle name: John Doe, John William Doe."""
    if not (name.isascii() and other.isascii()):
        return False
    words, others = set(name.casefold().split()), set(other.casefold().split())
    return min(len(words), len(others)) > 1 and (words <= others or others <= words)


@lru_cache(maxsize=16384)
def name_keys(name: str) -> NameKeys:
    """Search keys of a cleaned name. Surnames with two readings (曾 zeng/ceng) are found by both."""
    if not IS_CJK.search(name):
        return _latin_keys(name)
    usual = first_readings(name)
    second = second_readings(name, usual)
    given_name = _given_name(name, surname_length(name))
    return NameKeys(given_name, *_joined(usual), *(_joined(second) if second else ("", "")))


def _latin_keys(name: str) -> NameKeys:
    words = [word for word in re.split(r"[\W_]+", without_accents(name)) if word]
    full, initials = "".join(words)[:200], "".join(word[0] for word in words)[:50]
    last = re.sub(r"[\W_]+", "", without_accents(name.split()[-1] if name.split() else ""))
    return NameKeys(last[:MAX_LENGTH], full, initials, "", "")


def _given_name(name: str, length: int) -> str:
    return name.rpartition("·")[2] if "·" in name else name[length:]


def _joined(syllables: list[str]) -> tuple[str, str]:
    return "".join(syllables)[:200], "".join(syllable[:1] for syllable in syllables)[:50]
