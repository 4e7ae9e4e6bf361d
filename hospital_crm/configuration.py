"""Reading the environment: small typed readers, and the refusals of production."""

import os
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured

DEVELOPMENT_SECRET = "development-only-{name}-not-for-production"


def boolean(name: str, default: bool) -> bool:
    """`1`, `true`, `yes`, `on` are true in any case."""
    value = os.environ.get(name)
    return default if value is None else value.strip().lower() in {"1", "true", "yes", "on"}


def number(name: str, default: int) -> int:
    """A whole number. Refuses anything else, naming the variable."""
    try:
        return int(os.environ.get(name) or default)
    except ValueError as error:
        raise ImproperlyConfigured(f"{name} must be a whole number") from error


def names(name: str, default: str) -> list[str]:
    """A list separated by commas."""
    return [part.strip() for part in os.environ.get(name, default).split(",") if part.strip()]


def secret(name: str, *, production: bool) -> str:
    """A secret of at least 32 characters. In production a missing, short or default one is refused."""
    value = os.environ.get(name, "")
    if production and _is_weak(value):
        raise ImproperlyConfigured(f"{name} must be set to a secret of at least 32 characters in production")
    return value or DEVELOPMENT_SECRET.format(name=name.lower())


def secrets(name: str, *, production: bool) -> list[str]:
    """Secrets separated by commas, at least one, each measured by itself as `secret` measures."""
    values = names(name, "")
    if production and (not values or any(map(_is_weak, values))):
        raise ImproperlyConfigured(f"{name} must hold secrets of at least 32 characters each in production")
    return values or [DEVELOPMENT_SECRET.format(name=name.lower())]


def optional_secret(name: str, *, production: bool) -> str:
    """As `secret`, for one that may be left empty."""
    return secret(name, production=production) if os.environ.get(name) else ""


def address(name: str, *, production: bool) -> str:
    """The address of a server with its password. Refuses a missing one, and in production the example's password."""
    value = os.environ.get(name, "")
    if not value:
        raise ImproperlyConfigured(f"{name} must be set: no server is started in its place")
    if production and _is_default(value):
        raise ImproperlyConfigured(f"{name} holds a default password, which production refuses")
    return value


def _is_weak(value: str) -> bool:
    """Whether a secret is too short, or public."""
    return len(value) < 32 or _is_default(value)


def _is_default(value: str) -> bool:
    """Whether it is, or holds, what the example, the development or the building of an image is known to use."""
    return any(known in value.lower() for known in ("development-only-", "change-me", "building-only"))


def database(url: str) -> dict[str, Any]:
    """Django's settings of a `postgres://user:password@host:port/name?host=/socket` address. PostgreSQL 15 or later."""
    parts = urlsplit(url)
    if parts.scheme not in {"postgres", "postgresql"}:
        raise ImproperlyConfigured("DATABASE_URL must start with postgres://")
    query = parse_qs(parts.query)
    known = {key: values[0] for key, values in query.items() if key in {"sslmode", "sslrootcert"}}
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.lstrip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": query.get("host", [unquote(parts.hostname or "")])[0],
        "PORT": str(parts.port or ""),
        "CONN_MAX_AGE": number("CRM_CONN_MAX_AGE", 60),
        "CONN_HEALTH_CHECKS": True,
        "ATOMIC_REQUESTS": True,
        "DISABLE_SERVER_SIDE_CURSORS": True,
        "OPTIONS": {"connect_timeout": 5, **known},
    }
