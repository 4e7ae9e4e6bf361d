"""Addresses and people that are written to no more."""

import django.db.models.deletion
from django.db import migrations, models

import hospital_crm.tenancy.fields
import hospital_crm.tenancy.scope


class Migration(migrations.Migration):
    dependencies = [
        ("messaging", "0006_contact"),
        ("accounts", "0006_staff_places"),
        ("patients", "0001_patient"),
    ]

    operations = [
        migrations.CreateModel(
            name="SoftBounce",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "channel",
                    models.CharField(
                        choices=[
                            ("bell", "bell"),
                            ("email", "e-mail"),
                            ("sms", "text message"),
                            ("wechat", "WeChat"),
                            ("wecom", "WeCom"),
                            ("letter", "letter"),
                        ],
                        max_length=10,
                        verbose_name="channel",
                    ),
                ),
                ("address", models.CharField(db_collation="C", max_length=254, verbose_name="address")),
                ("day", models.DateField(verbose_name="day")),
                ("at", models.DateTimeField(verbose_name="at")),
            ],
            options={
                "verbose_name": "message that came back for a time",
                "verbose_name_plural": "messages that came back for a time",
            },
        ),
        migrations.CreateModel(
            name="Suppression",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "channel",
                    models.CharField(
                        choices=[
                            ("bell", "bell"),
                            ("email", "e-mail"),
                            ("sms", "text message"),
                            ("wechat", "WeChat"),
                            ("wecom", "WeCom"),
                            ("letter", "letter"),
                        ],
                        max_length=10,
                        verbose_name="channel",
                    ),
                ),
                ("address", models.CharField(blank=True, db_collation="C", max_length=254, verbose_name="address")),
                (
                    "reason",
                    models.CharField(
                        choices=[
                            ("hard_bounce", "the address does not exist"),
                            ("soft_bounces", "came back too often"),
                            ("complaint", "complaint about unwanted mail"),
                            ("reply", "reply that wants no more"),
                            ("by_hand", "stopped by staff"),
                        ],
                        max_length=12,
                        verbose_name="reason",
                    ),
                ),
                ("source", models.CharField(max_length=60, verbose_name="known from")),
                ("at", models.DateTimeField(verbose_name="at")),
                ("lifted_at", models.DateTimeField(blank=True, null=True, verbose_name="stop lifted at")),
                ("lift_reason", models.CharField(blank=True, max_length=200, verbose_name="why the stop was lifted")),
            ],
            options={
                "verbose_name": "stopped address",
                "verbose_name_plural": "stopped addresses",
            },
        ),
        migrations.AddField(
            model_name="softbounce",
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
            model_name="suppression",
            name="by",
            field=hospital_crm.tenancy.fields.HospitalForeignKey(
                blank=True,
                db_constraint=False,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="accounts.staffmember",
                verbose_name="by whom",
            ),
        ),
        migrations.AddField(
            model_name="suppression",
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
            model_name="suppression",
            name="lifted_by",
            field=hospital_crm.tenancy.fields.HospitalForeignKey(
                blank=True,
                db_constraint=False,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="accounts.staffmember",
                verbose_name="stop lifted by",
            ),
        ),
        migrations.AddField(
            model_name="suppression",
            name="message",
            field=hospital_crm.tenancy.fields.HospitalForeignKey(
                blank=True,
                db_constraint=False,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="messaging.message",
                verbose_name="message",
            ),
        ),
        migrations.AddField(
            model_name="suppression",
            name="patient",
            field=hospital_crm.tenancy.fields.HospitalForeignKey(
                blank=True,
                db_constraint=False,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="suppressions",
                to="patients.patient",
                verbose_name="person",
            ),
        ),
        migrations.AddConstraint(
            model_name="softbounce",
            constraint=models.UniqueConstraint(
                fields=("hospital", "channel", "address", "day"), name="softbounce_once_a_day"
            ),
        ),
        migrations.AddIndex(
            model_name="suppression",
            index=models.Index(
                condition=models.Q(("lifted_at", None), ("patient__isnull", False)),
                fields=["hospital", "patient", "channel"],
                name="suppression_patient_idx",
            ),
        ),
        migrations.AddIndex(
            model_name="suppression",
            index=models.Index(fields=["hospital", "-at", "-id"], name="suppression_newest_idx"),
        ),
        migrations.AddConstraint(
            model_name="suppression",
            constraint=models.UniqueConstraint(
                condition=models.Q(("lifted_at", None), models.Q(("address", ""), _negated=True)),
                fields=("hospital", "channel", "address"),
                name="suppression_one_standing",
            ),
        ),
        migrations.AddConstraint(
            model_name="suppression",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("address__gt", ""), ("patient__isnull", True)),
                    models.Q(("address", ""), ("patient__isnull", False)),
                    _connector="OR",
                ),
                name="suppression_of_one",
            ),
        ),
        migrations.AddConstraint(
            model_name="suppression",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("lifted_at__isnull", True), models.Q(("lift_reason", ""), _negated=True), _connector="OR"
                ),
                name="suppression_lifted_for_a_reason",
            ),
        ),
    ]
