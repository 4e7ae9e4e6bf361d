"""Which calendar the due days were written by."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from hospital_crm.tenancy.models import HospitalModel


class FollowedCalendar(HospitalModel):
    """The working days of a year, in short, by which the due days of the hospital's orders stand."""

    year = models.PositiveSmallIntegerField()
    fingerprint = models.CharField(max_length=32)

    class Meta:
        verbose_name = _("followed calendar")
        verbose_name_plural = _("followed calendars")
        constraints = [models.UniqueConstraint(fields=["hospital", "year"], name="followed_calendar_once")]

    def __str__(self) -> str:
        return str(self.year)
