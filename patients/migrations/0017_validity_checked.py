"""What holds from a day to a day is checked, and found by its end and its owner."""

import django.contrib.postgres.operations
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False

    dependencies = [
        ("accounts", "0013_role_link_words"),
        ("patients", "0016_validity"),
    ]

    operations = [
        django.contrib.postgres.operations.ValidateConstraint(
            model_name="contactpoint",
            name="contactpoint_ends_after_start",
        ),
        django.contrib.postgres.operations.ValidateConstraint(
            model_name="identifier",
            name="identifier_ends_after_start",
        ),
        django.contrib.postgres.operations.ValidateConstraint(
            model_name="relation",
            name="relation_ends_after_start",
        ),
        django.contrib.postgres.operations.AddIndexConcurrently(
            model_name="contactpoint",
            index=models.Index(
                condition=models.Q(("owner__isnull", False)),
                fields=["hospital", "owner"],
                name="contactpoint_owner_idx",
            ),
        ),
        django.contrib.postgres.operations.AddIndexConcurrently(
            model_name="contactpoint",
            index=models.Index(
                condition=models.Q(("valid_until__isnull", False)),
                fields=["hospital", "valid_until"],
                name="contactpoint_until_idx",
            ),
        ),
    ]
