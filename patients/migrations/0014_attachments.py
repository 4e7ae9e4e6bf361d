"""Files beside a record."""

import uuid

import django.db.models.deletion
import django.utils.timezone
from django.db import migrations, models

import hospital_crm.tenancy.fields
import hospital_crm.tenancy.scope


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0013_role_link_words"),
        ("patients", "0013_tasks"),
    ]

    operations = [
        migrations.CreateModel(
            name="Attachment",
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
                    "kind",
                    models.CharField(
                        choices=[
                            ("report", "report brought along"),
                            ("picture", "picture"),
                            ("paper", "signed paper"),
                            ("letter", "letter"),
                            ("other", "other file"),
                        ],
                        default="other",
                        max_length=8,
                        verbose_name="kind",
                    ),
                ),
                (
                    "audience",
                    models.CharField(
                        choices=[
                            ("care", "everybody who cares for people"),
                            ("clinical", "who may read clinical text"),
                            ("centre", "the service centre"),
                        ],
                        default="clinical",
                        max_length=8,
                        verbose_name="may be read by",
                    ),
                ),
                ("remark", models.CharField(blank=True, max_length=100, verbose_name="remark on the file")),
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
                        related_name="attachments",
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
                "verbose_name": "attachment",
                "verbose_name_plural": "attachments",
                "abstract": False,
                "indexes": [
                    models.Index(fields=["hospital", "patient", "-uploaded_at"], name="attachment_patient_idx")
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("hospital", "storage_name"), name="patients_attachment_stored_once")
                ],
            },
        ),
    ]
