"""The table behind `messaging.models.telling_words`."""

import django.contrib.postgres.fields
import django.db.models.deletion
from django.db import migrations, models

import hospital_crm.tenancy.scope


class Migration(migrations.Migration):
    dependencies = [
        ("messaging", "0012_inbound"),
    ]

    operations = [
        migrations.CreateModel(
            name="TellingWords",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "added",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=40),
                        blank=True,
                        default=list,
                        size=None,
                        verbose_name="also telling",
                    ),
                ),
                (
                    "taken_off",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=40),
                        blank=True,
                        default=list,
                        size=None,
                        verbose_name="not telling here",
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
                "verbose_name": "telling words",
                "verbose_name_plural": "telling words",
            },
        ),
        migrations.AddConstraint(
            model_name="tellingwords",
            constraint=models.UniqueConstraint(fields=("hospital",), name="telling_words_one_row"),
        ),
    ]
