"""How fast every page answers in one hospital of a million people and three million orders, beside the bare SQL of its
main query.

Requests go through Django's test client as real requests of a signed-in member of staff, with row-level security on.
Each page is asked for several times with different people, names or numbers; the first answer of each, which fills
caches, does not count, neither for its time nor for its queries. The process is started as a serving one is. Shown are
the 95th percentile and the median of the time in the server, the processor time of the serving process alone (without
the database), and the number of queries, statements of transaction control aside.

Beside each page stands a yardstick: a fixed table drawn by the same template engine just before and just after it. It
says how fast the machine was in that minute, for the same code takes two to three times as long on a machine that
others use too; `yardsticks` is the page's median in such units, and may be compared between runs.
"""

import argparse
import resource
import statistics
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib import import_module
from typing import Any

from django.conf import settings
from django.db import connection
from django.template import Context, Template
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import Hospital, StaffMember, User
from benchmarks import (
    crowd,
    crowd_labels,
    crowd_orders,
    crowd_rest,
    page_calls_labels,
    page_calls_people,
    page_calls_work,
)
from benchmarks.page_list import PAGES, Call, Page
from hospital_crm.tenancy.scope import hospital_scope

NAME = "pages"
MUST = {"p95_ms": 50, "dashboard_p95_ms": 200, "queries": 15}
BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
REGISTERED_BY = (page_calls_people, page_calls_work, page_calls_labels)
_CONTROL = ("BEGIN", "COMMIT", "SAVEPOINT", "RELEASE")
_TABLE = "{% for row in rows %}{% for cell in row %}<td>{% if cell %}{{ cell }}{% endif %}</td>{% endfor %}{% endfor %}"


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
    crowd_orders.ensure(hospital, orders)
    crowd_rest.ensure(hospital, small=patients < 100_000)
    crowd_labels.ensure(hospital)
    chosen = [entry for entry in PAGES if only in entry.name]
    import_module("hospital_crm.wsgi")  # starts as a serving process does: pages loaded, warmed up, frozen
    with _quiet_cache():
        figures = {entry.name: measure(entry, hospital, repeat) for entry in chosen}
    slow = [entry.name for entry in chosen if figures[entry.name]["p95_ms"] > entry.limit_ms]
    many = [name for name, figure in figures.items() if figure["queries"] > MUST["queries"]]
    return {
        "patients": patients,
        "orders": orders,
        "must": MUST,
        "pages": figures,
        "too_slow": slow,
        "too_many": many,
        "passed": not slow and not many,
    }


@contextmanager
def _quiet_cache() -> Iterator[None]:
    """Statements are not kept while time is taken."""
    before, settings.DEBUG = settings.DEBUG, False
    try:
        yield
    finally:
        settings.DEBUG = before


def measure(entry: Page, hospital: Hospital, repeat: int) -> dict[str, Any]:
    """The figures of one page."""
    client = Client()
    client.force_login(user_of(entry.role), backend=BACKEND)
    with hospital_scope(hospital):
        calls = entry.calls()
    if not calls:
        raise RuntimeError(f"{entry.name}: the hospital is too small, there is nothing to ask for")
    times, queries = [], 0
    for call in calls:
        _ask(client, hospital, call)
        with CaptureQueriesContext(connection) as captured:
            _ask(client, hospital, call)
        queries = max(queries, sum(not entry["sql"].startswith(_CONTROL) for entry in captured.captured_queries))
    around = [_yardstick() for _ in range(5)]
    before = resource.getrusage(resource.RUSAGE_SELF)
    for call in calls:
        times += [timed(lambda call=call: _ask(client, hospital, call)) for _ in range(repeat)]
    after = resource.getrusage(resource.RUSAGE_SELF)
    busy = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    yardstick = statistics.median(around + [_yardstick() for _ in range(5)])
    times.sort()
    figure = {
        "p95_ms": round(times[int(len(times) * 0.95) - 1], 1),
        "median_ms": round(statistics.median(times), 1),
        "python_ms": round(1000 * busy / len(times), 1),
        "queries": queries,
        "yardstick_ms": round(yardstick, 2),
        "yardsticks": round(statistics.median(times) / yardstick, 1),
    }
    if not entry.sql:
        return figure
    statement = entry.sql.replace("{h}", str(hospital.pk)).replace("{staff}", str(_staff_id(entry.role, hospital)))
    return figure | {"bare_sql_ms": _bare(statement, hospital, repeat)}


def _staff_id(role: str, hospital: Hospital) -> int:
    with hospital_scope(hospital):
        return StaffMember.objects.values_list("pk", flat=True).get(user=user_of(role))


def user_of(role: str) -> User:
    """The account of the invented hospital that holds a role."""
    return User.objects.get(username={"physician": "bench.p0", "nurse": "bench.n0"}.get(role, f"bench.{role}"))


def _ask(client: Client, hospital: Hospital, call: Call) -> None:
    path = f"/{hospital.slug}/{call.path}"
    headers = {"HX-Request": "true"} if call.htmx else {}
    answer = client.get(path, headers=headers) if call.data is None else client.post(path, call.data, headers=headers)
    if answer.status_code not in (200, 302):
        raise RuntimeError(f"{path} answered {answer.status_code}")
    if answer.status_code == 302 and call.path == "patients/search/":
        client.get(answer.url)


def timed(act: Callable[[], Any]) -> float:
    """Milliseconds."""
    start = time.perf_counter()
    act()
    return (time.perf_counter() - start) * 1000


def _yardstick() -> float:
    """Milliseconds for a table of forty rows and ten columns."""
    rows = [[f"{row}:{cell}" for cell in range(10)] for row in range(40)]
    return timed(lambda: Template(_TABLE).render(Context({"rows": rows})))


def _bare(sql: str, hospital: Hospital, repeat: int) -> float:
    """Median of the statement alone, rows fetched, under row-level security."""
    with hospital_scope(hospital), connection.cursor() as cursor:
        times = [timed(lambda: (cursor.execute(sql), cursor.fetchall())) for _ in range(repeat)]
        return round(statistics.median(times), 2)
