"""Contracts know their kind and state, benefits their limits and each use of them."""

import django.db.models.deletion
from django.db import migrations, models

import hospital_crm.tenancy.fields
import hospital_crm.tenancy.scope


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0013_role_link_words"),
        ("groups", "0002_index_less_on_hospital"),
        ("patients", "0008_indexes_for_removal"),
    ]

    operations = [
        migrations.CreateModel(
            name="BenefitUse",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("used_on", models.DateField(verbose_name="used on")),
                ("reference", models.CharField(blank=True, max_length=80, verbose_name="used for")),
            ],
            options={
                "verbose_name": "use of a benefit",
                "verbose_name_plural": "uses of benefits",
            },
        ),
        migrations.AddField(
            model_name="benefit",
            name="ends_on",
            field=models.DateField(blank=True, null=True, verbose_name="until"),
        ),
        migrations.AddField(
            model_name="benefit",
            name="limit_per_contract",
            field=models.PositiveIntegerField(blank=True, null=True, verbose_name="times per contract"),
        ),
        migrations.AddField(
            model_name="benefit",
            name="limit_per_member",
            field=models.PositiveSmallIntegerField(blank=True, null=True, verbose_name="times per member"),
        ),
        migrations.AddField(
            model_name="benefit",
            name="service",
            field=models.CharField(
                blank=True,
                choices=[
                    ("", "all services"),
                    ("checkup", "health check"),
                    ("booking", "booking of experts"),
                    ("outpatient", "outpatient care"),
                    ("inpatient", "inpatient care"),
                    ("lecture", "lectures and free clinics"),
                ],
                default="",
                max_length=10,
                verbose_name="applies to",
            ),
        ),
        migrations.AddField(
            model_name="benefit",
            name="starts_on",
            field=models.DateField(blank=True, null=True, verbose_name="from"),
        ),
        migrations.AddField(
            model_name="contract",
            name="agreed_until",
            field=models.DateField(blank=True, null=True, verbose_name="agreed until"),
        ),
        migrations.AddField(
            model_name="contract",
            name="amount",
            field=models.DecimalField(
                blank=True, decimal_places=2, max_digits=12, null=True, verbose_name="contract sum in yuan"
            ),
        ),
        migrations.AddField(
            model_name="contract",
            name="end_reason",
            field=models.CharField(blank=True, max_length=200, verbose_name="why it ended"),
        ),
        migrations.AddField(
            model_name="contract",
            name="kind",
            field=models.CharField(
                choices=[
                    ("checkup", "health check contract"),
                    ("care", "medical service contract"),
                    ("management", "health management contract"),
                    ("other", "other contract"),
                ],
                default="checkup",
                max_length=10,
                verbose_name="kind of contract",
            ),
        ),
        migrations.AddField(
            model_name="contract",
            name="remind_days",
            field=models.PositiveSmallIntegerField(default=60, verbose_name="remind days before the end"),
        ),
        migrations.AddField(
            model_name="contract",
            name="state",
            field=models.CharField(
                choices=[
                    ("draft", "draft"),
                    ("signed", "signed contract"),
                    ("ended", "ended early"),
                    ("void", "withdrawn before it began"),
                ],
                default="signed",
                max_length=6,
                verbose_name="state",
            ),
        ),
        migrations.AddField(
            model_name="benefituse",
            name="benefit",
            field=hospital_crm.tenancy.fields.HospitalForeignKey(
                db_constraint=False,
                db_index=False,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="uses",
                to="groups.benefit",
                verbose_name="benefit",
            ),
        ),
        migrations.AddField(
            model_name="benefituse",
            name="by",
            field=hospital_crm.tenancy.fields.HospitalForeignKey(
                db_constraint=False,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to="accounts.staffmember",
            ),
        ),
        migrations.AddField(
            model_name="benefituse",
            name="hospital",
            field=models.ForeignKey(
                db_index=False,
                default=hospital_crm.tenancy.scope.current_hospital,
                editable=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="accounts.hospital",
            ),
        ),
        migrations.AddField(
            model_name="benefituse",
            name="patient",
            field=hospital_crm.tenancy.fields.HospitalForeignKey(
                db_constraint=False,
                db_index=False,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="benefit_uses",
                to="patients.patient",
                verbose_name="person",
            ),
        ),
        migrations.AddIndex(
            model_name="benefituse",
            index=models.Index(fields=["hospital", "benefit", "patient"], name="benefituse_benefit_idx"),
        ),
        migrations.AddIndex(
            model_name="benefituse",
            index=models.Index(fields=["hospital", "patient"], name="benefituse_patient_idx"),
        ),
        migrations.AddConstraint(
            model_name="benefituse",
            constraint=models.UniqueConstraint(
                condition=models.Q(("reference", ""), _negated=True),
                fields=("hospital", "benefit", "reference"),
                name="benefituse_counted_once",
            ),
        ),
    ]
