"""What VIP membership gives a person of the own data: the membership, services received, visit sheets, the thread."""

import datetime as dt
from collections.abc import Iterator

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from patients.models import MemberMessage, Membership, Patient, ServiceUse, VisitSheet
from patients.subject_file import Entry, Part, entry_of, leave_out, register


def connect() -> None:
    """Called once by the app's `wiring`."""
    label = gettext_lazy("VIP membership")
    register(Part("memberships", label, _memberships, ("patients.Membership.patient",), 74))
    register(Part("services", gettext_lazy("Services received"), _services, order=75))
    register(Part("visit_sheets", gettext_lazy("Visit sheets"), _sheets, order=76))
    register(Part("thread", gettext_lazy("What staff wrote to one another about the care"), _thread, order=77))
    why = gettext_lazy("about the conduct of staff; the openings themselves are told")
    leave_out(why, "patients.ViewingFlag.patient")


def _memberships(patient: Patient, now: dt.datetime) -> Iterator[Entry]:
    names = ("level", "state", "starts_on", "ends_on", "contact", "deputy", "granted_at", "ended_at", "end_reason")
    for row in Membership.objects.filter(patient=patient).select_related("level", "contact", "deputy").order_by("-pk"):
        yield entry_of(row, *names)


def _services(patient: Patient, now: dt.datetime) -> Iterator[Entry]:
    rows = ServiceUse.objects.filter(membership__patient=patient).select_related("service").order_by("-used_on", "-pk")
    for row in rows:
        yield entry_of(row, "service", "used_on", "note", "reference")


def _sheets(patient: Patient, now: dt.datetime) -> Iterator[Entry]:
    """Each visit with its steps in one text."""
    rows = VisitSheet.objects.filter(membership__patient=patient).prefetch_related("steps").order_by("-day", "-pk")
    for row in rows:
        steps = [
            f"{one.get_kind_display()} {one.title} {one.place} {one.get_state_display()}" for one in row.steps.all()
        ]
        text = _("; ").join(" ".join(step.split()) for step in steps)
        yield entry_of(row, "day", "note", steps=(_("steps"), text))


def _thread(patient: Patient, now: dt.datetime) -> Iterator[Entry]:
    for row in MemberMessage.objects.filter(membership__patient=patient).order_by("-sent_at", "-pk"):
        yield entry_of(row, "text", "sent_at")
