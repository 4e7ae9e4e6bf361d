"""Fields of HL7 as plain values: moments, names, numbers, telephones, addresses, codes. What cannot be read is ''."""

import datetime as dt
import re
import zoneinfo
from dataclasses import dataclass, field

from integrations.readers import values
from integrations.readers.hl7.message import Segment
from integrations.readers.wordlists import DISPOSITIONS_0112
from patients.domain.names import clean_name
from patients.domain.phones import Phone, read_phones
from patients.domain.records import Moment, Number

_CJK = re.compile(r"[\u3400-\u9fff]")
_TIME = re.compile(r"(\d{4})(\d{2})?(\d{2})?(?:(\d{2})(\d{2})?(\d{2})?(?:\.\d+)?)?([+-]\d{4})?")
# kinds of numbers in PID-3 component 5 (HL7 table 0203 and the words of Chinese systems) → systems here
NUMBER_KINDS = {
    **dict.fromkeys(("", "MR", "MRN", "PI", "PT", "PN", "LOCALID", "PATIENTID", "病历号", "病案号"), "mrn"),
    **dict.fromkeys(("PATIENTNO", "INPATIENT", "INPATIENTNO", "住院号", "ZYH"), "inpatient"),
    **dict.fromkeys(("OUTPATIENT", "OUTPATIENTNO", "CLINICNO", "门诊号", "MZH"), "outpatient"),
    **dict.fromkeys(("IDCARD", "CARD_NO", "CARDNO", "就诊卡", "就诊卡号", "HC"), "card"),
    **dict.fromkeys(("IDENTIFYNO", "NI", "NNCHN", "ID_CARD", "SFZ", "身份证", "身份证号"), "identity"),
    **dict.fromkeys(("PPN", "PASSPORT", "护照"), "passport"),
    **dict.fromkeys(("SS", "SSN", "DL", "AN", "VN", "FN", "HL7", "CF", "INS"), "none"),
}
_MARITAL = {"S": "single", "M": "married", "A": "married", "D": "divorced", "E": "divorced", "W": "widowed"}
_PLACE_STATES = frozenset("CHIKOU") | {"IN", "N", "A"}


@dataclass(frozen=True, slots=True)
class Options:
    """What a reader knows of the system that sends.

    zone: of moments without one. charset: of undeclared bytes. source: before the keys of its visits. number_kinds,
    events, dispositions, consent_kinds: its own words beside the usual ones. department_from: location
    (PV1-3) or service (PV1-10).
    """

    zone: dt.tzinfo = zoneinfo.ZoneInfo("Asia/Shanghai")
    charset: str = ""
    source: str = "his"
    number_kinds: dict[str, str] = field(default_factory=dict)
    events: dict[str, str] = field(default_factory=dict)
    dispositions: dict[str, str] = field(default_factory=dict)
    consent_kinds: dict[str, str] = field(default_factory=dict)
    department_from: str = "location"


def moment(text: str, zone: dt.tzinfo) -> Moment | None:
    """A time stamp: a day where no hour is said, else a moment in its own zone or that of the sender."""
    match = _TIME.fullmatch(re.sub(r"[-/: T](?=\d\d)(?!\d{4}$)", "", text) if "-" in text[:8] else text)
    if match is None or match[3] is None:
        return None
    year, month, day, hour, minute, second = (int(part or 0) for part in match.groups()[:6])
    try:
        if match[4] is None or (hour, minute, second) == (24, 0, 0):
            return dt.date(year, month, day)
        own = dt.datetime.strptime(match[7], "%z").tzinfo if match[7] else zone
        return dt.datetime(year, month, day, hour, minute, min(second, 59), tzinfo=own)
    except ValueError:
        return None


def day(text: str) -> dt.date | None:
    """The day in a time stamp, as it is written; None where it is no day."""
    found = moment(re.sub(r"[+-]\d{4}$", "", text), dt.UTC)
    return found.date() if isinstance(found, dt.datetime) else found


def is_cjk(text: str) -> bool:
    """Whether there is a Chinese character in it."""
    return bool(_CJK.search(text))


def person_name(segment: Segment, number: int) -> str:
    """The name of a person (XPN): the legal one of several; Chinese names in one piece, others with the family name
    last.
    """
    repetitions = segment.repetitions(number)
    kinds = [part[6] if len(part) > 6 else "" for part in repetitions]
    for kind in ("L", "", "D", "A"):
        if kind in kinds:
            return name_of(repetitions[kinds.index(kind)])
    return name_of(repetitions[0]) if repetitions else ""


def name_of(parts: list[str]) -> str:
    """Family, given and further names as one."""
    family, given, further = (*parts, "", "", "")[:3]
    if is_cjk(family):
        return clean_name(family + (given if is_cjk(given) else "") + (further if is_cjk(further) else ""))
    if is_cjk(given):
        return clean_name(given)
    return clean_name(" ".join(part for part in (given, further, family) if part))


def staff_name(segment: Segment, number: int) -> tuple[str, str]:
    """Name and number of a member of staff (XCN); where only a number is said, it stands for the name."""
    parts = (*segment.components(number), "", "", "", "")
    staff_number = parts[0] if re.search(r"\d", parts[0]) or parts[1] else ""
    written = name_of(list(parts[1:4])) or ("" if staff_number else parts[0])
    name = values.physician_name(written) if is_cjk(written) else written
    return (name or staff_number)[:60], staff_number[:30]


