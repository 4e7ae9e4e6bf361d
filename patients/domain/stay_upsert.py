"""Stays made or corrected by what the hospital's system says.

A stay is found by its key in the source, else by its person and both its days unless two counts say otherwise; a stay
that another feed has told as begun, and not as ended, is found by its first day. What
the record does not say stays as it was. A stay that was cancelled stands again as if it were new: nothing of what was
said of it before counts. A record under a known key whose
days are both others is another stay: it is brought in beside the first, and somebody decides.
"""

import datetime as dt
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from patients.domain.matching import Decision
from patients.domain.records import StayRecord
from patients.domain.staging import HOSPITAL, executed, fetched, insert_staged, one_by_one, stage
from patients.models import Diagnosis, Encounter, Medication, Procedure

_CODE_AND_TEXT = re.compile(r"^\s*(?P<code>[A-Za-z]\d{2}[\w.+*†]*)?\s*(?P<text>.*)$", re.DOTALL)
_OF_NUMBER = ("mrn", "inpatient")
StayPlaces = tuple[int | None, int | None, int | None, int | None]
NOWHERE: StayPlaces = (None, None, None, None)

# column of the stay → SQL type; texts are '' and the rest NULL where the record does not say
_SAID = {
    "department_id": "bigint",
    "ward_id": "bigint",
    "attending_id": "bigint",
    "nurse_id": "bigint",
    "attending_name": "text",
    "nurse_name": "text",
    "bed": "text",
    "age_told": "smallint",
    "diagnosis_code": "text",
    "diagnosis_text": "text",
    "discharge_instructions": "text",
    "revisit_on": "date",
    "disposition": "text",
    "surgery_level": "smallint",
    "icu": "boolean",
    "critical": "boolean",
    "fees": "numeric(12,2)",
    "visit_number": "text",
    "outcome": "text",
}
_STAGED = {
    "row": "integer",
    "id": "bigint",
    "is_new": "boolean",
    "patient_id": "bigint",
    "source_key": "text",
    "admitted_on": "date",
    "discharged_on": "date",
    **_SAID,
}
_INSERTED = ("id", "patient_id", "source_key", "admitted_on", "discharged_on", *_SAID)


@dataclass(frozen=True, slots=True)
class StagedStay:
    """A record whose person is known. `places`: department, ward, attending, nurse (ids or None)."""

    record: StayRecord
    patient_id: int
    source_key: str
    places: StayPlaces


@dataclass(slots=True)
class StayResult:
    """Row → id of stays made, or standing again, and of stays corrected; ids of those that were not there before; rows
    that stand again and say no death any more; contradictions by row.
    """

    created: dict[int, int] = field(default_factory=dict)
    made: set[int] = field(default_factory=set)
    updated: dict[int, int] = field(default_factory=dict)
    alive_after_all: set[int] = field(default_factory=set)
    findings: list[tuple[int, str]] = field(default_factory=list)


def source_key(record: StayRecord, decision: Decision) -> str:
    """The name of the stay in its source: number and count of the stay, else number and day; by person without one."""
    key = "" if decision.contested.intersection(_OF_NUMBER) else numbered_key(record)
    return key or person_key(decision.person.id, record)


def numbered_key(record: StayRecord) -> str:
    """The key of a stay that has a number, whose ever it is; '' without one."""
    number = record.admission_number or record.record_number
    if not number:
        return ""
    count = record.visit_number if record.visit_number is not None else record.admitted_on or record.discharged_on
    return f"inpatient|{number}|{count}"[:120]


def person_key(patient_id: int, record: StayRecord) -> str:
    """The key of a stay that has no number of its own."""
    return f"inpatient|#{patient_id}|{record.admitted_on or record.discharged_on}|{record.discharged_on}"


