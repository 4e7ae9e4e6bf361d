"""Whose data: the unit of work of one hospital.

`hospital_scope` is the only way to a hospital's rows. It opens one transaction, tells django-scopes which hospital is
meant, drops to the serving role and sets `app.hospital_id` for PostgreSQL's policies. Both settings are local to the
transaction, so that no pooled connection carries them to the next user.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from django.db import connection, transaction
from django_scopes import scope
from django_scopes.state import get_scope

if TYPE_CHECKING:
    from accounts.models import Hospital

APP_ROLE = "crm_app"

# Rows of lists join eight tables for one word each, in the order written. With its own limit of eight the planner tries
# all orders, which took longer than the query itself (3 to 25 ms of planning, 1 ms with a limit of four). Starting
# parallel workers takes 3 to 5 ms, which no page gains back, and takes a processor from the next request.
_ENTER = (
    "select current_setting('role'), current_setting('app.hospital_id', true),"
    " set_config('role', %s, true), set_config('app.hospital_id', %s, true),"
    " set_config('join_collapse_limit', '4', true), set_config('from_collapse_limit', '4', true),"
    " set_config('max_parallel_workers_per_gather', '0', true)"
)
_RESTORE = "select set_config('role', %s, true), set_config('app.hospital_id', %s, true)"


def current_hospital() -> "Hospital | None":
    """The hospital of the scope we are in, or None outside every scope. Default of every tenant row's `hospital`."""
    return get_scope().get("hospital")


def required_hospital() -> "Hospital":
    """The hospital of the scope we are in. Raises LookupError outside every scope."""
    hospital = current_hospital()
    if hospital is None:
        raise LookupError("this work needs a hospital: open hospital_scope(hospital) around it")
    return hospital


@contextmanager
def _database_identity(hospital_id: int | None) -> Iterator[None]:
    """One transaction as the serving role, with rows of `hospital_id` visible (none where it is None)."""
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute(_ENTER, [APP_ROLE, "" if hospital_id is None else str(hospital_id)])
            role, setting = cursor.fetchone()[:2]
        yield
        # A released savepoint keeps SET LOCAL, so a nested scope puts back what it found.
        if connection.savepoint_ids and not connection.needs_rollback:
            with connection.cursor() as cursor:
                cursor.execute(_RESTORE, [role, setting or ""])


@contextmanager
def hospital_scope(hospital: "Hospital") -> Iterator["Hospital"]:
    """One unit of work of one hospital: ORM scope, transaction, row-level security. Nests; the inner hospital wins."""
    with scope(hospital=hospital), _database_identity(hospital.pk):
        yield hospital


@contextmanager
def no_hospital_scope() -> Iterator[None]:
    """One unit of work outside every hospital, as the serving role: no ORM scope, and tenant tables are empty.

    Refused inside a hospital's scope.
    """
    if current_hospital() is not None:
        raise RuntimeError("a hospital's unit of work is open")
    with _database_identity(None):
        yield
