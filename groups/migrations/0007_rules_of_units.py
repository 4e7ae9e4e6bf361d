"""No two contracts of a kind in force at once; days that end do not end before they begin."""

import django.contrib.postgres.constraints
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("groups", "0006_fill_units"),
    ]

    operations = [
        migrations.AddConstraint(
            model_name="benefit",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("starts_on__isnull", True),
                    ("ends_on__isnull", True),
                    ("ends_on__gte", models.F("starts_on")),
                    _connector="OR",
                ),
                name="benefit_ends_after_start",
            ),
        ),
        migrations.AddConstraint(
            model_name="contract",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("state__in", ["draft", "signed"]), models.Q(("end_reason", ""), _negated=True), _connector="OR"
                ),
                name="contract_ended_with_reason",
            ),
        ),
        migrations.AddConstraint(
            model_name="contract",
            constraint=django.contrib.postgres.constraints.ExclusionConstraint(
                condition=models.Q(("kind", "checkup"), ("state__in", ["signed", "ended"])),
                expressions=[
                    (models.Func("group_id", "group_id", models.Value("[]"), function="int8range"), "&&"),
                    (models.Func("starts_on", "ends_on", models.Value("[]"), function="daterange"), "&&"),
                ],
                name="contract_one_checkup_at_a_time",
            ),
        ),
        migrations.AddConstraint(
            model_name="contract",
            constraint=django.contrib.postgres.constraints.ExclusionConstraint(
                condition=models.Q(("kind", "care"), ("state__in", ["signed", "ended"])),
                expressions=[
                    (models.Func("group_id", "group_id", models.Value("[]"), function="int8range"), "&&"),
                    (models.Func("starts_on", "ends_on", models.Value("[]"), function="daterange"), "&&"),
                ],
                name="contract_one_care_at_a_time",
            ),
        ),
        migrations.AddConstraint(
            model_name="contract",
            constraint=django.contrib.postgres.constraints.ExclusionConstraint(
                condition=models.Q(("kind", "management"), ("state__in", ["signed", "ended"])),
                expressions=[
                    (models.Func("group_id", "group_id", models.Value("[]"), function="int8range"), "&&"),
                    (models.Func("starts_on", "ends_on", models.Value("[]"), function="daterange"), "&&"),
                ],
                name="contract_one_management_at_a_time",
            ),
        ),
        migrations.AddConstraint(
            model_name="contract",
            constraint=django.contrib.postgres.constraints.ExclusionConstraint(
                condition=models.Q(("kind", "other"), ("state__in", ["signed", "ended"])),
                expressions=[
                    (models.Func("group_id", "group_id", models.Value("[]"), function="int8range"), "&&"),
                    (models.Func("starts_on", "ends_on", models.Value("[]"), function="daterange"), "&&"),
                ],
                name="contract_one_other_at_a_time",
            ),
        ),
        migrations.AddConstraint(
            model_name="groupcontact",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("valid_from__isnull", True),
                    ("valid_until__isnull", True),
                    ("valid_until__gte", models.F("valid_from")),
                    _connector="OR",
                ),
                name="groupcontact_ends_after_start",
            ),
        ),
        migrations.AddConstraint(
            model_name="groupmember",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("joined_on__isnull", True),
                    ("left_on__isnull", True),
                    ("left_on__gte", models.F("joined_on")),
                    _connector="OR",
                ),
                name="member_leaves_after_joining",
            ),
        ),
        migrations.AddConstraint(
            model_name="groupvisit",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("called_off_on__isnull", True),
                    models.Q(("done_on__isnull", True), models.Q(("called_off_reason", ""), _negated=True)),
                    _connector="OR",
                ),
                name="groupvisit_called_off_with_reason",
            ),
        ),
        migrations.AddConstraint(
            model_name="groupvisit",
            constraint=models.UniqueConstraint(
                fields=("hospital", "renews"), name="groupvisit_one_reminder_per_contract"
            ),
        ),
    ]
