"""What imports give a person of the own data: which messages of other systems were about the person, and when. What
they said stands in the record.
"""

import datetime as dt
from collections.abc import Iterator

from django.db.models import Q
from django.utils.translation import gettext_lazy

from accounts import unions
from integrations.models import InboundRecord
from patients.erasure import looks_up
from patients.models import Patient
from patients.subject_file import Entry, Part, entry_of, register


def connect() -> None:
    """Called once by the app's `wiring`."""
    looks_up("integrations.InboundRecord.people")
    covered = ("integrations.InboundRecord.people",)
    register(Part("messages", gettext_lazy("Messages of other systems"), _messages, covered, 84))


def _messages(patient: Patient, now: dt.datetime) -> Iterator[Entry]:
    numbers = unions.numbers_of(patient.pk)
    about = Q(patient_id__in=numbers) | Q(people__overlap=numbers)
    rows = InboundRecord.objects.filter(about).select_related("feed").defer("raw", "corrected")
    for row in rows.order_by("-pk"):
        yield entry_of(row, "feed", "received_at", "state")
