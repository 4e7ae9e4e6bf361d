"""The tables behind `patients.models.member_care`."""

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
        ("patients", "0022_watching"),
    ]

    operations = [
        migrations.CreateModel(
            name="MemberMessage",
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
                    "membership",
                    hospital_crm.tenancy.fields.HospitalForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="messages",
                        to="patients.membership",
                        verbose_name="VIP membership",
                    ),
                ),
                (
                    "author",
                    hospital_crm.tenancy.fields.HospitalForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.staffmember",
                        verbose_name="written by",
                    ),
                ),
                ("text", models.TextField(max_length=1000, verbose_name="message about a member")),
                ("sent_at", models.DateTimeField(default=django.utils.timezone.now, verbose_name="sent at")),
            ],
            options={
                "verbose_name": "message about a member",
                "verbose_name_plural": "messages about members",
                "indexes": [
                    models.Index(fields=["hospital", "membership", "-sent_at", "-id"], name="membermessage_thread_idx")
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("text", ""), _negated=True), name="membermessage_says_something"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="ThreadReading",
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
                    "membership",
                    hospital_crm.tenancy.fields.HospitalForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="readings",
                        to="patients.membership",
                        verbose_name="VIP membership",
                    ),
                ),
                (
                    "staff",
                    hospital_crm.tenancy.fields.HospitalForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="accounts.staffmember",
                        verbose_name="read by",
                    ),
                ),
                ("read_until", models.DateTimeField(verbose_name="read up to")),
            ],
            options={
                "verbose_name": "reading of a thread",
                "verbose_name_plural": "readings of threads",
                "constraints": [
                    models.UniqueConstraint(fields=("hospital", "membership", "staff"), name="threadreading_once")
                ],
            },
        ),
        migrations.CreateModel(
            name="VisitSheet",
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
                    "membership",
                    hospital_crm.tenancy.fields.HospitalForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="sheets",
                        to="patients.membership",
                        verbose_name="VIP membership",
                    ),
                ),
                ("day", models.DateField(verbose_name="day of the visit")),
                ("note", models.CharField(blank=True, max_length=200, verbose_name="what it is about")),
                (
                    "made_by",
                    hospital_crm.tenancy.fields.HospitalForeignKey(
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.staffmember",
                    ),
                ),
                ("made_at", models.DateTimeField(default=django.utils.timezone.now, verbose_name="made at")),
            ],
            options={
                "verbose_name": "one-stop visit sheet",
                "verbose_name_plural": "one-stop visit sheets",
                "constraints": [
                    models.UniqueConstraint(fields=("hospital", "membership", "day"), name="visitsheet_once_a_day")
                ],
            },
        ),
        migrations.CreateModel(
            name="VisitStep",
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
                    "sheet",
                    hospital_crm.tenancy.fields.HospitalForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="steps",
                        to="patients.visitsheet",
                        verbose_name="one-stop visit sheet",
                    ),
                ),
                ("rank", models.PositiveSmallIntegerField(verbose_name="place among the steps")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("register", "registration"),
                            ("tests", "tests"),
                            ("pharmacy", "pharmacy"),
                            ("payment", "payment"),
                            ("other", "other step"),
                        ],
                        max_length=8,
                        verbose_name="kind of step",
                    ),
                ),
                ("title", models.CharField(blank=True, max_length=60, verbose_name="step")),
                ("place", models.CharField(blank=True, max_length=80, verbose_name="where")),
                (
                    "companion",
                    hospital_crm.tenancy.fields.HospitalForeignKey(
                        blank=True,
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.staffmember",
                        verbose_name="accompanied by",
                    ),
                ),
                ("planned_at", models.TimeField(blank=True, null=True, verbose_name="planned for")),
                (
                    "state",
                    models.CharField(
                        choices=[("planned", "planned step"), ("done", "done"), ("skipped", "skipped")],
                        default="planned",
                        max_length=7,
                        verbose_name="state",
                    ),
                ),
                ("done_at", models.DateTimeField(blank=True, null=True, verbose_name="done at")),
                (
                    "done_by",
                    hospital_crm.tenancy.fields.HospitalForeignKey(
                        blank=True,
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.staffmember",
                    ),
                ),
                ("skip_reason", models.CharField(blank=True, max_length=100, verbose_name="why it was skipped")),
            ],
            options={
                "verbose_name": "step of a visit",
                "verbose_name_plural": "steps of a visit",
                "ordering": ["rank", "id"],
                "constraints": [
                    models.UniqueConstraint(fields=("hospital", "sheet", "rank"), name="visitstep_place_once"),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("done_at__isnull", True), ("skip_reason", ""), ("state", "planned")),
                            models.Q(
                                ("done_at__isnull", False),
                                ("done_by__isnull", False),
                                ("skip_reason", ""),
                                ("state", "done"),
                            ),
                            models.Q(
                                ("done_at__isnull", True),
                                ("state", "skipped"),
                                models.Q(("skip_reason", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="visitstep_state_is_told",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("kind", "other"), _negated=True),
                            models.Q(("title", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="visitstep_other_has_a_name",
                    ),
                ],
            },
        ),
    ]
