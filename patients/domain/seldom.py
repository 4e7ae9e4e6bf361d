"""What people have few of on their timeline: stops of contact, win-back calls, unions, consents, changes of group and
stage, and what apps above add. All of it is read in one statement.
"""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from django.db.models import Q

from hospital_crm.tenancy.together import Few, PreparedReads
from patients.models import Consent, ContactStop, Patient, PersonLabel, PersonMerger, WinBackContact

MOST = 60
_STOP = (
    *("recorded_at", "words", "proof", "asked_by", "recorded_by__name"),
    *("lifted_at", "lift_reason", "lifted_by__name"),
)
_CALL = ("called_at", "outcome", "words", "called_by__name")
_UNION = ("at", "merged_public_id", "undone_at", "undo_reason", "by__name", "undone_by__name")
_CONSENT = ("purpose", "channel", "decision", "at", "is_dated", "source", "taken_by__name")
_LABEL = ("axis", "value", "previous", "since_at", "by_hand", "reason", "set_by__name")

_added: dict[str, Callable[[int], Few]] = {}


def register(name: str, rows: Callable[[int], Few]) -> None:
    """A list of an app above: `rows(patient_id)`, newest first."""
    _added[name] = rows


def seldom_of(patient: Patient) -> dict[str, list[Any]]:
    """`stops`, `calls`, `unions`, `consents` and `labels` of a person and what was added, newest first, once per
    request.
    """
    if not hasattr(patient, "_seldom"):
        patient._seldom = _READS.read(patient_id=patient.pk)  # type: ignore[attr-defined]
    return patient._seldom  # type: ignore[attr-defined]


def _lists(*, patient_id: int) -> dict[str, Few]:
    stops = ContactStop.objects.filter(patient=patient_id).order_by("-recorded_at")
    calls = WinBackContact.objects.filter(patient=patient_id).order_by("-called_at")
    unions = PersonMerger.objects.filter(Q(kept=patient_id) | Q(merged_id=patient_id)).order_by("-pk")
    consents = Consent.objects.filter(patient=patient_id).order_by("-at", "-pk")
    labels = PersonLabel.objects.filter(~Q(previous="") | Q(by_hand=True), patient=patient_id).order_by("-since_at")
    lists = {
        "stops": Few(stops, _STOP),
        "calls": Few(calls, _CALL),
        "unions": Few(unions, _UNION),
        "consents": Few(consents, _CONSENT),
        "labels": Few(labels, _LABEL),
        **{name: rows(patient_id) for name, rows in _added.items()},
    }
    return {name: replace(few, rows=few.rows[:MOST]) for name, few in lists.items()}


_READS = PreparedReads(_lists)
