"""Which group and stage a person is in, by which rules, and what is done for people there."""

import datetime as dt

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q, Value
from django.db.models.functions import Greatest
from django.utils.translation import gettext_lazy as _

from accounts.models import StaffMember
from hospital_crm.i18n.localized import localized
from hospital_crm.tenancy.fields import HospitalForeignKey
from hospital_crm.tenancy.models import HospitalModel, lean_hospital, scoped_manager
from patients.models.label_words import EVERY_VALUE, Axis, pairs, value_word
from patients.models.patient import Patient
from patients.models.querysets import OfPatientQuerySet

_CURRENT = Q(until_at__isnull=True)


def _of_its_axis(*also: str) -> Q:
    """A group or stage stands on its own axis only; `also`: other values that are allowed."""
    condition = Q()
    for axis, value in pairs():
        condition |= Q(axis=axis, value=value)
    for value in also:
        condition |= Q(value=value)
    return condition


class LabelRuleSetQuerySet(models.QuerySet):
    """Versions of the label rules."""

    def published(self) -> "LabelRuleSetQuerySet":
        """The version that labels people at present."""
        return self.filter(state=LabelRuleSet.State.PUBLISHED)


class LabelRuleSet(HospitalModel):
    """One version of the rules by which people get their labels. A published version stays as it is; one is published.

    `least_points`: how many points a group of the orientation needs before it is said of somebody.
    """

    class State(models.TextChoices):
        DRAFT = "draft", _("draft")
        PUBLISHED = "published", _("published")
        RETIRED = "retired", _("retired")

    version = models.PositiveIntegerField(_("version"))
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.DRAFT)
    least_points = models.PositiveSmallIntegerField(_("points needed"), default=2)
    published_at = models.DateTimeField(_("published at"), null=True, blank=True)
    retired_at = models.DateTimeField(_("retired at"), null=True, blank=True)
    published_by = HospitalForeignKey(
        StaffMember, models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )

    objects = scoped_manager(LabelRuleSetQuerySet)

    class Meta:
        verbose_name = _("version of the label rules")
        verbose_name_plural = _("versions of the label rules")
        ordering = ["-version"]
        constraints = [
            models.UniqueConstraint(fields=["hospital", "version"], name="label_rules_version_unique"),
            models.UniqueConstraint(fields=["hospital"], condition=Q(state="published"), name="label_rules_published"),
            models.UniqueConstraint(fields=["hospital", "state"], condition=Q(state="draft"), name="label_rules_draft"),
            models.CheckConstraint(condition=Q(least_points__range=(1, 20)), name="label_rules_least_points"),
        ]

    def __str__(self) -> str:
        return f"v{self.version}"


class LabelRule(HospitalModel):
    """One line: when all its conditions hold, it speaks for this group or stage.

    `conditions`: `[{"fact": "visits_24m", "op": ">=", "value": 3}, …]`; a condition whose fact is not known does not
    hold. Lines of a stage are asked in the order of their rank and the first that holds decides; lines of a group give
    `points`.
    """

    rule_set = HospitalForeignKey(
        LabelRuleSet, models.CASCADE, related_name="rules", db_index=False, verbose_name=_("version")
    )
    axis = models.CharField(_("axis"), max_length=12, choices=Axis.choices)
    value = models.CharField(_("group or stage"), max_length=10, choices=EVERY_VALUE)
    code = models.CharField(_("code"), max_length=6)
    rank = models.PositiveSmallIntegerField(_("rank"))
    points = models.PositiveSmallIntegerField(_("points"), default=1)
    conditions = models.JSONField(_("conditions"), default=list)
    title = models.JSONField(_("heading"), default=dict)
    is_active = models.BooleanField(_("in use"), default=True)

    class Meta:
        verbose_name = _("line of the label rules")
        verbose_name_plural = _("lines of the label rules")
        ordering = ["axis", "rank"]
        constraints = [
            models.UniqueConstraint(fields=["hospital", "rule_set", "code"], name="label_rule_code_unique"),
            models.CheckConstraint(condition=_of_its_axis(), name="label_rule_value_of_axis"),
            models.CheckConstraint(condition=Q(points__range=(1, 9)), name="label_rule_points"),
        ]

    def __str__(self) -> str:
        return f"{self.code} {localized(self.title)}"


