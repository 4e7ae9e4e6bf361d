"""VIP membership: the hospital's levels with what they give, who is a member from when until when, what was received,
and how soon people of each category are served.
"""

import datetime as dt
from typing import Any

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.db import models
from django.db.models import F, Func, Q, Value
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import StaffMember
from hospital_crm.i18n.localized import localized
from hospital_crm.tenancy.fields import HospitalForeignKey, PublicIdField
from hospital_crm.tenancy.models import HospitalModel, scoped_manager
from patients.models.patient import Patient
from patients.models.querysets import MembershipQuerySet, OfMembershipQuerySet

HIGHEST = 99


def _has_a_name(name: str) -> models.CheckConstraint:
    """A name in simplified Chinese at least; the others fall back on it."""
    return models.CheckConstraint(condition=Q(names__has_key="zh-hans"), name=name)


class MembershipLevel(HospitalModel):
    """A level of membership: how far its members go first in booking and in call routing (0 as everybody, 99 before
    all), within how many minutes they are answered and within how many days a first appointment is offered. `rank`
    orders the levels, 1 the highest. One no longer offered is given to nobody; who has it keeps it.
    """

    audit_rows = True

    public_id = PublicIdField()
    names = models.JSONField(_("name"), default=dict)
    rank = models.PositiveSmallIntegerField(_("place among the levels"), default=1)
    booking_priority = models.PositiveSmallIntegerField(_("priority in booking"), default=0)
    call_priority = models.PositiveSmallIntegerField(_("priority of calls"), default=0)
    answer_minutes = models.PositiveSmallIntegerField(_("answered within minutes"), default=30)
    first_appointment_days = models.PositiveSmallIntegerField(_("first appointment within days"), default=3)
    is_offered = models.BooleanField(_("offered"), default=True)

    class Meta:
        verbose_name = _("level of membership")
        verbose_name_plural = _("levels of membership")
        ordering = ["rank", "id"]
        constraints = [
            _has_a_name("membershiplevel_has_a_name"),
            models.CheckConstraint(
                condition=Q(booking_priority__lte=HIGHEST, call_priority__lte=HIGHEST),
                name="membershiplevel_priority_to_99",
            ),
        ]

    def __str__(self) -> str:
        return localized(self.names)


class AgreedService(HospitalModel):
    """A service that members of a level receive, so many times a month, a year of the membership, or as long as it
    runs; without a number as often as wanted. One that is taken away is counted for nobody any more.
    """

    audit_rows = True

    class Per(models.TextChoices):
        TERM = "term", _("whole membership")
        YEAR = "year", _("year of membership")
        MONTH = "month", _("calendar month")

    public_id = PublicIdField()
    level = HospitalForeignKey(
        MembershipLevel, models.CASCADE, related_name="services", db_index=False, verbose_name=_("level of membership")
    )
    names = models.JSONField(_("service"), default=dict)
    times = models.PositiveSmallIntegerField(_("how many times"), null=True, blank=True)
    per = models.CharField(_("in each"), max_length=5, choices=Per.choices, default=Per.YEAR)
    rank = models.PositiveSmallIntegerField(_("place"), default=1)
    is_active = models.BooleanField(_("agreed"), default=True)

    class Meta:
        verbose_name = _("agreed service")
        verbose_name_plural = _("agreed services")
        ordering = ["rank", "id"]
        constraints = [
            _has_a_name("agreedservice_has_a_name"),
            models.CheckConstraint(
                condition=Q(times__isnull=True) | Q(times__gte=1), name="agreedservice_once_or_more"
            ),
            models.CheckConstraint(condition=Q(per__in=["term", "year", "month"]), name="agreedservice_per_is_known"),
        ]
        indexes = [models.Index(fields=["hospital", "level", "rank"], name="agreedservice_level_idx")]

    def __str__(self) -> str:
        return localized(self.names)


