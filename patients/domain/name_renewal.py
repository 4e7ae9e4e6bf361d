"""What people are found by follows the rules that read names (`hospital_crm.pinyin`, `patients.domain.names`)."""

from accounts.domain import renewals
from accounts.domain.renewals import Chunk, Rule
from hospital_crm import pinyin
from patients.domain.names import KEYS, name_keys
from patients.domain.renewal import Columns, renew_people
from patients.models import Patient

AT_ONCE = 500
RULE = "people-names"


def connect() -> None:
    """Called once by the app's wiring."""
    renewals.register(Rule(RULE, lambda: pinyin.VERSION, renew_chunk, "patients.names.renew", "names_read"))


def renew_chunk(after_id: int) -> Chunk:
    """The search keys of the people that follow, made again."""
    return renew_people(after_id, AT_ONCE, read=("name",), columns=KEYS, worked_out=_keys)


def _keys(person: Patient) -> Columns:
    return name_keys(person.name)
