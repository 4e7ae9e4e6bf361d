"""What came back, and stops of addresses, lead to a person by an address alone: when the record is erased, what was
said goes too, and the address.
"""

from messaging.domain import suppressions
from messaging.models import InboundMail, Reply
from patients.erasure import register_written_once
from patients.models import ContactPoint, Patient


def connect() -> None:
    """Called once by the app's wiring."""
    register_written_once(forget_what_came_back)


def forget_what_came_back(patient: Patient) -> None:
    """Replies from the person's numbers go; mails about the person lose whom they were about and what they said; what
    is stopped stays so under a keyed hash, or as it is where the address is on record of somebody else too.
    """
    values = list(ContactPoint.objects.filter(patient=patient).values_list("value", flat=True))
    Reply.objects.filter(address__in=values).delete()
    InboundMail.objects.filter(address__in=values).update(address="", told="")
    InboundMail.objects.filter(message__person=patient).update(address="", told="")
    shared = ContactPoint.objects.filter(value__in=values).exclude(patient=patient)
    kept = list(shared.values_list("value", flat=True))
    suppressions.forget_addresses(values, person=patient, kept=kept)
