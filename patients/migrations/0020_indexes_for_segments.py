"""Segments ask all people of a hospital at once, and are answered by indexes that carry what they ask."""

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("patients", "0019_codes_by_letter")]

    operations = [
        AddIndexConcurrently(
            model_name="contactpoint",
            index=models.Index(
                condition=models.Q(("system", "phone"), _negated=True),
                fields=["hospital", "system", "patient"],
                include=("number_state",),
                name="contactpoint_other_idx",
            ),
        ),
        AddIndexConcurrently(
            model_name="diagnosis",
            index=models.Index(
                condition=models.Q(("code", ""), _negated=True),
                fields=["hospital", "code"],
                include=("encounter",),
                name="diagnosis_code_idx",
            ),
        ),
        AddIndexConcurrently(
            model_name="encounter",
            index=models.Index(
                condition=models.Q(("is_cancelled", False)),
                fields=["hospital", "admitted_on"],
                include=("patient", "kind", "department", "fees"),
                name="encounter_period_idx",
            ),
        ),
        AddIndexConcurrently(
            model_name="encounter",
            index=models.Index(
                condition=models.Q(("is_cancelled", False), models.Q(("diagnosis_code", ""), _negated=True)),
                fields=["hospital", "diagnosis_code"],
                include=("patient", "admitted_on"),
                name="encounter_disease_idx",
            ),
        ),
        AddIndexConcurrently(
            model_name="patient",
            index=models.Index(
                fields=["hospital", "birth_date"],
                include=(
                    "id",
                    "sex",
                    "region",
                    "last_department",
                    "disease_group",
                    "care_tier",
                    "contact_state",
                    "last_visit_on",
                    "kind",
                    "category",
                    "education",
                    "source",
                    "insurance_type",
                    "preferred_channel",
                    "referrer",
                    "phone",
                ),
                name="patient_facts_idx",
            ),
        ),
        AddIndexConcurrently(
            model_name="patient",
            index=models.Index(
                condition=models.Q(("chronic_diseases", ""), _negated=True),
                fields=["hospital", "id"],
                name="patient_chronic_idx",
            ),
        ),
    ]
