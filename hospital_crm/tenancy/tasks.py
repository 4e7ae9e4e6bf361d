"""Background work of one hospital: a task carries ids, opens the hospital, makes one domain call.

`queue_on_commit` is how a domain function asks for work: by task name, after the commit, for the hospital in scope.
The broker may lose a message, so whatever must happen also has a due row that a beat job finds; running a task twice
is harmless.
"""

import logging
import time
from contextvars import copy_context
from dataclasses import dataclass
from typing import Any

from celery import Task, current_app, shared_task
from django.apps import apps
from django.db import connection, transaction
from django_scopes.state import state as scopes
from kombu.exceptions import LimitExceeded, OperationalError
from kombu.pools import producers

from hospital_crm.tenancy.directory import active_hospitals
from hospital_crm.tenancy.scope import hospital_scope, required_hospital

log = logging.getLogger(__name__)

# A page never waits longer for the broker than this; after a failure nobody in this process asks it for a while.
SEND_SECONDS = 2.0
PAUSE_SECONDS = 5.0
_QUICK = {
    "socket_timeout": SEND_SECONDS,
    "socket_connect_timeout": SEND_SECONDS,
    "max_retries": 0,
    "interval_start": 0,
    "interval_step": 0,
    "interval_max": 0,
}
_BROKER_ERRORS = (OperationalError, LimitExceeded, OSError)


@dataclass
class _Broker:
    """What this process knows of the broker: until when (monotonic seconds) it is left alone."""

    silent_until: float = 0.0


_broker = _Broker()


class HospitalTask(Task):
    """Base of every task on a hospital's rows. First argument: the hospital's id; the body runs inside its scope.

    With `own_scope = True` the body opens `hospital_scope` itself, once per unit of work (claim → call out → record).
    """

    abstract = True
    own_scope = False

    def __call__(self, hospital_id: int, *args: Any, **kwargs: Any) -> Any:
        hospital = apps.get_model("accounts", "Hospital").objects.get(pk=hospital_id)
        if self.own_scope:
            return self.run(hospital, *args, **kwargs)
        with hospital_scope(hospital):
            return self.run(hospital, *args, **kwargs)


def queue_on_commit(name: str, *args: Any, queue: str = "default") -> None:
    """Sends task `name` for the hospital in scope once the transaction is committed; asking again in the same
    transaction adds nothing.
    """
    ask = _Ask(name, required_hospital().pk, args, queue)
    # What is still listed was asked inside savepoints that are released or around us too: it falls only where we fall.
    if not any(entry[1] == ask for entry in connection.run_on_commit):
        transaction.on_commit(ask)


@dataclass(frozen=True)
class _Ask:
    """A task to be sent when the transaction is committed."""

    name: str
    hospital_id: int
    args: tuple
    queue: str

    def __call__(self) -> None:
        send(self.name, self.hospital_id, *self.args, queue=self.queue)


def send(name: str, hospital_id: int, *args: Any, queue: str = "default") -> None:
    """Sends task `name` for one hospital now. In eager mode (tests) it runs here.

    A broker that does not answer costs the caller two seconds at most and is left alone for a while after; nothing
    is raised, for the work
    itself is already committed and a beat job finds its due rows.
    """
    if current_app.conf.task_always_eager:
        current_app.loader.import_default_modules()
        # A worker knows nothing of the caller's scope. The rest is copied: under a running event loop the database
        # connection hangs on the context too, and an empty one would open a second that sees nothing uncommitted.
        context = copy_context()
        context.run(scopes.set, {})
        context.run(current_app.tasks[name].apply, args=(hospital_id, *args), throw=True)
        return
    if time.monotonic() < _broker.silent_until:
        return
    try:
        with producers[current_app.connection_for_write(transport_options=_QUICK)].acquire(
            timeout=SEND_SECONDS, block=True
        ) as producer:
            current_app.send_task(name, args=(hospital_id, *args), queue=queue, producer=producer, retry=False)
    except _BROKER_ERRORS as error:
        _broker.silent_until = time.monotonic() + PAUSE_SECONDS
        log.warning("broker not reached, %s waits for its beat job: %s", name, type(error).__name__)


@shared_task(name="tenancy.for_each_hospital", ignore_result=True)
def for_each_hospital(name: str, *args: Any, queue: str = "default") -> int:
    """Beat's only job: queues task `name` once per active hospital. Two beats are harmless, because tasks are."""
    hospitals = active_hospitals()
    for hospital in hospitals:
        send(name, hospital.pk, *args, queue=queue)
    return len(hospitals)
