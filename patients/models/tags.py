"""Tags: words of the hospital's own that staff put on people."""

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import StaffMember
from hospital_crm.tenancy.fields import HospitalForeignKey, PublicIdField
from hospital_crm.tenancy.models import HospitalModel, scoped_manager
from patients.models.patient import Patient
from patients.models.querysets import OfPatientQuerySet


class TagQuerySet(models.QuerySet):
    """Tags."""

    def visible_to(self, actor: object) -> "TagQuerySet":
        """All of the hospital: who may see tags at all is decided by capability."""
        return self

    def active(self) -> "TagQuerySet":
        """Those that may still be put on people."""
        return self.filter(is_active=True)


class Tag(HospitalModel):
    """A word that can be put on people. A closed one stays where it is and is put on nobody any more."""

    audit_rows = True

    public_id = PublicIdField()
    name = models.CharField(_("tag"), max_length=20, db_collation="C")
    is_active = models.BooleanField(_("in use"), default=True)

    objects = scoped_manager(TagQuerySet)

    class Meta:
        verbose_name = _("tag")
        verbose_name_plural = _("tags")
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(fields=["hospital", "name"], name="tag_name_unique"),
            models.CheckConstraint(condition=~Q(name=""), name="tag_has_a_name"),
        ]

    def __str__(self) -> str:
        return self.name


class PatientTag(HospitalModel):
    """A tag on a person: who put it there, when."""

    goes_to_bin = True
    audit_rows = True
    keys_by_statement = True

    patient = HospitalForeignKey(
        Patient, models.CASCADE, related_name="tag_links", db_index=False, verbose_name=_("person")
    )
    tag = HospitalForeignKey(Tag, models.PROTECT, related_name="links", db_index=False, verbose_name=_("tag"))
    tagged_by = HospitalForeignKey(StaffMember, models.PROTECT, null=True, related_name="+", db_index=False)
    tagged_at = models.DateTimeField(_("tagged at"), default=timezone.now)

    objects = scoped_manager(OfPatientQuerySet)

    class Meta:
        verbose_name = _("tag on a person")
        verbose_name_plural = _("tags on people")
        constraints = [models.UniqueConstraint(fields=["hospital", "patient", "tag"], name="patienttag_once")]
        indexes = [models.Index(fields=["hospital", "tag", "patient"], name="patienttag_people_idx")]

    def __str__(self) -> str:
        return f"#{self.patient_id}: #{self.tag_id}"
