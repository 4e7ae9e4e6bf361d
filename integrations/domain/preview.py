"""The first rows of a list as they were understood, masked, with numbered findings that join cell and remark."""

import datetime as dt
import itertools
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from hospital_crm.tenancy.scope import required_hospital
from integrations.domain import files
from integrations.domain.kinds import ListKind, ReadRow, kind_of
from integrations.domain.tables import column_map, opened
from integrations.domain.trying import PREVIEW_ROWS
from integrations.models import ImportBatch, ImportIssue
from integrations.readers.labels import CLINICAL_FIELDS, NOT_SHOWN, field_label
from integrations.readers.problems import REJECTED, SKIPPED
from integrations.readers.values import plain
from patients.domain import masking
from patients.models import Patient

MOST_COLUMNS = 11
_FIRST_TO_GO = ("identity_number", "admitted_on", "outcome", "record_number")


@dataclass(slots=True)
class Cell:
    """One cell: what it says masked; tone bad or odd and the number of its finding, where it has one."""

    text: str
    tone: str = ""
    number: int = 0
    title: str = ""
    is_hidden: bool = False


@dataclass(slots=True)
class PreviewRow:
    """One row: its place in the file, what becomes of it, its cells."""

    line: int
    action: str
    tone: str
    cells: list[Cell]


@dataclass(slots=True)
class Remark:
    """A numbered finding of the rows shown."""

    number: int
    line: int
    label: Any
    text: str
    tone: str


@dataclass(slots=True)
class Preview:
    """columns: (class, header of the file, our name). rows and remarks are joined by numbers."""

    columns: list[tuple[str, str, Any]] = field(default_factory=list)
    rows: list[PreviewRow] = field(default_factory=list)
    remarks: list[Remark] = field(default_factory=list)


def preview_of(batch: ImportBatch, today: dt.date, *, clinical: bool) -> Preview:
    """The first rows of a checked list. The file is read anew, these rows alone: nothing of it is kept in the clear.
    Where only later rows tell which day is meant, the day is shown as it stands; the dry run has decided.

    Without `clinical`, the reader is told that clinical text was recognised, and not what it says.
    """
    columns = column_map(batch)
    issues = _issues_by_row(batch)
    kind = kind_of(batch)
    shown = _shown_fields(kind, columns.places, {issue.field for found in issues.values() for issue in found})
    preview = Preview([(kind.shown[name], _header(batch, name), field_label(name)) for name in shown])
    numbers = itertools.count(1)
    with files.plain_copy(batch.stored_as, required_hospital()) as path:
        reader, rows = opened(batch, path, today, glance=True)
        for raw in itertools.islice(rows, PREVIEW_ROWS):
            row = reader.read(raw)
            found = issues.get(row.number, [])
            cells = [_cell(kind, row, raw.cells, columns.places[name], name, clinical) for name in shown]
            _join(preview, row, found, cells, shown, numbers)
            action, tone = _action(batch, row, found)
            preview.rows.append(PreviewRow(row.line, action, tone, cells))
    return preview


def _shown_fields(kind: ListKind, places: dict[str, tuple[int, ...]], questioned: set[str]) -> list[str]:
    """The columns that fit beside each other: the less telling ones go, unless a finding is about them.

    The identity number is shown only where it is questioned.
    """
    shown = sorted((name for name in kind.shown if name in places), key=lambda name: places[name][0])
    for name in _FIRST_TO_GO:
        spare = name == "identity_number" or len(shown) >= MOST_COLUMNS
        if name in shown and name not in questioned and spare:
            shown.remove(name)
    return shown


def _header(batch: ImportBatch, name: str) -> str:
    return batch.columns[batch.mapping[name][0]]


def _issues_by_row(batch: ImportBatch) -> dict[int, list[ImportIssue]]:
    found: dict[int, list[ImportIssue]] = {}
    for issue in ImportIssue.objects.filter(batch=batch, is_dry=True, row__lte=PREVIEW_ROWS).order_by("row", "id"):
        found.setdefault(issue.row, []).append(issue)
    return found


def _action(batch: ImportBatch, row: ReadRow, found: Iterable[ImportIssue]) -> tuple[str, str]:
    """In words what the import will do with the row."""
    kinds = {issue.kind for issue in found}
    if REJECTED in kinds:
        return pgettext("row of a list", "skip"), "late"
    if SKIPPED in kinds:
        return pgettext("row of a list", "skip"), "dim"
    done = batch.dry_counts.get("shown", {}).get(str(row.number), "")
    words = {
        "new": pgettext("row of a list", "new"),
        "changed": pgettext("row of a list", "update"),
        "same": pgettext("row of a list", "no change"),
        "": pgettext("row of a list", "repeat"),
    }
    return words[done], "" if done == "new" else "dim"


def _join(
    preview: Preview,
    row: ReadRow,
    found: Iterable[ImportIssue],
    cells: list[Cell],
    shown: list[str],
    numbers: Iterator[int],
) -> None:
    """Give every finding a number and put it into the cell it is about."""
    for issue in found:
        tone = "late" if issue.kind == REJECTED else "soon"
        remark = Remark(next(numbers), row.line, field_label(issue.field) if issue.field else "", issue.sentence, tone)
        preview.remarks.append(remark)
        if issue.field in shown:
            cell = cells[shown.index(issue.field)]
            cell.tone, cell.number, cell.title = "bad" if tone == "late" else "odd", remark.number, remark.text
            cell.text = cell.text or str(_("empty"))


def _cell(kind: ListKind, row: ReadRow, cells: list[Any], places: tuple[int, ...], name: str, clinical: bool) -> Cell:
    """The value as it was understood, else as it stands in the file; masked in every list about people."""
    raw = plain(cells[places[0]]) if places[0] < len(cells) else ""
    if raw and name in CLINICAL_FIELDS and not clinical:
        return Cell(str(NOT_SHOWN), is_hidden=True)
    record = row.record
    text = raw
    if record is not None:
        texts: dict[str, Callable[[], str]] = {
            "sex": lambda: str(Patient.Sex(record.sex).label) if record.sex != "U" else raw,
            "birth_date": lambda: record.birth_date.isoformat() if record.birth_date else raw,
            "phone": lambda: record.phones[0].value if record.phones else raw,
            "name": lambda: record.name,
            **kind.cell_texts(record, raw),
        }
        text = texts.get(name, lambda: raw)()
    return Cell(_MASKS.get(name, str)(text) if kind.about_people else text)


def _mask_birth(text: str) -> str:
    return f"{text[:-2]}**" if len(text) == len("2000-01-01") and text[4] == "-" else text


_MASKS = {
    "name": masking.mask_name,
    "record_number": masking.mask_number,
    "admission_number": masking.mask_number,
    "phone": masking.mask_phone,
    "birth_date": _mask_birth,
    "identity_number": masking.mask_identity,
}
