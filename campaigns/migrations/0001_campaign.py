"""The tables behind `campaigns.models`: campaigns and their history."""

import uuid

import django.contrib.postgres.fields
import django.db.models.deletion
import django.db.models.functions.datetime
import django.utils.timezone
from django.db import migrations, models

import hospital_crm.tenancy.fields
import hospital_crm.tenancy.scope


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("accounts", "0019_renewal"),
        ("patients", "0050_abnormal_index"),
    ]

    operations = [
        migrations.CreateModel(
            name="Campaign",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "public_id",
                    hospital_crm.tenancy.fields.PublicIdField(default=uuid.uuid4, editable=False, unique=True),
                ),
                ("name", models.CharField(max_length=60, verbose_name="name of the campaign")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("news", "hospital news"),
                            ("reminder", "health reminder"),
                            ("own_reminder", "custom health reminder"),
                            ("advances", "medical advances"),
                            ("knowledge", "health knowledge"),
                            ("services", "departments and new techniques"),
                            ("greeting", "greeting"),
                            ("offer", "offers and check-up packages"),
                        ],
                        max_length=12,
                        verbose_name="kind of campaign",
                    ),
                ),
                (
                    "channel",
                    models.CharField(
                        choices=[("email", "e-mail"), ("sms", "text message"), ("wechat", "WeChat")],
                        default="email",
                        max_length=6,
                        verbose_name="channel",
                    ),
                ),
                ("is_commercial", models.BooleanField(default=False, verbose_name="commercial")),
                (
                    "review_number",
                    models.CharField(blank=True, max_length=60, verbose_name="review number of the medical advert"),
                ),
                ("review_until", models.DateField(blank=True, null=True, verbose_name="review valid until")),
                (
                    "segment_version",
                    models.PositiveIntegerField(blank=True, null=True, verbose_name="version of the segment"),
                ),
                ("holdout_percent", models.PositiveSmallIntegerField(default=10, verbose_name="held out, in percent")),
                ("per_hour", models.PositiveIntegerField(default=0, verbose_name="messages an hour")),
                ("starts_at", models.DateTimeField(blank=True, null=True, verbose_name="starts at")),
                ("latest_start_at", models.DateTimeField(blank=True, null=True, verbose_name="starts at the latest")),
                (
                    "effect_days",
                    models.PositiveSmallIntegerField(default=30, verbose_name="days in which visits count"),
                ),
                ("occasion", models.CharField(blank=True, db_collation="C", max_length=20, verbose_name="occasion")),
                ("occasion_number", models.PositiveSmallIntegerField(default=0, verbose_name="months or days")),
                ("greeted_on", models.DateField(blank=True, null=True, verbose_name="greeted last on")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("draft", "draft"),
                            ("in_approval", "in approval"),
                            ("scheduled", "scheduled"),
                            ("held", "missed its start"),
                            ("running", "being sent"),
                            ("paused", "paused"),
                            ("done", "sent"),
                            ("cancelled", "cancelled"),
                        ],
                        default="draft",
                        max_length=12,
                        verbose_name="state",
                    ),
                ),
                (
                    "state_at",
                    models.DateTimeField(
                        db_default=django.db.models.functions.datetime.Now(), verbose_name="in this state since"
                    ),
                ),
                ("reason", models.CharField(blank=True, max_length=300, verbose_name="reason")),
                (
                    "writers",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.BigIntegerField(), default=list, editable=False, size=None
                    ),
                ),
                ("approved_at", models.DateTimeField(blank=True, null=True, verbose_name="approved at")),
                ("started_at", models.DateTimeField(blank=True, null=True, verbose_name="started at")),
                ("finished_at", models.DateTimeField(blank=True, null=True, verbose_name="finished at")),
                ("counted", models.JSONField(blank=True, default=dict, verbose_name="counted at the start")),
                (
                    "created_at",
                    models.DateTimeField(
                        db_default=django.db.models.functions.datetime.Now(), verbose_name="created at"
                    ),
                ),
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
                        verbose_name="approved by",
                    ),
                ),
                (
                    "author",
                    hospital_crm.tenancy.fields.HospitalForeignKey(
                        blank=True,
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.staffmember",
                        verbose_name="author",
                    ),
                ),
                (
                    "copied_from",
                    hospital_crm.tenancy.fields.HospitalForeignKey(
                        blank=True,
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
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
                    "segment",
                    hospital_crm.tenancy.fields.HospitalForeignKey(
                        blank=True,
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="patients.segment",
                        verbose_name="segment",
                    ),
                ),
            ],
            options={
                "verbose_name": "campaign",
                "verbose_name_plural": "campaigns",
            },
        ),
        migrations.CreateModel(
            name="CampaignChange",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("at", models.DateTimeField(verbose_name="at")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("draft", "draft"),
                            ("in_approval", "in approval"),
                            ("scheduled", "scheduled"),
                            ("held", "missed its start"),
                            ("running", "being sent"),
                            ("paused", "paused"),
                            ("done", "sent"),
                            ("cancelled", "cancelled"),
                        ],
                        max_length=12,
                        verbose_name="state",
                    ),
                ),
                ("reason", models.CharField(blank=True, max_length=300, verbose_name="reason")),
                (
                    "by",
                    hospital_crm.tenancy.fields.HospitalForeignKey(
                        blank=True,
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.staffmember",
                        verbose_name="by",
                    ),
                ),
                (
                    "campaign",
                    hospital_crm.tenancy.fields.HospitalForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="changes",
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
                "verbose_name": "change of a campaign",
                "verbose_name_plural": "changes of campaigns",
                "ordering": ["id"],
            },
        ),
        migrations.AddIndex(
            model_name="campaign",
            index=models.Index(fields=["hospital", "-id"], name="campaign_list_idx"),
        ),
        migrations.AddIndex(
            model_name="campaign",
            index=models.Index(fields=["hospital", "state", "-id"], name="campaign_state_idx"),
        ),
        migrations.AddIndex(
            model_name="campaign",
            index=models.Index(fields=["hospital", "starts_at"], name="campaign_start_idx"),
        ),
        migrations.AddConstraint(
            model_name="campaign",
            constraint=models.CheckConstraint(
                condition=models.Q(("name", ""), _negated=True), name="campaign_has_a_name"
            ),
        ),
        migrations.AddConstraint(
            model_name="campaign",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("kind__in", ("news", "services", "offer")), _negated=True),
                    ("is_commercial", True),
                    _connector="OR",
                ),
                name="campaign_kind_is_commercial",
            ),
        ),
        migrations.AddConstraint(
            model_name="campaign",
            constraint=models.CheckConstraint(
                condition=models.Q(("holdout_percent__lte", 50)), name="campaign_holdout_at_most_half"
            ),
        ),
        migrations.AddConstraint(
            model_name="campaign",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("starts_at__isnull", True),
                    ("latest_start_at__isnull", True),
                    ("latest_start_at__gte", models.F("starts_at")),
                    _connector="OR",
                ),
                name="campaign_latest_after_start",
            ),
        ),
        migrations.AddConstraint(
            model_name="campaign",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("approved_by__isnull", True),
                    models.Q(("approved_by", models.F("author")), _negated=True),
                    _connector="OR",
                ),
                name="campaign_approved_by_another",
            ),
        ),
        migrations.AddConstraint(
            model_name="campaign",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state__in", ["scheduled", "running", "paused", "done"]), _negated=True),
                    ("approved_by__isnull", False),
                    _connector="OR",
                ),
                name="campaign_goes_approved",
            ),
        ),
        migrations.AddIndex(
            model_name="campaignchange",
            index=models.Index(fields=["hospital", "campaign", "id"], name="campaignchange_idx"),
        ),
    ]
