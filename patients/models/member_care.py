"""What those who look after a VIP member do with one another: the sheet of a visit day, the thread of messages."""

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import StaffMember
from hospital_crm.tenancy.fields import HospitalForeignKey, PublicIdField
from hospital_crm.tenancy.models import HospitalModel, scoped_manager
from patients.models.memberships import Membership
from patients.models.querysets import OfMembershipQuerySet


class VisitSheet(HospitalModel):
    """The one-stop sheet of one visit day of a member: its steps in order. One for a day."""

    audit_rows = True
    audit_hidden = ("note",)

    public_id = PublicIdField()
    membership = HospitalForeignKey(
        Membership, models.CASCADE, related_name="sheets", db_index=False, verbose_name=_("VIP membership")
    )
    day = models.DateField(_("day of the visit"))
    note = models.CharField(_("what it is about"), max_length=200, blank=True)
    made_by = HospitalForeignKey(StaffMember, models.PROTECT, null=True, related_name="+", db_index=False)
    made_at = models.DateTimeField(_("made at"), default=timezone.now)

    objects = scoped_manager(OfMembershipQuerySet)

    class Meta:
        verbose_name = _("one-stop visit sheet")
        verbose_name_plural = _("one-stop visit sheets")
        constraints = [models.UniqueConstraint(fields=["hospital", "membership", "day"], name="visitsheet_once_a_day")]

    def __str__(self) -> str:
        return f"sheet of #{self.membership_id}"


class VisitStep(HospitalModel):
    """One step of a visit day: where, who stands beside the person, when it is planned, when it was done; or skipped,
    with the reason.
    """

    audit_rows = True
    audit_hidden = ("title", "place", "skip_reason")

    class Kind(models.TextChoices):
        REGISTRATION = "register", _("registration")
        TESTS = "tests", _("tests")
        PHARMACY = "pharmacy", _("pharmacy")
        PAYMENT = "payment", _("payment")
        OTHER = "other", _("other step")

    class State(models.TextChoices):
        PLANNED = "planned", _("planned step")
        DONE = "done", _("done")
        SKIPPED = "skipped", _("skipped")

    public_id = PublicIdField()
    sheet = HospitalForeignKey(
        VisitSheet, models.CASCADE, related_name="steps", db_index=False, verbose_name=_("one-stop visit sheet")
    )
    rank = models.PositiveSmallIntegerField(_("place among the steps"))
    kind = models.CharField(_("kind of step"), max_length=8, choices=Kind.choices)
    title = models.CharField(_("step"), max_length=60, blank=True)
    place = models.CharField(_("where"), max_length=80, blank=True)
    companion = HospitalForeignKey(
        StaffMember,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        db_index=False,
        verbose_name=_("accompanied by"),
    )
    planned_at = models.TimeField(_("planned for"), null=True, blank=True)
    state = models.CharField(_("state"), max_length=7, choices=State.choices, default=State.PLANNED)
    done_at = models.DateTimeField(_("done at"), null=True, blank=True)
    done_by = HospitalForeignKey(StaffMember, models.PROTECT, null=True, blank=True, related_name="+", db_index=False)
    skip_reason = models.CharField(_("why it was skipped"), max_length=100, blank=True)

    class Meta:
        verbose_name = _("step of a visit")
        verbose_name_plural = _("steps of a visit")
        ordering = ["rank", "id"]
        constraints = [
            models.UniqueConstraint(fields=["hospital", "sheet", "rank"], name="visitstep_place_once"),
            models.CheckConstraint(
                condition=Q(state="planned", done_at__isnull=True, skip_reason="")
                | Q(state="done", done_at__isnull=False, done_by__isnull=False, skip_reason="")
                | (Q(state="skipped", done_at__isnull=True) & ~Q(skip_reason="")),
                name="visitstep_state_is_told",
            ),
            models.CheckConstraint(condition=~Q(kind="other") | ~Q(title=""), name="visitstep_other_has_a_name"),
        ]

    def __str__(self) -> str:
        return self.title or str(self.get_kind_display())  # type: ignore[attr-defined]


class MemberMessage(HospitalModel):
    """A message about a member between those who look after the person; never changed."""

    membership = HospitalForeignKey(
        Membership, models.CASCADE, related_name="messages", db_index=False, verbose_name=_("VIP membership")
    )
    author = HospitalForeignKey(
        StaffMember, models.PROTECT, related_name="+", db_index=False, verbose_name=_("written by")
    )
    text = models.TextField(_("message about a member"), max_length=1000)
    sent_at = models.DateTimeField(_("sent at"), default=timezone.now)

    objects = scoped_manager(OfMembershipQuerySet)

    class Meta:
        verbose_name = _("message about a member")
        verbose_name_plural = _("messages about members")
        constraints = [models.CheckConstraint(condition=~Q(text=""), name="membermessage_says_something")]
        indexes = [models.Index(fields=["hospital", "membership", "-sent_at", "-id"], name="membermessage_thread_idx")]

    def __str__(self) -> str:
        return f"message about #{self.membership_id}"


class ThreadReading(HospitalModel):
    """Up to when somebody has read the messages about a member."""

    membership = HospitalForeignKey(
        Membership, models.CASCADE, related_name="readings", db_index=False, verbose_name=_("VIP membership")
    )
    staff = HospitalForeignKey(StaffMember, models.CASCADE, related_name="+", db_index=False, verbose_name=_("read by"))
    read_until = models.DateTimeField(_("read up to"))

    class Meta:
        verbose_name = _("reading of a thread")
        verbose_name_plural = _("readings of threads")
        constraints = [models.UniqueConstraint(fields=["hospital", "membership", "staff"], name="threadreading_once")]

    def __str__(self) -> str:
        return f"#{self.staff_id} in #{self.membership_id}"
