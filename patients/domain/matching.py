"""Who is it? Persons of a feed are recognised by identity number, then by the hospital's numbers, then by name, birth
date and telephone together.

What contradicts itself is never guessed and never overwrites: the same identity number under another name, one record
number with two identity numbers, an identity number and a record number of two people, several who fit. Such a record
gets a person of its own without the contested number, and a conflict for somebody to decide. Placeholders (无名氏)
contradict nothing and identify nobody.
"""

import datetime as dt
from collections.abc import Callable, Iterable, Iterator, MutableMapping
from dataclasses import dataclass, field
from functools import lru_cache

from hospital_crm.crypto import whole_hash
from patients.domain.names import is_placeholder, is_shorter_form, name_key
from patients.domain.records import NUMBER_SYSTEMS, PersonRecord

PAPER = "paper"
NO_PAPER = ("", "")
Paper = tuple[str, str]


@dataclass(slots=True, eq=False)
class Person:
    """A person as far as recognising goes. `papers`: system of a paper → keyed hash of its number."""

    id: int
    name: str
    birth_date: dt.date | None = None
    sex: str = "U"
    papers: dict[str, str] = field(default_factory=dict)
    phones: set[str] = field(default_factory=set)
    phone_ranks: int = 0
    state: str = "open"
    deceased_on: dt.date | None = None
    blank: frozenset[str] = frozenset()
    is_new: bool = False

    @property
    def key(self) -> str:
        """The name as it is compared."""
        return name_key(self.name)


@dataclass(frozen=True, slots=True)
class Conflict:
    """Two records that somebody has to look at. `fingerprint` is the same whenever the contradiction comes again."""

    code: str
    fingerprint: str
    left_id: int
    right_id: int
    row: int


@dataclass(slots=True)
class Decision:
    """The person a record belongs to; `contested` are the numbers that must not be given to that person.

    `fingerprint`: the contradiction that was met, for the first time (`conflict`) or again.
    """

    person: Person
    contested: frozenset[str] = frozenset()
    code: str = ""
    conflict: Conflict | None = None
    fingerprint: str = ""


class Directory:
    """The people who may be meant by a chunk of records, and those made while it is read."""

    def __init__(
        self, known_conflicts: MutableMapping[str, int], fetch: Callable[["Directory", int], Person | None]
    ) -> None:
        self.people: dict[int, Person] = {}
        self.by_paper: dict[Paper, Person] = {}
        self.by_number: dict[tuple[str, str], Person] = {}
        self.by_phone: dict[str, list[Person]] = {}
        self.known_conflicts = known_conflicts
        self.fetch = fetch
        self.made: list[Person] = []
        self.stored_papers: set[Paper] = set()
        self.stored_numbers: set[tuple[str, str]] = set()

    def add(self, person: Person) -> None:
        """Make a person known, with identity and telephones."""
        self.people[person.id] = person
        for paper in person.papers.items():
            self.by_paper.setdefault(paper, person)
        for phone in person.phones:
            self.by_phone.setdefault(phone, []).append(person)

    def learn_phones(self, person: Person, phones: Iterable[str]) -> list[str]:
        """Telephones of the person that were not known, in order."""
        fresh = [phone for phone in phones if phone not in person.phones]
        for phone in fresh:
            person.phones.add(phone)
            self.by_phone.setdefault(phone, []).append(person)
        return fresh

    def number_owner(self, record: PersonRecord) -> tuple[Person | None, str]:
        """Who is known under one of the hospital's numbers of the record, and the system of that number."""
        for system, number in record.numbers:
            if owner := self.by_number.get((system, number)):
                return owner, system
        return None, ""


def paper_of(record: PersonRecord) -> Paper:
    """System and keyed hash of the identity number or other paper of a record; ("", "") without one."""
    if record.identity_number:
        return "national_id", _hash(record.identity_number)
    return ("passport", _hash(record.paper_number)) if record.paper_number else NO_PAPER


_hash = lru_cache(maxsize=16384)(whole_hash)


