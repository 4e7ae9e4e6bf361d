"""Tables of codes by the wizard: diagnoses, departments, administrative divisions. They are about no person."""

import datetime as dt
from collections import Counter
from collections.abc import Callable, Sequence
from typing import Any, ClassVar

from django.db.models import Model
from django.utils.translation import gettext_lazy as _

from accounts.domain import code_tables, departments
from accounts.domain.code_tables import TableOutcome, TableRow
from accounts.models import Department
from hospital_crm.pinyin import initials
from integrations.domain.kinds import Brought, Figure, Given, ListKind, Outlook, ReadRow
from integrations.domain.modes import Known
from integrations.models import ImportBatch, ImportChunk
from integrations.readers import values
from integrations.readers.code_fields import DEPARTMENT_FIELDS, DIAGNOSIS_FIELDS, DIVISION_FIELDS
from integrations.readers.codes import (
    CodeReader,
    CodeRecord,
    level_of,
    level_of_code,
    parent_of_code,
    reader_of,
    several,
)
from integrations.readers.problems import REJECTED, Problem
from integrations.readers.tabular.columns import ColumnMap
from patients.domain.region_renewal import read_again
from patients.domain.registry import Outcome
from patients.models import DiagnosisCode, Division

INITIALS = 60


class CodeTables(ListKind):
    """What the tables have in common: rows by code, and taking them back."""

    capabilities = ("integrations.import",)
    already = "code_already"
    missing = "no_code_yet"
    about_people = False
    notes_repeats = True
    last_goes_first = True
    taken_back = ("codes", "codes_kept")
    counted = ("codes_created", "codes_updated", "duplicates")
    figures = (
        Figure("codes_created", _("New codes")),
        Figure("codes_updated", _("Codes corrected")),
        Figure("unchanged", _("No change")),
    )
    model: ClassVar[type[Model]]

    def bring(self, batch: ImportBatch, rows: list[ReadRow], given: Given) -> Brought:
        """Rows by their code. `named` holds rows of the table, so that a code named twice counts once."""
        given.meanwhile()
        done = self.brought(self.table_rows(rows), given.seen)
        counts = Counter(codes_created=len(done.created_rows), codes_updated=len(done.updated_rows))
        details = {"made": done.made, "changed": done.changed, **self.further([row.record for row in rows])}
        left_out = {row: Problem(REJECTED, code) for row, code in done.left_out.items()}
        return Brought(Outcome(), done.created_rows, done.updated_rows, counts, left_out, done.named, details)

    def table_rows(self, rows: list[ReadRow]) -> list[TableRow]:
        """What the rows say, by column of the table."""
        return [TableRow(row.number, self.values_of(row.record)) for row in rows]

    def known(self, batch: ImportBatch, rows: list[ReadRow], given: Given, *, but_own: bool) -> Known:
        """Rows whose code is in the table."""
        there = self.found(self.table_rows(rows))
        return Known({row for row, pk in there.items() if not (but_own and pk in given.seen)})

    def found(self, rows: Sequence[TableRow]) -> dict[int, int]:
        """Row → id of the row of the table that it tells of, where there is one."""
        return code_tables.found(self.model, rows)

    def brought(self, rows: Sequence[TableRow], already: set[int]) -> TableOutcome:
        """The rows in the database."""
        return code_tables.bring(self.model, rows, already=already)

    def values_of(self, record: CodeRecord) -> dict[str, Any]:
        """What a row says, by column of the table; a column the list lacks is left as it is."""
        raise NotImplementedError

    def further(self, records: Sequence[CodeRecord]) -> dict[str, Any]:
        """What is needed later beside what was made and changed."""
        return {}

    def outlook(self, batch: ImportBatch) -> Outlook:
        """How many codes go."""
        made = [pk for chunk in ImportChunk.objects.filter(batch=batch) for pk in chunk.details.get("made", ())]
        return Outlook(codes=self.model._default_manager.filter(pk__in=made).count())

    def take_back(self, batch: ImportBatch, chunk: ImportChunk, now: dt.datetime) -> Counter[str]:
        """What it made goes unless something uses it; what it corrected is as it was."""
        said = chunk.details
        gone, kept = code_tables.take_back(self.model, said.get("made", ()), said.get("changed", ()))
        return Counter(codes=gone, codes_kept=kept)

    def cell_texts(self, record: Any, raw: str) -> dict[str, Callable[[], str]]:
        """The code as it was understood."""
        return {"table_code": lambda: record.code, "term": lambda: record.term}


