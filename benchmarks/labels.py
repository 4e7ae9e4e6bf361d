"""How fast everybody of a hospital is labelled: the first night, a night on which nothing changed, and the counts by
specialty, disease and region, beside one bare statement that only gathers the visits of everybody.
"""

import argparse
import datetime as dt
import statistics
import time
from collections.abc import Callable
from typing import Any

from django.db import connection
from django.utils import timezone

from accounts.models import Hospital
from benchmarks import crowd
from hospital_crm.tenancy.scope import hospital_scope
from patients.domain import figures
from patients.domain.classification import classify_hospital
from patients.models import ClassificationRun, PersonLabel

MUST = {"people_per_second": 2000, "crossing_ms": 200}
_TABLES = ("patients_personlabel", "patients_classificationrun", "patients_peoplecount", "patients_peoplechange")
_LIMIT = """
select count(*) from (
    select patient_id, count(distinct admitted_on), sum(fees), max(discharged_on)
      from patients_encounter where hospital_id = %s and not is_cancelled group by patient_id) gathered
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Options of this benchmark."""
    parser.add_argument("--patients", type=int, default=1_000_000)
    parser.add_argument("--fresh", action="store_true", help="make the hospital anew")


def run(*, patients: int = 1_000_000, fresh: bool = False, **options: Any) -> dict[str, Any]:
    """Forgets all labels, labels everybody, labels everybody again the next day, crosses, and measures the limit."""
    hospital = crowd.prepare(patients, fresh=fresh)
    _forget(hospital)
    now = timezone.now()
    first, night = _timed(lambda: classify_hospital(hospital, now=now))
    second, again = _timed(lambda: classify_hospital(hospital, now=now + dt.timedelta(days=1)))
    found = {
        "patients": patients,
        "first_night_seconds": round(first, 1),
        "labels": night.changed,
        "people_per_second": round(patients / first),
        "second_night_seconds": round(second, 1),
        "changed_again": again.changed,
        **_crossings(hospital),
        "limit_gathering_visits_seconds": round(_limit(hospital), 1),
        "must": MUST,
    }
    slow = found["people_per_second"] < MUST["people_per_second"] or found["crossing_ms"] > MUST["crossing_ms"]
    return {**found, "passed": not slow}


def _forget(hospital: Hospital) -> None:
    with connection.cursor() as cursor:
        for table in _TABLES:
            cursor.execute(f"delete from {table} where hospital_id = %s", [hospital.pk])
        cursor.execute(
            "update patients_patient set orientation = '', life_cycle = '', visit_cycle = ''"
            " where hospital_id = %s and life_cycle <> ''",
            [hospital.pk],
        )
        cursor.execute(f"vacuum analyze patients_patient, {', '.join(_TABLES)}")


def _crossings(hospital: Hospital) -> dict[str, Any]:
    """Every pair crossed, without and with a value of the third; the slowest of each, the best of three times."""
    times: dict[str, float] = {}
    with hospital_scope(hospital):
        for rows, columns in (("department", "disease"), ("department", "region"), ("disease", "region")):
            third = next(name for name in figures.DIMENSIONS if name not in (rows, columns))
            largest = figures.crossing(rows=third, columns=rows).rows[0].key
            for chosen in (None, largest):
                key = f"{rows} × {columns}{' of one ' + third if chosen else ''}"
                times[key] = _best(lambda r=rows, c=columns, x=chosen: figures.crossing(rows=r, columns=c, chosen=x))
        stages = _best(lambda: figures.funnels(since=dt.date(2000, 1, 1)))
        labels, runs = PersonLabel.objects.current().count(), ClassificationRun.objects.count()
    return {
        "crossing_ms": max(times.values()),
        "crossings_ms": times,
        "funnel_ms": stages,
        "labels_held": labels,
        "runs": runs,
    }


def _best(work: Callable[[], Any]) -> float:
    return round(statistics.median(_timed(work)[0] for _ in range(3)) * 1000, 1)


def _limit(hospital: Hospital) -> float:
    with connection.cursor() as cursor:
        return _timed(lambda: cursor.execute(_LIMIT, [hospital.pk]))[0]


def _timed(work: Callable[[], Any]) -> tuple[float, Any]:
    start = time.perf_counter()
    answer = work()
    return time.perf_counter() - start, answer
