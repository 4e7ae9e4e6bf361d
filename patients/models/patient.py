"""A person the hospital cares for, may care for, or who stands beside one."""

import datetime as dt

from django.db import models
from django.db.models import F, Q, Value
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from accounts.models import Department, StaffMember
from hospital_crm.tenancy.fields import HospitalForeignKey, PublicIdField
from hospital_crm.tenancy.models import HospitalModel, scoped_manager
from patients.models.label_words import LifeCycle, Orientation, VisitCycle
from patients.models.querysets import PatientQuerySet

NEVER_SEEN = dt.date(1900, 1, 1)


def search_field(label: object, max_length: int) -> models.CharField:
    """A text that is searched by prefix: "C" collation, so that `^@` uses its b-tree under row-level security."""
    return models.CharField(label, max_length=max_length, blank=True, db_collation="C")


_FILTERED_BY = (
    *("last_department", "disease_group", "region", "care_tier", "contact_state"),
    *("category", "kind", "source", "sex", "birth_date", "sort_on"),
)
_SEARCH_KEYS = ("name", "given_name", "py_full", "py_initials", "py_full_alt", "py_initials_alt")


def _list_index(name: str, *first: str, condition: Q | None = None) -> models.Index:
    """An index in the order of the list, that also carries every column the list is filtered by: whichever filters are
    combined, the rows in between are passed over without being fetched.
    """
    return _covering(name, *first, "-sort_on", "-id", condition=condition)


def _label_index(name: str, label: str, *, condition: Q) -> models.Index:
    """An index of the people with a label, in the order of the list."""
    include = ["last_department", "disease_group", "region", "care_tier", "contact_state"]
    fields = ["hospital", label, "-sort_on", "-id"]
    return models.Index(fields=fields, include=include, condition=condition, name=name)


def _covering(name: str, *fields: str, also: tuple[str, ...] = (), condition: Q | None = None) -> models.Index:
    """An index in an order of the list, with all it is filtered by, and what it carries `also`."""
    keys = {field.lstrip("-") for field in fields}
    include = [field for field in (*_FILTERED_BY, *also) if field not in keys]
    return models.Index(fields=["hospital", *fields], include=include, condition=condition, name=name)


def _found_by(key: str, *, condition: Q | None = None) -> models.Index:
    """An index of a search key, that also carries the order of the list and who is found at all: the newest of all who
    bear a name are known before any of them is fetched. By pinyin `people_by_name_idx` finds in the same way.
    """
    include = ["sort_on", "id", "contact_state"]
    return models.Index(fields=["hospital", key], include=include, condition=condition, name=f"found_by_{key}_idx")


# What segments ask of a record: whatever is asked together is one pass over one index. Sex leads it, which many rules
# ask for; PostgreSQL 18 skips from one to the other where a rule does not.
_SEGMENTED_BY = (
    *("id", "region", "last_department", "disease_group", "care_tier", "contact_state", "last_visit_on"),
    *("kind", "category", "education", "source", "insurance_type", "preferred_channel", "referrer", "phone"),
    *("orientation", "life_cycle", "visit_cycle", "division_code"),
)


def _label_field(label: object, values: type[models.TextChoices]) -> models.CharField:
    """A group or stage; empty where none is said of the person. The column is "C", as those it is filtered with."""
    return models.CharField(
        label, max_length=10, choices=values.choices, blank=True, default="", db_default="", db_collation="C"
    )


LAPSED = Q(visit_cycle="lapsed", contact_state="open", death_in_doubt_since__isnull=True)


