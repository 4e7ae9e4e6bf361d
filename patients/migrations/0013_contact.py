"""The tables behind `patients.models.contact`."""

import django.db.models.deletion
import django.utils.timezone
from django.db import migrations, models

import hospital_crm.tenancy.fields
import hospital_crm.tenancy.scope


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0002_hospital"),
        ("accounts", "0006_staff_places"),
        ("patients", "0012_identifier"),
    ]

    operations = [
        migrations.CreateModel(
            name="ContactStop",
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
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="contact_stops",
                        to="patients.patient",
                        verbose_name="person",
                    ),
                ),
                (
                    "asked_by",
                    models.CharField(
                        choices=[
                            ("self", "the person"),
                            ("family", "family"),
                            ("guardian", "guardian"),
                            ("staff", "our staff"),
                        ],
                        default="self",
                        max_length=10,
                        verbose_name="asked by",
                    ),
                ),
                ("words", models.CharField(max_length=200, verbose_name="in these words")),
                ("proof", models.CharField(blank=True, max_length=100, verbose_name="proof")),
                (
                    "recorded_by",
                    hospital_crm.tenancy.fields.HospitalForeignKey(
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.staffmember",
                    ),
                ),
                ("recorded_at", models.DateTimeField(default=django.utils.timezone.now, verbose_name="recorded at")),
                (
                    "lifted_by",
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
                ("lifted_at", models.DateTimeField(blank=True, null=True, verbose_name="lifted at")),
                ("lift_reason", models.CharField(blank=True, max_length=200, verbose_name="reason for lifting")),
            ],
            options={
                "verbose_name": "stop of contact",
                "verbose_name_plural": "stops of contact",
                "indexes": [models.Index(fields=["hospital", "patient"], name="contactstop_patient_idx")],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("lifted_at__isnull", True)),
                        fields=("hospital", "patient"),
                        name="contactstop_one_open",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("lifted_at__isnull", True), models.Q(("lift_reason", ""), _negated=True), _connector="OR"
                        ),
                        name="contactstop_lifted_for_a_reason",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ContactPoint",
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
                    "patient",
                    hospital_crm.tenancy.fields.HospitalForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="contact_points",
                        to="patients.patient",
                        verbose_name="person",
                    ),
                ),
                (
                    "system",
                    models.CharField(
                        choices=[("phone", "phone"), ("email", "e-mail"), ("wechat", "WeChat")],
                        default="phone",
                        max_length=8,
                        verbose_name="kind",
                    ),
                ),
                ("value", models.CharField(db_collation="C", max_length=120, verbose_name="number or address")),
                (
                    "value_reversed",
                    models.CharField(
                        blank=True, db_collation="C", editable=False, max_length=40, verbose_name="digits from the end"
                    ),
                ),
                ("rank", models.PositiveSmallIntegerField(default=1, verbose_name="rank")),
                (
                    "purpose",
                    models.CharField(
                        blank=True,
                        choices=[("home", "home"), ("work", "work"), ("emergency", "emergency")],
                        max_length=10,
                        verbose_name="purpose",
                    ),
                ),
                ("owner_relation", models.CharField(blank=True, max_length=20, verbose_name="whose")),
                (
                    "owner",
                    hospital_crm.tenancy.fields.HospitalForeignKey(
                        blank=True,
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="numbers_lent",
                        to="patients.patient",
                        verbose_name="record of the owner",
                    ),
                ),
                ("valid_from", models.DateField(blank=True, null=True, verbose_name="valid from")),
                ("valid_until", models.DateField(blank=True, null=True, verbose_name="valid until")),
                (
                    "number_state",
                    models.CharField(
                        choices=[
                            ("unchecked", "not checked"),
                            ("ok", "reached"),
                            ("suspended", "suspended"),
                            ("dead", "does not exist"),
                            ("wrong", "wrong person"),
                        ],
                        default="unchecked",
                        max_length=10,
                        verbose_name="state",
                    ),
                ),
                ("source", models.CharField(blank=True, max_length=20, verbose_name="source")),
            ],
            options={
                "verbose_name": "contact point",
                "verbose_name_plural": "contact points",
                "ordering": ["rank", "id"],
                "indexes": [
                    models.Index(fields=["hospital", "value"], name="contactpoint_value_idx"),
                    models.Index(
                        condition=models.Q(("value_reversed", ""), _negated=True),
                        fields=["hospital", "value_reversed"],
                        name="contactpoint_reversed_idx",
                    ),
                    models.Index(
                        condition=models.Q(("owner__isnull", False)),
                        fields=["hospital", "owner"],
                        name="contactpoint_owner_idx",
                    ),
                    models.Index(
                        condition=models.Q(("valid_until__isnull", False)),
                        fields=["hospital", "valid_until"],
                        name="contactpoint_until_idx",
                    ),
                    models.Index(
                        condition=models.Q(("valid_from__isnull", False)),
                        fields=["hospital", "valid_from"],
                        name="contactpoint_from_idx",
                    ),
                    models.Index(
                        condition=models.Q(("system", "phone"), _negated=True),
                        fields=["hospital", "system", "patient"],
                        include=("number_state",),
                        name="contactpoint_other_idx",
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("hospital", "patient", "system", "value"), name="contactpoint_value_unique"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("value", ""), _negated=True), name="contactpoint_has_a_value"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("valid_from__isnull", True),
                            ("valid_until__isnull", True),
                            ("valid_until__gte", models.F("valid_from")),
                            _connector="OR",
                        ),
                        name="contactpoint_ends_after_start",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Relation",
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
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="relations",
                        to="patients.patient",
                        verbose_name="person",
                    ),
                ),
                (
                    "related",
                    hospital_crm.tenancy.fields.HospitalForeignKey(
                        blank=True,
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="related_to",
                        to="patients.patient",
                        verbose_name="own record",
                    ),
                ),
                ("name", models.CharField(max_length=100, verbose_name="Name")),
                ("kind", models.CharField(max_length=20, verbose_name="relation")),
                ("phone", models.CharField(blank=True, max_length=30, verbose_name="phone")),
                (
                    "may_be_told",
                    models.CharField(
                        choices=[
                            ("nothing", "may be told nothing"),
                            ("appointments", "may be told appointments"),
                            ("condition", "may be told condition and appointments"),
                            ("everything", "may be told everything medical"),
                        ],
                        default="nothing",
                        max_length=14,
                        verbose_name="may be told",
                    ),
                ),
                ("is_guardian", models.BooleanField(default=False, verbose_name="guardian")),
                ("valid_from", models.DateField(blank=True, null=True, verbose_name="valid from")),
                ("valid_until", models.DateField(blank=True, null=True, verbose_name="valid until")),
            ],
            options={
                "verbose_name": "relation",
                "verbose_name_plural": "relations",
                "ordering": ["-is_guardian", "id"],
                "indexes": [
                    models.Index(fields=["hospital", "patient"], name="relation_patient_idx"),
                    models.Index(
                        condition=models.Q(("related__isnull", False)),
                        fields=["hospital", "related"],
                        name="relation_related_idx",
                    ),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("related__isnull", True),
                            models.Q(("related", models.F("patient")), _negated=True),
                            _connector="OR",
                        ),
                        name="relation_is_to_another",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("valid_from__isnull", True),
                            ("valid_until__isnull", True),
                            ("valid_until__gte", models.F("valid_from")),
                            _connector="OR",
                        ),
                        name="relation_ends_after_start",
                    ),
                ],
            },
        ),
    ]
