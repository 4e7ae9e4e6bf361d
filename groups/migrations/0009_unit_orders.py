"""Number of staff and worth of a unit as a list goes by them."""

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
    ]
