"""A list that leaves the house as a file: who asked for it and why, who allowed it, where it lies, how long."""

import datetime as dt

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.models.lists import columns_field
from accounts.models.staff import StaffMember
from hospital_crm.tenancy.fields import HospitalForeignKey, PublicIdField
from hospital_crm.tenancy.models import HospitalModel, scoped_manager


class ExportQuerySet(models.QuerySet):
    """Exports."""

    def visible_to(self, actor: object) -> "ExportQuerySet":
        """One's own: an export is for who asked for it."""
        return self.filter(asked_by_id=actor.staff.pk)  # type: ignore[attr-defined]

    def waiting_for(self, actor: object) -> "ExportQuerySet":
        """Those that wait for a decision of somebody other than who asked."""
        return self.filter(state=Export.State.ASKED).exclude(asked_by_id=actor.staff.pk)  # type: ignore[attr-defined]

    def outlived(self, now: dt.datetime) -> "ExportQuerySet":
        """Those whose link has expired and whose file is still there."""
        return self.filter(state=Export.State.READY, expires_at__lte=now)


class Export(HospitalModel):
    """One export of a list: the filters and columns, at most `row_limit` rows, for a reason.

    More than 500 rows, or whole values in place of masked ones, wait for the security officer, who is never the one who
    asked. The file lies encrypted for a day, for who asked alone; then it is gone and this row stays.
    """

    audit_rows = True

    class State(models.TextChoices):
        ASKED = "asked", _("waits for approval")
        REFUSED = "refused", _("refused")
        QUEUED = "queued", _("being made")
        READY = "ready", _("ready")
        FAILED = "failed", _("not made")
        GONE = "gone", _("expired")

    class Format(models.TextChoices):
        XLSX = "xlsx", _("Excel")
        CSV = "csv", _("CSV text")

    public_id = PublicIdField()
    page = models.CharField(_("list"), max_length=40)
    query = models.CharField(_("filters and order"), max_length=8000, blank=True)
    columns = columns_field()
    format = models.CharField(_("format"), max_length=4, choices=Format.choices, default=Format.XLSX)
    reason = models.CharField(_("reason"), max_length=200)
    row_limit = models.PositiveIntegerField(_("rows at most"))
    is_whole = models.BooleanField(_("whole values"), default=False)
    serial = models.PositiveIntegerField(_("number"), editable=False)
    state = models.CharField(_("state"), max_length=8, choices=State.choices)
    asked_by = HospitalForeignKey(
        StaffMember, models.PROTECT, related_name="+", db_index=False, verbose_name=_("asked by")
    )
    role_code = models.CharField(_("role"), max_length=40)
    language = models.CharField(max_length=10, blank=True)
    asked_at = models.DateTimeField(_("asked at"))
    decided_by = HospitalForeignKey(
        StaffMember, models.PROTECT, null=True, related_name="+", db_index=False, verbose_name=_("decided by")
    )
    decided_at = models.DateTimeField(_("decided at"), null=True)
    decision_note = models.CharField(_("note"), max_length=200, blank=True)
    error = models.CharField(_("why it was not made"), max_length=20, blank=True)
    rows = models.PositiveIntegerField(_("rows"), default=0)
    stored_as = models.CharField(max_length=64, blank=True, editable=False)
    size = models.PositiveBigIntegerField(_("bytes"), default=0)
    sha256 = models.CharField(max_length=64, blank=True, editable=False)
    people = ArrayField(models.BigIntegerField(), verbose_name=_("people"), default=list, editable=False)
    made_at = models.DateTimeField(_("made at"), null=True)
    expires_at = models.DateTimeField(_("link expires at"), null=True)

    audit_ignored = ("people", "stored_as", "sha256")

    objects = scoped_manager(ExportQuerySet)

    class Meta:
        verbose_name = _("export")
        verbose_name_plural = _("exports")
        constraints = [
            models.UniqueConstraint(fields=["hospital", "serial"], name="export_number_once"),
            models.CheckConstraint(condition=~Q(reason=""), name="export_for_a_reason"),
            models.CheckConstraint(
                condition=Q(decided_by__isnull=True) | ~Q(decided_by=F("asked_by")), name="export_decided_by_another"
            ),
            models.CheckConstraint(
                condition=Q(state__in=["asked", "refused"])
                | Q(row_limit__lte=500, is_whole=False)
                | Q(decided_by__isnull=False),
                name="export_large_or_whole_is_approved",
            ),
            models.CheckConstraint(
                condition=~Q(state="ready") | (Q(expires_at__isnull=False) & ~Q(stored_as="")),
                name="export_ready_has_a_file_that_expires",
            ),
        ]
        indexes = [
            models.Index(fields=["hospital", "asked_by", "-asked_at"], name="export_own_idx"),
            models.Index(fields=["hospital", "id"], condition=Q(state="asked"), name="export_asked_idx"),
            models.Index(
                fields=["hospital", "state", "expires_at"],
                condition=Q(state__in=["queued", "ready"]),
                name="export_unfinished_idx",
            ),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def number(self) -> str:
        """The number that stands in the file and on the pages."""
        return f"E{self.serial:06d}"
