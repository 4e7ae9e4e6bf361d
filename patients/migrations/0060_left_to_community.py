"""Who left to community care has left in a way of their own, and is no transfer to another hospital."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("patients", "0059_own_addresses_index")]

    operations = [
        migrations.AlterField(
            model_name="encounter",
            name="disposition",
            field=models.CharField(
                choices=[
                    ("home", "on medical advice"),
                    ("transfer", "transferred"),
                    ("community", "to community care"),
                    ("against_advice", "against advice"),
                    ("died", "died"),
                    ("other", "other way of leaving"),
                    ("unknown", "way of leaving not known"),
                ],
                default="unknown",
                max_length=14,
                verbose_name="way of leaving",
            ),
        ),
    ]
