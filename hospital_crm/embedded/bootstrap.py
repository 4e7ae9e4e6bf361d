"""The roles and the database inside the embedded PostgreSQL; made once, checked by one query at every later start."""

import hashlib
from pathlib import Path

import psycopg2
from psycopg2 import sql

from .paths import Layout

DATABASE = "crm"
OWNER = "crm_owner"
ROLES_FILE = Path(__file__).resolve().parents[2] / "docker" / "roles.sql"  # production makes its roles from it too
_STATE = "select shobj_description(oid, 'pg_database') from pg_database where datname = %s"


def ensure_database(layout: Layout) -> None:
    """Make roles and database if they are missing or were made from an older `roles.sql`."""
    roles = ROLES_FILE.read_text()
    state = f"roles {hashlib.sha256(roles.encode()).hexdigest()}"
    connection = psycopg2.connect(host=str(layout.sockets), user="postgres", dbname="postgres")
    connection.autocommit = True
    try:
        with connection.cursor() as cursor:
            cursor.execute(_STATE, [DATABASE])
            found = cursor.fetchone()
            if found is None or found[0] != state:
                _make(cursor, roles, state, is_missing=found is None)
    finally:
        connection.close()


def _make(cursor, roles: str, state: str, is_missing: bool) -> None:
    cursor.execute(roles)
    names = {"database": sql.Identifier(DATABASE), "owner": sql.Identifier(OWNER), "state": sql.Literal(state)}
    if is_missing:
        cursor.execute(sql.SQL("create database {database} owner {owner}").format(**names))
    cursor.execute(sql.SQL("comment on database {database} is {state}").format(**names))
