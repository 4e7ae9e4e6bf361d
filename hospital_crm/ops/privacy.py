"""What must not stand in a log line is taken out of it: long numbers, Chinese text, mail addresses, values in
database errors.

Log lines are written in English with ids, so Chinese text in one is a name or worse. Whole UUIDs and the ids that
we add
ourselves stay.
"""

import re
import traceback
from collections.abc import Iterator
from typing import Any

HIDDEN = "…"
_OWN = {"timestamp", "level", "logger", "hospital", "request_id", "task_id", "task", "route", "method", "digest"}
_PERSONAL = re.compile(
    r"""
    (?P<keep>\b[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}\b|\b(?=[0-9a-f]*[a-f])[0-9a-f]{32}\b)
    | DETAIL:.*                                    # PostgreSQL repeats the values of the row
    | [\w.+-]+@[\w-]+(?:\.[\w-]+)+                 # mail address
    | (?<=/l/)[A-Za-z0-9_-]{16,}                   # token of a link without log-in
    | \d{7,} | \d{3}[\ -]\d{4}[\ -]\d{4}           # telephone, identity and record numbers
    | (?:%[0-9A-Fa-f]{2}){2,}                      # text in an address
    | [\u3400-\u9fff\uf900-\ufaff][\u3400-\u9fff\uf900-\ufaff·*]*
    """,
    re.VERBOSE,
)


def redact(text: str) -> str:
    """The text without what could tell who somebody is."""
    return _PERSONAL.sub(lambda found: found["keep"] or HIDDEN, text)


def redact_event(logger: Any, name: str, event: dict[str, Any]) -> dict[str, Any]:
    """A processor of structlog: takes it out of every value that is not an id of ours."""
    for key, value in event.items():
        if key not in _OWN and isinstance(value, str):
            event[key] = redact(value)
    return event


def tell_exception(logger: Any, name: str, event: dict[str, Any]) -> dict[str, Any]:
    """A processor of structlog: the traceback as text, without local variables and without the values in database
    errors. A database that is away is told in one line, for every page meets it then.
    """
    from hospital_crm.ops.failures import database_is_away

    info = event.pop("exc_info", None)
    if info:
        error = info[1] if isinstance(info, tuple) else info
        if isinstance(error, BaseException):
            is_away = database_is_away(error)
            event["exception"] = f"database away: {_first_line(error)}" if is_away else "".join(_lines(error))
    return event


def _lines(error: BaseException) -> Iterator[str]:
    """The traceback, causes first."""
    before = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    if before is not None:
        yield from _lines(before)
        yield "\nand then\n\n"
    yield from traceback.format_tb(error.__traceback__)
    yield f"{type(error).__module__}.{type(error).__qualname__}: {_words(error)}\n"


def _words(error: BaseException) -> str:
    """What the exception says; of a statement that the database refused only its code and the names of table and
    constraint.
    """
    code, diagnosis = getattr(error, "pgcode", None), getattr(error, "diag", None)
    if code and diagnosis is not None:
        return f"sqlstate {code} table {diagnosis.table_name or '-'} constraint {diagnosis.constraint_name or '-'}"
    if getattr(error.__cause__, "pgcode", None):
        return "see above"
    return str(error)[:1000]


def _first_line(error: BaseException) -> str:
    return next(iter(_words(error).splitlines()), type(error).__name__)
