"""The follow-up order (回访指令): one occurrence of a step for one person, its window, who does it, its state."""

import datetime as dt
from typing import TYPE_CHECKING

from django.apps import apps
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from accounts.models import StaffStation
from followups.models.doubts import IS_DOUBTFUL
from followups.models.outcomes import NextStep, Outcome, Satisfaction
from followups.models.protocols import ProtocolStep
from followups.models.runs import FollowUpRun
from followups.models.states import OPEN, STARTED, UNSTARTED, WORKING, OrderState
from followups.models.tiers import AssigneeRole, Channel, Tier
from hospital_crm.tenancy.fields import HospitalForeignKey, PublicIdField
from hospital_crm.tenancy.models import HospitalModel, lean_hospital, scoped_manager

if TYPE_CHECKING:
    from accounts.actors import Actor

_IS_BEGUN = Q(state__in=[str(state) for state in OrderState if state not in (*UNSTARTED, OrderState.VOID)])
_IS_OPEN = Q(state__in=[str(state) for state in OPEN])


def for_safety() -> Q:
    """Orders in whose step a red flag was heard, or whose step follows one. The step is looked up only where it
    decides, so that no list joins steps to orders for the few who refused.
    """
    after = ProtocolStep.objects.filter(pk=OuterRef("step_id"), condition=ProtocolStep.Condition.AFTER_NEGATIVE)
    return Q(has_finding=True) | Q(Exists(after))


class FollowUpOrderQuerySet(models.QuerySet):
    """Orders."""

    def open(self) -> "FollowUpOrderQuerySet":
        """Not at their end: working, submitted or suspended."""
        return self.filter(state__in=OPEN)

    def working(self) -> "FollowUpOrderQuerySet":
        """Somebody still has to call."""
        return self.filter(state__in=WORKING)

    def of_callable_people(self) -> "FollowUpOrderQuerySet":
        """Of people who may be called: neither stopped, unless for their safety, nor deceased, nor erased, nor perhaps
        dead.
        """
        may_be_called = Q(patient__contact_state="open") | Q(patient__contact_state="stopped") & for_safety()
        return self.filter(may_be_called, patient__death_in_doubt_since__isnull=True)

    def late(self, today: dt.date) -> "FollowUpOrderQuerySet":
        """Working orders whose latest day is over on `today` of the hospital."""
        return self.working().filter(latest_on__lt=today)

    def visible_to(self, actor: "Actor") -> "FollowUpOrderQuerySet":
        """Orders the active role may see (PRODUCT §1).

        The centre and medical affairs: all. A head: of the own departments, or assigned. A physician: assigned to or
        covered by him, or of stays he attended. A nurse: of the own wards, or assigned. Station staff: of the station's
        people, where the station's staff holds them. Others with the capability: assigned ones. Closed orders that
        reach somebody through a stay or an assignment: for as long as attended people are seen, or while the person is.
        """
        from accounts.calendar import today

        if not actor.capabilities & _ORDER_CAPABILITIES:
            return self.none()
        if actor.sees in ("all", "orders"):
            return self
        own = Q(assignee_id__in=[actor.staff.pk, *actor.covered_staff_ids(today())])
        if actor.sees == "attended":
            own |= Q(attending=actor.staff)
        elif actor.sees == "ward":
            own |= Q(ward_id__in=actor.ward_ids)
        elif actor.sees == "station":
            own |= self._of_stations(actor)
        lasting = own & self._not_long_closed(actor)
        if actor.sees == "department":
            return self.filter(lasting | Q(department_id__in=actor.supervised_department_ids))
        return self.filter(lasting)

    @staticmethod
    def _not_long_closed(actor: "Actor") -> Q:
        """Not at their end, closed since the day from which stays still count, or of somebody the actor sees.

        The row itself answers for all but the oldest orders: only of these is it asked, one by one, whether the person
        is seen, so that no list joins people to orders.
        """
        from accounts.calendar import day_start
        from hospital_crm.tenancy.scope import required_hospital
        from patients.models.querysets import attended_since

        people = apps.get_model("patients", "Patient").objects.one_by_one().visible_to(actor)
        closed_lately = Q(closed_at__gte=day_start(attended_since(), required_hospital()))
        return _IS_OPEN | closed_lately | Q(Exists(people.filter(pk=OuterRef("patient_id"))))

    @staticmethod
    def _of_stations(actor: "Actor") -> Q:
        """Orders that a colleague of the actor's station holds for people assigned to it, while it is in use."""
        in_use = {"station__in": list(actor.station_ids), "station__is_active": True}
        people = apps.get_model("patients", "StationAssignment").objects.current().filter(**in_use)
        colleagues = StaffStation.objects.filter(**in_use).values("staff_id")
        return Q(assignee_id__in=colleagues, patient_id__in=people.values("patient_id"))


