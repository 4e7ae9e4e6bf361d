"""What messages and resources tell, applied in the order they came: people, visits, numbers that are one person.

A chunk goes in at once: its people are recognised and written together, its visits too. A merge comes after everything
told before it and before everything after. Each thing told gets its own answer, so that its message can be marked.
Runs inside the hospital's scope and one transaction.
"""

import datetime as dt
import itertools
import zoneinfo
from collections.abc import Iterator, MutableMapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction

from patients.domain import binning, corrections, life, person_rows, renumbering
from patients.domain.consents import ConsentError, record_consent
from patients.domain.matching import Conflict, Decision, Directory, Recogniser, paper_of
from patients.domain.records import ConsentRecord, MergeRecord, Moment, PersonRecord, Told, VisitRecord
from patients.domain.uniting import CannotUnite
from patients.domain.visits import ToldVisit, VisitOutcome, tell_visits
from patients.models import Consent, Encounter, Identifier, Patient
from patients.signals import encounters_changed, stays_withdrawn

# a message corrects what a list may only compare
_CORRECTED = ("birth_differs", "sex_differs")


@dataclass(frozen=True, slots=True)
class Placed:
    """A thing told, with the department, ward and physician that its words mean here (ids, None = not known)."""

    record: Told
    department_id: int | None = None
    ward_id: int | None = None
    attending_id: int | None = None


@dataclass(slots=True)
class Answer:
    """What became of one thing told. `refused`: why nothing of the visit or merge was done, '' where it was.

    `fingerprint`: the contradiction that was met; `conflict`: the same, where it was met for the first time.
    """

    patient_id: int | None = None
    encounter_id: int | None = None
    findings: list[str] = field(default_factory=list)
    refused: str = ""
    fingerprint: str = ""
    conflict: Conflict | None = None
    gone: list[int] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _When:
    now: dt.datetime
    today: dt.date
    zone: zoneinfo.ZoneInfo


def tell(
    told: Sequence[Placed],
    *,
    now: dt.datetime,
    today: dt.date,
    zone: zoneinfo.ZoneInfo,
    known_conflicts: MutableMapping[str, int] | None = None,
) -> dict[int, Answer]:
    """Apply these in order; answers by row. Rows are distinct."""
    when = _When(now, today, zone)
    conflicts = {} if known_conflicts is None else known_conflicts
    answers: dict[int, Answer] = {}
    _name_references(told)
    for is_merge, group in itertools.groupby(told, lambda one: isinstance(one.record, MergeRecord)):
        if is_merge:
            for one in group:
                answers.update(_merge(one, when, conflicts))
        else:
            answers |= _people_and_visits(list(group), when, conflicts)
    return answers


def _people_and_visits(told: list[Placed], when: _When, conflicts: MutableMapping[str, int]) -> dict[int, Answer]:
    people = [(one, _person(one.record)) for one in told]
    named = [(one, person) for one, person in people if not person.is_nobody]
    answers = {
        one.record.row: Answer(refused="person_not_known" if person.is_reference else "nobody")
        for one, person in people
        if person.is_nobody
    }
    decisions, directory, findings = _recognise([person for _, person in named], when, conflicts)
    binning.put_back_told({decision.person.id for decision in decisions if not decision.person.is_new})
    for (one, _person_told), decision in zip(named, decisions, strict=True):
        answers[one.record.row] = Answer(
            decision.person.id,
            findings=[code for row, code in findings if row == one.record.row and code not in _CORRECTED],
            fingerprint=decision.fingerprint,
            conflict=decision.conflict,
        )
    visits = tell_visits(
        [_visit(one, decision) for (one, _), decision in zip(named, decisions, strict=True) if _is_visit(one)],
        now=when.now,
        today=when.today,
        zone=when.zone,
    )
    _note(visits, answers)
    _decide([(one, decision) for (one, _), decision in zip(named, decisions, strict=True)], answers, when)
    _report_deaths([person for _, person in named], decisions, directory, visits, when)
    _announce(visits, {decision.person.id for decision in decisions}, when)
    return answers


def _person(record: Told) -> PersonRecord:
    return record if isinstance(record, PersonRecord) else record.person


def _is_visit(one: Placed) -> bool:
    return isinstance(one.record, VisitRecord)


def _name_references(told: Sequence[Placed]) -> None:
    """Whoever is only referred to by a number has the name that the number has, on record or in this chunk."""
    people = [_person(one.record) for one in told]
    references = [person for person in people if person.is_reference and person.numbers]
    if not references:
        return
    names = {number: person.name for person in people if not person.is_reference for number in person.numbers}
    known = Identifier.objects.filter(value__in={value for person in references for _, value in person.numbers})
    names |= {(system, value): name for system, value, name in known.values_list("system", "value", "patient__name")}
    for person in references:
        person.name = next((names[number] for number in person.numbers if number in names), "")


def _decide(told: Sequence[tuple[Placed, Decision]], answers: dict[int, Answer], when: _When) -> None:
    """What people have decided, each decision once."""
    for one, decision in told:
        record = one.record
        if isinstance(record, ConsentRecord):
            answers[record.row].refused = _take_consent(record, decision.person.id, when)


