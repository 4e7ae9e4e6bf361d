"""How long it takes to find every pair of records of a hospital that may be one person, and how much memory.

One in a hundred people of the crowd is copied with something changed, as it happens at a counter: the name typed in
pinyin, a telephone but no birth date, another number of the same person. `recall` is the share of the copies that were
found. Memory is what the process and its database session hold for themselves at most, without shared buffers.
"""

import argparse
import resource
import threading
import time
from pathlib import Path
from typing import Any

from django.db import connection
from django.utils import timezone

from accounts.models import Hospital
from benchmarks import crowd
from hospital_crm.tenancy.scope import hospital_scope
from patients.domain import duplicates
from patients.domain.staging import fetched
from patients.models import DuplicateCandidate, Patient

MUST = {"seconds": 600, "megabytes": 600, "recall": 0.98}

_COPIES = """
insert into patients_patient (
    hospital_id, public_id, kind, category, name, given_name, py_full, py_initials, py_full_alt, py_initials_alt, sex,
    birth_date, mrn, phone, address, division_code, region, education, marital_status, occupation, hobbies,
    insurance_type, source, preferred_channel, preferred_hours, preferred_language, allergies, chronic_diseases,
    past_history, family_history, current_medicines, habits, care_tier, contact_state, deceased_source, created_at,
    disease_group, last_diagnosis_text)
select hospital_id, gen_random_uuid(), kind, category, case when id %% 3 = 0 then py_full else name end, given_name,
       py_full, py_initials, '', '', sex, case when id %% 3 = 1 then null else birth_date end, 'COPY' || id, phone, '',
       '', '', '', '', '', '', '', '', '', '', '', '', '', '', '', '', '', '', 'open', '', now(), '', ''
  from patients_patient where hospital_id = %(h)s and id %% 100 = 7
"""
_PHONES = """
insert into patients_contactpoint (
    hospital_id, patient_id, system, value, value_reversed, rank, owner_relation, number_state, source)
select hospital_id, id, 'phone', phone, reverse(phone), 1, '', 'unchecked', 'staff'
  from patients_patient where hospital_id = %(h)s and mrn like 'COPY%%' and (birth_date is null or id %% 2 = 0)
"""
_ENDED = (
    "delete from patients_duplicatecandidate where hospital_id = %(h)s",
    "delete from patients_contactpoint c using patients_patient p where p.id = c.patient_id and p.mrn like 'COPY%%'"
    " and p.hospital_id = %(h)s",
    "delete from patients_patient where hospital_id = %(h)s and mrn like 'COPY%%'",
)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Options of this benchmark."""
    parser.add_argument("--patients", type=int, default=1_000_000)
    parser.add_argument("--fresh", action="store_true", help="make the hospital anew")


def run(*, patients: int = 1_000_000, fresh: bool = False, **options: Any) -> dict[str, Any]:
    """All pairs of the hospital, then those of a hundred people alone; the copies are taken away again."""
    hospital = crowd.prepare(patients, fresh=fresh)
    _written(hospital, *_ENDED, _COPIES, _PHONES)
    try:
        figures = _measured(hospital)
    finally:
        _written(hospital, *_ENDED)
    passed = (
        figures["seconds"] <= MUST["seconds"]
        and (figures["megabytes"] or 0) <= MUST["megabytes"]
        and figures["recall"] >= MUST["recall"]
    )
    return {"patients": patients, **figures, "must": MUST, "passed": passed}


def _measured(hospital: Hospital) -> dict[str, Any]:
    with hospital_scope(hospital):
        watch = _Memory(fetched("select pg_backend_pid()")[0][0])
        start = time.perf_counter()
        waiting = duplicates.find_all(now=timezone.now())
        seconds = time.perf_counter() - start
        copies = list(Patient.objects.filter(mrn__startswith="COPY").values_list("pk", flat=True))
        found = DuplicateCandidate.objects.filter(right_id__in=copies).values("right_id").distinct().count()
    with hospital_scope(hospital):
        start = time.perf_counter()
        duplicates.find_for(copies[:100], now=timezone.now())
        few = time.perf_counter() - start
    return {
        "seconds": round(seconds, 1),
        "megabytes": watch.stop(),
        "pairs": waiting,
        "copies": len(copies),
        "recall": round(found / max(len(copies), 1), 4),
        "hundred_people_seconds": round(few, 2),
    }


def _written(hospital: Hospital, *statements: str) -> None:
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement, {"h": hospital.pk})
        cursor.execute("analyze patients_patient, patients_contactpoint, patients_duplicatecandidate")


class _Memory:
    """The most that this process and one database session held at once, sampled; None where it cannot be seen."""

    def __init__(self, session: int) -> None:
        self.status = Path(f"/proc/{session}/status")
        self.most = 0
        self.running = True
        self.thread = threading.Thread(target=self._watch, daemon=True)
        self.thread.start()

    def stop(self) -> int | None:
        """Megabytes of both."""
        self.running = False
        self.thread.join()
        own = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
        return own + self.most // 1024 if self.most else None

    def _watch(self) -> None:
        while self.running:
            try:
                lines = self.status.read_text().splitlines()
            except OSError:
                return
            own = next((int(line.split()[1]) for line in lines if line.startswith("RssAnon")), 0)
            self.most = max(self.most, own)
            time.sleep(0.2)
