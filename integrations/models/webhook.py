"""Systems that want to hear what happened here, and everything that was told them."""

import datetime as dt
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.outside import known_facts
from hospital_crm.tenancy.fields import HospitalForeignKey, PublicIdField
from hospital_crm.tenancy.models import HospitalModel, scoped_manager


class WebhookQuerySet(models.QuerySet):
    """Webhooks and what was told through them."""

    def visible_to(self, actor: object) -> "WebhookQuerySet":
        """All of the hospital: who looks after them is a matter of capability."""
        return self


class DeliveryQuerySet(WebhookQuerySet):
    """What was told."""

    def due(self, now: dt.datetime) -> "DeliveryQuerySet":
        """Those whose time has come, to receivers in use that have not just failed."""
        is_heard = Q(endpoint__quiet_until__isnull=True) | Q(endpoint__quiet_until__lte=now)
        return self.filter(is_heard, state=WebhookDelivery.State.PLANNED, not_before__lte=now, endpoint__is_active=True)


class WebhookEndpoint(HospitalModel):
    """An address of another system to which chosen facts are told. `secret`: signs what is told, encrypted.

    `quiet_until`: it has just failed and is left alone until then.
    """

    audit_rows = True
    audit_ignored = ("quiet_until",)
    audit_hidden = ("secret",)

    public_id = PublicIdField()
    name = models.CharField(_("name of the system"), max_length=60)
    url = models.CharField(_("address"), max_length=500)
    secret = models.TextField(editable=False)
    facts = ArrayField(models.CharField(max_length=60), verbose_name=_("what it is told"), default=list)
    is_active = models.BooleanField(_("in use"), default=True)
    created_at = models.DateTimeField(_("entered at"))
    quiet_until = models.DateTimeField(null=True, editable=False)

    objects = scoped_manager(WebhookQuerySet)

    class Meta:
        verbose_name = _("webhook")
        verbose_name_plural = _("webhooks")
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(fields=["hospital", "name"], name="webhook_name_once"),
            models.CheckConstraint(condition=~Q(secret=""), name="webhook_signs"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def fact_words(self) -> list[Any]:
        """What it is told, in words."""
        return [fact.label for fact in known_facts() if fact.name in self.facts]


class WebhookDelivery(HospitalModel):
    """One telling to one receiver: made in the transaction of the fact, claimed before it is sent, tried again with
    growing pauses, given up after a day.

    `items`: public identifiers and codes only. The receiver knows a repeat by `public_id`.
    """

    class State(models.TextChoices):
        PLANNED = "planned", _("to be sent")
        CLAIMED = "claimed", _("being sent")
        DELIVERED = "delivered", _("taken")
        FAILED = "failed", _("given up")

    public_id = PublicIdField()
    endpoint = HospitalForeignKey(
        WebhookEndpoint, models.CASCADE, related_name="deliveries", db_index=False, verbose_name=_("webhook")
    )
    fact = models.CharField(_("what happened"), max_length=60)
    items = models.JSONField(_("what was told"), default=list)
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.PLANNED)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    created_at = models.DateTimeField(_("happened at"))
    first_try_at = models.DateTimeField(_("first tried at"), null=True)
    not_before = models.DateTimeField(_("not before"))
    state_at = models.DateTimeField(_("in this state since"))
    status = models.PositiveSmallIntegerField(_("answer"), null=True)
    problem = models.CharField(_("problem"), max_length=20, blank=True)

    objects = scoped_manager(DeliveryQuerySet)

    class Meta:
        verbose_name = _("telling")
        verbose_name_plural = _("tellings")
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=["planned", "claimed", "delivered", "failed"]), name="delivery_state_is_known"
            ),
        ]
        indexes = [
            models.Index(
                fields=["hospital", "not_before", "id"], condition=Q(state="planned"), name="delivery_due_idx"
            ),
            models.Index(fields=["hospital", "state_at"], condition=Q(state="claimed"), name="delivery_claimed_idx"),
            models.Index(fields=["hospital", "endpoint", "-id"], name="delivery_endpoint_idx"),
            models.Index(fields=["hospital", "endpoint", "state", "-id"], name="delivery_state_idx"),
            models.Index(fields=["hospital", "state", "-id"], condition=Q(state="failed"), name="delivery_failed_idx"),
            models.Index(fields=["hospital", "created_at"], name="delivery_age_idx"),
        ]

    def __str__(self) -> str:
        return str(self.public_id)

    @property
    def fact_word(self) -> Any:
        """The fact in words."""
        return next((fact.label for fact in known_facts() if fact.name == self.fact), _("test"))

    @property
    def problem_word(self) -> str:
        """Why it was not taken, in words; '' where there is nothing to say."""
        return str(PROBLEMS.get(self.problem, self.problem))


PROBLEMS = {
    "address": _("the address is not reachable from outside"),
    "unreachable": _("no connection"),
    "certificate": _("the certificate is not valid"),
    "slow": _("no answer in time"),
    "redirected": _("it sent us elsewhere"),
    "refused": _("not taken"),
    "secret": _("the secret cannot be read; make another"),
    "interrupted": _("sending broke off"),
    "off": _("the webhook was taken out of use"),
}
