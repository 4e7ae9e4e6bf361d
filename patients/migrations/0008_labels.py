"""The tables WinBackContact, ClassificationRun, PersonLabel of `patients.models.labels`."""

import django.contrib.postgres.fields
import django.db.models.deletion
from django.db import migrations, models

import hospital_crm.tenancy.fields
import hospital_crm.tenancy.scope


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0002_hospital"),
        ("accounts", "0006_staff_places"),
        ("patients", "0007_label_rules"),
    ]

    operations = [
        migrations.CreateModel(
            name="WinBackContact",
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
                        related_name="win_backs",
                        to="patients.patient",
                        verbose_name="person",
                    ),
                ),
                (
                    "outcome",
                    models.CharField(
                        choices=[
                            ("will_come", "will come again"),
                            ("thinks", "will think about it"),
                            ("elsewhere", "treated elsewhere"),
                            ("well", "is well, needs nothing"),
                            ("not_content", "was not content"),
                            ("not_reached", "not reached"),
                        ],
                        max_length=12,
                        verbose_name="what came of it",
                    ),
                ),
                ("words", models.CharField(blank=True, max_length=300, verbose_name="in words")),
                ("called_at", models.DateTimeField(verbose_name="called at")),
                (
                    "called_by",
                    hospital_crm.tenancy.fields.HospitalForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.staffmember",
                    ),
                ),
            ],
            options={
                "verbose_name": "win-back call",
                "verbose_name_plural": "win-back calls",
                "indexes": [models.Index(fields=["hospital", "patient", "-called_at"], name="win_back_patient_idx")],
            },
        ),
        migrations.CreateModel(
            name="ClassificationRun",
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
                    "rule_set",
                    hospital_crm.tenancy.fields.HospitalForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="runs",
                        to="patients.labelruleset",
                        verbose_name="version",
                    ),
                ),
                ("day", models.DateField(verbose_name="day")),
                ("after_id", models.BigIntegerField(default=0, verbose_name="done up to")),
                ("seen", models.PositiveIntegerField(default=0, verbose_name="people looked at")),
                ("changed", models.PositiveIntegerField(default=0, verbose_name="labels that changed")),
                ("started_at", models.DateTimeField(verbose_name="began at")),
                ("finished_at", models.DateTimeField(blank=True, null=True, verbose_name="ended at")),
            ],
            options={
                "verbose_name": "run of the label rules",
                "verbose_name_plural": "runs of the label rules",
                "indexes": [models.Index(fields=["hospital", "-finished_at"], name="classification_last_idx")],
                "constraints": [
                    models.UniqueConstraint(fields=("hospital", "rule_set", "day"), name="classification_once_a_day")
                ],
            },
        ),
        migrations.CreateModel(
            name="PersonLabel",
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
                        related_name="labels",
                        to="patients.patient",
                        verbose_name="person",
                    ),
                ),
                (
                    "axis",
                    models.CharField(
                        choices=[
                            ("orientation", "orientation"),
                            ("life_cycle", "stage of the relationship"),
                            ("visit_cycle", "stage of the visits"),
                        ],
                        max_length=12,
                        verbose_name="axis",
                    ),
                ),
                (
                    "value",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("value", "value-oriented"),
                            ("benefit", "benefit-oriented"),
                            ("volatile", "unsteady"),
                            ("potential", "potential"),
                            ("customer", "customer"),
                            ("loyal", "loyal"),
                            ("lifelong", "lifelong"),
                            ("first", "first visit"),
                            ("latent", "may come again"),
                            ("long_term", "long-term"),
                            ("lapsed", "lapsed"),
                        ],
                        max_length=10,
                        verbose_name="group or stage",
                    ),
                ),
                (
                    "previous",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("value", "value-oriented"),
                            ("benefit", "benefit-oriented"),
                            ("volatile", "unsteady"),
                            ("potential", "potential"),
                            ("customer", "customer"),
                            ("loyal", "loyal"),
                            ("lifelong", "lifelong"),
                            ("first", "first visit"),
                            ("latent", "may come again"),
                            ("long_term", "long-term"),
                            ("lapsed", "lapsed"),
                        ],
                        max_length=10,
                        verbose_name="before",
                    ),
                ),
                ("since_at", models.DateTimeField(verbose_name="since")),
                ("until_at", models.DateTimeField(blank=True, null=True, verbose_name="until")),
                (
                    "rule_set",
                    hospital_crm.tenancy.fields.HospitalForeignKey(
                        blank=True,
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="patients.labelruleset",
                        verbose_name="version",
                    ),
                ),
                (
                    "lines",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=6),
                        blank=True,
                        default=list,
                        size=None,
                        verbose_name="lines that fired",
                    ),
                ),
                ("inputs", models.JSONField(blank=True, default=dict, verbose_name="what they looked at")),
                (
                    "unknown",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=40),
                        blank=True,
                        default=list,
                        size=None,
                        verbose_name="not known",
                    ),
                ),
                ("decided_at", models.DateTimeField(verbose_name="decided at")),
                ("by_hand", models.BooleanField(default=False, verbose_name="by hand")),
                ("reason", models.CharField(blank=True, max_length=300, verbose_name="reason")),
                ("hand_until", models.DateField(blank=True, null=True, verbose_name="holds until")),
                (
                    "set_by",
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
            ],
            options={
                "verbose_name": "label of a person",
                "verbose_name_plural": "labels of people",
                "indexes": [
                    models.Index(fields=["hospital", "patient", "axis", "-since_at"], name="label_patient_idx"),
                    models.Index(
                        condition=models.Q(("previous", ""), _negated=True),
                        fields=["hospital", "axis", "since_at"],
                        include=("previous", "value", "patient"),
                        name="label_moves_idx",
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("until_at__isnull", True)),
                        fields=("hospital", "patient", "axis"),
                        name="label_once",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("until_at__isnull", True), ("until_at__gte", models.F("since_at")), _connector="OR"
                        ),
                        name="label_ends_after_start",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("by_hand", False), ("rule_set__isnull", False)),
                            models.Q(
                                models.Q(("by_hand", True), ("hand_until__isnull", False), ("set_by__isnull", False)),
                                models.Q(("reason", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="label_by_rules_or_by_hand",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("axis", "orientation"), ("value", "value")),
                            models.Q(("axis", "orientation"), ("value", "benefit")),
                            models.Q(("axis", "orientation"), ("value", "volatile")),
                            models.Q(("axis", "life_cycle"), ("value", "potential")),
                            models.Q(("axis", "life_cycle"), ("value", "customer")),
                            models.Q(("axis", "life_cycle"), ("value", "loyal")),
                            models.Q(("axis", "life_cycle"), ("value", "lifelong")),
                            models.Q(("axis", "visit_cycle"), ("value", "first")),
                            models.Q(("axis", "visit_cycle"), ("value", "latent")),
                            models.Q(("axis", "visit_cycle"), ("value", "long_term")),
                            models.Q(("axis", "visit_cycle"), ("value", "lapsed")),
                            ("value", ""),
                            _connector="OR",
                        ),
                        name="label_value_of_axis",
                    ),
                ],
            },
        ),
    ]
