"""Lists of consents, as another kind of list."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("integrations", "0015_name_gaps"),
    ]

    operations = [
        migrations.AlterField(
            model_name="importbatch",
            name="kind",
            field=models.CharField(
                choices=[
                    ("discharges", "discharge list"),
                    ("staff", "staff sheet"),
                    ("roster", "roster of a unit"),
                    ("checkups", "health-check list"),
                    ("diagnoses", "table of diagnoses"),
                    ("departments", "table of departments"),
                    ("divisions", "table of divisions"),
                    ("consents", "list of consents"),
                ],
                default="discharges",
                max_length=12,
                verbose_name="kind",
            ),
        ),
    ]
