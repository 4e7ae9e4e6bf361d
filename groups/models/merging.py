"""Two records of one unit that became one, and what each was before."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import StaffMember
from groups.models.querysets import OfGroupQuerySet
from groups.models.unit import GroupCustomer
from hospital_crm.tenancy.fields import HospitalForeignKey
from hospital_crm.tenancy.models import HospitalModel, scoped_manager


class UnitMerger(HospitalModel):
    """A second record was united with this unit: `before` holds both records as they were, `moved` by table the ids
    of the rows that moved, `dropped` whole rows the kept unit had already, `joined` what memberships of the kept unit
    said before and say of both, so that the two can be taken apart again.
    """

    group = HospitalForeignKey(GroupCustomer, models.CASCADE, related_name="mergers", db_index=False)
    merged_id = models.BigIntegerField(_("number of the record that is gone"))
    before = models.JSONField(_("both records before"))
    moved = models.JSONField(_("rows that moved"))
    dropped = models.JSONField(_("rows that were dropped"))
    joined = models.JSONField(_("memberships that were joined"), default=list)
    by = HospitalForeignKey(StaffMember, models.PROTECT, null=True, related_name="+", db_index=False)
    at = models.DateTimeField(_("at"))
    undone_at = models.DateTimeField(_("undone at"), null=True, blank=True)

    objects = scoped_manager(OfGroupQuerySet)

    class Meta:
        verbose_name = _("union of two units")
        verbose_name_plural = _("unions of two units")
        ordering = ["-at", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["hospital", "merged_id"], condition=Q(undone_at__isnull=True), name="unitmerger_merged_once"
            ),
            models.CheckConstraint(condition=~Q(merged_id=models.F("group")), name="unitmerger_with_another"),
        ]
        indexes = [models.Index(fields=["hospital", "group", "-at"], name="unitmerger_group_idx")]

    def __str__(self) -> str:
        return f"#{self.merged_id} → #{self.group_id}"
