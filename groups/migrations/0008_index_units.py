"""Lists of units by region, contracts that end, open visits, members missing in a roster."""

import django.contrib.postgres.operations
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False

    dependencies = [
        ("groups", "0007_rules_of_units"),
    ]

    operations = [
        django.contrib.postgres.operations.AddIndexConcurrently(
            model_name="contract",
            index=models.Index(
                condition=models.Q(("ends_on__isnull", False), ("state", "signed")),
                fields=["hospital", "ends_on"],
                name="contract_ends_idx",
            ),
        ),
        django.contrib.postgres.operations.AddIndexConcurrently(
            model_name="groupcustomer",
            index=models.Index(fields=["hospital", "region", "-id"], name="group_region_idx"),
        ),
        django.contrib.postgres.operations.AddIndexConcurrently(
            model_name="groupcustomer",
            index=models.Index(fields=["hospital", "name_key"], name="group_name_key_idx"),
        ),
        django.contrib.postgres.operations.AddIndexConcurrently(
            model_name="groupmember",
            index=models.Index(
                condition=models.Q(("absent_since__isnull", False), ("left_on__isnull", True)),
                fields=["hospital", "group"],
                name="member_absent_idx",
            ),
        ),
        django.contrib.postgres.operations.AddIndexConcurrently(
            model_name="groupvisit",
            index=models.Index(
                condition=models.Q(("called_off_on__isnull", True), ("done_on__isnull", True)),
                fields=["hospital", "staff", "planned_on"],
                name="groupvisit_open_idx",
            ),
        ),
        django.contrib.postgres.operations.AddIndexConcurrently(
            model_name="groupvisit",
            index=models.Index(
                condition=models.Q(("follows__isnull", False)),
                fields=["hospital", "follows"],
                name="groupvisit_follows_idx",
            ),
        ),
    ]
