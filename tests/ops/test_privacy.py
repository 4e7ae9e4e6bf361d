"""Log lines tell what happened, not to whom."""

import ast
import json
import logging
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings
from django.db import IntegrityError, OperationalError

from accounts import audit
from accounts.domain import seals
from accounts.models import AuditSeal, StaffMember
from hospital_crm.logs import EXTRA_KEYS
from hospital_crm.ops.privacy import redact
from hospital_crm.tenancy.scope import hospital_scope
from tests.accounts.factories import DepartmentFactory, UserFactory


@pytest.mark.unit
@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("order 123456 of run 42 sent", "order 123456 of run 42 sent"),
        ("call 13800001111", "call …"),
        ("call 138 0000 1111 or 138-0000-1111", "call … or …"),
        ("id 99010119900101123X", "id …X"),
        ("patient 王小明 found", "patient … found"),
        ("欧阳·阿依古丽", "…"),
        ("张*三 and 李四", "… and …"),
        ("mail to li.na@north.example.cn failed", "mail to … failed"),
        ("GET /north/patients/?q=%E7%8E%8B%E5%B0%8F", "GET /north/patients/?q=…"),
        ("task 0b6d9c6e-1234-4567-8901-123456789012 done", "task 0b6d9c6e-1234-4567-8901-123456789012 done"),
        ("request bb8c3550c6e54d43937394ef26e36da7", "request bb8c3550c6e54d43937394ef26e36da7"),
        ("duplicate key\nDETAIL:  Key (name)=(Wang Xiaoming) already exists.", "duplicate key\n…"),
    ],
)
def test_personal_is_taken_out(text, told):
    assert redact(text) == told


@pytest.mark.django_db
def test_line_carries_hospital_and_ids(lines, north):
    with hospital_scope(north):
        logging.getLogger("x").info("sent", extra={"messages": 3, "patient_name": "王小明"})
    (line,) = lines()
    assert {key: line[key] for key in ("event", "hospital", "level", "logger", "messages")} == {
        "event": "sent",
        "hospital": "north",
        "level": "info",
        "logger": "x",
        "messages": 3,
    }
    assert "patient_name" not in line


@pytest.mark.unit
def test_what_a_line_is_given_reaches_the_log():
    """Every key of an `extra={...}` that is written out is let through: a line that tells nothing helps nobody."""
    given = {
        key.value
        for app in apps.get_app_configs()
        if Path(app.path).is_relative_to(settings.BASE_DIR) and ".venv" not in app.path and app.label != "tests"
        for path in Path(app.path).rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Call)
        and getattr(node.func, "value", None) is not None
        and getattr(node.func.value, "id", "") == "log"
        for word in node.keywords
        if word.arg == "extra" and isinstance(word.value, ast.Dict)
        for key in word.value.keys
        if isinstance(key, ast.Constant)
    }
    assert {"record", "error"} <= given <= EXTRA_KEYS


@pytest.mark.django_db
def test_database_error_is_told_without_values(lines, in_north):
    name = " ".join(["Wang", "Xiao" + "ming", "Memorial"])  # written so that no source line holds it
    DepartmentFactory(name=name)
    try:
        DepartmentFactory(name=name)
    except IntegrityError:
        logging.getLogger("x").exception("not saved")
    (line,) = lines()
    assert "Xiaoming" not in json.dumps(line)
    assert "sqlstate 23505 table accounts_department constraint department_name_unique" in line["exception"]
    assert "django.db.utils.IntegrityError: see above" in line["exception"]


@pytest.mark.unit
def test_database_that_is_away_is_told_in_one_line(lines):
    try:
        raise OperationalError("connection refused\n\tIs the server running?")
    except OperationalError:
        logging.getLogger("x").exception("page")
    assert [line["exception"] for line in lines()] == ["database away: connection refused"]


@pytest.mark.django_db
def test_page_that_fails_is_told_without_what_was_sent(lines, client_as, monkeypatch):
    """The traceback, the route and the request's id; neither the form nor local variables."""

    def broken(*args, **kwargs):
        secret = "Wang Xiaoming"
        raise ZeroDivisionError(len(secret))

    monkeypatch.setattr("messaging.domain.notices.mark_all_read", broken)
    client = client_as("nurse")
    client.raise_request_exception = False
    answer = client.post(client.url("messaging:read_all"), {"note": "Wang Xiaoming 13800001111"})
    assert answer.status_code == 500
    text = json.dumps(lines(), ensure_ascii=False)
    error = next(line for line in lines() if line["level"] == "error")
    assert ("Xiaoming" in text, "13800001111" in text) == (False, False)
    assert "builtins.ZeroDivisionError: 13" in error["exception"]
    assert error["request_id"] == answer.headers["X-Request-ID"]


@pytest.mark.django_db
def test_request_is_told_once_by_its_route(lines, client_as, cast):
    answer = client_as("nurse").get("messages/?q=王小明&phone=13800001111")
    requests = [line for line in lines() if line["logger"] == "hospital_crm.requests"]
    assert [(line["route"], line["status"], line["hospital"]) for line in requests] == [
        ("messaging:notices", 200, "north")
    ]
    assert requests[0]["request_id"] == answer.headers["X-Request-ID"]
    assert requests[0]["user_id"] == StaffMember._base_manager.get(pk=cast.li.pk).user_id
    text = json.dumps(lines(), ensure_ascii=False)
    assert ("小明" in text, "13800001111" in text) == (False, False)


def test_what_an_operator_did_is_a_line_of_the_log(lines, db) -> None:
    operator, user = UserFactory(is_operator=True), UserFactory()
    audit.record_platform("platform.user.password", user, operator=operator)
    told = [{key: line.get(key) for key in ("event", "verb", "object", "operator")} for line in lines()]
    verb, about = "platform.user.password", f"accounts.user {user.pk}"
    assert told == [{"event": "platform_change", "verb": verb, "object": about, "operator": operator.pk}]


def test_newest_hash_of_a_chain_leaves_the_database_whole(lines, in_north, monkeypatch) -> None:
    digest = "1234567890abcdef" * 4
    sealed = AuditSeal(chain="event", rows=1, digest=digest)
    monkeypatch.setattr(seals, "_seal", lambda chain: sealed if chain.name == "event" else None)
    seals.seal_all()
    assert [(line["chain"], line["rows"], line["digest"]) for line in lines()] == [("event", 1, digest)]
