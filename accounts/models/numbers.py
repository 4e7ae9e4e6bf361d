"""The last number of each register of a hospital."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from hospital_crm.tenancy.models import HospitalModel


class NumberSeries(HospitalModel):
    """How far a register of a hospital has counted. Each hospital counts from one for itself, so that a gap tells
    nothing of another one.
    """

    class Register(models.TextChoices):
        EXPORTS = "exports", _("exports")
        INCIDENTS = "incidents", _("incidents")
        REQUESTS = "requests", _("privacy requests")

    register = models.CharField(_("register"), max_length=10, choices=Register.choices)
    last = models.PositiveIntegerField(_("last number"))

    class Meta:
        verbose_name = _("number series")
        verbose_name_plural = _("number series")
        constraints = [
            models.UniqueConstraint(fields=["hospital", "register"], name="number_series_one_per_register"),
            models.CheckConstraint(condition=models.Q(last__gt=0), name="number_series_from_one"),
        ]

    def __str__(self) -> str:
        return f"{self.register} {self.last}"
