"""Who took back by which message what had allowed it."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from hospital_crm.tenancy.fields import HospitalForeignKey
from hospital_crm.tenancy.models import HospitalModel
from messaging.models.message import Message


class Withdrawal(HospitalModel):
    """The reader of a message of a sending wanted no more of its kind, by the link in it or by answering it; each
    message once.
    """

    append_only = True

    class Way(models.TextChoices):
        LINK = "link", _("by the link in the message")
        REPLY = "reply", _("by answering it")

    message = HospitalForeignKey(Message, models.CASCADE, related_name="+", db_index=False, verbose_name=_("message"))
    batch = models.CharField(_("sending it belongs to"), max_length=60)
    way = models.CharField(_("how it was said"), max_length=5, choices=Way.choices)
    at = models.DateTimeField(_("at"))

    class Meta:
        verbose_name = _("withdrawal by a message")
        verbose_name_plural = _("withdrawals by messages")
        constraints = [models.UniqueConstraint(fields=["hospital", "message"], name="withdrawal_message_once")]
        indexes = [models.Index(fields=["hospital", "batch", "-id"], name="withdrawal_batch_idx")]

    def __str__(self) -> str:
        return f"{self.message_id}: {self.way}"
