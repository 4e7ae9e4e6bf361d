"""A dry run of a list about people: its rows are brought in as ever, but into temporary copies of the tables.

So nobody waits for it, however long it takes: no row of a person, a stay or an order is held, and no number is taken.
Before each chunk everybody whom it may mean is taken along. What would follow from it is not tried, for labels and
orders as little as for receivers outside: no figure tells of it.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from django.db.models import Q

from accounts.models import AuditEvent, Department
from groups.models import GroupCustomer, GroupMember
from hospital_crm.tenancy.copies import copies_before, originals, take_along
from integrations.domain.claims import one_at_a_time, only_one_tries
from integrations.domain.kinds import Brought, ListKind, ReadRow, kind_of
from integrations.models import ImportBatch, ImportChunk, ImportIssue, MatchConflict, PhysicianMapping
from patients.domain import person_rows
from patients.domain.matching import paper_of
from patients.models import (
    AwaitedConsent,
    BinnedPerson,
    CheckupFinding,
    Consent,
    ContactPoint,
    Diagnosis,
    Encounter,
    Identifier,
    Medication,
    Patient,
    PersonTask,
    Procedure,
    Relation,
)

PREVIEW_ROWS = 20

_OF_PEOPLE = (Identifier, ContactPoint, Relation, BinnedPerson, Consent, AwaitedConsent)
_WRITTEN = (
    *(Patient, *_OF_PEOPLE, PersonTask, MatchConflict),
    *(Encounter, CheckupFinding, Diagnosis, Procedure, Medication),
    *(GroupCustomer, GroupMember, Department, PhysicianMapping),
    *(ImportBatch, ImportChunk, ImportIssue, AuditEvent),
)


@contextmanager
def only_tried(batch: ImportBatch) -> Iterator[Callable[[Sequence[ReadRow]], None]]:
    """What is brought in meanwhile will be taken back; answers what has to be called before the rows of each chunk.

    Tables of codes and staff sheets are about nobody who waits: they are written as ever, and other lists wait.
    """
    only_one_tries(batch.pk)
    kind = kind_of(batch)
    if not kind.about_people:
        yield lambda rows: one_at_a_time()
        return
    with copies_before(*_WRITTEN):
        take_along(ImportBatch, "id = %s", [batch.pk])
        take_along(Department)
        take_along(PhysicianMapping)
        if batch.group_id is not None:
            take_along(GroupCustomer, "id = %s", [batch.group_id])
            take_along(GroupMember, "group_id = %s", [batch.group_id])
        yield Trial(kind).meet


def what_happens(rows: Sequence[ReadRow], brought: Brought) -> dict[str, str]:
    """What becomes of the rows that the preview shows: new, changed, same; those left out and repeats are not named."""
    return {
        str(row.number): "new"
        if row.number in brought.created_rows
        else "changed"
        if row.number in brought.updated_rows
        else "same"
        for row in rows
        if row.number <= PREVIEW_ROWS and row.number not in brought.left_out
    }


class Trial:
    """Who of those on record has been taken along."""

    def __init__(self, kind: ListKind) -> None:
        self.kind = kind
        self.people: set[int] = set()

    def meet(self, rows: Sequence[ReadRow]) -> None:
        """Takes along whom these rows may mean, with whoever they are confused with and their stays, and the stays of
        the numbers named, whose ever they are.
        """
        records = [row.record for row in rows]
        with originals():
            found = person_rows.people_meant(records, [paper_of(record) for record in records])
            found |= _confused_with(found - self.people)
        people = list(found - self.people)
        self.people |= found
        take_along(Patient, "id = any(%s)", [people])
        for model in _OF_PEOPLE:
            take_along(model, "patient_id = any(%s)", [people])
        take_along(MatchConflict, "left_id = any(%s)", [people])
        take_along(MatchConflict, "right_id = any(%s)", [people])
        self._take_stays(records, people)

    def _take_stays(self, records: Sequence[Any], people: list[int]) -> None:
        keys = list({key for record in records if (key := self.kind.key_of(record))})
        stays = take_along(Encounter, "patient_id = any(%s)", [people])
        stays += take_along(Encounter, "source_key = any(%s)", [keys])
        take_along(CheckupFinding, "encounter_id = any(%s)", [stays])


def _confused_with(people: set[int]) -> set[int]:
    """The other sides of these people's contradictions."""
    met = Q(left_id__in=people) | Q(right_id__in=people)
    return {one for sides in MatchConflict.objects.filter(met).values_list("left_id", "right_id") for one in sides}
