"""A hospital of a million invented people in a database of its own, made set-based by the owner of the tables.

Names follow the usual spread of Chinese surnames, so that 王 has seventy thousand people and rare names one. Last visits lie
in the six years before today and become rarer towards the past: a quarter in the last year, one in twenty-five in the last
month, which is 1,200 a day. Departments, regions and diseases are as uneven as in life; a department has as many wards and
physicians as its share of the people needs, so that each physician has attended 2,500 of them.
"""
# ruff: noqa: E501 - Chinese characters count twice, and the statements read better in long lines

import random
import sys
import time
from itertools import product

from allauth.mfa.models import Authenticator
from django.db import connection, transaction

from accounts.domain.hospitals import create_hospital
from accounts.models import Department, Hospital, Role, StaffDepartment, StaffMember, StaffRole, StaffWard, User, Ward
from benchmarks import own_database
from benchmarks.crowd_tables import model_defaults, without_checks
from hospital_crm.crypto import encrypt, tail_hash, whole_hash
from hospital_crm.tenancy.scope import hospital_scope
from patients.domain.names import name_keys

SLUG = "bench"
SURNAMES = {
    "王": 72, "李": 71, "张": 68, "刘": 54, "陈": 45, "杨": 31, "黄": 22, "赵": 20, "吴": 20, "周": 19, "徐": 15, "孙": 15,
    "马": 14, "朱": 13, "胡": 13, "郭": 12, "何": 12, "林": 12, "罗": 11, "高": 11, "郑": 9, "梁": 9, "谢": 8, "宋": 8, "唐": 7,
    "许": 7, "韩": 7, "邓": 6, "冯": 6, "曹": 6, "彭": 5, "曾": 5, "肖": 5, "田": 4, "董": 4, "潘": 4, "袁": 4, "蔡": 4, "蒋": 4,
    "余": 4, "于": 4, "杜": 4, "叶": 3, "程": 3, "苏": 3, "魏": 3, "吕": 3, "丁": 3, "任": 3, "沈": 3, "姚": 3, "卢": 3, "单": 1,
    "解": 1, "仇": 1, "查": 1, "欧阳": 1, "司马": 1, "上官": 1,
}  # fmt: skip
GIVEN = "明华建国军平志伟东海强晓春永红文玉兰英梅丽秀芳云金桂珍霞燕玲艳超勇波涛磊鹏飞宇浩杰俊博雨欣怡佳慧敏静雪婷娜琳子涵梓轩一诺思远嘉安宁远山清川岩松柏竹林"
DEPARTMENTS = 40
WARDS = 80
PHYSICIANS = 400
REGIONS = 60
DISEASES = 300
POOL = 60_000
ORDERLY = (
    "agent",
    "centre_manager",
    "physician",
    "nurse",
    "head_nurse",
    "department_head",
    "medical_affairs",
    "liaison",
    "hospital_leader",
    "information_officer",
    "security_officer",
    "auditor",
)


def prepare(patients: int, *, fresh: bool = False) -> Hospital:
    """The hospital with so many people, made anew unless it stands already. Leaves the connection on its database."""
    own_database.enter_migrated(own_database.name_of("bench"), fresh=fresh)
    hospital = Hospital.objects.filter(slug=SLUG).first()
    if hospital is None:
        hospital = create_hospital(SLUG, "基准医院")
        _organisation(hospital)
    if _people(hospital) != patients:
        _fill(hospital, patients)
    return hospital


def _people(hospital: Hospital) -> int:
    with connection.cursor() as cursor:
        cursor.execute("select count(*) from patients_patient where hospital_id = %s", [hospital.pk])
        return cursor.fetchone()[0]


