"""What the names of a sender said when they were asked for last."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import StaffMember
from hospital_crm.tenancy.fields import HospitalForeignKey
from hospital_crm.tenancy.models import HospitalModel, scoped_manager
from messaging.models.gateway import AccountQuerySet


class SenderCheck(HospitalModel):
    """SPF, DKIM, DMARC and reverse names of a sender, asked for by an administrator. `findings`: as
    `messaging.sender_dns.checks.Finding`, empty until a worker has asked.
    """

    domain = models.CharField(_("domain of the sender"), max_length=253)
    host = models.CharField(_("server"), max_length=253)
    selector = models.CharField(_("DKIM selector of the relay"), max_length=60, blank=True)
    return_domain = models.CharField(_("domain for bounces"), max_length=253, blank=True)
    asked_at = models.DateTimeField(_("asked at"))
    asked_by = HospitalForeignKey(
        StaffMember, models.PROTECT, related_name="+", db_index=False, verbose_name=_("asked by")
    )
    checked_at = models.DateTimeField(_("checked at"), null=True, blank=True)
    findings = models.JSONField(_("what was found"), default=list)

    objects = scoped_manager(AccountQuerySet)

    class Meta:
        verbose_name = _("check of a sender")
        verbose_name_plural = _("checks of senders")
        indexes = [models.Index(fields=["hospital", "-id"], name="sendercheck_idx")]

    def __str__(self) -> str:
        return self.domain
