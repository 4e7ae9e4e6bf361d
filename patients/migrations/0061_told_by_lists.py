"""What lists tell of a stay beside: who nursed, and how old the person was."""

import django.db.models.deletion
from django.db import migrations, models

import hospital_crm.tenancy.fields


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0022_access_by_token"),
        ("patients", "0060_left_to_community"),
    ]

    operations = [
        migrations.AddField(
            model_name="encounter",
            name="age_told",
            field=models.SmallIntegerField(blank=True, null=True, verbose_name="age as written"),
        ),
        migrations.AddField(
            model_name="encounter",
            name="nurse",
            field=hospital_crm.tenancy.fields.HospitalForeignKey(
                blank=True,
                db_constraint=False,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to="accounts.staffmember",
                verbose_name="responsible nurse",
            ),
        ),
        migrations.AddField(
            model_name="encounter",
            name="nurse_name",
            field=models.CharField(
                blank=True, db_default="", default="", max_length=60, verbose_name="nurse as written"
            ),
        ),
    ]
