"""Viewings of records that somebody has to look into, and the hospital's rules of what is unusual."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import StaffMember
from hospital_crm.tenancy.fields import HospitalForeignKey, PublicIdField
from hospital_crm.tenancy.models import HospitalModel, scoped_manager
from patients.models.patient import Patient
from patients.models.querysets import ViewingFlagQuerySet


class ViewingRules(HospitalModel):
    """What the hospital holds for unusual; one row. `docs/figures.md` says each rule in words.

    Night is from `night_from` to `night_until` by the hospital's clock; bulk is `bulk_people` different records opened
    within `bulk_minutes`. `looked_until`: up to when the access log has been looked through.
    """

    watches_vip = models.BooleanField(_("VIP people"), default=True)
    watches_vip_at_home = models.BooleanField(_("VIP people by their own department too"), default=False)
    watches_colleagues = models.BooleanField(_("colleagues and the own record"), default=True)
    watches_night = models.BooleanField(_("at night"), default=True)
    watches_departments = models.BooleanField(_("people of other departments"), default=True)
    watches_bulk = models.BooleanField(_("many records in short time"), default=True)
    night_from = models.PositiveSmallIntegerField(_("night begins at hour"), default=22)
    night_until = models.PositiveSmallIntegerField(_("night ends at hour"), default=6)
    bulk_people = models.PositiveSmallIntegerField(_("many: this number of people"), default=60)
    bulk_minutes = models.PositiveSmallIntegerField(_("short: within minutes"), default=60)
    looked_until = models.DateTimeField(_("looked through up to"), default=timezone.now, editable=False)

    class Meta:
        verbose_name = _("rules of watched viewing")
        verbose_name_plural = _("rules of watched viewing")
        constraints = [
            models.UniqueConstraint(fields=["hospital"], name="viewingrules_once"),
            models.CheckConstraint(
                condition=Q(night_from__range=(0, 23), night_until__range=(0, 23)) & ~Q(night_from=F("night_until")),
                name="viewingrules_hours_of_a_day",
            ),
            models.CheckConstraint(
                condition=Q(bulk_people__gte=2, bulk_minutes__range=(1, 1440)), name="viewingrules_bulk_is_many"
            ),
        ]

    def __str__(self) -> str:
        return "rules of watched viewing"


class ViewingFlag(HospitalModel):
    """One member of staff looked at one person on one day of the hospital, or (without a person) at many in short
    time, and it was unusual. Somebody else answers it with a finding; nobody answers for himself.

    What is seen the same day before the answer adds to the flag; what is seen after it makes another.
    """

    goes_to_bin = True
    audit_rows = True
    audit_hidden = ("note",)

    class Reason(models.TextChoices):
        VIP = "vip", _("VIP person")
        COLLEAGUE = "colleague", _("colleague")
        OWN = "own", _("own record")
        NIGHT = "night", _("at night")
        DEPARTMENT = "department", _("other department")
        BULK = "bulk", _("many records")

    class State(models.TextChoices):
        OPEN = "open", _("to be answered")
        ANSWERED = "answered", _("answered")

    class Finding(models.TextChoices):
        IN_ORDER = "in_order", _("in order")
        EXPLAINED = "explained", _("unusual, explained")
        MISUSE = "misuse", _("without a reason of work")

    public_id = PublicIdField()
    staff = HospitalForeignKey(
        StaffMember, models.PROTECT, related_name="+", db_index=False, verbose_name=_("member of staff")
    )
    role_code = models.CharField(_("role"), max_length=40, blank=True)
    patient = HospitalForeignKey(
        Patient, models.CASCADE, null=True, related_name="viewing_flags", db_index=False, verbose_name=_("person")
    )
    day = models.DateField(_("day"))
    first_at = models.DateTimeField(_("first seen at"))
    last_at = models.DateTimeField(_("last seen at"))
    views = models.PositiveIntegerField(_("views"), default=1)
    people = models.PositiveIntegerField(_("people"), default=1)
    reasons = ArrayField(models.CharField(max_length=10), verbose_name=_("reasons"))
    state = models.CharField(_("state"), max_length=8, choices=State.choices, default=State.OPEN)
    finding = models.CharField(_("what came of it"), max_length=10, choices=Finding.choices, blank=True)
    note = models.CharField(_("what was found"), max_length=300, blank=True)
    answered_by = HospitalForeignKey(
        StaffMember, models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )
    answered_at = models.DateTimeField(_("answered at"), null=True, blank=True)

    objects = scoped_manager(ViewingFlagQuerySet)

    class Meta:
        verbose_name = _("flagged viewing")
        verbose_name_plural = _("flagged viewings")
        constraints = [
            models.UniqueConstraint(
                fields=["hospital", "staff", "patient", "day"],
                condition=Q(state="open", patient__isnull=False),
                name="viewingflag_one_open",
            ),
            models.UniqueConstraint(
                fields=["hospital", "staff", "day"],
                condition=Q(state="open", patient__isnull=True),
                name="viewingflag_one_open_bulk",
            ),
            models.CheckConstraint(
                condition=Q(answered_by__isnull=True) | ~Q(answered_by=F("staff")), name="viewingflag_four_eyes"
            ),
            models.CheckConstraint(
                condition=Q(state="open", finding="", answered_by__isnull=True, answered_at__isnull=True)
                | (
                    Q(state="answered", answered_by__isnull=False, answered_at__isnull=False)
                    & ~Q(finding="")
                    & ~Q(note="")
                ),
                name="viewingflag_answered_in_full",
            ),
            models.CheckConstraint(condition=~Q(reasons=[]), name="viewingflag_for_a_reason"),
        ]
        indexes = [
            models.Index(
                fields=["hospital", "state", "-first_at", "-id"], include=["reasons"], name="viewingflag_state_idx"
            ),
            models.Index(fields=["hospital", "patient"], name="viewingflag_patient_idx"),
        ]

    def __str__(self) -> str:
        return f"viewing by #{self.staff_id}"

    @property
    def reason_words(self) -> list[str]:
        """The reasons in the reader's language."""
        words = dict(self.Reason.choices)
        return [str(words.get(reason, reason)) for reason in self.reasons]