def _take_consent(record: ConsentRecord, person_id: int, when: _When) -> str:
    """Record one decision as told by the source; answers why it was refused, '' where it stands."""
    at = _moment(record.at, when)
    said: dict[str, Any] = {"purpose": record.purpose, "decision": record.decision, "source": Consent.Source.FEED}
    if Consent.objects.filter(patient_id=person_id, at=at, **said).exists():
        return ""
    try:
        person = Patient.objects.get(pk=person_id)
        record_consent(person=person, at=at, now=when.now, wording_version=record.wording_version, **said)
    except ConsentError:
        return "consent_refused"
    return ""


def _moment(at: Moment | None, when: _When) -> dt.datetime:
    """When it was decided; of a day its beginning."""
    if isinstance(at, dt.datetime):
        return at
    return dt.datetime.combine(at, dt.time(), when.zone) if at else when.now


def _visit(one: Placed, decision: Decision) -> ToldVisit:
    assert isinstance(one.record, VisitRecord)
    places = (one.department_id, one.ward_id, one.attending_id)
    return ToldVisit(one.record, decision.person.id, places)


def _recognise(
    records: list[PersonRecord], when: _When, conflicts: MutableMapping[str, int]
) -> tuple[list[Decision], Directory, list[tuple[int, str]]]:
    """The people of these records, made or completed, then corrected by what the records say."""
    papers = [paper_of(record) for record in records]
    directory = person_rows.directory_for(records, papers, conflicts)
    recogniser = Recogniser(directory, person_rows.new_ids(len(records)))
    additions = person_rows.Additions()
    findings: list[tuple[int, str]] = []
    decisions = []
    for record, paper in zip(records, papers, strict=True):
        decision = recogniser.decide(record, paper)
        person_rows.gather(additions, decision, record, paper, directory, findings)
        decisions.append(decision)
    person_rows.write(directory, additions, {}, now=when.now)
    told = [(decision.person.id, record) for decision, record in zip(decisions, records, strict=True)]
    corrections.correct_people(told, now=when.now)
    return decisions, directory, findings


def _note(visits: VisitOutcome, answers: dict[int, Answer]) -> None:
    for row, code in visits.findings:
        answers[row].findings.append(code)
    for row, code in visits.refusals.items():
        answers[row].refused = code
    for row, encounter_id in visits.by_row.items():
        answers[row].encounter_id = encounter_id


def _report_deaths(
    records: list[PersonRecord], decisions: list[Decision], directory: Directory, visits: VisitOutcome, when: _When
) -> None:
    """Whoever is said to have died, by the person's record or by the way a visit ended, is dead at once."""
    died: dict[int, dt.date | None] = dict(visits.ended_dead)
    for record, decision in zip(records, decisions, strict=True):
        if record.has_died:
            died.setdefault(decision.person.id, record.died_on)
        elif "death" in record.deleted:
            visits.not_dead.add(decision.person.id)
    days = {key: min(day, when.today) if day else None for key, day in died.items()}
    life.report_deaths(days, source="his", now=when.now)
    if mistaken := visits.not_dead - died.keys():
        still = Encounter.objects.filter(patient_id__in=mistaken, is_cancelled=False, disposition="died")
        life.take_back_deaths(mistaken - set(still.values_list("patient_id", flat=True)), source="his")


def _announce(visits: VisitOutcome, people: set[int], when: _When) -> None:
    changed = [*visits.made, *visits.changed]
    if not changed:
        return
    person_rows.show_newest_stay(people, now=when.now)
    if visits.withdrawn:
        stays_withdrawn.send(sender=Encounter, encounter_ids=visits.withdrawn, now=when.now)
    encounters_changed.send(sender=Encounter, encounter_ids=changed)


def _merge(one: Placed, when: _When, conflicts: MutableMapping[str, int]) -> Iterator[tuple[int, Answer]]:
    """One merge, wholly or not at all; answers pairs for a dictionary."""
    record = one.record
    assert isinstance(record, MergeRecord)
    if not record.old_numbers or not record.person.numbers:
        return iter([(record.row, Answer(refused="merge_without_number"))])
    try:
        with transaction.atomic():
            return iter([(record.row, _merged(record, when, conflicts))])
    except CannotUnite:
        return iter([(record.row, Answer(refused="cannot_unite"))])


def _merged(record: MergeRecord, when: _When, conflicts: MutableMapping[str, int]) -> Answer:
    renumbering.take_over_old_record(record)
    kept_id = renumbering.only_owner(record.person.numbers)
    if kept_id is None and record.person.is_nobody:
        return Answer(refused="merge_of_nobody")
    if kept_id is None:
        decisions, _directory, _findings = _recognise([record.person], when, conflicts)
        kept_id = decisions[0].person.id
    Patient.objects.select_for_update().get(pk=kept_id)
    merged = renumbering.retire_numbers(record, kept_id, now=when.now)
    return Answer(kept_id, gone=merged.gone)
