"""Members of staff of a hospital: where they work, which roles they hold, when they are away and who covers."""

import datetime as dt

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import ArrayField, RangeOperators
from django.db import models
from django.db.models import Exists, F, Func, OuterRef, Q, Value
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from accounts.models.hospital import Department, Station, Ward
from accounts.models.user import User
from hospital_crm.tenancy.fields import HospitalForeignKey, NameOrderField, PublicIdField
from hospital_crm.tenancy.models import HospitalModel, scoped_manager


class Role(HospitalModel):
    """A bundle of capabilities under a code of PRODUCT §1.

    A hospital may adjust the bundle; the code says which pages fit.
    """

    audit_rows = True

    code = models.CharField(_("code"), max_length=40)
    name = models.CharField(_("name"), max_length=60)
    capabilities = ArrayField(models.CharField(max_length=60), verbose_name=_("capabilities"), default=list, blank=True)
    rank = models.PositiveSmallIntegerField(_("rank"), default=0)

    class Meta:
        verbose_name = _("role")
        verbose_name_plural = _("roles")
        ordering = ["rank", "code"]
        constraints = [models.UniqueConstraint(fields=["hospital", "code"], name="role_code_unique")]

    def __str__(self) -> str:
        return self.display_name

    @property
    def display_name(self) -> str:
        """The shipped name in the reader's language while the hospital has not given its own."""
        from accounts.roles import SHIPPED_ROLES

        shipped = SHIPPED_ROLES.get(self.code)
        return (
            str(shipped.name) if shipped and self.name == shipped.name_zh and get_language() != "zh-hans" else self.name
        )


class StaffQuerySet(models.QuerySet):
    """Members of staff."""

    def active(self) -> "StaffQuerySet":
        """Those who work here at present."""
        return self.filter(is_active=True, user__is_active=True)

    def holding(self, *role_codes: str) -> "StaffQuerySet":
        """Those who hold one of these roles."""
        return self.filter(pk__in=StaffRole.objects.filter(role__code__in=role_codes).values("staff_id"))

    def able(self, capability: str) -> "StaffQuerySet":
        """Those one of whose roles grants it."""
        granting = StaffRole.objects.filter(role__capabilities__contains=[capability])
        return self.filter(pk__in=granting.values("staff_id"))

    def away_on(self, day: dt.date) -> "StaffQuerySet":
        """Those on leave that day."""
        return self.filter(pk__in=Absence.objects.covering(day).values("staff_id"))


class StaffMember(HospitalModel):
    """A person who works at this hospital. One account can be staff of several hospitals."""

    audit_rows = True

    public_id = PublicIdField()
    user = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("account"))
    name = models.CharField(_("name"), max_length=60)
    name_order = NameOrderField(_("order of names"))
    staff_number = models.CharField(_("staff number"), max_length=30, blank=True)
    title = models.CharField(_("title"), max_length=40, blank=True)
    phone = models.CharField(_("phone"), max_length=30, blank=True)
    email = models.EmailField(_("e-mail"), blank=True)
    is_active = models.BooleanField(_("active"), default=True)
    wants_digest = models.BooleanField(_("morning digest by e-mail"), default=True)

    objects = scoped_manager(StaffQuerySet)

    class Meta:
        verbose_name = _("member of staff")
        verbose_name_plural = _("staff")
        ordering = ["name_order"]
        constraints = [
            models.UniqueConstraint(fields=["hospital", "user"], name="staff_user_unique"),
            models.UniqueConstraint(
                fields=["hospital", "staff_number"], condition=~Q(staff_number=""), name="staff_number_unique"
            ),
        ]
        indexes = [
            models.Index(fields=["hospital", "name"], name="staff_name_idx"),
            models.Index(fields=["hospital", "name_order"], name="staff_order_idx"),
        ]

    def __str__(self) -> str:
        return self.name


class StaffDepartment(HospitalModel):
    """Somebody works in a department; heads supervise it."""

    audit_rows = True

    staff = HospitalForeignKey(StaffMember, models.CASCADE, related_name="department_links")
    department = HospitalForeignKey(
        Department, models.CASCADE, related_name="staff_links", verbose_name=_("department")
    )
    is_head = models.BooleanField(_("head"), default=False)

    class Meta:
        verbose_name = _("department of a member of staff")
        verbose_name_plural = _("departments of staff")
        constraints = [
            models.UniqueConstraint(fields=["hospital", "staff", "department"], name="staff_department_unique")
        ]

    def __str__(self) -> str:
        return f"{self.staff_id} @ {self.department_id}"

    @classmethod
    def supervised(cls) -> models.QuerySet["StaffDepartment"]:
        """Departments that a head looks after: those headed, all own ones for a head of none. Who is a head, roles
        say; `Actor.supervised_department_ids` is the same for one person.
        """
        headed = cls.objects.filter(staff=OuterRef("staff"), is_head=True)
        return cls.objects.filter(Q(is_head=True) | ~Exists(headed))


