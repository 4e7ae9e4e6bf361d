"""The rows that were left out, as a file to mend and upload again: the columns of the list and the reason.

Opened in Excel it stays text: identifiers keep their zeros, and a cell that begins like a formula is made harmless.
"""

import io
from collections.abc import Collection, Iterable
from typing import Any

from django.utils.translation import gettext as _

from accounts.actors import Actor
from accounts.audit import log_access, record
from accounts.calendar import today
from accounts.domain.export_writers import harmless
from hospital_crm.tenancy.scope import required_hospital
from integrations.domain import files
from integrations.domain.kinds import kind_of
from integrations.domain.tables import column_map, table_of
from integrations.models import ImportBatch, ImportIssue
from integrations.readers.labels import CLINICAL_FIELDS, NOT_SHOWN
from integrations.readers.problems import REJECTED
from integrations.readers.tabular.table import Row
from integrations.readers.values import plain
from patients.domain.registry import people_named

_WIDTH = 14


def error_file(batch: ImportBatch, *, is_dry: bool, actor: Actor) -> bytes:
    """An .xlsx of the rows left out. The uploaded list must still be there; the people on record whom these rows name
    are logged as taken out of the house.

    Whoever reads no clinical text is not shown any, nor columns of which nobody knows what they say.
    """
    reasons: dict[int, list[str]] = {}
    for issue in ImportIssue.objects.filter(batch=batch, is_dry=is_dry, kind=REJECTED).order_by("row", "id"):
        reasons.setdefault(issue.row, []).append(issue.sentence)
    with files.plain_copy(batch.stored_as, required_hospital()) as path:
        rows = [row for row in table_of(batch, path).rows() if row.number in reasons]
    kind = kind_of(batch)
    hidden = set() if actor.can("patients.clinical") or not kind.about_people else _hidden_columns(batch)
    reader = kind.reader(column_map(batch), today())
    named = people_named([reader.person_in(row) for row in rows])
    log_access(actor, "export", sorted(named), purpose="integrations.left_out", page="integrations:left-out")
    record("integrations.batch.left_out", batch, actor=actor, rows=len(rows))
    lines = ([row.line, *_cells(row, hidden), "; ".join(reasons[row.number])] for row in rows)
    return workbook([_("row in the file"), *batch.columns, _("reason")], lines)


def _hidden_columns(batch: ImportBatch) -> set[int]:
    """The columns whose cells may hold clinical text."""
    known = {column for name, places in batch.mapping.items() if name not in CLINICAL_FIELDS for column in places}
    return set(range(len(batch.columns))) - known


def _cells(row: Row, hidden: Collection[int]) -> list[str]:
    texts = [harmless(plain(cell)) for cell in row.cells]
    return [str(NOT_SHOWN) if text and column in hidden else text for column, text in enumerate(texts)]


def workbook(header: Iterable[str], rows: Iterable[Iterable[Any]]) -> bytes:
    """An .xlsx in which everything is text."""
    import xlsxwriter  # only here: few pages write files, and every process would pay for it

    target = io.BytesIO()
    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "in_memory": True}
    with xlsxwriter.Workbook(target, options) as book:
        sheet = book.add_worksheet()
        bold, text = book.add_format({"bold": True}), book.add_format({"num_format": "@"})
        titles = list(header)
        sheet.set_column(0, max(len(titles) - 1, 0), _WIDTH)
        for column, title in enumerate(titles):
            sheet.write_string(0, column, title, bold)
        for number, row in enumerate(rows, 1):
            for column, value in enumerate(row):
                sheet.write_string(number, column, str(value), text)
    return target.getvalue()
