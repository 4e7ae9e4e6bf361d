"""Units in the order of name, line of business, number of staff and worth."""

import django.db.models.functions.comparison
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("groups", "0008_visit"),
    ]

    operations = [
        migrations.AddField(
            model_name="groupcustomer",
            name="staff_order",
            field=models.GeneratedField(
                db_persist=True,
                expression=django.db.models.functions.comparison.Coalesce(models.F("staff_count"), models.Value(-1)),
                output_field=models.IntegerField(),
            ),
        ),
        migrations.AddField(
            model_name="groupcustomer",
            name="value_order",
            field=models.GeneratedField(
                db_persist=True,
                expression=models.Case(
                    models.When(then=models.Value(1), value="low"),
                    models.When(then=models.Value(2), value="middle"),
                    models.When(then=models.Value(3), value="high"),
                    default=models.Value(0),
                ),
                output_field=models.SmallIntegerField(),
            ),
        ),
        migrations.RemoveIndex(model_name="groupcustomer", name="group_py_full_idx"),
        migrations.AddIndex(
            model_name="groupcustomer",
            index=models.Index(fields=["hospital", "py_full", "id"], name="group_by_name_idx"),
        ),
        migrations.AddIndex(
            model_name="groupcustomer",
            index=models.Index(fields=["hospital", "business", "id"], name="group_by_business_idx"),
        ),
        migrations.AddIndex(
            model_name="groupcustomer",
            index=models.Index(fields=["hospital", "staff_order", "id"], name="group_by_staff_idx"),
        ),
        migrations.AddIndex(
            model_name="groupcustomer",
            index=models.Index(fields=["hospital", "value_order", "id"], name="group_by_value_idx"),
        ),
    ]
