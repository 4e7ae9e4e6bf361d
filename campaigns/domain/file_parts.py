"""What campaigns gives a person of the own data: which campaigns the person was chosen for, and what was decided."""

import datetime as dt
from collections.abc import Iterator

from django.utils.translation import gettext_lazy

from campaigns.domain.audience import reason_words
from campaigns.models import CampaignRecipient, Greeting
from patients.models import Patient
from patients.subject_file import Entry, Part, entry_of, register


def connect() -> None:
    """Called once by the app's `wiring`."""
    register(Part("campaigns", gettext_lazy("Campaigns"), _campaigns, ("campaigns.CampaignRecipient.patient",), 46))
    register(Part("greetings", gettext_lazy("Greetings"), _greetings, ("campaigns.Greeting.patient",), 47))


def _campaigns(patient: Patient, now: dt.datetime) -> Iterator[Entry]:
    label = gettext_lazy("what was decided")
    for row in CampaignRecipient.objects.filter(patient=patient).select_related("campaign").order_by("-pk"):
        yield entry_of(row, "campaign", "queued_at", outcome=(label, reason_words(row.outcome)))


def _greetings(patient: Patient, now: dt.datetime) -> Iterator[Entry]:
    for row in Greeting.objects.filter(patient=patient).select_related("campaign").order_by("-on"):
        yield entry_of(row, "campaign", "on", "queued_at")
