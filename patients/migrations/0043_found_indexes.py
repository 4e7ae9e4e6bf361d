"""Search keys with the order of the list and who is found at all, instead of the bare keys."""

from django.contrib.postgres.operations import AddIndexConcurrently, RemoveIndexConcurrently
from django.db import migrations, models

_CONDITIONS = {"py_full_alt": ~models.Q(py_full_alt=""), "py_initials_alt": ~models.Q(py_initials_alt="")}
_KEYS = ("name", "given_name", "py_initials", *_CONDITIONS)


def _found_by(key: str) -> AddIndexConcurrently:
    index = models.Index(
        fields=["hospital", key],
        include=["sort_on", "id", "contact_state"],
        condition=_CONDITIONS.get(key),
        name=f"found_by_{key}_idx",
    )
    return AddIndexConcurrently(model_name="patient", index=index)


class Migration(migrations.Migration):
    atomic = False

    dependencies = [
        ("patients", "0042_counts_by_division"),
    ]

    operations = [
        *map(_found_by, _KEYS),
        *(RemoveIndexConcurrently(model_name="patient", name=f"patient_{key}_idx") for key in (*_KEYS, "py_full")),
    ]
