"""What is known of a stay, as the tier rules read it: yes, no, or not known; read set-based."""

import datetime as dt
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db.models import QuerySet

from followups.models import TierAssignment
from groups.domain.members import key_person_patient_ids
from hospital_crm.tenancy.scope import required_hospital
from patients.domain.staging import fetched
from patients.models import CheckupFinding, Diagnosis, EncounterFact, Medication, Procedure


@dataclass(slots=True)
class StayFacts:
    """One stay. None means not known; `answers` are the ticks of the facts screen, which win over what a feed implies.

    `codes`: diagnosis codes in upper case, main one first. `earlier_discharge_on`: end of the last stay that ended
    within 30 days before this one began. `ordered_tier`: what a member of staff decided by hand. `age` in full years;
    `age_is_told`: by a list, where no birth date is known.
    `outcome`: how the illness stood at the end, '' where no list says. `long_term_medicine`: the first medicine that
    the feed marks as long-term.
    """

    encounter_id: int
    patient_id: int
    kind: str = "inpatient"
    admitted_on: dt.date | None = None
    discharged_on: dt.date | None = None
    age: int | None = None
    age_is_told: bool = False
    codes: tuple[str, ...] = ()
    diagnosis_text: str = ""
    surgery_level: int | None = None
    has_procedure: bool = False
    icu: bool | None = None
    critical: bool | None = None
    instructions: str = ""
    revisit_on: dt.date | None = None
    disposition: str = "unknown"
    outcome: str = ""
    medicines: tuple[str, ...] = ()
    long_term_medicine: str = ""
    earlier_discharge_on: dt.date | None = None
    is_unit_key_person: bool = False
    has_abnormal_finding: bool | None = None
    ordered_tier: str = ""
    answers: Mapping[str, bool] = field(default_factory=dict)

    @property
    def ended_on(self) -> dt.date:
        """The day of discharge of a stay that is over."""
        assert self.discharged_on is not None
        return self.discharged_on

    @property
    def nights(self) -> int | None:
        """Nights in the house."""
        if self.admitted_on is None or self.discharged_on is None:
            return None
        return (self.discharged_on - self.admitted_on).days


@dataclass(slots=True)
class Stay:
    """A stay to be planned: its facts and what an order copies from it.

    `contact_state` is the person's, or `doubted` for somebody who may have died.
    """

    facts: StayFacts
    contact_state: str
    is_cancelled: bool
    department_id: int | None
    ward_id: int | None
    attending_id: int | None
    care_tier: str
    nurse_id: int | None


_STAYS = """
select e.id, e.patient_id, e.kind, e.admitted_on, e.discharged_on, e.diagnosis_code, e.diagnosis_text, e.surgery_level,
       e.icu, e.critical, e.discharge_instructions, e.revisit_on, e.disposition, e.is_cancelled,
       e.department_id, e.ward_id, e.attending_id, p.birth_date,
       case when p.contact_state = 'open' and p.death_in_doubt_since is not null then 'doubted'
            else p.contact_state end,
       p.care_tier, e.outcome, e.age_told, e.nurse_id,
       (select max(b.discharged_on) from patients_encounter b
         where b.hospital_id = %(hospital)s and b.patient_id = e.patient_id and b.id <> e.id and b.kind = 'inpatient'
           and not b.is_cancelled and b.admitted_on < e.admitted_on and b.discharged_on <= e.admitted_on
           and b.discharged_on >= e.admitted_on - 30)
  from patients_encounter e
  join patients_patient p on p.hospital_id = e.hospital_id and p.id = e.patient_id
 where e.hospital_id = %(hospital)s and e.id = any(%(ids)s)
 order by e.discharged_on, e.id
"""


