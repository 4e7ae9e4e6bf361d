"""What another system says about people and visits, in plain values: the shapes every reader hands to the registry.

A list tells people (`PersonRecord`) or whole stays (`StayRecord`). A message or a resource tells of a person, of
something that happened to a visit (`VisitRecord`), what is written under one (`LinesRecord`), that two numbers are one
person (`MergeRecord`), that a stay has another number or belongs to somebody else (`StayMoveRecord`), that a person
was never there (`DeleteRecord`), or what a person has decided (`ConsentRecord`).
"""

import dataclasses
import datetime
import decimal
import operator
from collections.abc import Callable
from dataclasses import dataclass

from patients.domain.phones import Phone

NUMBER_SYSTEMS = {
    "mrn": "record_number",
    "inpatient": "admission_number",
    "outpatient": "outpatient_number",
    "card": "card_number",
}
Number = tuple[str, str]
CodedLine = tuple[str, str]
# name, how it is taken, whether it is taken for long (None: not said)
MedicineLine = tuple[str, str, bool | None]
# item, what was found, whether that is abnormal, what is advised
FindingLine = tuple[str, str, bool, str]
Moment = datetime.datetime | datetime.date


@dataclass(frozen=True, slots=True)
class Contact:
    """Somebody beside the person. `relation` in words, '' where the source does not say."""

    name: str
    relation: str = ""
    phones: tuple[Phone, ...] = ()


@dataclass(slots=True)
class PersonRecord:
    """Who somebody is, as a list or message states it. '' and None: it does not say.

    row: where it stands in its source. identity_number: canonical and proven, or ''. paper_kind/paper_number: passport
    or permit in its place. other_numbers: (system of `Identifier`, number) beyond one of each kind. sex: M, F, U.
    is_dead: said to be dead, whether or not the day is known. death_in_doubt: it is said that the person died and that
    not. is_reference: nothing is said but a number under which
    the person must be known already. deleted: names of fields whose value the source has
    taken away; "death": it was said by mistake. allergy_changes: (add or delete, words), one by
    one. Nobody changes a record; it is not frozen because a list makes a hundred thousand of them.
    """

    row: int
    name: str
    sex: str = "U"
    birth_date: datetime.date | None = None
    record_number: str = ""
    admission_number: str = ""
    outpatient_number: str = ""
    card_number: str = ""
    identity_number: str = ""
    paper_kind: str = ""
    paper_number: str = ""
    phones: tuple[Phone, ...] = ()
    contact_name: str = ""
    contact_relation: str = ""
    contact_phones: tuple[Phone, ...] = ()
    email: str = ""
    wechat: str = ""
    address: str = ""
    occupation: str = ""
    education: str = ""
    marital_status: str = ""
    insurance: str = ""
    allergies: str = ""
    died_on: datetime.date | None = None
    other_numbers: tuple[Number, ...] = ()
    other_contacts: tuple[Contact, ...] = ()
    is_dead: bool = False
    death_in_doubt: bool = False
    deleted: frozenset[str] = frozenset()
    is_reference: bool = False
    allergy_changes: tuple[tuple[str, str], ...] = ()

    @property
    def numbers(self) -> tuple[Number, ...]:
        """The hospital's numbers of the person, by system."""
        said = [(system, number) for system, name in NUMBER_SYSTEMS.items() if (number := getattr(self, name))]
        return (*said, *self.other_numbers)

    @property
    def contacts(self) -> tuple[Contact, ...]:
        """Who stands beside the person."""
        if not self.contact_name:
            return self.other_contacts
        return (Contact(self.contact_name, self.contact_relation, self.contact_phones), *self.other_contacts)

    @property
    def is_nobody(self) -> bool:
        """Whether nothing tells who this is: no name, or no number, no paper and too little else."""
        known_by = self.numbers or self.identity_number or self.paper_number
        return not self.name or not (known_by or (self.birth_date and self.phones))

    @property
    def has_died(self) -> bool:
        """Whether the person is said to be dead."""
        return not self.death_in_doubt and (self.is_dead or self.died_on is not None)

    @property
    def death_day(self) -> datetime.date | None:
        """The day of death, where the record says that the person has died."""
        return self.died_on

    @property
    def content(self) -> tuple:
        """Everything the record says except where it stands: two records with one content are an exact repeat."""
        return _content_of(type(self))(self)


