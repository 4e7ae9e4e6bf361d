"""What was agreed with a unit, and how often it was used."""

import datetime as dt
from typing import Any

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.db import models
from django.db.models import F, Func, Q, Value
from django.utils.translation import gettext_lazy as _

from accounts.models import StaffMember
from groups.models.querysets import ContractQuerySet
from groups.models.unit import GroupCustomer
from hospital_crm.tenancy.fields import HospitalForeignKey
from hospital_crm.tenancy.models import HospitalModel, scoped_manager
from patients.models import Patient

_KINDS = ("checkup", "care", "management", "other")


def _one_at_a_time(kind: str) -> ExclusionConstraint:
    """No two contracts of a kind in force with one unit on one day."""
    return ExclusionConstraint(
        name=f"contract_one_{kind}_at_a_time",
        expressions=[
            (Func("group_id", "group_id", Value("[]"), function="int8range"), RangeOperators.OVERLAPS),
            (Func("starts_on", "ends_on", Value("[]"), function="daterange"), RangeOperators.OVERLAPS),
        ],
        condition=Q(kind=kind, state__in=["signed", "ended"]),
    )


class Contract(HospitalModel):
    """A contract in force from `starts_on` to `ends_on`, both included; no end means until further notice.

    One ended early ends on that day; `agreed_until` keeps what had been agreed. `remind_days` before the end the
    liaison is reminded of renewing it.
    """

    class Kind(models.TextChoices):
        CHECKUP = "checkup", _("health check contract")
        CARE = "care", _("medical service contract")
        MANAGEMENT = "management", _("health management contract")
        OTHER = "other", _("other contract")

    class State(models.TextChoices):
        DRAFT = "draft", _("draft")
        SIGNED = "signed", _("signed contract")
        ENDED = "ended", _("ended early")
        VOID = "void", _("withdrawn before it began")

    group = HospitalForeignKey(
        GroupCustomer, models.CASCADE, related_name="contracts", db_index=False, verbose_name=_("unit")
    )
    kind = models.CharField(_("kind of contract"), max_length=10, choices=Kind.choices, default=Kind.CHECKUP)
    state = models.CharField(_("state"), max_length=6, choices=State.choices, default=State.SIGNED)
    number = models.CharField(_("contract number"), max_length=40)
    signed_on = models.DateField(_("signed on"), null=True, blank=True)
    starts_on = models.DateField(_("from"))
    ends_on = models.DateField(_("until"), null=True, blank=True)
    agreed_until = models.DateField(_("agreed until"), null=True, blank=True)
    end_reason = models.CharField(_("why it ended"), max_length=200, blank=True)
    amount = models.DecimalField(_("contract sum in yuan"), max_digits=12, decimal_places=2, null=True, blank=True)
    remind_days = models.PositiveSmallIntegerField(_("remind days before the end"), default=60)
    terms = models.TextField(_("terms"), max_length=2000, blank=True)

    objects = scoped_manager(ContractQuerySet)

    class Meta:
        verbose_name = _("contract")
        verbose_name_plural = _("contracts")
        ordering = ["-starts_on", "-id"]
        constraints = [
            models.UniqueConstraint(fields=["hospital", "number"], name="contract_number_unique"),
            models.CheckConstraint(
                condition=Q(ends_on__isnull=True) | Q(ends_on__gte=F("starts_on")), name="contract_ends_after_start"
            ),
            models.CheckConstraint(
                condition=Q(state__in=["draft", "signed"]) | ~Q(end_reason=""), name="contract_ended_with_reason"
            ),
            *(_one_at_a_time(kind) for kind in _KINDS),
        ]
        indexes = [
            models.Index(fields=["hospital", "group", "starts_on"], name="contract_group_idx"),
            models.Index(
                fields=["hospital", "ends_on"],
                condition=Q(state="signed", ends_on__isnull=False),
                name="contract_ends_idx",
            ),
        ]

    def __str__(self) -> str:
        return self.number

    def get_constraints(self) -> list[Any]:
        """What a form can check before the unit is known: overlaps are for the database, whose refusal the domain
        names.
        """
        known = super().get_constraints()
        return [(model, [one for one in all_of if not isinstance(one, ExclusionConstraint)]) for model, all_of in known]

    def is_running_on(self, day: dt.date) -> bool:
        """Whether it is in force on that day."""
        binds = self.state in (self.State.SIGNED, self.State.ENDED)
        return binds and self.starts_on <= day and (self.ends_on is None or day <= self.ends_on)

    def phase_on(self, day: dt.date) -> str:
        """draft, void, coming, running, over: where it stands on that day."""
        if self.state in (self.State.DRAFT, self.State.VOID):
            return self.state
        if day < self.starts_on:
            return "coming"
        return "running" if self.is_running_on(day) else "over"


