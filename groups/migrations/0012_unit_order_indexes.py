"""Units are listed by name, line of business, number of staff, worth and region."""

from django.contrib.postgres.operations import AddIndexConcurrently, RemoveIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False
    dependencies = [
        ("groups", "0011_binned_unit"),
    ]

    operations = [
        AddIndexConcurrently(
            model_name="groupcustomer",
            index=models.Index(fields=["hospital", "py_full", "id"], name="group_by_name_idx"),
        ),
        AddIndexConcurrently(
            model_name="groupcustomer",
            index=models.Index(fields=["hospital", "business", "id"], name="group_by_business_idx"),
        ),
        AddIndexConcurrently(
            model_name="groupcustomer",
            index=models.Index(fields=["hospital", "staff_order", "id"], name="group_by_staff_idx"),
        ),
        AddIndexConcurrently(
            model_name="groupcustomer",
            index=models.Index(fields=["hospital", "value_order", "id"], name="group_by_value_idx"),
        ),
        AddIndexConcurrently(
            model_name="groupcustomer",
            index=models.Index(fields=["hospital", "division_code", "region", "id"], name="group_by_region_idx"),
        ),
        RemoveIndexConcurrently(model_name="groupcustomer", name="group_py_full_idx"),
    ]
