"""What the columns of a held role are called."""

import django.db.models.deletion
from django.db import migrations

import hospital_crm.tenancy.fields


class Migration(migrations.Migration):
    dependencies = [("accounts", "0012_station_areas")]

    operations = [
        migrations.AlterField(
            model_name="staffrole",
            name="granted_by",
            field=hospital_crm.tenancy.fields.HospitalForeignKey(
                blank=True,
                db_constraint=False,
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to="accounts.staffmember",
                verbose_name="granted by",
            ),
        ),
        migrations.AlterField(
            model_name="staffrole",
            name="staff",
            field=hospital_crm.tenancy.fields.HospitalForeignKey(
                db_constraint=False,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="role_links",
                to="accounts.staffmember",
                verbose_name="member of staff",
            ),
        ),
    ]
