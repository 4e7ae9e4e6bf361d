"""Roles that a sheet asks for wait for the security officer."""

import django.db.models.deletion
from django.db import migrations, models

import hospital_crm.tenancy.fields
import hospital_crm.tenancy.scope


class Migration(migrations.Migration):
    dependencies = [("accounts", "0009_settings_limits")]

    operations = [
        migrations.CreateModel(
            name="RoleProposal",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("proposed_at", models.DateTimeField(auto_now_add=True, verbose_name="proposed at")),
            ],
            options={
                "verbose_name": "proposed role",
                "verbose_name_plural": "proposed roles",
            },
        ),
        migrations.AddField(
            model_name="roleproposal",
            name="hospital",
            field=models.ForeignKey(
                db_index=False,
                default=hospital_crm.tenancy.scope.current_hospital,
                editable=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="accounts.hospital",
            ),
        ),
        migrations.AddField(
            model_name="roleproposal",
            name="proposed_by",
            field=hospital_crm.tenancy.fields.HospitalForeignKey(
                db_constraint=False,
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="accounts.staffmember",
                verbose_name="proposed by",
            ),
        ),
        migrations.AddField(
            model_name="roleproposal",
            name="role",
            field=hospital_crm.tenancy.fields.HospitalForeignKey(
                db_constraint=False,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="+",
                to="accounts.role",
                verbose_name="role",
            ),
        ),
        migrations.AddField(
            model_name="roleproposal",
            name="staff",
            field=hospital_crm.tenancy.fields.HospitalForeignKey(
                db_constraint=False,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="proposals",
                to="accounts.staffmember",
            ),
        ),
        migrations.AddConstraint(
            model_name="roleproposal",
            constraint=models.UniqueConstraint(fields=("hospital", "staff", "role"), name="role_proposal_unique"),
        ),
    ]
