"""The tables GroupCustomer, GroupContact of `groups.models.unit`."""

import uuid

import django.db.models.deletion
from django.db import migrations, models

import hospital_crm.tenancy.fields
import hospital_crm.tenancy.scope


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("accounts", "0002_hospital"),
        ("accounts", "0006_staff_places"),
    ]

    operations = [
        migrations.CreateModel(
            name="GroupCustomer",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
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
                (
                    "public_id",
                    hospital_crm.tenancy.fields.PublicIdField(default=uuid.uuid4, editable=False, unique=True),
                ),
                ("name", models.CharField(db_collation="C", max_length=120, verbose_name="name of the unit")),
                (
                    "py_full",
                    models.CharField(
                        blank=True, db_collation="C", editable=False, max_length=200, verbose_name="pinyin"
                    ),
                ),
                (
                    "py_initials",
                    models.CharField(
                        blank=True, db_collation="C", editable=False, max_length=60, verbose_name="initials"
                    ),
                ),
                (
                    "name_key",
                    models.CharField(blank=True, db_collation="C", default="", editable=False, max_length=120),
                ),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("nearby", "nearby"),
                            ("negotiating", "negotiating"),
                            ("signed", "signed"),
                            ("ended", "ended"),
                        ],
                        default="nearby",
                        max_length=12,
                        verbose_name="state of cooperation",
                    ),
                ),
                (
                    "relation",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("checkup", "health checks"),
                            ("designated", "designated hospital"),
                            ("management", "health management"),
                            ("referral", "refers patients"),
                            ("neighbour", "neighbour"),
                            ("other", "other relationship"),
                        ],
                        max_length=12,
                        verbose_name="relationship to the hospital",
                    ),
                ),
                ("business", models.CharField(blank=True, max_length=60, verbose_name="line of business")),
                ("staff_count", models.PositiveIntegerField(blank=True, null=True, verbose_name="number of staff")),
                ("head_name", models.CharField(blank=True, max_length=60, verbose_name="head of the unit")),
                ("address", models.CharField(blank=True, max_length=200, verbose_name="address")),
                ("region", models.CharField(blank=True, db_collation="C", max_length=40, verbose_name="region")),
                ("phone", models.CharField(blank=True, max_length=30, verbose_name="phone")),
                ("fax", models.CharField(blank=True, max_length=30, verbose_name="fax")),
                ("email", models.EmailField(blank=True, max_length=254, verbose_name="e-mail")),
                ("website", models.URLField(blank=True, verbose_name="website")),
                (
                    "value",
                    models.CharField(
                        blank=True,
                        choices=[("high", "high value"), ("middle", "middle value"), ("low", "low value")],
                        max_length=8,
                        verbose_name="worth",
                    ),
                ),
                (
                    "owner",
                    hospital_crm.tenancy.fields.HospitalForeignKey(
                        blank=True,
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="accounts.staffmember",
                        verbose_name="liaison in charge",
                    ),
                ),
                ("remarks", models.TextField(blank=True, max_length=1000, verbose_name="remarks")),
                ("created_at", models.DateTimeField(auto_now_add=True, verbose_name="created at")),
            ],
            options={
                "verbose_name": "unit",
                "verbose_name_plural": "units",
                "indexes": [
                    models.Index(fields=["hospital", "-id"], name="group_list_idx"),
                    models.Index(fields=["hospital", "owner", "-id"], name="group_owner_idx"),
                    models.Index(fields=["hospital", "py_full"], name="group_py_full_idx"),
                    models.Index(fields=["hospital", "py_initials"], name="group_py_initials_idx"),
                    models.Index(fields=["hospital", "region", "-id"], name="group_region_idx"),
                    models.Index(fields=["hospital", "name_key"], name="group_name_key_idx"),
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("hospital", "name"), name="group_name_unique"),
                    models.CheckConstraint(condition=models.Q(("name", ""), _negated=True), name="group_has_a_name"),
                ],
            },
        ),
        migrations.CreateModel(
            name="GroupContact",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
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
                (
                    "group",
                    hospital_crm.tenancy.fields.HospitalForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="contacts",
                        to="groups.groupcustomer",
                        verbose_name="unit",
                    ),
                ),
                ("name", models.CharField(max_length=60, verbose_name="Name")),
                (
                    "role",
                    models.CharField(
                        choices=[
                            ("health", "health contact person"),
                            ("head", "head of the unit"),
                            ("finance", "finance"),
                            ("other", "other contact"),
                        ],
                        default="health",
                        max_length=10,
                        verbose_name="role at the unit",
                    ),
                ),
                ("title", models.CharField(blank=True, max_length=60, verbose_name="job title")),
                ("phone", models.CharField(blank=True, max_length=30, verbose_name="phone")),
                ("email", models.EmailField(blank=True, max_length=254, verbose_name="e-mail")),
                ("wechat", models.CharField(blank=True, max_length=60, verbose_name="WeChat")),
                ("valid_from", models.DateField(blank=True, null=True, verbose_name="contact since")),
                ("valid_until", models.DateField(blank=True, null=True, verbose_name="contact until")),
            ],
            options={
                "verbose_name": "contact of a unit",
                "verbose_name_plural": "contacts of units",
                "ordering": ["role", "id"],
                "indexes": [models.Index(fields=["hospital", "group"], name="groupcontact_group_idx")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("valid_from__isnull", True),
                            ("valid_until__isnull", True),
                            ("valid_until__gte", models.F("valid_from")),
                            _connector="OR",
                        ),
                        name="groupcontact_ends_after_start",
                    )
                ],
            },
        ),
    ]
