"""The tables behind `patients.models.patient`."""

import datetime
import uuid

import django.db.models.deletion
import django.db.models.functions.comparison
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
            name="Patient",
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
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("patient", "patient"),
                            ("family", "family member"),
                            ("companion", "companion"),
                            ("checkup", "health-check client"),
                            ("prospect", "prospect"),
                        ],
                        default="patient",
                        max_length=10,
                        verbose_name="kind",
                    ),
                ),
                (
                    "category",
                    models.CharField(
                        choices=[
                            ("general", "general outpatient"),
                            ("specialty", "specialty outpatient"),
                            ("vip", "VIP"),
                        ],
                        default="general",
                        max_length=10,
                        verbose_name="category",
                    ),
                ),
                ("name", models.CharField(blank=True, db_collation="C", max_length=100, verbose_name="Name")),
                (
                    "given_name",
                    models.CharField(blank=True, db_collation="C", max_length=100, verbose_name="given name"),
                ),
                ("py_full", models.CharField(blank=True, db_collation="C", max_length=200, verbose_name="pinyin")),
                ("py_initials", models.CharField(blank=True, db_collation="C", max_length=50, verbose_name="initials")),
                (
                    "py_full_alt",
                    models.CharField(
                        blank=True, db_collation="C", max_length=200, verbose_name="pinyin, second reading"
                    ),
                ),
                (
                    "py_initials_alt",
                    models.CharField(
                        blank=True, db_collation="C", max_length=50, verbose_name="initials, second reading"
                    ),
                ),
                (
                    "sex",
                    models.CharField(
                        choices=[("M", "male"), ("F", "female"), ("U", "sex not known")],
                        default="U",
                        max_length=1,
                        verbose_name="sex",
                    ),
                ),
                ("birth_date", models.DateField(blank=True, null=True, verbose_name="birth date")),
                ("mrn", models.CharField(blank=True, max_length=40, verbose_name="record number")),
                ("phone", models.CharField(blank=True, max_length=30, verbose_name="phone")),
                ("address", models.CharField(blank=True, max_length=200, verbose_name="address")),
                ("division_code", models.CharField(blank=True, max_length=12, verbose_name="administrative division")),
                ("region", models.CharField(blank=True, db_collation="C", max_length=40, verbose_name="region")),
                (
                    "education",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("primary", "primary school"),
                            ("junior", "junior middle school"),
                            ("senior", "senior middle school"),
                            ("college", "college or university"),
                            ("postgraduate", "postgraduate"),
                        ],
                        max_length=14,
                        verbose_name="education",
                    ),
                ),
                (
                    "marital_status",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("single", "single"),
                            ("married", "married"),
                            ("divorced", "divorced"),
                            ("widowed", "widowed"),
                        ],
                        max_length=10,
                        verbose_name="marital status",
                    ),
                ),
                ("occupation", models.CharField(blank=True, max_length=60, verbose_name="occupation")),
                ("hobbies", models.CharField(blank=True, max_length=200, verbose_name="hobbies")),
                ("insurance_type", models.CharField(blank=True, max_length=40, verbose_name="insurance")),
                ("source", models.CharField(blank=True, max_length=40, verbose_name="source channel")),
                (
                    "referrer",
                    hospital_crm.tenancy.fields.HospitalForeignKey(
                        blank=True,
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="patients.patient",
                        verbose_name="referred by",
                    ),
                ),
                (
                    "preferred_channel",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("phone", "telephone"),
                            ("sms", "text message"),
                            ("wechat", "WeChat"),
                            ("email", "e-mail"),
                            ("letter", "letter"),
                        ],
                        max_length=10,
                        verbose_name="preferred channel",
                    ),
                ),
                ("preferred_hours", models.CharField(blank=True, max_length=40, verbose_name="preferred hours")),
                ("preferred_language", models.CharField(blank=True, max_length=20, verbose_name="preferred language")),
                ("allergies", models.CharField(blank=True, max_length=200, verbose_name="allergies")),
                ("chronic_diseases", models.TextField(blank=True, max_length=500, verbose_name="chronic diseases")),
                ("past_history", models.TextField(blank=True, max_length=2000, verbose_name="past history")),
                ("family_history", models.TextField(blank=True, max_length=2000, verbose_name="family history")),
                ("current_medicines", models.TextField(blank=True, max_length=2000, verbose_name="current medicines")),
                ("habits", models.CharField(blank=True, max_length=200, verbose_name="habits")),
                ("last_visit_on", models.DateField(blank=True, null=True, verbose_name="last visit")),
                (
                    "sort_on",
                    models.GeneratedField(
                        db_persist=True,
                        expression=django.db.models.functions.comparison.Coalesce(
                            models.F("last_visit_on"), models.Value(datetime.date(1900, 1, 1))
                        ),
                        output_field=models.DateField(),
                    ),
                ),
                (
                    "last_department",
                    hospital_crm.tenancy.fields.HospitalForeignKey(
                        blank=True,
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.department",
                        verbose_name="department",
                    ),
                ),
                ("disease_group", models.CharField(blank=True, db_collation="C", max_length=3, verbose_name="disease")),
                ("last_diagnosis_text", models.CharField(blank=True, max_length=200, verbose_name="last diagnosis")),
                (
                    "care_tier",
                    models.CharField(
                        blank=True,
                        choices=[("A", "A priority"), ("B", "B routine"), ("C", "C general")],
                        db_collation="C",
                        max_length=1,
                        verbose_name="tier",
                    ),
                ),
                (
                    "orientation",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("value", "value-oriented"),
                            ("benefit", "benefit-oriented"),
                            ("volatile", "unsteady"),
                        ],
                        db_collation="C",
                        db_default="",
                        default="",
                        max_length=10,
                        verbose_name="orientation",
                    ),
                ),
                (
                    "life_cycle",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("potential", "potential"),
                            ("customer", "customer"),
                            ("loyal", "loyal"),
                            ("lifelong", "lifelong"),
                        ],
                        db_collation="C",
                        db_default="",
                        default="",
                        max_length=10,
                        verbose_name="stage of the relationship",
                    ),
                ),
                (
                    "visit_cycle",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("first", "first visit"),
                            ("latent", "may come again"),
                            ("long_term", "long-term"),
                            ("lapsed", "lapsed"),
                        ],
                        db_collation="C",
                        db_default="",
                        default="",
                        max_length=10,
                        verbose_name="stage of the visits",
                    ),
                ),
                (
                    "contact_state",
                    models.CharField(
                        choices=[
                            ("open", "may be contacted"),
                            ("stopped", "contact stopped"),
                            ("deceased", "deceased"),
                            ("erased", "erased"),
                            ("binned", "in the bin"),
                        ],
                        default="open",
                        max_length=10,
                        verbose_name="contact",
                    ),
                ),
                ("deceased_on", models.DateField(blank=True, null=True, verbose_name="died on")),
                (
                    "deceased_source",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("his", "HIS"),
                            ("family", "family"),
                            ("staff", "our staff"),
                            ("other", "other source"),
                        ],
                        max_length=10,
                        verbose_name="death known from",
                    ),
                ),
                (
                    "death_reported_by",
                    hospital_crm.tenancy.fields.HospitalForeignKey(
                        blank=True,
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.staffmember",
                    ),
                ),
                ("death_reported_at", models.DateTimeField(blank=True, null=True, verbose_name="death reported at")),
                (
                    "death_confirmed_by",
                    hospital_crm.tenancy.fields.HospitalForeignKey(
                        blank=True,
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.staffmember",
                    ),
                ),
                ("death_confirmed_at", models.DateTimeField(blank=True, null=True, verbose_name="death confirmed at")),
                (
                    "death_in_doubt_since",
                    models.DateTimeField(blank=True, null=True, verbose_name="death in doubt since"),
                ),
                ("his_seen_at", models.DateTimeField(blank=True, null=True, verbose_name="last told by the HIS")),
                ("created_at", models.DateTimeField(auto_now_add=True, verbose_name="created at")),
            ],
            options={
                "verbose_name": "person",
                "verbose_name_plural": "people",
                "indexes": [
                    models.Index(
                        condition=models.Q(("referrer__isnull", False)),
                        fields=["hospital", "referrer"],
                        name="patient_referrer_idx",
                    ),
                    models.Index(
                        fields=["hospital", "birth_date"],
                        include=(
                            "id",
                            "sex",
                            "region",
                            "last_department",
                            "disease_group",
                            "care_tier",
                            "contact_state",
                            "last_visit_on",
                            "kind",
                            "category",
                            "education",
                            "source",
                            "insurance_type",
                            "preferred_channel",
                            "referrer",
                            "phone",
                        ),
                        name="patient_facts_idx",
                    ),
                    models.Index(
                        condition=models.Q(("chronic_diseases", ""), _negated=True),
                        fields=["hospital", "id"],
                        name="patient_chronic_idx",
                    ),
                    models.Index(
                        condition=models.Q(("orientation", ""), _negated=True),
                        fields=["hospital", "orientation", "-sort_on", "-id"],
                        include=("last_department", "disease_group", "region", "care_tier", "contact_state"),
                        name="patient_orientation_idx",
                    ),
                    models.Index(
                        condition=models.Q(("life_cycle", ""), _negated=True),
                        fields=["hospital", "life_cycle", "-sort_on", "-id"],
                        include=("last_department", "disease_group", "region", "care_tier", "contact_state"),
                        name="patient_life_cycle_idx",
                    ),
                    models.Index(
                        condition=models.Q(("visit_cycle", ""), _negated=True),
                        fields=["hospital", "visit_cycle", "-sort_on", "-id"],
                        include=("last_department", "disease_group", "region", "care_tier", "contact_state"),
                        name="patient_visit_cycle_idx",
                    ),
                    models.Index(
                        condition=models.Q(
                            ("contact_state", "open"), ("death_in_doubt_since__isnull", True), ("visit_cycle", "lapsed")
                        ),
                        fields=["hospital", "-sort_on", "-id"],
                        name="patient_lapsed_idx",
                    ),
                    models.Index(
                        condition=models.Q(
                            ("contact_state", "open"), ("death_in_doubt_since__isnull", True), ("visit_cycle", "lapsed")
                        ),
                        fields=["hospital", "last_department", "-sort_on", "-id"],
                        name="lapsed_department_idx",
                    ),
                    models.Index(
                        fields=["hospital", "-sort_on", "-id"],
                        include=(
                            "last_department",
                            "disease_group",
                            "region",
                            "care_tier",
                            "contact_state",
                            "category",
                            "kind",
                            "source",
                        ),
                        name="people_by_visit_idx",
                    ),
                    models.Index(
                        fields=["hospital", "py_full", "id"],
                        include=(
                            "last_department",
                            "disease_group",
                            "region",
                            "care_tier",
                            "contact_state",
                            "category",
                            "kind",
                            "source",
                            "sort_on",
                        ),
                        name="people_by_name_idx",
                    ),
                    models.Index(
                        fields=["hospital", "-id"],
                        include=(
                            "last_department",
                            "disease_group",
                            "region",
                            "care_tier",
                            "contact_state",
                            "category",
                            "kind",
                            "source",
                            "sort_on",
                        ),
                        name="people_by_record_idx",
                    ),
                    models.Index(
                        fields=["hospital", "last_department", "-sort_on", "-id"],
                        include=("disease_group", "region", "care_tier", "contact_state", "category", "kind", "source"),
                        name="people_of_department_idx",
                    ),
                    models.Index(
                        fields=["hospital", "disease_group", "-sort_on", "-id"],
                        include=(
                            "last_department",
                            "region",
                            "care_tier",
                            "contact_state",
                            "category",
                            "kind",
                            "source",
                        ),
                        name="people_of_disease_idx",
                    ),
                    models.Index(
                        fields=["hospital", "region", "-sort_on", "-id"],
                        include=(
                            "last_department",
                            "disease_group",
                            "care_tier",
                            "contact_state",
                            "category",
                            "kind",
                            "source",
                        ),
                        name="people_of_region_idx",
                    ),
                    models.Index(
                        fields=["hospital", "care_tier", "-sort_on", "-id"],
                        include=(
                            "last_department",
                            "disease_group",
                            "region",
                            "contact_state",
                            "category",
                            "kind",
                            "source",
                        ),
                        name="people_of_tier_idx",
                    ),
                    models.Index(
                        condition=models.Q(("category", "general"), _negated=True),
                        fields=["hospital", "category", "-sort_on", "-id"],
                        include=(
                            "last_department",
                            "disease_group",
                            "region",
                            "care_tier",
                            "contact_state",
                            "kind",
                            "source",
                        ),
                        name="people_of_category_idx",
                    ),
                    models.Index(
                        condition=models.Q(("kind", "patient"), _negated=True),
                        fields=["hospital", "kind", "-sort_on", "-id"],
                        include=(
                            "last_department",
                            "disease_group",
                            "region",
                            "care_tier",
                            "contact_state",
                            "category",
                            "source",
                        ),
                        name="people_of_kind_idx",
                    ),
                    models.Index(
                        condition=models.Q(("source", ""), _negated=True),
                        fields=["hospital", "source", "-sort_on", "-id"],
                        include=(
                            "last_department",
                            "disease_group",
                            "region",
                            "care_tier",
                            "contact_state",
                            "category",
                            "kind",
                        ),
                        name="people_of_source_idx",
                    ),
                    models.Index(
                        condition=models.Q(("contact_state", "open"), _negated=True),
                        fields=["hospital", "contact_state", "-sort_on", "-id"],
                        include=(
                            "last_department",
                            "disease_group",
                            "region",
                            "care_tier",
                            "category",
                            "kind",
                            "source",
                        ),
                        name="people_ended_idx",
                    ),
                    models.Index(fields=["hospital", "name"], name="patient_name_idx"),
                    models.Index(fields=["hospital", "given_name"], name="patient_given_name_idx"),
                    models.Index(fields=["hospital", "py_full"], name="patient_py_full_idx"),
                    models.Index(fields=["hospital", "py_initials"], name="patient_py_initials_idx"),
                    models.Index(
                        condition=models.Q(("py_full_alt", ""), _negated=True),
                        fields=["hospital", "py_full_alt"],
                        name="patient_py_full_alt_idx",
                    ),
                    models.Index(
                        condition=models.Q(("py_initials_alt", ""), _negated=True),
                        fields=["hospital", "py_initials_alt"],
                        name="patient_py_initials_alt_idx",
                    ),
                ],
                "constraints": [
                    models.CheckConstraint(condition=models.Q(("name", ""), _negated=True), name="patient_has_a_name"),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("contact_state", "deceased"), _negated=True),
                            ("deceased_on__isnull", False),
                            models.Q(("deceased_source", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="patient_death_is_known_from_somewhere",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("deceased_source", ""), ("contact_state__in", ["deceased", "erased"]), _connector="OR"
                        ),
                        name="patient_death_only_of_the_deceased",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("death_confirmed_by__isnull", True),
                            models.Q(("death_confirmed_by", models.F("death_reported_by")), _negated=True),
                            _connector="OR",
                        ),
                        name="patient_death_confirmed_by_another",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("care_tier__in", ["", "A", "B", "C"])), name="patient_tier_is_known"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("contact_state__in", ["open", "stopped", "deceased", "erased", "binned"])),
                        name="patient_contact_state_is_known",
                    ),
                ],
            },
        ),
    ]
