"""What was done about an order: attempts, reviews, transfers, reminders."""

from collections.abc import Sequence

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Count, F, Q
from django.utils.translation import gettext_lazy as _

from followups.models.orders import FollowUpOrder
from followups.models.outcomes import EFFECTIVE, AnsweredBy, NextStep, Outcome, Satisfaction, SecondCall
from followups.models.tiers import AssigneeRole, Channel
from hospital_crm.tenancy.fields import HospitalForeignKey
from hospital_crm.tenancy.models import HospitalModel, lean_hospital


class Attempt(HospitalModel):
    """One try to reach the person, written once; `key` is the submission's own: sent again, it is the same attempt.

    `to_family`: a number of family was called although numbers of the person's own are known; no try of the person's.
    """

    append_only = True

    hospital = lean_hospital()

    class DayPart(models.TextChoices):
        MORNING = "morning", _("09–12")
        AFTERNOON = "afternoon", _("14–18")
        EVENING = "evening", _("18–20")
        OTHER = "other", _("other hours")

    order = HospitalForeignKey(FollowUpOrder, models.CASCADE, related_name="attempts", db_index=False)
    patient = HospitalForeignKey("patients.Patient", models.CASCADE, related_name="followup_attempts", db_index=False)
    staff = HospitalForeignKey(
        "accounts.StaffMember", models.PROTECT, related_name="+", db_index=False, verbose_name=_("by whom")
    )
    at = models.DateTimeField(_("at"))
    on = models.DateField(_("day"))
    day_part = models.CharField(_("part of the day"), max_length=9, choices=DayPart.choices)
    channel = models.CharField(_("channel"), max_length=8, choices=Channel.choices, default=Channel.PHONE)
    outcome = models.CharField(_("result of the call"), max_length=16, choices=Outcome.choices)
    answered_by = models.CharField(_("who spoke"), max_length=8, choices=AnsweredBy.choices, blank=True)
    is_reached = models.BooleanField(_("reached"))
    is_call = models.BooleanField(_("was a call"), default=True)
    # marked and explained where the person had been called that day already
    second_call = models.CharField(_("second call of the day"), max_length=11, choices=SecondCall.choices, blank=True)
    to_family = models.BooleanField(_("family was called"), default=False, db_default=False)
    satisfaction = models.PositiveSmallIntegerField(
        _("content with the hospital"), choices=Satisfaction.choices, null=True, blank=True
    )
    has_finding = models.BooleanField(_("with a finding"), default=False, db_default=False)
    note = models.TextField(_("note"), blank=True)
    next_step = models.CharField(_("next step"), max_length=12, choices=NextStep.choices, blank=True)
    agreed_at = models.DateTimeField(_("agreed time"), null=True, blank=True)
    contact_point = HospitalForeignKey(
        "patients.ContactPoint", models.SET_NULL, null=True, blank=True, related_name="+", db_index=False
    )
    key = models.UUIDField(_("key of the submission"))

    class Meta:
        verbose_name = _("attempt")
        verbose_name_plural = _("attempts")
        ordering = ["at", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["hospital", "key"], name="attempt_once"),
            models.CheckConstraint(condition=Q(second_call="") | Q(is_call=True), name="attempt_second_call_is_a_call"),
            models.CheckConstraint(condition=Q(to_family=False) | Q(is_call=True), name="attempt_to_family_is_a_call"),
            models.CheckConstraint(
                condition=Q(satisfaction__isnull=True)
                | Q(satisfaction__in=Satisfaction.values, outcome__in=[str(one) for one in EFFECTIVE]),
                name="attempt_satisfaction",
            ),
        ]
        indexes = [
            models.Index(fields=["hospital", "patient", "at"], name="attempt_patient_idx"),
            models.Index(
                fields=["hospital", "contact_point"],
                condition=Q(contact_point__isnull=False),
                name="attempt_contact_point_idx",
            ),
            models.Index(fields=["hospital", "order", "at"], name="attempt_order_idx"),
            models.Index(fields=["hospital", "staff", "at"], name="attempt_staff_idx"),
        ]

    def __str__(self) -> str:
        return f"{self.on} {self.outcome}"


