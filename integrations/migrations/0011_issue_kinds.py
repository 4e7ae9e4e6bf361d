"""Findings may also say that a row was left out by choice, or that what it made stays after undoing."""

from django.db import migrations, models

KINDS = [
    ("rejected", "left out"),
    ("skipped", "left out by choice"),
    ("warning", "imported with a remark"),
    ("kept", "stays after undoing"),
]


class Migration(migrations.Migration):
    dependencies = [("integrations", "0010_people_idx")]

    operations = [
        migrations.AlterField("importissue", "kind", models.CharField("kind", max_length=8, choices=KINDS)),
    ]
