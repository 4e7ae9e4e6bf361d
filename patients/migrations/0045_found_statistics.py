"""The planner knows the names of a large hospital three times as finely: between a name that thousands bear, which its
own index answers, and one that a hundred thousand bear, which the list of the newest does.
"""

from django.db import migrations

_KEYS = ("name", "given_name", "py_full", "py_initials")


def _fineness(target: int) -> str:
    columns = ", ".join(f"alter column {key} set statistics {target}" for key in _KEYS)
    return f"alter table patients_patient {columns}"


class Migration(migrations.Migration):
    dependencies = [
        ("patients", "0044_encounter_person_index"),
    ]

    operations = [migrations.RunSQL(_fineness(300), _fineness(-1))]
