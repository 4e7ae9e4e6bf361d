"""The tables behind `patients.models.segments`."""

import uuid

import django.contrib.postgres.fields
import django.db.models.deletion
import django.db.models.functions.datetime
from django.db import migrations, models

import hospital_crm.tenancy.fields
import hospital_crm.tenancy.scope


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0002_hospital"),
        ("accounts", "0006_staff_places"),
        ("patients", "0018_requests"),
    ]

    operations = [
        migrations.CreateModel(
            name="Segment",
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
                ("code", models.CharField(blank=True, editable=False, max_length=20, verbose_name="shipped as")),
                ("name", models.CharField(blank=True, max_length=60, verbose_name="name of the segment")),
                ("description", models.CharField(blank=True, max_length=300, verbose_name="what it is for")),
                (
                    "owner",
                    hospital_crm.tenancy.fields.HospitalForeignKey(
                        blank=True,
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.staffmember",
                        verbose_name="owner",
                    ),
                ),
                (
                    "shared_with",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=30),
                        blank=True,
                        default=list,
                        size=None,
                        verbose_name="shared with",
                    ),
                ),
                (
                    "facts",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=40), default=list, editable=False, size=None
                    ),
                ),
                ("version", models.PositiveIntegerField(default=1, editable=False, verbose_name="version")),
                ("member_count", models.PositiveIntegerField(editable=False, null=True, verbose_name="people")),
                ("refreshed_at", models.DateTimeField(editable=False, null=True, verbose_name="refreshed at")),
                ("refreshed_version", models.PositiveIntegerField(editable=False, null=True)),
                (
                    "refresh_problem",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("rule", "the rule asks for something that is not known any more"),
                            ("time", "working out its people takes too long"),
                        ],
                        editable=False,
                        max_length=4,
                    ),
                ),
                ("retired_at", models.DateTimeField(editable=False, null=True, verbose_name="retired at")),
                (
                    "created_at",
                    models.DateTimeField(
                        db_default=django.db.models.functions.datetime.Now(), verbose_name="created at"
                    ),
                ),
            ],
            options={
                "verbose_name": "segment",
                "verbose_name_plural": "segments",
                "indexes": [models.Index(fields=["hospital", "-id"], name="segment_list_idx")],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("code", ""), _negated=True),
                        fields=("hospital", "code"),
                        name="segment_shipped_once",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("name", ""), _negated=True),
                            models.Q(("code", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="segment_has_a_name",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("code", ""), ("owner__isnull", True), _connector="OR"),
                        name="segment_shipped_has_no_owner",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="SegmentCount",
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
                    "segment",
                    hospital_crm.tenancy.fields.HospitalForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="counts",
                        to="patients.segment",
                    ),
                ),
                ("on", models.DateField(verbose_name="day")),
                ("version", models.PositiveIntegerField(verbose_name="version")),
                ("members", models.PositiveIntegerField(verbose_name="people")),
                ("came", models.PositiveIntegerField(default=0, verbose_name="came")),
                ("left", models.PositiveIntegerField(default=0, verbose_name="left")),
            ],
            options={
                "verbose_name": "count of a segment",
                "verbose_name_plural": "counts of segments",
                "ordering": ["-on"],
                "constraints": [
                    models.UniqueConstraint(fields=("hospital", "segment", "on"), name="segment_count_once_a_day")
                ],
            },
        ),
        migrations.CreateModel(
            name="SegmentMember",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
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
                    "segment",
                    hospital_crm.tenancy.fields.HospitalForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="members",
                        to="patients.segment",
                    ),
                ),
                (
                    "patient",
                    hospital_crm.tenancy.fields.HospitalForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="segment_memberships",
                        to="patients.patient",
                    ),
                ),
                ("since_on", models.DateField(verbose_name="since")),
            ],
            options={
                "verbose_name": "member of a segment",
                "verbose_name_plural": "members of segments",
                "indexes": [models.Index(fields=["hospital", "patient", "segment"], name="segments_of_person_idx")],
                "constraints": [
                    models.UniqueConstraint(fields=("hospital", "segment", "patient"), name="segment_member_once")
                ],
            },
        ),
        migrations.CreateModel(
            name="SegmentVersion",
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
                    "segment",
                    hospital_crm.tenancy.fields.HospitalForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="versions",
                        to="patients.segment",
                    ),
                ),
                ("number", models.PositiveIntegerField(verbose_name="version")),
                ("rule", models.JSONField(verbose_name="rule")),
                ("note", models.CharField(blank=True, max_length=200, verbose_name="why it was changed")),
                (
                    "made_by",
                    hospital_crm.tenancy.fields.HospitalForeignKey(
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
                (
                    "made_at",
                    models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), verbose_name="made at"),
                ),
            ],
            options={
                "verbose_name": "version of a segment",
                "verbose_name_plural": "versions of segments",
                "ordering": ["-number"],
                "constraints": [
                    models.UniqueConstraint(fields=("hospital", "segment", "number"), name="segment_version_once")
                ],
            },
        ),
    ]
