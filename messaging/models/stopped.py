"""Sendings of which nothing may leave."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from hospital_crm.tenancy.models import HospitalModel


class StoppedSending(HospitalModel):
    """A sending of many messages is paused, or was called back (`is_final`): none of it leaves, also what a worker had
    claimed by then and puts back. Of a pause the row goes when the sending goes on.
    """

    batch = models.CharField(_("sending it belongs to"), max_length=60)
    is_final = models.BooleanField(_("called back"))
    at = models.DateTimeField(_("at"))

    class Meta:
        verbose_name = _("stopped sending")
        verbose_name_plural = _("stopped sendings")
        constraints = [
            models.UniqueConstraint(fields=["hospital", "batch"], name="stoppedsending_once"),
            models.CheckConstraint(condition=~models.Q(batch=""), name="stoppedsending_of_one"),
        ]

    def __str__(self) -> str:
        return self.batch
