"""What came back leads to a person by an address alone: when the record is erased, what was said goes too."""

from messaging.models import InboundMail, Reply
from patients.erasure import register_written_once
from patients.models import ContactPoint, Patient


def connect() -> None:
    """Called once by the app's wiring."""
    register_written_once(forget_what_came_back)


def forget_what_came_back(patient: Patient) -> None:
    """Replies from the person's numbers go; mails about the person lose whom they were about and what they said."""
    values = list(ContactPoint.objects.filter(patient=patient).values_list("value", flat=True))
    Reply.objects.filter(address__in=values).delete()
    InboundMail.objects.filter(address__in=values).update(address="", told="")
    InboundMail.objects.filter(message__person=patient).update(address="", told="")
