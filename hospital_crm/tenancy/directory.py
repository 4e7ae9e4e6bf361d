"""Finding a hospital before any scope is open. Hospitals themselves are no tenant rows; only active ones are found."""

import time
from typing import TYPE_CHECKING

from django.apps import apps
from django.conf import settings
from django.core.signals import setting_changed
from django.http.request import split_domain_port

if TYPE_CHECKING:
    from accounts.models import Hospital

_TTL_SECONDS = 5.0
_known: dict[tuple[str, str], tuple[float, "Hospital | None"]] = {}


def hospital_by_slug(slug: str) -> "Hospital | None":
    """The active hospital at `/<slug>/`, or None."""
    return _look_up("slug", slug)


def hospital_by_host(host: str) -> "Hospital | None":
    """The active hospital whose own host name this is, or None."""
    name = split_domain_port(host)[0]
    return _look_up("host_name", name) if name and name not in settings.COMMON_HOSTS else None


def active_hospitals() -> "list[Hospital]":
    """All active hospitals, by id."""
    return list(_hospitals().filter(is_active=True).order_by("pk"))


def forget(**kwargs: object) -> None:
    """Drops what this process remembers; called when a hospital is saved."""
    _known.clear()


def _hospitals():
    return apps.get_model("accounts", "Hospital").objects


def _look_up(field: str, value: str) -> "Hospital | None":
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
