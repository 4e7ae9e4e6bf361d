"""What segments ask of a record, by sex and birth date instead of by birth date alone."""

from django.contrib.postgres.operations import AddIndexConcurrently, RemoveIndexConcurrently
from django.db import migrations, models

_INCLUDED = (
    *("id", "region", "last_department", "disease_group", "care_tier", "contact_state", "last_visit_on"),
    *("kind", "category", "education", "source", "insurance_type", "preferred_channel", "referrer", "phone"),
    *("orientation", "life_cycle", "visit_cycle", "division_code"),
)


class Migration(migrations.Migration):
    atomic = False

    dependencies = [
        ("patients", "0045_found_statistics"),
    ]

    operations = [
        AddIndexConcurrently(
            model_name="patient",
            index=models.Index(fields=["hospital", "sex", "birth_date"], include=_INCLUDED, name="people_asked_idx"),
        ),
        RemoveIndexConcurrently(model_name="patient", name="people_known_idx"),
    ]
