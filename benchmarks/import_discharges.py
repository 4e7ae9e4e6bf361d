"""How fast a discharge list goes in, from file to committed rows, beside COPY of the same rows into a bare table.

The list is invented: one stay in five belongs to somebody who came before. It is brought in twice into a hospital of
its own, in a database of its own, under row-level security; the second time must change nothing. Recognising, keeping
and reading the file count as well; the planning that the import asks for is only queued, and has a benchmark of its
own. Memory is the peak of this process until the list is in for the second time.
"""

import argparse
import io
import resource
import tempfile
import time
from pathlib import Path
from typing import Any

from django.db import connection
from django.utils import timezone

from accounts.models import Hospital
from benchmarks.invented_list import HEADER, write_list
from benchmarks.own_database import hospital_of_its_own
from hospital_crm.tenancy.scope import hospital_scope
from integrations.domain.at_once import bring_in_file
from patients.models import Encounter

MUST = {"new_rows_per_second": 3000, "repeat_rows_per_second": 5000, "peak_megabytes": 400}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Options of this benchmark."""
    parser.add_argument("--rows", type=int, default=100_000)


def run(*, rows: int = 100_000, **options: Any) -> dict[str, Any]:
    """Brings the list in twice and measures the limit."""
    with hospital_of_its_own("bench_import") as hospital:
        return _measured(hospital, rows)


def _measured(hospital: Hospital, rows: int) -> dict[str, Any]:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "discharges.csv"
        write_list(path, rows)
        first_seconds, first = _timed(lambda: bring_in_file(hospital, path, now=timezone.now()))
        again_seconds, again = _timed(lambda: bring_in_file(hospital, path, now=timezone.now()))
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
        limit_seconds = _bare_copy(path)
    figures = {
        "rows": rows,
        "new_seconds": round(first_seconds, 2),
        "new_rows_per_second": round(rows / first_seconds),
        "repeat_seconds": round(again_seconds, 2),
        "repeat_rows_per_second": round(rows / again_seconds),
        "peak_megabytes": peak,
        "limit_copy_seconds": round(limit_seconds, 2),
        "limit_rows_per_second": round(rows / limit_seconds),
        "stays_created": first["stays_created"],
        "patients_created": first["patients_created"],
        "changed_by_repeat": again["stays_created"] + again["stays_updated"] + again["patients_created"],
        "stays_in_table": _stays(hospital),
    }
    enough = all(figures[name] >= figure for name, figure in MUST.items() if name != "peak_megabytes")
    return {**figures, "passed": enough and figures["peak_megabytes"] <= MUST["peak_megabytes"]}


def _stays(hospital: Hospital) -> int:
    with hospital_scope(hospital):
        return Encounter.objects.count()


def _bare_copy(path: Path) -> float:
    """The same rows, as they stand in the file, by COPY into a table without keys, walls or indexes."""
    text = io.StringIO(path.read_text(encoding="utf-8-sig"))
    columns = ", ".join(f"c{place} text" for place in range(len(HEADER)))
    with connection.cursor() as cursor:
        cursor.execute(f"create temporary table bare_list ({columns})")
        seconds, _ = _timed(lambda: cursor.copy_expert("copy bare_list from stdin with (format csv, header)", text))
        cursor.execute("drop table bare_list")
    return seconds


def _timed(work: Any) -> tuple[float, Any]:
    start = time.perf_counter()
    answer = work()
    return time.perf_counter() - start, answer
