"""What follow-up gives a person of the own data: why which tier, the orders with what came of them, dissatisfaction."""

import datetime as dt
from collections.abc import Iterator

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from followups.domain.tiers import explain
from followups.models import Attempt, Dissatisfaction, FollowUpOrder, FollowUpRun, TierAssignment
from patients.models import Patient
from patients.subject_file import Entry, Part, entry_of, register


def connect() -> None:
    """Called once by the app's `wiring`."""
    register(Part("tiers", gettext_lazy("Tiers of follow-up"), _tiers, order=30, explains=True))
    register(Part("runs", gettext_lazy("Follow-up"), _runs, ("followups.FollowUpRun.patient",), 32))
    register(Part("orders", gettext_lazy("Follow-up orders"), _orders, ("followups.FollowUpOrder.patient",), 34))
    register(Part("attempts", gettext_lazy("Attempts made"), _attempts, ("followups.Attempt.patient",), 36))
    heard = ("followups.Dissatisfaction.patient",)
    register(Part("dissatisfactions", gettext_lazy("Dissatisfactions"), _dissatisfactions, heard, 38))


def _tiers(patient: Patient, now: dt.datetime) -> Iterator[Entry]:
    """Each decision, with the rules that fired and what they looked at."""
    rows = TierAssignment.objects.filter(encounter__patient=patient).select_related("protocol").order_by("-assigned_at")
    for row in rows.prefetch_related("protocol__rules"):
        fired, _unknown = explain(row, row.protocol.rules.all())
        said = _("%(what)s (%(why)s)")
        why = _("; ").join(
            said % {"what": line.title, "why": line.value} if line.value else line.title for line in fired
        )
        yield entry_of(row, "tier", "computed_tier", "reason", "assigned_at", "is_current", because=(_("because"), why))


def _runs(patient: Patient, now: dt.datetime) -> Iterator[Entry]:
    for row in FollowUpRun.objects.filter(patient=patient).order_by("-pk"):
        yield entry_of(row, "trigger", "anchor_on", "tier", "state", "closed_reason", "opened_at", "closed_at")


def _orders(patient: Patient, now: dt.datetime) -> Iterator[Entry]:
    rows = FollowUpOrder.objects.filter(patient=patient).select_related("assignee", "department").order_by("-due_on")
    names = ("tier", "channel", "earliest_on", "due_on", "latest_on", "department", "state", "last_outcome")
    for row in rows:
        yield entry_of(
            row, *names, "completed_at", "note", "next_step", "has_finding", "satisfaction", "has_dissatisfaction"
        )


def _attempts(patient: Patient, now: dt.datetime) -> Iterator[Entry]:
    for row in Attempt.objects.filter(patient=patient).order_by("-at"):
        yield entry_of(row, "at", "channel", "outcome", "answered_by", "note", "agreed_at")


def _dissatisfactions(patient: Patient, now: dt.datetime) -> Iterator[Entry]:
    for row in Dissatisfaction.objects.filter(patient=patient).order_by("-heard_at"):
        yield entry_of(row, "cause", "text", "handling", "state", "heard_at", "settled_at")
