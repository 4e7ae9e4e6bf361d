"""Records that must not be erased or destroyed, because the law or a dispute needs them."""

from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import StaffMember
from hospital_crm.tenancy.fields import HospitalForeignKey
from hospital_crm.tenancy.models import HospitalModel, scoped_manager
from patients.models.patient import Patient
from patients.models.querysets import OfPatientQuerySet

if TYPE_CHECKING:
    import datetime as dt


class LegalHoldQuerySet(OfPatientQuerySet):
    """Holds."""

    def standing(self, day: "dt.date") -> "LegalHoldQuerySet":
        """Those neither lifted nor run out on that day."""
        return self.filter(Q(until__isnull=True) | Q(until__gte=day), lifted_at__isnull=True)


class LegalHold(HospitalModel):
    """A record is kept as it is: who demands it, why, until when. One open hold per person; it blocks erasing, the bin
    and every purge.
    """

    patient = HospitalForeignKey(
        Patient, models.PROTECT, related_name="legal_holds", db_index=False, verbose_name=_("person")
    )
    demanded_by = models.CharField(_("demanded by"), max_length=100)
    reason = models.CharField(_("reason"), max_length=200)
    until = models.DateField(_("until"), null=True, blank=True)
    placed_by = HospitalForeignKey(StaffMember, models.PROTECT, null=True, related_name="+", db_index=False)
    placed_at = models.DateTimeField(_("placed at"), default=timezone.now)
    lifted_by = HospitalForeignKey(StaffMember, models.PROTECT, null=True, blank=True, related_name="+", db_index=False)
    lifted_at = models.DateTimeField(_("lifted at"), null=True, blank=True)
    lift_reason = models.CharField(_("reason for lifting"), max_length=200, blank=True)

    objects = scoped_manager(LegalHoldQuerySet)

    class Meta:
        verbose_name = _("legal hold")
        verbose_name_plural = _("legal holds")
        constraints = [
            models.UniqueConstraint(
                fields=["hospital", "patient"], condition=Q(lifted_at__isnull=True), name="legalhold_one_open"
            ),
            models.CheckConstraint(
                condition=~Q(reason="") & ~Q(demanded_by=""), name="legalhold_demanded_for_a_reason"
            ),
            models.CheckConstraint(
                condition=Q(lifted_at__isnull=True) | ~Q(lift_reason=""), name="legalhold_lifted_for_a_reason"
            ),
        ]
        indexes = [models.Index(fields=["hospital", "patient"], name="legalhold_patient_idx")]

    def __str__(self) -> str:
        return f"hold of #{self.patient_id}"
