"""At least one row in every table of a hospital, made by the factories of the tests where there is one."""

import importlib
from functools import cache
from pathlib import Path

from django.contrib.postgres.fields import ArrayField
from django.db import connection, models
from django.utils import timezone
from factory.django import DjangoModelFactory

import tests
from accounts import audit
from accounts.domain import seals
from accounts.models import AccessLog, AuditSeal, Hospital
from hospital_crm.tenancy.scope import hospital_scope
from hospital_crm.tenancy.walls import tenant_models

# What is written as work is done: a page may add to it although it changes nothing.
LOGS = {
    "content_articleopening",
    "accounts_auditevent",
    "accounts_accesslog",
    "accounts_rowchange",
    "accounts_auditseal",
    "accounts_auditpurge",
}


@cache
def factories() -> dict[type[models.Model], type[DjangoModelFactory]]:
    """The first plain factory of each model, from every tests.<app>.factories and what was split off it."""
    found: dict[type[models.Model], type[DjangoModelFactory]] = {}
    root = Path(tests.__path__[0])
    for path in sorted(root.glob("*/*factories.py"), key=lambda one: (one.parent, one.name != "factories.py", one)):
        module = importlib.import_module(f"tests.{path.parent.name}.{path.stem}")
        for value in vars(module).values():
            if isinstance(value, type) and issubclass(value, DjangoModelFactory) and value._meta.model:
                found.setdefault(value._meta.get_model_class(), value)
    return found


# Columns without choices that nevertheless hold one of a known list.
WORDS = {"integrations.ImportIssue.code": "name_missing", "integrations.MatchConflict.code": "name_missing"}


def fill(hospital: Hospital) -> None:
    """Makes a row in each table of this hospital that has none."""
    with hospital_scope(hospital):
        for model in tenant_models():
            if not model._base_manager.filter(hospital=hospital).exists():
                _make(model)


def _make(model: type[models.Model]) -> None:
    if model is AccessLog:
        audit.log_access(None, "view", [1])
    elif model is AuditSeal:
        rows, last_id, digest = seals._digest(seals.CHAINS[0], "0" * 64, 0, 1, 0, 0)
        AuditSeal.objects.create(
            chain="event", from_xid=0, upto_xid=1, rows=rows, last_id=last_id, previous="0" * 64, digest=digest
        )
    elif model in factories():
        factories()[model]()
    else:
        _plain(model)


def _plain(model: type[models.Model]) -> models.Model:
    """A row of a model without a factory: what a column demands and nothing else gives, by its kind."""
    values = {}
    for field in model._meta.concrete_fields:
        if field.null or field.has_default() or field.has_db_default() or field.generated or field.primary_key:
            continue
        if isinstance(field, models.ForeignKey):
            target = field.remote_field.model
            values[field.name] = target._default_manager.first() or _make(target) or target._default_manager.first()
        elif field.choices:
            values[field.name] = field.choices[0][0]
        elif isinstance(field, models.CharField | models.TextField) and not field.blank:
            values[field.name] = WORDS.get(f"{model._meta.label}.{field.name}", "x")
        elif isinstance(field, models.DateTimeField | models.DateField):
            values[field.name] = timezone.now()
        elif isinstance(field, models.IntegerField):
            values[field.name] = 1
        elif isinstance(field, models.JSONField | ArrayField):
            values[field.name] = {} if isinstance(field, models.JSONField) else []
    return model._default_manager.create(**values)


def fingerprint(*, but: set[str] = LOGS) -> dict[str, tuple]:
    """Number and content of the rows of every tenant table and of the accounts, as the owner sees them."""
    tables = {model._meta.db_table for model in tenant_models()} - but | {"accounts_user", "accounts_hospital"}
    of_table = "select '{0}', count(*), coalesce(sum(hashtextextended(t::text, 0)), 0) from \"{0}\" t"
    with connection.cursor() as cursor:
        cursor.execute(" union all ".join(of_table.format(table) for table in sorted(tables)))
        return {table: (rows, content) for table, rows, content in cursor.fetchall()}


def keep_numbers_apart() -> None:
    """Rows made from now on have numbers that no row has had, in any table: what is meant for another hospital's row of
    one table is then no row of one's own in another.
    """
    tables = [model._meta.db_table for model in tenant_models()]
    with connection.cursor() as cursor:
        cursor.execute(
            "select max(last_value) from pg_sequences where schemaname = current_schema() and last_value is not null"
        )
        (highest,) = cursor.fetchone()
        for table in tables:
            cursor.execute(
                "select setval(pg_get_serial_sequence(%s, 'id'), %s)"
                " where pg_get_serial_sequence(%s, 'id') is not null",
                [table, (highest or 0) + 1000, table],
            )
