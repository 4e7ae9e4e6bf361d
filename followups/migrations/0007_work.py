"""The tables Attempt, OrderTransfer of `followups.models.work`."""

import django.contrib.postgres.fields
import django.db.models.deletion
from django.db import migrations, models

import hospital_crm.tenancy.fields
import hospital_crm.tenancy.scope


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0002_hospital"),
        ("accounts", "0006_staff_places"),
        ("followups", "0006_hands"),
        ("patients", "0001_patient"),
        ("patients", "0013_contact"),
    ]

    operations = [
        migrations.CreateModel(
            name="Attempt",
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
                    "order",
                    hospital_crm.tenancy.fields.HospitalForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="attempts",
                        to="followups.followuporder",
                    ),
                ),
                (
                    "patient",
                    hospital_crm.tenancy.fields.HospitalForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="followup_attempts",
                        to="patients.patient",
                    ),
                ),
                (
                    "staff",
                    hospital_crm.tenancy.fields.HospitalForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.staffmember",
                        verbose_name="by whom",
                    ),
                ),
                ("at", models.DateTimeField(verbose_name="at")),
                ("on", models.DateField(verbose_name="day")),
                (
                    "day_part",
                    models.CharField(
                        choices=[
                            ("morning", "09–12"),
                            ("afternoon", "14–18"),
                            ("evening", "18–20"),
                            ("other", "other hours"),
                        ],
                        max_length=9,
                        verbose_name="part of the day",
                    ),
                ),
                (
                    "channel",
                    models.CharField(
                        choices=[
                            ("phone", "telephone"),
                            ("message", "message"),
                            ("visit", "home visit"),
                            ("letter", "letter"),
                        ],
                        default="phone",
                        max_length=8,
                        verbose_name="channel",
                    ),
                ),
                (
                    "outcome",
                    models.CharField(
                        choices=[
                            ("completed", "completed"),
                            ("completed_family", "answered by family"),
                            ("partly", "partly, agreed a time"),
                            ("refused_now", "refused this time"),
                            ("refused_for_good", "refused for good"),
                            ("wrong_person", "somebody else answered"),
                            ("no_answer", "no answer"),
                            ("busy", "busy"),
                            ("switched_off", "switched off"),
                            ("suspended", "number suspended"),
                            ("no_such_number", "number does not exist"),
                            ("blocked", "blocked"),
                            ("died", "has died"),
                            ("readmitted", "readmitted"),
                            ("transferred", "transferred"),
                            ("lost", "lost"),
                            ("barrier", "language or hearing barrier"),
                        ],
                        max_length=16,
                        verbose_name="result of the call",
                    ),
                ),
                (
                    "answered_by",
                    models.CharField(
                        blank=True,
                        choices=[("patient", "the person"), ("family", "family"), ("other", "somebody else")],
                        max_length=8,
                        verbose_name="who spoke",
                    ),
                ),
                ("is_reached", models.BooleanField(verbose_name="reached")),
                ("is_call", models.BooleanField(default=True, verbose_name="was a call")),
                (
                    "second_call",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("called_back", "the person called back"),
                            ("asked", "asked to be called again today"),
                            ("cut_off", "the line was cut"),
                        ],
                        max_length=11,
                        verbose_name="second call of the day",
                    ),
                ),
                ("note", models.TextField(blank=True, verbose_name="note")),
                (
                    "next_step",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("none", "nothing further"),
                            ("call_again", "another call agreed"),
                            ("outpatient", "come to outpatients"),
                            ("emergency", "come to emergency"),
                            ("physician", "physician calls back"),
                            ("dressing", "dressing change"),
                            ("medicine", "medicine explained"),
                            ("other", "other, see note"),
                        ],
                        max_length=12,
                        verbose_name="next step",
                    ),
                ),
                ("agreed_at", models.DateTimeField(blank=True, null=True, verbose_name="agreed time")),
                (
                    "contact_point",
                    hospital_crm.tenancy.fields.HospitalForeignKey(
                        blank=True,
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="patients.contactpoint",
                    ),
                ),
                ("key", models.UUIDField(verbose_name="key of the submission")),
            ],
            options={
                "verbose_name": "attempt",
                "verbose_name_plural": "attempts",
                "ordering": ["at", "pk"],
                "indexes": [
                    models.Index(fields=["hospital", "patient", "at"], name="attempt_patient_idx"),
                    models.Index(
                        condition=models.Q(("contact_point__isnull", False)),
                        fields=["hospital", "contact_point"],
                        name="attempt_contact_point_idx",
                    ),
                    models.Index(fields=["hospital", "order", "at"], name="attempt_order_idx"),
                    models.Index(fields=["hospital", "staff", "at"], name="attempt_staff_idx"),
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("hospital", "key"), name="attempt_once"),
                    models.CheckConstraint(
                        condition=models.Q(("second_call", ""), ("is_call", True), _connector="OR"),
                        name="attempt_second_call_is_a_call",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="OrderTransfer",
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
                    "order",
                    hospital_crm.tenancy.fields.HospitalForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="transfers",
                        to="followups.followuporder",
                    ),
                ),
                (
                    "from_staff",
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
                (
                    "to_staff",
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
                (
                    "to_role",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("attending", "attending physician"),
                            ("nurse", "responsible nurse"),
                            ("department_head", "department head"),
                            ("centre", "service centre"),
                        ],
                        max_length=16,
                        verbose_name="assigned as",
                    ),
                ),
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
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("manual", "by hand"),
                            ("mapped", "physician recognised"),
                            ("leave", "handed over on leave"),
                            ("left", "assignee no longer works here"),
                            ("attending", "attending physician corrected"),
                            ("station", "no longer with the station"),
                        ],
                        default="manual",
                        max_length=9,
                        verbose_name="kind",
                    ),
                ),
                ("reason", models.CharField(blank=True, max_length=200, verbose_name="reason")),
                ("at", models.DateTimeField(verbose_name="at")),
            ],
            options={
                "verbose_name": "transfer of an order",
                "verbose_name_plural": "transfers of orders",
                "ordering": ["at", "pk"],
                "indexes": [models.Index(fields=["hospital", "order"], name="transfer_order_idx")],
            },
        ),
    ]
