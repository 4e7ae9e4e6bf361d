"""Visits made, corrected, ended and taken back by what a message or a resource tells of them.

A visit is found by its key in the source or one it had, else, for a stay, by its person and first day, else the only
stay of the person that has not ended. What is not said stays as it was. A message that carries too little to make a
visit makes none; one that contradicts (the visit of somebody else, a number given up, an end before the beginning)
changes nothing and says why.
"""

import datetime as dt
import zoneinfo
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from patients.domain.records import Moment, VisitRecord
from patients.domain.staging import update_staged
from patients.domain.visit_lines import VisitLines, write_lines
from patients.models import Encounter

_SAID = (
    *("kind", "visit_number", "admitted_on", "discharged_on", "admitted_at", "discharged_at", "department_id"),
    *("ward_id", "bed", "attending_id", "attending_name", "diagnosis_code", "diagnosis_text"),
    *("discharge_instructions", "disposition", "outcome", "is_cancelled"),
)
_WRITTEN = {
    **dict.fromkeys(_SAID, "text"),
    **dict.fromkeys(("admitted_on", "discharged_on"), "date"),
    **dict.fromkeys(("admitted_at", "discharged_at", "source_at"), "timestamptz"),
    **dict.fromkeys(("department_id", "ward_id", "attending_id"), "bigint"),
    "is_cancelled": "boolean",
    "import_batch_id": "bigint",
    "source": "text",
}
_BEGINS = ("admit", "transfer", "update", "discharge")
# what the source takes away → what stands then
_EMPTIED: dict[str, dict[str, Any]] = {
    "department": {"department_id": None},
    "ward": {"ward_id": None},
    "bed": {"bed": ""},
    "attending": {"attending_id": None, "attending_name": ""},
    "disposition": {"disposition": "unknown"},
}
_FUTURE = dt.timedelta(days=1)


@dataclass(slots=True)
class ToldVisit:
    """A record whose person is known. `places`: department, ward, attending (ids or None)."""

    record: VisitRecord
    patient_id: int
    places: tuple[int | None, int | None, int | None] = (None, None, None)


@dataclass(slots=True)
class VisitOutcome:
    """What became of visits told: ids made, changed, and those whose stay or discharge was withdrawn; findings and
    refusals by row; row → id.
    """

    made: list[int] = field(default_factory=list)
    changed: list[int] = field(default_factory=list)
    withdrawn: list[int] = field(default_factory=list)
    ended_dead: dict[int, dt.date | None] = field(default_factory=dict)
    not_dead: set[int] = field(default_factory=set)
    findings: list[tuple[int, str]] = field(default_factory=list)
    refusals: dict[int, str] = field(default_factory=dict)
    by_row: dict[int, int] = field(default_factory=dict)


def day_of(moment: Moment | None, zone: zoneinfo.ZoneInfo) -> dt.date | None:
    """The hospital's day of a moment; a day is itself."""
    if isinstance(moment, dt.datetime):
        return moment.astimezone(zone).date()
    return moment


def tell_visits(
    told: Sequence[ToldVisit], *, now: dt.datetime, today: dt.date, zone: zoneinfo.ZoneInfo
) -> VisitOutcome:
    """Apply these records to visits in their order, and write what changed."""
    book = _Book(told, zone, today)
    for one in told:
        book.tell(one)
    book.write(now)
    return book.outcome


