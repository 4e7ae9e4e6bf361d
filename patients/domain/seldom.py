"""What few people have on their timeline: stops of contact, win-back calls, unions. Read in one statement."""

from typing import Any

from django.db.models import Q

from hospital_crm.tenancy.together import Few, PreparedReads
from patients.models import ContactStop, Patient, PersonMerger, WinBackContact

MOST = 60
_STOP = (
    *("recorded_at", "words", "proof", "asked_by", "recorded_by__name"),
    *("lifted_at", "lift_reason", "lifted_by__name"),
)
_CALL = ("called_at", "outcome", "words", "called_by__name")
_UNION = ("at", "merged_public_id", "undone_at", "undo_reason", "by__name", "undone_by__name")


def seldom_of(patient: Patient) -> dict[str, list[Any]]:
    """`stops`, `calls` and `unions` of a person, newest first, once per request."""
    if not hasattr(patient, "_seldom"):
        patient._seldom = _READS.read(patient_id=patient.pk)  # type: ignore[attr-defined]
    return patient._seldom  # type: ignore[attr-defined]


def _lists(*, patient_id: int) -> dict[str, Few]:
    stops = ContactStop.objects.filter(patient=patient_id).order_by("-recorded_at")
    calls = WinBackContact.objects.filter(patient=patient_id).order_by("-called_at")
    unions = PersonMerger.objects.filter(Q(kept=patient_id) | Q(merged_id=patient_id)).order_by("-pk")
    return {"stops": Few(stops[:MOST], _STOP), "calls": Few(calls[:MOST], _CALL), "unions": Few(unions[:MOST], _UNION)}


_READS = PreparedReads(_lists)
