"""What messages and resources tell, applied in the order they came: people, visits, numbers that are one person.

A chunk goes in at once: its people are recognised and written together, its visits too. A merge, a stay that moves and
a deletion come after everything told before them and before everything after. Each thing told gets its own
answer, so that its message can be marked. Runs inside the hospital's scope and one transaction.
"""

import datetime as dt
import itertools
import zoneinfo
from collections.abc import Callable, MutableMapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction

from patients.domain import binning, corrections, life, person_rows, renumbering, stay_moves, withdrawal
from patients.domain.consents_told import take_told
from patients.domain.erased_numbers import PersonErased, tell_of_erased
from patients.domain.matching import Conflict, Decision, Recogniser, contradicts, paper_of
from patients.domain.records import (
    ConsentRecord,
    DeleteRecord,
    LinesRecord,
    MergeRecord,
    PersonRecord,
    StayMoveRecord,
    Told,
    VisitRecord,
)
from patients.domain.uniting import CannotUnite
from patients.domain.visits import ToldVisit, VisitOutcome, tell_visits
from patients.models import Encounter, Identifier, Patient
from patients.signals import encounters_changed, stays_withdrawn

# why nothing was done for lines told: what they are written under is not here, or is no health check
NOTHING_DONE = ("visit_not_known", "not_of_checkup")
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
    """What became of one thing told. `refused`: why nothing of the visit or merge was done, '' where it was. `nothing`:
    why there was nothing to do, as what it is about is not here.

    `others`: everybody else whom a merge or a move is about.
    `fingerprint`: the contradiction that was met; `conflict`: the same, where it was met for the first time.
    """

    patient_id: int | None = None
    encounter_id: int | None = None
    findings: list[str] = field(default_factory=list)
    refused: str = ""
    nothing: str = ""
    fingerprint: str = ""
    conflict: Conflict | None = None
    gone: list[int] = field(default_factory=list)
    others: list[int] = field(default_factory=list)


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
    for apply_alone, group in itertools.groupby(told, lambda one: _ALONE.get(type(one.record))):
        if apply_alone is None:
            answers |= _people_and_visits(list(group), when, conflicts)
            continue
        for one in group:
            answers[one.record.row] = _wholly(apply_alone, one.record, when, conflicts)
    return answers


def _people_and_visits(told: list[Placed], when: _When, conflicts: MutableMapping[str, int]) -> dict[int, Answer]:
    people = [(one, _person(one.record)) for one in told]
    erased = tell_of_erased([person for _, person in people])
    answers = {
        one.record.row: Answer(refused=refused)
        for (one, person), is_erased in zip(people, erased, strict=True)
        if (refused := "person_erased" if is_erased else _not_named(person))
    }
    named = [(one, person) for one, person in people if one.record.row not in answers]
    decisions, findings = _recognise([person for _, person in named], when, conflicts)
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
    _report_deaths([person for _, person in named], decisions, visits, when)
    _announce(visits, {decision.person.id for decision in decisions}, when)
    return answers


def _not_named(person: PersonRecord) -> str:
    """Why it is not told whose this is; '' where it is."""
    if not person.is_nobody:
        return ""
    return "person_not_known" if person.is_reference else "nobody"


def _person(record: Told) -> PersonRecord:
    return record if isinstance(record, PersonRecord) else record.person


def _is_visit(one: Placed) -> bool:
    return isinstance(one.record, VisitRecord)


def _name_references(told: Sequence[Placed]) -> None:
    """Whoever is only referred to by a number has the name that the number has, on record or in this chunk."""
    people = [_person(one.record) for one in told if not isinstance(one.record, LinesRecord)]
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
            said: dict[str, Any] = {"purpose": record.purpose, "decision": record.decision}
            said |= {"wording": record.wording_version, "at": record.at, "told": record.told}
            taken = take_told(decision.person.id, now=when.now, zone=when.zone, **said)
            answers[record.row].refused = taken if taken == "consent_refused" else ""
            answers[record.row].findings += [taken] if taken and taken != "consent_refused" else []


def _visit(one: Placed, decision: Decision) -> ToldVisit:
    assert isinstance(one.record, VisitRecord)
    places = (one.department_id, one.ward_id, one.attending_id)
    return ToldVisit(one.record, decision.person.id, places)


