"""What happened to an order, in one list: attempts, reviews, transfers, reminders and escalations, oldest first."""

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from followups.domain.calls import TRY
from followups.models import Attempt, FollowUpOrder, OrderTransfer, Reminder, Review
from hospital_crm.shell import wording
from hospital_crm.tenancy.together import Few

_REVIEW = ("at", "kind", "verdict", "score", "reason", "reviewer__name")
_TRANSFER = ("at", "from_staff__name", "to_staff__name", "to_role", "by__name", "reason", "kind")
_REMINDER = ("at", "kind", "level", "staff__name", "by__name")


@dataclass(frozen=True)
class Event:
    """One line: when, what kind, what, a second line, who."""

    at: dt.datetime
    kind: str
    title: str
    text: str = ""
    by: str = ""
    tone: str = ""


def history_lists(order: FollowUpOrder) -> dict[str, Few]:
    """What the history is read from."""
    return {
        "tries": Few(Attempt.objects.filter(order=order), TRY),
        "reviews": Few(Review.objects.filter(order=order), _REVIEW),
        "transfers": Few(OrderTransfer.objects.filter(order=order), _TRANSFER),
        "reminders": Few(Reminder.objects.filter(order=order), _REMINDER),
    }


def history_of(read: Mapping[str, list[Any]], *, clinical: bool, now: dt.datetime) -> list[Event]:
    """Everything recorded about the order, out of what `history_lists` brought. Notes and reasons of a return only for
    readers of clinical text.
    """
    events = [
        *_attempts(read["tries"], clinical, now),
        *_reviews(read["reviews"], clinical),
        *_transfers(read["transfers"]),
        *_reminders(read["reminders"]),
    ]
    return sorted(events, key=lambda event: event.at)


def _attempts(tries: Iterable[Attempt], clinical: bool, now: dt.datetime) -> list[Event]:
    found = []
    for attempt in tries:
        title = attempt.get_outcome_display()
        if attempt.agreed_at:
            title = f"{title} {wording.moment(attempt.agreed_at, now)}"
        if attempt.second_call:
            title = _("%(outcome)s; second call of the day: %(why)s") % {
                "outcome": title,
                "why": attempt.get_second_call_display(),
            }
        if clinical and attempt.satisfaction is not None:
            title = _("%(outcome)s; content with the hospital: %(answer)s") % {
                "outcome": title,
                "answer": attempt.get_satisfaction_display(),
            }
        if attempt.to_family:
            title = _("%(outcome)s; number of family") % {"outcome": title}
        note = attempt.note if clinical else ""
        found.append(Event(attempt.at, attempt.get_channel_display(), title, note, attempt.staff.name))
    return found


def _reviews(reviews: Iterable[Review], clinical: bool) -> list[Event]:
    found = []
    for review in reviews:
        title = review.get_verdict_display()
        if review.score:
            title = _("%(score)s points") % {"score": review.score}
        tone = "soon" if review.verdict == Review.Verdict.RETURNED else ""
        by = review.reviewer.name if review.reviewer else ""
        found.append(Event(review.at, review.get_kind_display(), title, review.reason if clinical else "", by, tone))
    return found


def _transfers(transfers: Iterable[OrderTransfer]) -> list[Event]:
    found = []
    for move in transfers:
        before = move.from_staff.name if move.from_staff else _("unassigned")
        after = move.to_staff.name if move.to_staff else move.get_to_role_display()
        by = move.by.name if move.by else ""
        found.append(Event(move.at, _("transfer"), f"{before} → {after}", move.reason or move.get_kind_display(), by))
    return found


def _reminders(reminders: Iterable[Reminder]) -> list[Event]:
    found = []
    for one in reminders:
        title = _("level %(level)s") % {"level": one.level} if one.level else one.get_kind_display()
        told = one.staff.name if one.staff else ""
        found.append(Event(one.at, one.get_kind_display(), title, told, one.by.name if one.by else "", "late"))
    return found
