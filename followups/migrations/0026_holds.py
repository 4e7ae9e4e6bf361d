"""Since when a run is on hold and which later stay holds it, over which ones somebody let it go on; orders that follow a
corrected stay.
"""

import django.contrib.postgres.fields
import django.db.models.deletion
from django.db import migrations, models

import hospital_crm.tenancy.fields


class Migration(migrations.Migration):
    dependencies = [
        ("followups", "0025_callable_index"),
        ("patients", "0060_left_to_community"),
    ]

    operations = [
        migrations.AddField(
            model_name="followuprun",
            name="held_on",
            field=models.DateField(blank=True, editable=False, null=True, verbose_name="on hold since"),
        ),
        migrations.AddField(
            model_name="followuprun",
            name="hold_stay",
            field=hospital_crm.tenancy.fields.HospitalForeignKey(
                blank=True,
                db_constraint=False,
                db_index=False,
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to="patients.encounter",
            ),
        ),
        migrations.AddField(
            model_name="followuprun",
            name="overruled_stays",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.BigIntegerField(), blank=True, db_default=[], default=list, editable=False, size=None
            ),
        ),
        migrations.AlterField(
            model_name="ordertransfer",
            name="kind",
            field=models.CharField(
                choices=[
                    ("manual", "by hand"),
                    ("mapped", "physician recognised"),
                    ("leave", "handed over on leave"),
                    ("left", "assignee no longer works here"),
                    ("unable", "assignee no longer follows up people"),
                    ("evened", "evened out"),
                    ("attending", "attending physician corrected"),
                    ("station", "no longer with the station"),
                    ("stay", "stay corrected"),
                ],
                default="manual",
                max_length=9,
                verbose_name="kind",
            ),
        ),
    ]
