"""Accounts by which a hospital reaches people, and the tests of them."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import StaffMember
from hospital_crm.tenancy.fields import HospitalForeignKey, PublicIdField
from hospital_crm.tenancy.models import HospitalModel, scoped_manager
from messaging.models.message import State
from messaging.models.reasons import Reason


class AccountQuerySet(models.QuerySet):
    """Accounts of gateways and what hangs on them."""

    def visible_to(self, actor: object) -> "AccountQuerySet":
        """All of the hospital: who looks after them is a matter of capability."""
        return self

    def in_use(self, channel: str) -> "AccountQuerySet":
        """The account of a channel, at most one."""
        return self.filter(channel=channel, is_active=True)


class GatewayAccount(HospitalModel):
    """An account at a provider or mail server; at most one of a channel is in use.

    `settings`: what may be read; `credentials`: what may not, as sealed JSON, never shown again. `receipt_secret`: by
    it the provider is known that tells what became of messages, sealed. `per_second` 0: as fast as it goes.
    """

    audit_rows = True
    audit_hidden = ("credentials", "receipt_secret")

    public_id = PublicIdField()
    channel = models.CharField(_("channel"), max_length=10)
    kind = models.CharField(_("kind"), max_length=20)
    name = models.CharField(_("name"), max_length=60)
    settings = models.JSONField(_("settings"), default=dict)
    credentials = models.TextField(editable=False)
    receipt_secret = models.TextField(editable=False)
    per_second = models.PositiveSmallIntegerField(_("at most so many in a second"), default=0)
    is_active = models.BooleanField(_("in use"), default=False)
    created_at = models.DateTimeField(_("entered at"))

    objects = scoped_manager(AccountQuerySet)

    class Meta:
        verbose_name = _("gateway account")
        verbose_name_plural = _("gateway accounts")
        ordering = ["channel", "name"]
        constraints = [
            models.UniqueConstraint(fields=["hospital", "name"], name="gateway_name_once"),
            models.UniqueConstraint(
                fields=["hospital", "channel"], condition=Q(is_active=True), name="gateway_one_in_use"
            ),
            models.CheckConstraint(condition=~Q(credentials="") & ~Q(receipt_secret=""), name="gateway_is_sealed"),
        ]

    def __str__(self) -> str:
        return self.name


class GatewayPace(HospitalModel):
    """When the next message over an account may go: the pace of the account holds over all workers of all machines.

    Apart from the account, because it changes with every batch and is no change of the account.
    """

    account = HospitalForeignKey(
        GatewayAccount, models.CASCADE, related_name="+", db_index=False, verbose_name=_("gateway account")
    )
    next_at = models.DateTimeField(_("next message not before"))

    class Meta:
        verbose_name = _("pace of a gateway")
        verbose_name_plural = _("paces of gateways")
        constraints = [models.UniqueConstraint(fields=["hospital", "account"], name="gatewaypace_once")]

    def __str__(self) -> str:
        return str(self.account_id)


class MailboxWatch(HospitalModel):
    """How the mailbox of an account is read: when last, or since when not any more, why, and when that was told.

    Apart from the account, because it changes every few minutes and is no change of the account.
    """

    class Trouble(models.TextChoices):
        SERVER = "server", _("the server is not reached")
        LOGIN = "login", _("user name or password is refused")
        FOLDER = "folder", _("the folder cannot be opened")
        SECRET = "secret", _("the password on record cannot be read")
        BROKEN = "broken", _("the line broke while it was read")

    account = HospitalForeignKey(
        GatewayAccount, models.CASCADE, related_name="+", db_index=False, verbose_name=_("gateway account")
    )
    read_at = models.DateTimeField(_("last read at"), null=True, blank=True)
    failing_since = models.DateTimeField(_("not read since"), null=True, blank=True)
    trouble = models.CharField(_("why it is not read"), max_length=10, choices=Trouble.choices, blank=True)
    told_at = models.DateTimeField(_("administrators told at"), null=True, blank=True)

    class Meta:
        verbose_name = _("watch on a mailbox")
        verbose_name_plural = _("watches on mailboxes")
        constraints = [
            models.UniqueConstraint(fields=["hospital", "account"], name="mailboxwatch_once"),
            models.CheckConstraint(
                condition=Q(failing_since=None, trouble="") | (Q(failing_since__isnull=False) & ~Q(trouble="")),
                name="mailboxwatch_fails_with_a_reason",
            ),
        ]

    def __str__(self) -> str:
        return str(self.account_id)


class GatewayTrial(HospitalModel):
    """A test message over an account, to whoever looks after it, and what came of it."""

    account = HospitalForeignKey(
        GatewayAccount, models.CASCADE, related_name="trials", db_index=False, verbose_name=_("gateway account")
    )
    public_id = PublicIdField()
    asked_by = HospitalForeignKey(
        StaffMember, models.PROTECT, related_name="+", db_index=False, verbose_name=_("asked by")
    )
    asked_at = models.DateTimeField(_("asked at"))
    address = models.CharField(_("address"), max_length=254)
    language = models.CharField(_("language"), max_length=10)
    state = models.CharField(_("state"), max_length=12, choices=State.choices, default=State.PLANNED)
    reason = models.CharField(_("reason"), max_length=20, blank=True)
    detail = models.CharField(_("detail"), max_length=60, blank=True)
    state_at = models.DateTimeField(_("in this state since"))

    objects = scoped_manager(AccountQuerySet)

    class Meta:
        verbose_name = _("test of a gateway")
        verbose_name_plural = _("tests of gateways")
        constraints = [models.CheckConstraint(condition=Q(state__in=State.values), name="trial_state_known")]
        indexes = [models.Index(fields=["hospital", "account", "-id"], name="trial_account_idx")]

    def __str__(self) -> str:
        return str(self.public_id)

    @property
    def reason_word(self) -> str:
        """Why it is where it is, in words."""
        return str(Reason(self.reason).label) if self.reason else ""
