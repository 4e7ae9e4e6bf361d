"""What is needed to take a union of two records apart, and to follow its old address."""

import django.db.models.deletion
import django.utils.timezone
from django.db import migrations, models

import hospital_crm.tenancy.fields
import hospital_crm.tenancy.scope


class Migration(migrations.Migration):
    dependencies = [
        ("patients", "0009_consents"),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name="personmerger",
            name="person_merged_once",
        ),
        migrations.AddField(
            model_name="personmerger",
            name="after",
            field=models.JSONField(default=dict, verbose_name="what the union wrote into the kept record"),
        ),
        migrations.AddField(
            model_name="personmerger",
            name="chosen",
            field=models.JSONField(default=list, verbose_name="fields taken from the other record"),
        ),
        migrations.AddField(
            model_name="personmerger",
            name="merged_public_id",
            field=models.UUIDField(editable=False, null=True, verbose_name="address of the record that is gone"),
        ),
        migrations.AddField(
            model_name="personmerger",
            name="undo_reason",
            field=models.CharField(blank=True, max_length=200, verbose_name="reason for taking apart"),
        ),
        migrations.AddField(
            model_name="personmerger",
            name="undone_at",
            field=models.DateTimeField(blank=True, null=True, verbose_name="taken apart at"),
        ),
        migrations.AddField(
            model_name="personmerger",
            name="undone_by",
            field=hospital_crm.tenancy.fields.HospitalForeignKey(
                blank=True,
                db_constraint=False,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="accounts.staffmember",
            ),
        ),
        migrations.AddConstraint(
            model_name="personmerger",
            constraint=models.UniqueConstraint(
                condition=models.Q(("undone_at__isnull", True)),
                fields=("hospital", "merged_id"),
                name="person_merged_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="personmerger",
            constraint=models.UniqueConstraint(
                condition=models.Q(("undone_at__isnull", True)),
                fields=("hospital", "merged_public_id"),
                name="person_merged_link_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="personmerger",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("undone_at__isnull", True), models.Q(("undo_reason", ""), _negated=True), _connector="OR"
                ),
                name="person_parted_for_a_reason",
            ),
        ),
    ]