class Patient(HospitalModel):
    """One person at one hospital.

    Name, sex, birth date, last stay and diagnosis mirror the HIS once a feed has brought them (`his_seen_at`);
    staff edit only what
    the hospital itself records. `name` is the cleaned name; the py_ columns are its pinyin
    (`patients.domain.names`), with the second
    reading of a heteronym in the `_alt` pair. `phone` repeats the first callable number of the contact points for
    lists.
    """

    class Kind(models.TextChoices):
        PATIENT = "patient", _("patient")
        FAMILY = "family", _("family member")
        COMPANION = "companion", _("companion")
        CHECKUP = "checkup", _("health-check client")
        PROSPECT = "prospect", _("prospect")

    class Sex(models.TextChoices):
        MALE = "M", _("male")
        FEMALE = "F", _("female")
        UNKNOWN = "U", _("sex not known")

    class Category(models.TextChoices):
        GENERAL = "general", _("general outpatient")
        SPECIALTY = "specialty", _("specialty outpatient")
        VIP = "vip", _("VIP")

    class ContactState(models.TextChoices):
        OPEN = "open", _("may be contacted")
        STOPPED = "stopped", _("contact stopped")
        DECEASED = "deceased", _("deceased")
        ERASED = "erased", _("erased")
        BINNED = "binned", _("in the bin")

    class CareTier(models.TextChoices):
        A = "A", _("A priority")
        B = "B", _("B routine")
        C = "C", _("C general")

    class Education(models.TextChoices):
        PRIMARY = "primary", _("primary school")
        JUNIOR = "junior", _("junior middle school")
        SENIOR = "senior", _("senior middle school")
        COLLEGE = "college", _("college or university")
        POSTGRADUATE = "postgraduate", _("postgraduate")

    class MaritalStatus(models.TextChoices):
        SINGLE = "single", _("single")
        MARRIED = "married", _("married")
        DIVORCED = "divorced", _("divorced")
        WIDOWED = "widowed", _("widowed")

    class Channel(models.TextChoices):
        PHONE = "phone", _("telephone")
        SMS = "sms", _("text message")
        WECHAT = "wechat", _("WeChat")
        EMAIL = "email", _("e-mail")
        LETTER = "letter", _("letter")

    class DeathSource(models.TextChoices):
        HIS = "his", _("HIS")
        FAMILY = "family", _("family")
        STAFF = "staff", _("our staff")
        OTHER = "other", _("other source")

    audit_rows = True
    audit_ignored = (
        *("given_name", "py_full", "py_initials", "py_full_alt", "py_initials_alt", "phone", "sort_on", "his_seen_at"),
        *("last_visit_on", "last_department", "disease_group", "last_diagnosis_text", "care_tier"),
        *("orientation", "life_cycle", "visit_cycle"),
    )
    audit_hidden = (
        *("name", "birth_date", "mrn", "address", "division_code", "region", "occupation", "hobbies"),
        *("insurance_type", "source", "preferred_hours", "preferred_language"),
        *("allergies", "chronic_diseases", "past_history", "family_history", "current_medicines", "habits"),
    )

    public_id = PublicIdField()
    kind = models.CharField(_("kind"), max_length=10, choices=Kind.choices, default=Kind.PATIENT)
    category = models.CharField(_("category"), max_length=10, choices=Category.choices, default=Category.GENERAL)

    name = search_field(_("Name"), 100)
    given_name = search_field(_("given name"), 100)
    py_full = search_field(_("pinyin"), 200)
    py_initials = search_field(_("initials"), 50)
    py_full_alt = search_field(_("pinyin, second reading"), 200)
    py_initials_alt = search_field(_("initials, second reading"), 50)
    sex = models.CharField(_("sex"), max_length=1, choices=Sex.choices, default=Sex.UNKNOWN)
    birth_date = models.DateField(_("birth date"), null=True, blank=True)
    mrn = models.CharField(_("record number"), max_length=40, blank=True)
    phone = models.CharField(_("phone"), max_length=30, blank=True)

    address = models.CharField(_("address"), max_length=200, blank=True)
    division_code = models.CharField(_("administrative division"), max_length=12, blank=True, db_collation="C")
    region = models.CharField(_("region"), max_length=40, blank=True, db_collation="C")
    education = models.CharField(_("education"), max_length=14, choices=Education.choices, blank=True)
    marital_status = models.CharField(_("marital status"), max_length=10, choices=MaritalStatus.choices, blank=True)
    occupation = models.CharField(_("occupation"), max_length=60, blank=True)
    hobbies = models.CharField(_("hobbies"), max_length=200, blank=True)
    insurance_type = models.CharField(_("insurance"), max_length=40, blank=True)
    source = models.CharField(_("source channel"), max_length=40, blank=True)
    referrer = HospitalForeignKey(
        "patients.Patient",
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        db_index=False,
        verbose_name=_("referred by"),
    )
    preferred_channel = models.CharField(_("preferred channel"), max_length=10, choices=Channel.choices, blank=True)
    preferred_hours = models.CharField(_("preferred hours"), max_length=40, blank=True)
    preferred_language = models.CharField(_("preferred language"), max_length=20, blank=True)

    allergies = models.CharField(_("allergies"), max_length=200, blank=True)
    chronic_diseases = models.TextField(_("chronic diseases"), max_length=500, blank=True)
    past_history = models.TextField(_("past history"), max_length=2000, blank=True)
    family_history = models.TextField(_("family history"), max_length=2000, blank=True)
    current_medicines = models.TextField(_("current medicines"), max_length=2000, blank=True)
    habits = models.CharField(_("habits"), max_length=200, blank=True)

    last_visit_on = models.DateField(_("last visit"), null=True, blank=True)
    sort_on = models.GeneratedField(
        expression=Coalesce(F("last_visit_on"), Value(NEVER_SEEN)), output_field=models.DateField(), db_persist=True
    )
    last_department = HospitalForeignKey(
        Department,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        db_index=False,
        verbose_name=_("department"),
    )
    disease_group = models.CharField(_("disease"), max_length=3, blank=True, db_collation="C")
    last_diagnosis_text = models.CharField(_("last diagnosis"), max_length=200, blank=True)
    care_tier = models.CharField(_("tier"), max_length=1, choices=CareTier.choices, blank=True, db_collation="C")

    # the labels that hold, repeated from PersonLabel for lists, segments and figures
    orientation = _label_field(_("orientation"), Orientation)
    life_cycle = _label_field(_("stage of the relationship"), LifeCycle)
    visit_cycle = _label_field(_("stage of the visits"), VisitCycle)

    contact_state = models.CharField(
        _("contact"), max_length=10, choices=ContactState.choices, default=ContactState.OPEN
    )
    deceased_on = models.DateField(_("died on"), null=True, blank=True)
    deceased_source = models.CharField(_("death known from"), max_length=10, choices=DeathSource.choices, blank=True)
    death_reported_by = HospitalForeignKey(
        StaffMember, models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )
    death_reported_at = models.DateTimeField(_("death reported at"), null=True, blank=True)
    death_confirmed_by = HospitalForeignKey(
        StaffMember, models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )
    death_confirmed_at = models.DateTimeField(_("death confirmed at"), null=True, blank=True)

    # somebody who may be this person is recorded dead, or a source contradicts itself about this person's death (then
    # it was reported at the same moment, and after a denial at that of the denial); nobody calls until it is decided
    death_in_doubt_since = models.DateTimeField(_("death in doubt since"), null=True, blank=True)

    his_seen_at = models.DateTimeField(_("last told by the HIS"), null=True, blank=True)
    created_at = models.DateTimeField(_("created at"), auto_now_add=True)

    objects = scoped_manager(PatientQuerySet)

    class Meta:
        verbose_name = _("person")
        verbose_name_plural = _("people")
        constraints = [
            models.CheckConstraint(condition=~Q(name=""), name="patient_has_a_name"),
            models.CheckConstraint(
                condition=~Q(contact_state="deceased") | Q(deceased_on__isnull=False) | ~Q(deceased_source=""),
                name="patient_death_is_known_from_somewhere",
            ),
            models.CheckConstraint(
                condition=Q(deceased_source="") | Q(contact_state__in=["deceased", "erased"]),
                name="patient_death_only_of_the_deceased",
            ),
            models.CheckConstraint(
                condition=Q(death_confirmed_by__isnull=True) | ~Q(death_confirmed_by=F("death_reported_by")),
                name="patient_death_confirmed_by_another",
            ),
            models.CheckConstraint(condition=Q(care_tier__in=["", "A", "B", "C"]), name="patient_tier_is_known"),
            models.CheckConstraint(
                condition=Q(contact_state__in=["open", "stopped", "deceased", "erased", "binned"]),
                name="patient_contact_state_is_known",
            ),
        ]
        indexes = [
            models.Index(
                fields=["hospital", "referrer"], condition=Q(referrer__isnull=False), name="patient_referrer_idx"
            ),
            models.Index(fields=["hospital", "sex", "birth_date"], include=_SEGMENTED_BY, name="people_asked_idx"),
            models.Index(fields=["hospital", "id"], condition=~Q(chronic_diseases=""), name="patient_chronic_idx"),
            _label_index("patient_orientation_idx", "orientation", condition=~Q(orientation="")),
            _label_index("patient_life_cycle_idx", "life_cycle", condition=~Q(life_cycle="")),
            _label_index("patient_visit_cycle_idx", "visit_cycle", condition=~Q(visit_cycle="")),
            models.Index(fields=["hospital", "-sort_on", "-id"], condition=LAPSED, name="patient_lapsed_idx"),
            models.Index(
                fields=["hospital", "last_department", "-sort_on", "-id"],
                condition=LAPSED,
                name="lapsed_department_idx",
            ),
            _list_index("people_by_visit_idx"),
            _covering("people_by_name_idx", "py_full", "id"),
            # who sees people by their ids, as members of units, also searches among them without fetching any
            _covering("people_by_record_keys_idx", "-id", also=_SEARCH_KEYS),
            _list_index("people_of_department_idx", "last_department"),
            _list_index("people_of_disease_idx", "disease_group"),
            _list_index("people_of_region_idx", "region"),
            _list_index("people_of_division_idx", "division_code", condition=~Q(division_code="")),
            _list_index("people_of_tier_idx", "care_tier"),
            _list_index("people_of_category_idx", "category", condition=~Q(category="general")),
            _list_index("people_of_kind_idx", "kind", condition=~Q(kind="patient")),
            _list_index("people_of_source_idx", "source", condition=~Q(source="")),
            _list_index("people_ended_idx", "contact_state", condition=~Q(contact_state="open")),
            _found_by("name"),
            _found_by("given_name"),
            _found_by("py_initials"),
            _found_by("py_full_alt", condition=~Q(py_full_alt="")),
            _found_by("py_initials_alt", condition=~Q(py_initials_alt="")),
        ]

    def __str__(self) -> str:
        return f"#{self.pk}"

    @property
    def may_be_contacted(self) -> bool:
        """Neither stopped, nor deceased, nor erased."""
        return self.contact_state == self.ContactState.OPEN

    @property
    def is_deceased(self) -> bool:
        """Reported dead, confirmed or not: both stop everything."""
        return self.contact_state == self.ContactState.DECEASED

    @property
    def death_awaits_confirmation(self) -> bool:
        """Reported dead, and no second person has confirmed it."""
        return self.is_deceased and self.death_confirmed_at is None

    @property
    def death_is_contradicted(self) -> bool:
        """A source says of this very person both that he died and that he lives."""
        since = self.death_in_doubt_since
        return since is not None and since == self.death_reported_at and not self.is_deceased

    def age_on(self, day: dt.date) -> int | None:
        """Full years on that day; None while the birth date is not known."""
        if self.birth_date is None:
            return None
        return day.year - self.birth_date.year - ((day.month, day.day) < (self.birth_date.month, self.birth_date.day))
