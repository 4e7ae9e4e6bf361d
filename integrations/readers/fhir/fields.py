"""Parts of resources as plain values: moments, names, codes, telephones, addresses. What cannot be read is ''.

Nothing here trusts the shape of what came: a part of another type is as if it were not said.
"""

import datetime as dt
import hashlib
import re
import zoneinfo
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from integrations.readers import values
from integrations.readers.hl7.fields import is_cjk, name_of
from patients.domain.phones import Phone, PhoneReading, read_phones
from patients.domain.records import Moment

Resource = dict[str, Any]
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_FRACTION = re.compile(r"\.\d+")
# uses of a name, best first; a name of the past or of play is never taken
_NAME_USES = ("official", "usual", "", "temp")
_MARITAL = {"M": "married", "S": "single", "D": "divorced", "W": "widowed"}
_NUMBER_LENGTH = 40
# before numbers that are written as at home, where the address says which home that is
_ABROAD = {"TW": "886", "HK": "852", "MO": "853"}


@dataclass(frozen=True, slots=True)
class Options:
    """What a reader knows of the system that sends.

    zone: of moments without one, and of days. source: before its keys of people and visits. number_kinds: its systems
    and types of identifiers → kinds of numbers here. dispositions: its own words beside the usual ones.
    """

    zone: dt.tzinfo = zoneinfo.ZoneInfo("Asia/Shanghai")
    source: str = "his"
    number_kinds: dict[str, str] = field(default_factory=dict)
    dispositions: dict[str, str] = field(default_factory=dict)


def text(value: Any, limit: int = 300) -> str:
    """A string as it can be stored; '' for anything else."""
    if not isinstance(value, str):
        return ""
    return values.words(value if value.isprintable() else value.encode("utf-8", "ignore").decode(), limit)


def kind_of(resource: Any) -> str:
    """The kind of a resource; '' for what is none, '?' for a name that no kind has."""
    said = resource.get("resourceType") if isinstance(resource, dict) else None
    if not isinstance(said, str) or not said:
        return ""
    return said if said.isascii() and said.isalpha() and len(said) <= 30 else "?"


def part(value: Any, *names: str) -> Resource:
    """A part within parts; an empty one where it is not there."""
    for name in names:
        value = value.get(name) if isinstance(value, dict) else None
    return value if isinstance(value, dict) else {}


def parts(value: Any, name: str) -> list[Resource]:
    """The parts of a list; one that stands alone is a list of one."""
    found = value.get(name) if isinstance(value, dict) else None
    listed = found if isinstance(found, list) else [found]
    return [one for one in listed if isinstance(one, dict)]


def moment(value: Any, zone: dt.tzinfo) -> Moment | None:
    """A day, or a moment in the zone it is written in; None for a year or a month alone."""
    if not isinstance(value, str):
        return None
    try:
        if _DAY.fullmatch(value):
            return dt.date.fromisoformat(value)
        if "T" not in value:
            return None
        found = dt.datetime.fromisoformat(_FRACTION.sub("", value))
    except ValueError:
        return None
    return found if found.tzinfo else found.replace(tzinfo=zone)


def day(value: Any, zone: dt.tzinfo) -> dt.date | None:
    """The hospital's day of a moment."""
    found = moment(value, zone)
    return found.astimezone(zone).date() if isinstance(found, dt.datetime) else found


def codes(concept: Any) -> Iterator[tuple[str, str, str]]:
    """System, code and words of each coding of a concept; a coding that stands alone is one."""
    codings = parts(concept, "coding") or ([concept] if isinstance(concept, dict) and "code" in concept else [])
    for coding in codings:
        yield text(coding.get("system"), 200), text(coding.get("code"), 80), text(coding.get("display"))


def code_of(concept: Any, system: str = "") -> str:
    """The first code of a concept, of the system whose address ends so."""
    return next((code for where, code, _ in codes(concept) if code and where.endswith(system)), "")


def words_of(concept: Any) -> str:
    """What a concept says in words."""
    said = text(concept.get("text")) if isinstance(concept, dict) else ""
    return said or next((display for _, _, display in codes(concept) if display), "")


def person_name(resource: Resource) -> str:
    """The name of a person, the official one before others; Chinese names in one piece."""
    names = parts(resource, "name")
    for use in _NAME_USES:
        for one in names:
            if text(one.get("use")) == use and (said := _name(one)):
                return said
    return ""


def _name(name: Resource) -> str:
    given = name.get("given")
    first = " ".join(text(one) for one in given if isinstance(one, str)) if isinstance(given, list) else text(given)
    family = text(name.get("family"))
    written = text(name.get("text"))
    if is_cjk(written) and not is_cjk(family + first):
        return name_of([written])
    return name_of([family, first]) or name_of([written])


def country(resource: Resource) -> str:
    """The country of the first address that names one, by its letters."""
    return next((code for one in parts(resource, "address") if (code := text(one.get("country"), 3).upper())), "")


def telephones(resource: Resource, home: str = "") -> tuple[tuple[Phone, ...], str, list[str]]:
    """Telephones in use, mobile ones first as the source prefers them; an e-mail address; codes of problems.

    `home`: the country whose numbers these are, where it is known.
    """
    phones: dict[str, Phone] = {}
    problems: list[str] = []
    said = [one for one in parts(resource, "telecom") if one.get("use") != "old"]
    for one in sorted(said, key=_preference):
        if one.get("system") in ("phone", "sms"):
            reading = _read_phone(text(one.get("value"), 100), home)
            phones |= {phone.value: phone for phone in reading.numbers if phone.value not in phones}
            problems += [code for _, code in reading.problems]
    mails = (text(one.get("value"), 120) for one in said if one.get("system") == "email")
    return tuple(phones.values()), next((mail for mail in mails if "@" in mail), ""), [*dict.fromkeys(problems)]


def _read_phone(written: str, home: str) -> PhoneReading:
    reading = read_phones(written)
    digits = re.sub(r"\D", "", written).lstrip("0")
    if reading.numbers or home not in _ABROAD or not digits:
        return reading
    abroad = read_phones(f"+{_ABROAD[home]}{digits}")
    return abroad if abroad.numbers else reading


def _preference(telecom: Resource) -> tuple[int, bool]:
    rank = telecom.get("rank")
    return rank if isinstance(rank, int) else 99, telecom.get("use") != "mobile"


def address(resource: Resource) -> str:
    """The first address in use, the home before others."""
    said = [one for one in parts(resource, "address") if one.get("use") not in ("old", "billing")]
    for one in sorted(said, key=lambda one: one.get("use") != "home"):
        lines = one.get("line")
        street = " ".join(text(line) for line in lines) if isinstance(lines, list) else ""
        larger = [text(one.get(name)) for name in ("state", "city", "district")]
        if is_cjk(street + "".join(larger)):
            return "".join([*(name for name in larger if name not in street), street])[:200]
        if found := ", ".join(filter(None, (street, *reversed(larger)))) or text(one.get("text")):
            return found[:200]
    return ""


def marital_status(concept: Any) -> str:
    """single, married, divorced, widowed; '' where the word is not known."""
    return _MARITAL.get(code_of(concept), "") or values.marital_status(words_of(concept))


def source_number(options: Options, key: str) -> tuple[str, str]:
    """The name of a person in the source as one of its numbers here; a long one by what is left of it."""
    value = f"{options.source}|{key}"
    if len(value) > _NUMBER_LENGTH:
        value = f"{options.source[:7]}|{hashlib.sha256(value.encode()).hexdigest()[:32]}"
    return "other", value