@dataclass(slots=True)
class StayRecord(PersonRecord):
    """One inpatient stay and the person it belongs to.

    attending_text keeps what was written, attending_name is the bare name. disposition: home, transfer,
    community, against_advice, died, other or ''. outcome: cured, improved, not_cured or ''. fees: yuan. age: in
    full years.
    """

    discharged_on: datetime.date = dataclasses.field(kw_only=True)
    admitted_on: datetime.date | None = None
    department: str = ""
    ward: str = ""
    bed: str = ""
    attending_text: str = ""
    attending_name: str = ""
    attending_number: str = ""
    nurse_name: str = ""
    nurse_number: str = ""
    age: int | None = None
    diagnosis_code: str = ""
    diagnosis_text: str = ""
    other_diagnoses: tuple[str, ...] = ()
    procedure_code: str = ""
    procedure_text: str = ""
    surgery_level: int | None = None
    icu: bool | None = None
    critical: bool | None = None
    disposition: str = ""
    outcome: str = ""
    visit_number: int | None = None
    instructions: str = ""
    revisit_on: datetime.date | None = None
    medicines: str = ""
    fees: decimal.Decimal | None = None

    @property
    def has_died(self) -> bool:
        """Whether the person left this stay dead."""
        return self.disposition == "died"

    @property
    def death_day(self) -> datetime.date | None:
        """The day of death, else the last day of the stay that ended in it."""
        return self.died_on or self.discharged_on


@dataclass(slots=True)
class CheckupRecord(PersonRecord):
    """One health check and the person it belongs to: day, package, what was found abnormal, what was advised."""

    checked_on: datetime.date = dataclasses.field(kw_only=True)
    checkup_number: str = ""
    department: str = ""
    package: str = ""
    abnormal_items: tuple[str, ...] = ()
    advice: str = ""


_contents: dict[type[PersonRecord], Callable[[PersonRecord], tuple]] = {}


def _content_of(shape: type[PersonRecord]) -> Callable[[PersonRecord], tuple]:
    if shape not in _contents:
        names = (field.name for field in dataclasses.fields(shape) if field.name != "row")
        _contents[shape] = operator.attrgetter(*names)
    return _contents[shape]


@dataclass(slots=True)
class VisitRecord:
    """Something that happened to a visit, and what is said of the visit with it.

    act: admit, update, transfer, discharge, cancel (the visit never was), cancel_by_account (the same, where its key is
    only that of an account), cancel_discharge, lines (nothing but what is written under a visit that must be known).
    kind: inpatient, outpatient, emergency, checkup or ''. key: the name of
    the visit in its source, '' where it has none; `source` keeps the keys of two systems apart. happened: when the
    source says it happened. Moments carry their zone; a day stands where the hour is not known. diagnoses, procedures:
    the main one first; None: not said, as of medicines and checkup_findings, which only a health check has. adds_lines:
    they come beside those that are known, else they replace them; gone_medicines: names of those that were taken back.
    told_by: the name of the feed, as people read it. deleted: what the source has taken away, by the names of fields.
    """

    row: int
    person: PersonRecord
    act: str = "update"
    kind: str = ""
    source: str = ""
    key: str = ""
    visit_number: str = ""
    happened: Moment | None = None
    admitted: Moment | None = None
    discharged: Moment | None = None
    department: str = ""
    ward: str = ""
    bed: str = ""
    attending_name: str = ""
    attending_number: str = ""
    diagnoses: tuple[CodedLine, ...] | None = None
    procedures: tuple[CodedLine, ...] | None = None
    medicines: tuple[MedicineLine, ...] | None = None
    gone_medicines: tuple[str, ...] = ()
    checkup_findings: tuple[FindingLine, ...] | None = None
    disposition: str = ""
    instructions: str = ""
    deleted: frozenset[str] = frozenset()
    adds_lines: bool = False
    told_by: str = ""


@dataclass(slots=True)
class LinesRecord:
    """The source says what is written under a visit (`visit`, act `lines`) of somebody: both must be known, and nobody
    and no visit is made for it.
    """

    row: int
    person: PersonRecord
    visit: VisitRecord


@dataclass(slots=True)
class MergeRecord:
    """The source says that `old_numbers` are this person too; from now on only the person's own numbers are used.

    is_change: one person got another number. Two people are not brought together by it. former: what the source says
    of whom the old numbers named, where it says a name.
    """

    row: int
    person: PersonRecord
    old_numbers: tuple[Number, ...] = ()
    is_change: bool = False
    former: tuple[PersonRecord, ...] = ()


@dataclass(slots=True)
class StayMoveRecord:
    """The source says that the stay it called `old_key` is called `key` and is this person's.

    act: renumber (the stay only has another number), unite (two stays were one), move (it was booked on whoever
    `old_numbers` name). source: keeps the keys of two systems apart. told_by: the name of the feed, as people read it.
    """

    row: int
    person: PersonRecord
    act: str
    source: str
    old_key: str
    key: str
    old_numbers: tuple[Number, ...] = ()
    told_by: str = ""


@dataclass(slots=True)
class DeleteRecord:
    """The source has deleted this person."""

    row: int
    person: PersonRecord


@dataclass(slots=True)
class ConsentRecord:
    """The source says what the person has decided for a purpose, on any channel.

    decision: granted, refused, withdrawn. wording_version: what a grant was given to. at: when it was decided, a day
    where no hour is said, None where nothing is. told: when the source wrote it.
    """

    row: int
    person: PersonRecord
    purpose: str
    decision: str
    wording_version: str = ""
    at: Moment | None = None
    told: Moment | None = None


Told = PersonRecord | VisitRecord | LinesRecord | MergeRecord | StayMoveRecord | DeleteRecord | ConsentRecord
