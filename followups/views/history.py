"""What happened to an order, in one list: attempts, reviews, transfers, reminders and escalations, oldest first."""

import datetime as dt
from dataclasses import dataclass

from django.utils.translation import gettext as _

from followups.models import Attempt, FollowUpOrder, OrderTransfer, Reminder, Review
from hospital_crm.shell import wording


@dataclass(frozen=True)
class Event:
    """One line: when, what kind, what, a second line, who."""

    at: dt.datetime
    kind: str
    title: str
    text: str = ""
    by: str = ""
    tone: str = ""


def history_of(order: FollowUpOrder, *, clinical: bool, now: dt.datetime) -> list[Event]:
    """Everything recorded about the order. Notes and reasons of a return only for readers of clinical text."""
    events = [
        *_attempts(order, clinical, now),
        *_reviews(order, clinical),
        *_transfers(order),
        *_reminders(order),
    ]
    return sorted(events, key=lambda event: event.at)


def _attempts(order: FollowUpOrder, clinical: bool, now: dt.datetime) -> list[Event]:
    found = []
    for attempt in Attempt.objects.filter(order=order).select_related("staff"):
        title = attempt.get_outcome_display()
        if attempt.agreed_at:
            title = f"{title} {wording.moment(attempt.agreed_at, now)}"
        note = attempt.note if clinical else ""
        found.append(Event(attempt.at, attempt.get_channel_display(), title, note, attempt.staff.name))
    return found


def _reviews(order: FollowUpOrder, clinical: bool) -> list[Event]:
    found = []
    for review in Review.objects.filter(order=order).select_related("reviewer"):
        title = review.get_verdict_display()
        if review.score:
            title = _("%(score)s points") % {"score": review.score}
        tone = "soon" if review.verdict == Review.Verdict.RETURNED else ""
        by = review.reviewer.name if review.reviewer else ""
        found.append(Event(review.at, review.get_kind_display(), title, review.reason if clinical else "", by, tone))
    return found


def _transfers(order: FollowUpOrder) -> list[Event]:
    found = []
    for move in OrderTransfer.objects.filter(order=order).select_related("from_staff", "to_staff", "by"):
        before = move.from_staff.name if move.from_staff else _("unassigned")
        after = move.to_staff.name if move.to_staff else move.get_to_role_display()
        by = move.by.name if move.by else ""
        found.append(Event(move.at, _("transfer"), f"{before} → {after}", move.reason or move.get_kind_display(), by))
    return found


def _reminders(order: FollowUpOrder) -> list[Event]:
    found = []
    for one in Reminder.objects.filter(order=order).select_related("staff", "by"):
        title = _("level %(level)s") % {"level": one.level} if one.level else one.get_kind_display()
        told = one.staff.name if one.staff else ""
        found.append(Event(one.at, one.get_kind_display(), title, told, one.by.name if one.by else "", "late"))
    return found
