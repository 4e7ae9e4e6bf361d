"""How fast FHIR resources are applied: bundles of invented people with their visits, diagnoses and operations.

Counted are the resources that are applied; as many of kinds that are not used here travel along, as they do from real
systems. Beside it: the same bundles only read. Then all are sent again: nothing may change.
"""

import argparse
import datetime as dt
import json
import random
import time
from collections import Counter
from collections.abc import Iterator
from typing import Any

from django.utils import timezone

from accounts.models import Hospital
from benchmarks.own_database import hospital_of_its_own
from hospital_crm.tenancy.scope import hospital_scope
from integrations.domain.fhir import as_inbound
from integrations.domain.inbox import apply_due
from integrations.domain.receiving import receive
from integrations.models import Feed, InboundRecord
from integrations.readers.fhir.events import read
from integrations.readers.fhir.fields import Options
from patients.models import Diagnosis, Encounter, Patient, Procedure

MUST = 300
_AT_ONCE = 500
_BEGIN = dt.datetime(2025, 1, 6, 8, tzinfo=dt.timezone(dt.timedelta(hours=8)))
_DISEASES = (("I10", "原发性高血压"), ("E11.9", "2型糖尿病"), ("J18.9", "肺炎"), ("K35.8", "急性阑尾炎"))
_SURNAMES, _GIVEN = "赵钱孙李周吴郑王冯陈", "伟芳娜敏静丽强磊军洋"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Options of this benchmark."""
    parser.add_argument("--patients", type=int, default=1000)


def run(*, patients: int = 1000, **options: Any) -> dict[str, Any]:
    """Receives and applies the bundles in a hospital of their own, and measures reading alone."""
    with hospital_of_its_own("bench_fhir") as hospital:
        return _measured(hospital, patients)


def _measured(hospital: Hospital, patients: int) -> dict[str, Any]:
    with hospital_scope(hospital):
        Feed.objects.create(kind="fhir", name="bench", title="基准")
    bundles = list(invented(patients))
    receiving, _ = _timed(lambda: _receive(hospital, bundles))
    applying, states = _timed(lambda: apply_due(hospital, timezone.now()))
    resources, before = _applied(hospital), _size(hospital)
    _receive(hospital, bundles)
    apply_due(hospital, timezone.now())
    reading, _ = _timed(lambda: [read(bundle, Options()) for bundle in bundles])
    figures = {
        "patients": patients,
        "resources_applied": resources,
        "applied_per_second": round(resources / applying),
        "received_and_applied_per_second": round(resources / (receiving + applying)),
        **{f"messages_{state}": count for state, count in sorted(states.items())},
        **before,
        "changed_by_repeat": sum(abs(count - before[name]) for name, count in _size(hospital).items()),
        "limit_parse_per_second": round(resources / reading),
    }
    passed = figures["received_and_applied_per_second"] >= MUST and figures["changed_by_repeat"] == 0
    return {**figures, "passed": passed and states.total() == states["applied"]}


def invented(count: int) -> Iterator[bytes]:
    """So many bundles, each one person with three visits."""
    for number in range(count):
        yield json.dumps(_bundle(number), ensure_ascii=False).encode()


def _bundle(number: int) -> dict[str, Any]:
    chance = random.Random(number)
    key = f"p{number:08d}"
    born = dt.date(1935, 1, 1) + dt.timedelta(days=chance.randrange(28000))
    person = {
        "resourceType": "Patient", "id": key, "gender": chance.choice(("male", "female")), "birthDate": str(born),
        "identifier": [{"type": {"coding": [{"code": "MR"}]}, "value": f"{number:08d}"}],
        "name": [{"use": "official", "text": chance.choice(_SURNAMES) + chance.choice(_GIVEN)}],
        "telecom": [{"system": "phone", "use": "mobile", "value": f"139{number % 10**8:08d}"}],
        "address": [{"use": "home", "line": ["香港中路8号"], "city": "青岛市", "state": "山东省"}],
    }  # fmt: skip
    rest = [one for visit in range(3) for one in _visit(key, visit, chance)]
    entries = [{"fullUrl": f"urn:uuid:{one['id']}", "resource": one} for one in (person, *rest)]
    return {"resourceType": "Bundle", "type": "transaction", "entry": entries}


def _visit(person: str, number: int, chance: random.Random) -> Iterator[dict[str, Any]]:
    """A visit, its diagnosis, in half of them an operation, and five results that are not used here."""
    key = f"{person}-v{number}"
    begins = _BEGIN + dt.timedelta(days=chance.randrange(60) + 60 * number)
    subject, encounter = {"reference": f"urn:uuid:{person}"}, {"reference": f"urn:uuid:{key}"}
    code, words = chance.choice(_DISEASES)
    yield {
        "resourceType": "Encounter", "id": key, "status": "finished", "subject": subject,
        "class": {"code": chance.choice(("AMB", "IMP", "EMER"))},
        "period": {"start": begins.isoformat(), "end": (begins + dt.timedelta(hours=5)).isoformat()},
        "serviceType": {"text": chance.choice(("心内科", "骨科", "儿科"))},
    }  # fmt: skip
    icd = {"coding": [{"system": "http://hl7.org/fhir/sid/icd-10", "code": code}], "text": words}
    said = {"subject": subject, "encounter": encounter}
    yield {"resourceType": "Condition", "id": f"{key}-c", "code": icd, **said}
    if chance.random() < 0.5:
        yield {"resourceType": "Procedure", "id": f"{key}-o", "status": "completed", "code": {"text": "手术"}, **said}
    for place in range(5):
        yield {"resourceType": "Observation", "id": f"{key}-r{place}", "status": "final", **said}


def _receive(hospital: Hospital, bundles: list[bytes]) -> None:
    for start in range(0, len(bundles), _AT_ONCE):
        with hospital_scope(hospital):
            inbound = [as_inbound(bundle) for bundle in bundles[start : start + _AT_ONCE]]
            receive(Feed.objects.get(name="bench"), inbound, now=timezone.now(), ask=False)


def _applied(hospital: Hospital) -> int:
    total: Counter[str] = Counter()
    with hospital_scope(hospital):
        for detail in InboundRecord.objects.values_list("reason_detail", flat=True):
            total.update(detail.get("applied", {}))
    return total.total()


def _size(hospital: Hospital) -> dict[str, int]:
    with hospital_scope(hospital):
        counted = {"people": Patient, "visits": Encounter, "diagnoses": Diagnosis, "operations": Procedure}
        return {name: model.objects.count() for name, model in counted.items()}


def _timed(work: Any) -> tuple[float, Any]:
    start = time.perf_counter()
    answer = work()
    return time.perf_counter() - start, answer
