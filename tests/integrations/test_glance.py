"""The page before the import reads the first rows of a list alone, however its days are written."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from django.utils import timezone

from accounts.models import Hospital
from hospital_crm.tenancy.scope import hospital_scope
from integrations.domain import batches
from integrations.domain.preview import preview_of
from integrations.readers.tabular.table import Row, Table
from tests.integrations.lists import csv_bytes, row

pytestmark = pytest.mark.django_db


def test_page_before_the_import_reads_no_whole_list(
    north: Hospital, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path, read = tmp_path / "list.csv", []
    path.write_bytes(csv_bytes([row(住院号=f"ZY{n}", 出院日期="03/05/2025") for n in range(300)]))
    all_rows = Table.rows

    def counted(table: Table) -> Iterator[Row]:
        for one in all_rows(table):
            read.append(one.number)
            yield one

    with hospital_scope(north):
        batch = batches.take_in_file(
            path, digest="", file_name="list.csv", kind="discharges", actor=None, now=timezone.now(), asked={}
        )
        monkeypatch.setattr(Table, "rows", counted)
        shown = preview_of(batch, timezone.now().date(), clinical=False)
    assert (len(shown.rows), len(read)) == (20, 200)