def _organisation(hospital: Hospital) -> None:
    """Departments, wards with two nurses each, physicians, and one account per role that has pages."""
    with hospital_scope(hospital):
        departments = Department.objects.bulk_create(Department(name=f"科室{n:02d}") for n in range(DEPARTMENTS))
        wards = Ward.objects.bulk_create(
            Ward(name=f"病区{n:02d}", department=departments[_department_of(n, WARDS)]) for n in range(WARDS)
        )
        physicians = _staff("p", "医师", PHYSICIANS)
        nurses = _staff("n", "护士", 2 * WARDS)
        roles = {role.code: role for role in Role.objects.all()}
        StaffRole.objects.bulk_create(StaffRole(staff=staff, role=roles["physician"]) for staff in physicians)
        StaffRole.objects.bulk_create(StaffRole(staff=staff, role=roles["nurse"]) for staff in nurses)
        StaffDepartment.objects.bulk_create(
            StaffDepartment(staff=staff, department=departments[_department_of(n, PHYSICIANS)])
            for n, staff in enumerate(physicians)
        )
        StaffWard.objects.bulk_create(StaffWard(staff=staff, ward=wards[n // 2]) for n, staff in enumerate(nurses))
        for code in ORDERLY:
            if code in ("physician", "nurse"):
                continue
            user = User.objects.create(username=f"bench.{code}", password="!")
            staff = StaffMember.objects.create(user=user, name=code)
            StaffRole.objects.create(staff=staff, role=roles[code])
            StaffDepartment.objects.create(staff=staff, department=departments[0], is_head=code == "department_head")
            if code in ("auditor", "security_officer"):
                Authenticator.objects.create(user=user, type=Authenticator.Type.TOTP, data={})
            if code == "head_nurse":
                StaffWard.objects.create(staff=staff, ward=wards[0], is_head=True)


def _department_of(place: int, places: int) -> int:
    """The department of a ward or physician: large departments come first and have many."""
    return int(DEPARTMENTS * ((place + 0.5) / places) ** 2)


def _staff(short: str, name: str, count: int) -> list[StaffMember]:
    users = User.objects.bulk_create(User(username=f"bench.{short}{n}", password="!") for n in range(count))
    return StaffMember.objects.bulk_create(StaffMember(user=user, name=f"{name}{n}") for n, user in enumerate(users))


def _fill(hospital: Hospital, patients: int) -> None:
    """Everything about people, each table by one statement; indexes are made afterwards, as after a bulk load."""
    tables = [
        "patients_patient",
        "patients_identifier",
        "patients_contactpoint",
        "patients_relation",
        "patients_encounter",
    ]
    values = {"h": hospital.pk, "n": patients, "departments": DEPARTMENTS, "wards": WARDS}
    values |= {"physicians": PHYSICIANS, "regions": REGIONS, "diseases": DISEASES, "pool": POOL}
    values["sealed"] = encrypt(identity_number(0))
    with connection.cursor() as cursor:
        with transaction.atomic():
            cursor.execute("truncate " + ", ".join(tables) + " restart identity cascade")
            _name_pool(cursor)
            with without_checks(cursor, tables), model_defaults(cursor, tables):
                for name, statement in _STATEMENTS.items():
                    start = time.monotonic()
                    cursor.execute(statement, values)
                    told(name, cursor.rowcount, start)
                    cursor.execute("analyze patients_patient")
            _real_identity_numbers(cursor, hospital)
        cursor.execute("vacuum analyze " + ", ".join([*tables, "accounts_department", "accounts_staffmember"]))


def told(name: str, rows: int, start: float) -> None:
    """Progress of a long load."""
    print(f"  {name}: {rows} rows, {time.monotonic() - start:.0f} s", file=sys.stderr, flush=True)


def _name_pool(cursor: object) -> None:
    chance = random.Random(2026)
    surnames, weights = list(SURNAMES), list(SURNAMES.values())
    pairs = [first + second for first, second in product(GIVEN, GIVEN)] + list(GIVEN) * 20
    rows = []
    for place in range(POOL):
        name = chance.choices(surnames, weights)[0] + chance.choice(pairs)
        keys = name_keys(name)
        alternatives = (keys.py_full_alt, keys.py_initials_alt)
        rows.append((place, name, keys.given_name, keys.py_full, keys.py_initials, *alternatives))
    cursor.execute("drop table if exists name_pool")  # type: ignore[attr-defined]
    cursor.execute(  # type: ignore[attr-defined]
        "create temporary table name_pool (place int primary key, name text, given text, py text, ini text, py2 text, ini2 text)"
    )
    for start in range(0, POOL, 5000):
        part = rows[start : start + 5000]
        cursor.execute(  # type: ignore[attr-defined]
            "insert into name_pool values " + ", ".join(["(%s, %s, %s, %s, %s, %s, %s)"] * len(part)),
            [value for row in part for value in row],
        )


def _real_identity_numbers(cursor: object, hospital: Hospital) -> None:
    """Numbers of the first hundred people are hashed as the product does it, so that a search can find them."""
    for patient in range(1, 101):
        number = identity_number(patient)
        cursor.execute(  # type: ignore[attr-defined]
            "update patients_identifier set value_hash = %s, tail_hash = %s, value_encrypted = %s"
            " where hospital_id = %s and system = 'national_id' and patient_id = %s",
            [whole_hash(number), tail_hash(number), encrypt(number), hospital.pk, patient],
        )


def identity_number(patient: int) -> str:
    """The invented identity number of one of the first hundred people; the area 990101 does not exist."""
    return f"9901011970{patient % 12 + 1:02d}{patient % 28 + 1:02d}{patient:03d}X"


_PEOPLE = """
insert into patients_patient (
    hospital_id, public_id, kind, category, name, given_name, py_full, py_initials, py_full_alt, py_initials_alt, sex,
    birth_date, mrn, phone, address, division_code, region, education, marital_status, occupation, hobbies,
    insurance_type, source, preferred_channel, preferred_hours, preferred_language, allergies, chronic_diseases,
    past_history, family_history, current_medicines, habits, last_visit_on, last_department_id, disease_group,
    last_diagnosis_text, care_tier, contact_state, deceased_on, deceased_source, created_at, his_seen_at)
select %(h)s, gen_random_uuid(), case when g.n %% 97 = 0 then 'checkup' else 'patient' end,
       case when g.n %% 211 = 0 then 'vip' when g.n %% 19 = 0 then 'specialty' else 'general' end, p.name, p.given, p.py, p.ini, p.py2, p.ini2,
       case when g.n %% 2 = 0 then 'F' else 'M' end, date '1935-01-01' + (g.n * 7919 %% 29000)::int,
       'ZY' || lpad(g.n::text, 10, '0'), '1' || (30 + g.n %% 70)::text || lpad((g.n * 7907 %% 100000000)::text, 8, '0'),
       '', '', '区县' || lpad(floor(%(regions)s * power(g.r1, 3))::text, 2, '0'), '', '', '', '', '职工医保', case when g.n %% 41 = 0 then '微信' else '' end, '', '', '',
       '', '', '', '', '', '', g.seen, d.id,
       chr(65 + (g.disease %% 20)) || lpad((g.disease %% 90)::text, 2, '0'), '诊断' || g.disease,
       case when g.seen > current_date - 400 then (array['A', 'B', 'B', 'C', 'C', 'C'])[1 + (g.n %% 6)::int] else '' end,
       case when g.n %% 50 = 0 then 'deceased' when g.n %% 333 = 0 then 'stopped' else 'open' end,
       case when g.n %% 50 = 0 then g.seen end, case when g.n %% 50 = 0 then 'his' else '' end, now(), now()
  from (select n, r1, (current_date - floor(2200 * power(r2, 1.3))::int) as seen, floor(%(departments)s * power(r3, 2))::int as d,
               floor(%(diseases)s * power(r4, 3))::int as disease, floor(%(pool)s * r5)::int as place
          from (select n, random() r1, random() r2, random() r3, random() r4, random() r5 from generate_series(1, %(n)s::bigint) n) r) g
  join name_pool p on p.place = g.place
  join (select id, row_number() over (order by id) - 1 as d from accounts_department where hospital_id = %(h)s) d on d.d = g.d
 order by g.n
"""
_NUMBERS = """
insert into patients_identifier (hospital_id, patient_id, system, value, value_hash, tail_hash, value_encrypted, is_active)
select hospital_id, id, 'inpatient', mrn, '', '', '', true from patients_patient where hospital_id = %(h)s
"""
_IDENTITIES = """
insert into patients_identifier (hospital_id, patient_id, system, value, value_hash, tail_hash, value_encrypted, is_active)
select hospital_id, id, 'national_id', '', md5(id::text), md5((id %% 300000)::text), %(sealed)s, true
  from patients_patient where hospital_id = %(h)s
"""
_PHONES = """
insert into patients_contactpoint (
    hospital_id, patient_id, system, value, value_reversed, rank, owner_relation, number_state, source)
select hospital_id, id, 'phone', phone, reverse(phone), 1, '', 'unchecked', 'his' from patients_patient where hospital_id = %(h)s
union all
select hospital_id, id, 'phone', '155' || lpad((id * 31 %% 100000000)::text, 8, '0'),
       reverse('155' || lpad((id * 31 %% 100000000)::text, 8, '0')), 2, '女儿', 'unchecked', 'his'
  from patients_patient where hospital_id = %(h)s and id %% 4 = 0
"""
_RELATIONS = """
insert into patients_relation (hospital_id, patient_id, name, kind, phone, may_be_told, is_guardian)
select hospital_id, id, name, '女儿', '', 'nothing', false from patients_patient where hospital_id = %(h)s and id %% 4 = 0
"""
_STAYS = """
insert into patients_encounter (
    hospital_id, public_id, patient_id, kind, visit_number, source_key, admitted_on, discharged_on, department_id, ward_id,
    attending_id, attending_name, diagnosis_code, diagnosis_text, discharge_instructions, disposition, surgery_level,
    is_cancelled, source, source_at)
select p.hospital_id, gen_random_uuid(), p.id, case when k = 0 then 'inpatient' else 'outpatient' end, p.mrn, p.id || '|' || k,
       p.last_visit_on - k * 90 - case when k = 0 then 7 else 0 end, p.last_visit_on - k * 90, p.last_department_id,
       w.ids[1 + floor(x.place * %(wards)s)::int], s.ids[1 + floor(x.place * %(physicians)s)::int], '',
       p.disease_group || '.x00', p.last_diagnosis_text, '低渣饮食，两周后复诊。', 'home', null, false, 'his', now()
  from patients_patient p
  cross join generate_series(0, 1) k
  join (select id, (row_number() over (order by id) - 1)::float8 as n from accounts_department where hospital_id = %(h)s) d
    on d.id = p.last_department_id
 cross join lateral (select sqrt(d.n / %(departments)s) + (p.id * 7919 %% 1000) / 1000.0
                            * (sqrt((d.n + 1) / %(departments)s) - sqrt(d.n / %(departments)s)) as place) x
  cross join (select array_agg(id order by id) as ids from accounts_staffmember where hospital_id = %(h)s) s
  cross join (select array_agg(id order by id) as ids from accounts_ward where hospital_id = %(h)s) w
 where p.hospital_id = %(h)s and (k = 0 or p.id %% 2 = 0)
"""
_STATEMENTS = {
    "people": _PEOPLE,
    "record numbers": _NUMBERS,
    "identity numbers": _IDENTITIES,
    "phones": _PHONES,
    "relations": _RELATIONS,
    "stays": _STAYS,
}