class Benefit(HospitalModel):
    """What a contract gives its members: a discount in percent, a priority, a package, a lecture; for one service or
    all, within the contract or a shorter time, as often as the limits allow.
    """

    class Kind(models.TextChoices):
        DISCOUNT = "discount", _("discount")
        PRIORITY = "priority", _("priority")
        CHECKUP = "checkup", _("health check package")
        LECTURE = "lecture", _("lecture or free clinic")

    class Service(models.TextChoices):
        ALL = "", _("all services")
        CHECKUP = "checkup", _("health check")
        BOOKING = "booking", _("booking of experts")
        OUTPATIENT = "outpatient", _("outpatient care")
        INPATIENT = "inpatient", _("inpatient care")
        LECTURE = "lecture", _("lectures and free clinics")

    contract = HospitalForeignKey(
        Contract, models.CASCADE, related_name="benefits", db_index=False, verbose_name=_("contract")
    )
    kind = models.CharField(_("kind"), max_length=10, choices=Kind.choices)
    name = models.CharField(_("benefit"), max_length=100)
    percent = models.PositiveSmallIntegerField(_("discount in percent"), null=True, blank=True)
    service = models.CharField(_("applies to"), max_length=10, choices=Service.choices, blank=True, default="")
    starts_on = models.DateField(_("from"), null=True, blank=True)
    ends_on = models.DateField(_("until"), null=True, blank=True)
    limit_per_member = models.PositiveSmallIntegerField(_("times per member"), null=True, blank=True)
    limit_per_contract = models.PositiveIntegerField(_("times per contract"), null=True, blank=True)

    class Meta:
        verbose_name = _("benefit")
        verbose_name_plural = _("benefits")
        ordering = ["kind", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(percent__isnull=True) | Q(percent__range=(1, 100)), name="benefit_percent_to_hundred"
            ),
            models.CheckConstraint(
                condition=Q(starts_on__isnull=True) | Q(ends_on__isnull=True) | Q(ends_on__gte=F("starts_on")),
                name="benefit_ends_after_start",
            ),
            models.UniqueConstraint(fields=["hospital", "contract", "kind", "name"], name="benefit_unique"),
        ]

    def __str__(self) -> str:
        return self.name


class BenefitUse(HospitalModel):
    """A member received a benefit. `reference` names what it was given for, such as a booking; counted once."""

    benefit = HospitalForeignKey(
        Benefit, models.CASCADE, related_name="uses", db_index=False, verbose_name=_("benefit")
    )
    patient = HospitalForeignKey(
        Patient, models.CASCADE, related_name="benefit_uses", db_index=False, verbose_name=_("person")
    )
    used_on = models.DateField(_("used on"))
    reference = models.CharField(_("used for"), max_length=80, blank=True)
    by = HospitalForeignKey(StaffMember, models.SET_NULL, null=True, related_name="+", db_index=False)

    class Meta:
        verbose_name = _("use of a benefit")
        verbose_name_plural = _("uses of benefits")
        constraints = [
            models.UniqueConstraint(
                fields=["hospital", "benefit", "reference"], condition=~Q(reference=""), name="benefituse_counted_once"
            )
        ]
        indexes = [
            models.Index(fields=["hospital", "benefit", "patient"], name="benefituse_benefit_idx"),
            models.Index(fields=["hospital", "patient"], name="benefituse_patient_idx"),
        ]

    def __str__(self) -> str:
        return f"#{self.benefit_id} by #{self.patient_id}"
