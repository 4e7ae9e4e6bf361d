"""Asking for background work of one hospital, by the name of the task.

`queue_on_commit` is how a domain function asks: after the commit, for the hospital in scope. The broker may lose a
message, so whatever must happen also has a due row that a beat job finds; running a task twice is harmless. Celery is
loaded by the first who sends, not by every process that serves pages.
"""

import logging
import time
from contextvars import copy_context
from dataclasses import dataclass
from typing import Any

from django.db import connection, transaction
from django_scopes.state import state as scopes

from hospital_crm.tenancy.scope import required_hospital

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


@dataclass
class _Broker:
    """What this process knows of the broker: until when (monotonic seconds) it is left alone."""

    silent_until: float = 0.0


_broker = _Broker()


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
    from hospital_crm.celery import app

    if app.conf.task_always_eager:
        app.loader.import_default_modules()
        # A worker knows nothing of the caller's scope. The rest is copied: under a running event loop the database
        # connection hangs on the context too, and an empty one would open a second that sees nothing uncommitted.
        context = copy_context()
        context.run(scopes.set, {})
        context.run(app.tasks[name].apply, args=(hospital_id, *args), throw=True)
        return
    if time.monotonic() >= _broker.silent_until:
        _hand_over(app, name, (hospital_id, *args), queue)


def _hand_over(app: Any, name: str, args: tuple, queue: str) -> None:
    from kombu.exceptions import LimitExceeded, OperationalError
    from kombu.pools import producers

    try:
        with producers[app.connection_for_write(transport_options=_QUICK)].acquire(
            timeout=SEND_SECONDS, block=True
        ) as producer:
            app.send_task(name, args=args, queue=queue, producer=producer, retry=False)
    except (OperationalError, LimitExceeded, OSError) as error:
        _broker.silent_until = time.monotonic() + PAUSE_SECONDS
        log.warning("broker not reached, %s waits for its beat job: %s", name, type(error).__name__)