class Recogniser:
    """Decides for one record after the other; people it makes take their ids from `new_ids`."""

    def __init__(self, directory: Directory, new_ids: Iterator[int]) -> None:
        self.directory = directory
        self.new_ids = new_ids

    def decide(self, record: PersonRecord, paper: Paper) -> Decision:
        """The person of a record, made where nobody fits."""
        by_paper = self.directory.by_paper.get(paper) if paper[0] else None
        by_number, system = self.directory.number_owner(record)
        if by_paper is not None:
            if not _same_name(by_paper, record.name):
                return self._contested("identity_conflict", by_paper, {PAPER, system} - {""}, record, paper)
            if by_number is not None and by_number is not by_paper:
                return self._two_owners(by_paper, by_number, system, record, paper)
            return Decision(by_paper)
        if by_number is not None:
            if not _same_name(by_number, record.name) or by_number.papers.get(paper[0], paper[1]) != paper[1]:
                return self._contested("record_conflict", by_number, {system}, record, paper)
            return Decision(by_number)
        alike = self._alike(record, paper)
        if len(alike) > 1:
            return self._contested("several_people", alike[0], set(), record, paper)
        return Decision(alike[0] if alike else self._make(record, paper))

    def named(self, record: PersonRecord, paper: Paper) -> set[int]:
        """Ids of the people known whom the record names: by paper, by number, or by name, birth date and telephone."""
        by_number = self.directory.by_number
        owners = [self.directory.by_paper.get(paper), *(by_number.get(number) for number in record.numbers)]
        return {person.id for person in (*owners, *self._alike(record, paper)) if person is not None}

    def knows(self, record: PersonRecord, paper: Paper) -> bool:
        """Whether somebody on record is meant by a paper or a number and by the name too, or by name, birth date and
        telephone.
        """
        by_number = self.directory.by_number
        owners = [self.directory.by_paper.get(paper), *(by_number.get(number) for number in record.numbers)]
        is_named = any(owner is not None and _same_name(owner, record.name) for owner in owners)
        return is_named or bool(self._alike(record, paper))

    def _alike(self, record: PersonRecord, paper: Paper) -> list[Person]:
        """People of the same name, birth date and telephone whose papers do not say otherwise."""
        if not record.birth_date or is_placeholder(record.name):
            return []
        found: dict[int, Person] = {}
        for phone in record.phones:
            for person in self.directory.by_phone.get(phone.value, ()):
                fits = person.birth_date == record.birth_date and person.key == name_key(record.name)
                if fits and person.papers.get(paper[0], paper[1]) == paper[1]:
                    found[person.id] = person
        return list(found.values())

    def _two_owners(
        self, by_paper: Person, by_number: Person, system: str, record: PersonRecord, paper: Paper
    ) -> Decision:
        """Identity number and record number belong to two people: the identity number is followed, both are shown."""
        known = self.directory.known_conflicts
        fingerprint = _fingerprint("name_conflict", by_number, record, paper)
        conflict = None
        if fingerprint not in known:
            known[fingerprint] = by_paper.id
            conflict = Conflict("name_conflict", fingerprint, by_number.id, by_paper.id, record.row)
        return Decision(by_paper, frozenset((system,)), "name_conflict", conflict, fingerprint)

    def _contested(self, code: str, other: Person, contested: set[str], record: PersonRecord, paper: Paper) -> Decision:
        """A person of its own for a record that contradicts `other`; the same one whenever it comes again."""
        fingerprint = _fingerprint(code, other, record, paper)
        known = self._known(self.directory.known_conflicts.get(fingerprint, 0))
        if known is not None:
            return Decision(known, frozenset(contested), code, None, fingerprint)
        person = self._make(record, NO_PAPER if PAPER in contested else paper)
        self.directory.known_conflicts[fingerprint] = person.id
        conflict = Conflict(code, fingerprint, other.id, person.id, record.row)
        return Decision(person, frozenset(contested), code, conflict, fingerprint)

    def _known(self, person_id: int) -> Person | None:
        if not person_id:
            return None
        return self.directory.people.get(person_id) or self.directory.fetch(self.directory, person_id)

    def _make(self, record: PersonRecord, paper: Paper) -> Person:
        papers = dict([paper]) if paper[0] else {}
        person = Person(next(self.new_ids), record.name, record.birth_date, record.sex, papers, is_new=True)
        self.directory.add(person)
        self.directory.made.append(person)
        return person


def contradicts(person: Person, record: PersonRecord, paper: Paper) -> bool:
    """Whether the record, under a number of the person, speaks of somebody else: by name, paper, birth date or sex."""
    if not _same_name(person, record.name) or person.papers.get(paper[0], paper[1]) != paper[1]:
        return True
    if record.birth_date and person.birth_date and record.birth_date != person.birth_date:
        return True
    return "U" not in (record.sex, person.sex) and record.sex != person.sex


def _same_name(person: Person, name: str) -> bool:
    if person.name == name or person.key == name_key(name):
        return True
    return is_placeholder(person.name) or is_placeholder(name) or is_shorter_form(person.name, name)


def _fingerprint(code: str, other: Person, record: PersonRecord, paper: Paper) -> str:
    numbers = "|".join(getattr(record, attribute) for attribute in NUMBER_SYSTEMS.values())
    return whole_hash(f"{code}|{other.id}|{name_key(record.name)}|{record.birth_date}|{paper[1]}|{numbers}")
