"""How long one hourly look through the access log takes, at a hospital of a million people with millions of rows in it.

The last hour holds `--rows` viewings by two hundred members of staff, of people of all departments, some at night by
the hospital's clock; before it lie `--before` rows of a year. What was flagged and the rows are taken away again.
"""

import argparse
import datetime as dt
import time
from typing import Any

from django.db import connection
from django.utils import timezone

from accounts.models import Hospital
from benchmarks import crowd
from hospital_crm.tenancy.scope import hospital_scope
from patients.domain import watching
from patients.models import ViewingFlag, ViewingRules

MUST = {"seconds": 20}
_LOG = """
insert into accounts_accesslog (hospital_id, at, user_id, staff_id, role_code, kind, patient_id, field, purpose, page,
                                request_id)
select %(h)s, %(from)s + random() * (%(until)s - %(from)s), s.user_id, s.id, 'agent',
       case when n %% 9 = 0 then 'dial' else 'view' end, p.id, '', '', 'person', 'bench'
  from generate_series(1, %(n)s) n
  join (select id, user_id, row_number() over (order by id) - 1 as place from accounts_staffmember
         where hospital_id = %(h)s order by id limit 200) s on s.place = n %% %(staff)s
  join (select id, row_number() over (order by id) - 1 as place from patients_patient where hospital_id = %(h)s) p
    on p.place = (n::bigint * 7919) %% %(people)s
"""
_ENDED = (
    "delete from patients_viewingflag where hospital_id = %(h)s",
    "delete from accounts_accesslog where hospital_id = %(h)s and request_id = 'bench'",
    "delete from patients_viewingrules where hospital_id = %(h)s",
)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Options of this benchmark."""
    parser.add_argument("--patients", type=int, default=1_000_000)
    parser.add_argument("--rows", type=int, default=20_000)
    parser.add_argument("--before", type=int, default=3_000_000)
    parser.add_argument("--fresh", action="store_true", help="make the hospital anew")


def run(
    *, patients: int = 1_000_000, rows: int = 20_000, before: int = 3_000_000, fresh: bool = False, **options: Any
) -> dict[str, Any]:
    """One look, and the first page of the queue it fills."""
    hospital = crowd.prepare(patients, fresh=fresh)
    end = timezone.now().replace(minute=0, second=0, microsecond=0)
    hour, year = end - dt.timedelta(hours=1), end - dt.timedelta(days=365)
    _written(hospital, *_ENDED)
    try:
        _logged(hospital, before, year, hour)
        _logged(hospital, rows, hour, end)
        figures = _measured(hospital, hour, end)
    finally:
        _written(hospital, *_ENDED)
    return {
        "patients": patients,
        "rows": rows,
        **figures,
        "must": MUST,
        "passed": figures["seconds"] <= MUST["seconds"],
    }


def _measured(hospital: Hospital, hour: dt.datetime, end: dt.datetime) -> dict[str, Any]:
    with hospital_scope(hospital):
        ViewingRules.objects.create(looked_until=hour)
        start = time.perf_counter()
        watching.look_through(now=end + dt.timedelta(minutes=15))
        seconds = time.perf_counter() - start
        flags = ViewingFlag.objects.count()
        start = time.perf_counter()
        list(ViewingFlag.objects.filter(state="open").order_by("-first_at", "-id")[:50])
        page = time.perf_counter() - start
    return {"seconds": round(seconds, 2), "flags": flags, "first_page_ms": round(page * 1000, 1)}


def _logged(hospital: Hospital, rows: int, since: dt.datetime, until: dt.datetime) -> None:
    with connection.cursor() as cursor:
        cursor.execute("select count(*) from accounts_staffmember where hospital_id = %s", [hospital.pk])
        staff = min(200, cursor.fetchone()[0])
        cursor.execute("select count(*) from patients_patient where hospital_id = %s", [hospital.pk])
        people = cursor.fetchone()[0]
        values = {"h": hospital.pk, "n": rows, "from": since, "until": until, "staff": staff, "people": people}
        cursor.execute(_LOG, values)
        cursor.execute("analyze accounts_accesslog")


def _written(hospital: Hospital, *statements: str) -> None:
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement, {"h": hospital.pk})
