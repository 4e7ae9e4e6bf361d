"""Units know their region, relationship and value, contracts their kind and state, benefits their limits; opportunities, hand-overs and unions of units have tables."""

import django.db.models.deletion
from django.db import migrations, models

import hospital_crm.tenancy.fields
import hospital_crm.tenancy.scope


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0013_role_link_words"),
        ("groups", "0002_index_less_on_hospital"),
        ("patients", "0008_indexes_for_removal"),
    ]

    operations = [
        migrations.CreateModel(
            name="BenefitUse",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("used_on", models.DateField(verbose_name="used on")),
                ("reference", models.CharField(blank=True, max_length=80, verbose_name="used for")),
            ],
            options={
                "verbose_name": "use of a benefit",
                "verbose_name_plural": "uses of benefits",
            },
        ),
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
            name="Opportunity",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("checkup", "health checks of the staff"),
                            ("renewal", "renewal of a contract"),
                            ("contract", "first contract"),
                            ("management", "health management service"),
                            ("lecture", "paid lecture or clinic"),
                            ("other", "other deal"),
                        ],
                        max_length=10,
                        verbose_name="kind",
                    ),
                ),
                ("title", models.CharField(max_length=120, verbose_name="what it is about")),
                ("amount", models.DecimalField(decimal_places=2, max_digits=12, verbose_name="expected value in yuan")),
                (
                    "step",
                    models.PositiveSmallIntegerField(
                        choices=[
                            (10, "noticed 10%"),
                            (30, "in contact 30%"),
                            (50, "offer made 50%"),
                            (70, "terms negotiated 70%"),
                            (90, "agreed by word 90%"),
                        ],
                        default=10,
                        verbose_name="how far",
                    ),
                ),
                ("expected_on", models.DateField(verbose_name="expected close")),
                (
                    "state",
                    models.CharField(
                        choices=[("open", "open deal"), ("won", "won"), ("lost", "lost deal")],
                        default="open",
                        max_length=4,
                        verbose_name="state",
                    ),
                ),
                ("reason", models.CharField(blank=True, max_length=200, verbose_name="reason")),
                ("closed_on", models.DateField(blank=True, null=True, verbose_name="closed on")),
                ("created_at", models.DateTimeField(auto_now_add=True, verbose_name="created at")),
            ],
            options={
                "verbose_name": "opportunity",
                "verbose_name_plural": "opportunities",
                "ordering": ["expected_on", "id"],
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
        migrations.CreateModel(
            name="UnitMerger",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("merged_id", models.BigIntegerField(verbose_name="number of the record that is gone")),
                ("before", models.JSONField(verbose_name="both records before")),
                ("moved", models.JSONField(verbose_name="rows that moved")),
                ("dropped", models.JSONField(verbose_name="rows that were dropped")),
                ("at", models.DateTimeField(verbose_name="at")),
                ("undone_at", models.DateTimeField(blank=True, null=True, verbose_name="undone at")),
            ],
            options={
                "verbose_name": "union of two units",
                "verbose_name_plural": "unions of two units",
                "ordering": ["-at", "-id"],
            },
        ),
        migrations.AddField(
            model_name="benefit",
            name="ends_on",
            field=models.DateField(blank=True, null=True, verbose_name="until"),
        ),
        migrations.AddField(
            model_name="benefit",
            name="limit_per_contract",
            field=models.PositiveIntegerField(blank=True, null=True, verbose_name="times per contract"),
        ),
        migrations.AddField(
            model_name="benefit",
            name="limit_per_member",
            field=models.PositiveSmallIntegerField(blank=True, null=True, verbose_name="times per member"),
        ),
        migrations.AddField(
            model_name="benefit",
            name="service",
            field=models.CharField(
                blank=True,
                choices=[
                    ("", "all services"),
                    ("checkup", "health check"),
                    ("booking", "booking of experts"),
                    ("outpatient", "outpatient care"),
                    ("inpatient", "inpatient care"),
                    ("lecture", "lectures and free clinics"),
                ],
                default="",
                max_length=10,
                verbose_name="applies to",
            ),
        ),
        migrations.AddField(
            model_name="benefit",
            name="starts_on",
            field=models.DateField(blank=True, null=True, verbose_name="from"),
        ),
        migrations.AddField(
            model_name="contract",
            name="agreed_until",
            field=models.DateField(blank=True, null=True, verbose_name="agreed until"),
        ),
        migrations.AddField(
            model_name="contract",
            name="amount",
            field=models.DecimalField(
                blank=True, decimal_places=2, max_digits=12, null=True, verbose_name="contract sum in yuan"
            ),
        ),
        migrations.AddField(
            model_name="contract",
            name="end_reason",
            field=models.CharField(blank=True, max_length=200, verbose_name="why it ended"),
        ),
        migrations.AddField(
            model_name="contract",
            name="kind",
            field=models.CharField(
                choices=[
                    ("checkup", "health check contract"),
                    ("care", "medical service contract"),
                    ("management", "health management contract"),
                    ("other", "other contract"),
                ],
                default="checkup",
                max_length=10,
                verbose_name="kind of contract",
            ),
        ),
        migrations.AddField(
            model_name="contract",
            name="remind_days",
            field=models.PositiveSmallIntegerField(default=60, verbose_name="remind days before the end"),
        ),
        migrations.AddField(
            model_name="contract",
            name="state",
            field=models.CharField(
                choices=[
                    ("draft", "draft"),
                    ("signed", "signed contract"),
                    ("ended", "ended early"),
                    ("void", "withdrawn before it began"),
                ],
                default="signed",
                max_length=6,
                verbose_name="state",
            ),
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
            model_name="benefituse",
            name="benefit",
            field=hospital_crm.tenancy.fields.HospitalForeignKey(
                db_constraint=False,
                db_index=False,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="uses",
                to="groups.benefit",
                verbose_name="benefit",
            ),
        ),
        migrations.AddField(
            model_name="benefituse",
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
            model_name="benefituse",
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
            model_name="benefituse",
            name="patient",
            field=hospital_crm.tenancy.fields.HospitalForeignKey(
                db_constraint=False,
                db_index=False,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="benefit_uses",
                to="patients.patient",
                verbose_name="person",
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
            model_name="opportunity",
            name="group",
            field=hospital_crm.tenancy.fields.HospitalForeignKey(
                db_constraint=False,
                db_index=False,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="opportunities",
                to="groups.groupcustomer",
                verbose_name="unit",
            ),
        ),
        migrations.AddField(
            model_name="opportunity",
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
            model_name="opportunity",
            name="staff",
            field=hospital_crm.tenancy.fields.HospitalForeignKey(
                db_constraint=False,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to="accounts.staffmember",
                verbose_name="in charge",
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
        migrations.AddField(
            model_name="unitmerger",
            name="by",
            field=hospital_crm.tenancy.fields.HospitalForeignKey(
                db_constraint=False,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="accounts.staffmember",
            ),
        ),
        migrations.AddField(
            model_name="unitmerger",
            name="group",
            field=hospital_crm.tenancy.fields.HospitalForeignKey(
                db_constraint=False,
                db_index=False,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="mergers",
                to="groups.groupcustomer",
            ),
        ),
        migrations.AddField(
            model_name="unitmerger",
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
            model_name="benefituse",
            index=models.Index(fields=["hospital", "benefit", "patient"], name="benefituse_benefit_idx"),
        ),
        migrations.AddIndex(
            model_name="benefituse",
            index=models.Index(fields=["hospital", "patient"], name="benefituse_patient_idx"),
        ),
        migrations.AddConstraint(
            model_name="benefituse",
            constraint=models.UniqueConstraint(
                condition=models.Q(("reference", ""), _negated=True),
                fields=("hospital", "benefit", "reference"),
                name="benefituse_counted_once",
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
            model_name="opportunity",
            index=models.Index(fields=["hospital", "group", "expected_on"], name="opportunity_group_idx"),
        ),
        migrations.AddIndex(
            model_name="opportunity",
            index=models.Index(
                condition=models.Q(("state", "open")),
                fields=["hospital", "staff", "expected_on"],
                name="opportunity_open_idx",
            ),
        ),
        migrations.AddConstraint(
            model_name="opportunity",
            constraint=models.CheckConstraint(condition=models.Q(("amount__gte", 0)), name="opportunity_not_negative"),
        ),
        migrations.AddConstraint(
            model_name="opportunity",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("closed_on__isnull", True), ("state", "open")),
                    models.Q(("closed_on__isnull", False), ("state__in", ["won", "lost"])),
                    _connector="OR",
                ),
                name="opportunity_closed_on_a_day",
            ),
        ),
        migrations.AddConstraint(
            model_name="opportunity",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state", "lost"), _negated=True), models.Q(("reason", ""), _negated=True), _connector="OR"
                ),
                name="opportunity_lost_with_reason",
            ),
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
        migrations.AddIndex(
            model_name="unitmerger",
            index=models.Index(fields=["hospital", "group", "-at"], name="unitmerger_group_idx"),
        ),
        migrations.AddConstraint(
            model_name="unitmerger",
            constraint=models.UniqueConstraint(
                condition=models.Q(("undone_at__isnull", True)),
                fields=("hospital", "merged_id"),
                name="unitmerger_merged_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="unitmerger",
            constraint=models.CheckConstraint(
                condition=models.Q(("merged_id", models.F("group")), _negated=True), name="unitmerger_with_another"
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
