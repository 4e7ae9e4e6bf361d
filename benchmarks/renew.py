"""How long it takes to make the search keys of everybody anew after the rule of reading names has changed, and how long
somebody waits who writes a record meanwhile; beside it the reading of all names alone.

The worst night: no key on record is right, so that every row is written.
"""

import argparse
import random
import threading
import time
from typing import Any

from django.db import connection
from django.utils import timezone

from accounts.domain import renewals
from accounts.models import Hospital, Renewal
from benchmarks import crowd
from hospital_crm.tenancy.scope import hospital_scope
from patients.domain.name_renewal import RULE
from patients.domain.names import KEYS, name_keys
from patients.models import Patient

MUST = {"people_per_second": 1000, "p99_write_beside_ms": 500}
_PAUSE = 0.02


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Options of this benchmark."""
    parser.add_argument("--patients", type=int, default=100_000)
    parser.add_argument("--fresh", action="store_true", help="make the hospital anew")


def run(*, patients: int = 100_000, fresh: bool = False, **options: Any) -> dict[str, Any]:
    """Spoils every key, makes them anew beside somebody who writes, and runs a second time."""
    hospital = crowd.prepare(patients, fresh=fresh)
    _spoil(hospital)
    ended, waits = threading.Event(), []
    writer = threading.Thread(target=_write, args=(hospital, ended, waits))
    writer.start()
    start = time.perf_counter()
    try:
        done = renewals.renew(hospital, RULE, now=timezone.now())
    finally:
        seconds = time.perf_counter() - start
        ended.set()
        writer.join()
    figures = {
        "patients": patients,
        "changed": done.changed,
        "seconds": round(seconds, 1),
        "people_per_second": round(patients / seconds),
        "writes_beside": len(waits),
        "p99_write_beside_ms": round(1000 * sorted(waits)[int(len(waits) * 0.99)]),
        "slowest_write_beside_ms": round(1000 * max(waits)),
        "limit_reading_names_seconds": round(_limit(hospital), 1),
        "must": MUST,
    }
    slow = figures["people_per_second"] < MUST["people_per_second"]
    waited = figures["p99_write_beside_ms"] > MUST["p99_write_beside_ms"]
    return {**figures, "passed": done.changed == patients and not slow and not waited}


def _spoil(hospital: Hospital) -> None:
    with hospital_scope(hospital):
        Patient.objects.update(**dict.fromkeys(KEYS, "?"))
        Renewal.objects.filter(rule=RULE).delete()
    with connection.cursor() as cursor:
        cursor.execute("vacuum analyze patients_patient")


def _write(hospital: Hospital, ended: threading.Event, waits: list[float]) -> None:
    """Writes a record now and then, as somebody at a desk would, and notes how long each took."""
    chance = random.Random(7)
    with hospital_scope(hospital):
        ids = list(Patient.objects.values_list("pk", flat=True))
    while not ended.is_set():
        start = time.perf_counter()
        with hospital_scope(hospital):
            Patient.objects.filter(pk=chance.choice(ids)).update(preferred_hours="09–12")
        waits.append(time.perf_counter() - start)
        time.sleep(_PAUSE)
    connection.close()


def _limit(hospital: Hospital) -> float:
    start = time.perf_counter()
    with hospital_scope(hospital):
        for name in Patient.objects.values_list("name", flat=True).iterator():
            name_keys(name)
    return time.perf_counter() - start
