"""Redis or the database are away: pages go on, or say so in the reader's language."""

import time

import psycopg2
import pytest
from django.core.cache import caches
from django.db import InterfaceError, OperationalError, transaction
from django.test import Client

from hospital_crm.ops.cache import ForgivingRedisCache
from hospital_crm.ops.failures import database_is_away
from hospital_crm.tenancy import queue as background
from hospital_crm.tenancy.scope import hospital_scope
from tests.messaging.test_smtp import free_port


@pytest.fixture
def lost_cache(monkeypatch):
    """A cache whose Redis does not exist."""
    return ForgivingRedisCache(f"redis://127.0.0.1:{free_port()}/0", {})


@pytest.mark.unit
def test_lost_cache_is_an_empty_one(lost_cache):
    lost_cache.set("a", 1)
    lost_cache.clear()
    answers = {
        "get": lost_cache.get("a", "none"),
        "add": lost_cache.add("a", 1),
        "touch": lost_cache.touch("a"),
        "delete": lost_cache.delete("a"),
        "get_many": lost_cache.get_many(["a"]),
        "has_key": "a" in lost_cache,
        "incr": lost_cache.incr("a"),
        "get_or_set": lost_cache.get_or_set("a", 7),
        "set_many": lost_cache.set_many({"a": 1}),
        "delete_many": lost_cache.delete_many(["a"]),
    }
    assert answers == {
        "get": "none",
        "add": True,
        "touch": False,
        "delete": False,
        "get_many": {},
        "has_key": False,
        "incr": 1,
        "get_or_set": 7,
        "set_many": ["a"],
        "delete_many": None,
    }


def test_returned_cache_is_used_again(settings):
    alive = ForgivingRedisCache(settings.REDIS_URL, {"KEY_PREFIX": "tests"})
    alive._silent_until = time.monotonic() + 60
    alive.set("a", 1)
    alive._silent_until = 0.0
    assert alive.get("a") is None
    alive.set("a", 1)
    assert alive.get("a") == 1
    alive.delete("a")
    assert caches["default"] is not alive


@pytest.mark.django_db
def test_lost_broker_costs_no_work(lost_broker, queue, look, django_capture_on_commit_callbacks, caplog):
    """The commit stands, the caller hears nothing, one line is logged, and the next sends do not even try."""
    with django_capture_on_commit_callbacks(execute=True):
        first, second = queue(), queue(key="k2", urgency="interactive")
    assert (look(first).state, look(second).state) == ("planned", "planned")
    lines = [record.getMessage() for record in caplog.records if record.name == "hospital_crm.tenancy.queue"]
    assert lines == ["broker not reached, messaging.send_due waits for its beat job: OperationalError"]


@pytest.mark.django_db
def test_work_asked_for_twice_in_a_transaction_is_sent_once(north, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks() as callbacks, hospital_scope(north):
        for _ in range(3):
            with transaction.atomic():
                background.queue_on_commit("messaging.send_due")
        background.queue_on_commit("messaging.send_due", queue="bulk")
    assert [ask.queue for ask in callbacks] == ["default", "bulk"]


@pytest.mark.django_db
def test_work_asked_for_again_after_a_rollback_is_sent(north, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks() as callbacks, hospital_scope(north):
        with pytest.raises(ZeroDivisionError), transaction.atomic():
            background.queue_on_commit("messaging.send_due")
            raise ZeroDivisionError
        background.queue_on_commit("messaging.send_due")
    assert len(callbacks) == 1


def away(code: str | None) -> OperationalError:
    """Django's error around PostgreSQL's with this code."""

    class Refused(psycopg2.OperationalError):
        pgcode = code

    error = OperationalError("x")
    error.__cause__ = Refused("x")
    return error


@pytest.mark.unit
@pytest.mark.parametrize(
    ("error", "is_away"),
    [
        (away(None), True),
        (away("57P01"), True),
        (away("57P03"), True),
        (away("53300"), True),
        (away("40P01"), False),
        (away("55P03"), False),
        (InterfaceError("connection already closed"), True),
        (ZeroDivisionError(), False),
        (None, False),
    ],
)
def test_away_is_told_from_broken(error, is_away):
    assert database_is_away(error) is is_away


@pytest.mark.unit
def test_away_is_seen_behind_what_it_caused():
    try:
        try:
            raise away(None)
        except OperationalError as error:
            raise KeyError("x") from error
    except KeyError as outer:
        assert database_is_away(outer) is True


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("language", "heading"), [("zh-hans", "稍后恢复"), ("zh-hant", "稍後恢復"), ("en", "Back in a moment")]
)
def test_page_says_that_the_database_is_away(north, monkeypatch, language, heading):
    def refuse(*args):
        raise away(None)

    monkeypatch.setattr("hospital_crm.tenancy.middleware.hospital_by_slug", refuse)
    client = Client(raise_request_exception=False)
    client.cookies["crm_language"] = language
    answer = client.get("/north/messages/")
    text = answer.content.decode()
    assert (answer.status_code, answer.headers["Retry-After"], f"<h1>{heading}</h1>" in text) == (503, "10", True)
    assert answer.headers["X-Request-ID"] in text
    assert "Traceback" not in text
