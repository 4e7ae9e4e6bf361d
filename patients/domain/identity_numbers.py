"""Identity numbers: the resident number of 18 or formerly 15 digits (GB 11643), and the papers that stand in for it.

The number proves itself by its check digit and names the birth date and the sex. Divisions that were withdrawn since
are accepted: older people keep theirs. A number that a spreadsheet turned into 1.40932E+17 has lost digits and is
refused; fillers (无, 不详, 111111) mean that there is none.
"""

import datetime
import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

from stdnum.iso7064 import mod_11_2

_FILLERS = frozenset((
    "无", "無", "不详", "不詳", "未知", "未提供", "未带", "未办理", "无证件", "无身份证", "未填", "空", "暂无",
    "暫無", "没有", "同上", "none", "null", "nan", "n/a", "拒绝提供",
))  # fmt: skip
_SCIENTIFIC = re.compile(r"\d(?:[.,]\d+)?E\+?\d+")
_RESIDENT = re.compile(r"\d{17}[\dX]")
_OLD_RESIDENT = re.compile(r"\d{15}")
_PERMIT = re.compile(r"[HM]\d{8}(?:\d{2})?")
_PASSPORT = re.compile(r"(?=[A-Z0-9]*\d)[A-Z]{1,2}[A-Z0-9]{6,9}")
_PROVINCES = frozenset((
    "11", "12", "13", "14", "15", "21", "22", "23", "31", "32", "33", "34", "35", "36", "37", "41", "42", "43", "44",
    "45", "46", "50", "51", "52", "53", "54", "61", "62", "63", "64", "65", "71", "81", "82", "83", "91",
))  # fmt: skip
_DATE_OF_OLD_NUMBERS = "19"


@dataclass(frozen=True, slots=True)
class IdentityReading:
    """What the cell holds.

    kind: resident | passport | permit | none | invalid. verdict: valid | valid-15 | doubtful (province never existed) |
    invalid | not-resident-id. number is canonical (18 digits for residents, upper case), '' where it cannot be used.
    problem is '' or identity_damaged | identity_check_digit | identity_date | identity_length | identity_unreadable.
    """

    kind: str
    verdict: str
    number: str = ""
    birth_date: datetime.date | None = None
    sex: str = ""
    problem: str = ""

    @property
    def is_proven(self) -> bool:
        """Whether the number may identify a person and prove birth date and sex."""
        return self.kind == "resident" and not self.problem


NOTHING = IdentityReading("none", "not-resident-id")


@lru_cache(maxsize=16384)
def read_identity_number(raw: str) -> IdentityReading:
    """Read one cell. Never raises; refuses by a problem code."""
    text = raw if raw.isascii() else unicodedata.normalize("NFKC", raw)
    text = re.sub(r"[\s'’`\"\-_·.]+(?!\d*E)", "", text.strip()).upper() if not _RESIDENT.fullmatch(text) else text
    if _RESIDENT.fullmatch(text):
        return _resident(text)
    if not text or text.casefold() in _FILLERS or not any(map(str.isalnum, text)) or len(set(text)) == 1:
        return NOTHING
    if _SCIENTIFIC.fullmatch(text):
        return _invalid("identity_damaged")
    if _OLD_RESIDENT.fullmatch(text):
        return _old_resident(text)
    if _PERMIT.fullmatch(text):
        return IdentityReading("permit", "not-resident-id", text)
    if _PASSPORT.fullmatch(text):
        return IdentityReading("passport", "not-resident-id", text)
    return _no_known_paper(text)


def _no_known_paper(text: str) -> IdentityReading:
    problem = "identity_length" if text.rstrip("X").isdigit() else "identity_unreadable"
    verdict = "not-resident-id" if len(text) < 15 else "invalid"
    return IdentityReading("invalid", verdict, problem=problem)


def _resident(text: str) -> IdentityReading:
    if len(set(text)) == 1:
        return NOTHING
    if not mod_11_2.is_valid(text):
        lost = text.endswith("000") and not text.startswith("000")
        return _invalid("identity_damaged" if lost else "identity_check_digit")
    born = _date(text[6:14])
    if born is None:
        return _invalid("identity_date")
    verdict = "valid" if text[:2] in _PROVINCES else "doubtful"
    return IdentityReading("resident", verdict, text, born, _sex(text[16]))


def _old_resident(text: str) -> IdentityReading:
    if len(set(text)) == 1:
        return NOTHING
    born = _date(_DATE_OF_OLD_NUMBERS + text[6:12])
    if born is None or text[:2] not in _PROVINCES:
        return IdentityReading("invalid", "not-resident-id", problem="identity_length")
    number = text[:6] + _DATE_OF_OLD_NUMBERS + text[6:]
    number += mod_11_2.calc_check_digit(number)
    return IdentityReading("resident", "valid-15", number, born, _sex(text[14]))


def _invalid(problem: str) -> IdentityReading:
    return IdentityReading("invalid", "invalid", problem=problem)


def _date(digits: str) -> datetime.date | None:
    try:
        return datetime.date(int(digits[:4]), int(digits[4:6]), int(digits[6:8]))
    except ValueError:
        return None


def _sex(digit: str) -> str:
    return "M" if int(digit) % 2 else "F"
