"""A database that belongs to one benchmark, so that nothing of it is left among the hospitals of the installation."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import quote, urlsplit

from django.conf import settings
from django.core.management import call_command
from django.db import connection

from accounts.domain.hospitals import create_hospital
from accounts.models import Hospital
from hospital_crm.celery import app

_BROKER = "memory://localhost"


def name_of(purpose: str) -> str:
    """What the database of a purpose is called."""
    return f"{settings.DATABASES['default']['NAME']}_{purpose}"


def enter(name: str, *, fresh: bool) -> None:
    """Leaves the connection on this database, made where it is not there, or anew."""
    with connection.cursor() as cursor:
        if fresh:
            cursor.execute(f'drop database if exists "{name}" with (force)')
        cursor.execute("select 1 from pg_database where datname = %s", [name])
        if cursor.fetchone() is None:
            cursor.execute(f'create database "{name}"')
    connection.close()
    connection.settings_dict["NAME"] = name


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
    enter(name_of(purpose), fresh=True)
    app.conf.broker_url = _BROKER
    call_command("migrate", verbosity=0)
    try:
        yield create_hospital("bench", "基准医院")
    finally:
        enter(usual, fresh=False)
        with connection.cursor() as cursor:
            cursor.execute(f'drop database if exists "{name_of(purpose)}" with (force)')
