"""One message to one person over one channel, and the history of its state."""

import datetime as dt
from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import StaffMember
from hospital_crm.tenancy.fields import HospitalForeignKey, PublicIdField
from hospital_crm.tenancy.models import HospitalModel, scoped_manager

if TYPE_CHECKING:
    from accounts.actors import Actor


class Channel(models.TextChoices):
    """How somebody is reached."""

    BELL = "bell", _("bell")
    EMAIL = "email", _("e-mail")


class Urgency(models.IntegerChoices):
    """What goes first. The names are those of the queues."""

    INTERACTIVE = 0, _("at once")
    DEFAULT = 1, _("normal")
    BULK = 2, _("when there is room")


class State(models.TextChoices):
    """Where a message is. Only the moves of `messaging.domain.states` are made."""

    PLANNED = "planned", _("planned")
    CLAIMED = "claimed", _("being sent")
    HANDED_OVER = "handed_over", _("handed over")
    DELIVERED = "delivered", _("delivered")
    FAILED = "failed", _("not delivered")
    UNKNOWN = "unknown", _("outcome unknown")
    HELD = "held", _("held back")
    EXPIRED = "expired", _("expired")


class Reason(models.TextChoices):
    """Why a message is where it is."""

    NONE = "", "—"
    INACTIVE = "inactive", _("no longer works here")
    NO_ADDRESS = "no_address", _("has no e-mail address")
    NO_GATEWAY = "no_gateway", _("no mail server is set up")
    IN_DIGEST = "in_digest", _("told by the morning digest")
    NO_TEXT = "no_text", _("the text could not be made")
    TOO_LATE = "too_late", _("it was too late to send it")
    STORED_ONLY = "stored_only", _("only stored: no mail server is set up")
    REFUSED = "refused", _("refused by the mail server")
    POSTPONED = "postponed", _("postponed by the mail server")
    UNREACHABLE = "unreachable", _("mail server not reached")
    NO_ANSWER = "no_answer", _("no answer after the text was sent")
    INTERRUPTED = "interrupted", _("interrupted while being sent")
    SETTLED = "settled", _("settled by a person")


class MessageQuerySet(models.QuerySet):
    """Messages."""

    def due(self, now: dt.datetime) -> "MessageQuerySet":
        """Those whose time has come."""
        return self.filter(state=State.PLANNED, not_before__lte=now)

    def visible_to(self, actor: "Actor") -> "MessageQuerySet":
        """The notices on somebody's own bell; nobody reads another's."""
        return self.filter(staff=actor.staff, channel=Channel.BELL, state=State.DELIVERED)

    def unread(self) -> "MessageQuerySet":
        """Those not opened yet."""
        return self.filter(read_at=None)


class Message(HospitalModel):
    """A row of the outbox: one message to one member of staff over one channel, sent at most once.

    `key` says which message it is, so that asking twice makes one row. Subject and body are made when the message
    is claimed, in the
    recipient's language. Neither they nor `context` hold clinical text, names of patients or numbers: the linked
    page does. `lines`: text, number and page of each line of a message about several things.
    """

    public_id = PublicIdField()
    key = models.CharField(_("message key"), max_length=120)
    purpose = models.CharField(_("purpose"), max_length=60)
    channel = models.CharField(_("channel"), max_length=10, choices=Channel.choices)
    staff = HospitalForeignKey(StaffMember, models.PROTECT, related_name="messages", verbose_name=_("recipient"))
    template = models.CharField(_("template"), max_length=60)
    context = models.JSONField(_("values of the text"), default=dict, blank=True)
    link = models.JSONField(_("page to open"), default=list, blank=True)
    lines = models.JSONField(_("lines with their pages"), default=list, blank=True)
    urgency = models.PositiveSmallIntegerField(_("urgency"), choices=Urgency.choices, default=Urgency.DEFAULT)
    not_before = models.DateTimeField(_("not before"))
    not_after = models.DateTimeField(_("not after"), null=True, blank=True)
    created_at = models.DateTimeField(_("queued at"))

    state = models.CharField(_("state"), max_length=12, choices=State.choices, default=State.PLANNED)
    reason = models.CharField(_("reason"), max_length=20, choices=Reason.choices, default=Reason.NONE, blank=True)
    detail = models.CharField(_("detail"), max_length=60, blank=True)
    state_at = models.DateTimeField(_("in this state since"))
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    gateway = models.CharField(_("gateway"), max_length=20, blank=True)
    address = models.CharField(_("address"), max_length=254, blank=True)
    language = models.CharField(_("language"), max_length=10, blank=True)
    subject = models.CharField(_("subject"), max_length=200, blank=True)
    body = models.TextField(_("message text"), blank=True)
    read_at = models.DateTimeField(_("read at"), null=True, blank=True)

    objects = scoped_manager(MessageQuerySet)

    class Meta:
        verbose_name = _("message")
        verbose_name_plural = _("messages")
        constraints = [
            models.UniqueConstraint(fields=["hospital", "key"], name="message_key_unique"),
            models.CheckConstraint(condition=Q(state__in=State.values), name="message_state_known"),
            models.CheckConstraint(condition=Q(channel__in=Channel.values), name="message_channel_known"),
        ]
        indexes = [
            models.Index(
                fields=["hospital", "channel", "urgency", "not_before", "id"],
                condition=Q(state="planned"),
                name="message_due_idx",
            ),
            models.Index(fields=["hospital", "state_at"], condition=Q(state="claimed"), name="message_claimed_idx"),
            models.Index(fields=["hospital", "staff", "-id"], condition=Q(channel="bell"), name="message_bell_idx"),
            models.Index(
                fields=["hospital", "staff"],
                condition=Q(channel="bell", state="delivered", read_at=None),
                name="message_unread_idx",
            ),
            models.Index(fields=["hospital", "state", "-id"], name="message_state_idx"),
        ]

    def __str__(self) -> str:
        return self.key


class MessageChange(HospitalModel):
    """A message came into a state: when, and why."""

    append_only = True

    message = HospitalForeignKey(Message, models.CASCADE, related_name="changes")
    at = models.DateTimeField(_("at"))
    state = models.CharField(_("state"), max_length=12, choices=State.choices)
    reason = models.CharField(_("reason"), max_length=20, choices=Reason.choices, default=Reason.NONE, blank=True)
    detail = models.CharField(_("detail"), max_length=60, blank=True)

    class Meta:
        verbose_name = _("change of a message")
        verbose_name_plural = _("changes of messages")
        indexes = [models.Index(fields=["hospital", "message", "id"], name="messagechange_idx")]

    def __str__(self) -> str:
        return f"{self.message_id}: {self.state}"
