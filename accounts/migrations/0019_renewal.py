"""How far rows on record have been worked out anew by a version of a rule."""

import django.db.models.deletion
from django.db import migrations, models

import hospital_crm.tenancy.scope


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0018_api_answers"),
    ]

    operations = [
        migrations.CreateModel(
            name="Renewal",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("rule", models.CharField(max_length=20, verbose_name="rule")),
                ("version", models.PositiveSmallIntegerField(verbose_name="version")),
                ("after_id", models.BigIntegerField(default=0, verbose_name="done up to")),
                ("changed", models.PositiveIntegerField(default=0, verbose_name="rows changed")),
                ("finished_at", models.DateTimeField(blank=True, null=True, verbose_name="ended at")),
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
                "verbose_name": "renewal of rows on record",
                "verbose_name_plural": "renewals of rows on record",
                "constraints": [
                    models.UniqueConstraint(fields=("hospital", "rule", "version"), name="renewal_once"),
                ],
            },
        ),
    ]
