"""By which working days of a year the due days of orders stand."""

import django.db.models.deletion
from django.db import migrations, models

import hospital_crm.tenancy.scope


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0002_hospital"),
        ("followups", "0031_changed_stays"),
    ]

    operations = [
        migrations.CreateModel(
            name="FollowedCalendar",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("year", models.PositiveSmallIntegerField()),
                ("fingerprint", models.CharField(max_length=32)),
                (
                    "hospital",
                    models.ForeignKey(
                        db_index=False,
                        default=hospital_crm.tenancy.scope.current_hospital,
                        editable=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.hospital",
                    ),
                ),
            ],
            options={
                "verbose_name": "followed calendar",
                "verbose_name_plural": "followed calendars",
                "constraints": [
                    models.UniqueConstraint(fields=("hospital", "year"), name="followed_calendar_once"),
                ],
            },
        ),
    ]
