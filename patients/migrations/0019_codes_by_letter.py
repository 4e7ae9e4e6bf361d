"""Diagnosis codes are ordered letter by letter, so that an index finds those that begin with I10."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("patients", "0018_segments")]

    operations = [
        migrations.AlterField(
            model_name="diagnosis",
            name="code",
            field=models.CharField(blank=True, db_collation="C", max_length=20, verbose_name="code"),
        ),
        migrations.AlterField(
            model_name="encounter",
            name="diagnosis_code",
            field=models.CharField(blank=True, db_collation="C", max_length=20, verbose_name="diagnosis code"),
        ),
    ]
