"""Staff sheets: places, people and roles, brought in through `accounts.domain.staff` and taken back.

People who are new get an account without a password. The hospital's administrator hands one-time passwords out: a
password is made in the moment it is shown and is kept nowhere. Whoever imported the sheet learns none, for with a first
password somebody else could work under that name; the command line, which is the operator's, prints them.
"""

import dataclasses
import datetime as dt
from collections import Counter
from collections.abc import Callable
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from accounts.actors import Actor, actor_for
from accounts.domain import people
from accounts.domain.staff import bring_staff, rows_of_staff
from accounts.domain.staff_shapes import StaffOutcome
from accounts.domain.staff_undoing import StaffTakenBack, signed_in, take_back_staff
from accounts.models import StaffMember
from hospital_crm.tenancy.scope import required_hospital
from integrations.domain.errors import MayNotBring
from integrations.domain.figures import unchanged_rows
from integrations.domain.kinds import Brought, Figure, Given, ListKind, Outlook, ReadRow
from integrations.domain.modes import Known
from integrations.domain.reporting import by_choice, reasons
from integrations.models import ImportBatch, ImportChunk, ImportIssue
from integrations.readers.problems import REJECTED, WARNING, Problem
from integrations.readers.staff_fields import STAFF_FIELDS
from integrations.readers.staff_rows import StaffReader
from integrations.readers.tabular.columns import ColumnMap
from patients.domain.registry import Outcome

IMPORTS_STAFF = "integrations.import_staff"
ROWS_AT_ONCE = 100
_MADE = ("departments_created", "wards_created", "stations_created", "roles_granted", "roles_proposed")
# reason → the field it is about
_ABOUT = {
    "name_missing": "name",
    "staff_number_taken": "staff_number",
    "staff_of_one_name": "name",
    "staff_without_number": "staff_number",
    "staff_left": "name",
    "ward_without_department": "ward",
    "department_code_unknown": "department_code",
    "department_code_of_another": "department_code",
    "email_impossible": "email",
    "username_impossible": "username",
    "username_taken": "username",
    "username_of_another": "username",
    "role_unknown": "role",
    "roles_mixed": "role",
    "role_for_oneself": "role",
    "role_administers": "role",
}


class StaffSheets(ListKind):
    """Who works here, where, and in which roles."""

    code = ImportBatch.Kind.STAFF
    title = _("Import staff")
    fields = STAFF_FIELDS
    capabilities = (IMPORTS_STAFF,)
    about_people = False
    notes_repeats = True
    is_personal = True
    chunk_rows = ROWS_AT_ONCE
    already = "staff_already"
    missing = "no_staff_yet"
    taken_back = ("staff", "departments", "wards", "stations", "kept")
    counted = ("staff_created", "staff_updated", *_MADE)
    hint = _("One row per person: staff number, name, department, ward, role. People who are new get an account.")
    figures = (
        Figure("staff_created", _("New staff")),
        Figure("staff_updated", _("Update")),
        Figure("unchanged", _("No change")),
        Figure("departments_created", _("New departments")),
        Figure("wards_created", _("New wards")),
        Figure("stations_created", _("New community stations")),
        Figure("roles_granted", _("Roles granted")),
        Figure("roles_proposed", _("Roles waiting for the security officer")),
    )
    shown = {
        "staff_number": "i-zy",
        "name": "i-name",
        "department": "i-dept",
        "department_code": "i-dept",
        "ward": "i-dept",
        "is_head": "",
        "station": "i-dept",
        "role": "i-dept",
        "title": "i-doc",
        "phone": "i-tel",
        "email": "",
        "username": "i-zy",
    }
    template = {
        "staff_number": "工号",
        "name": "姓名",
        "department": "科室",
        "department_code": "科室编码",
        "ward": "病区",
        "is_head": "是否负责人",
        "station": "社区服务站",
        "role": "角色",
        "title": "职称",
        "phone": "手机",
        "email": "邮箱",
        "username": "用户名",
    }

    def reader(self, columns: ColumnMap, today: dt.date) -> StaffReader:
        """Reads staff."""
        return StaffReader(columns)

    def known(self, batch: ImportBatch, rows: list[ReadRow], given: Given, *, but_own: bool) -> Known:
        """Rows that mean somebody who works here."""
        found, unsure = rows_of_staff(row.record for row in rows)
        return Known({row for row, pk in found.items() if not (but_own and pk in given.seen)}, unsure)

    def bring(self, batch: ImportBatch, rows: list[ReadRow], given: Given) -> Brought:
        """Departments, wards, stations, people, roles. `named` holds the people the sheet made."""
        given.meanwhile()
        done = bring_staff([row.record for row in rows], actor=_bringer(batch))
        lines = {row.number: row.line for row in rows}
        left_out = {one.row: Problem(REJECTED, one.code, _ABOUT[one.code], one.params) for one in done.problems}
        return Brought(
            Outcome(findings=[(one.row, one.code) for one in done.remarks]),
            {row for row, act in done.acts.items() if act == "create"},
            {row for row, act in done.acts.items() if act == "update"},
            _counts(done),
            left_out,
            {pk for pk, _user, _row in done.made.staff},
            _for_undoing(done, lines),
        )

    def outlook(self, batch: ImportBatch) -> Outlook:
        """All of it is taken back, looked at, and rolled back."""
        total = Outlook()
        with transaction.atomic():
            for chunk in ImportChunk.objects.filter(batch=batch).order_by("-last_row"):
                done = _taken_back(batch, chunk)
                total.staff, total.departments = total.staff + done.staff, total.departments + done.departments
                total.wards, total.stations = total.wards + done.wards, total.stations + done.stations
                total.kept += Counter(reason for _row, reason in done.kept)
            transaction.set_rollback(True)
        return total

    def take_back(self, batch: ImportBatch, chunk: ImportChunk, now: dt.datetime) -> Counter[str]:
        """What stays is told by row."""
        done = _taken_back(batch, chunk)
        lines = chunk.details["lines"]
        ImportIssue.objects.bulk_create(
            ImportIssue(batch=batch, kind=ImportIssue.Kind.KEPT, row=row, line=lines[str(row)], code=reason)
            for row, reason in done.kept
        )
        gone = {name: getattr(done, name) for name in ("staff", "departments", "wards", "stations")}
        return Counter(**gone, kept=len(done.kept))

    def cell_texts(self, record: Any, raw: str) -> dict[str, Callable[[], str]]:
        """The number as it stands."""
        return {"phone": lambda: record.phone}