class Review(HospitalModel):
    """Somebody looked at a result: the centre files or returns it, a head scores a sample or returns it. Or it was
    taken back: by whoever sent it, or the decision on it by the centre.
    """

    class Kind(models.TextChoices):
        CENTRE = "centre", _("service centre")
        SAMPLE = "sample", _("monthly sample")
        SUPERVISION = "supervision", _("supervision")
        SENDER = "sender", _("who sent it")

    class Verdict(models.TextChoices):
        PENDING = "pending", _("to be looked at")
        FILED = "filed", _("filed")
        RETURNED = "returned", _("returned")
        SCORED = "scored", _("scored")
        RECALLED = "recalled", _("result taken back")
        UNDONE = "undone", _("decision undone")

    order = HospitalForeignKey(FollowUpOrder, models.CASCADE, related_name="reviews", db_index=False)
    kind = models.CharField(_("kind"), max_length=11, choices=Kind.choices)
    verdict = models.CharField(_("verdict"), max_length=8, choices=Verdict.choices)
    reviewer = HospitalForeignKey(
        "accounts.StaffMember",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        db_index=False,
        verbose_name=_("by whom"),
    )
    at = models.DateTimeField(_("at"))
    reason = models.CharField(_("reason"), max_length=200, blank=True)
    score = models.PositiveSmallIntegerField(_("score, 1 to 5"), null=True, blank=True)
    sample_month = models.DateField(_("month of the sample"), null=True, blank=True)
    sample_seed = models.CharField(_("seed of the sample"), max_length=40, blank=True)

    class Meta:
        verbose_name = _("review")
        verbose_name_plural = _("reviews")
        ordering = ["at", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["hospital", "order", "sample_month"], name="review_sampled_once"),
            models.CheckConstraint(
                condition=Q(score__isnull=True) | Q(score__gte=1, score__lte=5), name="review_score"
            ),
            models.CheckConstraint(condition=~Q(verdict="returned") | ~Q(reason=""), name="review_return_has_reason"),
        ]
        indexes = [
            models.Index(
                fields=["hospital", "sample_month", "verdict"], condition=Q(kind="sample"), name="review_sample_idx"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.verdict}"


class SampleDraw(HospitalModel):
    """One draw of the monthly sample: whose results, which ones it was drawn from, the seed, and what came out.

    Written once, so that anybody can draw again. A result is in one draw.
    """

    append_only = True

    month = models.DateField(_("month of the sample"))
    department = HospitalForeignKey(
        "accounts.Department", models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )
    staff = HospitalForeignKey(
        "accounts.StaffMember", models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )
    orders = ArrayField(models.BigIntegerField(), verbose_name=_("drawn from"))
    drawn = ArrayField(models.BigIntegerField(), verbose_name=_("drawn"), default=list, blank=True)
    seed = models.CharField(_("seed of the sample"), max_length=40)
    at = models.DateTimeField(_("at"))

    class Meta:
        verbose_name = _("draw of a sample")
        verbose_name_plural = _("draws of samples")
        constraints = [
            models.CheckConstraint(
                condition=Q(orders__len__gte=1, orders__len__lte=10, orders__contains=F("drawn")),
                name="sample_draw_of_ten",
            ),
        ]
        indexes = [models.Index(fields=["hospital", "month", "department"], name="sample_draw_idx")]

    def __str__(self) -> str:
        return f"{self.month}: {self.seed}"


class OrderTransfer(HospitalModel):
    """An order went from one to another, and why. Without `by` the system did it."""

    append_only = True

    class Kind(models.TextChoices):
        MANUAL = "manual", _("by hand")
        MAPPED = "mapped", _("physician recognised")
        LEAVE = "leave", _("handed over on leave")
        LEFT = "left", _("assignee no longer works here")
        UNABLE = "unable", _("assignee no longer follows up people")
        EVENED = "evened", _("evened out")
        ATTENDING = "attending", _("attending physician corrected")
        STATION = "station", _("no longer with the station")
        STAY = "stay", _("stay corrected")
        UNDONE = "undone", _("handing out undone")

    # Somebody chose who it goes to: no rule takes it from there.
    BY_HAND = (Kind.MANUAL, Kind.EVENED)

    order = HospitalForeignKey(FollowUpOrder, models.CASCADE, related_name="transfers", db_index=False)
    from_staff = HospitalForeignKey(
        "accounts.StaffMember", models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )
    to_staff = HospitalForeignKey(
        "accounts.StaffMember", models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )
    to_role = models.CharField(_("assigned as"), max_length=16, choices=AssigneeRole.choices, blank=True)
    by = HospitalForeignKey(
        "accounts.StaffMember", models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )
    kind = models.CharField(_("kind"), max_length=9, choices=Kind.choices, default=Kind.MANUAL)
    reason = models.CharField(_("reason"), max_length=200, blank=True)
    at = models.DateTimeField(_("at"))

    class Meta:
        verbose_name = _("transfer of an order")
        verbose_name_plural = _("transfers of orders")
        ordering = ["at", "pk"]
        indexes = [
            models.Index(fields=["hospital", "order"], name="transfer_order_idx"),
            # what somebody gave away at one moment
            models.Index(fields=["hospital", "by", "at"], condition=Q(by__isnull=False), name="transfer_given_idx"),
        ]

    def __str__(self) -> str:
        return f"{self.order_id}: {self.from_staff_id} → {self.to_staff_id or self.to_role}"

    @classmethod
    def given_by_hand(cls, order_ids: Sequence[int]) -> models.QuerySet["OrderTransfer", int]:
        """Those of these orders that no rule takes from where they are: given by hand more often than that was undone.
        What is undone is always the last handing out.
        """
        counted = cls.objects.filter(order__in=order_ids).order_by().values("order_id")
        given, undone = Count("pk", filter=Q(kind__in=cls.BY_HAND)), Count("pk", filter=Q(kind=cls.Kind.UNDONE))
        return counted.annotate(stands=given - undone).filter(stands__gt=0).values_list("order_id", flat=True)


class Reminder(HospitalModel):
    """Somebody was reminded of an order: by the protocol's escalation, each level once, or by a head.

    `since`: the moment from which the order was late when the level was told. A result that is returned is late anew,
    and its levels begin anew.
    """

    append_only = True

    class Kind(models.TextChoices):
        ESCALATION = "escalation", _("escalation")
        PERSON = "person", _("reminded by a person")

    order = HospitalForeignKey(FollowUpOrder, models.CASCADE, related_name="reminders", db_index=False)
    kind = models.CharField(_("kind"), max_length=10, choices=Kind.choices)
    level = models.PositiveSmallIntegerField(_("escalation level"), null=True, blank=True)
    since = models.DateTimeField(_("late since"), null=True, blank=True)
    staff = HospitalForeignKey(
        "accounts.StaffMember",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        db_index=False,
        verbose_name=_("who was told"),
    )
    recipients = models.JSONField(_("all who were told"), default=list)
    by = HospitalForeignKey(
        "accounts.StaffMember", models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )
    at = models.DateTimeField(_("at"))

    class Meta:
        verbose_name = _("reminder")
        verbose_name_plural = _("reminders")
        ordering = ["at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["hospital", "order", "level", "since"],
                condition=Q(kind="escalation"),
                name="reminder_each_level_once",
            ),
        ]
        indexes = [
            models.Index(fields=["hospital", "order", "at"], name="reminder_order_idx"),
            models.Index(fields=["hospital", "at"], condition=Q(kind="escalation"), name="reminder_run_idx"),
        ]

    def __str__(self) -> str:
        return f"{self.order_id}: {self.kind} {self.level or ''}"
