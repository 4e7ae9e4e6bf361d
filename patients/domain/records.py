"""What another system says about one stay, in plain values: the shape every reader hands to the registry."""

import dataclasses
import datetime
import decimal
import operator
from dataclasses import dataclass

from patients.domain.phones import Phone


@dataclass(slots=True)
class StayRecord:
    """One inpatient stay and the person it belongs to, as a list or message states it. '' and None: it does not say.

    row: where it stands in its source. identity_number: canonical and proven, or ''. paper_kind/paper_number: passport
    or permit in its place. sex: M, F, U. attending_text keeps what was written, attending_name is the bare name.
    disposition: home, transfer, against_advice, died, other or ''. fees: yuan. Nobody changes a record; it is not
    frozen because a list makes a hundred thousand of them.
    """

    row: int
    name: str
    discharged_on: datetime.date
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
    died_on: datetime.date | None = None
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
    def content(self) -> tuple:
        """Everything the record says except where it stands: two records with one content are an exact repeat."""
        return _content(self)


_content = operator.attrgetter(*(field.name for field in dataclasses.fields(StayRecord) if field.name != "row"))
