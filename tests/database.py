"""One migrated database that every worker copies, kept until a migration or what follows a migration changes.

`python -m tests.database` builds it beforehand, while the workers of a run still collect their tests.
"""

import hashlib
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from unittest import mock

from django.conf import settings
from django.db import connection
from django.db.migrations.state import ProjectState

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
            with _drawn_alone():
                build(name)
            cursor.execute(f'comment on database "{name}" is %s', [state])
    return name


@contextmanager
def _drawn_alone() -> Iterator[None]:
    """A step of a migration that concerns no relation to others draws its own model anew, and a new model itself.

    Django draws the neighbours too, and by the hospital everything is everybody's neighbour: 48,000 models, nine tenths
    of the time. It draws all of them before Python of a migration sees them, and at the end, as after its own delays.
    """
    with_neighbours = ProjectState._find_reload_model

    def found(state: ProjectState, app_label: str, model_name: str, delay: bool = False) -> set[tuple[str, str]]:
        if not delay and model_name in state.apps.all_models[app_label]:
            return with_neighbours(state, app_label, model_name, delay)
        state.is_delayed = True
        return {(app_label, model_name)}

    with mock.patch.object(ProjectState, "_find_reload_model", found):
        yield


def build(name: str) -> None:
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
