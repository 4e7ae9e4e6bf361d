"""What other systems tell around the stays: a list of health checks with its findings; medicines and allergies, and
visits to the outpatient department whose names are still lacking, by the feed in FHIR.
"""

import csv
import datetime as dt
import json
import random
import tempfile
from pathlib import Path
from typing import Any

from accounts.calendar import today
from accounts.models import Hospital
from hospital_crm.demo.data.people import invent_person
from hospital_crm.tenancy.scope import hospital_scope
from integrations.domain import fhir
from integrations.domain.at_once import Asked, bring_in_file
from integrations.domain.inbox import apply_due
from integrations.domain.receiving import receive
from integrations.models import Feed, ImportBatch
from patients.models import Encounter, Identifier

HEADER = ("体检号", "姓名", "性别", "出生日期", "身份证号", "手机", "体检日期", "体检套餐", "异常项目", "体检建议")
FIRST_CLIENT = 5_000_000  # far from the numbers of the people of the discharge list
LEAST_CLIENTS = 6
CLIENTS_AMONG = 50
CHECKED_WITHIN_DAYS = 150
STAYS_TOLD = 40
FOUND = (
    ("中年套餐", "血压偏高；脂肪肝(轻度)", "低盐饮食，三个月后复查血压"),
    ("中年套餐", "空腹血糖7.1mmol/L；甘油三酯2.6mmol/L", "内分泌科门诊复查"),
    ("标准套餐", "", ""),
    ("老年套餐", "颈动脉斑块；骨量减少", "心内科门诊复查"),
    ("标准套餐", "甲状腺结节；窦性心动过缓", "一年后复查甲状腺超声"),
    ("标准套餐", "", ""),
)
MEDICINES = {
    "I10": (("苯磺酸氨氯地平片", "每次5mg，每日一次", True),),
    "I25": (("阿司匹林肠溶片", "每次100mg，每日一次", True), ("硫酸氢氯吡格雷片", "每次75mg，每日一次", True)),
    "I48": (("利伐沙班片", "每次20mg，每日一次，随餐", True),),
    "I50": (("呋塞米片", "每次20mg，每日一次", True), ("琥珀酸美托洛尔缓释片", "每次47.5mg，每日一次", True)),
    "E11": (("二甲双胍缓释片", "每次0.5g，每日两次", True), ("甘精胰岛素注射液", "睡前皮下注射12单位", True)),
}
OTHERWISE = (("头孢呋辛酯片", "每次0.25g，每日两次，服5天", False),)
ALLERGIES = ("青霉素", "碘造影剂", "海鲜")


def bring_checks(hospital: Hospital, *, people: int, day: dt.date, now: dt.datetime, seed: int) -> None:
    """A list of health checks of the last months, most with something abnormal."""
    rng = random.Random(seed)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "体检名单.csv"
        with path.open("w", encoding="utf-8-sig", newline="") as file:
            writer = csv.writer(file)
            writer.writerow(HEADER)
            for place in range(max(LEAST_CLIENTS, people // CLIENTS_AMONG)):
                writer.writerow(_check(rng, place, day))
        bring_in_file(hospital, path, now=now, asked=Asked(kind=ImportBatch.Kind.CHECKUPS))


def _check(rng: random.Random, place: int, day: dt.date) -> tuple[str, ...]:
    person = invent_person(rng, FIRST_CLIENT + place, day)
    on = day - dt.timedelta(days=rng.randrange(1, CHECKED_WITHIN_DAYS))
    who = (person.name, person.sex, f"{person.birth_date:%F}", person.identity_number, person.phone)
    return (f"TJ{26_000_000 + place}", *who, f"{on:%F}", *FOUND[place % len(FOUND)])


def tell_of_stays(hospital: Hospital, *, now: dt.datetime) -> None:
    """The feed tells what those who left last take home and do not tolerate, and of a few visits of which it has not
    told the names of department and physician yet.
    """
    with hospital_scope(hospital):
        feed = Feed.objects.get(kind="fhir")
        left = Encounter.objects.valid().filter(kind="inpatient", discharged_on__isnull=False)
        numbered = left.filter(patient__identifiers__system=Identifier.System.INPATIENT).distinct()
        stays = list(numbered.select_related("patient").order_by("-discharged_on", "-pk")[:STAYS_TOLD])
        bundles = [_bundle(stay, place, today(now=now)) for place, stay in enumerate(stays)]
        receive(feed, [fhir.as_inbound(json.dumps(one).encode()) for one in bundles], now=now, ask=False)
    apply_due(hospital, now)


def _bundle(stay: Encounter, place: int, day: dt.date) -> dict[str, Any]:
    patient = stay.patient
    number = patient.identifiers.filter(system=Identifier.System.INPATIENT).values_list("value", flat=True)[0]
    person = {
        "resourceType": "Patient",
        "id": f"k-{place}",
        "name": [{"use": "official", "text": patient.name}],
        "gender": {"M": "male", "F": "female"}.get(patient.sex, "unknown"),
        "birthDate": f"{patient.birth_date:%F}",
        "identifier": [{"type": {"coding": [{"code": "ZYH"}]}, "value": number}],
    }
    said = [person, _visit(place, "IMP", stay.admitted_on, stay.discharged_on)]
    known = MEDICINES.get(stay.diagnosis_code[:3], OTHERWISE)
    said += [_medicine(place, number, *line) for number, line in enumerate(known)]
    if place % 4 == 0:
        said.append(_allergy(place))
    if place % 10 == 0:
        told = {
            "serviceProvider": {"reference": "Organization/outpatients-7"},
            "participant": [{"individual": {"reference": "Practitioner/7"}}],
        }
        said.append({**_visit(place, "AMB", day, day), "id": f"o-{place}", **told})
    return {"resourceType": "Bundle", "type": "transaction", "entry": [{"resource": one} for one in said]}


def _visit(place: int, kind: str, began: dt.date, ended: dt.date | None) -> dict[str, Any]:
    return {
        "resourceType": "Encounter",
        "id": f"s-{place}",
        "status": "finished",
        "class": {"code": kind},
        "subject": {"reference": f"Patient/k-{place}"},
        "period": {"start": f"{began:%F}", "end": f"{ended or began:%F}"},
    }


def _medicine(place: int, number: int, name: str, dosage: str, is_long_term: bool) -> dict[str, Any]:
    course = {"courseOfTherapyType": {"coding": [{"code": "continuous" if is_long_term else "acute"}]}}
    return {
        "resourceType": "MedicationRequest",
        "id": f"m-{place}-{number}",
        "status": "active",
        "subject": {"reference": f"Patient/k-{place}"},
        "encounter": {"reference": f"Encounter/s-{place}"},
        "medicationCodeableConcept": {"text": name},
        "dosageInstruction": [{"text": dosage}],
        **course,
    }


def _allergy(place: int) -> dict[str, Any]:
    return {
        "resourceType": "AllergyIntolerance",
        "id": f"a-{place}",
        "patient": {"reference": f"Patient/k-{place}"},
        "code": {"text": ALLERGIES[place // 4 % len(ALLERGIES)]},
    }
