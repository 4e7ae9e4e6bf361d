"""One box finds people by name, given name, pinyin, initials, telephone number or its tail, record number, and
identity number or its tail.

The shape of what was typed decides where to look: Chinese characters in names, letters in pinyin and in names written
with letters, digits in numbers. Every look-up is a
prefix on an indexed column, and says that the column is not empty where its index leaves the empty ones out. Digits
shorter than four find nobody: too many would fit.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import reduce
from operator import or_
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import F, Q, QuerySet, Value
from django.db.models.functions import Replace

from accounts.actors import Actor
from accounts.audit import log_access
from hospital_crm.crypto import tail_hash, whole_hash
from hospital_crm.pinyin import without_accents
from hospital_crm.pinyin.variants import ways_to_write
from hospital_crm.tenancy.lookups import Prefix
from hospital_crm.tenancy.together import Few, PreparedReads, read_together
from patients.domain.names import clean_name, name_keys
from patients.domain.phones import normalise_phone
from patients.domain.reach import as_kept
from patients.models import ContactPoint, Identifier, Patient
from patients.models.querysets import Joined

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
# What lists, pickers and the API show of who was found.
_COLUMNS = (
    *("id", "public_id", "name", "sex", "birth_date", "phone", "mrn", "kind", "category", "source", "region"),
    *("division_code", "care_tier", "last_visit_on", "last_diagnosis_text", "last_department__name", "contact_state"),
    *("preferred_channel", "preferred_language", "created_at"),
)


_Places = tuple[tuple[str, int], ...]


@dataclass(frozen=True)
class _LookUp:
    """One place to look in, a key of `_NAMES` or `_NUMBERS`, and the texts to look for."""

    place: str
    texts: tuple[str, ...]


def find_people(actor: Actor, text: str, *, limit: int = SHOWN, page: str = "search") -> list[Patient]:
    """People the actor may see whom the text fits, latest visit first, at most `limit`. Writes one entry of the
    access log for all.
    """
    found = people_matching(actor, text, limit=limit)
    log_access(actor, "search", [patient.pk for patient in found], page=page)
    return found


def people_matching(actor: Actor, text: str, *, limit: int, is_whole: bool = False) -> list[Patient]:
    """Those whom `find_people` finds, with what is shown of them and no other column. `is_whole`: a number is found by
    all of it or by exactly its four last digits, which a masked one shows, so that a program cannot feel its way to
    the rest.
    """
    look_ups = _look_ups(clean_name(text)[:60], is_whole)
    if not look_ups:
        return []
    places = tuple((one.place, len(one.texts)) for one in look_ups)
    texts = tuple(text for one in look_ups for text in one.texts)
    if actor.sees == "all":
        return _FOUND_OF_ALL.read(places, limit, texts=texts)["found"]
    fits = reduce(or_, _conditions(places, texts))
    visible = Patient.objects.visible_to(actor).filter(fits).exclude(contact_state="erased")
    newest = visible.newest_first().values("pk")[:limit]  # first their ids: an index tells them without a row
    return read_together(found=_few(Patient.objects.filter(pk__any_of=_together([newest])), limit))["found"]


def _found_of_all(places: _Places, limit: int, *, texts: tuple[str, ...]) -> dict[str, Few]:
    """The newest of who is found in each place, together. Of each place at most as many are taken as are wanted of
    all, in the order of all, so that each is answered by an index of its own or, of a name that many have, by the first
    of the list.
    """
    everybody = Patient.objects.out_of_bin().exclude(contact_state="erased")
    newest = [everybody.filter(fits).newest_first().values("pk")[:limit] for fits in _conditions(places, texts)]
    return {"found": _few(Patient.objects.out_of_bin().filter(pk__any_of=_together(newest)), limit)}


def _conditions(places: _Places, texts: tuple[str, ...]) -> list[Q]:
    """What the texts say of people in each place where names are, and all places of numbers together."""
    conditions: list[Q] = []
    numbers: list[QuerySet] = []
    rest = list(texts)
    for place, size in places:
        asked, rest = rest[:size], rest[size:]
        if place in _NAMES:
            conditions.append(_NAMES[place](*asked))
        else:
            numbers.append(_NUMBERS[place](*asked).order_by().values("patient_id")[:_CANDIDATES])
    return [*conditions, Q(pk__any_of=_together(numbers))] if numbers else conditions


def _few(people: Any, limit: int) -> Few:
    return Few(people.exclude(contact_state="erased").newest_first()[:limit], _COLUMNS)


def _together(ids: list[QuerySet]) -> Joined:
    return Joined(*map(ArraySubquery, ids))


# Of roles that see everybody a search differs by its texts alone.
_FOUND_OF_ALL = PreparedReads(_found_of_all)

# Where to look, and what of people, or which rows of theirs, the texts fit there.
_NAMES: dict[str, Callable[..., Q]] = {
    "name": lambda *ways: _begins("name", ways),
    "given_name": lambda *ways: _begins("given_name", ways),
    "name_without_dot": lambda text, pinyin: Q(
        Prefix(Replace(F("name"), Value("·"), Value("")), text), py_full__prefix=pinyin, name__contains="·"
    ),
    "last_word": lambda last, before: Q(given_name=last, py_full__prefix=before),
    "pinyin": lambda text: Q(py_full__prefix=text),
    "initials": lambda text: Q(py_initials__prefix=text),
    # the `~Q` of this and the following lets the small indexes of second readings answer
    "other_pinyin": lambda text: Q(py_full_alt__prefix=text) & ~Q(py_full_alt=""),
    "other_initials": lambda text: Q(py_initials_alt__prefix=text) & ~Q(py_initials_alt=""),
}
_NUMBERS: dict[str, Callable[..., QuerySet]] = {
    "phone_tail": lambda digits: ContactPoint.objects.filter(~Q(value_reversed=""), value_reversed__prefix=digits),
    "phone_front": lambda digits: ContactPoint.objects.filter(value__prefix=digits),
    "phone": lambda number: ContactPoint.objects.filter(value=number),
    "record_front": lambda *ways: _records().filter(_begins("value", ways)),
    "record": lambda *ways: _records().filter(value__in=ways),
    "identity": lambda value: Identifier.objects.filter(~Q(value_hash=""), value_hash=value),
    "identity_tail": lambda value: Identifier.objects.filter(~Q(tail_hash=""), tail_hash=value),
}


def _begins(column: str, ways: Iterable[str]) -> Q:
    return reduce(or_, (Q(**{f"{column}__prefix": way}) for way in ways))


def _records() -> QuerySet[Identifier]:
    return Identifier.objects.filter(~Q(value=""), system__in=_RECORD_SYSTEMS)


def _look_ups(text: str, is_whole: bool) -> list[_LookUp]:
    if not text:
        return []
    if _CJK.search(text):
        return list(_by_characters(text))
    compact = _BETWEEN.sub("", text)
    if not any(map(str.isdigit, compact)):
        return list(_by_letters(text, without_accents(compact)))
    if len(compact) < _FEWEST_DIGITS:
        return []
    return list((_whole_look_ups if is_whole else _number_look_ups)(compact.upper(), _records_written(text)))


def _in(place: str, *texts: str) -> _LookUp:
    return _LookUp(place, texts)


def _by_characters(text: str) -> Iterator[_LookUp]:
    """Traditional or simplified characters, whichever were typed: as typed, and in all other ways at once, for each
    place is planned by itself. A name with a dot is found without it too, by its pinyin first, which knows no dots.
    """
    typed, *others = ways_to_write(text)
    for ways in filter(None, ([typed], others)):
        yield from (_in("name", *ways), _in("given_name", *ways))
    if "·" not in text and len(text) >= _FEWEST_WITHOUT_DOT:
        yield _in("name_without_dot", text, name_keys(f"{text}·").py_full)


def _by_letters(text: str, letters: str) -> Iterator[_LookUp]:
    """Pinyin or initials, in either reading of the surname; of a name in letters the last word too, alone, before the
    others, or after the first ones. Capitals, accents, dots and apostrophes make no difference; other scripts are found
    as they are written.
    """
    yield from (_in("given_name", letters), _in("name", *_spellings(text)))
    if not letters.isalpha():
        return
    words = text.replace(",", " ").split()
    for last, others in ((words[0], words[1:]), (words[-1], words[:-1])):
        if others:
            before = without_accents(_BETWEEN.sub("", "".join(others)))
            yield _in("last_word", without_accents(_BETWEEN.sub("", last)), before)
    yield from (_in(place, letters) for place in ("initials", "pinyin", "other_pinyin", "other_initials"))


def _spellings(text: str) -> list[str]:
    """As typed, with capitals as names have them, with either apostrophe."""
    cases = (text, text.title(), text.upper())
    return list(
        dict.fromkeys(one.replace(before, after) for one in cases for before, after in (("’", "'"), ("'", "’")))
    )


def _records_written(number: str) -> tuple[str, ...]:
    """How a record may have the number: as it is typed, with its strokes, and without what is put between digits."""
    kept = as_kept(number)
    return tuple(dict.fromkeys((kept, _BETWEEN.sub("", kept))))


def _number_look_ups(number: str, records: tuple[str, ...]) -> Iterator[_LookUp]:
    digits = number.lstrip("+")
    if digits.isdigit():
        yield _in("phone_tail", digits[::-1])
        if len(digits) >= _FEWEST_FROM_FRONT:
            yield _in("phone_front", normalise_phone(digits) or digits)
    yield _in("record_front", *records)
    if number.isalnum():
        yield _in("identity", whole_hash(number))
        if len(number) == _TAIL:
            yield _in("identity_tail", tail_hash(number))


def _whole_look_ups(number: str, records: tuple[str, ...]) -> Iterator[_LookUp]:
    digits = number.lstrip("+")
    if digits.isdigit():
        is_tail = len(digits) == _FEWEST_DIGITS
        yield _in("phone_tail", digits[::-1]) if is_tail else _in("phone", normalise_phone(digits) or digits)
    yield _in("record", *records)
    if number.isalnum():
        yield _in("identity", whole_hash(number))


def bearers_of(number: str) -> set[int]:
    """Ids of those who bear exactly this record number or identity number, whoever asks and whatever became of them."""
    compact = re.sub(r"[\s\-]", "", number).upper()
    rows = [_NUMBERS["record"](*_records_written(number))]
    if compact.isalnum():
        rows.append(_NUMBERS["identity"](whole_hash(compact)))
    return {person for found in rows for person in found.values_list("patient_id", flat=True)}


def person_with_number(number: str) -> Patient | None:
    """The person with exactly this record number, whoever asks; None where nobody or more than one has it."""
    rows = _NUMBERS["record"](number.strip().upper())
    ids = set(rows.values_list("patient_id", flat=True)[:2])
    if len(ids) != 1:
        return None
    return Patient.objects.filter(pk__in=ids).exclude(contact_state__in=("erased", "binned")).first()
