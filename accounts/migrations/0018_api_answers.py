"""Answers of the API kept under the caller's key, so that a call sent twice is done once."""

import django.contrib.postgres.fields
import django.db.models.deletion
from django.db import migrations, models

import hospital_crm.tenancy.fields
import hospital_crm.tenancy.scope


class Migration(migrations.Migration):
    dependencies = [("accounts", "0017_numbers_once")]

    operations = [
        migrations.CreateModel(
            name="ApiAnswer",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("key", models.CharField(db_collation="C", max_length=100)),
                ("call_hash", models.CharField(db_collation="C", max_length=64)),
                ("status", models.PositiveSmallIntegerField(default=0)),
                ("sealed", models.TextField(blank=True)),
                ("kind", models.CharField(blank=True, max_length=10)),
                (
                    "patient_ids",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.BigIntegerField(), default=list, size=None
                    ),
                ),
                ("at", models.DateTimeField()),
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
                (
                    "token",
                    hospital_crm.tenancy.fields.HospitalForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.apitoken",
                    ),
                ),
            ],
            options={
                "verbose_name": "answer of the API",
                "verbose_name_plural": "answers of the API",
                "indexes": [models.Index(fields=["hospital", "at"], name="apianswer_at_idx")],
                "constraints": [
                    models.UniqueConstraint(fields=("hospital", "token", "key"), name="apianswer_key_once_for_a_token"),
                    models.CheckConstraint(condition=models.Q(("key", ""), _negated=True), name="apianswer_has_a_key"),
                ],
            },
        ),
    ]
