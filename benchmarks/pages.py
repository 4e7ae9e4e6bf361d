"""How fast every page answers in one hospital of a million people, beside the bare SQL of the page's main query.

Requests go through Django's test client as real requests of a signed-in member of staff, with row-level security
on. Each
page is asked for several times with different people, names or numbers; the first answer of each, which fills
caches, does
not count. Shown are the 95th percentile, the median and the number of queries, statements of transaction control aside.
"""

import argparse
import statistics
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import Department, Hospital, User
from benchmarks import crowd
from hospital_crm.tenancy.scope import hospital_scope
from patients.models import ContactPoint, Patient

NAME = "pages"
MUST = {"p95_ms": 50, "queries": 15}
BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


@dataclass(frozen=True)
class Call:
    """One request: GET of `path`, or POST of `data` to it. Paths lie under the hospital."""

    path: str
    data: dict[str, Any] | None = None
    htmx: bool = False


@dataclass(frozen=True)
class Page:
    """A page to measure: as which role, with which calls, and beside which bare SQL (None = no single main query)."""

    name: str
    role: str
    calls: Callable[[], list[Call]]
    sql: str = ""
    limit_ms: int = 50


_CONTROL = ("BEGIN", "COMMIT", "SAVEPOINT", "RELEASE")

PAGES: list[Page] = []


def page(name: str, role: str, *, sql: str = "", limit_ms: int = 50) -> Callable[[Any], Any]:
    """Registers the function that answers the calls of a page. It runs inside the hospital."""

    def register(calls: Callable[[], list[Call]]) -> Callable[[], list[Call]]:
        PAGES.append(Page(name, role, calls, sql, limit_ms))
        return calls

    return register


_LIST = "select * from patients_patient where hospital_id = {h} {also} order by sort_on desc, id desc limit 51"
_NAME = _LIST.format(h="{h}", also="and (name ^@ '{x}' or given_name ^@ '{x}')")


@page("list", "agent", sql=_LIST.format(h="{h}", also=""))
def first_page() -> list[Call]:
    """The list as it opens."""
    return [Call("patients/")] * 5


@page("list, deep page", "agent")
def deep_page() -> list[Call]:
    """Pages far down the list."""
    rows = Patient.objects.newest_first()
    places = [int(Patient.objects.count() * share) for share in (0.05, 0.3, 0.9)]
    return [Call(f"patients/?after={row.sort_on}~{row.pk}") for row in (rows[place] for place in places)]


@page("list by department", "agent")
def by_department() -> list[Call]:
    """Frequent and rare departments."""
    ids = list(Department.objects.order_by("pk").values_list("pk", flat=True))
    return [Call(f"patients/?department={pk}") for pk in (ids[0], ids[5], ids[-1])]


@page("list by disease", "agent")
def by_disease() -> list[Call]:
    """Frequent and rare diseases."""
    return [Call(f"patients/?disease={code}") for code in ("A00", "B01", "K70", "T89")]


@page("list by region", "agent")
def by_region() -> list[Call]:
    """Frequent and rare regions."""
    return [Call(f"patients/?region=区县{n}") for n in ("00", "07", "59")]


@page("list by tier", "agent")
def by_tier() -> list[Call]:
    """Each tier, and those whose contact has ended."""
    return [Call(f"patients/?tier={code}") for code in ("A", "B", "C", "stopped", "deceased")]


@page("list by all filters", "agent")
def by_everything() -> list[Call]:
    """Department, disease, region and tier together, with many and with no people."""
    ids = list(Department.objects.order_by("pk").values_list("pk", flat=True))
    return [
        Call(f"patients/?department={ids[0]}&disease=A00&region=区县00&tier=A"),
        Call(f"patients/?department={ids[3]}&disease=B01&region=区县05&tier=B"),
        Call(f"patients/?department={ids[-1]}&region=区县59"),
        Call("patients/?disease=T89&region=区县40&tier=A"),
    ]


def _found(*texts: str) -> list[Call]:
    return [Call("patients/suggest/", {"q": text}, htmx=True) for text in texts]


@page("search by name", "agent", sql=_NAME.replace("{x}", "王建"))
def by_name() -> list[Call]:
    """One surname alone, surname with one character, given names, a whole name, nobody."""
    return _found("王", "王建", "李明华", "建国", "欧阳", "曾", "欧阳锋锋")


@page("search by pinyin", "agent")
def by_pinyin() -> list[Call]:
    """Full pinyin and second readings."""
    return _found("wang", "wangjian", "zhangwei", "ceng", "zeng", "shan", "zzzz")


@page("search by initials", "agent")
def by_initials() -> list[Call]:
    """One to three letters."""
    return _found("w", "wj", "lmh", "oy", "cjg")


@page("search by phone", "agent")
def by_phone() -> list[Call]:
    """Tails of four and six digits, whole numbers."""
    numbers = list(ContactPoint.objects.order_by("pk").values_list("value", flat=True)[1000:1003])
    return _found(*(number[-4:] for number in numbers), *(number[-6:] for number in numbers), *numbers)


@page("search by record number", "agent")
def by_record_number() -> list[Call]:
    """Whole numbers, from the front, and identity numbers whole and by the last six."""
    identity = crowd.identity_number(17)
    return _found("ZY0000012345", "ZY000004", "ZY0000999", identity, identity[-6:])


