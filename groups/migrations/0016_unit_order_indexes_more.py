"""Units are listed by state, relationship, liaison and members."""

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False
    dependencies = [
        ("groups", "0015_unit_orders_filled"),
    ]

    operations = [
        AddIndexConcurrently(
            model_name="groupcustomer",
            index=models.Index(fields=["hospital", "status_order", "id"], name="group_by_status_idx"),
        ),
        AddIndexConcurrently(
            model_name="groupcustomer",
            index=models.Index(fields=["hospital", "relation_order", "id"], name="group_by_relation_idx"),
        ),
        AddIndexConcurrently(
            model_name="groupcustomer",
            index=models.Index(fields=["hospital", "owner_order", "id"], name="group_by_owner_name_idx"),
        ),
        AddIndexConcurrently(
            model_name="groupcustomer",
            index=models.Index(fields=["hospital", "member_count", "id"], name="group_by_members_idx"),
        ),
    ]