def read_stays(encounter_ids: Sequence[int], *, on: dt.date) -> list[Stay]:
    """The stays of the hospital in scope with all that the rules ask for, oldest discharge first, in eight queries.

    on: the day of planning, which decides whose contract is in force.
    """
    ids = list(encounter_ids)
    rows = fetched(_STAYS, {"hospital": required_hospital().pk, "ids": ids})
    answers: dict[int, dict[str, bool]] = defaultdict(dict)
    for encounter_id, key, value in _of(EncounterFact, ids, "key", "value"):
        answers[encounter_id][key] = value
    codes, levels = _grouped(Diagnosis, ids, "code"), _grouped(Procedure, ids, "level")
    findings = _grouped(CheckupFinding, ids, "is_abnormal")
    medicines: dict[int, list[str]] = defaultdict(list)
    long_term: dict[int, str] = {}
    for encounter_id, text, is_long_term in _of(Medication, ids, "text", "is_long_term"):
        medicines[encounter_id].append(text)
        if is_long_term:
            long_term.setdefault(encounter_id, text)
    ordered = dict(_of(TierAssignment, ids, "ordered_tier", where="is_current and ordered_tier <> ''"))
    persons = among(key_person_patient_ids(on=on), "patient_id", [row[1] for row in rows])
    keys = set(persons.values_list("patient_id", flat=True))
    stays = []
    for row in rows:
        encounter_id = row[0]
        facts = _facts(row, codes.get(encounter_id, ()), levels.get(encounter_id, ()))
        facts.answers = answers.get(encounter_id, {})
        facts.medicines = tuple(medicines.get(encounter_id, ()))
        facts.long_term_medicine = long_term.get(encounter_id, "")
        if encounter_id in findings:
            facts.has_abnormal_finding = any(findings[encounter_id])
        facts.ordered_tier = ordered.get(encounter_id, "")
        facts.is_unit_key_person = row[1] in keys
        stays.append(Stay(facts, row[18], row[13], row[14], row[15], row[16], row[19], row[22]))
    return stays


def _facts(row: tuple, codes: Sequence[str], levels: Sequence[int | None]) -> StayFacts:
    """The part that one row of the stay and its lines tell."""
    main = row[5].upper()
    level = row[7]
    if levels:
        level = max((each for each in (level, *levels) if each is not None), default=None)
    return StayFacts(
        encounter_id=row[0],
        patient_id=row[1],
        kind=row[2],
        admitted_on=row[3],
        discharged_on=row[4],
        age=_age(row[17], row[4] or row[3]) if row[17] else row[21],
        age_is_told=row[17] is None,
        codes=tuple(dict.fromkeys(code.upper() for code in (main, *codes) if code)) if codes else (main,) * bool(main),
        diagnosis_text=row[6],
        surgery_level=level,
        has_procedure=bool(levels),
        icu=row[8],
        critical=row[9],
        instructions=row[10],
        revisit_on=row[11],
        disposition=row[12],
        outcome=row[20],
        earlier_discharge_on=row[23],
    )


def _age(birth_date: dt.date | None, on: dt.date) -> int | None:
    """Full years on a day."""
    if birth_date is None:
        return None
    return on.year - birth_date.year - ((on.month, on.day) < (birth_date.month, birth_date.day))


def among(rows: QuerySet, column: str, ids: Sequence[int]) -> QuerySet:
    """Rows whose column is one of these. The ids go in as one array: thousands of parameters cost more."""
    return rows.extra(where=[f"{column} = any(%s)"], params=[list(ids)])


def _of(model: Any, ids: Sequence[int], *columns: str, where: str = "true") -> list[tuple]:
    """Columns of the rows of these stays."""
    return fetched(
        f"select encounter_id, {', '.join(columns)} from {model._meta.db_table}"
        f" where hospital_id = %s and encounter_id = any(%s) and {where} order by id",
        [required_hospital().pk, list(ids)],
    )


def _grouped(model: Any, ids: Sequence[int], column: str) -> dict[int, list]:
    """Values of a column by stay."""
    grouped: dict[int, list] = defaultdict(list)
    for encounter_id, value in _of(model, ids, column):
        grouped[encounter_id].append(value)
    return grouped