def _recognise(
    records: list[PersonRecord], when: _When, conflicts: MutableMapping[str, int]
) -> tuple[list[Decision], list[tuple[int, str]]]:
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
    findings += corrections.correct_people(told, now=when.now)
    return decisions, findings


def _note(visits: VisitOutcome, answers: dict[int, Answer]) -> None:
    for row, code in visits.findings:
        answers[row].findings.append(code)
    for row, code in visits.refusals.items():
        answers[row].refused = code
    for row, encounter_id in visits.by_row.items():
        answers[row].encounter_id = encounter_id


def _report_deaths(records: list[PersonRecord], decisions: list[Decision], visits: VisitOutcome, when: _When) -> None:
    """Whoever is said to have died, by the person's record or by the way a visit ended, is dead at once. Where it is
    denied in the same breath, somebody decides.
    """
    died: dict[int, dt.date | None] = dict(visits.ended_dead)
    doubted: dict[int, dt.date] = {}
    for record, decision in zip(records, decisions, strict=True):
        if record.death_in_doubt:
            doubted[decision.person.id] = record.died_on or when.today
        if record.has_died:
            died.setdefault(decision.person.id, record.died_on)
        elif "death" in record.deleted:
            visits.not_dead.add(decision.person.id)
    days = {key: min(day, when.today) if day else None for key, day in died.items()}
    life.report_deaths(days, source="his", now=when.now)
    if mistaken := visits.not_dead - died.keys():
        still = Encounter.objects.filter(patient_id__in=mistaken, is_cancelled=False, disposition="died")
        alive = mistaken - set(still.values_list("patient_id", flat=True))
        life.take_back_deaths(alive, source="his", now=when.now)
    life.doubt_contradicted(doubted, now=when.now)


def _announce(visits: VisitOutcome, people: set[int], when: _When) -> None:
    changed = [*visits.made, *visits.changed]
    if not changed:
        return
    person_rows.show_newest_stay(people, told_at=when.now)
    if visits.withdrawn:
        stays_withdrawn.send(sender=Encounter, encounter_ids=visits.withdrawn, now=when.now)
    encounters_changed.send(sender=Encounter, encounter_ids=changed, made=visits.made)


_Alone = Callable[[Any, _When, MutableMapping[str, int]], Answer]


def _wholly(apply_alone: _Alone, record: Told, when: _When, conflicts: MutableMapping[str, int]) -> Answer:
    """One of those that come alone, wholly or not at all. The answer names everybody it is about, done or not."""
    concerned = _concerned(record)
    try:
        with transaction.atomic():
            answer = apply_alone(record, when, conflicts)
    except CannotUnite:
        answer = Answer(refused="cannot_unite")
    except PersonErased:
        answer = Answer(refused="person_erased")
    if answer.patient_id is not None or answer.refused:
        answer.others = concerned
    return answer


def _concerned(record: Told) -> list[int]:
    """Whoever has one of the numbers, and whose stays are meant."""
    old_numbers = record.old_numbers if isinstance(record, MergeRecord | StayMoveRecord) else ()
    people = [*renumbering.owners_of((*_person(record).numbers, *old_numbers)).values()]
    if isinstance(record, StayMoveRecord):
        people += [stay.patient_id for stay in stay_moves.meant(record)]
    return list(dict.fromkeys(people))


def _merge(record: MergeRecord, when: _When, conflicts: MutableMapping[str, int]) -> Answer:
    """Two numbers are one person."""
    if not record.old_numbers or not record.person.numbers:
        return Answer(refused="merge_without_number")
    if other_id := _misnamed(record):
        return Answer(other_id, refused="named_otherwise")
    renumbering.take_over_old_record(record)
    kept_id = _stated(record.person, when, conflicts)
    if kept_id is None:
        return Answer(refused="merge_of_nobody")
    if record.is_change and renumbering.only_owner(record.old_numbers, beside=kept_id) is not None:
        return Answer(kept_id, refused="number_taken")
    Patient.objects.select_for_update().get(pk=kept_id)
    merged = renumbering.retire_numbers(record, kept_id, now=when.now)
    if record.is_change:
        _follow_numbers(record, kept_id, when)
    return Answer(kept_id, gone=merged.gone)


