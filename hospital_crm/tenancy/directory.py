"""Finding a hospital before any scope is open. Hospitals themselves are no tenant rows; only active ones are found."""

import re
import time
from typing import TYPE_CHECKING, Any

from django.apps import apps
from django.conf import settings
from django.core.signals import setting_changed
from django.db import connection
from django.http.request import split_domain_port

from hospital_crm.crypto import exact_hash

if TYPE_CHECKING:
    from accounts.models import Hospital

TOKEN = re.compile(r"[A-Za-z0-9_-]{22}")
_TTL_SECONDS = 5.0
_known: dict[tuple[str, Any], tuple[float, "Hospital | None"]] = {}


def hospital_by_slug(slug: str) -> "Hospital | None":
    """The active hospital at `/<slug>/`, or None."""
    return _look_up("slug", slug)


def hospital_by_host(host: str) -> "Hospital | None":
    """The active hospital whose own host name this is, or None."""
    name = split_domain_port(host)[0]
    return _look_up("host_name", name) if name and name not in settings.COMMON_HOSTS else None


def hospital_by_token(token: str) -> "Hospital | None":
    """The active hospital of the open link that this token stands for, or None."""
    if not TOKEN.fullmatch(token):
        return None
    with connection.cursor() as cursor:
        cursor.execute("select hospital_by_token(%s)", [exact_hash(token)])
        (found,) = cursor.fetchone()
    return None if found is None else _look_up("pk", found)


def active_hospitals() -> "list[Hospital]":
    """All active hospitals, by id."""
    return list(_hospitals().filter(is_active=True).order_by("pk"))


def forget(**kwargs: object) -> None:
    """Drops what this process remembers; called when a hospital is saved."""
    _known.clear()


def _hospitals():
    return apps.get_model("accounts", "Hospital").objects


def _look_up(field: str, value: Any) -> "Hospital | None":
    """One query per hospital and process every few seconds: every request asks."""
    now = time.monotonic()
    cached = _known.get((field, value))
    if cached and now - cached[0] < _TTL_SECONDS:
        return cached[1]
    hospital = _hospitals().filter(**{field: value}, is_active=True).first()
    if hospital is not None:
        _known[field, value] = (now, hospital)
    return hospital


setting_changed.connect(forget)
