"""What a feed calls staff, departments and places, for visits that only refer to them."""

import django.db.models.deletion
from django.db import migrations, models

import hospital_crm.tenancy.fields
import hospital_crm.tenancy.scope


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0019_renewal"),
        ("integrations", "0012_lists_waiting_all"),
    ]

    operations = [
        migrations.CreateModel(
            name="LentName",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("reference", models.CharField(db_collation="C", max_length=220, verbose_name="reference")),
                ("name", models.CharField(max_length=60, verbose_name="name")),
                ("number", models.CharField(blank=True, max_length=30, verbose_name="staff number")),
                ("is_used", models.BooleanField(default=True, verbose_name="visits take it")),
                (
                    "feed",
                    hospital_crm.tenancy.fields.HospitalForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="integrations.feed",
                        verbose_name="feed",
                    ),
                ),
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
                "verbose_name": "name lent to visits",
                "verbose_name_plural": "names lent to visits",
                "constraints": [
                    models.UniqueConstraint(fields=("hospital", "feed", "reference"), name="lentname_once_per_feed")
                ],
            },
        ),
    ]
