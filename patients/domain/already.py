"""Which rows of a list tell of visits that are on record already: asked before a list comes in that only adds, or only
corrects. Nothing is made or changed, and rows are recognised as they would be if they were brought in.

A cancelled visit counts as one that is not there: said again it stands again.
"""

import itertools
from collections.abc import Mapping, Sequence

from django.db.models import Q

from patients.domain import person_rows
from patients.domain.checkups import checkup_key
from patients.domain.matching import Decision, Recogniser, paper_of
from patients.domain.records import CheckupRecord, PersonRecord, StayRecord
from patients.domain.stay_upsert import NOWHERE, StagedStay, rows_on_record, source_key
from patients.models import Encounter


def known_stays(
    records: Sequence[StayRecord], *, known_conflicts: Mapping[str, int], but_of_list: int | None = None
) -> set[int]:
    """The rows whose stay is on record. `but_of_list`: stays that this list made or corrected last do not count."""
    decisions = _decided(records, known_conflicts)
    staged = [
        StagedStay(record, decision.person.id, source_key(record, decision), NOWHERE)
        for record, decision in zip(records, decisions, strict=True)
    ]
    return rows_on_record(staged, but_of_list=but_of_list)


def known_checkups(
    records: Sequence[CheckupRecord], *, known_conflicts: Mapping[str, int], but_of_list: int | None = None
) -> set[int]:
    """As `known_stays`, of health checks."""
    people = [decision.person.id for decision in _decided(records, known_conflicts)]
    keys = [checkup_key(record, person) for record, person in zip(records, people, strict=True)]
    there = Encounter.objects.filter(source_key__in=set(keys), is_cancelled=False)
    if but_of_list is not None:
        there = there.filter(~Q(import_batch_id=but_of_list) | Q(import_batch_id=None))
    known = set(there.values_list("source_key", "patient_id"))
    return {record.row for record, key, person in zip(records, keys, people, strict=True) if (key, person) in known}


def people_meant(records: Sequence[PersonRecord], *, known_conflicts: Mapping[str, int]) -> list[int]:
    """Who of those on record each of these is about; a number below zero where nobody is."""
    return [decision.person.id for decision in _decided(records, known_conflicts)]


def _decided(records: Sequence[PersonRecord], known_conflicts: Mapping[str, int]) -> list[Decision]:
    """The person of each record; whoever would be made has a number that nobody has."""
    papers = [paper_of(record) for record in records]
    recogniser = Recogniser(person_rows.directory_for(records, papers, dict(known_conflicts)), itertools.count(-1, -1))
    return [recogniser.decide(record, paper) for record, paper in zip(records, papers, strict=True)]
