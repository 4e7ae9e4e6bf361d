"""Two records that became one, and what each was before."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import StaffMember
from hospital_crm.tenancy.fields import HospitalForeignKey
from hospital_crm.tenancy.models import HospitalModel
from patients.models.patient import Patient


class PersonMerger(HospitalModel):
    """A second record was united with this person: who decided it, and every row of both records as it was before.

    `before` holds, by model, the rows that hung on either record (`{"patients.identifier": [{…}, …]}`), so that the
    two can be taken apart again: whose a row was, what was dropped because the other had it, what ended. Nobody reads
    it on a page; it goes with the person.
    """

    kept = HospitalForeignKey(
        Patient, models.CASCADE, related_name="mergers", db_index=False, verbose_name=_("kept record")
    )
    merged_id = models.BigIntegerField(_("number of the record that is gone"))
    before = models.JSONField(_("rows of both records before"))
    by = HospitalForeignKey(StaffMember, models.PROTECT, null=True, blank=True, related_name="+", db_index=False)
    at = models.DateTimeField(_("at"))

    class Meta:
        verbose_name = _("union of two records")
        verbose_name_plural = _("unions of two records")
        constraints = [
            models.UniqueConstraint(fields=["hospital", "merged_id"], name="person_merged_once"),
            models.CheckConstraint(condition=~models.Q(merged_id=models.F("kept")), name="person_merged_with_another"),
        ]
        indexes = [models.Index(fields=["hospital", "kept"], name="person_merger_kept_idx")]

    def __str__(self) -> str:
        return f"#{self.merged_id} → #{self.kept_id}"
