"""The tables behind `patients.models.consent_proof`."""

import uuid

import django.db.models.deletion
import django.utils.timezone
from django.db import migrations, models

import hospital_crm.tenancy.fields
import hospital_crm.tenancy.scope


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0020_public_link"),
        ("patients", "0051_consent_said_by"),
    ]

    operations = [
        migrations.CreateModel(
            name="ConsentWording",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
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
                            ("profiling", "being sorted into groups for marketing"),
                        ],
                        max_length=14,
                        verbose_name="purpose",
                    ),
                ),
                ("version", models.CharField(max_length=40, verbose_name="version of the wording")),
                ("language", models.CharField(max_length=10, verbose_name="language")),
                ("text", models.TextField(max_length=1000, verbose_name="text")),
                ("published_at", models.DateTimeField(verbose_name="published at")),
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
                    "published_by",
                    hospital_crm.tenancy.fields.HospitalForeignKey(
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.staffmember",
                        verbose_name="published by",
                    ),
                ),
            ],
            options={
                "verbose_name": "wording of a consent",
                "verbose_name_plural": "wordings of consents",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("hospital", "purpose", "version", "language"), name="consentwording_version_once"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("text", ""), _negated=True), models.Q(("version", ""), _negated=True)
                        ),
                        name="consentwording_says_something",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ConsentEvidence",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "public_id",
                    hospital_crm.tenancy.fields.PublicIdField(default=uuid.uuid4, editable=False, unique=True),
                ),
                ("storage_name", models.CharField(db_collation="C", editable=False, max_length=60)),
                ("title", models.CharField(max_length=120, verbose_name="file name")),
                ("content_type", models.CharField(max_length=100, verbose_name="kind of file")),
                ("size", models.PositiveBigIntegerField(verbose_name="size")),
                ("sha256", models.CharField(db_collation="C", max_length=64, verbose_name="SHA-256")),
                ("uploaded_at", models.DateTimeField(default=django.utils.timezone.now, verbose_name="attached at")),
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
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="consent_files",
                        to="patients.patient",
                        verbose_name="person",
                    ),
                ),
                (
                    "uploaded_by",
                    hospital_crm.tenancy.fields.HospitalForeignKey(
                        blank=True,
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.staffmember",
                        verbose_name="attached by",
                    ),
                ),
            ],
            options={
                "verbose_name": "proof of a consent",
                "verbose_name_plural": "proofs of consents",
                "abstract": False,
                "indexes": [
                    models.Index(fields=["hospital", "patient", "-uploaded_at"], name="consentevidence_patient_idx")
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("hospital", "storage_name"), name="patients_consentevidence_stored_once"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="AwaitedConsent",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "waits_for",
                    models.CharField(
                        choices=[
                            ("link", "the person's confirmation by e-mail"),
                            ("second", "a second member of staff who heard it"),
                        ],
                        default="link",
                        max_length=6,
                        verbose_name="waits for",
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
                            ("profiling", "being sorted into groups for marketing"),
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
                        max_length=8,
                        verbose_name="channel",
                    ),
                ),
                ("wording_version", models.CharField(max_length=40, verbose_name="version of the wording")),
                ("language", models.CharField(max_length=10, verbose_name="language")),
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
                            ("oneclick", "button of a mail program"),
                            ("list", "list brought in"),
                        ],
                        max_length=8,
                        verbose_name="by which way",
                    ),
                ),
                (
                    "said_by",
                    models.CharField(
                        choices=[
                            ("self", "the person"),
                            ("guardian", "guardian"),
                            ("family", "entrusted family"),
                            ("staff", "our staff"),
                        ],
                        max_length=8,
                        verbose_name="who decided",
                    ),
                ),
                ("guardian_name", models.CharField(blank=True, max_length=100, verbose_name="guardian")),
                (
                    "guardian_relation",
                    models.CharField(blank=True, max_length=20, verbose_name="relation of the guardian"),
                ),
                ("evidence", models.UUIDField(blank=True, null=True, verbose_name="stored proof")),
                ("note", models.CharField(blank=True, max_length=200, verbose_name="note")),
                ("asked_at", models.DateTimeField(verbose_name="said at")),
                ("expires_at", models.DateTimeField(verbose_name="expires at")),
                ("ended_at", models.DateTimeField(blank=True, null=True, verbose_name="ended at")),
                (
                    "ended_as",
                    models.CharField(
                        blank=True,
                        choices=[("confirmed", "confirmed"), ("dropped", "dropped"), ("expired", "expired")],
                        max_length=9,
                        verbose_name="what came of it",
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
                (
                    "patient",
                    hospital_crm.tenancy.fields.HospitalForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="awaited_consents",
                        to="patients.patient",
                        verbose_name="person",
                    ),
                ),
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
            ],
            options={
                "verbose_name": "consent to be confirmed",
                "verbose_name_plural": "consents to be confirmed",
                "indexes": [
                    models.Index(fields=["hospital", "patient", "-asked_at"], name="awaitedconsent_patient_idx"),
                    models.Index(
                        condition=models.Q(("ended_at__isnull", True)),
                        fields=["hospital", "expires_at"],
                        name="awaitedconsent_expires_idx",
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("ended_at__isnull", True)),
                        fields=("hospital", "patient", "purpose", "channel"),
                        name="awaitedconsent_one_waits",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("ended_as", ""), ("ended_at__isnull", True)),
                            models.Q(
                                ("ended_as__in", ["confirmed", "dropped", "expired"]), ("ended_at__isnull", False)
                            ),
                            _connector="OR",
                        ),
                        name="awaitedconsent_ends_somehow",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("expires_at__gt", models.F("asked_at"))),
                        name="awaitedconsent_waits_a_while",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("waits_for", "second"), _negated=True),
                            ("taken_by__isnull", False),
                            _connector="OR",
                        ),
                        name="awaitedconsent_second_after_a_first",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("wording_version", ""), _negated=True),
                        name="awaitedconsent_is_to_a_wording",
                    ),
                ],
            },
        ),
    ]
