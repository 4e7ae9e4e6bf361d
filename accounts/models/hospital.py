"""The hospital and its parts: settings, departments, wards, community stations, calendar."""

import zoneinfo
from functools import cache
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from hospital_crm.tenancy.directory import forget
from hospital_crm.tenancy.fields import HospitalForeignKey
from hospital_crm.tenancy.middleware import RESERVED_SEGMENTS
from hospital_crm.tenancy.models import HospitalModel, scoped_manager

LANGUAGE_CHOICES = [("zh-hans", "简体中文"), ("zh-hant", "繁體中文"), ("en", "English")]


def validate_slug_free(slug: str) -> None:
    """A hospital's slug is the first path segment, so it may not be one of the reserved ones."""
    if slug in RESERVED_SEGMENTS:
        raise ValidationError(_("This address is reserved."), code="reserved")


def validate_timezone(name: str) -> None:
    """Only names of the IANA time zone database."""
    if name not in _known_timezones():
        raise ValidationError(_("Unknown time zone."), code="timezone")


@cache
def _known_timezones() -> set[str]:
    """Read from the disk once."""
    return zoneinfo.available_timezones()


class Hospital(models.Model):
    """One hospital of the installation. Its rows are walled off from every other hospital's."""

    slug = models.CharField(
        _("address"),
        max_length=40,
        unique=True,
        validators=[
            RegexValidator(r"^[a-z][a-z0-9-]{1,39}$", _("Lower-case letters, digits and hyphens.")),
            validate_slug_free,
        ],
    )
    name = models.CharField(_("name"), max_length=120)
    short_name = models.CharField(_("short name"), max_length=40, blank=True)
    host_name = models.CharField(_("own host name"), max_length=120, blank=True)
    timezone = models.CharField(_("time zone"), max_length=40, default="Asia/Shanghai", validators=[validate_timezone])
    language = models.CharField(_("language"), max_length=10, choices=LANGUAGE_CHOICES, default="zh-hans")
    is_active = models.BooleanField(_("active"), default=True)
    created_at = models.DateTimeField(_("created at"), auto_now_add=True)

    class Meta:
        verbose_name = _("hospital")
        verbose_name_plural = _("hospitals")
        constraints = [
            models.UniqueConstraint(fields=["host_name"], condition=~Q(host_name=""), name="hospital_host_name_unique"),
        ]

    def __str__(self) -> str:
        return self.short_name or self.name

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Saves, and makes this process look hospitals up anew."""
        super().save(*args, **kwargs)
        forget()

    @property
    def tz(self) -> zoneinfo.ZoneInfo:
        """The hospital's time zone."""
        return zoneinfo.ZoneInfo(self.timezone)

    def url(self, name: str, *args: Any, **kwargs: Any) -> str:
        """The absolute address of one of this hospital's pages, for mails, tasks and commands."""
        from hospital_crm.tenancy.urls import hospital_url

        return hospital_url(self, name, *args, **kwargs)


# What each number of the settings may be.
SETTINGS_LIMITS = {
    "idle_minutes": (5, 30),
    "care_from_hour": (0, 23),
    "care_until_hour": (1, 24),
    "digest_hour": (0, 23),
    "attended_months": (1, 24),
    "privacy_days": (1, 30),
    "messages_kept_days": (30, 1095),
    "events_kept_years": (3, 30),
    "accesses_kept_years": (3, 30),
    "changes_kept_years": (3, 30),
}


class HospitalSettings(HospitalModel):
    """What a hospital decides for itself; one row per hospital. Times are hours of the hospital's day."""

    audit_rows = True

    idle_minutes = models.PositiveSmallIntegerField(_("log out after idle minutes"), default=30)
    care_from_hour = models.PositiveSmallIntegerField(_("care contact from hour"), default=8)
    care_until_hour = models.PositiveSmallIntegerField(_("care contact until hour"), default=21)
    digest_hour = models.PositiveSmallIntegerField(_("morning digest at hour"), default=7)
    attended_months = models.PositiveSmallIntegerField(_("months a physician sees attended people"), default=12)
    followups_start_on = models.DateField(_("plan follow-up for discharges from"), null=True, blank=True)
    privacy_days = models.PositiveSmallIntegerField(
        _("working days to answer a privacy request"), default=15, db_default=15
    )
    messages_kept_days = models.PositiveSmallIntegerField(
        _("keep messages of feeds, days"), default=180, db_default=180
    )
    events_kept_years = models.PositiveSmallIntegerField(_("keep what was done, years"), default=3)
    accesses_kept_years = models.PositiveSmallIntegerField(_("keep who saw whom, years"), default=3)
    changes_kept_years = models.PositiveSmallIntegerField(_("keep changed rows, years"), default=3)
    sender_address = models.EmailField(_("sender address of mails"), blank=True)

    class Meta:
        verbose_name = _("hospital settings")
        verbose_name_plural = _("hospital settings")
        constraints = [
            models.UniqueConstraint(fields=["hospital"], name="hospital_settings_one_row"),
            *(
                models.CheckConstraint(condition=Q(**{f"{name}__range": limits}), name=f"hospital_settings_{name}")
                for name, limits in SETTINGS_LIMITS.items()
            ),
            models.CheckConstraint(
                condition=Q(care_from_hour__lt=F("care_until_hour")), name="hospital_settings_care_hours"
            ),
        ]

    def __str__(self) -> str:
        return str(self.hospital)

    def clean(self) -> None:
        """Refuses hours that are none, and a day of care that ends before it begins."""
        faults: dict[str, Any] = {}
        for name, (low, high) in SETTINGS_LIMITS.items():
            value = getattr(self, name)
            if value is not None and not low <= value <= high:
                faults[name] = _("From %(low)s to %(high)s.") % {"low": low, "high": high}
        hours = (self.care_from_hour, self.care_until_hour)
        if not faults and None not in hours and hours[0] >= hours[1]:
            faults["care_until_hour"] = _("The end lies before the beginning.")
        if faults:
            raise ValidationError(faults)


