"""Everybody of an audience, and greetings of campaigns that stand."""

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
        ("patients", "0050_abnormal_index"),
        ("campaigns", "0002_words"),
    ]

    operations = [
        migrations.CreateModel(
            name="CampaignRecipient",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("outcome", models.CharField(db_collation="C", max_length=20, verbose_name="what was decided")),
                ("queued_at", models.DateTimeField(blank=True, null=True, verbose_name="queued at")),
                (
                    "campaign",
                    hospital_crm.tenancy.fields.HospitalForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="recipients",
                        to="campaigns.campaign",
                    ),
                ),
                (
                    "hospital",
                    models.ForeignKey(
                        db_constraint=False,
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
                        related_name="campaigns",
                        to="patients.patient",
                    ),
                ),
            ],
            options={
                "verbose_name": "person of an audience",
                "verbose_name_plural": "people of audiences",
            },
        ),
        migrations.CreateModel(
            name="Greeting",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("occasion", models.CharField(db_collation="C", max_length=20, verbose_name="occasion")),
                ("on", models.DateField(verbose_name="day")),
                ("queued_at", models.DateTimeField(blank=True, null=True, verbose_name="queued at")),
                (
                    "campaign",
                    hospital_crm.tenancy.fields.HospitalForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="greetings",
                        to="campaigns.campaign",
                    ),
                ),
                (
                    "hospital",
                    models.ForeignKey(
                        db_constraint=False,
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
                        related_name="greetings",
                        to="patients.patient",
                    ),
                ),
            ],
            options={
                "verbose_name": "greeting of a person",
                "verbose_name_plural": "greetings of people",
            },
        ),
        migrations.AddIndex(
            model_name="campaignrecipient",
            index=models.Index(
                condition=models.Q(("outcome", "send"), ("queued_at__isnull", True)),
                fields=["hospital", "campaign", "id"],
                name="campaignrecipient_next_idx",
            ),
        ),
        migrations.AddIndex(
            model_name="campaignrecipient",
            index=models.Index(fields=["hospital", "patient", "-id"], name="campaignrecipient_person_idx"),
        ),
        migrations.AddConstraint(
            model_name="campaignrecipient",
            constraint=models.UniqueConstraint(
                fields=("hospital", "campaign", "patient"), name="campaignrecipient_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="campaignrecipient",
            constraint=models.CheckConstraint(
                condition=models.Q(("queued_at__isnull", True), ("outcome", "send"), _connector="OR"),
                name="campaign_queued_to_send",
            ),
        ),
        migrations.AddIndex(
            model_name="greeting",
            index=models.Index(
                condition=models.Q(("queued_at__isnull", True)),
                fields=["hospital", "campaign", "id"],
                name="greeting_next_idx",
            ),
        ),
        migrations.AddIndex(
            model_name="greeting",
            index=models.Index(fields=["hospital", "campaign", "-on"], name="greeting_campaign_idx"),
        ),
        migrations.AddConstraint(
            model_name="greeting",
            constraint=models.UniqueConstraint(fields=("hospital", "patient", "occasion", "on"), name="greeting_once"),
        ),
    ]
