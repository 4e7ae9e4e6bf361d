"""Whoever was erased stays erased: what lists and feeds tell of that person later makes nobody, and staff and programs
who enter the person anew say why.

Of the numbers under which the person was known, and of name, birth date and telephone together, a keyed hash is kept.
A record that bears one of them and that belongs to nobody on record is told apart here, for somebody to decide. Once
staff have entered the person by hand under the number, what is told of it goes in again.
"""

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence

from hospital_crm.crypto import whole_hash
from patients.domain import person_rows
from patients.domain.matching import Paper, Recogniser, paper_of
from patients.domain.names import name_key
from patients.domain.records import PersonRecord
from patients.models import ContactPoint, ErasedNumber, Identifier, Patient


class PersonErased(Exception):
    """What is told is about somebody whose record was erased."""


def keep_numbers(patient: Patient, *, now: dt.datetime) -> None:
    """The numbers of a person who is about to be erased, as keyed hashes."""
    rows = (ErasedNumber(number_hash=one, erased_at=now) for one in sorted(hashes_of(patient)))
    ErasedNumber.objects.bulk_create(rows, ignore_conflicts=True)


def hashes_of(patient: Patient) -> set[str]:
    """The keyed hashes of a person's numbers, and of name, birth date and telephone together."""
    hashes = {_hash_of(one) for one in patient.identifiers.all()}
    if patient.mrn:
        hashes.add(_number_hash(Identifier.System.MRN, patient.mrn))
    phones = patient.contact_points.filter(system=ContactPoint.System.PHONE).values_list("value", flat=True)
    if patient.birth_date:
        hashes |= {_alike_hash(patient.name, patient.birth_date, phone) for phone in phones}
    return hashes


def hashes_told(record: PersonRecord) -> set[str]:
    """The same of somebody whom a list or message names."""
    return set(_hashes(record, paper_of(record)))


def erased_at(hashes: Iterable[str]) -> dict[str, dt.datetime]:
    """When whoever bore these was erased, by hash; the others are left out."""
    rows = ErasedNumber.objects.filter(number_hash__in=set(hashes))
    return dict(rows.values_list("number_hash", "erased_at"))


def bore(number: Identifier) -> bool:
    """Whether somebody who was erased bore this number."""
    return ErasedNumber.objects.filter(number_hash=_hash_of(number)).exists()


def tell_of_erased(records: Sequence[PersonRecord]) -> list[bool]:
    """Of each record whether it would bring back somebody who was erased: by number, by paper, or by name, birth date
    and telephone.
    """
    if not ErasedNumber.objects.exists():
        return [False] * len(records)
    papers = [paper_of(record) for record in records]
    hashes = [set(_hashes(record, paper)) for record, paper in zip(records, papers, strict=True)]
    wanted = set().union(*hashes)
    found = set(ErasedNumber.objects.filter(number_hash__in=wanted).values_list("number_hash", flat=True))
    suspects = [place for place, one in enumerate(hashes) if one & found]
    if not suspects:
        return [False] * len(records)
    of_suspects = [records[place] for place in suspects], [papers[place] for place in suspects]
    directory = person_rows.directory_for(*of_suspects, {})
    on_record = Recogniser(directory, iter(()))
    back = {place for place in suspects if not on_record.knows(records[place], papers[place])}
    return [place in back for place in range(len(records))]


def _hashes(record: PersonRecord, paper: Paper) -> Iterator[str]:
    for number in (*record.numbers, paper):
        if number[0]:
            yield _number_hash(*number)
    if record.birth_date and record.name:
        for phone in record.phones:
            yield _alike_hash(record.name, record.birth_date, phone.value)


def _hash_of(number: Identifier) -> str:
    return _number_hash(number.system, number.value_hash or number.value)


def _number_hash(system: str, number: str) -> str:
    return whole_hash(f"erased|{system}|{number}")


def _alike_hash(name: str, birth_date: dt.date, phone: str) -> str:
    return whole_hash(f"erased|alike|{name_key(name)}|{birth_date}|{phone}")
