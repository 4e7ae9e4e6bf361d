"""Two absences of one person never overlap; those entered twice are kept once."""

import django.contrib.postgres.constraints
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("accounts", "0007_platform_events")]

    operations = [
        migrations.RunSQL(
            """
            delete from accounts_absence later using accounts_absence first
             where later.staff_id = first.staff_id and later.id > first.id
               and (later.starts_on, later.ends_on) = (first.starts_on, first.ends_on)
            """,
            migrations.RunSQL.noop,
        ),
        migrations.AddConstraint(
            model_name="absence",
            constraint=django.contrib.postgres.constraints.ExclusionConstraint(
                expressions=[
                    (models.Func("staff_id", "staff_id", models.Value("[]"), function="int8range"), "&&"),
                    (models.Func("starts_on", "ends_on", models.Value("[]"), function="daterange"), "&&"),
                ],
                name="absence_overlaps_none_of_the_same",
            ),
        ),
    ]
