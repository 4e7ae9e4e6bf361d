"""Who said it, who heard it too, by which link; and being sorted into groups as something one can refuse."""

import django.db.models.deletion
from django.db import migrations, models

import hospital_crm.tenancy.fields


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0020_public_link"),
        ("patients", "0050_abnormal_index"),
    ]

    operations = [
        migrations.AddField(
            model_name="consent",
            name="said_by",
            field=models.CharField(
                blank=True,
                choices=[
                    ("self", "the person"),
                    ("guardian", "guardian"),
                    ("family", "entrusted family"),
                    ("staff", "our staff"),
                ],
                db_default="",
                default="",
                max_length=8,
                verbose_name="who decided",
            ),
        ),
        migrations.AddField(
            model_name="consent",
            name="witness",
            field=hospital_crm.tenancy.fields.HospitalForeignKey(
                blank=True,
                db_constraint=False,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="accounts.staffmember",
                verbose_name="also heard by",
            ),
        ),
        migrations.AddField(
            model_name="consent",
            name="link",
            field=hospital_crm.tenancy.fields.HospitalForeignKey(
                blank=True,
                db_constraint=False,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="accounts.publiclink",
                verbose_name="by the link",
            ),
        ),
        migrations.AlterField(
            model_name="consent",
            name="purpose",
            field=models.CharField(
                choices=[
                    ("care", "care follow-up"),
                    ("satisfaction", "satisfaction surveys"),
                    ("education", "health education"),
                    ("marketing_mail", "marketing e-mail"),
                    ("marketing_sms", "marketing text messages"),
                    ("calls", "marketing calls"),
                    ("recording", "recording of calls"),
                    ("community", "community activities"),
                    ("points", "points programme"),
                    ("profiling", "being sorted into groups for marketing"),
                ],
                max_length=14,
                verbose_name="purpose",
            ),
        ),
        migrations.AlterField(
            model_name="consent",
            name="source",
            field=models.CharField(
                choices=[
                    ("paper", "signed sheet"),
                    ("counter", "in person"),
                    ("phone", "by telephone"),
                    ("online", "online"),
                    ("reply", "reply to a message"),
                    ("feed", "other system"),
                    ("merge", "union of two records"),
                    ("unmerge", "union taken apart"),
                    ("oneclick", "button of a mail program"),
                    ("list", "list brought in"),
                ],
                max_length=8,
                verbose_name="by which way",
            ),
        ),
        migrations.AddConstraint(
            model_name="consent",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("decision", "granted"), _negated=True),
                    models.Q(("said_by", "staff"), _negated=True),
                    _connector="OR",
                ),
                name="consent_is_not_granted_by_staff",
            ),
        ),
        migrations.AddConstraint(
            model_name="consent",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("witness__isnull", True),
                    models.Q(("taken_by__isnull", False), models.Q(("witness", models.F("taken_by")), _negated=True)),
                    _connector="OR",
                ),
                name="consent_witness_is_another",
            ),
        ),
    ]
