"""Which call of the service centre's pool is in whose hand."""

import datetime as dt

from django.db import models
from django.utils.translation import gettext_lazy as _

from followups.models.orders import FollowUpOrder
from hospital_crm.tenancy.fields import HospitalForeignKey
from hospital_crm.tenancy.models import HospitalModel, scoped_manager


class CallInHandQuerySet(models.QuerySet):
    """Calls in hand."""

    def still(self, now: dt.datetime) -> "CallInHandQuerySet":
        """Those whose half hour is not over."""
        return self.filter(taken_at__gt=now - CallInHand.LASTS)


class CallInHand(HospitalModel):
    """Somebody has taken an order of the pool up, so that no colleague calls at the same time.

    One order is in one hand, and nobody has two in hand. After half an hour it is free again.
    """

    LASTS = dt.timedelta(minutes=30)

    order = HospitalForeignKey(FollowUpOrder, models.CASCADE, related_name="calls_in_hand", db_index=False)
    staff = HospitalForeignKey("accounts.StaffMember", models.CASCADE, related_name="+", db_index=False)
    taken_at = models.DateTimeField(_("taken at"))

    objects = scoped_manager(CallInHandQuerySet)

    class Meta:
        verbose_name = _("call in hand")
        verbose_name_plural = _("calls in hand")
        constraints = [
            models.UniqueConstraint(fields=["hospital", "order"], name="callinhand_order_once"),
            models.UniqueConstraint(fields=["hospital", "staff"], name="callinhand_staff_once"),
        ]

    def __str__(self) -> str:
        return f"{self.order_id}: {self.staff_id}"
