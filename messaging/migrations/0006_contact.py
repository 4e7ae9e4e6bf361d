"""The ledger of contacts with people, and days without contact."""

import django.db.models.deletion
from django.db import migrations, models

import hospital_crm.tenancy.fields
import hospital_crm.tenancy.scope


class Migration(migrations.Migration):
    dependencies = [
        ("messaging", "0005_recipients"),
        ("accounts", "0006_staff_places"),
        ("patients", "0001_patient"),
    ]

    operations = [
        migrations.CreateModel(
            name="BlackoutDay",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("first_on", models.DateField(verbose_name="from day")),
                ("last_on", models.DateField(verbose_name="to day")),
                ("name", models.CharField(max_length=60, verbose_name="name")),
                (
                    "stops",
                    models.CharField(
                        choices=[
                            ("marketing", "only what rests on consent"),
                            ("all", "follow-up and satisfaction too"),
                        ],
                        default="marketing",
                        max_length=9,
                        verbose_name="what waits",
                    ),
                ),
            ],
            options={
                "verbose_name": "days without contact",
                "verbose_name_plural": "days without contact",
                "ordering": ["-first_on"],
            },
        ),
        migrations.CreateModel(
            name="Touch",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("address", models.CharField(blank=True, db_collation="C", max_length=254, verbose_name="address")),
                ("day", models.DateField(verbose_name="day")),
                ("at", models.DateTimeField(verbose_name="at")),
                (
                    "channel",
                    models.CharField(
                        choices=[
                            ("email", "e-mail"),
                            ("sms", "text message"),
                            ("wechat", "WeChat"),
                            ("letter", "letter"),
                            ("phone", "telephone"),
                            ("visit", "home visit"),
                        ],
                        max_length=8,
                        verbose_name="channel",
                    ),
                ),
                ("purpose", models.CharField(max_length=60, verbose_name="purpose")),
                ("is_approach", models.BooleanField(verbose_name="counts as an approach")),
                ("is_call", models.BooleanField(verbose_name="was a call")),
                ("source", models.CharField(max_length=40, verbose_name="told by")),
                ("source_id", models.BigIntegerField(verbose_name="row it tells of")),
            ],
            options={
                "verbose_name": "contact with a person",
                "verbose_name_plural": "contacts with people",
            },
        ),
        migrations.AddField(
            model_name="blackoutday",
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
            model_name="touch",
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
            model_name="touch",
            name="person",
            field=hospital_crm.tenancy.fields.HospitalForeignKey(
                blank=True,
                db_constraint=False,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="touches",
                to="patients.patient",
                verbose_name="person",
            ),
        ),
        migrations.AddIndex(
            model_name="blackoutday",
            index=models.Index(fields=["hospital", "last_on"], name="blackout_last_idx"),
        ),
        migrations.AddConstraint(
            model_name="blackoutday",
            constraint=models.CheckConstraint(
                condition=models.Q(("last_on__gte", models.F("first_on"))), name="blackout_ends_after_start"
            ),
        ),
        migrations.AddConstraint(
            model_name="blackoutday",
            constraint=models.CheckConstraint(
                condition=models.Q(("stops__in", ["marketing", "all"])), name="blackout_stops_known"
            ),
        ),
        migrations.AddIndex(
            model_name="touch",
            index=models.Index(
                condition=models.Q(("person__isnull", False)),
                fields=["hospital", "person", "day"],
                include=("is_approach", "is_call"),
                name="touch_person_idx",
            ),
        ),
        migrations.AddIndex(
            model_name="touch",
            index=models.Index(
                condition=models.Q(("person__isnull", True)),
                fields=["hospital", "address", "day"],
                name="touch_address_idx",
            ),
        ),
        migrations.AddConstraint(
            model_name="touch",
            constraint=models.UniqueConstraint(fields=("hospital", "source", "source_id"), name="touch_once"),
        ),
        migrations.AddConstraint(
            model_name="touch",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("address__gt", ""), ("person__isnull", True)),
                    models.Q(("address", ""), ("person__isnull", False)),
                    _connector="OR",
                ),
                name="touch_of_one",
            ),
        ),
    ]
