"""Where log lines go: one JSON object a line in production, readable words elsewhere.

Every line carries the hospital's slug, the request's or the task's id where there is one, and ids of objects; never
names,
numbers or text about people. `hospital_crm.ops.privacy` takes out what slips in all the same.
"""

from typing import Any

import structlog

from hospital_crm.configuration import boolean
from hospital_crm.ops.privacy import redact_event, tell_exception

EXTRA_KEYS = {
    *("route", "method", "status", "duration_ms", "user_id", "hospital", "messages", "rows"),
    *("verb", "object", "operator", "chain", "digest", "seal"),
    *("error", "record", "row", "first", "edit", "feed", "port", "open"),
}


def add_hospital(logger: Any, name: str, event: dict[str, Any]) -> dict[str, Any]:
    """The hospital whose unit of work is open."""
    from hospital_crm.tenancy.scope import current_hospital

    hospital = current_hospital()
    if hospital is not None:
        event.setdefault("hospital", hospital.slug)
    return event


def formatter(renderer: Any) -> dict[str, Any]:
    """Logging's configuration of a formatter that ends in `renderer`."""
    return {
        "()": structlog.stdlib.ProcessorFormatter,
        "foreign_pre_chain": [
            structlog.contextvars.merge_contextvars,
            structlog.stdlib.add_log_level,
            structlog.stdlib.add_logger_name,
            structlog.stdlib.ExtraAdder(allow=EXTRA_KEYS),
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            add_hospital,
        ],
        "processors": [
            structlog.stdlib.ProcessorFormatter.remove_processors_meta,
            tell_exception,
            redact_event,
            renderer,
        ],
    }


LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "json": formatter(structlog.processors.JSONRenderer(ensure_ascii=False)),
        "words": formatter(structlog.dev.ConsoleRenderer(colors=False, pad_event_to=0)),
    },
    "handlers": {
        "console": {
            "class": "logging.StreamHandler",
            "formatter": "json" if boolean("CRM_PRODUCTION", False) else "words",
        }
    },
    "root": {"handlers": ["console"], "level": "INFO"},
    "loggers": {
        "django": {"handlers": [], "level": "INFO", "propagate": True},
        # Requests are told once, by their route; these would tell the address with everything that was searched for.
        "django.server": {"handlers": [], "level": "CRITICAL", "propagate": True},
        "django.request": {"level": "ERROR"},
        "axes": {"level": "WARNING"},
    },
}
