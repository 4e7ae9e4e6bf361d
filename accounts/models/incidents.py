"""Whom an incident concerns: what was asked, and the people found in the access log and the audit trail."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.models.staff import StaffMember
from hospital_crm.tenancy.fields import HospitalForeignKey, PublicIdField
from hospital_crm.tenancy.models import HospitalModel, scoped_manager


class IncidentQuerySet(models.QuerySet):
    """Incidents."""

    def visible_to(self, actor: object) -> "IncidentQuerySet":
        """All of the hospital: who may look into incidents is a matter of capability."""
        return self


class Incident(HospitalModel):
    """One question: whose records were opened, taken out or changed by somebody, through an export or a feed, between
    two moments. It rests on rows that nobody can change; what was found stays as it was found.
    """

    audit_rows = True

    class State(models.TextChoices):
        WAITING = "waiting", _("being worked out")
        READY = "ready", _("worked out")

    public_id = PublicIdField()
    serial = models.PositiveIntegerField(_("number"), editable=False)
    source = models.CharField(_("what is asked about"), max_length=20)
    ref_id = models.BigIntegerField(_("number"), null=True)
    ref_name = models.CharField(_("who or which"), max_length=150, blank=True)
    since_at = models.DateTimeField(_("from"))
    until_at = models.DateTimeField(_("until"))
    reason = models.CharField(_("reason"), max_length=200)
    asked_by = HospitalForeignKey(
        StaffMember, models.PROTECT, related_name="+", db_index=False, verbose_name=_("asked by")
    )
    asked_at = models.DateTimeField(_("asked at"))
    state = models.CharField(_("state"), max_length=8, choices=State.choices, default=State.WAITING)
    people = models.PositiveIntegerField(_("people"), default=0)
    made_at = models.DateTimeField(_("worked out at"), null=True)

    objects = scoped_manager(IncidentQuerySet)

    class Meta:
        verbose_name = _("incident")
        verbose_name_plural = _("incidents")
        constraints = [
            models.UniqueConstraint(fields=["hospital", "serial"], name="incident_number_once"),
            models.CheckConstraint(condition=~Q(reason=""), name="incident_for_a_reason"),
            models.CheckConstraint(condition=Q(until_at__gt=F("since_at")), name="incident_ends_after_start"),
            models.CheckConstraint(
                condition=Q(state="waiting", made_at__isnull=True) | Q(state="ready", made_at__isnull=False),
                name="incident_worked_out_at_some_time",
            ),
        ]
        indexes = [
            models.Index(fields=["hospital", "-id"], name="incident_newest_idx"),
            models.Index(fields=["hospital", "id"], condition=Q(state="waiting"), name="incident_waiting_idx"),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def number(self) -> str:
        """The number that stands on pages and in files."""
        return f"S{self.serial:05d}"


class IncidentPerson(HospitalModel):
    """One person whom an incident concerns: how often the record was opened, taken out and changed, first and last, and
    the newest row of the access log and of the audit trail that says so.
    """

    incident = HospitalForeignKey(Incident, models.CASCADE, related_name="found", db_index=False)
    patient_id = models.BigIntegerField(_("person"))
    opened = models.PositiveIntegerField(_("opened"))
    taken_out = models.PositiveIntegerField(_("taken out"))
    changed = models.PositiveIntegerField(_("changed"))
    first_at = models.DateTimeField(_("first time"))
    last_at = models.DateTimeField(_("last time"))
    log_id = models.BigIntegerField(_("row of the access log"), null=True)
    event_id = models.BigIntegerField(_("row of the audit trail"), null=True)

    class Meta:
        verbose_name = _("person an incident concerns")
        verbose_name_plural = _("people incidents concern")
        constraints = [
            models.UniqueConstraint(fields=["hospital", "incident", "patient_id"], name="incidentperson_once")
        ]
        indexes = [models.Index(fields=["hospital", "incident", "-last_at", "-id"], name="incidentperson_last_idx")]

    def __str__(self) -> str:
        return f"#{self.patient_id} in #{self.incident_id}"
