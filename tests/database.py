"""One migrated database that every worker copies, kept until a migration or what follows a migration changes.

`python -m tests.database` builds it beforehand, while the workers of a run still collect their tests.
"""

import hashlib
import os
from pathlib import Path

from django.conf import settings
from django.db import connection

_STATE = "select shobj_description(oid, 'pg_database') from pg_database where datname = %s"


def migrated() -> str:
    """The name of the migrated database. Who asks first builds it, who asks meanwhile waits for that."""
    name = f"test_{settings.DATABASES['default']['NAME']}_migrated"
    state = _sources()
    with connection.creation._nodb_cursor() as cursor:
        cursor.execute("select pg_advisory_lock(hashtext(%s))", [name])
        cursor.execute(_STATE, [name])
        if cursor.fetchone() != (state,):
            cursor.execute(f'drop database if exists "{name}"')
            _build(name)
            cursor.execute(f'comment on database "{name}" is %s', [state])
    return name


def _build(name: str) -> None:
    """Makes the database and leaves no connection to it: one that somebody uses cannot be copied."""
    own, test = connection.settings_dict["NAME"], connection.settings_dict["TEST"]
    of_worker = test["NAME"]
    test["NAME"] = name
    try:
        connection.creation.create_test_db(verbosity=0, serialize=False)
        connection.close()
    finally:
        test["NAME"] = of_worker
        connection.settings_dict["NAME"] = settings.DATABASES["default"]["NAME"] = own


def _sources() -> str:
    """What the database was made from: migrations, what is done after each, roles, and the packages' versions."""
    root = Path(settings.BASE_DIR)
    files = [*root.glob("*/migrations/*.py"), *root.glob("hospital_crm/tenancy/*.py"), root / "docker/roles.sql"]
    digest = hashlib.sha256()
    for path in (*sorted(files), root / "uv.lock"):
        digest.update(f"{path.relative_to(root)}\n".encode() + path.read_bytes())
    return digest.hexdigest()


if __name__ == "__main__":
    import django

    os.environ["DJANGO_SETTINGS_MODULE"] = "tests.settings"
    django.setup()
    migrated()
