"""Contradictions about who is who, waiting for somebody to decide."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import StaffMember
from hospital_crm.tenancy.fields import HospitalForeignKey, PublicIdField
from hospital_crm.tenancy.models import HospitalModel, scoped_manager
from integrations.models.batch import ImportBatch


class MatchConflictQuerySet(models.QuerySet):
    """Contradictions."""

    def visible_to(self, actor: object) -> "MatchConflictQuerySet":
        """All of the hospital: who decides them is a matter of capability."""
        return self

    def waiting(self) -> "MatchConflictQuerySet":
        """Those nobody has decided."""
        return self.filter(state=MatchConflict.State.OPEN)


class MatchConflict(HospitalModel):
    """Two records a list contradicts itself about: `left` was known, `right` was made so that nothing was overwritten.

    `fingerprint` is the keyed hash of the contradiction; when it comes again, it leads to `right`, or to `left` after
    somebody decided that both are one person. Ids are plain numbers, because a united record is deleted.
    """

    class State(models.TextChoices):
        OPEN = "open", _("to be decided")
        SEPARATE = "separate", _("two people")
        SAME = "same", _("one person")

    public_id = PublicIdField()
    code = models.CharField(_("contradiction"), max_length=40)
    fingerprint = models.CharField(max_length=64, editable=False)
    left_id = models.BigIntegerField(_("known record"))
    right_id = models.BigIntegerField(_("record made for the list"))
    batch = HospitalForeignKey(ImportBatch, models.SET_NULL, null=True, related_name="conflicts")
    line = models.PositiveIntegerField(_("row in the file"), default=0)
    state = models.CharField(_("state"), max_length=8, choices=State.choices, default=State.OPEN)
    noticed_at = models.DateTimeField(_("noticed at"))
    decided_by = HospitalForeignKey(StaffMember, models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(_("decided at"), null=True)

    objects = scoped_manager(MatchConflictQuerySet)

    class Meta:
        verbose_name = _("contradiction")
        verbose_name_plural = _("contradictions")
        constraints = [
            models.UniqueConstraint(fields=["hospital", "fingerprint"], name="matchconflict_once"),
            models.CheckConstraint(
                condition=Q(state="open") | Q(decided_at__isnull=False), name="matchconflict_decided_at_a_time"
            ),
        ]
        indexes = [
            models.Index(fields=["hospital", "id"], condition=Q(state="open"), name="matchconflict_waiting_idx"),
        ]

    def __str__(self) -> str:
        return f"{self.code} #{self.pk}"

    @property
    def leads_to(self) -> int:
        """Whom it leads to when it comes again: the record of its own, or the one it was united with."""
        return self.left_id if self.state == self.State.SAME else self.right_id
