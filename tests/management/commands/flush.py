"""`flush`, which runs after every test that commits: deletes the rows there are instead of making all tables anew."""

import os
from typing import Any
from urllib.parse import urlsplit

import psycopg2
from django.core.management.commands import flush
from django.db import connection
from psycopg2 import sql

MADE_BY_MIGRATE = {"django_content_type", "auth_permission"}
SUPERUSER_URL = os.environ.get("DATABASE_SUPERUSER_URL")


class Command(flush.Command):
    """Keeps what each migrate makes, so that it need not be made again.

    A superuser may leave keys and triggers aside; where none is known, the tables are truncated as Django does it.
    """

    def handle(self, **options: Any) -> None:
        if not SUPERUSER_URL:
            return super().handle(**options)
        tables = set(connection.introspection.django_table_names(only_existing=True, include_views=False))
        url = urlsplit(SUPERUSER_URL)._replace(path=f"/{connection.settings_dict['NAME']}").geturl()
        superuser = psycopg2.connect(url)
        try:
            with superuser, superuser.cursor() as cursor:
                cursor.execute("set local session_replication_role = replica")
                delete = [sql.SQL("delete from {}").format(sql.Identifier(table)) for table in tables - MADE_BY_MIGRATE]
                cursor.execute(sql.SQL("; ").join(delete))
        finally:
            superuser.close()
        return None
