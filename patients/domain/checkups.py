"""Health checks as lists tell them: who, when, which package, which abnormal items.

A check is one encounter of kind `checkup`, known by its number, else by person and day. What a list says replaces what
an earlier one said of the same check, never what a feed told; bringing the same list again changes nothing. Runs inside
the hospital's scope and one transaction.
"""

import datetime as dt
from collections.abc import Callable, MutableMapping, Sequence
from dataclasses import dataclass

from patients.domain.person_rows import show_newest_stay
from patients.domain.records import CheckupRecord
from patients.domain.registry import Outcome, record_people
from patients.domain.visit_lines import beside_feeds
from patients.models import CheckupFinding, Encounter, Patient
from patients.signals import encounters_changed

# As the lists say it: a line of the mirror is in the language of its source.
PACKAGE = "体检套餐"
_COLUMNS = ("item", "value", "is_abnormal", "advice", "source")
_Line = tuple[str, str, bool, str, str]


@dataclass(frozen=True, slots=True)
class Check:
    """A record with the department that its words mean in this hospital (id, None = not known)."""

    record: CheckupRecord
    department_id: int | None = None


def record_checkups(
    checks: Sequence[Check],
    *,
    now: dt.datetime,
    today: dt.date,
    batch_id: int | None = None,
    known_conflicts: MutableMapping[str, int] | None = None,
    meanwhile: Callable[[], object] = bool,
) -> Outcome:
    """Bring a chunk of health checks in; a check that comes twice is corrected by the later row.

    Sends `encounters_changed`, so that labels and receivers follow.
    """
    outcome = record_people(
        [check.record for check in checks],
        now=now,
        today=today,
        kind=Patient.Kind.CHECKUP,
        known_conflicts=known_conflicts,
        meanwhile=meanwhile,
    )
    checks = [check for check in checks if check.record.row not in outcome.erased]
    keys = {check.record.row: checkup_key(check.record, outcome.person_of[check.record.row]) for check in checks}
    known = {row.source_key: row for row in Encounter.objects.filter(source_key__in=set(keys.values()))}
    lines = _lines_of([row.pk for row in known.values()])
    changed: dict[int, list[_Line]] = {}
    for check in checks:
        key, patient_id = keys[check.record.row], outcome.person_of[check.record.row]
        encounter = known.get(key)
        if encounter is not None and encounter.patient_id != patient_id:
            outcome.findings.append((check.record.row, "stay_conflict"))
            continue
        present = lines.get(encounter.pk, []) if encounter is not None else []
        said = beside_feeds(_lines(check.record), [line for line in present if line[-1]])
        if encounter is None:
            known[key] = encounter = _made(check, key, patient_id, batch_id, now)
            outcome.stays_made.append(encounter.pk)
            outcome.created_rows.add(check.record.row)
        elif not _differs(encounter, check, said, present):
            continue
        else:
            _correct(encounter, check, batch_id, now)
            outcome.updated_rows.add(check.record.row)
        lines[encounter.pk] = changed[encounter.pk] = said
    _write_lines(changed)
    if changed:
        rows = outcome.created_rows | outcome.updated_rows
        show_newest_stay({outcome.person_of[row] for row in rows}, told_at=now)
        encounters_changed.send(sender=Encounter, encounter_ids=list(changed), made=outcome.stays_made)
    return outcome


def checkup_key(record: CheckupRecord, patient_id: int) -> str:
    """The name of the check in its source: its number, else its person and day."""
    return numbered_key(record) or f"checkup|#{patient_id}|{record.checked_on}"


def numbered_key(record: CheckupRecord) -> str:
    """The name of a check that has a number, whose ever it is; '' without one."""
    return f"checkup|{record.checkup_number}" if record.checkup_number else ""


def _made(check: Check, key: str, patient_id: int, batch_id: int | None, now: dt.datetime) -> Encounter:
    record = check.record
    return Encounter.objects.create(
        patient_id=patient_id,
        kind=Encounter.Kind.CHECKUP,
        visit_number=record.checkup_number[:40],
        source_key=key,
        admitted_on=record.checked_on,
        discharged_on=record.checked_on,
        department_id=check.department_id,
        source=Encounter.LIST,
        source_at=now,
        import_batch_id=batch_id,
    )


def _differs(encounter: Encounter, check: Check, said: list[_Line], lines: list[_Line]) -> bool:
    places = (encounter.admitted_on, encounter.department_id or check.department_id)
    is_told = places == (check.record.checked_on, check.department_id or encounter.department_id)
    return encounter.is_cancelled or not is_told or said != lines


def _correct(encounter: Encounter, check: Check, batch_id: int | None, now: dt.datetime) -> None:
    encounter.admitted_on = encounter.discharged_on = check.record.checked_on
    encounter.department_id = check.department_id or encounter.department_id
    encounter.is_cancelled, encounter.source, encounter.source_at = False, Encounter.LIST, now
    encounter.import_batch_id = batch_id
    encounter.save()


def _lines(record: CheckupRecord) -> list[_Line]:
    """The package as a plain line, then the abnormal items; the advice stands with the first of them."""
    package = [(PACKAGE, record.package[:100], False, "", "")] if record.package else []
    advice = [record.advice[:300], *[""] * len(record.abnormal_items)]
    items = zip(record.abnormal_items, advice, strict=False)
    return [*package, *((item, "", True, words, "") for item, words in items)]


def _lines_of(encounter_ids: list[int]) -> dict[int, list[_Line]]:
    found: dict[int, list[_Line]] = {}
    rows = CheckupFinding.objects.filter(encounter__in=encounter_ids).order_by("encounter_id", "rank")
    for row in rows:
        line = (row.item, row.value, row.is_abnormal, row.advice, row.source)
        found.setdefault(row.encounter_id, []).append(line)
    return found


def _write_lines(changed: dict[int, list[_Line]]) -> None:
    CheckupFinding.objects.filter(encounter__in=changed).delete()
    CheckupFinding.objects.bulk_create(
        CheckupFinding(encounter_id=encounter_id, rank=rank, **dict(zip(_COLUMNS, line, strict=True)))
        for encounter_id, lines in changed.items()
        for rank, line in enumerate(lines, 1)
    )
