"""Two records that became one, and what each was before."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import StaffMember
from hospital_crm.tenancy.fields import HospitalForeignKey
from hospital_crm.tenancy.models import HospitalModel
from patients.models.patient import Patient


class PersonMerger(HospitalModel):
    """A second record was united with this person: who decided it, and every row of both records as it was before.

    `before` holds, by model, the rows that hung on either record (`{"patients.identifier": [{…}, …]}`), so that the
    two can be taken apart again: whose a row was, what was dropped because the other had it, what ended. Nobody reads
    it on a page; it goes with the person. `chosen` are the fields of the kept record that came from the other one,
    `after` what the union wrote into the kept record, by column. Taken apart (`undone_at`) it counts no more and
    forgets what it kept.
    """

    kept = HospitalForeignKey(
        Patient, models.CASCADE, related_name="mergers", db_index=False, verbose_name=_("kept record")
    )
    merged_id = models.BigIntegerField(_("number of the record that is gone"))
    merged_public_id = models.UUIDField(_("address of the record that is gone"), null=True, editable=False)
    before = models.JSONField(_("rows of both records before"))
    after = models.JSONField(_("what the union wrote into the kept record"), default=dict)
    chosen = models.JSONField(_("fields taken from the other record"), default=list)
    by = HospitalForeignKey(StaffMember, models.PROTECT, null=True, blank=True, related_name="+", db_index=False)
    at = models.DateTimeField(_("at"))
    undone_at = models.DateTimeField(_("taken apart at"), null=True, blank=True)
    undone_by = HospitalForeignKey(StaffMember, models.PROTECT, null=True, blank=True, related_name="+", db_index=False)
    undo_reason = models.CharField(_("reason for taking apart"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("union of two records")
        verbose_name_plural = _("unions of two records")
        constraints = [
            models.UniqueConstraint(
                fields=["hospital", "merged_id"], condition=Q(undone_at__isnull=True), name="person_merged_once"
            ),
            models.UniqueConstraint(
                fields=["hospital", "merged_public_id"],
                condition=Q(undone_at__isnull=True),
                name="person_merged_link_once",
            ),
            models.CheckConstraint(
                condition=Q(undone_at__isnull=True) | ~Q(undo_reason=""), name="person_parted_for_a_reason"
            ),
            models.CheckConstraint(condition=~Q(merged_id=models.F("kept")), name="person_merged_with_another"),
        ]
        indexes = [models.Index(fields=["hospital", "kept"], name="person_merger_kept_idx")]

    def __str__(self) -> str:
        return f"#{self.merged_id} → #{self.kept_id}"
