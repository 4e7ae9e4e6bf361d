"""The stays of a person with what is counted of them: how many, and their fees, are read in the order of people."""

from django.contrib.postgres.operations import AddIndexConcurrently, RemoveIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False

    dependencies = [
        ("patients", "0043_found_indexes"),
    ]

    operations = [
        AddIndexConcurrently(
            model_name="encounter",
            index=models.Index(
                fields=["hospital", "patient", "-admitted_on"],
                include=["is_cancelled", "fees"],
                name="encounter_of_person_idx",
            ),
        ),
        RemoveIndexConcurrently(model_name="encounter", name="encounter_patient_idx"),
    ]
