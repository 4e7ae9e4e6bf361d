"""What another system says about one person or stay, in plain values: the shapes every reader hands to the registry."""

import dataclasses
import datetime
import decimal
import operator
from collections.abc import Callable
from dataclasses import dataclass

from patients.domain.phones import Phone


@dataclass(slots=True)
class PersonRecord:
    """Who somebody is, as a list or message states it. '' and None: it does not say.

    row: where it stands in its source. identity_number: canonical and proven, or ''. paper_kind/paper_number: passport
    or permit in its place. sex: M, F, U. Nobody changes a record; it is not frozen because a list makes a hundred
    thousand of them.
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

    @property
    def has_died(self) -> bool:
        """Whether the person is said to be dead."""
        return self.died_on is not None

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
    against_advice, died, other or ''. fees: yuan.
    """

    discharged_on: datetime.date = dataclasses.field(kw_only=True)
    admitted_on: datetime.date | None = None
    department: str = ""
    ward: str = ""
    bed: str = ""
    attending_text: str = ""
    attending_name: str = ""
    attending_number: str = ""
    diagnosis_code: str = ""
    diagnosis_text: str = ""
    other_diagnoses: tuple[str, ...] = ()
    procedure_code: str = ""
    procedure_text: str = ""
    surgery_level: int | None = None
    icu: bool | None = None
    critical: bool | None = None
    disposition: str = ""
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


_contents: dict[type[PersonRecord], Callable[[PersonRecord], tuple]] = {}


def _content_of(shape: type[PersonRecord]) -> Callable[[PersonRecord], tuple]:
    if shape not in _contents:
        names = (field.name for field in dataclasses.fields(shape) if field.name != "row")
        _contents[shape] = operator.attrgetter(*names)
    return _contents[shape]
