"""The indexes of the list of people carry sex and birth date too. Each is built beside the one that it replaces."""

from django.contrib.postgres.operations import AddIndexConcurrently, RemoveIndexConcurrently
from django.db import migrations, models

_FILTERED_BY = (
    *("last_department", "disease_group", "region", "care_tier", "contact_state"),
    *("category", "kind", "source", "sex", "birth_date", "sort_on"),
)
_BY_DAY = ("-sort_on", "-id")
_INDEXES = {
    "people_by_visit_idx": (_BY_DAY, None),
    "people_by_name_idx": (("py_full", "id"), None),
    "people_by_record_idx": (("-id",), None),
    "people_of_department_idx": (("last_department", *_BY_DAY), None),
    "people_of_disease_idx": (("disease_group", *_BY_DAY), None),
    "people_of_region_idx": (("region", *_BY_DAY), None),
    "people_of_division_idx": (("division_code", *_BY_DAY), ~models.Q(division_code="")),
    "people_of_tier_idx": (("care_tier", *_BY_DAY), None),
    "people_of_category_idx": (("category", *_BY_DAY), ~models.Q(category="general")),
    "people_of_kind_idx": (("kind", *_BY_DAY), ~models.Q(kind="patient")),
    "people_of_source_idx": (("source", *_BY_DAY), ~models.Q(source="")),
    "people_ended_idx": (("contact_state", *_BY_DAY), ~models.Q(contact_state="open")),
}


def _index(name: str, fields: tuple[str, ...], condition: models.Q | None) -> models.Index:
    keys = {field.lstrip("-") for field in fields}
    include = [field for field in _FILTERED_BY if field not in keys]
    return models.Index(fields=["hospital", *fields], include=include, condition=condition, name=name)


class Migration(migrations.Migration):
    atomic = False

    dependencies = [
        ("patients", "0053_own_no_stands"),
    ]

    operations = [
        operation
        for name, (fields, condition) in _INDEXES.items()
        for operation in (
            AddIndexConcurrently(model_name="patient", index=_index(f"{name}_2", fields, condition)),
            RemoveIndexConcurrently(model_name="patient", name=name),
            migrations.RenameIndex(model_name="patient", old_name=f"{name}_2", new_name=name),
        )
    ]
