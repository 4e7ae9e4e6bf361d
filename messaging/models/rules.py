"""What a hospital decides about its sending beyond its accounts."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from hospital_crm.tenancy.models import HospitalModel


class SendingRules(HospitalModel):
    """One row per hospital: when an address that gives messages back for a time is stopped, and whether opened mails
    and clicked links are written down.
    """

    audit_rows = True

    soft_bounce_days = models.PositiveSmallIntegerField(_("messages came back on so many days"), default=3)
    soft_bounce_within = models.PositiveSmallIntegerField(_("within so many days"), default=30)
    records_reading = models.BooleanField(_("write down what is opened and clicked"), default=False)

    class Meta:
        verbose_name = _("rules of sending")
        verbose_name_plural = _("rules of sending")
        constraints = [
            models.UniqueConstraint(fields=["hospital"], name="sendingrules_one_row"),
            models.CheckConstraint(
                condition=Q(soft_bounce_days__gte=1, soft_bounce_within__lte=365)
                & Q(soft_bounce_within__gte=F("soft_bounce_days")),
                name="sendingrules_soft_bounces",
            ),
        ]

    def __str__(self) -> str:
        return str(self.hospital)
