"""For how many days a hospital keeps what feeds have sent."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("accounts", "0013_purge")]

    operations = [
        migrations.AddField(
            model_name="hospitalsettings",
            name="messages_kept_days",
            field=models.PositiveSmallIntegerField(
                db_default=180, default=180, verbose_name="keep messages of feeds, days"
            ),
        ),
        migrations.AddConstraint(
            model_name="hospitalsettings",
            constraint=models.CheckConstraint(
                condition=models.Q(("messages_kept_days__range", (30, 1095))),
                name="hospital_settings_messages_kept_days",
            ),
        ),
    ]
