"""What groups gives a person of the own data: the units, and the benefits received."""

import datetime as dt
from collections.abc import Iterator

from django.utils.translation import gettext_lazy

from groups.models import BenefitUse, GroupMember
from patients.models import Patient
from patients.subject_file import Entry, Part, entry_of, register


def connect() -> None:
    """Called once by the app's `wiring`."""
    register(Part("units", gettext_lazy("Units"), _units, ("groups.GroupMember.patient",), 80))
    register(Part("benefits", gettext_lazy("Benefits received"), _benefits, ("groups.BenefitUse.patient",), 82))


def _units(patient: Patient, now: dt.datetime) -> Iterator[Entry]:
    names = ("group", "department", "position", "employee_number", "is_key_person", "joined_on", "left_on")
    for row in GroupMember.objects.filter(patient=patient).select_related("group").order_by("-pk"):
        yield entry_of(row, *names)


def _benefits(patient: Patient, now: dt.datetime) -> Iterator[Entry]:
    for row in BenefitUse.objects.filter(patient=patient).select_related("benefit").order_by("-used_on"):
        yield entry_of(row, "benefit", "used_on", "reference")
