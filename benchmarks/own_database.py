"""A database that belongs to one benchmark, so that nothing of it is left among the hospitals of the installation."""

import hashlib
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit

from django.conf import settings
from django.core.management import call_command
from django.db import connection

from accounts.domain.hospitals import create_hospital
from accounts.models import Hospital
from hospital_crm.celery import app

_BROKER = "memory://localhost"
_COMMENT = "select shobj_description(oid, 'pg_database') from pg_database where datname = %s"
_END = """
select pg_terminate_backend(pid) from pg_stat_activity
 where datname = %s and pid <> pg_backend_pid() and pg_has_role(usesysid, 'usage')
"""


def name_of(purpose: str) -> str:
    """What the database of a purpose is called."""
    return f"{settings.DATABASES['default']['NAME']}_{purpose}"


def enter(name: str, *, fresh: bool, template: str = "template1") -> None:
    """Leaves the connection on this database, made where it is not there, or anew: a copy of the template."""
    with connection.cursor() as cursor:
        if fresh:
            _drop(cursor, name)
        if not _stands(cursor, name):
            cursor.execute(f'create database "{name}" template "{template}"')
    connection.close()
    connection.settings_dict["NAME"] = name


def enter_migrated(name: str, *, fresh: bool) -> None:
    """Leaves the connection on this database, with tables; one that has to be made is a copy with nothing in them."""
    with connection.cursor() as cursor:
        is_copied = fresh or not _stands(cursor, name)
    if is_copied:
        usual, template = connection.settings_dict["NAME"], _migrated()
        enter(usual, fresh=False)
        enter(name, fresh=fresh, template=template)
    else:
        enter(name, fresh=False)
        call_command("migrate", verbosity=0)


def environment() -> dict[str, str]:
    """The environment in which a process that is started enters the database of this one, whose engines run on; what
    it queues stays in it too.
    """
    name = "DATABASE_OWNER_URL" if settings.DATABASE_ROLE == "owner" else "DATABASE_URL"
    address = urlsplit(os.environ[name])._replace(path=f"/{quote(connection.settings_dict['NAME'])}").geturl()
    return {**os.environ, name: address, "CRM_EMBEDDED": "", "CELERY_BROKER_URL": _BROKER}


@contextmanager
def hospital_of_its_own(purpose: str) -> Iterator[Hospital]:
    """An empty hospital in a database that goes when the benchmark ends. What is queued stays in this process: workers
    of the installation know nothing of it.
    """
    usual = connection.settings_dict["NAME"]
    enter_migrated(name_of(purpose), fresh=True)
    app.conf.broker_url = _BROKER
    try:
        yield create_hospital("bench", "基准医院")
    finally:
        enter(usual, fresh=False)
        with connection.cursor() as cursor:
            _drop(cursor, name_of(purpose))


def _migrated() -> str:
    """The name of a database with tables and nothing in them, which the others are copies of; made anew when what its
    tables are made of has changed.
    """
    name, state = name_of("bench_tables"), sources()
    with connection.cursor() as cursor:
        cursor.execute(_COMMENT, [name])
        is_current = cursor.fetchone() == (state,)
    if not is_current:
        enter(name, fresh=True)
        call_command("migrate", verbosity=0)
        with connection.cursor() as cursor:
            cursor.execute(f'comment on database "{name}" is %s', [state])
    return name


def sources() -> str:
    """What tables are made of: migrations, and what is done after each."""
    root, digest = Path(settings.BASE_DIR), hashlib.sha256()
    for path in sorted((*root.glob("*/migrations/*.py"), *root.glob("hospital_crm/tenancy/*.py"))):
        digest.update(f"{path.relative_to(root)}\n".encode() + path.read_bytes())
    return digest.hexdigest()


def _stands(cursor: Any, name: str) -> bool:
    """Whether there is such a database."""
    cursor.execute("select 1 from pg_database where datname = %s", [name])
    return cursor.fetchone() is not None


def _drop(cursor: Any, name: str) -> None:
    """Drops the database if it is there. Connections of our own roles are ended first: `with (force)` would end those
    of the server too, which looks after new tables, and is refused that.
    """
    cursor.execute(_END, [name])
    cursor.execute(f'drop database if exists "{name}"')