_ORDER_CAPABILITIES = frozenset(
    f"followups.{verb}" for verb in ("work", "complete", "dispatch", "ward", "review", "supervise", "quality")
)


class FollowUpOrder(HospitalModel):
    """One thing to do for one person inside a window of whole days of the hospital.

    Late means: the latest day is over. `version` counts every change, so that two people acting on one order notice
    each other.
    An order goes to the duty list when no working day lay where its due day could move.
    """

    goes_with_person = True
    made_by_hand = (
        Q(attempts_count__gt=0)
        | Q(submitted_at__isnull=False)
        | Q(draft__isnull=False)
        | Q(agreed_at__isnull=False)
        | ~Q(note="")
        | Q(state__in=STARTED)
    )

    audit_rows = True
    audit_ignored = ("version", "draft", "draft_at", "last_attempt_at", "attempts_count", "is_doubtful")
    audit_hidden = ("note", "late_reason")
    keys_by_statement = True

    hospital = lean_hospital()
    public_id = PublicIdField()
    run = HospitalForeignKey(FollowUpRun, models.CASCADE, related_name="orders", db_index=False)
    step = HospitalForeignKey(
        ProtocolStep, models.PROTECT, related_name="orders", db_index=False, verbose_name=_("step")
    )
    occurrence = models.PositiveSmallIntegerField(_("occurrence"), default=1)
    patient = HospitalForeignKey("patients.Patient", models.CASCADE, related_name="followup_orders", db_index=False)
    tier = models.CharField(_("tier"), max_length=1, choices=Tier.choices)
    channel = models.CharField(_("channel"), max_length=8, choices=Channel.choices, default=Channel.PHONE)
    earliest_on = models.DateField(_("earliest"))
    due_on = models.DateField(_("due"))
    latest_on = models.DateField(_("latest"))
    is_duty_list = models.BooleanField(_("on the duty list"), default=False)
    department = HospitalForeignKey(
        "accounts.Department",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        db_index=False,
        verbose_name=_("department"),
    )
    ward = HospitalForeignKey(
        "accounts.Ward", models.PROTECT, null=True, blank=True, related_name="+", db_index=False, verbose_name=_("ward")
    )
    attending = HospitalForeignKey(
        "accounts.StaffMember",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        db_index=False,
        verbose_name=_("attending physician"),
    )
    assignee = HospitalForeignKey(
        "accounts.StaffMember",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="followup_orders",
        db_index=False,
        verbose_name=_("assignee"),
    )
    assignee_role = models.CharField(_("assigned as"), max_length=16, choices=AssigneeRole.choices, blank=True)
    state = models.CharField(_("state"), max_length=12, choices=OrderState.choices, default=OrderState.PLANNED)
    state_reason = models.CharField(_("why in this state"), max_length=40, blank=True)
    version = models.PositiveIntegerField(default=0, editable=False)

    attempts_count = models.PositiveSmallIntegerField(_("attempts"), default=0)
    last_outcome = models.CharField(_("last outcome"), max_length=16, choices=Outcome.choices, blank=True)
    last_attempt_at = models.DateTimeField(_("last attempt"), null=True, blank=True)
    agreed_at = models.DateTimeField(_("agreed time"), null=True, blank=True)
    reached_at = models.DateTimeField(_("reached at"), null=True, blank=True)
    completed_at = models.DateTimeField(_("completed at"), null=True, blank=True)
    submitted_at = models.DateTimeField(_("submitted at"), null=True, blank=True)
    submitted_by = HospitalForeignKey(
        "accounts.StaffMember",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        db_index=False,
        verbose_name=_("submitted by"),
    )
    returned_at = models.DateTimeField(_("returned at"), null=True, blank=True)
    closed_at = models.DateTimeField(_("closed at"), null=True, blank=True)
    late_reason = models.CharField(_("reason for being late"), max_length=200, blank=True)
    note = models.TextField(_("note"), blank=True)
    next_step = models.CharField(_("next step"), max_length=12, choices=NextStep.choices, blank=True)
    has_finding = models.BooleanField(_("with a finding"), default=False)
    finding_at = models.DateTimeField(_("finding heard at"), null=True, blank=True)
    has_dissatisfaction = models.BooleanField(_("dissatisfied"), default=False)
    satisfaction = models.PositiveSmallIntegerField(
        _("content with the hospital"), choices=Satisfaction.choices, null=True, blank=True
    )
    is_doubtful = models.GeneratedField(
        expression=IS_DOUBTFUL,
        output_field=models.BooleanField(),
        db_persist=True,
        verbose_name=_("worth a second look"),
    )
    draft = models.JSONField(_("draft"), null=True, blank=True)
    draft_at = models.DateTimeField(_("draft saved at"), null=True, blank=True)
    escalation_level = models.PositiveSmallIntegerField(_("escalation level"), default=0)
    created_at = models.DateTimeField(_("created at"), db_default=Now())

    objects = scoped_manager(FollowUpOrderQuerySet)

    class Meta:
        verbose_name = _("follow-up order")
        verbose_name_plural = _("follow-up orders")
        constraints = [
            models.UniqueConstraint(fields=["hospital", "run", "step", "occurrence"], name="order_once"),
            models.CheckConstraint(
                condition=Q(earliest_on__lte=F("due_on"), due_on__lte=F("latest_on")), name="order_window"
            ),
            models.CheckConstraint(
                condition=Q(state__in=[str(s) for s in OrderState if s not in OPEN]) | Q(closed_at__isnull=True),
                name="order_open_has_no_end",
            ),
            models.CheckConstraint(
                condition=Q(satisfaction__isnull=True)
                | Q(satisfaction__in=Satisfaction.values, completed_at__isnull=False),
                name="order_satisfaction",
            ),
        ]
        indexes = [
            # my open orders by latest day
            models.Index(
                fields=["hospital", "assignee", "latest_on", "id"],
                condition=_IS_OPEN & Q(assignee__isnull=False),
                name="order_assignee_idx",
            ),
            # the centre's list of all open orders, late ones, and its numbers of the day without reading a row
            models.Index(
                fields=["hospital", "latest_on", "id"],
                include=["state", "earliest_on", "department", "assignee", "assignee_role", "is_duty_list"],
                condition=_IS_OPEN,
                name="order_waiting_idx",
            ),
            # one tier's open orders: late A, and the quick filters
            models.Index(
                fields=["hospital", "tier", "latest_on", "id"],
                include=["state", "earliest_on", "department", "assignee", "assignee_role"],
                condition=_IS_OPEN,
                name="order_tier_idx",
            ),
            # what was begun or has ended; the many that wait are found by the index above
            models.Index(fields=["hospital", "state", "latest_on", "id"], condition=_IS_BEGUN, name="order_state_idx"),
            models.Index(
                fields=["hospital", "department", "latest_on", "id"],
                include=["state", "attending"],
                condition=_IS_OPEN,
                name="order_by_department_idx",
            ),
            models.Index(
                fields=["hospital", "ward", "latest_on", "id"],
                include=["state", "earliest_on", "assignee"],
                condition=_IS_OPEN & Q(ward__isnull=False),
                name="order_ward_idx",
            ),
            # what waits for review, with what its quick filters go by
            models.Index(
                fields=["hospital", "latest_on", "id"],
                include=[
                    *("is_doubtful", "has_finding", "has_dissatisfaction", "late_reason", "department"),
                    "submitted_by",
                ],
                condition=Q(state="submitted"),
                name="order_review_idx",
            ),
            # how many may be called now: by the first day, because most of what is open lies further ahead
            models.Index(
                fields=["hospital", "earliest_on"],
                include=["latest_on", "state"],
                condition=_IS_OPEN,
                name="order_callable_idx",
            ),
            # the few with an agreed time, by it
            models.Index(
                fields=["hospital", "agreed_at", "id"],
                include=["state", "assignee", "assignee_role"],
                condition=_IS_OPEN & Q(agreed_at__isnull=False),
                name="order_agreed_idx",
            ),
            # what nobody holds: the centre's pool, and what was not given to anybody
            models.Index(
                fields=["hospital", "latest_on", "id"],
                include=[
                    *("earliest_on", "due_on", "state", "tier"),
                    *("assignee_role", "agreed_at", "assignee", "department"),
                ],
                condition=_IS_OPEN & Q(assignee__isnull=True),
                name="order_pool_idx",
            ),
            # the few on the duty list, and the few with a finding
            models.Index(
                fields=["hospital", "latest_on", "id"],
                condition=_IS_OPEN & Q(is_duty_list=True),
                name="order_duty_idx",
            ),
            models.Index(
                fields=["hospital", "finding_at", "id"], condition=Q(has_finding=True), name="order_heard_idx"
            ),
            # supervision: what was due in a period, with all that the figures count and their lists go by, so that no
            # row is read
            models.Index(
                fields=["hospital", "department", "due_on"],
                include=[
                    "id",
                    "state",
                    "tier",
                    "attending",
                    "latest_on",
                    "attempts_count",
                    "reached_at",
                    "completed_at",
                    "has_dissatisfaction",
                ],
                name="order_figures_idx",
            ),
            # sent results that may want a second look, which the head sees beside the figures
            models.Index(
                fields=["hospital", "department", "due_on"],
                condition=Q(state__in=["submitted", "filed"]) & (Q(is_doubtful=True) | Q(has_dissatisfaction=True)),
                name="order_flawed_idx",
            ),
            # the steps behind a number of the whole hospital, newest first
            models.Index(fields=["hospital", "due_on", "id"], name="order_due_idx"),
            # what was completed in a month, from which the sample is drawn
            models.Index(
                fields=["hospital", "department", "completed_at"],
                include=["state"],
                condition=Q(completed_at__isnull=False),
                name="order_completed_idx",
            ),
            models.Index(fields=["hospital", "patient", "due_on"], name="order_patient_idx"),
            # how content people are, without reading a row
            models.Index(
                fields=["hospital", "completed_at"],
                include=["patient", "satisfaction", "state"],
                condition=Q(satisfaction__gt=0),
                name="order_content_idx",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.tier}{self.step_id}/{self.occurrence} {self.due_on}"

    def is_late(self, today: dt.date) -> bool:
        """Whether the latest day is over and somebody still has to call."""
        return self.state in WORKING and self.latest_on < today

    @property
    def is_safety(self) -> bool:
        """A red flag was heard in this step, or the step follows one: the call back is for the person's safety."""
        return self.has_finding or self.step.condition == ProtocolStep.Condition.AFTER_NEGATIVE

    @property
    def may_be_called(self) -> bool:
        """The person may be contacted, or has refused all contact but what is for safety, as this is."""
        return self.patient.may_be_contacted or self.patient.contact_state == "stopped" and self.is_safety

    @property
    def is_open(self) -> bool:
        """Not at its end."""
        return self.state in OPEN

    @property
    def is_working(self) -> bool:
        """Somebody still has to call."""
        return self.state in WORKING
