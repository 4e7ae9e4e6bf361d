"""The tables behind `patients.models.labels`."""

import django.contrib.postgres.fields
import django.db.models.deletion
from django.db import migrations, models

import hospital_crm.tenancy.fields
import hospital_crm.tenancy.scope


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0002_hospital"),
        ("accounts", "0005_staff"),
        ("patients", "0005_encounter"),
    ]

    operations = [
        migrations.CreateModel(
            name="LabelRuleSet",
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
                ("version", models.PositiveIntegerField(verbose_name="version")),
                (
                    "state",
                    models.CharField(
                        choices=[("draft", "draft"), ("published", "published"), ("retired", "retired")],
                        default="draft",
                        max_length=10,
                        verbose_name="state",
                    ),
                ),
                ("least_points", models.PositiveSmallIntegerField(default=2, verbose_name="points needed")),
                ("published_at", models.DateTimeField(blank=True, null=True, verbose_name="published at")),
                ("retired_at", models.DateTimeField(blank=True, null=True, verbose_name="retired at")),
                (
                    "published_by",
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
                "verbose_name": "version of the label rules",
                "verbose_name_plural": "versions of the label rules",
                "ordering": ["-version"],
                "constraints": [
                    models.UniqueConstraint(fields=("hospital", "version"), name="label_rules_version_unique"),
                    models.UniqueConstraint(
                        condition=models.Q(("state", "published")), fields=("hospital",), name="label_rules_published"
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("state", "draft")), fields=("hospital", "state"), name="label_rules_draft"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("least_points__range", (1, 20))), name="label_rules_least_points"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="LabelStrategy",
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
                ("expects", models.JSONField(default=dict, verbose_name="what this person expects")),
                ("tasks", models.JSONField(default=dict, verbose_name="what is done")),
                ("topics", models.JSONField(default=dict, verbose_name="what is talked and written about")),
                ("benefits", models.JSONField(default=dict, verbose_name="benefits offered")),
                ("indicators", models.JSONField(default=dict, verbose_name="what is measured")),
                ("changed_at", models.DateTimeField(blank=True, null=True, verbose_name="changed at")),
                (
                    "changed_by",
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
                "verbose_name": "strategy",
                "verbose_name_plural": "strategies",
                "ordering": ["axis", "id"],
                "constraints": [
                    models.UniqueConstraint(fields=("hospital", "axis", "value"), name="label_strategy_unique"),
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
                            _connector="OR",
                        ),
                        name="label_strategy_value_of_axis",
                    ),
                ],
            },
        ),
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
            name="LabelRule",
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
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="rules",
                        to="patients.labelruleset",
                        verbose_name="version",
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
                ("code", models.CharField(max_length=6, verbose_name="code")),
                ("rank", models.PositiveSmallIntegerField(verbose_name="rank")),
                ("points", models.PositiveSmallIntegerField(default=1, verbose_name="points")),
                ("conditions", models.JSONField(default=list, verbose_name="conditions")),
                ("title", models.JSONField(default=dict, verbose_name="heading")),
                ("is_active", models.BooleanField(default=True, verbose_name="in use")),
            ],
            options={
                "verbose_name": "line of the label rules",
                "verbose_name_plural": "lines of the label rules",
                "ordering": ["axis", "rank"],
                "constraints": [
                    models.UniqueConstraint(fields=("hospital", "rule_set", "code"), name="label_rule_code_unique"),
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
                            _connector="OR",
                        ),
                        name="label_rule_value_of_axis",
                    ),
                    models.CheckConstraint(condition=models.Q(("points__range", (1, 9))), name="label_rule_points"),
                ],
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
