"""Our contacts with a unit: planned, done, called off, and the step that follows."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import StaffMember
from groups.models.contract import Contract
from groups.models.querysets import VisitQuerySet
from groups.models.unit import GroupContact, GroupCustomer
from hospital_crm.tenancy.fields import HospitalForeignKey
from hospital_crm.tenancy.models import HospitalModel, scoped_manager


class GroupVisit(HospitalModel):
    """A contact with the unit, planned or done: visit, call, letter, meeting. Done once `done_on` and a result are
    written; `follows` is the contact whose next step this is, `renews` the contract whose end it reminds of.
    """

    class Kind(models.TextChoices):
        VISIT = "visit", _("visit to the unit")
        CALL = "call", _("call to the unit")
        LETTER = "letter", _("letter to the unit")
        MEETING = "meeting", _("meeting at the hospital")

    group = HospitalForeignKey(
        GroupCustomer, models.CASCADE, related_name="visits", db_index=False, verbose_name=_("unit")
    )
    kind = models.CharField(_("kind"), max_length=8, choices=Kind.choices, default=Kind.VISIT)
    planned_on = models.DateField(_("planned on"))
    purpose = models.CharField(_("what for"), max_length=200)
    contact = HospitalForeignKey(
        GroupContact,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        db_index=False,
        verbose_name=_("with whom"),
    )
    done_on = models.DateField(_("done on"), null=True, blank=True)
    result = models.TextField(_("result"), max_length=1000, blank=True)
    called_off_on = models.DateField(_("called off on"), null=True, blank=True)
    called_off_reason = models.CharField(_("why called off"), max_length=200, blank=True)
    staff = HospitalForeignKey(
        StaffMember,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        db_index=False,
        verbose_name=_("who goes"),
    )
    follows = HospitalForeignKey(
        "self", models.SET_NULL, null=True, blank=True, related_name="next_steps", db_index=False
    )
    renews = HospitalForeignKey(
        Contract, models.SET_NULL, null=True, blank=True, related_name="reminders", db_index=False
    )

    objects = scoped_manager(VisitQuerySet)

    class Meta:
        verbose_name = _("contact with a unit")
        verbose_name_plural = _("contacts with units")
        ordering = ["-planned_on", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(done_on__isnull=True) | ~Q(result=""), name="groupvisit_done_has_a_result"
            ),
            models.CheckConstraint(
                condition=Q(called_off_on__isnull=True) | (Q(done_on__isnull=True) & ~Q(called_off_reason="")),
                name="groupvisit_called_off_with_reason",
            ),
            models.UniqueConstraint(fields=["hospital", "renews"], name="groupvisit_one_reminder_per_contract"),
        ]
        indexes = [
            models.Index(fields=["hospital", "group", "-planned_on", "-id"], name="groupvisit_group_idx"),
            models.Index(
                fields=["hospital", "staff", "planned_on"],
                condition=Q(done_on__isnull=True, called_off_on__isnull=True),
                name="groupvisit_open_idx",
            ),
            models.Index(
                fields=["hospital", "follows"], condition=Q(follows__isnull=False), name="groupvisit_follows_idx"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.planned_on}"

    @property
    def is_open(self) -> bool:
        """Whether it is still to be made."""
        return self.done_on is None and self.called_off_on is None
