"""Pairs of records that may be one person, until somebody has looked at them."""

from typing import TYPE_CHECKING

from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import StaffMember
from hospital_crm.tenancy.fields import HospitalForeignKey, PublicIdField
from hospital_crm.tenancy.models import HospitalModel, scoped_manager

if TYPE_CHECKING:
    from accounts.actors import Actor


class DuplicateCandidateQuerySet(models.QuerySet):
    """Pairs."""

    def waiting(self) -> "DuplicateCandidateQuerySet":
        """Those nobody has decided."""
        return self.filter(state="open")

    def planned(self) -> "DuplicateCandidateQuerySet":
        """Those that were decided many at once and wait for their turn."""
        return self.exclude(planned="")

    def visible_to(self, actor: "Actor") -> "DuplicateCandidateQuerySet":
        """All of the hospital, for those who see all people."""
        return self if actor.sees == "all" else self.none()


class DuplicateCandidate(HospitalModel):
    """Two records that may be one person: the score, the reasons it is made of, and what was decided.

    `left_id` is the older record. They are numbers rather than keys, because the pair stays on record when one of the
    two is gone. `facts` is the fingerprint of what was compared: a pair that was dismissed comes back only when it has
    changed. `reasons` are codes of `patients.domain.duplicates.WEIGHTS`. What was decided for many at once is `planned`
    until its turn comes.
    """

    class State(models.TextChoices):
        OPEN = "open", _("to be decided")
        DISMISSED = "dismissed", _("two people")
        MERGED = "merged", _("united")

    public_id = PublicIdField()
    left_id = models.BigIntegerField(_("older record"))
    right_id = models.BigIntegerField(_("younger record"))
    score = models.PositiveSmallIntegerField(_("likeness"))
    reasons = models.JSONField(_("reasons"), default=list)
    facts = models.CharField(_("fingerprint of what was compared"), max_length=32)
    state = models.CharField(_("state"), max_length=9, choices=State.choices, default=State.OPEN)
    found_at = models.DateTimeField(_("found at"), default=timezone.now)
    decided_by = HospitalForeignKey(
        StaffMember, models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )
    decided_at = models.DateTimeField(_("decided at"), null=True, blank=True)
    planned = models.CharField(_("about to be"), max_length=9, choices=State.choices, blank=True)
    planned_by = HospitalForeignKey(
        StaffMember, models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )
    note = models.CharField(_("remark on the pair"), max_length=200, blank=True)

    objects = scoped_manager(DuplicateCandidateQuerySet)

    class Meta:
        verbose_name = _("possible duplicate")
        verbose_name_plural = _("possible duplicates")
        constraints = [
            models.UniqueConstraint(fields=["hospital", "left_id", "right_id"], name="duplicate_pair_once"),
            models.CheckConstraint(condition=Q(left_id__lt=F("right_id")), name="duplicate_of_another"),
            models.CheckConstraint(condition=Q(score__lte=100), name="duplicate_score_to_hundred"),
            models.CheckConstraint(
                condition=Q(state="open") | Q(decided_at__isnull=False), name="duplicate_decided_some_time"
            ),
            models.CheckConstraint(condition=Q(planned="") | Q(state="open"), name="duplicate_planned_while_open"),
        ]
        indexes = [
            models.Index(fields=["hospital", "-score", "-id"], condition=Q(state="open"), name="duplicate_waiting_idx"),
            models.Index(fields=["hospital", "id"], condition=~Q(planned=""), name="duplicate_planned_idx"),
            models.Index(fields=["hospital", "right_id"], name="duplicate_right_idx"),
        ]

    def __str__(self) -> str:
        return f"#{self.left_id} ? #{self.right_id}"
