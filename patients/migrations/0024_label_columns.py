"""The labels that hold, on the person."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("patients", "0023_labels_of_people"),
    ]

    operations = [
        migrations.AddField(
            model_name="patient",
            name="life_cycle",
            field=models.CharField(
                blank=True,
                choices=[
                    ("potential", "potential"),
                    ("customer", "customer"),
                    ("loyal", "loyal"),
                    ("lifelong", "lifelong"),
                ],
                db_collation="C",
                db_default="",
                default="",
                max_length=10,
                verbose_name="stage of the relationship",
            ),
        ),
        migrations.AddField(
            model_name="patient",
            name="orientation",
            field=models.CharField(
                blank=True,
                choices=[("value", "value-oriented"), ("benefit", "benefit-oriented"), ("volatile", "unsteady")],
                db_collation="C",
                db_default="",
                default="",
                max_length=10,
                verbose_name="orientation",
            ),
        ),
        migrations.AddField(
            model_name="patient",
            name="visit_cycle",
            field=models.CharField(
                blank=True,
                choices=[
                    ("first", "first visit"),
                    ("latent", "may come again"),
                    ("long_term", "long-term"),
                    ("lapsed", "lapsed"),
                ],
                db_collation="C",
                db_default="",
                default="",
                max_length=10,
                verbose_name="stage of the visits",
            ),
        ),
    ]
