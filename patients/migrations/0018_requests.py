"""The tables behind `patients.models.requests`."""

import uuid

import django.db.models.deletion
import django.utils.timezone
from django.db import migrations, models

import hospital_crm.tenancy.fields
import hospital_crm.tenancy.scope


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0002_hospital"),
        ("accounts", "0006_staff_places"),
        ("patients", "0017_merging"),
    ]

    operations = [
        migrations.CreateModel(
            name="PrivacyRequest",
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
                    "public_id",
                    hospital_crm.tenancy.fields.PublicIdField(default=uuid.uuid4, editable=False, unique=True),
                ),
                (
                    "patient",
                    hospital_crm.tenancy.fields.HospitalForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="privacy_requests",
                        to="patients.patient",
                        verbose_name="person",
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("copy", "copy"),
                            ("correct", "correction"),
                            ("delete", "deletion"),
                            ("explain", "explanation"),
                        ],
                        max_length=8,
                        verbose_name="kind",
                    ),
                ),
                ("words", models.CharField(max_length=500, verbose_name="what is asked for")),
                (
                    "asked_by",
                    models.CharField(
                        choices=[("self", "the person"), ("guardian", "guardian"), ("entrusted", "entrusted person")],
                        default="self",
                        max_length=10,
                        verbose_name="who asks",
                    ),
                ),
                ("asker_name", models.CharField(blank=True, max_length=100, verbose_name="name of who asks")),
                (
                    "proof",
                    models.CharField(blank=True, max_length=200, verbose_name="proof of guardianship or mandate"),
                ),
                (
                    "identity_check",
                    models.CharField(
                        choices=[
                            ("papers", "identity papers seen"),
                            ("callback", "called back on a known number"),
                            ("signed", "signed paper with a copy of the papers"),
                            ("online", "signed in with a verified number"),
                        ],
                        max_length=8,
                        verbose_name="identity checked by",
                    ),
                ),
                ("received_on", models.DateField(verbose_name="received on")),
                ("due_on", models.DateField(verbose_name="answer due")),
                ("extended_at", models.DateTimeField(blank=True, null=True, verbose_name="extended at")),
                (
                    "extension_reason",
                    models.CharField(blank=True, max_length=200, verbose_name="reason for the extension"),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("received", "received"),
                            ("in_work", "in work"),
                            ("waiting", "waits for a second person"),
                            ("answered", "answered"),
                            ("refused", "refused"),
                            ("withdrawn", "withdrawn"),
                        ],
                        default="received",
                        max_length=9,
                        verbose_name="state",
                    ),
                ),
                (
                    "registered_by",
                    hospital_crm.tenancy.fields.HospitalForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.staffmember",
                    ),
                ),
                ("registered_at", models.DateTimeField(verbose_name="registered at")),
                (
                    "assignee",
                    hospital_crm.tenancy.fields.HospitalForeignKey(
                        blank=True,
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.staffmember",
                        verbose_name="who works on it",
                    ),
                ),
                ("answer", models.CharField(blank=True, max_length=1000, verbose_name="what the person is told")),
                ("changes", models.JSONField(blank=True, default=dict, verbose_name="fields to correct")),
                (
                    "language",
                    models.CharField(
                        blank=True,
                        choices=[("zh-hans", "简体中文"), ("zh-hant", "繁體中文"), ("en", "English")],
                        max_length=10,
                        verbose_name="language",
                    ),
                ),
                (
                    "prepared_by",
                    hospital_crm.tenancy.fields.HospitalForeignKey(
                        blank=True,
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.staffmember",
                        verbose_name="prepared by",
                    ),
                ),
                ("prepared_at", models.DateTimeField(blank=True, null=True, verbose_name="prepared at")),
                ("return_note", models.CharField(blank=True, max_length=200, verbose_name="why it came back")),
                (
                    "approved_by",
                    hospital_crm.tenancy.fields.HospitalForeignKey(
                        blank=True,
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.staffmember",
                        verbose_name="second person",
                    ),
                ),
                (
                    "refusal",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("retention", "the law demands that the record is kept"),
                            ("hold", "legal hold or an open dispute"),
                            ("identity", "who asks could not be established"),
                            ("no_right", "no right to speak for the person"),
                            ("others", "it would disclose others"),
                            ("secrecy", "the law demands secrecy"),
                            ("source", "another system of the hospital keeps it; passed on there"),
                            ("repeated", "answered a short while ago"),
                        ],
                        max_length=9,
                        verbose_name="reason for refusing",
                    ),
                ),
                ("ended_at", models.DateTimeField(blank=True, null=True, verbose_name="ended at")),
            ],
            options={
                "verbose_name": "privacy request",
                "verbose_name_plural": "privacy requests",
                "indexes": [
                    models.Index(fields=["hospital", "patient", "-id"], name="privacyrequest_patient_idx"),
                    models.Index(
                        condition=models.Q(("state__in", ["received", "in_work", "waiting"])),
                        fields=["hospital", "due_on", "id"],
                        name="privacyrequest_open_idx",
                    ),
                    models.Index(
                        condition=models.Q(("state__in", ["answered", "refused", "withdrawn"])),
                        fields=["hospital", "-received_on", "-id"],
                        name="privacyrequest_ended_idx",
                    ),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("due_on__gte", models.F("received_on"))),
                        name="privacyrequest_due_after_receipt",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("asked_by", "self"),
                            models.Q(
                                models.Q(("asker_name", ""), _negated=True), models.Q(("proof", ""), _negated=True)
                            ),
                            _connector="OR",
                        ),
                        name="privacyrequest_mandate_is_proven",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("extended_at__isnull", True), ("extension_reason", "")),
                            models.Q(("extended_at__isnull", False), models.Q(("extension_reason", ""), _negated=True)),
                            _connector="OR",
                        ),
                        name="privacyrequest_extended_for_a_reason",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("ended_at__isnull", True), ("state__in", ["received", "in_work", "waiting"])),
                            models.Q(("ended_at__isnull", False), ("state__in", ["answered", "refused", "withdrawn"])),
                            _connector="OR",
                        ),
                        name="privacyrequest_ended_at_some_time",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("state", "received"), ("state", "withdrawn"), ("assignee__isnull", False), _connector="OR"
                        ),
                        name="privacyrequest_somebody_works_on_it",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state__in", ["waiting", "answered"]), _negated=True),
                            ("prepared_by__isnull", False),
                            _connector="OR",
                        ),
                        name="privacyrequest_prepared_by_somebody",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("state", "answered"),
                                ("approved_by__isnull", False),
                                models.Q(("approved_by", models.F("prepared_by")), _negated=True),
                            ),
                            models.Q(models.Q(("state", "answered"), _negated=True), ("approved_by__isnull", True)),
                            _connector="OR",
                        ),
                        name="privacyrequest_answered_by_two",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("state", "refused"),
                                models.Q(("refusal", ""), _negated=True),
                                models.Q(("answer", ""), _negated=True),
                            ),
                            models.Q(models.Q(("state", "refused"), _negated=True), ("refusal", "")),
                            _connector="OR",
                        ),
                        name="privacyrequest_refused_for_a_reason",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="PrivacyCopy",
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
                    "public_id",
                    hospital_crm.tenancy.fields.PublicIdField(default=uuid.uuid4, editable=False, unique=True),
                ),
                ("storage_name", models.CharField(db_collation="C", editable=False, max_length=60)),
                ("title", models.CharField(max_length=120, verbose_name="file name")),
                ("content_type", models.CharField(max_length=100, verbose_name="kind of file")),
                ("size", models.PositiveBigIntegerField(verbose_name="size")),
                ("sha256", models.CharField(db_collation="C", max_length=64, verbose_name="SHA-256")),
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
                ("uploaded_at", models.DateTimeField(default=django.utils.timezone.now, verbose_name="attached at")),
                (
                    "request",
                    hospital_crm.tenancy.fields.HospitalForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="copies",
                        to="patients.privacyrequest",
                        verbose_name="privacy request",
                    ),
                ),
                (
                    "sealed_by",
                    hospital_crm.tenancy.fields.HospitalForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.staffmember",
                        verbose_name="second person",
                    ),
                ),
                ("expires_at", models.DateTimeField(verbose_name="expires at")),
                ("fetched_at", models.DateTimeField(blank=True, null=True, verbose_name="fetched last")),
            ],
            options={
                "verbose_name": "file for the person",
                "verbose_name_plural": "files for people",
                "abstract": False,
                "indexes": [
                    models.Index(fields=["hospital", "request"], name="privacycopy_request_idx"),
                    models.Index(fields=["hospital", "expires_at"], name="privacycopy_expires_idx"),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("hospital", "storage_name"), name="patients_privacycopy_stored_once"
                    )
                ],
            },
        ),
    ]