def _follow_numbers(record: MergeRecord, person_id: int, when: _When) -> None:
    in_use = dict(reversed(record.person.numbers))
    for system, old in record.old_numbers:
        if system in in_use and in_use[system] != old:
            stay_moves.follow_number(person_id, old, in_use[system], now=when.now)


def _stated(person: PersonRecord, when: _When, conflicts: MutableMapping[str, int]) -> int | None:
    """The person of these numbers, made where nobody has them; None where too little is said to make anybody. Refused
    (PersonErased) where somebody erased would come back.
    """
    known = renumbering.only_owner(person.numbers)
    if known is not None:
        return known
    if any(tell_of_erased([person])):
        raise PersonErased
    if person.is_nobody:
        return None
    decisions, _findings = _recognise([person], when, conflicts)
    return decisions[0].person.id


def _misnamed(record: MergeRecord) -> int | None:
    """Whoever of the two is here somebody else than the message names. Numbers that are one person's already name
    nobody else.
    """
    if (other_id := _somebody_else(record.person)) is not None:
        return other_id
    in_use = set(renumbering.owners_of(record.person.numbers).values())
    olds = [_somebody_else(one) for one in record.former]
    return next((old_id for old_id in olds if old_id is not None and old_id not in in_use), None)


def _somebody_else(person: PersonRecord) -> int | None:
    """Who has the number of the message, where the message names somebody else: nothing is done by number alone."""
    paper = paper_of(person)
    owner, _system = person_rows.directory_for([person], [paper], {}).number_owner(person)
    is_other = owner is not None and bool(person.name) and contradicts(owner, person, paper)
    return owner.id if owner is not None and is_other else None


def _move(record: StayMoveRecord, when: _When, conflicts: MutableMapping[str, int]) -> Answer:
    """A stay has another number, or is somebody else's."""
    stays = stay_moves.meant(record)
    former_id = renumbering.only_owner(record.old_numbers)
    if not stays:
        is_missed = record.act == "move" and former_id is not None and stay_moves.has_stays(former_id)
        return Answer(refused="move_of_unknown_stay") if is_missed else Answer(nothing="visit_not_known")
    if record.act == "move" and (other_id := _somebody_else(record.person)):
        return Answer(other_id, refused="named_otherwise")
    person_id = _stated(record.person, when, conflicts)
    if person_id is None:
        return Answer(refused="nobody")
    moved = stay_moves.settle(record, stays, person_id, former_id, now=when.now)
    answer = Answer(person_id, moved.encounter_id, refused=moved.refused)
    _report_deaths([], [], moved.visits, when)
    _announce(moved.visits, {person_id, former_id or person_id}, when)
    return answer


def _lines(record: LinesRecord, when: _When, conflicts: MutableMapping[str, int]) -> Answer:
    """What is written under a visit: of nobody and of no visit that are known here nothing is done."""
    person_id = renumbering.only_owner(record.person.numbers)
    if person_id is None:
        return Answer(nothing="person_not_known")
    if _somebody_else(record.person):
        return Answer(person_id, refused="named_otherwise")
    told = [ToldVisit(record.visit, person_id)]
    visits = tell_visits(told, now=when.now, today=when.today, zone=when.zone)
    row, answer = record.visit.row, Answer(person_id)
    answer.refused, answer.encounter_id = visits.refusals.get(row, ""), visits.by_row.get(row)
    codes = [code for _row, code in visits.findings]
    answer.nothing = next((code for code in NOTHING_DONE if code in codes), "")
    answer.findings = [code for code in codes if code != answer.nothing]
    _announce(visits, {person_id}, when)
    return answer


def _delete(record: DeleteRecord, when: _When, conflicts: MutableMapping[str, int]) -> Answer:
    """The source deletes somebody: done only for a record that holds nothing; of any other somebody decides."""
    person_id = renumbering.only_owner(record.person.numbers)
    if person_id is None:
        return Answer(nothing="person_not_here")
    if _somebody_else(record.person):
        return Answer(person_id, refused="named_otherwise")
    return Answer() if withdrawal.remove_empty(person_id) else Answer(person_id, refused="delete_told")


_ALONE: dict[type, _Alone] = {LinesRecord: _lines, MergeRecord: _merge, StayMoveRecord: _move, DeleteRecord: _delete}
