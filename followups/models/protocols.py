"""A follow-up protocol as data: rules, steps with windows, escalation, targets. Published versions stay as they are."""

from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from followups.models.tiers import AssigneeRole, Channel, StepKind, Tier, Trigger
from hospital_crm.i18n.localized import localized
from hospital_crm.tenancy.fields import HospitalForeignKey, PublicIdField
from hospital_crm.tenancy.models import HospitalModel, scoped_manager


class ProtocolQuerySet(models.QuerySet):
    """Versions of protocols."""

    def published(self) -> "ProtocolQuerySet":
        """The versions that open runs at present."""
        return self.filter(state=Protocol.State.PUBLISHED)


class Protocol(HospitalModel):
    """One version of a protocol. Runs pin the version they were opened with; one version per code is published."""

    class State(models.TextChoices):
        DRAFT = "draft", _("draft")
        PUBLISHED = "published", _("published")
        RETIRED = "retired", _("retired")

    public_id = PublicIdField()
    code = models.CharField(_("code"), max_length=40)
    version = models.PositiveIntegerField(_("version"), default=1)
    name = models.JSONField(_("name"), default=dict)
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.DRAFT)
    trigger = models.CharField(_("opened by"), max_length=12, choices=Trigger.choices, default=Trigger.STAY)
    published_at = models.DateTimeField(_("published at"), null=True, blank=True)
    retired_at = models.DateTimeField(_("retired at"), null=True, blank=True)

    objects = scoped_manager(ProtocolQuerySet)

    class Meta:
        verbose_name = _("protocol")
        verbose_name_plural = _("protocols")
        ordering = ["code", "-version"]
        constraints = [
            models.UniqueConstraint(fields=["hospital", "code", "version"], name="protocol_version_unique"),
            models.UniqueConstraint(
                fields=["hospital", "code"], condition=Q(state="published"), name="protocol_one_published"
            ),
        ]

    def __str__(self) -> str:
        return f"{localized(self.name) or self.code} v{self.version}"


class TierRule(HospitalModel):
    """One line of "any of": when its condition, a named predicate, holds, the stay has at least this tier."""

    protocol = HospitalForeignKey(
        Protocol, models.CASCADE, related_name="rules", db_index=False, verbose_name=_("protocol")
    )
    tier = models.CharField(_("tier"), max_length=1, choices=Tier.choices)
    code = models.CharField(_("code"), max_length=10)
    rank = models.PositiveSmallIntegerField(_("rank"), default=0)
    condition = models.CharField(_("condition"), max_length=60)
    params = models.JSONField(_("parameters"), default=dict, blank=True)
    title = models.JSONField(_("heading"), default=dict)

    class Meta:
        verbose_name = _("tier rule")
        verbose_name_plural = _("tier rules")
        ordering = ["tier", "rank"]
        constraints = [models.UniqueConstraint(fields=["hospital", "protocol", "code"], name="tier_rule_code_unique")]

    def __str__(self) -> str:
        return f"{self.code} {localized(self.title)}"

    # Numbers a rule compares with, and what they may be.
    LIMITS = {"years": (1, 120), "level": (1, 4), "below": (2, 5), "count": (1, 10), "nights": (0, 365)}

    def clean(self) -> None:
        """Refuses a number nobody can reach or everybody has, and an empty list of codes or medicines."""
        for name, value in self.params.items():
            low, high = self.LIMITS.get(name, (None, None))
            if low is not None and not (isinstance(value, int) and low <= value <= high):
                raise ValidationError(
                    {"params": _("From %(low)s to %(high)s.") % {"low": low, "high": high}}, code="limits"
                )
            if isinstance(value, list) and not value:
                raise ValidationError({"params": _("Name at least one.")}, code="empty")


