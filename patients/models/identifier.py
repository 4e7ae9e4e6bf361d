"""Numbers under which a person is known."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from hospital_crm.tenancy.fields import HospitalForeignKey
from hospital_crm.tenancy.models import HospitalModel, lean_hospital, scoped_manager
from patients.models.contact import ends_after_start
from patients.models.patient import Patient
from patients.models.querysets import OfPatientQuerySet


class Identifier(HospitalModel):
    """A record number, or a number of identity papers.

    Record numbers stay plain and are unique per hospital and system. National identity numbers and passports are
    kept encrypted
    (`hospital_crm.crypto`), found by the keyed hash of the whole and of the last six characters, and have an empty
    `value`.
    """

    goes_to_bin = True

    goes_with_person = True

    class System(models.TextChoices):
        MRN = "mrn", _("record number")
        INPATIENT = "inpatient", _("inpatient number")
        OUTPATIENT = "outpatient", _("outpatient number")
        CARD = "card", _("hospital card")
        NATIONAL_ID = "national_id", _("identity number")
        PASSPORT = "passport", _("passport")
        INSURANCE = "insurance", _("insurance number")
        OTHER = "other", _("other number")

    SECRET = ("national_id", "passport")

    audit_rows = True
    audit_hidden = ("value", "value_hash", "tail_hash", "value_encrypted")

    hospital = lean_hospital()
    patient = HospitalForeignKey(
        Patient, models.CASCADE, related_name="identifiers", db_index=False, verbose_name=_("person")
    )
    system = models.CharField(_("kind of number"), max_length=12, choices=System.choices)
    value = models.CharField(_("number"), max_length=40, blank=True, db_collation="C")
    value_hash = models.CharField(_("keyed hash"), max_length=64, blank=True, db_collation="C", editable=False)
    tail_hash = models.CharField(
        _("keyed hash of the last six"), max_length=64, blank=True, db_collation="C", editable=False
    )
    value_encrypted = models.TextField(_("encrypted number"), blank=True, editable=False)
    is_active = models.BooleanField(_("in use"), default=True)
    valid_from = models.DateField(_("valid from"), null=True, blank=True)
    valid_until = models.DateField(_("valid until"), null=True, blank=True)

    objects = scoped_manager(OfPatientQuerySet)

    class Meta:
        verbose_name = _("identifier")
        verbose_name_plural = _("identifiers")
        constraints = [
            models.UniqueConstraint(
                fields=["hospital", "system", "value"], condition=~Q(value=""), name="identifier_value_unique"
            ),
            models.UniqueConstraint(
                fields=["hospital", "value_hash"], condition=~Q(value_hash=""), name="identifier_hash_unique"
            ),
            models.CheckConstraint(
                condition=(
                    Q(system__in=["national_id", "passport"]) & Q(value="") & ~Q(value_hash="") & ~Q(value_encrypted="")
                )
                | (~Q(system__in=["national_id", "passport"]) & ~Q(value="")),
                name="identifier_secret_numbers_are_encrypted",
            ),
            ends_after_start("identifier_ends_after_start"),
        ]
        indexes = [
            models.Index(fields=["hospital", "patient"], name="identifier_patient_idx"),
            models.Index(fields=["hospital", "tail_hash"], condition=~Q(tail_hash=""), name="identifier_tail_idx"),
        ]

    def __str__(self) -> str:
        return f"{self.system} of #{self.patient_id}"

    @property
    def is_secret(self) -> bool:
        """Whether the number is kept encrypted."""
        return self.system in self.SECRET
