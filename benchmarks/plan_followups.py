"""How fast discharged stays get their tiers, runs and orders, beside INSERT … SELECT of the same orders.

Stays are invented: about a quarter of them ends in tier A and half in tier B; each ward has two nurses who get orders.
The limit copies the planned orders into a bare table, and into one with the same indexes but no foreign keys.
"""

import argparse
import datetime as dt
import time
from typing import Any

from django.db import connection
from django.utils import timezone

from accounts.models import Hospital, Role, StaffMember, StaffRole, StaffWard, User, Ward
from benchmarks.own_database import hospital_of_its_own
from followups.domain.planning import plan_hospital
from followups.models import FollowUpOrder, FollowUpRun
from hospital_crm.tenancy.scope import hospital_scope

MUST = {"stays_per_second": 5000}
ON = dt.date(2026, 3, 2)

_FILL = """
insert into accounts_department (hospital_id, code, name, specialty, is_confirmed, is_active)
select %(h)s, '', '科室' || n, '', true, true from generate_series(1, 20) n;

insert into accounts_ward (hospital_id, code, name, department_id, is_active)
select hospital_id, '', name || '病区', id, true from accounts_department where hospital_id = %(h)s;

insert into patients_patient (
    hospital_id, public_id, kind, category, name, given_name, py_full, py_initials, py_full_alt, py_initials_alt, sex,
    birth_date, mrn, phone, address, division_code, region, education, marital_status, occupation, hobbies,
    insurance_type, source, preferred_channel, preferred_hours, preferred_language, allergies, chronic_diseases,
    past_history, family_history, current_medicines, habits, last_visit_on, disease_group, last_diagnosis_text,
    care_tier, contact_state, deceased_source, created_at)
select %(h)s, gen_random_uuid(), 'patient', 'general', '张' || n, n::text, 'zhang' || n, 'z' || n, '', '', 'F',
       date '1940-01-01' + (n * 7919 %% 29000), n::text, '', '', '', '', '', '', '', '', '', '', '', '', '', '', '',
       '', '', '', '', date '2026-03-01' - (n %% 3)::int, 'I20', '', '', 'open', '', now()
  from generate_series(1, %(n)s) n;

insert into patients_encounter (
    hospital_id, public_id, patient_id, kind, visit_number, source_key, admitted_on, discharged_on, department_id,
    ward_id, attending_name, diagnosis_code, diagnosis_text, discharge_instructions, disposition, surgery_level,
    is_cancelled, source, source_at)
select p.hospital_id, gen_random_uuid(), p.id, 'inpatient', '', p.id::text, p.last_visit_on - (1 + p.id %% 12)::int,
       p.last_visit_on, w.department_id, w.id, '',
       (array['I20.000', 'K80.200', 'S82.600', 'J18.900', 'K35.900', 'N20.100', 'I10.X00', 'D25.900',
              'C18.900', 'H25.900', 'K29.500', 'M51.202'])[1 + p.id %% 12],
       '诊断', case when p.id %% 4 = 0 then '两周后门诊复查' else '按时服药' end, 'home',
       case when p.id %% 2 = 0 then (p.id %% 7 %% 4)::int end, false, 'his', now()
  from patients_patient p
  join (select id, department_id, row_number() over (order by id) as n from accounts_ward where hospital_id = %(h)s) w
    on w.n = 1 + p.id %% 20
 where p.hospital_id = %(h)s;

insert into patients_encounterfact (hospital_id, encounter_id, key, value, source, recorded_at)
select hospital_id, id, 'drain', id %% 20 = 0, 'staff', now()
  from patients_encounter where hospital_id = %(h)s and id %% 10 = 0;

analyze patients_patient; analyze patients_encounter; analyze patients_encounterfact;
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Options of this benchmark."""
    parser.add_argument("--stays", type=int, default=100_000)


def run(*, stays: int = 100_000, **options: Any) -> dict[str, Any]:
    """Fills a hospital in a database of its own, plans it, plans it again, and measures the limit."""
    with hospital_of_its_own("bench_plan") as hospital:
        return _measured(hospital, stays)


def _measured(hospital: Hospital, stays: int) -> dict[str, Any]:
    fill(hospital, stays)
    seconds, result = _timed(lambda: plan_hospital(hospital, now=timezone.now(), on=ON))
    again, repeat = _timed(lambda: plan_hospital(hospital, now=timezone.now(), on=ON))
    with hospital_scope(hospital):
        orders, runs = FollowUpOrder.objects.count(), FollowUpRun.objects.count()
    figures = {
        "stays": stays,
        "seconds": round(seconds, 2),
        "stays_per_second": round(stays / seconds),
        "orders": orders,
        "orders_per_second": round(orders / seconds),
        "runs": runs,
        "tiers": [result.tier_a, result.tier_b, result.tier_c],
        "planned_again_seconds": round(again, 2),
        "planned_again_created": repeat.orders_created + repeat.runs_opened,
        **_limit(hospital),
    }
    return {**figures, "passed": figures["stays_per_second"] >= MUST["stays_per_second"]}


def fill(hospital: Hospital, stays: int) -> None:
    """People with a stay each, discharged on the last three days before `ON`, and nurses for their wards."""
    with connection.cursor() as cursor:
        cursor.execute(_FILL, {"h": hospital.pk, "n": stays})
    _employ(hospital)


def _employ(hospital: Hospital) -> None:
    """Two nurses for each ward, so that orders are dispatched to people."""
    with hospital_scope(hospital):
        nurse = Role.objects.get(code="nurse")
        for ward in Ward.objects.all():
            for turn in (1, 2):
                user = User.objects.create(username=f"{hospital.slug}-{ward.pk}-{turn}")
                staff = StaffMember.objects.create(user=user, name=f"护士{turn}")
                StaffRole.objects.create(staff=staff, role=nurse)
                StaffWard.objects.create(staff=staff, ward=ward)


def _limit(hospital: Hospital) -> dict[str, Any]:
    """The same orders by one INSERT … SELECT: into a bare table, and into one with the same indexes and checks."""
    with connection.cursor() as cursor:
        cursor.execute("create table bench_bare (like followups_followuporder)")
        cursor.execute(
            "create table bench_indexed (like followups_followuporder including indexes including constraints)"
        )
        copy = "insert into {} select * from followups_followuporder where hospital_id = %s"
        bare, _ = _timed(lambda: cursor.execute(copy.format("bench_bare"), [hospital.pk]))
        indexed, _ = _timed(lambda: cursor.execute(copy.format("bench_indexed"), [hospital.pk]))
        cursor.execute("drop table bench_bare, bench_indexed")
    return {"limit_bare_seconds": round(bare, 2), "limit_indexed_seconds": round(indexed, 2)}


def _timed(work: Any) -> tuple[float, Any]:
    start = time.perf_counter()
    answer = work()
    return time.perf_counter() - start, answer
