"""What the planner of contacts decided."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from hospital_crm.tenancy.fields import HospitalForeignKey
from hospital_crm.tenancy.models import HospitalModel
from messaging.models.contact import Touch
from messaging.models.reasons import Reason
from patients.models import Patient


class PlannedTouch(HospitalModel):
    """Something that an app wants of a person, and what the planner made of it the last time it looked.

    `key` names what is wanted; `into` the touch with which it is said. Rows go when it is wanted no more.
    """

    class Fate(models.TextChoices):
        KEPT = "kept", _("as wished")
        MOVED = "moved", _("moved")
        MERGED = "merged", _("said with another")
        DROPPED = "dropped", _("not done")

    person = HospitalForeignKey(
        Patient, models.CASCADE, related_name="planned_touches", db_index=False, verbose_name=_("person")
    )
    key = models.CharField(_("what is wanted"), max_length=80)
    purpose = models.CharField(_("purpose"), max_length=60)
    channel = models.CharField(_("channel"), max_length=8, choices=Touch.By.choices)
    wished_at = models.DateTimeField(_("wished for"))
    at = models.DateTimeField(_("planned for"), null=True, blank=True)
    fate = models.CharField(_("decision"), max_length=8, choices=Fate.choices)
    reason = models.CharField(_("reason"), max_length=20, choices=Reason.choices, blank=True)
    into = models.CharField(_("said with"), max_length=80, blank=True)
    planned_at = models.DateTimeField(_("decided at"))

    class Meta:
        verbose_name = _("planned contact")
        verbose_name_plural = _("planned contacts")
        constraints = [
            models.UniqueConstraint(fields=["hospital", "key"], name="plannedtouch_once"),
            models.CheckConstraint(condition=Q(fate__in=["kept", "moved", "merged", "dropped"]), name="planned_fate"),
            models.CheckConstraint(
                condition=Q(fate="kept", reason="") | (~Q(fate="kept") & ~Q(reason="")), name="planned_with_a_reason"
            ),
        ]
        indexes = [models.Index(fields=["hospital", "person", "at"], name="plannedtouch_person_idx")]

    def __str__(self) -> str:
        return f"{self.key}: {self.fate}"
