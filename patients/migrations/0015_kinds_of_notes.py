"""Kinds of notes, who may read them, which stand first, and which were withdrawn."""

import django.db.models.deletion
from django.db import migrations, models

import hospital_crm.tenancy.fields


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0013_role_link_words"),
        ("patients", "0014_attachments"),
    ]

    operations = [
        migrations.AddField(
            model_name="patientnote",
            name="audience",
            field=models.CharField(
                choices=[
                    ("care", "everybody who cares for people"),
                    ("clinical", "who may read clinical text"),
                    ("centre", "the service centre"),
                ],
                default="clinical",
                max_length=8,
                verbose_name="may be read by",
            ),
        ),
        migrations.AddField(
            model_name="patientnote",
            name="is_pinned",
            field=models.BooleanField(default=False, verbose_name="pinned"),
        ),
        migrations.AddField(
            model_name="patientnote",
            name="kind",
            field=models.CharField(
                choices=[
                    ("general", "general"),
                    ("manner", "how to speak with the person"),
                    ("wish", "wish"),
                    ("family", "family"),
                    ("condition", "state of health"),
                ],
                default="general",
                max_length=10,
                verbose_name="kind",
            ),
        ),
        migrations.AddField(
            model_name="patientnote",
            name="withdrawn_at",
            field=models.DateTimeField(blank=True, null=True, verbose_name="withdrawn at"),
        ),
        migrations.AddField(
            model_name="patientnote",
            name="withdrawn_by",
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
    ]
