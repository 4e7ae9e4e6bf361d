"""Lends a PostgreSQL server to the tests: `prepare` makes the roles and prints URLs, `remove` takes back what it made.

CRM_CI_DATABASE_URL names a superuser (postgres://postgres@127.0.0.1:5432/postgres), CRM_CI_REDIS_URL the Redis.
"""

import os
import secrets
import sys
import time
from pathlib import Path
from urllib.parse import urlsplit

import psycopg2
from psycopg2 import sql

PROJECT = Path(__file__).resolve().parents[1]
SUPERUSER_URL = os.environ.get("CRM_CI_DATABASE_URL", "postgres://postgres@127.0.0.1:5432/postgres")
REDIS_URL = os.environ.get("CRM_CI_REDIS_URL", "redis://127.0.0.1:6379/9")
ROLES = ("crm_owner", "crm_app", "crm_platform")
DATABASE = "crm_ci"
OURS = "made by .ci/tcp_server.py"


def prepare(cursor) -> None:
    """Make the roles as production makes them, with a password of this run, and print the environment for the tests."""
    remove(cursor)
    cursor.execute("select rolname from pg_roles where rolname = any(%s)", [list(ROLES)])
    present = {name for (name,) in cursor.fetchall()}
    cursor.execute((PROJECT / "docker/roles.sql").read_text())
    password = secrets.token_hex(16)
    for role in ROLES:
        name = sql.Identifier(role)
        if role not in present:
            cursor.execute(sql.SQL("comment on role {} is %s").format(name), [OURS])
        cursor.execute(sql.SQL("alter role {} password %s").format(name), [password])
    server = urlsplit(SUPERUSER_URL)
    for variable, role in (("DATABASE_URL", "crm_app"), ("DATABASE_OWNER_URL", "crm_owner")):
        print(f"{variable}=postgres://{role}:{password}@{server.hostname}:{server.port or 5432}/{DATABASE}")
    print(f"DATABASE_SUPERUSER_URL={SUPERUSER_URL}")
    print(f"REDIS_URL={REDIS_URL}")


def remove(cursor) -> None:
    """Drop the tests' databases and the roles, unless they were there before."""
    cursor.execute("select datname from pg_database where datname like %s", [f"test\\_{DATABASE}%"])
    for (name,) in cursor.fetchall():
        cursor.execute(sql.SQL("drop database {} with (force)").format(sql.Identifier(name)))
    cursor.execute("select rolname from pg_roles where shobj_description(oid, 'pg_authid') = %s", [OURS])
    for (name,) in cursor.fetchall():
        cursor.execute(sql.SQL("drop role {}").format(sql.Identifier(name)))


def main() -> None:
    for attempt in range(30):
        try:
            connection = psycopg2.connect(SUPERUSER_URL)
            break
        except psycopg2.OperationalError as error:
            if attempt == 29:
                sys.exit(f"No PostgreSQL at {urlsplit(SUPERUSER_URL).hostname}; set CRM_CI_DATABASE_URL: {error}")
            time.sleep(1)
    connection.autocommit = True
    with connection.cursor() as cursor:
        {"prepare": prepare, "remove": remove}[sys.argv[1]](cursor)
    connection.close()


if __name__ == "__main__":
    main()
