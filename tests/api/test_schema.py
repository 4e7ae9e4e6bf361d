"""The API answers as its description says, whatever it is asked, by whichever role: no undocumented answer, no 500."""

import itertools
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import schemathesis
from django.core.handlers.wsgi import WSGIHandler
from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from drf_spectacular.generators import SchemaGenerator
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi import checks

from accounts.api import rights, schema
from accounts.models import Hospital
from accounts.roles import SHIPPED_ROLES
from hospital_crm.tenancy.scope import hospital_scope
from tests.api.systems import System
from tests.cast import Cast
from tests.followups.scene import order_of
from tests.groups.factories import GroupCustomerFactory, GroupMemberFactory
from tests.patients.factories import ContactPointFactory

pytestmark = [pytest.mark.django_db, pytest.mark.timeout(300)]
EXAMPLES = 6
ROLES = tuple(SHIPPED_ROLES)
CHECKS = [
    not_a_server_error,
    checks.status_code_conformance,
    checks.content_type_conformance,
    checks.response_schema_conformance,
    checks.unsupported_method,
    checks.negative_data_rejection,
    checks.ignored_auth,
]


@pytest.fixture
def known(north: Hospital, cast: Cast) -> dict[str, str]:
    """Identifiers that lead somewhere, by the beginning of the address."""
    with hospital_scope(north):
        order = order_of(cast, cast.chen, attending=cast.chen)
        ContactPointFactory(patient=order.patient)
        unit = GroupCustomerFactory(owner=cast.tang)
        GroupMemberFactory(group=unit, patient=order.patient)
        return {
            "people": str(order.patient.public_id),
            "orders": str(order.public_id),
            "units": str(unit.public_id),
        }


@pytest.fixture
def unlimited(monkeypatch: pytest.MonkeyPatch) -> None:
    """As many calls as it takes."""
    monkeypatch.setattr(rights, "READS_PER_MINUTE", 10**6)
    monkeypatch.setattr(rights, "CHANGES_PER_MINUTE", 10**6)


@pytest.fixture
def one_connection() -> Iterator[None]:
    """Requests share the connection of the test, as those of Django's own client do."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


@pytest.mark.usefixtures("one_connection", "unlimited")
@pytest.mark.parametrize("role", [*ROLES, ""])
def test_every_answer_is_described(
    north: Hospital, known: dict[str, str], system: Callable[..., System], role: str
) -> None:
    caller = system(role) if role else System(north, "")
    headers = {"Authorization": f"Bearer {caller.secret}"} if role else {}
    described = schemathesis.openapi.from_wsgi("/north/api/v1/schema/", WSGIHandler())
    turn, tried = itertools.count(), 0
    for operation in described.get_all_operations():
        fuzz(operation.ok(), known, headers, turn)
        tried += 1
    assert tried == 19


def fuzz(operation: Any, known: dict[str, str], headers: dict[str, str], turn: Any) -> None:
    """Asks one operation with made-up values, every other time of a row that is there."""
    real = known.get(operation.path.split("/")[1], "")

    @settings(
        max_examples=EXAMPLES,
        deadline=None,
        derandomize=True,
        database=None,
        phases=[Phase.explicit, Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=operation.as_strategy())
    def ask(case: Any) -> None:
        if real and "public_id" in (case.path_parameters or {}) and next(turn) % 2:
            case.path_parameters["public_id"] = real
        response = case.call(headers=headers)
        case.validate_response(response, checks=CHECKS, headers=headers)

    ask()


def test_description_is_public_and_names_the_hospital(north: Hospital) -> None:
    answer = System(north, "").get("schema/", Accept="application/json")
    assert (answer.status_code, answer.json()["servers"]) == (200, [{"url": "http://testserver/north/api/v1"}])
    assert answer.json()["components"]["securitySchemes"] == {"token": {"type": "http", "scheme": "bearer"}}


def test_description_is_made_once_for_each_language_and_address(
    north: Hospital, south: Hospital, monkeypatch: pytest.MonkeyPatch
) -> None:
    schema._made.clear()
    made: list[Any] = []
    build = SchemaGenerator.get_schema
    monkeypatch.setattr(SchemaGenerator, "get_schema", lambda *args: made.append(1) or build(*args))
    told = [
        System(hospital, "").get("schema/", Accept="application/json", **{"Accept-Language": language}).json()
        for hospital, language in ((north, "en"), (north, "en"), (south, "en"), (north, "en"))
    ]
    assert len(made) == 2
    assert told[0] == told[1] == told[3] != told[2]


def test_whatever_changes_something_takes_a_key(north: Hospital) -> None:
    """By which it is done once; a search changes nothing."""
    described = System(north, "").get("schema/", Accept="application/json").json()["paths"]
    taking = {
        f"{method} {path}": [one["name"] for one in call.get("parameters", []) if one["in"] == "header"]
        for path, calls in described.items()
        for method, call in calls.items()
        if method != "get" and path != "/people/search/"
    }
    assert len(taking) == 6
    assert set(map(tuple, taking.values())) == {("Idempotency-Key",)}
