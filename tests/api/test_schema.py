"""The API answers as its description says, whatever it is asked, by whichever role: no undocumented answer, no 500."""

import itertools
import re
from collections.abc import Iterator
from functools import cache
from typing import Any

import pytest
import schemathesis
from django.core.handlers.wsgi import WSGIHandler
from django.core.management import call_command
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
from accounts.scopes import SCOPES
from hospital_crm.crypto import whole_hash
from hospital_crm.tenancy.scope import hospital_scope
from patients.contact_api import contact_id
from tests.api.conftest import Systems
from tests.api.systems import System
from tests.cast import Cast
from tests.followups.scene import order_of
from tests.groups.factories import GroupCustomerFactory, GroupMemberFactory
from tests.integrations.factories import FeedFactory
from tests.patients.factories import ConsentFactory, ContactPointFactory
from tests.walks.addresses import addresses

pytestmark = [pytest.mark.django_db, pytest.mark.timeout(300)]
ADDRESSES = addresses("hospital_crm.urls_api")
MODES = (GenerationMode.POSITIVE, GenerationMode.NEGATIVE)
EXAMPLES = 6
ROLES = tuple(SHIPPED_ROLES)
# A token that reads everything whole, and for each scope one that has nothing else.
WHOLE = "with every scope"
ALONE = tuple(f"only {code}" for code in SCOPES)
# Who gets past the rights is asked more of what does not fit the description; who is nobody, too. One scope alone is
# asked once of each call.
HOW_MANY = {
    ("centre_manager", GenerationMode.NEGATIVE): 25,
    ("", GenerationMode.NEGATIVE): 25,
    **{(scope, GenerationMode.POSITIVE): 1 for scope in ALONE},
}
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
def known(north: Hospital, cast: Cast) -> dict[str, dict[str, str]]:
    """Identifiers that lead somewhere, by the beginning of the address."""
    with hospital_scope(north):
        order = order_of(cast, cast.chen, attending=cast.chen)
        number = ContactPointFactory(patient=order.patient)
        ConsentFactory(patient=order.patient)
        unit = GroupCustomerFactory(owner=cast.tang)
        GroupMemberFactory(group=unit, patient=order.patient)
        return {
            "people": {"public_id": str(order.patient.public_id), "contact_id": contact_id(number)},
            "orders": {"public_id": str(order.public_id)},
            "units": {"public_id": str(unit.public_id)},
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
@pytest.mark.parametrize(
    ("role", "mode"),
    [
        *itertools.product((*ROLES, ""), MODES),
        *((scopes, GenerationMode.POSITIVE) for scopes in (WHOLE, *ALONE)),
    ],
)
def test_every_answer_is_described(
    north: Hospital, known: dict[str, Any], feed: str, system: Systems, role: str, mode: GenerationMode
) -> None:
    secrets = {"token": secret_of(system, role), "feed": feed} if role else {}
    turn, tried = itertools.count(), 0
    for operation, cases in made_up(mode):
        for case in cases[: HOW_MANY.get((role, mode), EXAMPLES)]:
            ask(operation, case, known, secrets, turn)
        tried += 1
    assert tried == 22


def secret_of(system: Systems, role: str) -> str:
    """Of a token with all but whole values, with all scopes, or with one."""
    if role in ROLES:
        return system(role).secret
    return system("centre_manager", *(SCOPES if role == WHOLE else [role.removeprefix("only ")])).secret


@cache
def described() -> Any:
    """The description of North, read once: it says the same to everybody."""
    return schemathesis.openapi.from_wsgi("/north/api/v1/schema/", WSGIHandler(), config=CONFIG)


@cache
def made_up(mode: GenerationMode) -> list[tuple[Any, list[Any]]]:
    """Every operation with calls of it, made up once: every role asks the same, and making them up takes longest."""
    operations = [found.ok() for found in described().get_all_operations()]
    most = max([EXAMPLES, *(more for (_role, of_mode), more in HOW_MANY.items() if of_mode is mode)])
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


def ask(operation: Any, made: Any, known: dict[str, Any], secrets: dict[str, str], turn: Any) -> None:
    """Makes one call, every other time of a row that is there, and looks at the answer."""
    case = made.derive()
    real = known.get(operation.path.removeprefix("/api/v1/").split("/")[0], {})
    secret = secrets.get("feed" if operation.path == "/fhir/" else "token")
    headers = {"Authorization": f"Bearer {secret}"} if secret else {}
    if real and has_good_path(case) and next(turn) % 2:
        case.path_parameters |= {name: real[name] for name in case.path_parameters if name in real}
    response = case.call(headers=headers)
    case.validate_response(response, checks=CHECKS, headers=headers)


def can_be_wrong(operation: Any) -> bool:
    """Whether a call says anything that could be other than described."""
    return bool(list(operation.iter_parameters()) or operation.body)


def has_good_path(case: Any) -> bool:
    """Whether the call names a row in the way it is described."""
    path = case.meta.components.get(ParameterLocation.PATH)
    return "public_id" in (case.path_parameters or {}) and (path is None or path.mode.is_positive)


def test_description_is_complete_and_valid(north: Hospital, capsys: pytest.CaptureFixture[str]) -> None:
    """By the rules of OpenAPI, nothing in it guessed; each call says what it is and that it wants a token."""
    call_command("spectacular", urlconf="hospital_crm.urls_machines", validate=True, fail_on_warn=True)
    assert capsys.readouterr().err == ""
    told = System(north, "").get("schema/", Accept="application/json").json()
    calls = [call for one in told["paths"].values() for call in one.values()]
    assert [call["operationId"] for call in calls if not (call["summary"] and call["tags"])] == []
    assert [call["operationId"] for call in calls if "401" not in call["responses"]] == []
    own = {one.route for one in ADDRESSES} - {"schema/", r"^[\s\S]*$"}
    assert {re.sub(r"<[^>]*:([^>]*)>", r"{\1}", route) for route in own} == {
        path.removeprefix("/api/v1/") for path in told["paths"] if path != "/fhir/"
    }


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
