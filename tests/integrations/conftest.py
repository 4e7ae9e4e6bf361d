"""A list brought into North by one call."""

from pathlib import Path
from typing import Any

import pytest

from accounts.models import Hospital
from integrations.domain import importing
from integrations.models import ImportBatch
from tests.integrations.test_resume import ROWS, queued


@pytest.fixture
def bring(north: Hospital, tmp_path: Path) -> Any:
    """Import rows into North; answers the list."""

    def import_rows(rows: Any = ROWS) -> ImportBatch:
        batch = queued(north, tmp_path, rows)
        assert importing.run(north, batch.pk)
        batch.refresh_from_db()
        return batch

    return import_rows
