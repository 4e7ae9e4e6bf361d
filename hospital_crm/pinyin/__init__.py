"""How names are read aloud, and the order they stand in on a list: Chinese names by pinyin, as in a register.

The database sorts by code point, which for Chinese is no order anybody knows, and not every server brings collations of
its own. Whatever is listed by name therefore keeps its reading beside it.

`VERSION` goes up with every change of what is read, here, in the tables of surnames or in the dictionary behind them:
what is kept of people, units and staff is then made again (`manage.py renew`, and every night).
"""

import re
import unicodedata
from functools import lru_cache

from hospital_crm.pinyin.surnames import COMPOUND, GIVEN_READINGS, RARE, READINGS

CJK = "\u2e80-\u2fdf\u3005\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
IS_CJK = re.compile(f"[{CJK}]")
ORDER_LENGTH = 500
VERSION = 5

_WITHOUT_STROKE = str.maketrans({"ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "ı": "i"})
_COMPOUND_BEGINS = frozenset(name[0] for name in COMPOUND)
_COMMON_READING: dict[str, str] = {}


@lru_cache(maxsize=4096)
def name_order(name: str) -> str:
    """What a name is sorted by: its syllables with blanks between, so that 李 stands before 林, then the name itself,
    so that people read alike keep one order.
    """
    words = first_readings(name) if IS_CJK.search(name) else without_accents(name).split()
    return " ".join(filter(None, [*words, name]))[:ORDER_LENGTH]


def initials(text: str) -> str:
    """The first letters of a text that is no name: 高血压 → gxy; digits and Latin letters stay."""
    return "".join(_given_reading(char)[:1] for char in text)


def surname_length(name: str) -> int:
    """How many characters of a Chinese name are its surname; 0 for names that are not written that way."""
    if not name or not IS_CJK.match(name) or "·" in name:
        return 0
    if name[0] not in _COMPOUND_BEGINS:
        return 1
    return next((len(head) for head in (name[:4], name[:3], name[:2]) if head in COMPOUND and len(name) > len(head)), 1)


def first_readings(name: str) -> list[str]:
    """The usual reading of each character."""
    length = surname_length(name)
    return [*_surname_syllables(name[:length]), *map(_given_reading, name[length:])]


def second_readings(name: str, usual: list[str]) -> list[str]:
    """The other way to read the name: the surname's second reading, else that of the first given character with two.
    Empty without one.
    """
    length = surname_length(name)
    if length == 1 and len(READINGS.get(name[0], ())) > 1:
        return [READINGS[name[0]][1], *usual[1:]]
    for place in range(length, len(name)):
        if name[place] in GIVEN_READINGS:
            return [*usual[:place], GIVEN_READINGS[name[place]][1], *usual[place + 1 :]]
    return []


def without_accents(text: str) -> str:
    """Small letters without accents and strokes: Đức → duc, Søren → soren."""
    plain = unicodedata.normalize("NFKD", text.casefold().translate(_WITHOUT_STROKE))
    return unicodedata.normalize("NFC", "".join(char for char in plain if not unicodedata.combining(char)))


def _surname_syllables(surname: str) -> list[str]:
    if surname in COMPOUND:
        return COMPOUND[surname].split()
    return [READINGS[char][0] if char in READINGS else _reading(char) for char in surname]


def _given_reading(char: str) -> str:
    return GIVEN_READINGS[char][0] if char in GIVEN_READINGS else _reading(char)


def _reading(char: str) -> str:
    if char not in _COMMON_READING:
        _COMMON_READING[char] = _looked_up(char)
    return _COMMON_READING[char]


def _looked_up(char: str) -> str:
    if not IS_CJK.match(char):
        return "".join(filter(str.isalnum, without_accents(char)))
    from pypinyin import Style, pinyin  # only here: its dictionaries are large, and most processes read no names

    read = pinyin(char, style=Style.NORMAL, errors="ignore")
    return read[0][0] if read else RARE.get(char, "")
