"""The one door for what the hospital's system says about people and stays.

Records are brought in by the thousand, in the order they came: persons recognised (`matching`), what was empty filled,
stays made or corrected (`stay_upsert`), deaths reported, the newest stay shown on the person. A value that is not said
erases nothing; a value that contradicts is kept apart for somebody to decide. Bringing the same records again changes
nothing. Runs inside the hospital's scope and one transaction. Messages and resources, which tell of one event each,
come in by `telling.tell`, through the same recognising and the same rows.
"""

import datetime as dt
from collections.abc import Callable, Mapping, MutableMapping, Sequence
from dataclasses import dataclass, field

from hospital_crm.tenancy.statistics import renew_after_growth
from patients.domain import binning, life, person_rows
from patients.domain.erased_numbers import tell_of_erased
from patients.domain.matching import Conflict, Decision, Directory, Recogniser, paper_of
from patients.domain.names import name_keys
from patients.domain.records import PersonRecord, StayRecord
from patients.domain.stay_folding import waves
from patients.domain.stay_upsert import StagedStay, StayPlaces, source_key, upsert_stays
from patients.models import ContactPoint, Encounter, Identifier, Patient
from patients.signals import encounters_changed


@dataclass(frozen=True, slots=True)
class Stay:
    """A record with the department, ward, physician and nurse that its words mean in this hospital (ids, None = not
    known).
    """

    record: StayRecord
    department_id: int | None = None
    ward_id: int | None = None
    attending_id: int | None = None
    nurse_id: int | None = None


@dataclass(slots=True)
class Outcome:
    """What a chunk led to. made, matched: ids of people made, and of those known before; stays_made: ids of stays;
    findings: (row, code); person_of: row → id of its person; erased: rows that tell of somebody whose record was
    erased, of which nothing is brought in.
    """

    made: set[int] = field(default_factory=set)
    matched: set[int] = field(default_factory=set)
    created_rows: set[int] = field(default_factory=set)
    stays_made: list[int] = field(default_factory=list)
    updated_rows: set[int] = field(default_factory=set)
    findings: list[tuple[int, str]] = field(default_factory=list)
    conflicts: list[Conflict] = field(default_factory=list)
    person_of: dict[int, int] = field(default_factory=dict)
    erased: set[int] = field(default_factory=set)


def record_people(
    records: Sequence[PersonRecord],
    *,
    now: dt.datetime,
    today: dt.date,
    kind: str = Patient.Kind.PATIENT,
    known_conflicts: MutableMapping[str, int] | None = None,
    meanwhile: Callable[[], object] = bool,
) -> Outcome:
    """Bring people in of whom no stay is told: recognised as those of stays are, what was empty filled.

    Deaths are reported, with their day where it is said. People who are made are of this kind. Nothing is said of
    stays, so none is made or changed.
    """
    outcome = Outcome()
    records = _without_erased(records, outcome)
    directory, additions, decisions = _recognised(records, known_conflicts, outcome)
    meanwhile()
    person_rows.write(directory, additions, {}, now=now)
    outcome.made = {person.id for person in directory.made}
    if kind != Patient.Kind.PATIENT:
        Patient.objects.filter(pk__in=outcome.made).update(kind=kind)
    binning.put_back_told(outcome.matched)
    died: dict[int, dt.date | None] = {}
    for record, decision in zip(records, decisions, strict=True):
        person = decision.person
        if record.has_died and person.state not in ("deceased", "erased"):
            died[person.id] = min(record.death_day, today) if record.death_day else None
            person.state, person.deceased_on = "deceased", died[person.id]
    life.report_deaths(died, source="his", now=now)
    return outcome


def _without_erased(records: Sequence[PersonRecord], outcome: Outcome) -> list[PersonRecord]:
    """The records that bring nobody back who was erased; the others are noted in the outcome."""
    back = tell_of_erased(records)
    outcome.erased = {record.row for record, is_back in zip(records, back, strict=True) if is_back}
    return [record for record in records if record.row not in outcome.erased]


def _recognised(
    records: Sequence[PersonRecord], known_conflicts: MutableMapping[str, int] | None, outcome: Outcome
) -> tuple[Directory, person_rows.Additions, list[Decision]]:
    """The person of each record, and what the records add to what was known; noted in the outcome."""
    papers = [paper_of(record) for record in records]
    directory = person_rows.directory_for(records, papers, {} if known_conflicts is None else known_conflicts)
    recogniser = Recogniser(directory, person_rows.new_ids(len(records)))
    additions = person_rows.Additions()
    decisions: list[Decision] = []
    for record, paper in zip(records, papers, strict=True):
        decision = recogniser.decide(record, paper)
        _note(decision, record, outcome)
        person_rows.gather(additions, decision, record, paper, directory, outcome.findings)
        decisions.append(decision)
    return directory, additions, decisions