class ProtocolStep(HospitalModel):
    """One step of a tier: its window in days after the anchor day, how and by whom it is done, and how it repeats.

    A step due in working days also says which calendar day counts (`duty_days`) when its window holds no working day.
    A repeating step has its first occurrence at `due_days`, the next ones every `repeats_every` days until
    `repeat_until` days (without one: while enrolled). `ends_after_clean` proposes the end after that many occurrences
    without a finding.
    """

    class DueBasis(models.TextChoices):
        CALENDAR = "calendar", _("calendar days")
        WORKING = "working", _("working days")

    class Condition(models.TextChoices):
        ALWAYS = "", _("always")
        AFTER_NEGATIVE = "after_negative", _("only after a step with a finding")
        ABNORMAL_CHECKUP = "abnormal_checkup", _("only for abnormal check-up items")
        CHECKUP = "checkup", _("only for health checks")

    class Anchor(models.TextChoices):
        TRIGGER = "trigger", _("the discharge or other trigger")
        COMPLETION = "completion", _("the day the step looked at was done")

    protocol = HospitalForeignKey(
        Protocol, models.CASCADE, related_name="steps", db_index=False, verbose_name=_("protocol")
    )
    tier = models.CharField(_("tier"), max_length=1, choices=Tier.choices)
    number = models.PositiveSmallIntegerField(_("step"))
    title = models.JSONField(_("heading"), default=dict)
    earliest_days = models.PositiveSmallIntegerField(_("earliest, days"))
    due_days = models.PositiveSmallIntegerField(_("due, days"))
    latest_days = models.PositiveSmallIntegerField(_("latest, days"))
    due_basis = models.CharField(_("due counted in"), max_length=8, choices=DueBasis.choices, default=DueBasis.CALENDAR)
    duty_days = models.PositiveSmallIntegerField(
        _("due where no working day lies in the window, days"), null=True, blank=True
    )
    repeats_every = models.PositiveSmallIntegerField(_("repeats every, days"), null=True, blank=True)
    repeat_until = models.PositiveSmallIntegerField(_("repeats until, days"), null=True, blank=True)
    ends_after_clean = models.PositiveSmallIntegerField(
        _("end proposed after occurrences without a finding"), null=True, blank=True
    )
    kind = models.CharField(_("kind"), max_length=13, choices=StepKind.choices, default=StepKind.CALL)
    channel = models.CharField(_("channel"), max_length=8, choices=Channel.choices, default=Channel.PHONE)
    condition = models.CharField(
        _("condition"), max_length=20, choices=Condition.choices, default=Condition.ALWAYS, blank=True
    )
    anchor = models.CharField(_("counted from"), max_length=10, choices=Anchor.choices, default=Anchor.TRIGGER)
    condition_step = models.PositiveSmallIntegerField(_("step looked at"), null=True, blank=True)
    least_attempts = models.PositiveSmallIntegerField(_("attempts at least"), default=1)
    call_sample_percent = models.PositiveSmallIntegerField(_("telephone sample, per cent"), default=0)
    asks_satisfaction = models.BooleanField(_("asks for satisfaction"), default=False)
    ladder = ArrayField(
        models.CharField(max_length=16, choices=AssigneeRole.choices),
        verbose_name=_("who, in this order"),
        default=list,
        blank=True,
    )

    class Meta:
        verbose_name = _("protocol step")
        verbose_name_plural = _("protocol steps")
        ordering = ["tier", "number"]
        constraints = [
            models.UniqueConstraint(fields=["hospital", "protocol", "tier", "number"], name="protocol_step_unique"),
            models.CheckConstraint(condition=Q(earliest_days__lte=F("latest_days")), name="protocol_step_window"),
            models.CheckConstraint(
                condition=Q(due_basis="working") | Q(due_days__gte=F("earliest_days"), due_days__lte=F("latest_days")),
                name="protocol_step_due_inside",
            ),
            models.CheckConstraint(
                condition=Q(due_basis="calendar")
                | Q(duty_days__gte=F("earliest_days"), duty_days__lte=F("latest_days")),
                name="protocol_step_duty_day",
            ),
            models.CheckConstraint(
                condition=Q(repeat_until__isnull=True) | Q(repeats_every__isnull=False),
                name="protocol_step_until_needs_repeat",
            ),
            models.CheckConstraint(
                condition=Q(repeats_every__isnull=True) | Q(repeats_every__gt=0), name="protocol_step_repeats"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.tier}{self.number} {localized(self.title)}"

    MOST_ATTEMPTS = 3
    MOST_DAYS = 3650

    def clean(self) -> None:
        """Refuses a window that cannot hold its due day, repeats that overlap, and a step that nobody does."""
        faults: dict[str, Any] = {}
        given = (self.earliest_days, self.due_days, self.latest_days)
        if any(days is None for days in given):
            return
        self._check_window(faults)
        self._check_repeats(faults)
        if not 1 <= (self.least_attempts or 0) <= self.MOST_ATTEMPTS:
            faults["least_attempts"] = _("From one to three attempts.")
        if not self.ladder:
            faults["ladder"] = _("Name who does it.")
        elif len(set(self.ladder)) < len(self.ladder):
            faults["ladder"] = _("Name each only once.")
        if (self.call_sample_percent or 0) > 100:
            faults["call_sample_percent"] = _("At most 100 per cent.")
        if faults:
            raise ValidationError(faults)

    def _check_window(self, faults: dict[str, Any]) -> None:
        """Earliest ≤ due ≤ latest; a due day in working days comes no sooner than so many calendar days."""
        working = self.due_basis == self.DueBasis.WORKING
        if self.latest_days > self.MOST_DAYS:
            faults["latest_days"] = _("At most ten years.")
        elif self.latest_days < self.earliest_days:
            faults["latest_days"] = _("The latest day lies before the earliest.")
        elif self.due_days > self.latest_days:
            faults["due_days"] = _("The due day lies after the latest.")
        elif not working and self.due_days < self.earliest_days:
            faults["due_days"] = _("The due day lies before the earliest.")
        elif working and (self.duty_days is None or not self.earliest_days <= self.duty_days <= self.latest_days):
            faults["duty_days"] = _("Name a day between the earliest and the latest.")

    def _check_repeats(self, faults: dict[str, Any]) -> None:
        """Windows of repeats follow each other; the last repeat does not come before the first."""
        if self.repeats_every is None:
            if self.repeat_until is not None:
                faults["repeats_every"] = _("Say how often it repeats.")
            return
        if self.repeats_every <= self.latest_days - self.earliest_days:
            faults["repeats_every"] = _("The next window would begin before this one ends.")
        if self.repeat_until is not None and self.repeat_until < self.due_days:
            faults["repeat_until"] = _("The repeats would end before the first.")


class EscalationRule(HospitalModel):
    """Who hears of an order that is late by `after_hours` calendar hours, counted from the end of its latest day.

    In a weekly list all late orders of the tier are told together, whatever the hours, to those who have a board that
    lists them.
    """

    class Recipient(models.TextChoices):
        ASSIGNEE = "assignee", _("assignee")
        HEAD_NURSE = "head_nurse", _("head nurse")
        DEPARTMENT_HEAD = "department_head", _("department head")
        MEDICAL_AFFAIRS = "medical_affairs", _("medical affairs")
        CENTRE = "centre_manager", _("service centre manager")

    READ_LISTS = frozenset({Recipient.CENTRE, Recipient.DEPARTMENT_HEAD})

    protocol = HospitalForeignKey(
        Protocol, models.CASCADE, related_name="escalations", db_index=False, verbose_name=_("protocol")
    )
    tier = models.CharField(_("tier"), max_length=1, choices=Tier.choices)
    level = models.PositiveSmallIntegerField(_("level"))
    after_hours = models.PositiveIntegerField(_("after hours"))
    recipients = ArrayField(
        models.CharField(max_length=16, choices=Recipient.choices), verbose_name=_("who is told"), default=list
    )
    is_weekly_list = models.BooleanField(_("in the weekly list"), default=False)

    class Meta:
        verbose_name = _("escalation rule")
        verbose_name_plural = _("escalation rules")
        ordering = ["tier", "level"]
        constraints = [
            models.UniqueConstraint(fields=["hospital", "protocol", "tier", "level"], name="escalation_level_unique")
        ]

    def __str__(self) -> str:
        return f"{self.tier} +{self.after_hours} h"

    def clean(self) -> None:
        """Refuses an escalation that nobody hears, and a weekly list for those without a board of late orders."""
        if not self.recipients:
            raise ValidationError({"recipients": _("Name who is told.")})
        if self.is_weekly_list and not set(self.recipients) <= self.READ_LISTS:
            raise ValidationError(
                {"recipients": _("A weekly list goes to the service centre manager and to department heads.")}
            )


class TierTarget(HospitalModel):
    """What a tier aims at, in per cent of the steps due."""

    protocol = HospitalForeignKey(
        Protocol, models.CASCADE, related_name="targets", db_index=False, verbose_name=_("protocol")
    )
    tier = models.CharField(_("tier"), max_length=1, choices=Tier.choices)
    attempted_percent = models.PositiveSmallIntegerField(_("attempted, per cent"))
    effective_percent = models.PositiveSmallIntegerField(_("effective, per cent"))

    class Meta:
        verbose_name = _("target")
        verbose_name_plural = _("targets")
        ordering = ["tier"]
        constraints = [
            models.UniqueConstraint(fields=["hospital", "protocol", "tier"], name="tier_target_unique"),
            models.CheckConstraint(
                condition=Q(attempted_percent__lte=100, effective_percent__lte=100), name="tier_target_percent"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.tier}: {self.attempted_percent} % / {self.effective_percent} %"

    def clean(self) -> None:
        """Refuses more than all, and more effective than attempted."""
        if self.attempted_percent is None or self.effective_percent is None:
            return
        if self.attempted_percent > 100:
            raise ValidationError({"attempted_percent": _("At most 100 per cent.")})
        if self.effective_percent > self.attempted_percent:
            raise ValidationError({"effective_percent": _("Nobody is effective without an attempt.")})