def upsert_stays(stays: Sequence[StagedStay], *, now: dt.datetime, batch_id: int | None) -> StayResult:
    """Make or correct these stays; no stay may come twice in them."""
    stage("staged_stays", _STAGED, map(_staged_row, stays), with_statistics=False)
    result = StayResult()
    with one_by_one():
        set_aside = [(row, "stay_conflict") for row in _look_up()]
        result.findings = set_aside + [(row, "death_taken_back") for (row,) in fetched(_TAKEN_BACK)]
        again = dict(fetched(_CANCELLED))
        result.alive_after_all = {row for row, is_alive in again.items() if is_alive}
        result.updated = dict(fetched(_CORRECT, {"now": now, "batch": batch_id}))
    result.created = dict(fetched(_NUMBER_NEW))
    result.made = set(result.created.values())
    if result.created:
        _insert_new(now, batch_id)
    _begin_again({row: result.updated.pop(row) for row in again}, result)
    changed = result.created | result.updated
    _write_lines([stay.record for stay in stays if stay.record.row in changed], changed)
    return result


def rows_on_record(stays: Sequence[StagedStay], *, but_of_list: int | None) -> set[int]:
    """The rows whose stay is there and counts; one that this list made or corrected last does not count."""
    stage("staged_stays", _STAGED, map(_staged_row, stays), with_statistics=False)
    with one_by_one():
        _look_up()
        return {row for (row,) in fetched(_ON_RECORD, {"list": but_of_list})}


def _look_up() -> list[int]:
    """Finds the stays of the staged rows; answers the rows that were set aside from a stay of their key."""
    executed(_LOOK_UP)
    set_aside = [row for (row,) in fetched(_SET_ASIDE)]
    if set_aside:
        executed(_LOOK_UP)
    executed(_FIND_BY_DAYS)
    return set_aside


def _staged_row(stay: StagedStay) -> tuple[Any, ...]:
    record = stay.record
    return (
        record.row,
        None,
        False,
        stay.patient_id,
        stay.source_key,
        record.admitted_on or record.discharged_on,
        record.discharged_on,
        *stay.places,
        record.attending_name[:60],
        record.nurse_name[:60],
        record.bed,
        record.age,
        record.diagnosis_code[:20],
        record.diagnosis_text[:300],
        record.instructions,
        record.revisit_on,
        record.disposition,
        record.surgery_level,
        record.icu,
        record.critical,
        record.fees,
        "" if record.visit_number is None else str(record.visit_number),
        record.outcome,
    )


def _insert_new(now: dt.datetime, batch_id: int | None) -> None:
    executed("update pg_temp.staged_stays set disposition = 'unknown' where disposition = ''")
    constants = {"source": Encounter.LIST, "source_at": now, "import_batch_id": batch_id}
    insert_staged("staged_stays", Encounter, _INSERTED, constants=constants, tail="where is_new")


def _begin_again(stays: dict[int, int], result: StayResult) -> None:
    """Stays that were cancelled stand as new ones, without the lines they had."""
    if stays:
        result.created |= stays
        for model in (Diagnosis, Procedure, Medication):
            model.objects.filter(encounter_id__in=stays.values()).delete()


def _write_lines(records: Sequence[StayRecord], stays: dict[int, int]) -> None:
    """Diagnoses beside the main one, operations and medicines of the stays that were made or corrected."""
    diagnoses: list[tuple[Any, ...]] = []
    procedures: list[tuple[Any, ...]] = []
    medicines: list[tuple[Any, ...]] = []
    for record in records:
        key = stays[record.row]
        if record.other_diagnoses:
            lines = [(record.diagnosis_code[:20], record.diagnosis_text or "-"), *map(_split, record.other_diagnoses)]
            diagnoses += [(key, rank, code, text[:300]) for rank, (code, text) in enumerate(lines, 1)]
        if record.procedure_text or record.procedure_code:
            text = record.procedure_text or record.procedure_code
            procedures.append((key, 1, record.procedure_code[:20], text[:300], record.surgery_level))
        parts = [part.strip() for part in re.split(r"[;；\n]", record.medicines) if part.strip()]
        medicines += [(key, rank, part[:200]) for rank, part in enumerate(parts[:60], 1)]
    line = {"encounter_id": "bigint", "rank": "smallint"}
    _replace_lines(Diagnosis, {**line, "code": "text", "text": "text"}, diagnoses)
    _replace_lines(Procedure, {**line, "code": "text", "text": "text", "level": "smallint"}, procedures)
    _replace_lines(Medication, {**line, "text": "text"}, medicines)


def _replace_lines(model: Any, columns: dict[str, str], rows: list[tuple[Any, ...]]) -> None:
    if not rows:
        return
    model.objects.filter(encounter_id__in={row[0] for row in rows}).delete()
    stage("staged_lines", columns, rows, with_statistics=False)
    insert_staged("staged_lines", model, list(columns))


