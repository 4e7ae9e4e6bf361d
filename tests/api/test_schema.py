"""The API answers as its description says, whatever it is asked, by whichever role: no undocumented answer, no 500."""

import itertools
from collections.abc import Iterator
from functools import cache
from typing import Any

import pytest
import schemathesis
from django.core.handlers.wsgi import WSGIHandler
from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from drf_spectacular.generators import SchemaGenerator
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.config import SchemathesisConfig
from schemathesis.core.parameters import ParameterLocation
from schemathesis.specs.openapi import checks

from accounts.api import rights, schema
from accounts.models import Hospital
from accounts.roles import SHIPPED_ROLES
from hospital_crm.crypto import whole_hash
from hospital_crm.tenancy.scope import hospital_scope
from tests.api.conftest import Systems
from tests.api.systems import System
from tests.cast import Cast
from tests.followups.scene import order_of
from tests.groups.factories import GroupCustomerFactory, GroupMemberFactory
from tests.integrations.factories import FeedFactory
from tests.patients.factories import ContactPointFactory

pytestmark = [pytest.mark.django_db, pytest.mark.timeout(300)]
MODES = (GenerationMode.POSITIVE, GenerationMode.NEGATIVE)
EXAMPLES = 6
# Who gets past the rights is asked more of what does not fit the description; who is nobody, too.
MORE = {("centre_manager", GenerationMode.NEGATIVE): 25, ("", GenerationMode.NEGATIVE): 25}
ROLES = tuple(SHIPPED_ROLES)
# The caller is who it is in every call: no header of its own is made up.
CONFIG = SchemathesisConfig.from_dict({"generation": {"with-security-parameters": False}})
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


@pytest.fixture
def feed(north: Hospital) -> str:
    """The credential of a feed."""
    with hospital_scope(north):
        FeedFactory(kind="fhir", token_hash=whole_hash("feed's secret"))
    return "feed's secret"


@pytest.mark.usefixtures("one_connection", "unlimited")
@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("role", [*ROLES, ""])
def test_every_answer_is_described(
    north: Hospital, known: dict[str, str], feed: str, system: Systems, role: str, mode: GenerationMode
) -> None:
    secrets = {"token": system(role).secret, "feed": feed} if role else {}
    turn, tried = itertools.count(), 0
    for operation, cases in made_up(mode):
        for case in cases[: MORE.get((role, mode), EXAMPLES)]:
            ask(operation, case, known, secrets, turn)
        tried += 1
    assert tried == 22


@cache
def described() -> Any:
    """The description of North, read once: it says the same to everybody."""
    return schemathesis.openapi.from_wsgi("/north/api/v1/schema/", WSGIHandler(), config=CONFIG)


@cache
def made_up(mode: GenerationMode) -> list[tuple[Any, list[Any]]]:
    """Every operation with calls of it, made up once: every role asks the same, and making them up takes longest."""
    operations = [found.ok() for found in described().get_all_operations()]
    most = max([EXAMPLES, *(more for (_role, of_mode), more in MORE.items() if of_mode is mode)])
    return [(one, calls_of(one, mode, most) if mode.is_positive or can_be_wrong(one) else []) for one in operations]


def calls_of(operation: Any, mode: GenerationMode, examples: int) -> list[Any]:
    """So many calls of an operation, the same in every run."""
    made: list[Any] = []

    @settings(
        max_examples=examples,
        deadline=None,
        derandomize=True,
        database=None,
        phases=[Phase.explicit, Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=operation.as_strategy(generation_mode=mode))
    def keep(case: Any) -> None:
        made.append(case)

    keep()
    return made


def ask(operation: Any, made: Any, known: dict[str, str], secrets: dict[str, str], turn: Any) -> None:
    """Makes one call, every other time of a row that is there, and looks at the answer."""
    case = made.derive()
    real = known.get(operation.path.removeprefix("/api/v1/").split("/")[0], "")
    secret = secrets.get("feed" if operation.path == "/fhir/" else "token")
    headers = {"Authorization": f"Bearer {secret}"} if secret else {}
    if real and has_good_path(case) and next(turn) % 2:
        case.path_parameters["public_id"] = real
    response = case.call(headers=headers)
    case.validate_response(response, checks=CHECKS, headers=headers)


def can_be_wrong(operation: Any) -> bool:
    """Whether a call says anything that could be other than described."""
    return bool(list(operation.iter_parameters()) or operation.body)


def has_good_path(case: Any) -> bool:
    """Whether the call names a row in the way it is described."""
    path = case.meta.components.get(ParameterLocation.PATH)
    return "public_id" in (case.path_parameters or {}) and (path is None or path.mode.is_positive)


def test_description_is_public_and_names_the_hospital(north: Hospital) -> None:
    answer = System(north, "").get("schema/", Accept="application/json")
    assert (answer.status_code, answer.json()["servers"]) == (200, [{"url": "http://testserver/north"}])
    bearer = {"type": "http", "scheme": "bearer"}
    assert answer.json()["components"]["securitySchemes"] == {"feed": bearer, "token": bearer}


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
        if method != "get" and path not in ("/api/v1/people/search/", "/fhir/")
    }
    assert len(taking) == 7
    assert set(map(tuple, taking.values())) == {("Idempotency-Key",)}
