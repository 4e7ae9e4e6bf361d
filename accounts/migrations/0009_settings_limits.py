"""Settings that make no sense are brought to the nearest that does, and refused from now on."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("accounts", "0008_absences_apart")]

    operations = [
        migrations.RunSQL(
            """
            update accounts_hospitalsettings
               set idle_minutes = least(greatest(idle_minutes, 5), 30),
                   care_from_hour = case when care_from_hour < least(care_until_hour, 24) then care_from_hour else 8 end,
                   care_until_hour = case when care_from_hour < least(care_until_hour, 24)
                                          then least(care_until_hour, 24) else 21 end,
                   digest_hour = least(digest_hour, 23),
                   attended_months = least(greatest(attended_months, 1), 24)
            """,
            migrations.RunSQL.noop,
        ),
        migrations.AddConstraint(
            model_name="hospitalsettings",
            constraint=models.CheckConstraint(
                condition=models.Q(("idle_minutes__range", (5, 30))), name="hospital_settings_idle_minutes"
            ),
        ),
        migrations.AddConstraint(
            model_name="hospitalsettings",
            constraint=models.CheckConstraint(
                condition=models.Q(("care_from_hour__range", (0, 23))), name="hospital_settings_care_from_hour"
            ),
        ),
        migrations.AddConstraint(
            model_name="hospitalsettings",
            constraint=models.CheckConstraint(
                condition=models.Q(("care_until_hour__range", (1, 24))), name="hospital_settings_care_until_hour"
            ),
        ),
        migrations.AddConstraint(
            model_name="hospitalsettings",
            constraint=models.CheckConstraint(
                condition=models.Q(("digest_hour__range", (0, 23))), name="hospital_settings_digest_hour"
            ),
        ),
        migrations.AddConstraint(
            model_name="hospitalsettings",
            constraint=models.CheckConstraint(
                condition=models.Q(("attended_months__range", (1, 24))), name="hospital_settings_attended_months"
            ),
        ),
        migrations.AddConstraint(
            model_name="hospitalsettings",
            constraint=models.CheckConstraint(
                condition=models.Q(("care_from_hour__lt", models.F("care_until_hour"))),
                name="hospital_settings_care_hours",
            ),
        ),
    ]