def _split(text: str) -> tuple[str, str]:
    found = _CODE_AND_TEXT.match(text)
    code = (found["code"] or "") if found else ""
    return (code[:20], found["text"] or text) if found else ("", text)


# Looked up in subqueries, because an equal day would tempt the planner to read everybody discharged that day. The wall
# keeps the joins by id inside the hospital.
_LOOK_UP = f"""
    update pg_temp.staged_stays s
       set id = (select e.id from patients_encounter e
                  where e.hospital_id = {HOSPITAL} and e.source_key = s.source_key collate "C")
     where s.id is null"""
_SET_ASIDE = """
    update pg_temp.staged_stays s
       set id = null,
           source_key = 'inpatient|#' || s.patient_id || '|' || s.admitted_on || '|' || s.discharged_on
      from patients_encounter e
     where e.id = s.id
       and (e.patient_id <> s.patient_id
            or (e.admitted_on <> s.admitted_on and coalesce(e.discharged_on <> s.discharged_on, true)))
    returning s.row"""
_FIND_BY_DAYS = f"""
    update pg_temp.staged_stays s
       set id = (select e.id from patients_encounter e
                  where e.hospital_id = {HOSPITAL} and e.patient_id = s.patient_id and e.kind = 'inpatient'
                    and e.admitted_on = s.admitted_on and (e.discharged_on = s.discharged_on or e.discharged_on is null)
                    and (e.visit_number in ('', s.visit_number) or s.visit_number = '')
                  order by e.id limit 1)
     where s.id is null"""
_ON_RECORD = """
    select s.row from pg_temp.staged_stays s join patients_encounter e on e.id = s.id
     where not e.is_cancelled and (%(list)s::bigint is null or e.import_batch_id is distinct from %(list)s)"""
_TAKEN_BACK = """
    select s.row from pg_temp.staged_stays s join patients_encounter e on e.id = s.id
     where e.disposition = 'died' and s.disposition not in ('', 'died') and not e.is_cancelled"""
_CANCELLED = """
    select s.row, e.disposition = 'died' and s.disposition <> 'died'
      from pg_temp.staged_stays s join patients_encounter e on e.id = s.id
     where e.is_cancelled"""
_NUMBER_NEW = """
    update pg_temp.staged_stays
       set id = nextval(pg_get_serial_sequence('patients_encounter', 'id')), is_new = true
     where id is null
    returning row, id"""

_TEXTS = [name for name, kind in _SAID.items() if kind == "text"]
_OTHERS = [name for name, kind in _SAID.items() if kind != "text" and name not in ("attending_id", "nurse_id")]
_CORRECTED = {
    **{name: f"coalesce(nullif(s.{name}, ''), e.{name})" for name in _TEXTS},
    **{name: f"coalesce(s.{name}, e.{name})" for name in _OTHERS},
    **{
        f"{who}_id": f"case when s.{who}_name in ('', e.{who}_name) then coalesce(e.{who}_id, s.{who}_id)"
        f" else s.{who}_id end"
        for who in ("attending", "nurse")
    },
    "disposition": "case when s.disposition = '' or e.disposition = 'died' then e.disposition else s.disposition end",
}
_AS_NEW = {**{name: f"s.{name}" for name in _SAID}, "disposition": "coalesce(nullif(s.disposition, ''), 'unknown')"}
_NEW_VALUES = {
    **{name: f"case when e.is_cancelled then {_AS_NEW[name]} else {value} end" for name, value in _CORRECTED.items()},
    "admitted_on": "s.admitted_on",
    "discharged_on": "s.discharged_on",
    "is_cancelled": "false",
}
_CORRECT = f"""
    update patients_encounter e
       set {", ".join(f"{name} = {value}" for name, value in _NEW_VALUES.items())},
           source = '{Encounter.LIST}', source_at = %(now)s, import_batch_id = %(batch)s
      from pg_temp.staged_stays s
     where e.id = s.id
       and ({", ".join(f"e.{name}" for name in _NEW_VALUES)})
           is distinct from ({", ".join(_NEW_VALUES.values())})
    returning s.row, e.id"""
