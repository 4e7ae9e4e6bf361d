"""One message to one recipient over one channel, and the history of its state."""

import datetime as dt
from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import StaffMember
from hospital_crm.tenancy.fields import HospitalForeignKey, PublicIdField
from hospital_crm.tenancy.models import HospitalModel, scoped_manager
from messaging.models.reasons import LACKS, Reason, in_words
from patients.models import Patient

if TYPE_CHECKING:
    from accounts.actors import Actor


class Channel(models.TextChoices):
    """How somebody is reached."""

    BELL = "bell", _("bell")
    EMAIL = "email", _("e-mail")
    SMS = "sms", _("text message")
    WECHAT = "wechat", _("WeChat")
    WECOM = "wecom", _("WeCom")
    LETTER = "letter", _("letter")


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


class MessageQuerySet(models.QuerySet):
    """Messages."""

    def due(self, now: dt.datetime) -> "MessageQuerySet":
        """Those whose time has come."""
        return self.filter(state=State.PLANNED, not_before__lte=now)

    def visible_to(self, actor: "Actor") -> "MessageQuerySet":
        """Those of the outbox that the active role may look at: all for who administers, those to people for who may
        see what people were sent and sees all people.
        """
        if actor.can("admin.organisation"):
            return self
        return self.filter(staff=None) if actor.can("messaging.view") and actor.sees == "all" else self.none()

    def on_bell_of(self, actor: "Actor") -> "MessageQuerySet":
        """The notices on somebody's own bell; nobody reads another's."""
        return self.filter(staff=actor.staff, channel=Channel.BELL, state=State.DELIVERED)

    def unread(self) -> "MessageQuerySet":
        """Those not opened yet."""
        return self.filter(read_at=None)


_NO_ADDRESS = Q(address_source="", address_label="", address_source_id__isnull=True)
_TO_STAFF = Q(staff__isnull=False, person__isnull=True) & _NO_ADDRESS
_TO_PERSON = Q(staff__isnull=True, person__isnull=False) & _NO_ADDRESS
_TO_ADDRESS = (
    Q(staff__isnull=True, person__isnull=True, address_source_id__isnull=False)
    & ~Q(address_source="")
    & ~Q(address_label="")
    & ~Q(address="")
)


class Message(HospitalModel):
    """A row of the outbox: one message over one channel, sent at most once, to exactly one recipient: a member of
    staff, a person, or an address with its label and the source that knows it (`messaging.recipients`).

    `key` says which message it is, so that asking twice makes one row; `batch` which sending it belongs to, where many
    do (`campaign:12`). Subject and body are made when the message is claimed, in the recipient's language; `context`
    holds no clinical text, no names of patients and no numbers. `lines`: text, number and page of each line of a
    message about several things; `said_with`: the message of the same touch that says this one too. `journal` names
    the file in which the worker that holds the message writes down how far it is (`messaging.domain.journal`);
    `provider_reference` is what the other side calls it.
    """

    public_id = PublicIdField()
    key = models.CharField(_("message key"), max_length=120)
    purpose = models.CharField(_("purpose"), max_length=60)
    channel = models.CharField(_("channel"), max_length=10, choices=Channel.choices)
    staff = HospitalForeignKey(
        StaffMember,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="messages",
        db_index=False,
        verbose_name=_("member of staff"),
    )
    person = HospitalForeignKey(
        Patient,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="messages",
        db_index=False,
        verbose_name=_("person"),
    )
    address_label = models.CharField(_("whose address"), max_length=120, blank=True, default="", db_default="")
    address_source = models.CharField(_("source of the address"), max_length=40, blank=True, default="", db_default="")
    address_source_id = models.BigIntegerField(_("row of the source"), null=True, blank=True)
    said_with = HospitalForeignKey(
        "messaging.Message",
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="also_says",
        db_index=False,
        verbose_name=_("said with"),
    )
    batch = models.CharField(_("sending it belongs to"), max_length=60, blank=True, default="", db_default="")
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
    provider_reference = models.CharField(
        _("reference of the provider"), max_length=128, blank=True, default="", db_default=""
    )
    journal = models.CharField(_("journal of the worker"), max_length=120, blank=True, default="", db_default="")
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
            models.CheckConstraint(condition=_TO_STAFF | _TO_PERSON | _TO_ADDRESS, name="message_one_recipient"),
            models.CheckConstraint(
                condition=Q(staff__isnull=False) | ~Q(channel__in=["bell", "wecom"]), name="message_bell_is_for_staff"
            ),
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
            models.Index(
                fields=["hospital", "staff", "id"], condition=Q(staff__isnull=False), name="message_staff_idx"
            ),
            models.Index(fields=["hospital", "state", "-id"], name="message_state_idx"),
            models.Index(fields=["hospital", "person", "-id"], condition=_TO_PERSON, name="message_person_idx"),
            models.Index(fields=["hospital", "batch", "state", "id"], condition=~Q(batch=""), name="message_batch_idx"),
            models.Index(
                fields=["hospital", "said_with"], condition=Q(said_with__isnull=False), name="message_said_with_idx"
            ),
            # a receipt tells of a message by what the provider calls it
            models.Index(
                fields=["hospital", "provider_reference"],
                condition=~Q(provider_reference=""),
                name="message_provider_idx",
            ),
        ]

    def __str__(self) -> str:
        return self.key

    @property
    def reason_words(self) -> str:
        """Why it is in its state; '' where there is nothing to say."""
        return in_words(self.reason, self.detail)

    @property
    def recipient_label(self) -> str:
        """Who it goes to, as staff may read it: a member of staff by name, an address by its label; a person by
        number, because a name is masked by who reads it.
        """
        if self.staff is not None:
            return self.staff.name
        return self.address_label or f"#{self.person_id}"


class MessageChange(HospitalModel):
    """A message came into a state: when, and why."""

    append_only = True
    keys_by_statement = True

    message = HospitalForeignKey(Message, models.CASCADE, related_name="changes", db_index=False)
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

    @property
    def reason_words(self) -> str:
        """Why, with what the other side answered."""
        words = in_words(self.reason, self.detail)
        return words if self.detail in LACKS else f"{words} {self.detail}".strip()
