"""Whatever goes wrong under the API is told as a problem document, and under FHIR as an OperationOutcome."""

import json
from typing import Any

import pytest
from django.test import Client

from accounts.api.problems import MEDIA_TYPE
from accounts.models import Hospital
from hospital_crm.crypto import whole_hash
from hospital_crm.tenancy.scope import hospital_scope
from tests.api.conftest import Systems
from tests.api.systems import System
from tests.integrations.factories import FeedFactory

pytestmark = pytest.mark.django_db
DEEP = b'{"q": ' + b"[" * 990 + b"]" * 990 + b"}"


def problem(answer: Any) -> tuple[int, str]:
    """Status and code of a problem document."""
    assert answer["Content-Type"] == MEDIA_TYPE
    said = json.loads(answer.content)
    assert (said["status"], bool(said["title"]), bool(said["detail"])) == (answer.status_code, True, True)
    return answer.status_code, said["code"]


def outcome(answer: Any) -> tuple[int, str]:
    """Status and code of an OperationOutcome."""
    assert answer["Content-Type"] == "application/fhir+json"
    said = json.loads(answer.content)
    assert said["resourceType"] == "OperationOutcome"
    assert said["issue"][0]["diagnostics"]
    return answer.status_code, said["issue"][0]["code"]


@pytest.mark.parametrize("address", ["people/search/", "people/"])
def test_body_nested_too_deeply_is_not_understood(north: Hospital, system: Systems, address: str) -> None:
    assert problem(system().post(address, DEEP)) == (400, "parse_error")
    assert problem(system().post(address, b"[" * 100_000)) == (400, "parse_error")
    assert problem(system().post(address, DEEP, **{"Idempotency-Key": "deep"})) == (400, "parse_error")


def test_address_with_a_nul_is_not_understood(north: Hospital, system: Systems) -> None:
    assert problem(system().get("people/?x=%00")) == (400, "bad_request")
    assert problem(System(north, "").get("schema/?x=%00")) == (400, "bad_request")
    assert outcome(Client().post("/north/fhir/?x=%00", b"{}", content_type="application/json")) == (400, "invalid")


def test_body_that_is_too_large_is_refused(north: Hospital, system: Systems) -> None:
    large = b'{"q": "' + b"x" * (11 << 20) + b'"}'
    assert problem(system().post("people/search/", large)) == (413, "too_large")
    assert problem(system().post("people/", large, **{"Idempotency-Key": "large"})) == (413, "too_large")


@pytest.mark.parametrize("query", ["due_from=", "due_from=&due_until=", "state=", "department="])
def test_value_left_blank_is_no_value(north: Hospital, system: Systems, query: str) -> None:
    assert problem(system().get(f"orders/?{query}")) == (400, "invalid")


@pytest.mark.parametrize(
    ("address", "body", "field"),
    [
        ("people/search/", {"q": 1.5}, "q"),
        ("people/search/", {"q": True}, "q"),
        ("people/", {"name": "乔明", "phone": 13900000001}, "phone"),
        ("people/", {"name": "乔明", "sex": 1}, "sex"),
        ("people/", {"name": "乔明", "birth_date": 19800615}, "birth_date"),
    ],
)
def test_value_of_another_type_is_not_turned_into_the_right_one(
    north: Hospital, system: Systems, address: str, body: dict[str, Any], field: str
) -> None:
    answer = system().post(address, body)
    assert problem(answer) == (400, "invalid")
    assert [one["field"] for one in answer.json()["errors"]] == [field]


@pytest.mark.parametrize(
    "address", ["/north/api/", "/north/api/v1", "/north/api/v2/people/", "/north/api/v1/people/%0A/"]
)
def test_address_of_the_api_that_is_none_is_a_problem(north: Hospital, address: str) -> None:
    for method in ("GET", "POST", "PATCH"):
        assert problem(System(north, "").call(method, address)) == (404, "not_found")


@pytest.mark.parametrize("method", ["GET", "HEAD", "PUT", "PATCH", "DELETE"])
def test_fhir_takes_only_what_is_posted(north: Hospital, method: str) -> None:
    with hospital_scope(north):
        FeedFactory(kind="fhir", token_hash=whole_hash("secret"))
    answer = Client().generic(method, "/north/fhir/", headers={"Authorization": "Bearer secret"})
    assert (answer.status_code, answer["Allow"]) == (405, "POST")
    if method != "HEAD":
        assert outcome(answer) == (405, "not-supported")
        assert outcome(Client().generic(method, "/north/fhir/")) == (401, "login")


def test_address_of_fhir_that_is_none_is_told_in_its_form(north: Hospital) -> None:
    assert outcome(Client().get("/north/fhir/Patient/%0A")) == (404, "not-found")
    assert outcome(Client().post("/north/fhir/Patient", b"{}", content_type="application/fhir+json")) == (
        404,
        "not-found",
    )


def test_error_of_ours_is_told_in_the_form_of_its_address(
    north: Hospital, system: Systems, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*said: Any, **values: Any) -> None:
        raise RuntimeError

    monkeypatch.setattr("patients.api.people_matching", broken)
    monkeypatch.setattr("integrations.views.fhir.feed_of_token", broken)
    caller = system()
    caller._client.raise_request_exception = False
    assert problem(caller.post("people/search/", {"q": "x"})) == (500, "server_error")
    headers = {"Authorization": "Bearer x"}
    answer = Client(raise_request_exception=False).post("/north/fhir/", b"{}", "application/fhir+json", headers=headers)
    assert outcome(answer) == (500, "exception")


def test_refusal_is_told_in_the_language_asked_for(north: Hospital, system: Systems) -> None:
    said = [
        system().get("people/?x=%00", **{"Accept-Language": language}).json()["title"] for language in ("en", "zh-hans")
    ]
    assert said == ["Not understood", "请求有误"]
