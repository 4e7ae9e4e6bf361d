"""Units know their region, relationship and value; their changes of status and owner are kept."""

import django.db.models.deletion
from django.db import migrations, models

import hospital_crm.tenancy.fields
import hospital_crm.tenancy.scope


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0013_role_link_words"),
        ("groups", "0003_contracts_in_full"),
        ("patients", "0008_indexes_for_removal"),
    ]

    operations = [
        migrations.CreateModel(
            name="GroupValue",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("year", models.PositiveSmallIntegerField(verbose_name="year")),
                ("amount", models.DecimalField(decimal_places=2, max_digits=12, verbose_name="amount in yuan")),
                (
                    "source",
                    models.CharField(
                        choices=[
                            ("contract", "contract sum"),
                            ("checkup", "health checks billed"),
                            ("care", "care of members billed"),
                            ("estimate", "estimate"),
                        ],
                        max_length=10,
                        verbose_name="source",
                    ),
                ),
                ("note", models.CharField(blank=True, max_length=200, verbose_name="note")),
            ],
            options={
                "verbose_name": "value of a unit in a year",
                "verbose_name_plural": "values of units in years",
                "ordering": ["-year", "source"],
            },
        ),
        migrations.CreateModel(
            name="OwnerChange",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("reason", models.CharField(max_length=200, verbose_name="reason")),
                ("at", models.DateTimeField(verbose_name="at")),
            ],
            options={
                "verbose_name": "hand-over of a unit",
                "verbose_name_plural": "hand-overs of units",
                "ordering": ["-at", "-id"],
            },
        ),
        migrations.CreateModel(
            name="StatusChange",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "before",
                    models.CharField(
                        choices=[
                            ("nearby", "nearby"),
                            ("negotiating", "negotiating"),
                            ("signed", "signed"),
                            ("ended", "ended"),
                        ],
                        max_length=12,
                        verbose_name="before",
                    ),
                ),
                (
                    "after",
                    models.CharField(
                        choices=[
                            ("nearby", "nearby"),
                            ("negotiating", "negotiating"),
                            ("signed", "signed"),
                            ("ended", "ended"),
                        ],
                        max_length=12,
                        verbose_name="after",
                    ),
                ),
                ("reason", models.CharField(blank=True, max_length=200, verbose_name="reason")),
                ("at", models.DateTimeField(verbose_name="at")),
            ],
            options={
                "verbose_name": "change of state of a unit",
                "verbose_name_plural": "changes of state of units",
                "ordering": ["-at", "-id"],
            },
        ),
        migrations.AddField(
            model_name="groupcontact",
            name="valid_from",
            field=models.DateField(blank=True, null=True, verbose_name="contact since"),
        ),
        migrations.AddField(
            model_name="groupcontact",
            name="valid_until",
            field=models.DateField(blank=True, null=True, verbose_name="contact until"),
        ),
        migrations.AddField(
            model_name="groupcontact",
            name="wechat",
            field=models.CharField(blank=True, max_length=60, verbose_name="WeChat"),
        ),
        migrations.AddField(
            model_name="groupcustomer",
            name="name_key",
            field=models.CharField(blank=True, db_collation="C", default="", editable=False, max_length=120),
        ),
        migrations.AddField(
            model_name="groupcustomer",
            name="region",
            field=models.CharField(blank=True, db_collation="C", max_length=40, verbose_name="region"),
        ),
        migrations.AddField(
            model_name="groupcustomer",
            name="relation",
            field=models.CharField(
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
        migrations.AddField(
            model_name="groupmember",
            name="absent_since",
            field=models.DateField(blank=True, null=True, verbose_name="missing in the roster of"),
        ),
        migrations.AddField(
            model_name="groupmember",
            name="department",
            field=models.CharField(blank=True, max_length=60, verbose_name="department at the unit"),
        ),
        migrations.AddField(
            model_name="groupvisit",
            name="called_off_on",
            field=models.DateField(blank=True, null=True, verbose_name="called off on"),
        ),
        migrations.AddField(
            model_name="groupvisit",
            name="called_off_reason",
            field=models.CharField(blank=True, max_length=200, verbose_name="why called off"),
        ),
        migrations.AddField(
            model_name="groupvisit",
            name="contact",
            field=hospital_crm.tenancy.fields.HospitalForeignKey(
                blank=True,
                db_constraint=False,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to="groups.groupcontact",
                verbose_name="with whom",
            ),
        ),
        migrations.AddField(
            model_name="groupvisit",
            name="follows",
            field=hospital_crm.tenancy.fields.HospitalForeignKey(
                blank=True,
                db_constraint=False,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="next_steps",
                to="groups.groupvisit",
            ),
        ),
        migrations.AddField(
            model_name="groupvisit",
            name="renews",
            field=hospital_crm.tenancy.fields.HospitalForeignKey(
                blank=True,
                db_constraint=False,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="reminders",
                to="groups.contract",
            ),
        ),
        migrations.AddField(
            model_name="groupvalue",
            name="group",
            field=hospital_crm.tenancy.fields.HospitalForeignKey(
                db_constraint=False,
                db_index=False,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="values",
                to="groups.groupcustomer",
            ),
        ),
        migrations.AddField(
            model_name="groupvalue",
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
            model_name="ownerchange",
            name="after",
            field=hospital_crm.tenancy.fields.HospitalForeignKey(
                db_constraint=False,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to="accounts.staffmember",
            ),
        ),
        migrations.AddField(
            model_name="ownerchange",
            name="before",
            field=hospital_crm.tenancy.fields.HospitalForeignKey(
                db_constraint=False,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to="accounts.staffmember",
            ),
        ),
        migrations.AddField(
            model_name="ownerchange",
            name="by",
            field=hospital_crm.tenancy.fields.HospitalForeignKey(
                db_constraint=False,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to="accounts.staffmember",
            ),
        ),
        migrations.AddField(
            model_name="ownerchange",
            name="group",
            field=hospital_crm.tenancy.fields.HospitalForeignKey(
                db_constraint=False,
                db_index=False,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="owner_changes",
                to="groups.groupcustomer",
            ),
        ),
        migrations.AddField(
            model_name="ownerchange",
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
            model_name="statuschange",
            name="by",
            field=hospital_crm.tenancy.fields.HospitalForeignKey(
                db_constraint=False,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to="accounts.staffmember",
            ),
        ),
        migrations.AddField(
            model_name="statuschange",
            name="group",
            field=hospital_crm.tenancy.fields.HospitalForeignKey(
                db_constraint=False,
                db_index=False,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="status_changes",
                to="groups.groupcustomer",
            ),
        ),
        migrations.AddField(
            model_name="statuschange",
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
        migrations.AddIndex(
            model_name="groupvalue",
            index=models.Index(fields=["hospital", "year", "group"], name="groupvalue_year_idx"),
        ),
        migrations.AddConstraint(
            model_name="groupvalue",
            constraint=models.UniqueConstraint(fields=("hospital", "group", "year", "source"), name="groupvalue_once"),
        ),
        migrations.AddConstraint(
            model_name="groupvalue",
            constraint=models.CheckConstraint(
                condition=models.Q(("year__range", (1990, 2100))), name="groupvalue_year"
            ),
        ),
        migrations.AddConstraint(
            model_name="groupvalue",
            constraint=models.CheckConstraint(condition=models.Q(("amount__gte", 0)), name="groupvalue_not_negative"),
        ),
        migrations.AddIndex(
            model_name="ownerchange",
            index=models.Index(fields=["hospital", "group", "-at", "-id"], name="ownerchange_group_idx"),
        ),
        migrations.AddConstraint(
            model_name="ownerchange",
            constraint=models.CheckConstraint(
                condition=models.Q(("reason", ""), _negated=True), name="ownerchange_has_a_reason"
            ),
        ),
        migrations.AddIndex(
            model_name="statuschange",
            index=models.Index(fields=["hospital", "group", "-at", "-id"], name="statuschange_group_idx"),
        ),
        migrations.AddConstraint(
            model_name="statuschange",
            constraint=models.CheckConstraint(
                condition=models.Q(("before", models.F("after")), _negated=True), name="statuschange_changes"
            ),
        ),
        migrations.AlterField(
            model_name="groupcustomer",
            name="status",
            field=models.CharField(
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
        migrations.AlterField(
            model_name="groupvisit",
            name="staff",
            field=hospital_crm.tenancy.fields.HospitalForeignKey(
                blank=True,
                db_constraint=False,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to="accounts.staffmember",
                verbose_name="who goes",
            ),
        ),
    ]
