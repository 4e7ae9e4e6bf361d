"""System checks: what must be true of every tenant model and of the role that serves."""

import logging
from collections.abc import Iterator
from typing import Any

from django.conf import settings
from django.core.checks import Error, Tags, register
from django.core.exceptions import ImproperlyConfigured
from django.db import OperationalError, connection, models
from django.db.backends.signals import connection_created
from django.urls import get_resolver

from hospital_crm.tenancy.fields import HospitalForeignKey
from hospital_crm.tenancy.models import HospitalModel
from hospital_crm.tenancy.walls import has_hospital, missing_keys, tenant_models

log = logging.getLogger(__name__)


@register(Tags.models)
def tenant_relations(app_configs: Any = None, **kwargs: Any) -> list[Error]:
    """E001:

    a relation between tenant models that could cross hospitals. E002: a hospital column without HospitalModel.
    """
    errors: list[Error] = []
    for model in tenant_models():
        errors += _relation_errors(model)
        if not issubclass(model, HospitalModel):
            errors.append(Error("has a hospital column but is no HospitalModel", obj=model, id="tenancy.E002"))
    return errors


def _relation_errors(model: type[models.Model]) -> Iterator[Error]:
    for field in model._meta.local_fields:
        target = getattr(field.remote_field, "model", None) if field.remote_field else None
        if target is None or isinstance(field, HospitalForeignKey) or not has_hospital(target):
            continue
        yield Error(f"{field.name} must be a HospitalForeignKey", obj=model, id="tenancy.E001")
    for field in model._meta.local_many_to_many:
        through = field.remote_field.through
        if through is not None and through._meta.auto_created:
            yield Error(f"{field.name} needs an explicit HospitalModel as through", obj=model, id="tenancy.E001")


@register(Tags.urls)
def hospital_urls(app_configs: Any = None, **kwargs: Any) -> list[Any]:
    """Django walks ROOT_URLCONF only; the pages of the hospitals are checked here."""
    return get_resolver(settings.HOSPITAL_URLCONF).check()


@register(Tags.database, deploy=True)
def walls_stand(app_configs: Any = None, databases: Any = None, **kwargs: Any) -> list[Error]:
    """E003: a tenant table without policy. E004: a composite key is missing.

    Run by `check --deploy --database default` and readiness, not by migrate itself, which runs before the walls stand.
    """
    if not databases:
        return []
    return [Error(problem, id=code) for code, problem in wall_problems()]


def wall_problems() -> list[tuple[str, str]]:
    """What the registry asks for and the database lacks, as (code, sentence)."""
    with connection.cursor() as cursor:
        cursor.execute(
            "select tablename from pg_policies where schemaname = current_schema() and policyname = 'hospital_rows'"
        )
        walled = {name for (name,) in cursor.fetchall()}
        missing = missing_keys(cursor)
    tables = {model._meta.db_table for model in tenant_models()}
    problems = [("tenancy.E003", f"no policy on {table}") for table in sorted(tables - walled)]
    return problems + [("tenancy.E004", f"no composite key {key.table}.{key.column}") for key in sorted(missing)]


def serving_role_problems() -> list[str]:
    """Why the connected role must not serve: superuser, bypasses policies, or owns the tables."""
    with connection.cursor() as cursor:
        cursor.execute(
            "select rolsuper, rolbypassrls, exists(select 1 from pg_class c join pg_roles o on o.oid = c.relowner"
            " where c.relnamespace = current_schema()::regnamespace and c.relkind = 'r' and o.rolname = session_user)"
            " from pg_roles where rolname = session_user"
        )
        superuser, bypass, owner = cursor.fetchone()
    reasons = {"is a superuser": superuser, "bypasses row-level security": bypass, "owns the tables": owner}
    return [reason for reason, holds in reasons.items() if holds]


def refuse_unsafe_role(sender: Any = None, *, connection: Any, **kwargs: Any) -> None:
    """At each connection of a serving process in production until one was found safe: ImproperlyConfigured for a role
    that sees all, whose connection nobody gets to use.
    """
    problems = serving_role_problems()
    if problems:
        connection.close()
        raise ImproperlyConfigured(f"the serving database role {' and '.join(problems)}")
    connection_created.disconnect(refuse_unsafe_role)


def refuse_to_start_unsafe() -> None:
    """What web, worker and beat do first in production, whichever role they were told to log in with: connect once.

    Where the database is away, the first connection that succeeds is looked at instead.
    """
    if not settings.PRODUCTION:
        return
    connection.close()
    connection_created.connect(refuse_unsafe_role)
    try:
        connection.ensure_connection()
    except OperationalError:
        log.warning("the database is away: the serving role is checked at the first connection")
    finally:
        connection.close()


@register(Tags.database, deploy=True)
def serving_role(app_configs: Any = None, databases: Any = None, **kwargs: Any) -> list[Error]:
    """E005: the role that serves could see every hospital."""
    if not databases:
        return []
    return [Error(f"the serving database role {reason}", id="tenancy.E005") for reason in serving_role_problems()]
