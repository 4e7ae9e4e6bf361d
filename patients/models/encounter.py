"""Stays and visits as the HIS tells them, and the clinical facts that no feed brings."""

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.models import Department, StaffMember, Ward
from hospital_crm.tenancy.fields import HospitalForeignKey, PublicIdField
from hospital_crm.tenancy.models import HospitalModel, lean_hospital, scoped_manager
from patients.models.patient import Patient
from patients.models.querysets import EncounterQuerySet, OfEncounterQuerySet


class Encounter(HospitalModel):
    """One stay or visit, mirrored from the HIS with source and time; staff never edit it.

    `source_key` is the name under which the feed knows the stay (number and count of the stay, say); unique per
    hospital, so that a
    replay finds it. `former_keys` are the names that it had, or that visits had which were one with it, and which are
    in use no more. For anything but a stay `discharged_on` equals `admitted_on`; a stay without it is still in the
    house. `admitted_at` and `discharged_at` are the moments where the source tells them; the days always stand.
    None in `surgery_level`, `icu`, `critical` means: not told, and so does '' in `outcome`, how the illness stood at
    the end. `surgery_level` 0 = no surgery, 1–4 = level I–IV. `age_told`: full years at the stay, as a list says them.
    `source` is the name of the feed that told it last, LIST where a list did, HIS where nobody wrote down which.
    """

    HIS, LIST = "his", "list"

    goes_with_person = True

    class Kind(models.TextChoices):
        INPATIENT = "inpatient", _("inpatient")
        OUTPATIENT = "outpatient", _("outpatient")
        EMERGENCY = "emergency", _("emergency")
        CHECKUP = "checkup", _("health check")

    class Disposition(models.TextChoices):
        HOME = "home", _("on medical advice")
        TRANSFER = "transfer", _("transferred")
        COMMUNITY = "community", _("to community care")
        AGAINST_ADVICE = "against_advice", _("against advice")
        DIED = "died", _("died")
        OTHER = "other", _("other way of leaving")
        UNKNOWN = "unknown", _("way of leaving not known")

    class Outcome(models.TextChoices):
        CURED = "cured", _("cured")
        IMPROVED = "improved", _("improved")
        NOT_CURED = "not_cured", _("not cured")

    hospital = lean_hospital()
    public_id = PublicIdField()
    patient = HospitalForeignKey(
        Patient, models.CASCADE, related_name="encounters", db_index=False, verbose_name=_("person")
    )
    kind = models.CharField(_("kind"), max_length=10, choices=Kind.choices, default=Kind.INPATIENT)
    visit_number = models.CharField(_("visit number"), max_length=40, blank=True)
    source_key = models.CharField(_("key in the source"), max_length=120, db_collation="C")
    former_keys = ArrayField(
        models.CharField(max_length=120), verbose_name=_("former keys"), null=True, blank=True, editable=False
    )
    admitted_on = models.DateField(_("admitted on"))
    discharged_on = models.DateField(_("discharged on"), null=True, blank=True)
    admitted_at = models.DateTimeField(_("admitted at"), null=True, blank=True)
    discharged_at = models.DateTimeField(_("discharged at"), null=True, blank=True)
    department = HospitalForeignKey(
        Department,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        db_index=False,
        verbose_name=_("department"),
    )
    ward = HospitalForeignKey(
        Ward, models.SET_NULL, null=True, blank=True, related_name="+", db_index=False, verbose_name=_("ward")
    )
    bed = models.CharField(_("bed"), max_length=20, blank=True, default="", db_default="")
    attending = HospitalForeignKey(
        StaffMember,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        db_index=False,
        verbose_name=_("attending physician"),
    )
    attending_name = models.CharField(_("attending as written"), max_length=60, blank=True)
    nurse = HospitalForeignKey(
        StaffMember,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        db_index=False,
        verbose_name=_("responsible nurse"),
    )
    nurse_name = models.CharField(_("nurse as written"), max_length=60, blank=True, default="", db_default="")
    age_told = models.SmallIntegerField(_("age as written"), null=True, blank=True)
    diagnosis_code = models.CharField(_("diagnosis code"), max_length=20, blank=True, db_collation="C")
    diagnosis_text = models.CharField(_("diagnosis"), max_length=300, blank=True)
    discharge_instructions = models.TextField(_("discharge instructions"), blank=True)
    revisit_on = models.DateField(_("revisit date"), null=True, blank=True)
    disposition = models.CharField(
        _("way of leaving"), max_length=14, choices=Disposition.choices, default=Disposition.UNKNOWN
    )
    outcome = models.CharField(
        _("outcome"), max_length=10, choices=Outcome.choices, blank=True, default="", db_default=""
    )
    surgery_level = models.PositiveSmallIntegerField(_("surgery level"), null=True, blank=True)
    icu = models.BooleanField(_("intensive care"), null=True, blank=True)
    critical = models.BooleanField(_("critical notice"), null=True, blank=True)
    fees = models.DecimalField(_("fees"), max_digits=12, decimal_places=2, null=True, blank=True)
    is_cancelled = models.BooleanField(_("cancelled"), default=False)
    source = models.CharField(_("source"), max_length=60, default=HIS)
    source_at = models.DateTimeField(_("told at"), default=timezone.now)
    import_batch_id = models.BigIntegerField(_("import"), null=True, blank=True)

    objects = scoped_manager(EncounterQuerySet)

    class Meta:
        verbose_name = _("stay or visit")
        verbose_name_plural = _("stays and visits")
        constraints = [
            models.UniqueConstraint(fields=["hospital", "source_key"], name="encounter_source_key_unique"),
            models.CheckConstraint(condition=~Q(source_key=""), name="encounter_has_a_source_key"),
            models.CheckConstraint(
                condition=Q(discharged_on__isnull=True) | Q(discharged_on__gte=F("admitted_on")),
                name="encounter_ends_after_start",
            ),
            models.CheckConstraint(
                condition=Q(surgery_level__isnull=True) | Q(surgery_level__lte=4),
                name="encounter_surgery_level_to_four",
            ),
        ]
        indexes = [
            # a person's own, and in the order of people what segments count of everybody's
            models.Index(
                fields=["hospital", "patient", "-admitted_on"],
                include=["is_cancelled", "fees"],
                name="encounter_of_person_idx",
            ),
            models.Index(fields=["hospital", "discharged_on"], name="encounter_discharged_idx"),
            models.Index(
                fields=["hospital", "department", "patient"],
                condition=Q(is_cancelled=False),
                name="encounter_department_idx",
            ),
            models.Index(
                fields=["hospital", "attending", "patient"],
                include=["discharged_on"],
                condition=Q(is_cancelled=False, attending__isnull=False),
                name="encounter_attending_idx",
            ),
            models.Index(fields=["hospital", "nurse"], condition=Q(nurse__isnull=False), name="encounter_nurse_idx"),
            models.Index(
                fields=["hospital", "ward", "patient"],
                include=["discharged_on"],
                condition=Q(is_cancelled=False, ward__isnull=False),
                name="encounter_ward_idx",
            ),
            # what other systems ask for: all that was told since a moment
            models.Index(fields=["hospital", "source_at", "id"], name="encounter_told_idx"),
            # what segments look back for: visits and fees of a period, and diagnoses by their beginning
            models.Index(
                fields=["hospital", "admitted_on"],
                include=["patient", "kind", "department", "fees"],
                condition=Q(is_cancelled=False),
                name="encounter_period_idx",
            ),
            models.Index(
                fields=["hospital", "diagnosis_code"],
                include=["patient", "admitted_on"],
                condition=Q(is_cancelled=False) & ~Q(diagnosis_code=""),
                name="encounter_disease_idx",
            ),
            GinIndex(fields=["former_keys"], condition=Q(former_keys__isnull=False), name="encounter_former_keys_idx"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} #{self.pk}"

    def get_source_display(self) -> str:
        """Who told it, as people read it."""
        return {self.HIS: "HIS", self.LIST: gettext("a list")}.get(self.source, self.source)

    @property
    def nights(self) -> int | None:
        """Nights in the house; None while the stay lasts."""
        return (self.discharged_on - self.admitted_on).days if self.discharged_on else None

    @property
    def is_death(self) -> bool:
        """The stay ended with the person's death."""
        return self.disposition == self.Disposition.DIED and not self.is_cancelled


class EncounterFact(HospitalModel):
    """A clinical fact of a stay that no feed brings, yes or no, ticked by the attending or a nurse. Keys:
    `patients.facts`.
    """

    encounter = HospitalForeignKey(
        Encounter, models.CASCADE, related_name="facts", db_index=False, verbose_name=_("stay")
    )
    key = models.CharField(_("fact"), max_length=30)
    value = models.BooleanField(_("holds"))
    source = models.CharField(_("source"), max_length=20, default="staff")
    recorded_by = HospitalForeignKey(
        StaffMember, models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )
    recorded_at = models.DateTimeField(_("recorded at"), default=timezone.now)

    objects = scoped_manager(OfEncounterQuerySet)

    class Meta:
        verbose_name = _("clinical fact")
        verbose_name_plural = _("clinical facts")
        constraints = [models.UniqueConstraint(fields=["hospital", "encounter", "key"], name="encounterfact_unique")]

    def __str__(self) -> str:
        return f"{self.key}={self.value} of #{self.encounter_id}"


class _OfEncounter(HospitalModel):
    """A numbered line of a stay, mirrored from the HIS."""

    goes_with_person = True

    encounter = HospitalForeignKey(
        Encounter, models.CASCADE, related_name="%(class)s_lines", db_index=False, verbose_name=_("stay")
    )
    rank = models.PositiveSmallIntegerField(_("rank"), default=1)

    objects = scoped_manager(OfEncounterQuerySet)

    class Meta:
        abstract = True
        ordering = ["rank"]
        constraints = [models.UniqueConstraint(fields=["hospital", "encounter", "rank"], name="%(class)s_rank_unique")]

    def __str__(self) -> str:
        return f"{self._meta.model_name} {self.rank} of #{self.encounter_id}"


class Diagnosis(_OfEncounter):
    """A diagnosis of a stay; rank 1 is the main one."""

    code = models.CharField(_("code"), max_length=20, blank=True, db_collation="C")
    text = models.CharField(_("diagnosis"), max_length=300)

    class Meta(_OfEncounter.Meta):
        verbose_name = _("diagnosis")
        verbose_name_plural = _("diagnoses")
        indexes = [
            models.Index(
                fields=["hospital", "code"], include=["encounter"], condition=~Q(code=""), name="diagnosis_code_idx"
            )
        ]


class Procedure(_OfEncounter):
    """An operation or procedure with its level (I–IV as 1–4)."""

    code = models.CharField(_("code"), max_length=20, blank=True)
    text = models.CharField(_("procedure"), max_length=300)
    level = models.PositiveSmallIntegerField(_("level"), null=True, blank=True)
    performed_on = models.DateField(_("performed on"), null=True, blank=True)

    class Meta(_OfEncounter.Meta):
        verbose_name = _("procedure")
        verbose_name_plural = _("procedures")


class Medication(_OfEncounter):
    """A medicine the person left with."""

    text = models.CharField(_("medicine"), max_length=200)
    dosage = models.CharField(_("dosage"), max_length=200, blank=True)
    is_long_term = models.BooleanField(_("long-term"), null=True, blank=True)

    class Meta(_OfEncounter.Meta):
        verbose_name = _("medicine")
        verbose_name_plural = _("medicines")


class CheckupFinding(_OfEncounter):
    """A finding of a health check; abnormal ones are followed up. `source`: the feed that told it, '' where a list did:
    neither replaces what the other said.
    """

    item = models.CharField(_("item"), max_length=100)
    value = models.CharField(_("found value"), max_length=100, blank=True)
    is_abnormal = models.BooleanField(_("abnormal"), default=False)
    advice = models.CharField(_("advice"), max_length=300, blank=True)
    source = models.CharField(_("source"), max_length=60, blank=True, default="", db_default="")

    class Meta(_OfEncounter.Meta):
        verbose_name = _("check-up finding")
        verbose_name_plural = _("check-up findings")
        indexes = [
            models.Index(
                fields=["hospital", "encounter"],
                include=["item"],
                condition=Q(is_abnormal=True),
                name="checkupfinding_abnormal_idx",
            )
        ]