def _bringer(batch: ImportBatch) -> Actor | None:
    """In whose name roles are asked for: whoever uploaded the sheet; the operator at the command line. Refuses
    (MayNotBring) who has lost the right since.
    """
    if batch.made_by is None:
        return None
    actor = actor_for(batch.made_by.user, hospital=required_hospital())
    role = next((one for one in actor.roles if IMPORTS_STAFF in one.capabilities), None) if actor else None
    if role is None:
        raise MayNotBring
    return actor_for(batch.made_by.user, hospital=required_hospital(), role_code=role.code)


def _counts(done: StaffOutcome) -> Counter[str]:
    made = {name: getattr(done, name) for name in _MADE}
    return Counter(staff_created=done.created, staff_updated=done.updated, **made)


def _for_undoing(done: StaffOutcome, lines: dict[int, int]) -> dict[str, Any]:
    made = done.made
    units = (*made.departments, *made.wards, *made.stations)
    rows = {row for _pk, _user, row in made.staff} | {row for _pk, row in units}
    return {**dataclasses.asdict(made), "lines": {str(row): lines[row] for row in rows}}


def _taken_back(batch: ImportBatch, chunk: ImportChunk) -> StaffTakenBack:
    own = set(_made_ids(batch))
    return take_back_staff(chunk.details, own=own, whole=signed_in(own, since=batch.started_at or batch.created_at))


def _made_ids(batch: ImportBatch) -> list[int]:
    details = ImportChunk.objects.filter(batch=batch).order_by("last_row").values_list("details", flat=True)
    return [staff for said in details for staff, _user, _row in said.get("staff", ())]


def staff_made(batch: ImportBatch) -> QuerySet[StaffMember]:
    """The people a sheet made, in its order, with their accounts."""
    return StaffMember.objects.filter(pk__in=_made_ids(batch)).select_related("user").order_by("pk")


def staff_result(batch: ImportBatch, *, is_dry: bool = False) -> dict[str, Any]:
    """The result of a sheet at the command line, with the one-time passwords of the accounts it made."""
    counts = batch.dry_counts if is_dry else batch.counts
    return {
        "rows": batch.rows,
        "created": counts.get("staff_created", 0),
        "updated": counts.get("staff_updated", 0),
        "unchanged": unchanged_rows(counts),
        **{name: counts.get(name, 0) for name in _MADE},
        "accounts": [] if is_dry else people.hand_out(staff_made(batch), actor=None)[0],
        "problems": reasons(batch, REJECTED, is_dry=is_dry, place="line"),
        "warnings": reasons(batch, WARNING, is_dry=is_dry, place="line"),
        **by_choice(batch, is_dry=is_dry, place="line"),
    }
