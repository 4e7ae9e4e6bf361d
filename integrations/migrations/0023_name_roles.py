"""A name means somebody as the attending physician or as the nurse: two mappings."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0022_access_by_token"),
        ("integrations", "0022_staff_names"),
    ]

    operations = [
        migrations.RemoveConstraint(model_name="physicianmapping", name="physicianmapping_once_per_feed"),
        migrations.AddField(
            model_name="physicianmapping",
            name="role",
            field=models.CharField(
                choices=[("attending", "attending physician"), ("nurse", "responsible nurse")],
                db_default="attending",
                default="attending",
                max_length=10,
                verbose_name="named as",
            ),
        ),
        migrations.AddConstraint(
            model_name="physicianmapping",
            constraint=models.UniqueConstraint(
                fields=("hospital", "feed", "role", "name", "department"),
                name="physicianmapping_once_per_role",
                nulls_distinct=False,
            ),
        ),
    ]
