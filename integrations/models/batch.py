"""A list on its way into the record, and the findings in its rows."""

import datetime as dt
from typing import TYPE_CHECKING

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import StaffMember
from groups.models import GroupCustomer
from hospital_crm.tenancy.fields import HospitalForeignKey, PublicIdField
from hospital_crm.tenancy.models import HospitalModel, scoped_manager
from integrations.readers.labels import field_label
from integrations.readers.problems import REJECTED, SKIPPED, WARNING, sentence
from patients.models import Encounter, Patient

if TYPE_CHECKING:
    from accounts.actors import Actor

COUNTS = ("stays_created", "stays_updated", "patients_created", "patients_matched", "duplicates", "deaths")


class ImportBatchQuerySet(models.QuerySet):
    """Lists."""

    def visible_to(self, actor: "Actor") -> "ImportBatchQuerySet":
        """Staff sheets for whoever imports staff; all other lists of the hospital for whoever imports for the house,
        for others the rosters of units they see.
        """
        sheets, lists = Q(kind=ImportBatch.Kind.STAFF), ~Q(kind=ImportBatch.Kind.STAFF)
        if not actor.can("integrations.import"):
            lists = Q(kind=ImportBatch.Kind.ROSTER, group__in=GroupCustomer.objects.visible_to(actor))
        return self.filter(lists | sheets if actor.can("integrations.import_staff") else lists)

    def outlived(self, now: dt.datetime) -> "ImportBatchQuerySet":
        """Those whose file has been kept long enough, and that nobody works on."""
        long_ago = now - dt.timedelta(days=ImportBatch.KEPT_DAYS)
        return self.filter(created_at__lt=long_ago).exclude(stored_as="").exclude(state__in=ImportBatch.WORKED_ON)

    def unfinished(self, now: dt.datetime) -> "ImportBatchQuerySet":
        """Those that should be worked on and that nobody works on at this moment."""
        free = Q(claimed_until__isnull=True) | Q(claimed_until__lt=now)
        return self.filter(free, state__in=ImportBatch.WORKED_ON)


class ImportBatch(HospitalModel):
    """One uploaded list: what was recognised, how its columns were understood, how far it is, what came of it.

    The file lies encrypted under an unguessable name (`stored_as`) for KEPT_DAYS after the upload, or until the list is
    discarded; what was brought in stays, and rows left out can no longer be written out then. `position` is the last
    data row that is in; it moves in the transaction that brought the row in or took it back, so that work broken off
    goes on where it stopped and brings nothing in twice. `claim` names the worker that holds the list until
    `claimed_until`. `failures`: how often the work broke off and nobody knows why. `group` is the unit of a roster,
    `options` what was asked for beside the columns. `asked_by`, in the role `asked_as`, pressed the button for what is
    done with the list: its import, then its undoing.
    """

    class Kind(models.TextChoices):
        DISCHARGES = "discharges", _("discharge list")
        STAFF = "staff", _("staff sheet")
        ROSTER = "roster", _("roster of a unit")
        CHECKUPS = "checkups", _("health-check list")
        DIAGNOSES = "diagnoses", _("table of diagnoses")
        DEPARTMENTS = "departments", _("table of departments")
        DIVISIONS = "divisions", _("table of divisions")
        CONSENTS = "consents", _("list of consents")

    class State(models.TextChoices):
        UPLOADED = "uploaded", _("columns to check")
        CHECKING = "checking", _("dry run")
        READY = "ready", _("ready to import")
        QUEUED = "queued", _("waiting")
        RUNNING = "running", _("being imported")
        DONE = "done", _("imported")
        FAILED = "failed", _("broken off")
        PAUSED = "paused", _("paused")
        UNDOING = "undoing", _("being undone")
        UNDONE = "undone", _("undone")
        DISCARDED = "discarded", _("discarded")

    KEPT_DAYS = 30
    # The reason of one whose undoing broke off.
    HALF_UNDONE = "half_undone"
    WORKED_ON = ("checking", "queued", "running", "undoing")
    PAUSABLE = ("queued", "running")
    UNDOABLE = ("done", "failed", "paused")
    BEFORE_IMPORT = ("uploaded", "checking", "ready")

    public_id = PublicIdField()
    kind = models.CharField(_("kind"), max_length=12, choices=Kind.choices, default=Kind.DISCHARGES)
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.UPLOADED)
    file_name = models.CharField(_("file"), max_length=150)
    stored_as = models.CharField(max_length=64, blank=True, editable=False)
    size = models.PositiveBigIntegerField(_("bytes"))
    sha256 = models.CharField(max_length=64, editable=False)
    format = models.CharField(_("format"), max_length=8)
    encoding = models.CharField(_("encoding"), max_length=12, blank=True)
    separator = models.CharField(_("separator"), max_length=1, blank=True)
    sheet = models.CharField(_("sheet"), max_length=60, blank=True)
    header_line = models.PositiveIntegerField(_("header row"))
    columns = ArrayField(models.TextField(), verbose_name=_("columns"))
    mapping = models.JSONField(_("meaning of the columns"), default=dict)
    doubtful = models.JSONField(_("columns to be asked about"), default=dict)
    rows = models.PositiveIntegerField(_("rows"), default=0)
    position = models.PositiveIntegerField(_("rows done"), default=0)
    counts = models.JSONField(_("counts"), default=dict)
    dry_counts = models.JSONField(_("counts of the dry run"), default=dict)
    undone = models.JSONField(_("what was taken back"), default=dict)
    error = models.JSONField(_("why it broke off"), default=dict)
    claim = models.UUIDField(null=True, editable=False)
    claimed_until = models.DateTimeField(null=True, editable=False)
    failures = models.PositiveSmallIntegerField(default=0, db_default=0, editable=False)
    group = HospitalForeignKey(
        GroupCustomer, models.CASCADE, null=True, blank=True, related_name="rosters", verbose_name=_("unit")
    )
    options = models.JSONField(_("how it is brought in"), default=dict)
    made_by = HospitalForeignKey(StaffMember, models.PROTECT, null=True, related_name="+", verbose_name=_("by"))
    asked_by = HospitalForeignKey(
        StaffMember, models.PROTECT, null=True, related_name="+", verbose_name=_("started or undone by")
    )
    asked_as = models.CharField(_("role"), max_length=40, blank=True)
    created_at = models.DateTimeField(_("uploaded at"))
    started_at = models.DateTimeField(_("started at"), null=True)
    finished_at = models.DateTimeField(_("finished at"), null=True)

    objects = scoped_manager(ImportBatchQuerySet)

    class Meta:
        verbose_name = _("import")
        verbose_name_plural = _("imports")
        indexes = [models.Index(fields=["hospital", "-created_at"], name="importbatch_newest_idx")]
        constraints = [
            models.CheckConstraint(condition=Q(position__lte=models.F("rows")), name="importbatch_position_in_rows")
        ]

    @property
    def is_half_undone(self) -> bool:
        """Whether its undoing broke off: part of it is in."""
        return self.state == self.State.FAILED and self.error.get("code") == self.HALF_UNDONE

    def __str__(self) -> str:
        return f"#{self.pk}"

    @property
    def percent(self) -> int:
        """How much of it is done, 0 to 100."""
        return 100 * self.position // self.rows if self.rows else 0

    @property
    def is_worked_on(self) -> bool:
        """Whether a worker has it or should have it."""
        return self.state in self.WORKED_ON