class PersonLabelQuerySet(OfPatientQuerySet):
    """Labels of people."""

    def current(self) -> "PersonLabelQuerySet":
        """Those that hold."""
        return self.filter(_CURRENT)

    def end(self, *, now: dt.datetime) -> int:
        """They hold no longer; answers how many. One that a worker made a moment later than `now` ends as it began."""
        return self.update(until_at=Greatest(F("since_at"), Value(now)))


class PersonLabel(HospitalModel):
    """A person was in this group or stage from one moment until another; without an end it holds. At most one per axis
    holds.

    By rules: which version, the codes of the lines that fired, the values they looked at (`inputs`) and the facts that
    were not known. By hand: who said so, why, and the last day it holds; no rule changes it until then. `previous` is
    the group or stage left for this one.
    """

    goes_with_person = True
    made_by_hand = Q(by_hand=True)
    keys_by_statement = True

    hospital = lean_hospital()
    patient = HospitalForeignKey(
        Patient, models.CASCADE, related_name="labels", db_index=False, verbose_name=_("person")
    )
    axis = models.CharField(_("axis"), max_length=12, choices=Axis.choices)
    value = models.CharField(_("group or stage"), max_length=10, choices=EVERY_VALUE, blank=True)
    previous = models.CharField(_("before"), max_length=10, choices=EVERY_VALUE, blank=True)
    since_at = models.DateTimeField(_("since"))
    until_at = models.DateTimeField(_("until"), null=True, blank=True)
    rule_set = HospitalForeignKey(
        LabelRuleSet, models.PROTECT, null=True, blank=True, related_name="+", db_index=False, verbose_name=_("version")
    )
    lines = ArrayField(models.CharField(max_length=6), verbose_name=_("lines that fired"), default=list, blank=True)
    inputs = models.JSONField(_("what they looked at"), default=dict, blank=True)
    unknown = ArrayField(models.CharField(max_length=40), verbose_name=_("not known"), default=list, blank=True)
    decided_at = models.DateTimeField(_("decided at"))
    by_hand = models.BooleanField(_("by hand"), default=False)
    reason = models.CharField(_("reason"), max_length=300, blank=True)
    hand_until = models.DateField(_("holds until"), null=True, blank=True)
    set_by = HospitalForeignKey(StaffMember, models.PROTECT, null=True, blank=True, related_name="+", db_index=False)

    objects = scoped_manager(PersonLabelQuerySet)

    class Meta:
        verbose_name = _("label of a person")
        verbose_name_plural = _("labels of people")
        constraints = [
            models.UniqueConstraint(fields=["hospital", "patient", "axis"], condition=_CURRENT, name="label_once"),
            models.CheckConstraint(
                condition=Q(until_at__isnull=True) | Q(until_at__gte=F("since_at")), name="label_ends_after_start"
            ),
            models.CheckConstraint(
                condition=Q(by_hand=False, rule_set__isnull=False)
                | Q(Q(by_hand=True, hand_until__isnull=False, set_by__isnull=False), ~Q(reason="")),
                name="label_by_rules_or_by_hand",
            ),
            models.CheckConstraint(condition=_of_its_axis(""), name="label_value_of_axis"),
        ]
        indexes = [
            models.Index(fields=["hospital", "patient", "axis", "-since_at"], name="label_patient_idx"),
            models.Index(
                fields=["hospital", "axis", "since_at"],
                include=["previous", "value", "patient"],
                condition=~Q(previous=""),
                name="label_moves_idx",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.axis}={self.value} of #{self.patient_id}"

    @property
    def word(self) -> str:
        """The group or stage in the reader's language."""
        return value_word(self.axis, self.value)


class LabelStrategy(HospitalModel):
    """What people of one group or stage expect and what the hospital does for them. Each text in three languages."""

    TEXTS = ("expects", "tasks", "topics", "benefits", "indicators")

    axis = models.CharField(_("axis"), max_length=12, choices=Axis.choices)
    value = models.CharField(_("group or stage"), max_length=10, choices=EVERY_VALUE)
    expects = models.JSONField(_("what this person expects"), default=dict)
    tasks = models.JSONField(_("what is done"), default=dict)
    topics = models.JSONField(_("what is talked and written about"), default=dict)
    benefits = models.JSONField(_("benefits offered"), default=dict)
    indicators = models.JSONField(_("what is measured"), default=dict)
    changed_at = models.DateTimeField(_("changed at"), null=True, blank=True)
    changed_by = HospitalForeignKey(
        StaffMember, models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )

    class Meta:
        verbose_name = _("strategy")
        verbose_name_plural = _("strategies")
        ordering = ["axis", "id"]
        constraints = [
            models.UniqueConstraint(fields=["hospital", "axis", "value"], name="label_strategy_unique"),
            models.CheckConstraint(condition=_of_its_axis(), name="label_strategy_value_of_axis"),
        ]

    def __str__(self) -> str:
        return value_word(self.axis, self.value)


class ClassificationRun(HospitalModel):
    """The run of one day by one version of the rules: how far it has come, so that it goes on where it stopped."""

    rule_set = HospitalForeignKey(
        LabelRuleSet, models.PROTECT, related_name="runs", db_index=False, verbose_name=_("version")
    )
    day = models.DateField(_("day"))
    after_id = models.BigIntegerField(_("done up to"), default=0)
    seen = models.PositiveIntegerField(_("people looked at"), default=0)
    changed = models.PositiveIntegerField(_("labels that changed"), default=0)
    started_at = models.DateTimeField(_("began at"))
    finished_at = models.DateTimeField(_("ended at"), null=True, blank=True)

    class Meta:
        verbose_name = _("run of the label rules")
        verbose_name_plural = _("runs of the label rules")
        constraints = [
            models.UniqueConstraint(fields=["hospital", "rule_set", "day"], name="classification_once_a_day")
        ]
        indexes = [models.Index(fields=["hospital", "-finished_at"], name="classification_last_idx")]

    def __str__(self) -> str:
        return f"{self.day}"


class WinBackContact(HospitalModel):
    """Somebody called a person who no longer comes, and noted what came of it."""

    class Outcome(models.TextChoices):
        WILL_COME = "will_come", _("will come again")
        THINKS = "thinks", _("will think about it")
        ELSEWHERE = "elsewhere", _("treated elsewhere")
        WELL = "well", _("is well, needs nothing")
        NOT_CONTENT = "not_content", _("was not content")
        NOT_REACHED = "not_reached", _("not reached")

    patient = HospitalForeignKey(
        Patient, models.CASCADE, related_name="win_backs", db_index=False, verbose_name=_("person")
    )
    outcome = models.CharField(_("what came of it"), max_length=12, choices=Outcome.choices)
    words = models.CharField(_("in words"), max_length=300, blank=True)
    called_at = models.DateTimeField(_("called at"))
    called_by = HospitalForeignKey(StaffMember, models.PROTECT, related_name="+", db_index=False)

    objects = scoped_manager(OfPatientQuerySet)

    class Meta:
        verbose_name = _("win-back call")
        verbose_name_plural = _("win-back calls")
        indexes = [models.Index(fields=["hospital", "patient", "-called_at"], name="win_back_patient_idx")]

    def __str__(self) -> str:
        return f"#{self.patient_id} {self.outcome}"
