"""One box finds people by name, given name, pinyin, initials, telephone number or its tail, record number, and
identity number or its tail.

The shape of what was typed decides where to look: Chinese characters in names, letters in pinyin and in names written
with letters, digits in numbers. Every look-up is a
prefix on an indexed column, and says that the column is not empty where its index leaves the empty ones out. Digits
shorter than four find nobody: too many would fit.
"""

import re
from collections.abc import Iterable, Iterator

from django.db.models import F, Q, QuerySet, Value
from django.db.models.functions import Replace
from django.db.models.lookups import StartsWith

from accounts.actors import Actor
from accounts.audit import log_access
from hospital_crm.crypto import tail_hash, whole_hash
from hospital_crm.pinyin import without_accents
from hospital_crm.pinyin.variants import ways_to_write
from patients.domain.names import clean_name, name_keys
from patients.domain.phones import normalise_phone
from patients.models import ContactPoint, Identifier, Patient

SHOWN = 50
SUGGESTED = 8
_CANDIDATES = 2000
_FEWEST_DIGITS = 4
_FEWEST_FROM_FRONT = 7
_TAIL = 6
_CJK = re.compile(r"[\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]")
_BETWEEN = re.compile(r"[\s\-()'’‘`´.,]")
_FEWEST_WITHOUT_DOT = 3
_RECORD_SYSTEMS = ["mrn", "inpatient", "outpatient", "card", "other"]


def find_people(actor: Actor, text: str, *, limit: int = SHOWN, page: str = "search") -> list[Patient]:
    """People the actor may see whom the text fits, latest visit first, at most `limit`. Writes one entry of the
    access log for all.
    """
    found = list(people_matching(actor, text).select_related("last_department")[:limit])
    log_access(actor, "search", [patient.pk for patient in found], page=page)
    return found


def people_matching(actor: Actor, text: str, *, is_whole: bool = False) -> QuerySet[Patient]:
    """The rows behind `find_people`, in its order and not yet cut. `is_whole`: a number is found by all of it or by
    exactly its four last digits, which a masked one shows, so that a program cannot feel its way to the rest.
    """
    condition = _condition(clean_name(text)[:60], is_whole)
    visible = Patient.objects.visible_to(actor).exclude(contact_state="erased")
    return visible.filter(condition).newest_first() if condition is not None else visible.none()


def _condition(text: str, is_whole: bool) -> Q | None:
    if not text:
        return None
    if _CJK.search(text):
        return _by_characters(text)
    compact = _BETWEEN.sub("", text)
    if not any(map(str.isdigit, compact)):
        return _by_letters(text, without_accents(compact))
    if len(compact) < _FEWEST_DIGITS:
        return None
    return Q(pk__in=_ids_by_number(compact.upper(), is_whole))


def _by_characters(text: str) -> Q:
    """Traditional or simplified characters, whichever were typed. A name with a dot is found without it too, by its
    pinyin first, which knows no dots.
    """
    condition = _begins(ways_to_write(text))
    if "·" in text or len(text) < _FEWEST_WITHOUT_DOT:
        return condition
    without_dot = StartsWith(Replace(F("name"), Value("·"), Value("")), text)
    return condition | Q(without_dot, py_full__prefix=name_keys(f"{text}·").py_full, name__contains="·")


def _by_letters(text: str, letters: str) -> Q:
    """Pinyin or initials, in either reading of the surname; of a name in letters the last word too, alone, before the
    others, or after the first ones. Capitals, accents, dots and apostrophes make no difference; other scripts are found
    as they are written. The `~Q` lets the small indexes of second readings answer.
    """
    condition = Q(given_name__prefix=letters)
    for way in _spellings(text):
        condition |= Q(name__prefix=way)
    if not letters.isalpha():
        return condition
    second = Q(py_full_alt__prefix=letters) & ~Q(py_full_alt="") | Q(py_initials_alt__prefix=letters) & ~Q(
        py_initials_alt=""
    )
    words = text.replace(",", " ").split()
    for last, others in ((words[0], words[1:]), (words[-1], words[:-1])):
        if others:
            before = without_accents(_BETWEEN.sub("", "".join(others)))
            condition |= Q(given_name=without_accents(_BETWEEN.sub("", last)), py_full__prefix=before)
    return condition | Q(py_initials__prefix=letters) | Q(py_full__prefix=letters) | second


def _begins(ways: Iterable[str]) -> Q:
    condition = Q()
    for way in ways:
        condition |= Q(name__prefix=way) | Q(given_name__prefix=way)
    return condition


def _spellings(text: str) -> list[str]:
    """As typed, with capitals as names have them, with either apostrophe."""
    cases = (text, text.title(), text.upper())
    return list(
        dict.fromkeys(one.replace(before, after) for one in cases for before, after in (("’", "'"), ("'", "’")))
    )


def _ids_by_number(number: str, is_whole: bool) -> set[int]:
    """Ids of those with such a number. At most 2,000 per kind of number are looked at."""
    ids: set[int] = set()
    for rows in _whole_look_ups(number) if is_whole else _number_look_ups(number):
        ids.update(rows.values_list("patient_id", flat=True)[:_CANDIDATES])
    return ids


def _number_look_ups(number: str) -> Iterator[QuerySet]:
    if number.lstrip("+").isdigit():
        yield ContactPoint.objects.filter(_phone_condition(number.lstrip("+")))
    if number.isalnum():
        yield Identifier.objects.filter(~Q(value=""), system__in=_RECORD_SYSTEMS, value__prefix=number)
        hashes = Q(value_hash=whole_hash(number)) & ~Q(value_hash="")
        if len(number) == _TAIL:
            hashes |= Q(tail_hash=tail_hash(number)) & ~Q(tail_hash="")
        yield Identifier.objects.filter(hashes)


def _whole_look_ups(number: str) -> Iterator[QuerySet]:
    digits = number.lstrip("+")
    if digits.isdigit():
        tail = Q(value_reversed__prefix=digits[::-1]) & ~Q(value_reversed="")
        is_tail = len(digits) == _FEWEST_DIGITS
        yield ContactPoint.objects.filter(tail if is_tail else Q(value=normalise_phone(digits) or digits))
    yield from _identifiers(number)


def _identifiers(number: str) -> Iterator[QuerySet]:
    if number.isalnum():
        yield Identifier.objects.filter(~Q(value=""), system__in=_RECORD_SYSTEMS, value=number)
        yield Identifier.objects.filter(~Q(value_hash=""), value_hash=whole_hash(number))


def bearers_of(number: str) -> set[int]:
    """Ids of those who bear exactly this record number or identity number, whoever asks and whatever became of them."""
    compact = re.sub(r"[\s\-]", "", number).upper()
    return {person for rows in _identifiers(compact) for person in rows.values_list("patient_id", flat=True)}


def _phone_condition(digits: str) -> Q:
    tail = Q(value_reversed__prefix=digits[::-1]) & ~Q(value_reversed="")
    whole = normalise_phone(digits) or digits
    return tail | Q(value__prefix=whole) if len(digits) >= _FEWEST_FROM_FRONT else tail


def person_with_number(number: str) -> Patient | None:
    """The person with exactly this record number, whoever asks; None where nobody or more than one has it."""
    rows = Identifier.objects.filter(~Q(value=""), system__in=_RECORD_SYSTEMS, value=number.strip().upper())
    ids = set(rows.values_list("patient_id", flat=True)[:2])
    if len(ids) != 1:
        return None
    return Patient.objects.filter(pk__in=ids).exclude(contact_state__in=("erased", "binned")).first()
