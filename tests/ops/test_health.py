"""Whether a process may be sent requests, and who may read its measurements."""

import json

import pytest
from django.core.cache import cache
from django.db import OperationalError, connection
from django.db.migrations.loader import MigrationLoader
from django.test import Client

from hospital_crm.ops import gauges, health, tasks

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def looked_at_anew(monkeypatch):
    """The tests' own role owns the tables, which is refused in service."""
    monkeypatch.setattr(health, "_good_until", {})
    monkeypatch.setattr(health, "serving_role_problems", list)


def ready():
    answer = Client().get("/readyz")
    return answer.status_code, json.loads(answer.content)


def test_process_answers_whatever_the_host_name():
    answer = Client().get("/healthz", headers={"host": "10.0.0.7:8000"})
    assert (answer.status_code, answer.content) == (200, b"ok")


def test_ready_when_all_is_well():
    status, body = ready()
    assert (status, body["ready"]) == (200, True)
    assert body["problems"] == {"database": [], "role": [], "walls": [], "migrations": []}


def test_serving_as_owner_is_not_ready(monkeypatch):
    monkeypatch.setattr(health, "serving_role_problems", lambda: ["owns the tables"])
    status, body = ready()
    assert (status, body["problems"]["role"]) == (503, ["owns the tables"])


def test_table_without_its_wall_is_not_ready():
    with connection.cursor() as cursor:
        cursor.execute("drop policy hospital_rows on messaging_message")
    status, body = ready()
    assert (status, body["problems"]["walls"]) == (503, ["no policy on messaging_message"])


def test_missing_migration_is_not_ready():
    (newest,) = MigrationLoader(connection).graph.leaf_nodes("messaging")
    with connection.cursor() as cursor:
        cursor.execute("delete from django_migrations where app = %s and name = %s", newest)
    status, body = ready()
    assert (status, body["problems"]["migrations"]) == (503, [".".join(newest)])


def test_database_away_is_not_ready(monkeypatch):
    def refuse():
        raise OperationalError("connection refused")

    monkeypatch.setattr(connection, "ensure_connection", refuse)
    status, body = ready()
    assert (status, body["problems"]) == (503, {"database": ["OperationalError"]})


def test_redis_away_is_told_but_serves(monkeypatch, settings):
    settings.REDIS_URL = "redis://127.0.0.1:1/0"
    status, body = ready()
    assert (status, body["redis"]) == (200, False)


def test_heartbeats_are_told():
    cache.clear()
    assert ready()[1]["heartbeat_seconds"] == dict.fromkeys(("interactive", "default", "bulk", "webhooks"))
    tasks.heartbeat("bulk")
    assert ready()[1]["heartbeat_seconds"] == {
        "interactive": None, "default": None, "bulk": 0, "webhooks": None
    }  # fmt: skip


def metrics(**request):
    return Client(**{key: value for key, value in request.items() if key.isupper()}).get(
        "/metrics", headers=request.get("headers")
    )


def test_measurements_name_routes_and_levels(client_as):
    client_as("nurse").get("messages/")
    text = metrics().content.decode()
    assert 'crm_request_seconds_count{method="GET",route="messaging:notices",status="200"}' in text
    assert 'crm_messages{kind="due"} 0.0' in text


def test_invented_methods_share_a_label():
    for method in ("BREW", "WHEN"):
        Client().generic(method, "/nothing/")
    text = metrics().content.decode()
    assert ('method="OTHER"' in text, "BREW" in text) == (True, False)


@pytest.mark.parametrize(
    ("token", "request_", "status"),
    [
        ("", {}, 200),
        ("", {"REMOTE_ADDR": "10.0.0.7"}, 403),
        ("", {"REMOTE_ADDR": "::1"}, 200),
        ("", {"headers": {"x-forwarded-for": "10.0.0.7"}}, 403),
        ("s3cret", {}, 403),
        ("s3cret", {"headers": {"authorization": "Bearer wrong"}}, 403),
        ("s3cret", {"REMOTE_ADDR": "10.0.0.7", "headers": {"authorization": "Bearer s3cret"}}, 200),
    ],
)
def test_measurements_are_for_the_monitoring(settings, token, request_, status):
    settings.METRICS_TOKEN = token
    assert metrics(**request_).status_code == status


def test_level_that_cannot_be_read_hides_no_other(monkeypatch):
    def broken():
        raise OperationalError

    monkeypatch.setitem(gauges._levels, "crm_broken", gauges.Level("crm_broken", "x", broken))
    text = metrics().content.decode()
    assert ("crm_messages" in text, "crm_broken" in text) == (True, False)
