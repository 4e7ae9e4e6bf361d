"""The tables behind `patients.models.consent`."""

import django.db.models.deletion
import django.utils.timezone
from django.db import migrations, models

import hospital_crm.tenancy.fields
import hospital_crm.tenancy.scope


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0002_hospital"),
        ("accounts", "0006_staff_places"),
        ("patients", "0013_contact"),
    ]

    operations = [
        migrations.CreateModel(
            name="Consent",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
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
                    "patient",
                    hospital_crm.tenancy.fields.HospitalForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="consents",
                        to="patients.patient",
                        verbose_name="person",
                    ),
                ),
                (
                    "purpose",
                    models.CharField(
                        choices=[
                            ("care", "care follow-up"),
                            ("satisfaction", "satisfaction surveys"),
                            ("education", "health education"),
                            ("marketing_mail", "marketing e-mail"),
                            ("marketing_sms", "marketing text messages"),
                            ("calls", "marketing calls"),
                            ("recording", "recording of calls"),
                            ("community", "community activities"),
                            ("points", "points programme"),
                        ],
                        max_length=14,
                        verbose_name="purpose",
                    ),
                ),
                (
                    "channel",
                    models.CharField(
                        choices=[
                            ("any", "any channel"),
                            ("phone", "telephone"),
                            ("sms", "text message"),
                            ("wechat", "WeChat"),
                            ("email", "e-mail"),
                            ("letter", "letter"),
                        ],
                        default="any",
                        max_length=8,
                        verbose_name="channel",
                    ),
                ),
                (
                    "decision",
                    models.CharField(
                        choices=[("granted", "granted"), ("refused", "refused"), ("withdrawn", "withdrawn")],
                        max_length=9,
                        verbose_name="decision",
                    ),
                ),
                ("wording_version", models.CharField(blank=True, max_length=40, verbose_name="version of the wording")),
                ("language", models.CharField(default="zh-hans", max_length=10, verbose_name="language")),
                ("at", models.DateTimeField(default=django.utils.timezone.now, verbose_name="decided at")),
                (
                    "taken_by",
                    hospital_crm.tenancy.fields.HospitalForeignKey(
                        blank=True,
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.staffmember",
                        verbose_name="taken by",
                    ),
                ),
                (
                    "source",
                    models.CharField(
                        choices=[
                            ("paper", "signed sheet"),
                            ("counter", "in person"),
                            ("phone", "by telephone"),
                            ("online", "online"),
                            ("reply", "reply to a message"),
                            ("feed", "other system"),
                            ("merge", "union of two records"),
                            ("unmerge", "union taken apart"),
                        ],
                        max_length=8,
                        verbose_name="by which way",
                    ),
                ),
                ("evidence", models.UUIDField(blank=True, null=True, verbose_name="stored proof")),
                ("guardian_name", models.CharField(blank=True, max_length=100, verbose_name="guardian")),
                (
                    "guardian_relation",
                    models.CharField(blank=True, max_length=20, verbose_name="relation of the guardian"),
                ),
            ],
            options={
                "verbose_name": "consent",
                "verbose_name_plural": "consents",
                "indexes": [
                    models.Index(
                        fields=["hospital", "patient", "purpose", "channel", "-at", "-id"], name="consent_latest_idx"
                    )
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("decision__in", ["granted", "refused", "withdrawn"])),
                        name="consent_decision_is_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("guardian_relation", ""), models.Q(("guardian_name", ""), _negated=True), _connector="OR"
                        ),
                        name="consent_guardian_has_a_name",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("decision", "granted"), _negated=True),
                            models.Q(("wording_version", ""), _negated=True),
                            ("source__in", ["merge", "unmerge"]),
                            _connector="OR",
                        ),
                        name="consent_is_granted_to_a_wording",
                    ),
                ],
            },
        ),
    ]
