"""Which community station looks after a person."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.models import StaffMember, Station
from hospital_crm.tenancy.fields import HospitalForeignKey
from hospital_crm.tenancy.models import HospitalModel, scoped_manager
from patients.models.patient import Patient
from patients.models.querysets import OfPatientQuerySet

_CURRENT = Q(ended_on__isnull=True)


class StationAssignmentQuerySet(OfPatientQuerySet):
    """Assignments."""

    def current(self) -> "StationAssignmentQuerySet":
        """Those that have not ended."""
        return self.filter(_CURRENT)


class StationAssignment(HospitalModel):
    """A person is assigned to a community station from a day until it ends; one assignment at a time.

    Made by hand, or by rule from the areas that the station serves. Ended by somebody, after which no rule touches the
    person again; or by nobody, because the station closed.
    """

    goes_to_bin = True

    goes_with_person = True
    made_by_hand = Q(source="hand")

    audit_rows = True
    keys_by_statement = True

    class Source(models.TextChoices):
        HAND = "hand", _("by hand")
        AREA = "area", _("by address")

    patient = HospitalForeignKey(
        Patient, models.CASCADE, related_name="station_assignments", db_index=False, verbose_name=_("person")
    )
    station = HospitalForeignKey(
        Station, models.PROTECT, related_name="+", db_index=False, verbose_name=_("community station")
    )
    source = models.CharField(_("assigned"), max_length=4, choices=Source.choices, default=Source.HAND)
    started_on = models.DateField(_("from"))
    ended_on = models.DateField(_("until"), null=True, blank=True)
    assigned_by = HospitalForeignKey(
        StaffMember, models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )
    ended_by = HospitalForeignKey(StaffMember, models.PROTECT, null=True, blank=True, related_name="+", db_index=False)

    objects = scoped_manager(StationAssignmentQuerySet)

    class Meta:
        verbose_name = _("station of a person")
        verbose_name_plural = _("stations of people")
        constraints = [
            models.UniqueConstraint(fields=["hospital", "patient"], condition=_CURRENT, name="station_of_person_once"),
            models.CheckConstraint(
                condition=Q(ended_on__isnull=True) | Q(ended_on__gte=F("started_on")),
                name="station_of_person_ends_after_start",
            ),
            models.CheckConstraint(
                condition=Q(source="area") | Q(assigned_by__isnull=False), name="station_of_person_by_somebody"
            ),
        ]
        indexes = [
            models.Index(fields=["hospital", "patient", "started_on"], name="station_of_person_idx"),
            models.Index(fields=["hospital", "station", "patient"], condition=_CURRENT, name="people_of_station_idx"),
        ]

    def __str__(self) -> str:
        return f"#{self.patient_id} @ {self.station_id}"