def numbers(segment: Segment, options: Options) -> list[tuple[str, str]]:
    """The numbers of a person in a list of identifiers (CX): (kind, number), where kind is a system, identity,
    passport or other.
    """
    found: list[tuple[str, str]] = []
    for parts in segment.repetitions(3):
        found += _number(parts, options)
    return found or [("mrn", number) for number in [_id(segment.text(2))] if number]


def old_numbers(segment: Segment, options: Options) -> list[Number]:
    """The numbers that are retired (MRG-1, and MRG-4 where it stands alone)."""
    said = [pair for parts in segment.repetitions(1) for pair in _number(parts, options)]
    said += [pair for parts in ([] if said else segment.repetitions(4)) for pair in _number(parts, options)]
    return [(kind, number) for kind, number in said if kind not in ("identity", "passport")]


def _number(parts: list[str], options: Options) -> list[tuple[str, str]]:
    number = _id(parts[0])
    if not number:
        return []
    padded = (*parts, *[""] * 6)
    word, authority = padded[4].upper(), padded[3].upper()
    if "USSSA" in (authority, padded[5].upper()):
        return []
    if " " in word and word not in options.number_kinds:  # no code: the facility, one component early
        word = ""
    kind = options.number_kinds.get(word) or NUMBER_KINDS.get(word)
    if not word and NUMBER_KINDS.get(authority) not in (None, "mrn"):
        kind = NUMBER_KINDS[authority]
    if kind is None:
        kind, number = "other", f"{word}:{number}"
    return [] if kind == "none" or len(number) > 40 else [(kind, number)]


def _id(text: str) -> str:
    return values.number_text(text) if not is_cjk(text) else ""


def telephones(segment: Segment, places: tuple[int, ...]) -> tuple[tuple[Phone, ...], str, list[str]]:
    """Telephones, e-mail and codes of problems in fields of telephones (XTN)."""
    phones: dict[str, Phone] = {}
    email, problems = "", []
    for place in places:
        for parts in segment.repetitions(place):
            padded = (*parts, *[""] * 12)
            if "@" in "".join(parts):
                email = email or next(part for part in parts if "@" in part)
            elif padded[2] not in ("FX", "MD"):
                reading = read_phones(_telephone(padded))
                phones |= {phone.value: phone for phone in reading.numbers}
                problems += [code for _, code in reading.problems]
    return tuple(phones.values()), email, list(dict.fromkeys(problems))


def _telephone(parts: tuple[str, ...]) -> str:
    """The number of one repetition: whole where it is said whole, else from its parts."""
    if re.search(r"\d", parts[0]):
        return parts[0]
    if parts[6]:
        country = f"+{parts[4]}" if parts[4] and parts[4] not in ("86", "086") else ""
        return f"{country}{parts[5]}{parts[6]}" + (f"转{parts[7]}" if parts[7] and not country else "")
    return next((parts[place] for place in (11, 8) if re.search(r"\d", parts[place])), "")


def address(segment: Segment, number: int) -> str:
    """The first address that says something (XAD), the home before others."""
    repetitions = segment.repetitions(number)
    homes = [part for part in repetitions if len(part) > 6 and part[6] in ("H", "L", "P", "C")]
    for parts in (*homes, *repetitions):
        street, other, city, state = (*map(values.words, parts[:4]), "", "", "", "")[:4]
        if is_cjk(street + other + city + state):
            larger = "".join(part for part in (state, city) if part and not street.startswith(part))
            return f"{larger}{street}{other if other not in street else ''}"[:200]
        if text := ", ".join(part for part in (street, other, city, state) if part):
            return text[:200]
    return ""


def marital_status(segment: Segment, number: int) -> str:
    """single, married, divorced, widowed; '' where the word is not known."""
    parts = segment.components(number)
    for part in parts[1:2] + parts[:1]:
        if said := _MARITAL.get(part.upper()[:1] if len(part) == 1 else "") or values.marital_status(part):
            return said
    return ""


def disposition(segment: Segment, number: int, options: Options) -> str:
    """How the person left."""
    for part in segment.components(number)[:2]:
        if said := options.dispositions.get(part) or DISPOSITIONS_0112.get(part) or values.disposition(part):
            return said
    return ""


def hints_at_death(segment: Segment, number: int) -> bool:
    """Whether a way of leaving that nobody understands holds a sign of death."""
    return any(map(values.hints_at_death, segment.components(number)[:2]))


def location(segment: Segment, number: int) -> tuple[str, str, str]:
    """Department, ward and bed (PL). Chinese systems write the department's name where the standard has the state of
    the bed, and its code where it has the facility.
    """
    parts = (*segment.components(number), *[""] * 9)
    bed = parts[2] or parts[1]
    named = parts[4] if parts[4] and parts[4].upper() not in _PLACE_STATES and len(parts[4]) > 1 else ""
    if named and is_cjk(named):
        return named[:60], parts[0][:60], bed[:20]
    place = parts[0] or parts[3]
    return place[:60], parts[0][:60], bed[:20]
