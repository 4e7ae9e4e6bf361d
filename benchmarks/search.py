"""How fast the search box answers in one hospital of two million people, beside the bare SQL of its look-ups.

The whole request through the client, as a signed-in agent, with row-level security on; each text is asked for several
times, and the first answer, which fills caches, does not count. Texts are frequent and rare: 王, whom 140,000 people
answer to, and names that nobody has.
"""

import argparse
from importlib import import_module
from typing import Any

from django.conf import settings

from benchmarks import crowd
from benchmarks.page_list import Call, Page
from benchmarks.pages import measure
from hospital_crm.tenancy.scope import hospital_scope
from patients.models import ContactPoint

MUST = {"p95_ms": 20}
_LIST = "select * from patients_patient where hospital_id = {h} and (%s) order by sort_on desc, id desc limit 8"
_BY_NAME = _LIST % "name ^@ '王建' or given_name ^@ '王建'"
_BY_INITIALS = _LIST % "py_initials ^@ 'wj' or py_full ^@ 'wj'"
_BY_PHONE = _LIST % (
    "id in (select patient_id from patients_contactpoint where hospital_id = {h}"
    " and value_reversed ^@ '5432' and value_reversed <> '' limit 2000)"
)
_BY_NUMBER = _LIST % (
    "id in (select patient_id from patients_identifier where hospital_id = {h}"
    " and system in ('mrn', 'inpatient', 'outpatient', 'card', 'other') and value ^@ 'ZY0000012345' and value <> '')"
)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Options of this benchmark."""
    parser.add_argument("--patients", type=int, default=2_000_000)
    parser.add_argument("--repeat", type=int, default=12)
    parser.add_argument("--fresh", action="store_true", help="make the hospital anew")


def run(*, patients: int, repeat: int = 12, fresh: bool = False, **options: Any) -> dict:
    """Makes the hospital where it is missing, then asks."""
    settings.ALLOWED_HOSTS = ["*"]
    hospital = crowd.prepare(patients, fresh=fresh)
    import_module("hospital_crm.wsgi")  # starts as a serving process does: pages loaded, warmed up, frozen
    before, settings.DEBUG = settings.DEBUG, False
    try:
        with hospital_scope(hospital):
            kinds = _kinds(patients)
        figures = {entry.name: measure(entry, hospital, repeat) for entry in kinds}
    finally:
        settings.DEBUG = before
    slow = [name for name, figure in figures.items() if figure["p95_ms"] > MUST["p95_ms"]]
    return {"patients": patients, "must": MUST, "search": figures, "too_slow": slow, "passed": not slow}


def _kinds(patients: int) -> list[Page]:
    numbers = list(ContactPoint.objects.order_by("pk").values_list("value", flat=True)[1000:1004])
    identity = crowd.identity_number(17)
    some = f"ZY{patients // 2:010d}"
    return [
        _kind("name", _BY_NAME, "王", "王建", "李明华", "建国", "欧阳", "曾", "欧阳锋锋"),
        _kind("pinyin initials", _BY_INITIALS, "wj", "lmh", "oy", "cjg", "zw", "qqq"),
        _kind("phone tail", _BY_PHONE, *(n[-4:] for n in numbers), *(n[-6:] for n in numbers), numbers[0], "0000"),
        _kind("identifier", _BY_NUMBER, "ZY0000012345", some, some[:-3], identity, identity[-6:], "ZY9999999999"),
    ]


def _kind(name: str, sql: str, *texts: str) -> Page:
    calls = [Call("patients/suggest/", {"q": text}, htmx=True) for text in texts]
    return Page(name, "agent", lambda: calls, sql, MUST["p95_ms"])
