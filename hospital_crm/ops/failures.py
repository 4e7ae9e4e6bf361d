"""Telling a database that is away for a moment from a fault of ours: the first is answered with 503 and mends
itself.
"""

from django.db import InterfaceError, OperationalError

# SQLSTATE classes: 08 connection lost, 57P stopping, starting or ended, 53 no room for one more.
_AWAY = ("08", "57P", "53")


def database_is_away(error: BaseException | None) -> bool:
    """Whether this exception, or one that led to it, means that the database cannot be reached at present."""
    while error is not None:
        if isinstance(error, InterfaceError):
            return True
        if isinstance(error, OperationalError):
            code = getattr(error.__cause__, "pgcode", None)
            return code is None or code.startswith(_AWAY)
        error = error.__cause__ or error.__context__
    return False
