"""A list keeps who asked for its import or undoing, so that what is done in the background is done in that name."""

import django.db.models.deletion
from django.db import migrations, models

import hospital_crm.tenancy.fields


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0022_access_by_token"),
        ("integrations", "0019_named_idx"),
    ]

    operations = [
        migrations.AddField(
            model_name="importbatch",
            name="asked_as",
            field=models.CharField(blank=True, max_length=40, verbose_name="role"),
        ),
        migrations.AddField(
            model_name="importbatch",
            name="asked_by",
            field=hospital_crm.tenancy.fields.HospitalForeignKey(
                db_constraint=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="accounts.staffmember",
                verbose_name="started or undone by",
            ),
        ),
    ]
