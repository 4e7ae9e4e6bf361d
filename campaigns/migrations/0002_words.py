"""The words of campaigns in each language, and pictures of mails."""

import uuid

import django.contrib.postgres.fields
import django.db.models.deletion
import django.db.models.functions.datetime
import django.utils.timezone
from django.db import migrations, models

import hospital_crm.tenancy.fields
import hospital_crm.tenancy.scope


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0019_renewal"),
        ("campaigns", "0001_campaign"),
    ]

    operations = [
        migrations.CreateModel(
            name="CampaignPicture",
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
                ("number", models.PositiveIntegerField(verbose_name="number of the picture")),
                ("said", models.CharField(max_length=120, verbose_name="what is to be seen")),
                (
                    "campaign",
                    hospital_crm.tenancy.fields.HospitalForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="pictures",
                        to="campaigns.campaign",
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
                "verbose_name": "picture of a campaign",
                "verbose_name_plural": "pictures of campaigns",
                "ordering": ["number"],
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="CampaignText",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("language", models.CharField(max_length=10, verbose_name="language")),
                ("subject", models.CharField(blank=True, max_length=100, verbose_name="subject of the mail")),
                ("preview", models.CharField(blank=True, max_length=120, verbose_name="preview in the inbox")),
                ("blocks", models.JSONField(blank=True, default=list, verbose_name="blocks")),
                ("body", models.TextField(blank=True, max_length=1000, verbose_name="message text")),
                (
                    "provider_template",
                    models.CharField(blank=True, max_length=80, verbose_name="template of the provider"),
                ),
                (
                    "campaign",
                    hospital_crm.tenancy.fields.HospitalForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="texts",
                        to="campaigns.campaign",
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
                "verbose_name": "words of a campaign",
                "verbose_name_plural": "words of campaigns",
            },
        ),
        migrations.AddConstraint(
            model_name="campaignpicture",
            constraint=models.UniqueConstraint(
                fields=("hospital", "storage_name"), name="campaigns_campaignpicture_stored_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="campaignpicture",
            constraint=models.UniqueConstraint(
                fields=("hospital", "campaign", "number"), name="campaignpicture_numbered_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="campaigntext",
            constraint=models.UniqueConstraint(fields=("hospital", "campaign", "language"), name="campaigntext_once"),
        ),
        migrations.AddConstraint(
            model_name="campaigntext",
            constraint=models.CheckConstraint(
                condition=models.Q(("language__in", ["zh-hans", "zh-hant", "en"])), name="campaigntext_language_known"
            ),
        ),
    ]
