"""The table behind `messaging.models.stopped`."""

import django.db.models.deletion
from django.db import migrations, models

import hospital_crm.tenancy.scope


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0006_staff_places"),
        ("messaging", "0017_forget_bounces"),
    ]

    operations = [
        migrations.CreateModel(
            name="StoppedSending",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("batch", models.CharField(max_length=60, verbose_name="sending it belongs to")),
                ("is_final", models.BooleanField(verbose_name="called back")),
                ("at", models.DateTimeField(verbose_name="at")),
                (
                    "hospital",
                    models.ForeignKey(
                        db_index=False,
                        default=hospital_crm.tenancy.scope.current_hospital,
                        editable=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.hospital",
                    ),
                ),
            ],
            options={
                "verbose_name": "stopped sending",
                "verbose_name_plural": "stopped sendings",
            },
        ),
        migrations.AddConstraint(
            model_name="stoppedsending",
            constraint=models.UniqueConstraint(fields=("hospital", "batch"), name="stoppedsending_once"),
        ),
        migrations.AddConstraint(
            model_name="stoppedsending",
            constraint=models.CheckConstraint(
                condition=models.Q(("batch", ""), _negated=True), name="stoppedsending_of_one"
            ),
        ),
    ]