class UnitQuerySet(models.QuerySet):
    """Departments, wards and stations in use."""

    def active(self) -> "UnitQuerySet":
        """Those still in use."""
        return self.filter(is_active=True)


class Department(HospitalModel):
    """A department (科室). One that an import met first is unconfirmed until a person has looked at it. `aliases`: what
    else lists call it.
    """

    code = models.CharField(_("code"), max_length=20, blank=True)
    name = models.CharField(_("name"), max_length=60)
    specialty = models.CharField(_("specialty"), max_length=60, blank=True)
    parent = HospitalForeignKey(
        "accounts.Department",
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="children",
        db_index=False,
        verbose_name=_("department above"),
    )
    aliases = ArrayField(
        models.CharField(max_length=60), verbose_name=_("also called"), default=list, db_default=[], blank=True
    )
    is_confirmed = models.BooleanField(_("confirmed"), default=True)
    is_active = models.BooleanField(_("active"), default=True)

    objects = scoped_manager(UnitQuerySet)

    class Meta:
        verbose_name = _("department")
        verbose_name_plural = _("departments")
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(fields=["hospital", "name"], name="department_name_unique"),
            models.UniqueConstraint(fields=["hospital", "code"], condition=~Q(code=""), name="department_code_unique"),
            models.CheckConstraint(
                condition=Q(parent__isnull=True) | ~Q(parent=F("id")), name="department_not_above_itself"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def listed_name(self) -> str:
        """The name where departments are chosen from: one that nobody has confirmed says so."""
        return self.name if self.is_confirmed else str(_("%(name)s (to be confirmed)") % {"name": self.name})


class Ward(HospitalModel):
    """A ward (病区) of a department."""

    code = models.CharField(_("code"), max_length=20, blank=True)
    name = models.CharField(_("name"), max_length=60)
    department = HospitalForeignKey(Department, models.PROTECT, related_name="wards", verbose_name=_("department"))
    is_active = models.BooleanField(_("active"), default=True)

    objects = scoped_manager(UnitQuerySet)

    class Meta:
        verbose_name = _("ward")
        verbose_name_plural = _("wards")
        ordering = ["name"]
        constraints = [models.UniqueConstraint(fields=["hospital", "department", "name"], name="ward_name_unique")]

    def __str__(self) -> str:
        return self.name


class Station(HospitalModel):
    """A community service station (社区服务站)."""

    name = models.CharField(_("name"), max_length=60)
    address = models.CharField(_("address"), max_length=200, blank=True)
    is_active = models.BooleanField(_("active"), default=True)

    objects = scoped_manager(UnitQuerySet)

    class Meta:
        verbose_name = _("community station")
        verbose_name_plural = _("community stations")
        ordering = ["name"]
        constraints = [models.UniqueConstraint(fields=["hospital", "name"], name="station_name_unique")]

    def __str__(self) -> str:
        return self.name


class StationArea(HospitalModel):
    """An area that a station serves: as addresses write it (柳溪区, 听松街道), or the code of an administrative
    division.

    One area belongs to one station.
    """

    audit_rows = True

    station = HospitalForeignKey(
        Station, models.CASCADE, related_name="areas", db_index=False, verbose_name=_("community station")
    )
    name = models.CharField(_("district, street or division code"), max_length=40)

    class Meta:
        verbose_name = _("area of a station")
        verbose_name_plural = _("areas of a station")
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(fields=["hospital", "name"], name="station_area_unique"),
            models.CheckConstraint(condition=Q(name__regex=r"^\S{2,}$"), name="station_area_is_a_word"),
        ]
        indexes = [models.Index(fields=["hospital", "station"], name="station_area_station_idx")]

    def __str__(self) -> str:
        return self.name


class CalendarDay(HospitalModel):
    """A day on which this hospital differs from the national calendar of working and make-up days."""

    day = models.DateField(_("day"))
    is_working = models.BooleanField(_("working day"))
    name = models.CharField(_("name"), max_length=60, blank=True)

    class Meta:
        verbose_name = _("calendar day")
        verbose_name_plural = _("calendar days")
        ordering = ["day"]
        constraints = [models.UniqueConstraint(fields=["hospital", "day"], name="calendar_day_unique")]

    def __str__(self) -> str:
        return f"{self.day} {self.name}".strip()
