"""Units have the code of their division, filled by the renewal of regions."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("groups", "0009_unit_orders"),
    ]

    operations = [
        migrations.AddField(
            model_name="groupcustomer",
            name="division_code",
            field=models.CharField(
                blank=True,
                db_collation="C",
                db_default="",
                default="",
                editable=False,
                max_length=12,
                verbose_name="administrative division",
            ),
        ),
    ]
