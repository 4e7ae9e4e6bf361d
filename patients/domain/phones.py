"""Telephone numbers as people type them, brought to the one form that is stored, searched and dialled.

Mobiles are 11 digits without country code; landlines keep their area code; other countries are written +<code><number>.
One cell may hold several numbers, also with nothing but a blank between them, and words such as (女儿). Fillers (无,
不详) are no number. A number with too few or too many digits is kept as a problem, never dialled.
"""

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

import phonenumbers

MOBILE = re.compile(r"1[3-9]\d{9}")
_FILLERS = frozenset((
    "无", "無", "不详", "不詳", "未知", "未提供", "未填", "拒绝提供", "空", "暂无", "暫無", "没有", "同上", "none",
    "null", "nan", "n/a", "无电话", "无手机", "无联系电话", "无号码",
))  # fmt: skip
_SEPARATORS = re.compile(r"[/,;、，；|｜\n\r\t\\]|或者?|和|及|&")
_EXTENSION = re.compile(r"(?:转|轉|分机|分機|ext\.?|x|#|＃)\s*[:：]?\s*(\d{1,6})\s*$", re.IGNORECASE)
_SCIENTIFIC = re.compile(r"\d(?:\.\d+)?e\+?\d+", re.IGNORECASE)
_DECIMAL_TAIL = re.compile(r"^(\d{7,})\.0+$")
_NOTE = re.compile(r"[^\d\s()+\-.–—―‐‑‒−*]+")
_COUNTRY = re.compile(r"^(?:\+|00)86")
_AREA_CODE = re.compile(r"0(?:10|2\d|[3-9]\d{2})")


@dataclass(frozen=True, slots=True)
class Phone:
    """One number ready to dial: canonical value, mobile | landline | foreign, extension, and the words beside it."""

    value: str
    kind: str
    extension: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class PhoneReading:
    """What one cell holds: the numbers, and the texts that look like numbers but are none, with the reason's code."""

    numbers: tuple[Phone, ...] = ()
    problems: tuple[tuple[str, str], ...] = ()


@lru_cache(maxsize=16384)
def read_phones(raw: str) -> PhoneReading:
    """All numbers of a cell, each once, in order.

    Problem codes: phone_too_short, phone_too_long, phone_damaged, phone_unreadable.
    """
    text = unicodedata.normalize("NFKC", raw).strip().lstrip("'’").strip()
    if MOBILE.fullmatch(text):
        return PhoneReading((Phone(text, "mobile"),))
    if not text or text.casefold() in _FILLERS or not any(map(str.isalnum, text)):
        return PhoneReading()
    numbers: dict[str, Phone] = {}
    problems: list[tuple[str, str]] = []
    for part in filter(str.strip, _SEPARATORS.split(text)):
        for found in _read_apart(part.strip()):
            if isinstance(found, Phone):
                numbers.setdefault(found.value, found)
            else:
                problems.append(found)
    return PhoneReading(tuple(numbers.values()), tuple(problems))


def normalise_phone(raw: str) -> str:
    """The canonical form of the first number in the text; '' where it holds none."""
    numbers = read_phones(raw).numbers
    return numbers[0].value if numbers else ""


def _read_apart(part: str) -> list[Phone | tuple[str, str]]:
    """As one number; where it is none, as several with blanks between them, if each of them is one by itself."""
    whole = _read_part(part)
    if all(isinstance(found, Phone) for found in whole):
        return whole
    pieces = [_read_part(piece) for piece in _with_labels(part.split())]
    apart = [found for piece in pieces for found in piece]
    return apart if len(pieces) > 1 and all(pieces) and all(isinstance(one, Phone) for one in apart) else whole


def _with_labels(pieces: list[str]) -> list[str]:
    """Numbers with the words that stand behind each, or before each where the first piece is a word."""
    groups: list[str] = []
    pending = ""
    leads = not any(map(str.isdigit, pieces[0]))
    for piece in pieces:
        if any(map(str.isdigit, piece)):
            groups.append(f"{pending} {piece}".strip())
            pending = ""
        elif leads or not groups:
            pending = f"{pending} {piece}"
        else:
            groups[-1] = f"{groups[-1]} {piece}"
    return groups


def _read_part(part: str) -> list[Phone | tuple[str, str]]:
    if part.casefold() in _FILLERS:
        return []
    if _SCIENTIFIC.fullmatch(part):
        return [(part, "phone_damaged")]
    extension = _EXTENSION.search(part)
    body = _DECIMAL_TAIL.sub(r"\1", part[: extension.start()] if extension else part)
    note = "".join(_NOTE.findall(body)).strip("()（）:：")
    digits = re.sub(r"[^\d+]", "", _NOTE.sub("", body))
    if not digits.strip("+0"):
        return [] if digits else [(part, "phone_unreadable")]
    return _numbers_in(digits, part, extension.group(1) if extension else "", note)


def _numbers_in(digits: str, part: str, extension: str, note: str) -> list[Phone | tuple[str, str]]:
    national = _COUNTRY.sub("", digits)
    if national == digits and re.fullmatch(r"86(?:1[3-9]\d{9})", digits):
        national = digits[2:]
    if re.fullmatch(r"01[3-9]\d{9}", national):
        national = national[1:]
    if re.fullmatch(r"(?:1[3-9]\d{9})+", national):
        return [Phone(value, "mobile", extension, note) for value in MOBILE.findall(national)]
    if national.startswith(("+", "00")):
        return [_foreign(national, part, note)]
    if national != digits and not national.startswith("0"):
        national = "0" + national
    return [_landline(national, part, extension, note)]


def _landline(digits: str, part: str, extension: str, note: str) -> Phone | tuple[str, str]:
    area = _AREA_CODE.match(digits)
    local = digits[area.end() :] if area else digits
    dashed = re.search(r"(\d{7,8})\s*[-–—]\s*(\d{1,5})\s*$", part)
    if not extension and len(local) > 8 and dashed:
        extension = dashed.group(2)
        digits, local = digits[: -len(extension)], local[: -len(extension)]
    if re.fullmatch(r"[48]00\d{7}", digits):
        return Phone(digits, "landline", extension, note)
    if re.fullmatch(r"[2-9]\d{6,7}", local):
        return Phone(digits, "landline", extension, note)
    return part, _length_problem(digits)


def _length_problem(digits: str) -> str:
    usual = 11 if digits.startswith("1") else 12
    if len(digits) < (11 if digits.startswith("1") else 7):
        return "phone_too_short"
    return "phone_too_long" if len(digits) > usual else "phone_unreadable"


def _foreign(digits: str, part: str, note: str) -> Phone | tuple[str, str]:
    try:
        number = phonenumbers.parse("+" + digits.lstrip("+0"), None)
    except phonenumbers.NumberParseException:
        return part, "phone_unreadable"
    if not phonenumbers.is_possible_number(number):
        return part, "phone_unreadable"
    return Phone(phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164), "foreign", "", note)
