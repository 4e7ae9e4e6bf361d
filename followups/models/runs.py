"""What a protocol decided for a stay, and the run of steps it opened."""

from typing import TYPE_CHECKING

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from followups.models.protocols import Protocol
from followups.models.tiers import Tier, Trigger
from hospital_crm.tenancy.fields import HospitalForeignKey
from hospital_crm.tenancy.models import HospitalModel, lean_hospital, scoped_manager

if TYPE_CHECKING:
    from accounts.actors import Actor


class TierAssignment(HospitalModel):
    """The tier of a stay with the rule lines that fired and the facts not known; earlier decisions are kept.

    `fired` holds `{"code", "field", "value"}` per rule, `unknown` the codes of rules whose fact is not known; titles
    are those of the pinned protocol version. `computed_tier` is what the rules say, whatever was set by hand;
    `ordered_tier` is what somebody set, `weighed_tier` what the rules said then: what they say beyond both holds.
    """

    goes_with_person = True
    made_by_hand = Q(overridden_by__isnull=False)

    keys_by_statement = True

    hospital = lean_hospital()
    encounter = HospitalForeignKey(
        "patients.Encounter", models.CASCADE, related_name="tier_assignments", db_index=False
    )
    protocol = HospitalForeignKey(Protocol, models.PROTECT, related_name="+", db_index=False)
    tier = models.CharField(_("tier"), max_length=1, choices=Tier.choices)
    computed_tier = models.CharField(_("tier by rules"), max_length=1, choices=Tier.choices)
    fired = models.JSONField(_("rules that fired"), default=list)
    unknown = models.JSONField(_("facts not known"), default=list)
    insufficient_facts = models.BooleanField(_("insufficient facts"), default=False)
    is_current = models.BooleanField(_("current"), default=True)
    ordered_tier = models.CharField(
        _("tier set by hand"), max_length=1, choices=Tier.choices, blank=True, default="", db_default=""
    )
    weighed_tier = models.CharField(
        _("tier by rules when it was set by hand"),
        max_length=1,
        choices=Tier.choices,
        blank=True,
        default="",
        db_default="",
    )
    overridden_by = HospitalForeignKey(
        "accounts.StaffMember", models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )
    reason = models.CharField(_("reason"), max_length=200, blank=True)
    assigned_at = models.DateTimeField(_("tiered at"), db_default=Now())

    class Meta:
        verbose_name = _("tier of a stay")
        verbose_name_plural = _("tiers of stays")
        constraints = [
            models.UniqueConstraint(
                fields=["hospital", "encounter"], condition=Q(is_current=True), name="tier_assignment_one_current"
            ),
            models.CheckConstraint(
                condition=Q(overridden_by__isnull=True) | ~Q(reason=""), name="tier_assignment_override_has_reason"
            ),
            models.CheckConstraint(
                condition=Q(overridden_by__isnull=True, ordered_tier="", weighed_tier="")
                | Q(overridden_by__isnull=False) & ~Q(ordered_tier="") & ~Q(weighed_tier=""),
                name="tier_assignment_override_has_tiers",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.encounter_id}: {self.tier}"


class FollowUpRunQuerySet(models.QuerySet):
    """Runs."""

    def open(self) -> "FollowUpRunQuerySet":
        """Runs that still make orders, or wait for the end of a stay."""
        return self.filter(state__in=FollowUpRun.OPEN_STATES)

    def end_proposed(self) -> "FollowUpRunQuerySet":
        """Runs whose end waits for a physician."""
        return self.filter(end_proposed_at__isnull=False).exclude(state=FollowUpRun.State.CLOSED)

    def visible_to(self, actor: "Actor") -> "FollowUpRunQuerySet":
        """Runs of the people whose orders the actor may see."""
        from followups.models.orders import FollowUpOrder

        return self.filter(pk__in=FollowUpOrder.objects.visible_to(actor).values("run_id"))


class FollowUpRun(HospitalModel):
    """A person's way through one protocol version after one trigger. At most one open run per person and protocol.

    `held_on`: since when it is on hold. `hold_stay`: the later stay because of which it is; none where a caller was
    told, or a death is in doubt. `overruled_stays`: later stays that have not ended, over which somebody let it go on:
    they hold it no more.
    """

    goes_with_person = True

    class State(models.TextChoices):
        OPEN = "open", _("open")
        SUSPENDED = "suspended", _("on hold")
        CLOSED = "closed", _("closed")

    class Closed(models.TextChoices):
        FINISHED = "finished", _("all steps done")
        SUPERSEDED = "superseded", _("a later discharge opened another run")
        CANCELLED = "cancelled", _("discharge cancelled")
        DIED = "died", _("has died")
        TRANSFERRED = "transferred", _("transferred")
        REFUSED = "refused", _("refused for good")
        BEFORE_START = "before_start", _("over before planning began")
        AGREED = "agreed", _("end agreed by the physician")
        MERGED = "merged", _("two records of one person joined")

    keys_by_statement = True
    OPEN_STATES = (State.OPEN, State.SUSPENDED)

    hospital = lean_hospital()
    patient = HospitalForeignKey("patients.Patient", models.CASCADE, related_name="followup_runs", db_index=False)
    protocol = HospitalForeignKey(Protocol, models.PROTECT, related_name="runs", db_index=False)
    protocol_code = models.CharField(max_length=40, editable=False)
    trigger = models.CharField(_("opened by"), max_length=12, choices=Trigger.choices, default=Trigger.STAY)
    encounter = HospitalForeignKey(
        "patients.Encounter", models.CASCADE, null=True, blank=True, related_name="followup_runs", db_index=False
    )
    anchor_on = models.DateField(_("counted from"))
    tier = models.CharField(_("tier"), max_length=1, choices=Tier.choices)
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.OPEN)
    closed_reason = models.CharField(_("why closed"), max_length=12, choices=Closed.choices, blank=True)
    opened_at = models.DateTimeField(_("opened at"), db_default=Now())
    closed_at = models.DateTimeField(_("closed at"), null=True, blank=True)
    end_proposed_at = models.DateTimeField(_("end proposed at"), null=True, blank=True)
    held_on = models.DateField(_("on hold since"), null=True, blank=True, editable=False)
    hold_stay = HospitalForeignKey(
        "patients.Encounter", models.SET_NULL, null=True, blank=True, related_name="+", db_index=False, editable=False
    )
    overruled_stays = ArrayField(models.BigIntegerField(), default=list, db_default=[], blank=True, editable=False)

    objects = scoped_manager(FollowUpRunQuerySet)

    class Meta:
        verbose_name = _("run")
        verbose_name_plural = _("runs")
        constraints = [
            models.UniqueConstraint(
                fields=["hospital", "patient", "protocol_code"],
                condition=~Q(state="closed"),
                name="run_one_open_per_person",
            ),
            models.UniqueConstraint(fields=["hospital", "encounter", "protocol_code"], name="run_one_per_trigger"),
            models.CheckConstraint(condition=Q(state="closed") ^ Q(closed_reason=""), name="run_closed_with_reason"),
        ]
        indexes = [
            # the few whose end waits for a physician
            models.Index(
                fields=["hospital", "end_proposed_at", "id"],
                condition=Q(end_proposed_at__isnull=False) & ~Q(state="closed"),
                name="run_end_proposed_idx",
            ),
            models.Index(fields=["hospital", "patient"], name="run_patient_idx"),
            # the few that are, or were, on hold because of a later stay
            models.Index(
                fields=["hospital", "hold_stay"], condition=Q(hold_stay__isnull=False), name="run_hold_stay_idx"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.protocol_code} {self.anchor_on}"
