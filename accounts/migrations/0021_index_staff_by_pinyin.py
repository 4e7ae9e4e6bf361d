"""Lists of staff are paged by the reading of the name."""

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("accounts", "0020_fill_staff_by_pinyin")]

    operations = [
        AddIndexConcurrently("staffmember", models.Index(fields=["hospital", "name_order"], name="staff_order_idx")),
    ]
