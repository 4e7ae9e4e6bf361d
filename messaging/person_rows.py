"""What of messages leads to a person: what of it goes when the record is erased, and what the person's own file has."""

import datetime as dt
from collections.abc import Iterator

from django.utils.translation import gettext_lazy as _

from messaging import purposes
from messaging.models import Message, Reading, Touch
from patients import subject_file
from patients.erasure import Erasure, register
from patients.models import Patient
from patients.subject_file import Entry, Part, entry_of


def connect() -> None:
    """Called once by the app's wiring."""
    counted = _("kept for the figures: when, what for, what became of it")
    said = {"subject": "", "body": "", "address": "", "context": dict, "provider_reference": ""}
    register(
        Erasure("messaging.Suppression", "patient", goes=True),
        Erasure("messaging.Touch", "person", goes=True),
        Erasure("messaging.PlannedTouch", "person", goes=True),
        Erasure("messaging.Reading", "person", goes=True),
        Erasure("messaging.Message", "person", clears=said, why=counted),
    )
    subject_file.register(Part("outbox", _("Messages"), _messages, ("messaging.Message.person",), 40))
    subject_file.register(Part("touches", _("Contacts counted"), _touches, ("messaging.Touch.person",), 42))
    subject_file.register(Part("readings", _("Mails opened"), _readings, ("messaging.Reading.person",), 43))
    subject_file.leave_out(_("what is planned follows from the rest"), "messaging.PlannedTouch.person")


def _messages(patient: Patient, now: dt.datetime) -> Iterator[Entry]:
    """Each message with its text and what became of it."""
    for row in Message.objects.filter(person=patient).order_by("-pk"):
        what = (_("purpose"), purposes.label_of(row.purpose))
        yield entry_of(
            row, "channel", "address", "state", "reason", "created_at", "state_at", "subject", "body", what=what
        )


def _touches(patient: Patient, now: dt.datetime) -> Iterator[Entry]:
    for row in Touch.objects.filter(person=patient).order_by("-at"):
        yield entry_of(
            row, "at", "channel", "is_approach", "is_call", what=(_("purpose"), purposes.label_of(row.purpose))
        )


def _readings(patient: Patient, now: dt.datetime) -> Iterator[Entry]:
    for row in Reading.objects.filter(person=patient).select_related("page").order_by("-at"):
        yield entry_of(row, "kind", "at", what=(_("page"), row.page.url if row.page else ""))
