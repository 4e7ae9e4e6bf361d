"""What came back: mails to our addresses and replies to our text messages."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import StaffMember
from hospital_crm.tenancy.fields import HospitalForeignKey, PublicIdField
from hospital_crm.tenancy.models import HospitalModel, scoped_manager
from messaging.models.message import Channel, Message


class InboundQuerySet(models.QuerySet):
    """Mails and replies."""

    def visible_to(self, actor: object) -> "InboundQuerySet":
        """All of the hospital: who reads them is a matter of capability."""
        return self


class InboundMail(HospitalModel):
    """A mail that came to an address of ours: what it is, about which message, and what was done.

    Of the mail itself nothing is kept but a fingerprint, by which the same mail is known again, and, of what a person
    must read, its sender and subject, sealed. `address`: whom it is about.
    """

    class Verdict(models.TextChoices):
        HARD_BOUNCE = "hard_bounce", _("not deliverable for good")
        SOFT_BOUNCE = "soft_bounce", _("not deliverable for now")
        DELAYED = "delayed", _("delayed")
        COMPLAINT = "complaint", _("reported as unwanted")
        FEEDBACK = "feedback", _("report of a mail system")
        AUTO_REPLY = "auto_reply", _("automatic reply")
        CHALLENGE = "challenge", _("asks whether we are real")
        UNSUBSCRIBE = "unsubscribe", _("wants no more")
        ORDINARY = "ordinary", _("ordinary mail")
        UNREADABLE = "unreadable", _("not readable")

    public_id = PublicIdField()
    fingerprint = models.CharField(max_length=64, editable=False)
    received_at = models.DateTimeField(_("received at"))
    verdict = models.CharField(_("kind of mail"), max_length=12, choices=Verdict.choices)
    status = models.CharField(_("status code"), max_length=20, blank=True)
    address = models.CharField(_("address"), max_length=254, blank=True)
    message = HospitalForeignKey(
        Message,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        db_index=False,
        verbose_name=_("message"),
    )
    told = models.TextField(editable=False, blank=True)
    settled_at = models.DateTimeField(_("decided at"), null=True, blank=True)
    settled_by = HospitalForeignKey(
        StaffMember,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        db_index=False,
        verbose_name=_("settled by"),
    )

    objects = scoped_manager(InboundQuerySet)

    class Meta:
        verbose_name = _("mail received")
        verbose_name_plural = _("mails received")
        constraints = [
            models.UniqueConstraint(fields=["hospital", "fingerprint"], name="inboundmail_once"),
        ]
        indexes = [
            models.Index(fields=["hospital", "-id"], name="inboundmail_idx"),
            models.Index(fields=["hospital", "verdict", "-id"], name="inboundmail_verdict_idx"),
            models.Index(fields=["hospital", "address"], name="inboundmail_address_idx"),
        ]

    def __str__(self) -> str:
        return str(self.public_id)


class Reply(HospitalModel):
    """Somebody answered a text message or wrote to the official account: what it means, and who settled what it may
    mean. `provider_id`: by it the same reply is known again; `text` is sealed.
    """

    class Meaning(models.TextChoices):
        STOP = "stop", _("wants no more")
        UNCLEAR = "unclear", _("to be read by a person")

    public_id = PublicIdField()
    channel = models.CharField(_("channel"), max_length=10)
    provider_id = models.CharField(_("number at the provider"), max_length=100)
    address = models.CharField(_("address"), max_length=254)
    text = models.TextField(editable=False)
    heard_at = models.DateTimeField(_("received at"))
    meaning = models.CharField(_("what it means"), max_length=10, choices=Meaning.choices)
    settled_at = models.DateTimeField(_("decided at"), null=True, blank=True)
    settled_by = HospitalForeignKey(
        StaffMember,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        db_index=False,
        verbose_name=_("settled by"),
    )

    objects = scoped_manager(InboundQuerySet)

    class Meta:
        verbose_name = _("reply")
        verbose_name_plural = _("replies")
        constraints = [
            models.UniqueConstraint(fields=["hospital", "channel", "provider_id"], name="reply_once"),
        ]
        indexes = [
            models.Index(
                fields=["hospital", "-id"], condition=Q(meaning="unclear", settled_at=None), name="reply_waiting_idx"
            ),
            models.Index(fields=["hospital", "address"], name="reply_address_idx"),
        ]

    def __str__(self) -> str:
        return str(self.public_id)

    @property
    def channel_word(self) -> str:
        """The channel in words."""
        return str(Channel(self.channel).label)
