"""The indexes that those of the step before take the place of."""

from django.contrib.postgres.operations import RemoveIndexConcurrently
from django.db import migrations


class Migration(migrations.Migration):
    atomic = False

    dependencies = [
        ("patients", "0033_lists_in_every_order"),
    ]

    operations = [
        RemoveIndexConcurrently(
            model_name="patient",
            name="patient_list_idx",
        ),
        RemoveIndexConcurrently(
            model_name="patient",
            name="patient_department_idx",
        ),
        RemoveIndexConcurrently(
            model_name="patient",
            name="patient_disease_idx",
        ),
        RemoveIndexConcurrently(
            model_name="patient",
            name="patient_region_idx",
        ),
        RemoveIndexConcurrently(
            model_name="patient",
            name="patient_tier_idx",
        ),
        RemoveIndexConcurrently(
            model_name="patient",
            name="patient_ended_idx",
        ),
    ]
