"""What was agreed with a unit."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from groups.models.querysets import ContractQuerySet
from groups.models.unit import GroupCustomer
from hospital_crm.tenancy.fields import HospitalForeignKey
from hospital_crm.tenancy.models import HospitalModel, scoped_manager


class Contract(HospitalModel):
    """A contract in force from `starts_on` to `ends_on`, both included; no end means until further notice."""

    group = HospitalForeignKey(
        GroupCustomer, models.CASCADE, related_name="contracts", db_index=False, verbose_name=_("unit")
    )
    number = models.CharField(_("contract number"), max_length=40)
    signed_on = models.DateField(_("signed on"), null=True, blank=True)
    starts_on = models.DateField(_("from"))
    ends_on = models.DateField(_("until"), null=True, blank=True)
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
        ]
        indexes = [models.Index(fields=["hospital", "group", "starts_on"], name="contract_group_idx")]

    def __str__(self) -> str:
        return self.number


class Benefit(HospitalModel):
    """What a contract gives its members: a discount in percent, or a priority."""

    class Kind(models.TextChoices):
        DISCOUNT = "discount", _("discount")
        PRIORITY = "priority", _("priority")
        CHECKUP = "checkup", _("health check package")
        LECTURE = "lecture", _("lecture or free clinic")

    contract = HospitalForeignKey(
        Contract, models.CASCADE, related_name="benefits", db_index=False, verbose_name=_("contract")
    )
    kind = models.CharField(_("kind"), max_length=10, choices=Kind.choices)
    name = models.CharField(_("benefit"), max_length=100)
    percent = models.PositiveSmallIntegerField(_("discount in percent"), null=True, blank=True)

    class Meta:
        verbose_name = _("benefit")
        verbose_name_plural = _("benefits")
        ordering = ["kind", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(percent__isnull=True) | Q(percent__range=(1, 100)), name="benefit_percent_to_hundred"
            ),
            models.UniqueConstraint(fields=["hospital", "contract", "kind", "name"], name="benefit_unique"),
        ]

    def __str__(self) -> str:
        return self.name
