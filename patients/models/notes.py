"""What staff write down about a person, want done for a person, and attach to a record."""

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.models import StaffMember
from hospital_crm.private_files.rows import PrivateFile
from hospital_crm.tenancy.fields import HospitalForeignKey, PublicIdField
from hospital_crm.tenancy.models import HospitalModel, scoped_manager
from patients.models.patient import Patient
from patients.models.querysets import OfPatientQuerySet


class Audience(models.TextChoices):
    """Who may read a note or an attachment (`patients.domain.field_rules` says which roles that is). The author always
    may.
    """

    CARE = "care", _("everybody who cares for people")
    CLINICAL = "clinical", _("who may read clinical text")
    CENTRE = "centre", _("the service centre")


class PatientNote(HospitalModel):
    """A free note by a member of staff about a person; pinned ones stand first and beside the timeline.

    A note is never changed. One that was wrong is withdrawn: it is shown nowhere any more, and stays for the audit.
    """

    goes_to_bin = True

    class Kind(models.TextChoices):
        GENERAL = "general", _("general")
        MANNER = "manner", _("how to speak with the person")
        WISH = "wish", _("wish")
        FAMILY = "family", _("family")
        CONDITION = "condition", _("state of health")

    patient = HospitalForeignKey(
        Patient, models.CASCADE, related_name="notes", db_index=False, verbose_name=_("person")
    )
    kind = models.CharField(_("kind"), max_length=10, choices=Kind.choices, default=Kind.GENERAL)
    audience = models.CharField(_("may be read by"), max_length=8, choices=Audience.choices, default=Audience.CLINICAL)
    is_pinned = models.BooleanField(_("pinned"), default=False)
    text = models.TextField(_("note"), max_length=1000)
    author = HospitalForeignKey(StaffMember, models.PROTECT, null=True, related_name="+", db_index=False)
    noted_at = models.DateTimeField(_("noted at"), default=timezone.now)
    withdrawn_by = HospitalForeignKey(
        StaffMember, models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )
    withdrawn_at = models.DateTimeField(_("withdrawn at"), null=True, blank=True)

    objects = scoped_manager(OfPatientQuerySet)

    class Meta:
        verbose_name = _("note")
        verbose_name_plural = _("notes")
        indexes = [models.Index(fields=["hospital", "patient", "-noted_at"], name="patientnote_patient_idx")]

    def __str__(self) -> str:
        return f"note on #{self.patient_id}"


class PersonTask(HospitalModel):
    """Something one member of staff does for a person by a day. Open until somebody has done it, or it is dropped for a
    reason: by somebody, or by nobody where the person died (`BY_DEATH`, put into words when it is read).
    """

    goes_to_bin = True
    BY_DEATH = "by_death"

    class State(models.TextChoices):
        OPEN = "open", _("to do")
        DONE = "done", _("done")
        DROPPED = "dropped", _("dropped")

    public_id = PublicIdField()
    patient = HospitalForeignKey(
        Patient, models.CASCADE, related_name="tasks", db_index=False, verbose_name=_("person")
    )
    title = models.CharField(_("what is to be done"), max_length=100)
    detail = models.CharField(_("more about it"), max_length=500, blank=True)
    due_on = models.DateField(_("due day"))
    assignee = HospitalForeignKey(
        StaffMember, models.PROTECT, related_name="+", db_index=False, verbose_name=_("who does it")
    )
    given_by = HospitalForeignKey(StaffMember, models.PROTECT, null=True, related_name="+", db_index=False)
    given_at = models.DateTimeField(_("given at"), default=timezone.now)
    state = models.CharField(_("state"), max_length=8, choices=State.choices, default=State.OPEN)
    closed_by = HospitalForeignKey(StaffMember, models.PROTECT, null=True, blank=True, related_name="+", db_index=False)
    closed_at = models.DateTimeField(_("closed at"), null=True, blank=True)
    result = models.CharField(_("result"), max_length=300, blank=True)

    objects = scoped_manager(OfPatientQuerySet)

    class Meta:
        verbose_name = _("task")
        verbose_name_plural = _("tasks")
        constraints = [
            models.CheckConstraint(condition=~Q(title=""), name="persontask_has_a_title"),
            models.CheckConstraint(
                condition=Q(state__in=["open", "done", "dropped"]), name="persontask_state_is_known"
            ),
            models.CheckConstraint(
                condition=Q(state="open", closed_at__isnull=True) | (~Q(state="open") & Q(closed_at__isnull=False)),
                name="persontask_closed_at_some_time",
            ),
            models.CheckConstraint(
                condition=~Q(state="done") | Q(closed_by__isnull=False), name="persontask_done_by_somebody"
            ),
            models.CheckConstraint(
                condition=~Q(state="dropped") | ~Q(result=""), name="persontask_dropped_for_a_reason"
            ),
        ]
        indexes = [
            models.Index(fields=["hospital", "patient", "state", "due_on"], name="persontask_patient_idx"),
            models.Index(fields=["hospital", "assignee", "state", "due_on", "id"], name="persontask_mine_idx"),
            models.Index(fields=["hospital", "given_by", "state", "due_on", "id"], name="persontask_given_idx"),
            # what somebody has done or given up, latest first
            models.Index(
                fields=["hospital", "assignee", "due_on", "id"],
                condition=Q(state__in=["done", "dropped"]),
                name="persontask_ended_idx",
            ),
        ]

    def __str__(self) -> str:
        return f"task for #{self.patient_id}"

    @property
    def result_words(self) -> str:
        """The result in the language of whoever reads it."""
        return result_words(self.result)


def result_words(result: str) -> str:
    """What was written when a task was closed; of what nobody closed the reason in words."""
    return gettext("The person died.") if result == PersonTask.BY_DEATH else result


class Attachment(PrivateFile):
    """A file beside a person's record: a report brought along, a signed paper, a picture."""

    goes_to_bin = True

    class Kind(models.TextChoices):
        REPORT = "report", _("report brought along")
        PICTURE = "picture", _("picture")
        PAPER = "paper", _("signed paper")
        LETTER = "letter", _("letter")
        OTHER = "other", _("other file")

    folder = "patients"

    patient = HospitalForeignKey(
        Patient, models.CASCADE, related_name="attachments", db_index=False, verbose_name=_("person")
    )
    kind = models.CharField(_("kind"), max_length=8, choices=Kind.choices, default=Kind.OTHER)
    audience = models.CharField(_("may be read by"), max_length=8, choices=Audience.choices, default=Audience.CLINICAL)
    remark = models.CharField(_("remark on the file"), max_length=100, blank=True)

    objects = scoped_manager(OfPatientQuerySet)

    class Meta(PrivateFile.Meta):
        abstract = False
        verbose_name = _("attachment")
        verbose_name_plural = _("attachments")
        indexes = [models.Index(fields=["hospital", "patient", "-uploaded_at"], name="attachment_patient_idx")]
