"""The tables LabelRuleSet, LabelStrategy, LabelRule of `patients.models.labels`."""

import django.contrib.postgres.fields
import django.db.models.deletion
from django.db import migrations, models

import hospital_crm.tenancy.fields
import hospital_crm.tenancy.scope


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0002_hospital"),
        ("accounts", "0006_staff_places"),
        ("patients", "0006_encounter_lines"),
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
    ]