class Membership(HospitalModel):
    """A person is a member of a level from `starts_on` to `ends_on`, both included; one at a time. The named contact
    looks after the person, the deputy where the contact is away.

    One ended early ends on that day, with the reason; `agreed_until` keeps what had been agreed. `makes_vip`: the
    person's category says VIP because of it; `former_category` is what it said before and says again afterwards.
    """

    audit_rows = True
    audit_hidden = ("end_reason",)

    class State(models.TextChoices):
        GRANTED = "granted", _("granted")
        ENDED = "ended", _("ended early")
        VOID = "void", _("withdrawn")

    BY_UNION = "by_union"

    public_id = PublicIdField()
    patient = HospitalForeignKey(
        Patient, models.CASCADE, related_name="vip_memberships", db_index=False, verbose_name=_("person")
    )
    level = HospitalForeignKey(
        MembershipLevel, models.PROTECT, related_name="+", db_index=False, verbose_name=_("level of membership")
    )
    state = models.CharField(_("state"), max_length=8, choices=State.choices, default=State.GRANTED)
    starts_on = models.DateField(_("from"))
    ends_on = models.DateField(_("until"))
    agreed_until = models.DateField(_("agreed until"))
    contact = HospitalForeignKey(
        StaffMember, models.PROTECT, related_name="+", db_index=False, verbose_name=_("named contact")
    )
    deputy = HospitalForeignKey(
        StaffMember, models.PROTECT, null=True, blank=True, related_name="+", db_index=False, verbose_name=_("deputy")
    )
    renews = HospitalForeignKey(
        "patients.Membership", models.SET_NULL, null=True, blank=True, related_name="+", db_index=False
    )
    end_reason = models.CharField(_("why it ended"), max_length=200, blank=True)
    granted_by = HospitalForeignKey(StaffMember, models.PROTECT, null=True, related_name="+", db_index=False)
    granted_at = models.DateTimeField(_("granted at"), default=timezone.now)
    ended_by = HospitalForeignKey(StaffMember, models.PROTECT, null=True, blank=True, related_name="+", db_index=False)
    ended_at = models.DateTimeField(_("ended at"), null=True, blank=True)
    makes_vip = models.BooleanField(default=False, editable=False)
    former_category = models.CharField(
        max_length=10, choices=Patient.Category.choices, default=Patient.Category.GENERAL, editable=False
    )

    objects = scoped_manager(MembershipQuerySet)

    class Meta:
        verbose_name = _("VIP membership")
        verbose_name_plural = _("VIP memberships")
        ordering = ["-starts_on", "-id"]
        constraints = [
            ExclusionConstraint(
                name="membership_one_at_a_time",
                expressions=[
                    (Func("patient_id", "patient_id", Value("[]"), function="int8range"), RangeOperators.OVERLAPS),
                    (Func("starts_on", "ends_on", Value("[]"), function="daterange"), RangeOperators.OVERLAPS),
                ],
                condition=Q(state__in=["granted", "ended"]),
            ),
            models.CheckConstraint(condition=Q(ends_on__gte=F("starts_on")), name="membership_ends_after_start"),
            models.CheckConstraint(condition=Q(ends_on__lte=F("agreed_until")), name="membership_never_longer"),
            models.CheckConstraint(
                condition=Q(state="granted", end_reason="", ended_at__isnull=True)
                | (Q(state__in=["ended", "void"], ended_at__isnull=False) & ~Q(end_reason="")),
                name="membership_ended_for_a_reason",
            ),
            models.CheckConstraint(
                condition=Q(deputy__isnull=True) | ~Q(deputy=F("contact")), name="membership_deputy_is_another"
            ),
        ]
        indexes = [
            models.Index(fields=["hospital", "patient", "-starts_on"], name="membership_patient_idx"),
            models.Index(fields=["hospital", "ends_on", "id"], condition=~Q(state="void"), name="membership_end_idx"),
            models.Index(
                fields=["hospital", "contact", "ends_on", "id"],
                condition=~Q(state="void"),
                name="membership_contact_idx",
            ),
            models.Index(
                fields=["hospital", "deputy", "ends_on", "id"],
                condition=~Q(state="void") & Q(deputy__isnull=False),
                name="membership_deputy_idx",
            ),
            models.Index(fields=["hospital", "ends_on"], condition=Q(makes_vip=True), name="membership_makes_vip_idx"),
        ]

    def __str__(self) -> str:
        return f"membership of #{self.patient_id}"

    def get_constraints(self) -> list[Any]:
        """Overlaps are for the database, whose refusal the domain names."""
        known = super().get_constraints()
        return [(model, [one for one in all_of if not isinstance(one, ExclusionConstraint)]) for model, all_of in known]

    def is_running_on(self, day: dt.date) -> bool:
        """Whether it is in force on that day."""
        return self.state != self.State.VOID and self.starts_on <= day <= self.ends_on

    def phase_on(self, day: dt.date) -> str:
        """void, coming, running, over: where it stands on that day."""
        if self.state == self.State.VOID:
            return self.state
        if day < self.starts_on:
            return "coming"
        return "running" if day <= self.ends_on else "over"

    @property
    def reason_words(self) -> str:
        """Why it ended, in the language of whoever reads it."""
        return str(_("two records were united")) if self.end_reason == self.BY_UNION else self.end_reason


class ServiceUse(HospitalModel):
    """A member received an agreed service once. `reference` names what it was, such as a booking; counted once."""

    membership = HospitalForeignKey(
        Membership, models.CASCADE, related_name="uses", db_index=False, verbose_name=_("VIP membership")
    )
    service = HospitalForeignKey(
        AgreedService, models.PROTECT, related_name="+", db_index=False, verbose_name=_("service")
    )
    used_on = models.DateField(_("received on"))
    note = models.CharField(_("what the service was"), max_length=200, blank=True)
    reference = models.CharField(_("counted for"), max_length=80, blank=True)
    by = HospitalForeignKey(StaffMember, models.PROTECT, null=True, related_name="+", db_index=False)
    counted_at = models.DateTimeField(_("counted at"), default=timezone.now)

    objects = scoped_manager(OfMembershipQuerySet)

    class Meta:
        verbose_name = _("service received")
        verbose_name_plural = _("services received")
        constraints = [
            models.UniqueConstraint(
                fields=["hospital", "membership", "service", "reference"],
                condition=~Q(reference=""),
                name="serviceuse_counted_once",
            )
        ]
        indexes = [models.Index(fields=["hospital", "membership", "service", "used_on"], name="serviceuse_member_idx")]

    def __str__(self) -> str:
        return f"#{self.service_id} of #{self.membership_id}"


class ServiceStandard(HospitalModel):
    """How soon people of a category are answered and offered a first appointment. A member's level has its own."""

    audit_rows = True

    category = models.CharField(_("category"), max_length=10, choices=Patient.Category.choices)
    answer_minutes = models.PositiveSmallIntegerField(_("answered within minutes"))
    first_appointment_days = models.PositiveSmallIntegerField(_("first appointment within days"))
    words = models.JSONField(_("what is promised beside"), default=dict, blank=True)

    class Meta:
        verbose_name = _("service standard")
        verbose_name_plural = _("service standards")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["hospital", "category"], name="servicestandard_once"),
            models.CheckConstraint(
                condition=Q(category__in=["general", "specialty", "vip"]), name="servicestandard_category_is_known"
            ),
        ]

    def __str__(self) -> str:
        return str(self.get_category_display())  # type: ignore[attr-defined]
