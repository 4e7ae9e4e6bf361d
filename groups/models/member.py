"""Who belongs to a unit."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from groups.models.querysets import MemberQuerySet
from groups.models.unit import GroupCustomer
from hospital_crm.tenancy.fields import HospitalForeignKey
from hospital_crm.tenancy.models import HospitalModel, scoped_manager
from patients.models import Patient


class GroupMember(HospitalModel):
    """A person who belongs to a unit from `joined_on` to the day before `left_on`. Key persons of units with a valid
    contract are followed up as tier C.

    `absent_since`: a complete roster of that day did not name the person; somebody decides whether the person left.
    """

    group = HospitalForeignKey(
        GroupCustomer, models.CASCADE, related_name="members", db_index=False, verbose_name=_("unit")
    )
    patient = HospitalForeignKey(
        Patient, models.CASCADE, related_name="memberships", db_index=False, verbose_name=_("person")
    )
    is_key_person = models.BooleanField(_("key person"), default=False)
    department = models.CharField(_("department at the unit"), max_length=60, blank=True)
    position = models.CharField(_("position"), max_length=60, blank=True)
    employee_number = models.CharField(_("employee number"), max_length=40, blank=True)
    joined_on = models.DateField(_("member since"), null=True, blank=True)
    left_on = models.DateField(_("left on"), null=True, blank=True)
    absent_since = models.DateField(_("missing in the roster of"), null=True, blank=True)

    objects = scoped_manager(MemberQuerySet)

    class Meta:
        verbose_name = _("member")
        verbose_name_plural = _("members")
        constraints = [
            models.UniqueConstraint(
                fields=["hospital", "group", "patient"], condition=Q(left_on__isnull=True), name="member_once_per_unit"
            ),
            models.CheckConstraint(
                condition=Q(joined_on__isnull=True) | Q(left_on__isnull=True) | Q(left_on__gte=F("joined_on")),
                name="member_leaves_after_joining",
            ),
        ]
        indexes = [
            models.Index(fields=["hospital", "group", "-id"], name="member_group_idx"),
            models.Index(fields=["hospital", "patient"], name="member_patient_idx"),
            models.Index(
                fields=["hospital", "group"],
                condition=Q(is_key_person=True, left_on__isnull=True),
                name="member_key_idx",
            ),
            models.Index(
                fields=["hospital", "group"],
                condition=Q(absent_since__isnull=False, left_on__isnull=True),
                name="member_absent_idx",
            ),
        ]

    def __str__(self) -> str:
        return f"#{self.patient_id} in #{self.group_id}"
