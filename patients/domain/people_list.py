"""The list of people as saved views, exports and bulk edits know it."""

from collections.abc import Callable, Sequence

from django.db.models import QuerySet
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from accounts.actors import Actor
from accounts.calendar import today
from accounts.lists import Column, RegisteredList
from patients.domain.lists import LISTED, PeopleList
from patients.domain.rows import PersonRow, person_rows
from patients.domain.tags import tags_of
from patients.models import Patient

COLUMNS = (
    Column("name", _("Name")),
    Column("sex", _("Sex, age"), width=8),
    Column("tier", _("Tier"), "patients.care", width=6),
    Column("department", _("Department"), "patients.care"),
    Column("diagnosis", _("Last diagnosis"), "patients.clinical", width=24),
    Column("region", _("Region")),
    Column("phone", _("Phone")),
    Column("number", _("Record number")),
    Column("visit", _("Last visit"), "patients.care"),
    Column("category", _("category"), is_shown=False),
    Column("kind", _("kind"), is_shown=False),
    Column("tags", _("tags"), "patients.care", is_shown=False),
    Column("source", _("source channel"), is_shown=False),
    Column("channel", _("preferred channel"), is_shown=False),
    Column("created", _("created on"), is_shown=False),
)
USUAL = tuple(column.key for column in COLUMNS if column.is_shown)

_TEXTS: dict[str, Callable[[PersonRow], str]] = {
    "name": lambda row: row.name,
    "sex": lambda row: row.sex_and_age.strip(),
    "tier": lambda row: row.tier,
    "department": lambda row: row.department,
    "diagnosis": lambda row: row.diagnosis,
    "region": lambda row: row.region,
    "phone": lambda row: row.phone,
    "number": lambda row: row.record_number,
    "visit": lambda row: row.last_visit_on.isoformat() if row.last_visit_on else "",
    "category": lambda row: str(row.category),
    "kind": lambda row: str(row.kind),
    "tags": lambda row: row.tags,
    "source": lambda row: row.source,
    "channel": lambda row: str(row.channel),
    "created": lambda row: row.created_on.isoformat() if row.created_on else "",
}
_WHOLE: dict[str, Callable[[Patient], str]] = {
    "name": lambda patient: patient.name,
    "phone": lambda patient: patient.phone,
    "number": lambda patient: patient.mrn,
}


def ids(actor: Actor, query: str) -> QuerySet:
    """The numbers of the people in the order of the list."""
    people = PeopleList.described(actor, QueryDict(query))
    return people.rows().order_by(*people.order.order).values_list("pk", flat=True)


def words(actor: Actor, query: str) -> list[str]:
    """The filters in words."""
    return PeopleList.described(actor, QueryDict(query)).words()


def cells(actor: Actor, people: Sequence[int], columns: Sequence[str], whole: bool) -> list[list[str]]:
    """The people as text; name, telephone and record number in full only where `whole`."""
    known = LISTED.in_bulk(people)
    patients = [known[pk] for pk in people if pk in known]
    tags = tags_of(people) if "tags" in columns else None
    rows = person_rows(patients, actor, today(), tags=tags)
    return [
        [_WHOLE[key](patient) if whole and key in _WHOLE else _TEXTS[key](row) for key in columns]
        for patient, row in zip(patients, rows, strict=True)
    ]


PEOPLE = RegisteredList(
    key="people",
    label=_("Patients"),
    url_name="patients:list",
    capability="patients.list",
    columns=COLUMNS,
    ids=ids,
    words=words,
    cells=cells,
    people=list,
    unmask="patients.unmask",
)
