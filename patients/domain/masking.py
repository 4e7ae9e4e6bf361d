"""How names and numbers are shown to those who may not see them whole: the one place that decides.

张小三 → 张*三 · 欧阳修 → 欧阳* · John Smith → J*** S*** · of more than three words the first and the last ·
13800005678 → 138****5678 · 057187654321 → 0571****4321 ·
identity numbers keep the first three and the last four characters · record numbers lose the four before the last two.
What is empty stays empty.
"""

import re

from hospital_crm.pinyin import surname_length
from patients.domain.names import is_placeholder

_STARS = "****"
_SHORT = 6
_IDENTITY_LENGTH = 15
_WORDS = 3
_NAME_OF_PLACE = r"[^\s\d,，.。、;；()（）号路街道巷弄里村镇乡栋楼]{1,12}?"
# 小区, 社区, 四区 and the like are where somebody lives, not a district.
_DISTRICT = re.compile(
    rf"(?:{_NAME_OF_PLACE}(?:省|自治区|特别行政区))?"
    rf"(?:{_NAME_OF_PLACE}(?:市|自治州|地区|盟))?"
    rf"(?:{_NAME_OF_PLACE}(?:(?<![小社园校片厂库景一二三四五六七八九十])区|县|市|旗))?"
)
_NO_DIGITS = re.compile(r"[^\d]*")


def mask_name(name: str) -> str:
    """A person's name; placeholders for unknown people stay as they are."""
    if not name or is_placeholder(name):
        return name
    if "·" in name and not name.isascii():
        first, *_rest, last = name.split("·")
        return f"{first[:1]}*·*{last[-1:]}"
    surname = surname_length(name)
    if not surname:
        words = [f"{word[0]}***" for word in name.split()]
        return " ".join(words if len(words) <= _WORDS else (words[0], "…", words[-1]))
    given = len(name) - surname
    if given <= 0:
        return f"{name[0]}*"
    return name[:surname] + ("*" if given == 1 else "*" * (given - 1) + name[-1])


def mask_phone(number: str) -> str:
    """A telephone number; landlines keep their area code, foreign numbers the country's first three digits. One
    without area code, which a neighbour could complete, shows two digits, a shorter one none.
    """
    if len(number) < 7:
        return "*" * len(number)
    if len(number) < 9:
        return f"{_STARS}{number[-2:]}"
    head = 4 if number.startswith("+") or (number.startswith("0") and not number.startswith(("010", "02"))) else 3
    return f"{number[:head]}{_STARS}{number[-4:]}"


def mask_identity(number: str) -> str:
    """A number of identity papers: 110***********123X; shorter papers keep the first and the last two characters."""
    if len(number) >= _IDENTITY_LENGTH:
        return f"{number[:3]}{'*' * (len(number) - 7)}{number[-4:]}"
    if len(number) > 3:
        return f"{number[:1]}{'*' * (len(number) - 3)}{number[-2:]}"
    return "*" * len(number)


def mask_number(number: str) -> str:
    """A record number: ZY2611****52."""
    if len(number) < 4:
        return "*" * len(number)
    if len(number) <= _SHORT:
        return f"{number[:1]}{'*' * (len(number) - 2)}{number[-1:]}"
    return f"{number[:-6]}{_STARS}{number[-2:]}" if len(number) > 7 else f"{number[:1]}{_STARS}{number[-2:]}"


def mask_any_number(number: str) -> str:
    """A number of which nobody knows what it is: one as long as an identity number is masked as one, so that no birth
    date is left to read.
    """
    return mask_identity(number) if len(number) >= _IDENTITY_LENGTH else mask_number(number)


def mask_address(address: str) -> str:
    """A postal address: only as much as names province, city and district, never a street, a housing estate or a
    number; of one that begins otherwise, two characters.
    """
    place = _DISTRICT.match(address.strip())
    district = place[0] if place else ""
    if district:
        return district if district == address.strip() else f"{district}{_STARS}"
    return f"{_NO_DIGITS.match(address.strip())[0][:2]}{_STARS}" if address.strip() else ""  # type: ignore[index]


def mask_email(address: str) -> str:
    """A mail address: the first letter and the domain."""
    local, at, domain = address.partition("@")
    return f"{local[:1]}***{at}{domain}" if at else f"{address[:1]}***"


def mask_contact(system: str, value: str) -> str:
    """A contact point by its kind."""
    if system == "phone":
        return mask_phone(value)
    return mask_email(value) if system == "email" else f"{value[:2]}***"