class _Book:
    """The visits that may be meant by a chunk of records, and what becomes of them."""

    def __init__(self, told: Sequence[ToldVisit], zone: zoneinfo.ZoneInfo, today: dt.date) -> None:
        self.zone, self.today = zone, today
        self.outcome = VisitOutcome()
        self.by_key: dict[str, Encounter] = {}
        self.by_person: dict[int, list[Encounter]] = {}
        self.before: dict[int, tuple] = {}
        self.fresh: list[Encounter] = []
        self.lines: dict[int, VisitLines] = {}
        self.row_visits: dict[int, Encounter] = {}
        self.told_by: dict[int, str] = {}
        self.withdrawn: list[Encounter] = []
        self.retired: set[str] = set()
        keys = {key for one in told if (key := _key(one.record))}
        people = {one.patient_id for one in told if not one.record.key or one.record.kind in ("", "inpatient")}
        rows = [*Encounter.objects.filter(source_key__in=keys)]
        seen = {row.pk for row in rows}
        former = [*Encounter.objects.filter(former_keys__overlap=list(keys))] if keys else []
        rows += [row for row in former if row.pk not in seen]
        seen |= {row.pk for row in former}
        rows += [row for row in Encounter.objects.filter(patient_id__in=people) if row.pk not in seen]
        for visit in rows:
            self.before[visit.pk] = _state(visit)
            self._enter(visit)
        for visit in former:
            self._follow(visit)

    def tell(self, told: ToldVisit) -> None:
        """One record: the visit it means is found or made, then changed."""
        record = told.record
        if _key(record) in self.retired:
            self.outcome.refusals[record.row] = "visit_number_retired"
            return
        visit = self._meant(told)
        if visit is not None and visit.patient_id != told.patient_id:
            self.outcome.refusals[record.row] = "visit_of_another"
            return
        if visit is None or (visit.is_cancelled and record.act in _BEGINS):
            visit = self._begun(told, visit)
        if visit is None:
            return
        self.row_visits[record.row] = visit
        self.told_by[id(visit)] = record.told_by
        if record.act in ("cancel", "cancel_by_account"):
            self._cancel(visit)
        elif record.act == "lines":
            self._say_lines(visit, record)
        elif record.act == "cancel_discharge":
            self._say(visit, told)
            self._cancel_discharge(visit)
        else:
            self._change(visit, told)

    def write(self, now: dt.datetime) -> None:
        """Write the visits made and those that differ from what they were."""
        changed = [visit for pk, visit in self._known().items() if _state(visit) != self.before[pk]]
        for visit in (*changed, *self.fresh):
            visit.source_at, visit.import_batch_id = now, None  # undoing a list leaves alone what a feed has corrected
            visit.source = self.told_by.get(id(visit)) or visit.source
        Encounter.objects.bulk_create(self.fresh)
        if changed:
            rows = ([visit.pk, *(getattr(visit, name) for name in _WRITTEN)] for visit in changed)
            update_staged(Encounter, _WRITTEN, rows)
        rewritten = write_lines(list(self.lines.values()))
        outcome = self.outcome
        outcome.made = [visit.pk for visit in self.fresh]
        outcome.changed = sorted({visit.pk for visit in changed} | (rewritten - set(outcome.made)))
        outcome.withdrawn = [visit.pk for visit in self.withdrawn if visit.is_cancelled or not visit.discharged_on]
        outcome.by_row = {row: visit.pk for row, visit in self.row_visits.items()}

    def _enter(self, visit: Encounter) -> None:
        self.by_key[visit.source_key] = visit
        self.by_person.setdefault(visit.patient_id, []).append(visit)

    def _follow(self, visit: Encounter) -> None:
        """A number that the visit had still leads to it, unless another visit has it now; under the number of a visit
        that was given up or cancelled nothing is told any more.
        """
        for key in visit.former_keys or ():
            holder = self.by_key.setdefault(key, visit)
            is_used_again = holder.source_key == key and not holder.is_cancelled
            if not is_used_again and (holder.is_cancelled or visit.is_cancelled):
                self.retired.add(key)

    def _known(self) -> dict[int, Encounter]:
        return {visit.pk: visit for rows in self.by_person.values() for visit in rows if visit.pk in self.before}

    def _meant(self, told: ToldVisit) -> Encounter | None:
        record = told.record
        began = day_of(record.admitted, self.zone)
        if found := self.by_key.get(_key(record) or _person_key(told, began)):
            return found
        stays = [
            visit
            for visit in self.by_person.get(told.patient_id, ())
            if not visit.is_cancelled and record.kind in ("", visit.kind) and _may_be_same(visit, record)
        ]
        if began is not None:
            return next((visit for visit in stays if visit.admitted_on == began), None)
        if record.key:
            return None
        still_in = [visit for visit in stays if visit.kind == "inpatient" and visit.discharged_on is None]
        if record.act == "cancel_discharge":
            left = [(visit.discharged_on, visit.pk, visit) for visit in stays if visit.discharged_on]
            return max(left, key=lambda one: (one[0], one[1] or 0))[2] if left else None
        return still_in[0] if len(still_in) == 1 else None

    def _begun(self, told: ToldVisit, cancelled: Encounter | None) -> Encounter | None:
        """A visit made for the record, or the cancelled one begun again; None where the record carries too little."""
        record = told.record
        began = day_of(record.admitted, self.zone)
        if record.act == "cancel_by_account":
            self.outcome.refusals[record.row] = "visit_not_known"
            return None
        if began is None and record.act == "admit":
            began = day_of(record.happened, self.zone)
        if began is None and record.act == "discharge" and record.key:
            began = day_of(record.discharged or record.happened, self.zone)
            self.outcome.findings.append((record.row, "admission_missing"))
        if record.act not in _BEGINS or began is None or not record.kind:
            self.outcome.findings.append((record.row, "visit_not_known"))
            return None
        if began > self.today + _FUTURE:
            self.outcome.refusals[record.row] = "admission_future"
            return None
        if cancelled is not None:
            cancelled.is_cancelled, cancelled.admitted_on = False, began
            cancelled.discharged_on = cancelled.discharged_at = None
            cancelled.disposition, cancelled.outcome = "unknown", ""
            return cancelled
        key = _key(record) or _person_key(told, began)
        visit = Encounter(patient_id=told.patient_id, kind=record.kind, source_key=key, admitted_on=began)
        self.fresh.append(visit)
        self._enter(visit)
        return visit

    def _cancel(self, visit: Encounter) -> None:
        if visit.disposition == "died" and visit.discharged_on:
            self.outcome.not_dead.add(visit.patient_id)
            self.outcome.ended_dead.pop(visit.patient_id, None)
        visit.is_cancelled = True
        self.withdrawn.append(visit)

    def _cancel_discharge(self, visit: Encounter) -> None:
        if visit.disposition == "died":
            self.outcome.not_dead.add(visit.patient_id)
        self.outcome.ended_dead.pop(visit.patient_id, None)
        visit.discharged_on = visit.discharged_at = None
        visit.disposition, visit.outcome = "unknown", ""
        self.withdrawn.append(visit)

    def _change(self, visit: Encounter, told: ToldVisit) -> None:
        record = told.record
        began, ended = day_of(record.admitted, self.zone) or visit.admitted_on, self._ended(visit, record)
        if ended is not None and ended < began:
            self.outcome.refusals[record.row] = "discharge_before_admission"
        elif ended is not None and ended > self.today + _FUTURE:
            self.outcome.refusals[record.row] = "discharge_in_future"
        if record.row in self.outcome.refusals:
            self._unmake(visit)
            return
        visit.admitted_on = began
        if isinstance(record.admitted, dt.datetime):
            visit.admitted_at = record.admitted
        self._say(visit, told)
        if visit.kind != "inpatient":
            ended = visit.admitted_on
        if ended is not None:
            visit.discharged_on = ended
        if isinstance(record.discharged, dt.datetime) and record.act != "admit":
            visit.discharged_at = record.discharged
        if "discharged" in record.deleted and record.act != "discharge" and visit.kind == "inpatient":
            self._cancel_discharge(visit)
        if visit.disposition == "died" and visit.discharged_on:
            self.outcome.ended_dead[visit.patient_id] = visit.discharged_on
            self.outcome.not_dead.discard(visit.patient_id)

    def _ended(self, visit: Encounter, record: VisitRecord) -> dt.date | None:
        """The last day as the record says it; of a discharge without one, the day it happened."""
        if record.act not in ("discharge", "update"):
            return None
        ended = day_of(record.discharged, self.zone)
        if ended is None and record.act == "discharge" and visit.discharged_on is None:
            ended = day_of(record.happened, self.zone)
            self.outcome.findings.append((record.row, "discharge_from_event"))
        return ended

    def _unmake(self, visit: Encounter) -> None:
        """A visit that was only made for a record that is refused is not made."""
        if visit in self.fresh:
            self.fresh.remove(visit)
            self.by_key.pop(visit.source_key, None)
            self.by_person[visit.patient_id].remove(visit)
        self.row_visits = {row: one for row, one in self.row_visits.items() if one is not visit}

    def _say(self, visit: Encounter, told: ToldVisit) -> None:
        """Everything the record says beside the days."""
        record, (department_id, ward_id, attending_id) = told.record, told.places
        if record.kind and record.kind != visit.kind:
            visit.kind, visit.discharged_on, visit.discharged_at = record.kind, None, None
        visit.visit_number = record.visit_number[:40] or visit.visit_number
        visit.department_id = department_id or visit.department_id
        if ward_id or (department_id and record.ward):
            visit.ward_id = ward_id
        visit.bed = record.bed[:20] or visit.bed
        if record.attending_name:
            visit.attending_id, visit.attending_name = attending_id, record.attending_name[:60]
        visit.disposition = record.disposition or visit.disposition
        visit.discharge_instructions = record.instructions or visit.discharge_instructions
        for column, empty in (pair for name in record.deleted for pair in _EMPTIED.get(name, {}).items()):
            setattr(visit, column, empty)
        if record.diagnoses and not (record.adds_lines and (visit.diagnosis_code or visit.diagnosis_text)):
            visit.diagnosis_code, visit.diagnosis_text = record.diagnoses[0][0][:20], record.diagnoses[0][1][:300]
        self._say_lines(visit, record)

    def _say_lines(self, visit: Encounter, record: VisitRecord) -> None:
        """What is written under the visit; findings only under a health check."""
        if record.checkup_findings is not None and visit.kind != Encounter.Kind.CHECKUP:
            self.outcome.findings.append((record.row, "not_of_checkup"))
        if VisitLines.are_in(record):
            self.lines.setdefault(id(visit), VisitLines(visit)).say(record)


def _key(record: VisitRecord) -> str:
    return f"{record.source}|{record.key}"[:120] if record.key else ""


def _person_key(told: ToldVisit, began: dt.date | None) -> str:
    """The key of a visit that has none of its own."""
    return f"{told.record.source}|#{told.patient_id}|{told.record.kind}|{began}"


def _may_be_same(visit: Encounter, record: VisitRecord) -> bool:
    """Whether a visit known under another key may be the one told: not where both keys are of one source."""
    own, without_key = f"{record.source}|", f"{record.source}|#"
    return not record.key or not visit.source_key.startswith(own) or visit.source_key.startswith(without_key)


def _state(visit: Encounter) -> tuple:
    return tuple(getattr(visit, name) for name in _SAID)