class DiagnosisTables(CodeTables):
    """Codes of diagnoses, such as ICD-10 国家临床版."""

    code = ImportBatch.Kind.DIAGNOSES
    title = _("Import a table of diagnoses")
    fields = DIAGNOSIS_FIELDS
    hint = _("One row per code: code and name; initials and group where you have them.")
    shown = {"table_code": "i-zy", "term": "", "pinyin": "i-zy", "category": "i-dept"}
    template = {"table_code": "编码", "term": "名称", "pinyin": "拼音码", "category": "类别"}
    model = DiagnosisCode

    def reader(self, columns: ColumnMap, today: dt.date) -> CodeReader:
        """Codes as 国家临床版 writes them: a letter first, x in lower case, a second code behind a plus."""
        pattern = r"[A-Z][0-9A-Za-z./†*+]{1,19}"
        return reader_of(columns, today, pattern=pattern, longest=200, pinyin=values.plain, category=values.words)

    def values_of(self, record: CodeRecord) -> dict[str, Any]:
        """Initials are worked out where the list does not tell them."""
        said: dict[str, Any] = {"code": record.code, "name": record.term}
        told = str(record.said.get("pinyin") or "")
        said["py_initials"] = (told.casefold() or initials(record.term))[:INITIALS]
        if "category" in record.said:
            said["category"] = str(record.said["category"])[:100]
        return said


class DepartmentTables(CodeTables):
    """The hospital's departments."""

    code = ImportBatch.Kind.DEPARTMENTS
    title = _("Import a table of departments")
    fields = DEPARTMENT_FIELDS
    hint = _("One row per department: code and name; the code of the department above, other names by semicolons.")
    shown = {"table_code": "i-zy", "term": "i-dept", "parent": "i-zy", "aliases": ""}
    template = {"table_code": "编码", "term": "名称", "parent": "上级编码", "aliases": "别名"}
    model = Department

    def reader(self, columns: ColumnMap, today: dt.date) -> CodeReader:
        """Digits, letters, dots and hyphens."""
        return reader_of(
            columns, today, pattern=r"[0-9A-Za-z._-]{1,20}", longest=60, parent=values.plain, aliases=several
        )

    def brought(self, rows: Sequence[TableRow], already: set[int]) -> TableOutcome:
        """Found by code or by name; a department from a table is confirmed."""
        return departments.bring_departments(rows, already=already)

    def found(self, rows: Sequence[TableRow]) -> dict[int, int]:
        """By code or by name."""
        return departments.found_departments(rows)

    def values_of(self, record: CodeRecord) -> dict[str, Any]:
        """The department above is set when all are in."""
        said: dict[str, Any] = {"code": record.code, "name": record.term, "is_confirmed": True}
        if "aliases" in record.said:
            said["aliases"] = record.said["aliases"]
        return said

    def further(self, records: Sequence[CodeRecord]) -> dict[str, Any]:
        """Which code stands above which."""
        return {"parents": {one.code: one.said["parent"] for one in records if one.said.get("parent")}}

    def finish(self, batch: ImportBatch, seen: set[int], *, now: dt.datetime, today: dt.date) -> Counter[str]:
        """The departments above; kept with the last part, which is taken back first."""
        parts = list(ImportChunk.objects.filter(batch=batch).order_by("last_row"))
        parents = {code: above for part in parts for code, above in part.details.get("parents", {}).items()}
        if parts and parents:
            parts[-1].details |= {"placed": departments.set_parents(parents)}
            parts[-1].save(update_fields=["details"])
        return Counter()

    def take_back(self, batch: ImportBatch, chunk: ImportChunk, now: dt.datetime) -> Counter[str]:
        """Departments above are as they were, unless somebody has moved one since."""
        for pk, before, after in chunk.details.get("placed", ()):
            Department.objects.filter(pk=pk, parent_id=after).update(parent_id=before)
        return super().take_back(batch, chunk, now)


class DivisionTables(CodeTables):
    """Administrative divisions."""

    code = ImportBatch.Kind.DIVISIONS
    title = _("Import a table of divisions")
    fields = DIVISION_FIELDS
    hint = _("One row per division: code and name; level and the code above are read from the code where they lack.")
    shown = {"table_code": "i-zy", "term": "", "level": "i-dept", "parent": "i-zy"}
    template = {"table_code": "代码", "term": "名称", "level": "级别", "parent": "上级代码"}
    model = Division

    def reader(self, columns: ColumnMap, today: dt.date) -> CodeReader:
        """Codes of two to twelve digits."""
        pattern = r"[1-9]\d(\d\d){0,2}(\d{3}){0,2}"
        return reader_of(columns, today, pattern=pattern, longest=40, level=level_of, parent=values.plain)

    def values_of(self, record: CodeRecord) -> dict[str, Any]:
        """Level and parent follow from the code where the list does not tell them."""
        level = record.said.get("level") or level_of_code(record.code)
        parent = record.said.get("parent") or parent_of_code(record.code, level)
        return {"code": record.code, "name": record.term, "level": level, "parent_code": parent[:12]}

    def finish(self, batch: ImportBatch, seen: set[int], *, now: dt.datetime, today: dt.date) -> Counter[str]:
        """People's divisions are told anew by the table."""
        read_again()
        return super().finish(batch, seen, now=now, today=today)

    def take_back(self, batch: ImportBatch, chunk: ImportChunk, now: dt.datetime) -> Counter[str]:
        """As after the table came in."""
        read_again()
        return super().take_back(batch, chunk, now)
