"""Rosters of units: each row somebody who belongs to the unit the list was uploaded for.

A list that only adds lets join who is no member yet; one that only corrects makes nobody. `is_complete`: members whom
the roster does not name are proposed as left.
"""

import datetime as dt
from collections import Counter
from collections.abc import Callable
from typing import Any

from django.utils.translation import gettext_lazy as _

from groups.domain.rosters import (
    RosterEntry,
    RosterOutcome,
    bring_roster,
    going,
    members_named,
    propose_absent,
    take_back_roster,
)
from groups.models import GroupMember
from integrations.domain.kinds import Brought, Figure, Given, ListKind, Outlook, ReadRow
from integrations.domain.modes import Known
from integrations.domain.stay_lists import of_all_chunks
from integrations.models import ImportBatch, ImportChunk
from integrations.readers.roster_fields import ROSTER_FIELDS
from integrations.readers.rosters import RosterReader, RosterRecord
from integrations.readers.tabular.columns import ColumnMap
from patients.domain import withdrawal
from patients.domain.registry import people_of_each, record_people, work_out_ahead
from patients.models import Patient


class Rosters(ListKind):
    """Who belongs to a unit."""

    code = ImportBatch.Kind.ROSTER
    title = _("Import a roster")
    fields = ROSTER_FIELDS
    capabilities = ("groups.edit", "integrations.import")
    already = "member_already"
    missing = "no_member_yet"
    hint = _("Name and identity number are enough; without one, birth date and telephone together.")
    notes_repeats = True
    taken_back = ("members", "members_kept", "people", "kept")
    counted = (
        *("members_created", "members_updated", "members_absent"),
        *("patients_created", "patients_matched", "duplicates"),
    )
    figures = (
        Figure("members_created", _("New members")),
        Figure("members_updated", _("Members corrected")),
        Figure("unchanged", _("No change")),
        Figure("duplicates", _("Named twice")),
        Figure("patients_created", _("New people")),
        Figure("patients_matched", _("Known people")),
        Figure("members_absent", _("Proposed as left"), "soon"),
    )
    shown = {
        "name": "i-name",
        "sex": "cw-56",
        "birth_date": "i-birth",
        "identity_number": "cw-176",
        "record_number": "i-zy",
        "phone": "i-tel",
        "employee_number": "i-zy",
        "unit_department": "i-dept",
        "position": "i-doc",
        "is_key_person": "cw-56",
        "joined_on": "i-out",
        "left_on": "i-out",
    }
    template = {
        "name": "姓名",
        "identity_number": "身份证号",
        "sex": "性别",
        "birth_date": "出生日期",
        "phone": "手机",
        "employee_number": "工号",
        "unit_department": "部门",
        "position": "职务",
        "is_key_person": "是否重点",
        "joined_on": "入职日期",
        "left_on": "离职日期",
    }

    def reader(self, columns: ColumnMap, today: dt.date) -> RosterReader:
        """Reads people of a unit."""
        return RosterReader(columns, today)

    def ready(self, record: Any) -> Counter[str]:
        """The hash of the paper and the search keys of the name."""
        work_out_ahead(record)
        return Counter()

    def known(self, batch: ImportBatch, rows: list[ReadRow], given: Given, *, but_own: bool) -> Known:
        """Rows that name a member; whom the rows left out name is none the less named by the roster."""
        named = dict(zip((row.number for row in rows), people_of_each([row.record for row in rows]), strict=True))
        members = members_named(_unit(batch), set().union(*named.values()))
        return Known({row for row, people in named.items() if people & members}, named=named)

    def bring(self, batch: ImportBatch, rows: list[ReadRow], given: Given) -> Brought:
        """People recognised by the rules of every list, then members of the unit."""
        records = [row.record for row in rows]
        outcome = record_people(
            records,
            now=given.now,
            today=given.today,
            kind=Patient.Kind.PROSPECT,
            known_conflicts=given.known_conflicts,
            meanwhile=given.meanwhile,
        )
        told = [record for record in records if record.row not in outcome.erased]
        entries = [_entry(record, outcome.person_of[record.row]) for record in told]
        done = bring_roster(_unit(batch), entries, today=given.today, already=given.seen)
        found = {
            "person_twice": done.twice,
            "member_gone": done.gone,
            "member_leaves_later": done.later,
            "person_erased": done.erased,
        }
        for code, rows_of in found.items():
            outcome.findings += [(row, code) for row in sorted(rows_of)]
        named = outcome.matched | outcome.made
        counts, details = _counts(done), _for_undoing(done)
        return Brought(outcome, done.created_rows, done.updated_rows, counts, named=named, details=details)

    def finish(self, batch: ImportBatch, seen: set[int], *, now: dt.datetime, today: dt.date) -> Counter[str]:
        """Members a complete roster did not name are proposed as left."""
        last = ImportChunk.objects.filter(batch=batch).order_by("last_row").last()
        if not batch.options.get("is_complete") or last is None:
            return Counter()
        absent = propose_absent(_unit(batch), named=seen, on=today)
        last.details |= {"absent": absent, "absent_on": today.isoformat()}
        last.save(update_fields=["details"])
        return Counter(members_absent=len(absent))

    def outlook(self, batch: ImportBatch) -> Outlook:
        """Members that go, and people nobody has worked with."""
        chunks = ImportChunk.objects.filter(batch=batch)
        made = going([one for chunk in chunks for one in chunk.details.get("made", ())])
        people = of_all_chunks(batch, "people_made")
        kept = withdrawal.kept_people(people, batch_id=batch.pk, since=batch.created_at, but=_members_of(made))
        there = Patient.objects.filter(pk__in=people).count()
        return Outlook(members=len(made), people=there - len(kept), kept=Counter(kept.values()))

    def take_back(self, batch: ImportBatch, chunk: ImportChunk, now: dt.datetime) -> Counter[str]:
        """Members it made go, those it corrected are as they were; who was changed since stays."""
        said = chunk.details
        day = said.get("absent_on")
        done = take_back_roster(
            said.get("made", ()),
            said.get("changed", ()),
            said.get("absent", ()),
            absent_on=dt.date.fromisoformat(day) if day else None,
        )
        return Counter(members=done.gone, members_kept=done.kept)

    def cell_texts(self, record: Any, raw: str) -> dict[str, Callable[[], str]]:
        """Days as they were understood."""
        return {
            "joined_on": lambda: record.joined_on.isoformat() if record.joined_on else raw,
            "left_on": lambda: record.left_on.isoformat() if record.left_on else raw,
        }


def _unit(batch: ImportBatch) -> int:
    if batch.group_id is None:
        raise LookupError("a roster belongs to a unit")
    return batch.group_id


def _entry(record: RosterRecord, patient_id: int) -> RosterEntry:
    return RosterEntry(
        row=record.row,
        patient_id=patient_id,
        department=record.unit_department,
        position=record.position,
        employee_number=record.employee_number,
        is_key_person=record.is_key_person,
        joined_on=record.joined_on,
        left_on=record.left_on,
    )


def _counts(done: RosterOutcome) -> Counter[str]:
    return Counter(
        members_created=len(done.created_rows), members_updated=len(done.updated_rows), duplicates=len(done.twice)
    )


def _for_undoing(done: RosterOutcome) -> dict[str, Any]:
    return {"made": done.made, "changed": done.changed}


def _members_of(made: list[int]) -> dict[type[GroupMember], list[int]]:
    """Rows that do not keep their person: they go with the list."""
    return {GroupMember: made}
