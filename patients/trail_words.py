"""What the details that patients records are called in the audit trail."""

from django.utils.translation import gettext_lazy as _

from accounts import trail_words
from patients.facts import FACTS
from patients.models import ContactPoint, ContactStop, Patient, PrivacyRequest, Relation


def connect() -> None:
    """Called once by the app's `ready`."""
    trail_words.register(
        "patients",
        keys={
            **{fact.key: fact.label for fact in FACTS},
            "asked_by": _("asked by"),
            "files": _("files"),
            "received_on": _("received on"),
            "refusal": _("reason for refusing"),
            "binned_at": _("put there at"),
            "binned_by": _("put there by"),
            "tag": _("tag"),
            "axis": _("axis"),
            "changed": _("labels changed"),
            "conditions": _("conditions"),
            "facts": _("facts"),
            "points": _("points of a label"),
            "seen": _("people looked at"),
            "value": _("label"),
            "due_on": _("due day"),
            "identifier": _("identifier"),
            "system": _("kind of number"),
            "level": _("level of membership"),
            "membership": _("VIP membership"),
            "service": _("service"),
            "sheet": _("one-stop visit sheet"),
            "step": _("step"),
            "task": _("task"),
            "to": _("handed to"),
            "attachment": _("attachment"),
            "audience": _("for whom"),
            "consent": _("consent"),
            "note": _("note"),
            "assigned": _("people assigned"),
            "contact_point": _("number"),
            "contact_state": _("contact"),
            "first": _("first person"),
            "is_guardian": _("guardian"),
            "last": _("last person"),
            "may_be_told": _("may be told"),
            "merged": _("united record"),
            "moved": _("rows moved"),
            "patient": _("person"),
            "patients": _("people"),
            "relation": _("relation"),
            "released": _("people released"),
            "parted": _("record that stands again"),
            "given": _("rows given back"),
            "finding": _("what came of it"),
            "hold": _("legal hold"),
            "pairs": _("pairs"),
            "act": _("decision"),
            "source": _("source"),
        },
        values={
            "contact_state": Patient.ContactState.choices,
            "state": ContactPoint.NumberState.choices,
            "asked_by": [*ContactStop.AskedBy.choices, *PrivacyRequest.AskedBy.choices],
            "refusal": PrivacyRequest.Refusal.choices,
            "source": Patient.DeathSource.choices,
            "kind": Patient.Kind.choices,
            "may_be_told": Relation.MayBeTold.choices,
            "field": [
                ("name", _("full name")),
                ("address", _("address")),
                ("mrn", _("record number")),
                ("phone", _("phone")),
                ("identifier", _("identifier")),
                ("identity", _("identity number")),
                ("relation", _("relation")),
            ],
            "purpose": [("record", _("record of a person"))],
        },
    )