@page("search page", "agent")
def result_page() -> list[Call]:
    """The page of results."""
    return [Call("patients/search/", {"q": text}) for text in ("王", "建国", "wj")]


@page("record", "agent")
def record() -> list[Call]:
    """The page of one person."""
    return [Call(f"patients/{public_id}/") for public_id in _some_people()]


@page("record, cards", "agent")
def cards() -> list[Call]:
    """The cards beside the timeline."""
    return [
        Call(f"patients/{public_id}/panels/{name}/", htmx=True)
        for public_id in _some_people()[:3]
        for name in ("reach", "record", "seen")
    ]


@page("record, next in the list", "agent")
def neighbours() -> list[Call]:
    """The person below."""
    return [Call(f"patients/{public_id}/older/") for public_id in _some_people()]


@page("list of a physician", "physician")
def of_physician() -> list[Call]:
    """Only people he attended in the last twelve months."""
    return [Call("patients/"), Call("patients/?tier=A"), *_found("王", "wj")]


@page("list of a ward", "nurse")
def of_ward() -> list[Call]:
    """Only people of the ward."""
    return [Call("patients/"), Call("patients/?tier=B"), *_found("王", "wj")]


@page("list of a department", "department_head")
def of_department() -> list[Call]:
    """The largest department."""
    return [Call("patients/"), Call("patients/?tier=A"), *_found("王", "wj", "1234")]


@page("units", "centre_manager")
def units() -> list[Call]:
    """The list of units."""
    return [Call("groups/")] * 3


def _some_people() -> list[Any]:
    rows = Patient.objects.newest_first().values_list("public_id", flat=True)
    return [rows[place] for place in (0, 7, 1000, 19_000)]


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Options of this benchmark."""
    parser.add_argument("--patients", type=int, default=1_000_000)
    parser.add_argument("--orders", type=int, default=3_000_000)
    parser.add_argument("--repeat", type=int, default=8)
    parser.add_argument("--only", default="", help="part of a page's name")
    parser.add_argument("--fresh", action="store_true", help="make the hospital anew")


def run(
    *, patients: int, orders: int = 0, repeat: int = 8, only: str = "", fresh: bool = False, **options: Any
) -> dict:
    """Makes the hospital where it is missing, then measures every page."""
    settings.ALLOWED_HOSTS = ["*"]
    hospital = crowd.prepare(patients, fresh=fresh)
    chosen = [entry for entry in PAGES if only in entry.name]
    with _quiet_cache():
        figures = {entry.name: _measure(entry, hospital, repeat) for entry in chosen}
    slow = [entry.name for entry in chosen if figures[entry.name]["p95_ms"] > entry.limit_ms]
    many = [name for name, figure in figures.items() if figure["queries"] > MUST["queries"]]
    return {"patients": patients, "orders": orders, "must": MUST, "pages": figures, "too_slow": slow, "too_many": many}


@contextmanager
def _quiet_cache() -> Iterator[None]:
    """Statements are not kept while time is taken."""
    before, settings.DEBUG = settings.DEBUG, False
    try:
        yield
    finally:
        settings.DEBUG = before


def _measure(entry: Page, hospital: Hospital, repeat: int) -> dict[str, Any]:
    client = Client()
    client.force_login(_user(entry.role), backend=BACKEND)
    with hospital_scope(hospital):
        calls = entry.calls()
    times, queries = [], 0
    for call in calls:
        with CaptureQueriesContext(connection) as captured:
            _ask(client, hospital, call)
        queries = max(queries, sum(not entry["sql"].startswith(_CONTROL) for entry in captured.captured_queries))
        times += [_timed(lambda call=call: _ask(client, hospital, call)) for _ in range(repeat)]
    times.sort()
    figure = {
        "p95_ms": round(times[int(len(times) * 0.95) - 1], 1),
        "median_ms": round(statistics.median(times), 1),
        "queries": queries,
    }
    return figure | ({"bare_sql_ms": _bare(entry.sql, hospital, repeat)} if entry.sql else {})


def _user(role: str) -> User:
    return User.objects.get(username="bench.p0" if role == "physician" else f"bench.{role}")


def _ask(client: Client, hospital: Hospital, call: Call) -> None:
    path = f"/{hospital.slug}/{call.path}"
    headers = {"HX-Request": "true"} if call.htmx else {}
    answer = client.get(path, headers=headers) if call.data is None else client.post(path, call.data, headers=headers)
    if answer.status_code not in (200, 302):
        raise RuntimeError(f"{path} answered {answer.status_code}")
    if answer.status_code == 302 and call.path == "patients/search/":
        client.get(answer.url)


def _timed(act: Callable[[], Any]) -> float:
    start = time.perf_counter()
    act()
    return (time.perf_counter() - start) * 1000


def _bare(sql: str, hospital: Hospital, repeat: int) -> float:
    """Median of the statement alone, rows fetched, under row-level security."""
    with hospital_scope(hospital), connection.cursor() as cursor:
        statement = sql.replace("{h}", str(hospital.pk)).replace("%", "%%")
        return round(
            statistics.median(_timed(lambda: (cursor.execute(statement), cursor.fetchall())) for _ in range(repeat)), 2
        )
