"""How names and numbers are shown to those who may not see them whole: the one place that decides.

张小三 → 张*三 · 欧阳修 → 欧阳* · John Smith → J*** S*** · of more than three words the first and the last ·
13800005678 → 138****5678 · 057187654321 → 0571****4321 ·
identity numbers keep the first three and the last four characters · record numbers lose the four before the last two.
What is empty stays empty.
"""

from hospital_crm.pinyin import surname_length
from patients.domain.names import is_placeholder

_STARS = "****"
_SHORT = 6
_WORDS = 3


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
    """A telephone number; landlines keep their area code, foreign numbers the country's first three digits."""
    if not number:
        return ""
    if len(number) < 7:
        return "*" * len(number)
    head = 4 if number.startswith("+") or (number.startswith("0") and not number.startswith(("010", "02"))) else 3
    return f"{number[:head]}{_STARS}{number[-4:]}"


def mask_identity(number: str) -> str:
    """A number of identity papers: 110***********123X; shorter papers keep the first and the last two characters."""
    if len(number) >= 15:
        return f"{number[:3]}{'*' * (len(number) - 7)}{number[-4:]}"
    if len(number) > 3:
        return f"{number[:1]}{'*' * (len(number) - 3)}{number[-2:]}"
    return "*" * len(number)


def mask_number(number: str) -> str:
    """A record number: ZY2611****52."""
    if len(number) <= _SHORT:
        return f"{number[:1]}{'*' * max(len(number) - 2, 0)}{number[-1:]}" if len(number) > 1 else "*" * len(number)
    return f"{number[:-6]}{_STARS}{number[-2:]}" if len(number) > 7 else f"{number[:1]}{_STARS}{number[-2:]}"


def mask_address(address: str) -> str:
    """A postal address: only as much as names the district."""
    for ending in ("区", "县", "市", "旗"):
        place = address.find(ending)
        if place >= 0:
            return f"{address[: place + 1]}{_STARS}" if len(address) > place + 1 else address
    return f"{address[:3]}{_STARS}" if len(address) > 3 else address


def mask_email(address: str) -> str:
    """A mail address: the first letter and the domain."""
    local, at, domain = address.partition("@")
    return f"{local[:1]}***{at}{domain}" if at else f"{address[:1]}***"


def mask_contact(system: str, value: str) -> str:
    """A contact point by its kind."""
    if system == "phone":
        return mask_phone(value)
    return mask_email(value) if system == "email" else f"{value[:2]}***"