class ImportChunk(HospitalModel):
    """Rows of a list that went in together: `last_row` the last of them, the ids of the people they made and (as long
    as the file is kept) met, and of the stays they made.
    """

    batch = HospitalForeignKey(ImportBatch, models.CASCADE, related_name="chunks", db_index=False)
    last_row = models.PositiveIntegerField()
    people_made = ArrayField(models.BigIntegerField(), default=list)
    people_met = ArrayField(models.BigIntegerField(), default=list)
    stays_made = ArrayField(models.BigIntegerField(), default=list)
    details = models.JSONField(default=dict)

    class Meta:
        verbose_name = _("part of an import")
        verbose_name_plural = _("parts of imports")
        constraints = [
            models.UniqueConstraint(fields=["hospital", "batch", "last_row"], name="importchunk_once"),
        ]

    def __str__(self) -> str:
        return f"#{self.batch_id} to row {self.last_row}"

    def stays_standing(self) -> list[int]:
        """Those of the stays it made that count, and that no other list has corrected since."""
        stays = Encounter.objects.filter(pk__in=self.stays_made, import_batch_id=self.batch_id, is_cancelled=False)
        return list(stays.values_list("pk", flat=True))

    def people_present(self) -> models.QuerySet[Patient]:
        """Those of the people it made who are still there."""
        return Patient.objects.filter(pk__in=self.people_made)


class ImportIssue(HospitalModel):
    """A finding in one row: the row was left out because of a fault (rejected) or because of what the list may do
    (skipped), went in with a remark (warning), or what it made stays after undoing (kept). Names nobody.
    """

    class Kind(models.TextChoices):
        REJECTED = REJECTED, _("left out")
        SKIPPED = SKIPPED, _("left out by choice")
        WARNING = WARNING, _("imported with a remark")
        KEPT = "kept", _("stays after undoing")

    batch = HospitalForeignKey(ImportBatch, models.CASCADE, related_name="issues", db_index=False)
    is_dry = models.BooleanField(_("from the dry run"), default=False)
    row = models.PositiveIntegerField(_("data row"))
    line = models.PositiveIntegerField(_("row in the file"))
    kind = models.CharField(_("kind"), max_length=8, choices=Kind.choices)
    code = models.CharField(_("finding"), max_length=40)
    field = models.CharField(_("field"), max_length=40, blank=True)
    params = models.JSONField(default=dict)

    class Meta:
        verbose_name = _("finding")
        verbose_name_plural = _("findings")
        indexes = [models.Index(fields=["hospital", "batch", "is_dry", "row"], name="importissue_row_idx")]

    def __str__(self) -> str:
        return f"{self.code} in row {self.row}"

    @property
    def sentence(self) -> str:
        """The finding in the active language."""
        return sentence(self.code, self.params)

    @property
    def label(self) -> str:
        """The name of the field it is about, '' where it is about the whole row."""
        return str(field_label(self.field)) if self.field else ""
