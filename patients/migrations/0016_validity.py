"""From when until when a number, a relation or a paper holds; whose number it is."""

import django.contrib.postgres.operations
import django.db.models.deletion
from django.db import migrations, models

import hospital_crm.tenancy.fields


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0013_role_link_words"),
        ("patients", "0015_kinds_of_notes"),
    ]

    operations = [
        migrations.AddField(
            model_name="contactpoint",
            name="owner",
            field=hospital_crm.tenancy.fields.HospitalForeignKey(
                blank=True,
                db_constraint=False,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="numbers_lent",
                to="patients.patient",
                verbose_name="record of the owner",
            ),
        ),
        migrations.AddField(
            model_name="contactpoint",
            name="purpose",
            field=models.CharField(
                blank=True,
                choices=[("home", "home"), ("work", "work"), ("emergency", "emergency")],
                max_length=10,
                verbose_name="purpose",
            ),
        ),
        migrations.AddField(
            model_name="contactpoint",
            name="valid_from",
            field=models.DateField(blank=True, null=True, verbose_name="valid from"),
        ),
        migrations.AddField(
            model_name="contactpoint",
            name="valid_until",
            field=models.DateField(blank=True, null=True, verbose_name="valid until"),
        ),
        migrations.AddField(
            model_name="identifier",
            name="valid_from",
            field=models.DateField(blank=True, null=True, verbose_name="valid from"),
        ),
        migrations.AddField(
            model_name="identifier",
            name="valid_until",
            field=models.DateField(blank=True, null=True, verbose_name="valid until"),
        ),
        migrations.AddField(
            model_name="relation",
            name="valid_from",
            field=models.DateField(blank=True, null=True, verbose_name="valid from"),
        ),
        migrations.AddField(
            model_name="relation",
            name="valid_until",
            field=models.DateField(blank=True, null=True, verbose_name="valid until"),
        ),
        migrations.AlterField(
            model_name="identifier",
            name="system",
            field=models.CharField(
                choices=[
                    ("mrn", "record number"),
                    ("inpatient", "inpatient number"),
                    ("outpatient", "outpatient number"),
                    ("card", "hospital card"),
                    ("national_id", "identity number"),
                    ("passport", "passport"),
                    ("insurance", "insurance number"),
                    ("other", "other number"),
                ],
                max_length=12,
                verbose_name="kind of number",
            ),
        ),
        migrations.AlterField(
            model_name="relation",
            name="may_be_told",
            field=models.CharField(
                choices=[
                    ("nothing", "may be told nothing"),
                    ("appointments", "may be told appointments"),
                    ("condition", "may be told condition and appointments"),
                    ("everything", "may be told everything medical"),
                ],
                default="nothing",
                max_length=14,
                verbose_name="may be told",
            ),
        ),
        django.contrib.postgres.operations.AddConstraintNotValid(
            model_name="contactpoint",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("valid_from__isnull", True),
                    ("valid_until__isnull", True),
                    ("valid_until__gte", models.F("valid_from")),
                    _connector="OR",
                ),
                name="contactpoint_ends_after_start",
            ),
        ),
        django.contrib.postgres.operations.AddConstraintNotValid(
            model_name="identifier",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("valid_from__isnull", True),
                    ("valid_until__isnull", True),
                    ("valid_until__gte", models.F("valid_from")),
                    _connector="OR",
                ),
                name="identifier_ends_after_start",
            ),
        ),
        django.contrib.postgres.operations.AddConstraintNotValid(
            model_name="relation",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("valid_from__isnull", True),
                    ("valid_until__isnull", True),
                    ("valid_until__gte", models.F("valid_from")),
                    _connector="OR",
                ),
                name="relation_ends_after_start",
            ),
        ),
    ]
