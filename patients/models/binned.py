"""Records that were made by mistake and lie in the bin."""

import datetime as dt

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.models import StaffMember
from hospital_crm.tenancy.fields import HospitalForeignKey
from hospital_crm.tenancy.models import HospitalModel
from patients.models.patient import Patient


class BinnedPerson(HospitalModel):
    """A record made by hand by mistake: why it was put in the bin, what it was before, until when it can be put back.

    While it lies there the person's contact state is `binned`, and no list, search or page shows the person.
    """

    KEPT = dt.timedelta(days=30)

    goes_to_bin = True
    audit_rows = True
    audit_hidden = ("reason",)

    patient = HospitalForeignKey(
        Patient, models.CASCADE, related_name="bin_entries", db_index=False, verbose_name=_("person")
    )
    reason = models.CharField(_("reason"), max_length=200)
    former_state = models.CharField(_("contact state before"), max_length=10)
    binned_by = HospitalForeignKey(
        StaffMember, models.PROTECT, related_name="+", db_index=False, verbose_name=_("put there by")
    )
    binned_at = models.DateTimeField(_("put there at"))
    purge_at = models.DateTimeField(_("gone for good from"))

    class Meta:
        verbose_name = _("record in the bin")
        verbose_name_plural = _("records in the bin")
        constraints = [
            models.UniqueConstraint(fields=["hospital", "patient"], name="binnedperson_once"),
            models.CheckConstraint(condition=~Q(reason=""), name="binnedperson_for_a_reason"),
            models.CheckConstraint(condition=Q(purge_at__gt=F("binned_at")), name="binnedperson_kept_a_while"),
        ]
        indexes = [models.Index(fields=["hospital", "purge_at"], name="binnedperson_purge_idx")]

    def __str__(self) -> str:
        return f"#{self.patient_id}"
