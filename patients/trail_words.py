"""What the details that patients records are called in the audit trail."""

from django.utils.translation import gettext_lazy as _

from accounts import trail_words
from patients.facts import FACTS
from patients.models import (
    Attachment,
    Consent,
    ContactPoint,
    ContactStop,
    Patient,
    PatientNote,
    PrivacyRequest,
    Relation,
    WinBackContact,
)
from patients.models.notes import Audience

# the person: numbers, family, consents, requests
_PERSON = {
    "patient": _("person"),
    "patients": _("people"),
    "contact_point": _("number"),
    "contact_state": _("contact"),
    "identifier": _("identifier"),
    "system": _("kind of number"),
    "relation": _("relation"),
    "is_guardian": _("guardian"),
    "may_be_told": _("may be told"),
    "source": _("source"),
    "received_on": _("received on"),
    "refusal": _("reason for refusing"),
    "asked_by": _("asked by"),
    "hold": _("legal hold"),
    "consent": _("consent"),
    "said_at": _("decided at"),
    "wording_version": _("version of the wording"),
    "channel": _("channel"),
    "decision": _("decision"),
    "purpose": _("purpose"),
    "answered_by": _("answered by"),
    "death_confirmed_by": _("death confirmed by"),
    "death_reported_by": _("death reported by"),
    "registered_by": _("registered by"),
    "sort_on": _("place in lists"),
    "files": _("files"),
    "again": _("why entered again"),
}
# records united, parted, binned
_UNIONS = {
    "merged": _("united record"),
    "moved": _("rows moved"),
    "parted": _("record that stands again"),
    "given": _("rows given back"),
    "pairs": _("pairs"),
    "act": _("decision"),
    "binned_at": _("put there at"),
    "binned_by": _("put there by"),
}
# labels, segments, tags, stations, regions
_GROUPS = {
    "tag": _("tag"),
    "axis": _("axis"),
    "changed": _("labels changed"),
    "conditions": _("conditions"),
    "facts": _("facts"),
    "points": _("points of a label"),
    "seen": _("people looked at"),
    "value": _("label"),
    "assigned": _("people assigned"),
    "released": _("people released"),
    "regions": _("regions changed"),
    "first": _("first person"),
    "last": _("last person"),
    "assigned_by": _("assigned by"),
    "tagged_by": _("tagged by"),
    "refresh_problem": _("problem of the last count"),
    "refreshed_version": _("version that was counted"),
}
# memberships, tasks, notes, files
_CARE = {
    "level": _("level of membership"),
    "membership": _("VIP membership"),
    "service": _("service"),
    "sheet": _("one-stop visit sheet"),
    "day": _("day of the visit"),
    "step": _("step"),
    "task": _("task"),
    "to": _("handed to"),
    "due_on": _("due day"),
    "attachment": _("attachment"),
    "audience": _("for whom"),
    "note": _("note"),
    "finding": _("what came of it"),
    "done_by": _("done by"),
    "ended_by": _("ended by"),
    "former_category": _("category before the membership"),
    "granted_by": _("granted by"),
    "made_by": _("made by"),
    "makes_vip": _("VIP by the membership"),
    "renews": _("renewal of"),
}
_VALUES = {
    "contact_state": Patient.ContactState.choices,
    "state": ContactPoint.NumberState.choices,
    "asked_by": [*ContactStop.AskedBy.choices, *PrivacyRequest.AskedBy.choices],
    "refusal": PrivacyRequest.Refusal.choices,
    "source": Patient.DeathSource.choices,
    "kind": [*PatientNote.Kind.choices, *Attachment.Kind.choices, *Patient.Kind.choices],
    "audience": Audience.choices,
    "channel": Consent.Channel.choices,
    "decision": Consent.Decision.choices,
    "outcome": WinBackContact.Outcome.choices,
    "value": Patient.Category.choices,
    "may_be_told": Relation.MayBeTold.choices,
    "field": [
        ("name", _("full name")),
        ("address", _("address")),
        ("mrn", _("record number")),
        ("phone", _("phone")),
        ("identifier", _("identifier")),
        ("identity", _("identity number")),
        ("relation", _("relation")),
        ("attachment", _("attachment")),
        ("consent", _("proof of a consent")),
    ],
    "purpose": [
        ("record", _("record of a person")),
        ("list", _("list of people")),
        ("requests", _("list of privacy requests")),
        *Consent.Purpose.choices,
    ],
}


def connect() -> None:
    """Called once by the app's `ready`."""
    facts = {fact.key: fact.label for fact in FACTS}
    trail_words.register("patients", keys={**facts, **_PERSON, **_UNIONS, **_GROUPS, **_CARE}, values=_VALUES)
