"""`/readyz`: may this process be sent requests? And what an operator wants to know beside it.

Fatal are the things without which no page may be served: the database, the serving role, the walls between
hospitals, the
migrations. Redis and the workers are reported only: pages answer without them, and what they would have done is
done later.
"""

import time
from collections.abc import Callable
from typing import Any

import redis
from django.conf import settings
from django.core.cache import cache
from django.db import Error, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpResponse, JsonResponse

from hospital_crm.queues import QUEUES
from hospital_crm.tenancy.checks import serving_role_problems, wall_problems

KEPT_SECONDS = 60.0
_good_until: dict[str, float] = {}


def answer() -> HttpResponse:
    """200 when this process can serve, else 503; the findings as JSON, naming neither hospitals nor servers."""
    findings = fatal_findings()
    ready = not any(findings.values())
    body = {"ready": ready, "problems": findings, "redis": redis_answers(), "heartbeat_seconds": heartbeat_ages()}
    return JsonResponse(body, status=200 if ready else 503)


def fatal_findings() -> dict[str, list[str]]:
    """What keeps this process from serving, by subject; each an empty list when all is well."""
    try:
        connection.ensure_connection()
        with connection.cursor() as cursor:
            cursor.execute("select 1")
        return {
            "database": [],
            "role": _kept("role", serving_role_problems),
            "walls": _kept("walls", lambda: [sentence for _code, sentence in wall_problems()]),
            "migrations": _kept("migrations", unapplied_migrations),
        }
    except Error as error:
        return {"database": [type(error).__name__]}


def unapplied_migrations() -> list[str]:
    """Migrations that the code has and the database has not."""
    executor = MigrationExecutor(connection)
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    return [f"{migration.app_label}.{migration.name}" for migration, _backwards in plan]


def _kept(name: str, find: Callable[[], list[str]]) -> list[str]:
    """The findings; a good answer is kept for a minute, a bad one is looked at again each time."""
    if time.monotonic() < _good_until.get(name, 0.0):
        return []
    findings = find()
    if not findings:
        _good_until[name] = time.monotonic() + KEPT_SECONDS
    return findings


def redis_answers() -> bool:
    """Whether Redis answers within a second."""
    client = redis.Redis.from_url(settings.REDIS_URL, socket_timeout=1, socket_connect_timeout=1)
    try:
        return bool(client.ping())
    except redis.RedisError:
        return False
    finally:
        client.close()


def beat(queue: str, *, now: float) -> None:
    """A worker of this queue is alive (seconds since the epoch)."""
    cache.set(f"heartbeat:{queue}", now, timeout=7 * 24 * 3600)


def heartbeat_ages() -> dict[str, Any]:
    """For each queue: how many seconds ago a task from it ran; None where nobody knows."""
    seen = {queue: cache.get(f"heartbeat:{queue}") for queue in QUEUES}
    return {queue: None if at is None else round(max(time.time() - at, 0)) for queue, at in seen.items()}
