"""A database that belongs to one benchmark, so that nothing of it is left among the hospitals of the installation."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.conf import settings
from django.core.management import call_command
from django.db import connection

from accounts.domain.hospitals import create_hospital
from accounts.models import Hospital
from hospital_crm.celery import app


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


@contextmanager
def hospital_of_its_own(purpose: str) -> Iterator[Hospital]:
    """An empty hospital in a database that goes when the benchmark ends. What is queued stays in this process: workers
    of the installation know nothing of it.
    """
    usual = connection.settings_dict["NAME"]
    enter(name_of(purpose), fresh=True)
    app.conf.broker_url = "memory://localhost"
    call_command("migrate", verbosity=0)
    try:
        yield create_hospital("bench", "基准医院")
    finally:
        enter(usual, fresh=False)
        with connection.cursor() as cursor:
            cursor.execute(f'drop database if exists "{name_of(purpose)}" with (force)')
