"""What came back, and stops of addresses, lead to a person by an address alone: when the record is erased, what was
said goes too, and the address; the person's own file has what came from or about the person's own addresses.
"""

import datetime as dt
from collections.abc import Iterator

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from messaging.domain import bounces, replies, suppressions
from messaging.models import InboundMail, Reply, SoftBounce
from patients import subject_file
from patients.erasure import looks_up, register_written_once
from patients.models import ContactPoint, Patient
from patients.subject_file import Entry, Part, entry_of


def connect() -> None:
    """Called once by the app's wiring."""
    register_written_once(forget_what_came_back)
    reply, mail, stop, bounce = (
        "messaging.Reply.address",
        "messaging.InboundMail.address",
        "messaging.Suppression.address",
        "messaging.SoftBounce.address",
    )
    looks_up(reply, mail, stop, bounce)
    stopped = ("messaging.Suppression.patient", stop)
    subject_file.register(Part("suppressions", _("Stopped channels"), _stops, stopped, 44))
    subject_file.register(Part("bounces", _("Messages that came back for a time"), _bounces, (bounce,), 45))
    subject_file.register(Part("replies", _("Replies"), _replies, (reply,), 46))
    subject_file.register(Part("mails", _("Mails received"), _mails, (mail,), 47))


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


def _own_addresses(patient: Patient) -> list[str]:
    """Those of the person; what came from somebody else's number is theirs."""
    own = ContactPoint.objects.not_lent().filter(patient=patient)
    return list(own.values_list("value", flat=True))


def _stops(patient: Patient, now: dt.datetime) -> Iterator[Entry]:
    for row in suppressions.stops_of(patient, _own_addresses(patient)).order_by("-at"):
        shown = [] if suppressions.is_erased(row) else ["address"]
        yield entry_of(row, "channel", *shown, "reason", "source", "at", "lifted_at", "lift_reason")


def _bounces(patient: Patient, now: dt.datetime) -> Iterator[Entry]:
    for row in SoftBounce.objects.filter(address__in=_own_addresses(patient)).order_by("-at"):
        yield entry_of(row, "channel", "address", "at")


def _replies(patient: Patient, now: dt.datetime) -> Iterator[Entry]:
    for row in Reply.objects.filter(address__in=_own_addresses(patient)).order_by("-heard_at"):
        more = {"channel": (_("channel"), row.channel_word), "text": (_("reply"), replies.words_of(row))}
        yield entry_of(row, "address", "heard_at", "meaning", "settled_at", **more)


def _mails(patient: Patient, now: dt.datetime) -> Iterator[Entry]:
    """Of a mail nothing is kept but its kind, and of what a person must read sender and subject."""
    about = Q(address__in=_own_addresses(patient)) | Q(message__person=patient)
    for row in InboundMail.objects.filter(about).order_by("-received_at"):
        told = bounces.told_by(row)
        more = {"sender": (_("sender"), told.get("sender")), "subject": (_("subject"), told.get("subject"))}
        yield entry_of(row, "verdict", "address", "received_at", "status", "settled_at", **more)