class StaffWard(HospitalModel):
    """Somebody nurses on a ward; the head nurse assigns there."""

    audit_rows = True

    staff = HospitalForeignKey(StaffMember, models.CASCADE, related_name="ward_links")
    ward = HospitalForeignKey(Ward, models.CASCADE, related_name="staff_links", verbose_name=_("ward"))
    is_head = models.BooleanField(_("head nurse"), default=False)

    class Meta:
        verbose_name = _("ward of a member of staff")
        verbose_name_plural = _("wards of staff")
        constraints = [models.UniqueConstraint(fields=["hospital", "staff", "ward"], name="staff_ward_unique")]

    def __str__(self) -> str:
        return f"{self.staff_id} @ {self.ward_id}"


class StaffStation(HospitalModel):
    """Somebody works at a community station."""

    audit_rows = True

    staff = HospitalForeignKey(StaffMember, models.CASCADE, related_name="station_links")
    station = HospitalForeignKey(
        Station, models.CASCADE, related_name="staff_links", verbose_name=_("community station")
    )

    class Meta:
        verbose_name = _("station of a member of staff")
        verbose_name_plural = _("stations of staff")
        constraints = [models.UniqueConstraint(fields=["hospital", "staff", "station"], name="staff_station_unique")]

    def __str__(self) -> str:
        return f"{self.staff_id} @ {self.station_id}"


class StaffRole(HospitalModel):
    """Somebody holds a role; rights of a request come from the one role that is active."""

    audit_rows = True

    staff = HospitalForeignKey(
        StaffMember, models.CASCADE, related_name="role_links", verbose_name=_("member of staff")
    )
    role = HospitalForeignKey(Role, models.CASCADE, related_name="staff_links", verbose_name=_("role"))
    granted_at = models.DateTimeField(_("granted at"), auto_now_add=True)
    granted_by = HospitalForeignKey(
        StaffMember,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        editable=False,
        verbose_name=_("granted by"),
    )

    class Meta:
        verbose_name = _("role of a member of staff")
        verbose_name_plural = _("roles of staff")
        constraints = [models.UniqueConstraint(fields=["hospital", "staff", "role"], name="staff_role_unique")]

    def __str__(self) -> str:
        return f"{self.staff} {self.role}"


class RoleProposal(HospitalModel):
    """A role that a sheet asks for and whose bringer may not grant it: it waits for the security officer."""

    audit_rows = True

    staff = HospitalForeignKey(StaffMember, models.CASCADE, related_name="proposals")
    role = HospitalForeignKey(Role, models.CASCADE, related_name="+", verbose_name=_("role"))
    proposed_at = models.DateTimeField(_("proposed at"), auto_now_add=True)
    proposed_by = HospitalForeignKey(
        StaffMember, models.PROTECT, related_name="+", verbose_name=_("proposed by"), db_index=False
    )

    class Meta:
        verbose_name = _("proposed role")
        verbose_name_plural = _("proposed roles")
        constraints = [
            models.UniqueConstraint(fields=["hospital", "staff", "role"], name="role_proposal_unique"),
        ]

    def __str__(self) -> str:
        return f"{self.staff_id}: {self.role_id}"


class AbsenceQuerySet(models.QuerySet):
    """Leaves."""

    def covering(self, day: dt.date) -> "AbsenceQuerySet":
        """Leaves that include this day of the hospital."""
        return self.filter(starts_on__lte=day, ends_on__gte=day)


class Absence(HospitalModel):
    """Somebody is away, both days included; the cover sees and does the work meanwhile."""

    audit_rows = True

    staff = HospitalForeignKey(StaffMember, models.CASCADE, related_name="absences", db_index=False)
    cover = HospitalForeignKey(
        StaffMember, models.PROTECT, null=True, blank=True, related_name="covers", verbose_name=_("covered by")
    )
    starts_on = models.DateField(_("from"))
    ends_on = models.DateField(_("until"))

    objects = scoped_manager(AbsenceQuerySet)

    class Meta:
        verbose_name = _("absence")
        verbose_name_plural = _("absences")
        constraints = [
            models.CheckConstraint(condition=Q(ends_on__gte=F("starts_on")), name="absence_ends_after_start"),
            models.CheckConstraint(
                condition=Q(cover__isnull=True) | ~Q(cover=F("staff")), name="absence_cover_is_another"
            ),
            ExclusionConstraint(
                name="absence_overlaps_none_of_the_same",
                expressions=[
                    (Func("staff_id", "staff_id", Value("[]"), function="int8range"), RangeOperators.OVERLAPS),
                    (Func("starts_on", "ends_on", Value("[]"), function="daterange"), RangeOperators.OVERLAPS),
                ],
            ),
        ]
        indexes = [models.Index(fields=["hospital", "staff", "ends_on"], name="absence_staff_idx")]

    def __str__(self) -> str:
        return f"{self.staff_id}: {self.starts_on}–{self.ends_on}"