def record_stays(
    stays: Sequence[Stay],
    *,
    now: dt.datetime,
    today: dt.date,
    batch_id: int | None = None,
    known_conflicts: MutableMapping[str, int] | None = None,
    meanwhile: Callable[[], object] = bool,
) -> Outcome:
    """Bring a chunk of stays in; rows of one stay are brought together before (`stay_folding`).

    `known_conflicts`: fingerprint → the person a contradiction was resolved to. `meanwhile`: called when everything is
    worked out and the database begins to write. Sends `encounters_changed`, and
    `people_deceased` for people known before.
    """
    outcome = Outcome()
    records = _without_erased([stay.record for stay in stays], outcome)
    stays = [stay for stay in stays if stay.record.row not in outcome.erased]
    directory, additions, decisions = _recognised(records, known_conflicts, outcome)
    staged = [
        StagedStay(stay.record, decision.person.id, source_key(stay.record, decision), _places(stay))
        for stay, decision in zip(stays, decisions, strict=True)
    ]
    newest = _newest(staged)
    meanwhile()
    person_rows.write(directory, additions, newest, now=now)
    outcome.made = {person.id for person in directory.made}
    binning.put_back_told(outcome.matched)
    changed: list[int] = []
    made: set[int] = set()
    said_dead: set[int] = set()
    split, found = waves(staged)
    outcome.findings += found
    for wave in split:
        result = upsert_stays(wave, now=now, batch_id=batch_id)
        outcome.created_rows |= result.created.keys()
        outcome.stays_made += result.created.values()
        outcome.updated_rows |= result.updated.keys()
        outcome.findings += result.findings
        said_dead |= {stay.patient_id for stay in wave if stay.record.row in result.alive_after_all}
        changed += [*result.created.values(), *result.updated.values()]
        made |= result.made
    _take_back_deaths(said_dead, directory, now=now)
    _report_deaths(staged, directory, outcome, now=now, today=today)
    if changed:
        renew_after_growth(Patient, Encounter, Identifier, ContactPoint, rows=len(changed))
        rows = outcome.created_rows | outcome.updated_rows
        people = {stay.patient_id for stay in staged if stay.record.row in rows} - outcome.made
        person_rows.show_newest_stay(people, told_at=now)
        encounters_changed.send(sender=Encounter, encounter_ids=changed, made=made)
    return outcome


def people_named(records: Sequence[PersonRecord]) -> set[int]:
    """Ids of the people on record whom these records name, as they would be recognised if they were brought in."""
    return set().union(*people_of_each(records))


def people_of_each(records: Sequence[PersonRecord]) -> list[set[int]]:
    """As `people_named`, for each record by itself."""
    papers = [paper_of(record) for record in records]
    recogniser = Recogniser(person_rows.directory_for(records, papers, {}), iter(()))
    return [recogniser.named(record, paper) for record, paper in zip(records, papers, strict=True)]


def work_out_ahead(record: PersonRecord) -> None:
    """Works out what needs no database, the keyed hash of the paper and the search keys of the name; both are
    remembered.
    """
    paper_of(record)
    name_keys(record.name)


def _places(stay: Stay) -> StayPlaces:
    return stay.department_id, stay.ward_id, stay.attending_id, stay.nurse_id


def _newest(staged: list[StagedStay]) -> Mapping[int, person_rows.NewestStay]:
    """Day, department, disease and diagnosis of each person's newest stay in this chunk."""
    newest: dict[int, tuple[dt.date, int | None, str, str]] = {}
    for stay in staged:
        record = stay.record
        known = newest.get(stay.patient_id)
        if known is None or known[0] <= record.discharged_on:
            texts = (record.diagnosis_code[:3], record.diagnosis_text[:200])
            newest[stay.patient_id] = (record.discharged_on, stay.places[0], *texts)
    return newest


def _note(decision: Decision, record: PersonRecord, outcome: Outcome) -> None:
    if decision.code:
        outcome.findings.append((record.row, decision.code))
    if decision.conflict:
        outcome.conflicts.append(decision.conflict)
    outcome.person_of[record.row] = decision.person.id
    if not decision.person.is_new:
        outcome.matched.add(decision.person.id)


def _take_back_deaths(people: set[int], directory: Directory, *, now: dt.datetime) -> None:
    """A death that only a cancelled stay had brought, and that the stay does not say any more, was an error."""
    if not people:
        return
    died = Encounter.objects.filter(patient_id__in=people, is_cancelled=False, disposition="died")
    alive = people - set(died.values_list("patient_id", flat=True))
    for person_id in life.take_back_deaths(alive, source="his", now=now):
        directory.people[person_id].state, directory.people[person_id].deceased_on = "open", None


def _report_deaths(
    staged: list[StagedStay], directory: Directory, outcome: Outcome, *, now: dt.datetime, today: dt.date
) -> None:
    """People who left a stay dead are dead at once; those made in this chunk were written so."""
    died: dict[int, dt.date] = {}
    for stay in staged:
        person, record = directory.people[stay.patient_id], stay.record
        if record.has_died and person.state not in ("deceased", "erased"):
            died[person.id] = min(record.died_on or record.discharged_on, today)
            person.state, person.deceased_on = "deceased", died[person.id]
        elif person.state == "deceased" and _is_later(record, person.deceased_on):
            outcome.findings.append((record.row, "alive_after_death"))
    life.report_deaths(died, source="his", now=now)
    doubted = {one.patient_id: one.record.discharged_on for one in staged if one.record.death_in_doubt}
    life.doubt_contradicted(doubted, now=now)


def _is_later(record: StayRecord, day: dt.date | None) -> bool:
    """Whether the stay began after a day."""
    return bool(day and record.admitted_on and record.admitted_on > day)
