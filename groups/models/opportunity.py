"""Business that may come from a unit."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import StaffMember
from groups.models.querysets import OpportunityQuerySet
from groups.models.unit import GroupCustomer
from hospital_crm.tenancy.fields import HospitalForeignKey
from hospital_crm.tenancy.models import HospitalModel, scoped_manager


class Opportunity(HospitalModel):
    """A deal that is open, won or lost: what it may bring in yuan, how far it is, when it should close. One that is
    lost says why.
    """

    class Kind(models.TextChoices):
        CHECKUP = "checkup", _("health checks of the staff")
        RENEWAL = "renewal", _("renewal of a contract")
        CONTRACT = "contract", _("first contract")
        MANAGEMENT = "management", _("health management service")
        LECTURE = "lecture", _("paid lecture or clinic")
        OTHER = "other", _("other deal")

    class Step(models.IntegerChoices):
        NOTICED = 10, _("noticed 10%")
        CONTACTED = 30, _("in contact 30%")
        OFFERED = 50, _("offer made 50%")
        NEGOTIATING = 70, _("terms negotiated 70%")
        AGREED = 90, _("agreed by word 90%")

    class State(models.TextChoices):
        OPEN = "open", _("open deal")
        WON = "won", _("won")
        LOST = "lost", _("lost deal")

    group = HospitalForeignKey(
        GroupCustomer, models.CASCADE, related_name="opportunities", db_index=False, verbose_name=_("unit")
    )
    kind = models.CharField(_("kind"), max_length=10, choices=Kind.choices)
    title = models.CharField(_("what it is about"), max_length=120)
    amount = models.DecimalField(_("expected value in yuan"), max_digits=12, decimal_places=2)
    step = models.PositiveSmallIntegerField(_("how far"), choices=Step.choices, default=Step.NOTICED)
    expected_on = models.DateField(_("expected close"))
    state = models.CharField(_("state"), max_length=4, choices=State.choices, default=State.OPEN)
    reason = models.CharField(_("reason"), max_length=200, blank=True)
    closed_on = models.DateField(_("closed on"), null=True, blank=True)
    staff = HospitalForeignKey(
        StaffMember, models.SET_NULL, null=True, related_name="+", db_index=False, verbose_name=_("in charge")
    )
    created_at = models.DateTimeField(_("created at"), auto_now_add=True)

    objects = scoped_manager(OpportunityQuerySet)

    class Meta:
        verbose_name = _("opportunity")
        verbose_name_plural = _("opportunities")
        ordering = ["expected_on", "id"]
        constraints = [
            models.CheckConstraint(condition=Q(amount__gte=0), name="opportunity_not_negative"),
            models.CheckConstraint(
                condition=Q(state="open", closed_on__isnull=True)
                | Q(state__in=["won", "lost"], closed_on__isnull=False),
                name="opportunity_closed_on_a_day",
            ),
            models.CheckConstraint(condition=~Q(state="lost") | ~Q(reason=""), name="opportunity_lost_with_reason"),
        ]
        indexes = [
            models.Index(fields=["hospital", "group", "expected_on"], name="opportunity_group_idx"),
            models.Index(
                fields=["hospital", "staff", "expected_on"], condition=Q(state="open"), name="opportunity_open_idx"
            ),
        ]

    def __str__(self) -> str:
        return self.title
