"""Tokens with which other systems use the API."""

import datetime as dt
from typing import TYPE_CHECKING

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.models.staff import Role, StaffMember
from accounts.scopes import SCOPES
from hospital_crm.tenancy.fields import HospitalForeignKey, PublicIdField
from hospital_crm.tenancy.models import HospitalModel, scoped_manager

if TYPE_CHECKING:
    from accounts.actors import Actor


class ApiTokenQuerySet(models.QuerySet):
    """Tokens of the API."""

    def visible_to(self, actor: "Actor") -> "ApiTokenQuerySet":
        """All of the hospital for who decides about rights, else one's own."""
        return self if actor.can("security.rights") else self.filter(staff=actor.staff)

    def usable(self, now: dt.datetime) -> "ApiTokenQuerySet":
        """Those that open the API: allowed, not expired, of somebody who still works here in that role."""
        holds = Q(staff__role_links__role=F("role"), staff__is_active=True, staff__user__is_active=True)
        return self.filter(holds, state=ApiToken.State.ALLOWED, expires_at__gt=now)

    def waiting_for(self, actor: "Actor") -> "ApiTokenQuerySet":
        """Those that wait for a decision of somebody other than who asked."""
        return self.filter(state=ApiToken.State.ASKED).exclude(staff=actor.staff)


class ApiToken(HospitalModel):
    """What a system may do in the name of a member of staff in one of his roles, never more than `scopes`.

    Asked for with a reason, allowed by the security officer, who is never the one who asked and never sees the secret.
    `token_hash`: keyed hash of the secret, '' until it was fetched; a secret fetched anew makes the one before
    worthless. `decided_by` also says who revoked it.
    """

    audit_rows = True
    audit_ignored = ("last_used_at",)
    audit_hidden = ("token_hash",)

    class State(models.TextChoices):
        ASKED = "asked", _("waits for approval")
        ALLOWED = "allowed", _("allowed")
        REFUSED = "refused", _("refused")
        REVOKED = "revoked", _("revoked")

    public_id = PublicIdField()
    name = models.CharField(_("name of the system"), max_length=60)
    staff = HospitalForeignKey(
        StaffMember, models.PROTECT, related_name="+", db_index=False, verbose_name=_("in the name of")
    )
    role = HospitalForeignKey(Role, models.PROTECT, related_name="+", db_index=False, verbose_name=_("role"))
    scopes = ArrayField(models.CharField(max_length=40), verbose_name=_("what it may do"))
    reason = models.CharField(_("reason"), max_length=200)
    state = models.CharField(_("state"), max_length=8, choices=State.choices, default=State.ASKED)
    token_hash = models.CharField(max_length=64, blank=True, editable=False, db_collation="C")
    asked_at = models.DateTimeField(_("asked at"))
    expires_at = models.DateTimeField(_("expires at"))
    decided_by = HospitalForeignKey(
        StaffMember, models.PROTECT, null=True, related_name="+", db_index=False, verbose_name=_("decided by")
    )
    decided_at = models.DateTimeField(_("decided at"), null=True)
    last_used_at = models.DateTimeField(_("last used"), null=True)

    objects = scoped_manager(ApiTokenQuerySet)

    class Meta:
        verbose_name = _("token of the API")
        verbose_name_plural = _("tokens of the API")
        constraints = [
            models.UniqueConstraint(
                fields=["token_hash"], condition=~Q(token_hash=""), name="apitoken_hash_names_one_token"
            ),
            models.CheckConstraint(
                condition=Q(state__in=["asked", "allowed", "refused", "revoked"]), name="apitoken_state_is_known"
            ),
            models.CheckConstraint(
                condition=Q(state="asked", decided_by__isnull=True) | Q(decided_at__isnull=False),
                name="apitoken_decided_at_a_time",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["allowed", "refused"]) | ~Q(decided_by=F("staff")),
                name="apitoken_allowed_by_another",
            ),
            models.CheckConstraint(condition=Q(expires_at__gt=F("asked_at")), name="apitoken_ends_after_start"),
            models.CheckConstraint(condition=~Q(reason=""), name="apitoken_has_a_reason"),
            models.CheckConstraint(condition=~Q(scopes=[]), name="apitoken_may_do_something"),
        ]
        indexes = [
            models.Index(fields=["hospital", "staff", "-id"], name="apitoken_staff_idx"),
            models.Index(fields=["hospital", "-id"], name="apitoken_idx"),
            models.Index(fields=["hospital", "id"], condition=Q(state="asked"), name="apitoken_asked_idx"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def scope_words(self) -> list[object]:
        """What it may do, in words."""
        return [SCOPES[code].label if code in SCOPES else code for code in self.scopes]


class ApiAnswer(HospitalModel):
    """The first answer to a call that changed something, under the key that the caller gave it, so that the same call
    sent again changes nothing and hears the same.

    `call_hash`: keyed hash of method, address and body. `sealed`: the answer, encrypted, since it tells of people;
    `patient_ids` and `kind` are what the access log says of it. Written in the transaction of what the call did: a row
    that others can see holds its answer.
    """

    token = HospitalForeignKey(ApiToken, models.PROTECT, related_name="+", db_index=False)
    key = models.CharField(max_length=100, db_collation="C")
    call_hash = models.CharField(max_length=64, db_collation="C")
    status = models.PositiveSmallIntegerField(default=0)
    sealed = models.TextField(blank=True)
    kind = models.CharField(max_length=10, blank=True)
    patient_ids = ArrayField(models.BigIntegerField(), default=list)
    at = models.DateTimeField()

    class Meta:
        verbose_name = _("answer of the API")
        verbose_name_plural = _("answers of the API")
        constraints = [
            models.UniqueConstraint(fields=["hospital", "token", "key"], name="apianswer_key_once_for_a_token"),
            models.CheckConstraint(condition=~Q(key=""), name="apianswer_has_a_key"),
        ]
        indexes = [models.Index(fields=["hospital", "at"], name="apianswer_at_idx")]

    def __str__(self) -> str:
        return f"#{self.pk}: {self.status}"
