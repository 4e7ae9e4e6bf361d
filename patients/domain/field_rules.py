"""What of a record each reader sees: ONE table. Pages, panels, print and forms ask it; nobody decides beside it.

A field is `OPEN` (whoever opens the record), `IDENTITY` (masked, in full for whoever holds open work or asks with a
purpose), `PAPERS` (masked always, in full only with a purpose), `LIFE` (for roles that see people's care) or `HEALTH`
(clinical text: for clinical roles, and for whoever works on follow-up while holding open work for this very person).
What a reader may not see is not sent to the browser in any form.
"""

from dataclasses import dataclass
from enum import Enum

from accounts.actors import Actor
from patients.domain.visibility import Sight, sight_of
from patients.models import Attachment, Audience, Patient, PatientNote


class Rule(Enum):
    """Kinds of fields."""

    OPEN = "open"
    IDENTITY = "identity"
    PAPERS = "papers"
    LIFE = "life"
    HEALTH = "health"


class Shows(Enum):
    """How a field stands on the page."""

    FULL = "full"
    MASKED = "masked"
    HIDDEN = "hidden"


FIELDS: dict[str, Rule] = {
    **dict.fromkeys(("sex", "birth_date", "kind", "contact_state", "region", "preferred_language"), Rule.OPEN),
    **dict.fromkeys(("preferred_channel", "preferred_hours"), Rule.OPEN),
    **dict.fromkeys(("name", "phone", "contact_point", "relation", "address"), Rule.IDENTITY),
    **dict.fromkeys(("mrn", "identifier"), Rule.PAPERS),
    **dict.fromkeys(("category", "care_tier", "education", "marital_status", "occupation", "hobbies"), Rule.LIFE),
    **dict.fromkeys(("insurance_type", "source", "referrer", "fees", "last_department"), Rule.LIFE),
    **dict.fromkeys(("orientation", "life_cycle", "visit_cycle"), Rule.LIFE),
    **dict.fromkeys(("allergies", "chronic_diseases", "past_history", "family_history"), Rule.HEALTH),
    **dict.fromkeys(("current_medicines", "habits", "last_diagnosis_text", "diagnosis", "instructions"), Rule.HEALTH),
}

_BY_RULE = {
    Rule.OPEN: lambda reader: Shows.FULL,
    Rule.IDENTITY: lambda reader: Shows.FULL if reader.sight.numbers else Shows.MASKED,
    Rule.PAPERS: lambda reader: Shows.MASKED,
    Rule.LIFE: lambda reader: Shows.FULL if reader.care else Shows.HIDDEN,
    Rule.HEALTH: lambda reader: Shows.FULL if reader.sight.clinical else Shows.HIDDEN,
}

# The service centre is who may change what the hospital itself records.
CENTRE = "patients.edit"
_READS = {
    Audience.CARE: lambda reader: reader.care,
    Audience.CLINICAL: lambda reader: reader.sight.clinical,
    Audience.CENTRE: lambda reader: reader.centre,
}


@dataclass(frozen=True)
class Reader:
    """One member of staff before one record."""

    staff_id: int
    sight: Sight
    care: bool
    centre: bool

    def shows(self, field: str) -> Shows:
        """How a field of the record is shown to this reader. Refuses (KeyError) a field that is not in the table."""
        return _BY_RULE[FIELDS[field]](self)

    def sees(self, field: str) -> bool:
        """Whether anything of the field is shown."""
        return self.shows(field) is not Shows.HIDDEN

    def may_read(self, row: PatientNote | Attachment) -> bool:
        """Whether a note or an attachment is meant for this reader; whoever wrote it always may."""
        author = row.author_id if isinstance(row, PatientNote) else row.uploaded_by_id
        return author == self.staff_id or row.audience in self.audiences

    @property
    def audiences(self) -> list[str]:
        """For whom notes and attachments may be meant so that this reader sees them."""
        return [audience.value for audience, rule in _READS.items() if rule(self)]


def reader_of(actor: Actor, patient: Patient) -> Reader:
    """The actor before this record. Clinical text of a note opens as that of the record does."""
    return Reader(actor.staff.pk, sight_of(actor, patient), actor.can("patients.care"), actor.can(CENTRE))
