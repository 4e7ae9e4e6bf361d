"""Staff sheets: read, tried, brought in through `accounts.domain.staff`."""

import itertools
from collections.abc import Iterator
from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from accounts.actors import Actor
from accounts.domain.staff import StaffOutcome, StaffRow, bring_staff
from hospital_crm.tenancy.scope import required_hospital
from integrations.domain import files
from integrations.domain.error_file import left_out_book
from integrations.domain.importing import PREVIEW_ROWS
from integrations.domain.kinds import ListKind
from integrations.domain.tables import column_map, table_of
from integrations.models import ImportBatch
from integrations.readers.labels import field_label
from integrations.readers.staff_fields import STAFF_FIELDS
from integrations.readers.tabular.columns import ColumnMap
from integrations.readers.tabular.table import Table
from integrations.readers.values import plain


class StaffSheets(ListKind):
    """Departments, wards, people and roles. Checked and brought in at once, in one transaction, by pages of its own."""

    code = ImportBatch.Kind.STAFF
    title = _("Import staff")
    fields = STAFF_FIELDS
    capabilities = ("integrations.import_staff",)
    has_wizard = False
    hint = _(
        "One row per person: staff number, name, department, ward, role. People who are new get an account; the"
        " administrator hands out the password."
    )
    template = {
        "staff_number": "工号",
        "name": "姓名",
        "department": "科室",
        "ward": "病区",
        "role": "角色",
        "title": "职称",
        "phone": "手机",
        "email": "邮箱",
        "username": "用户名",
    }


_FIELDS = {
    "name": "name",
    "staff_number": "staff_number",
    "department": "department",
    "ward": "ward",
    "role": "roles",
    "title": "title",
    "phone": "phone",
    "email": "email",
    "username": "username",
}


@dataclass(frozen=True)
class SheetRow:
    """One row as it was understood: its place in the file, what becomes of it, why it is left out, its cells."""

    line: int
    act: str
    reason: str
    cells: list[str]


def first_rows(batch: ImportBatch, outcome: StaffOutcome) -> tuple[list[tuple[str, str]], list[SheetRow]]:
    """The columns (header of the file, our name) and the first twenty rows of a sheet that was tried."""
    places = {name: columns[0] for name, columns in batch.mapping.items() if columns}
    shown = sorted(places, key=places.__getitem__)
    heads = [(batch.columns[places[name]], str(field_label(name))) for name in shown]
    reasons = {problem.row: problem.reason for problem in outcome.problems}
    with files.plain_copy(batch.stored_as, required_hospital()) as path:
        rows = list(itertools.islice(staff_rows(table_of(batch, path), column_map(batch)), PREVIEW_ROWS))
    return heads, [
        SheetRow(
            row.row,
            outcome.acts.get(row.row, ""),
            reasons.get(row.row, ""),
            [str(getattr(row, _FIELDS[name])) for name in shown],
        )
        for row in rows
    ]


def left_out_of(batch: ImportBatch, *, actor: Actor) -> bytes:
    """An .xlsx of the rows left out, with the reason, to mend and upload again. What went in is tried once more and
    changes nothing.
    """
    reasons = {problem.row: problem.reason for problem in bring_sheet(batch, actor=actor, dry_run=True).problems}
    with files.plain_copy(batch.stored_as, required_hospital()) as path:
        rows = [(row, reasons[row.line]) for row in table_of(batch, path).rows() if row.line in reasons]
    return left_out_book(batch, rows, actor=actor)


def bring_sheet(batch: ImportBatch, *, actor: Actor | None, dry_run: bool) -> StaffOutcome:
    """Bring a stored sheet in, or try it. A row with a problem is left out, the rest goes in."""
    with files.plain_copy(batch.stored_as, required_hospital()) as path:
        return bring_staff(staff_rows(table_of(batch, path), column_map(batch)), actor=actor, dry_run=dry_run)


def bring_table(table: Table, columns: ColumnMap, *, dry_run: bool) -> StaffOutcome:
    """As `bring_sheet`, for a file on this machine."""
    return bring_staff(staff_rows(table, columns), actor=None, dry_run=dry_run)


def staff_rows(table: Table, columns: ColumnMap) -> Iterator[StaffRow]:
    """The rows of a sheet as they are brought in; `row` is the row a person sees in the spreadsheet."""
    places = {_FIELDS[name]: where[0] for name, where in columns.places.items() if name in _FIELDS}
    for row in table.rows():
        texts = {name: plain(row.cells[place]) for name, place in places.items() if place < len(row.cells)}
        yield StaffRow(row=row.line, **{"name": "", **texts})
