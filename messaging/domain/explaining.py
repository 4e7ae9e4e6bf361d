"""Why somebody got a message, or did not, in words that the person could be read (PRODUCT §2 "explainable")."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from messaging import purposes
from messaging.domain import permission, touches
from messaging.domain.calendar import rules_of_hospital
from messaging.domain.contact_rules import APPROACHES, IN_DAYS, ContactRules
from messaging.domain.permission import Ask
from messaging.models import Message, State
from messaging.models.reasons import in_words
from messaging.purposes import Basis, Purpose
from patients.models import Patient

GROUNDS: dict[str, Any] = {
    Basis.STAFF: gettext_lazy("It goes to people who work here."),
    Basis.CARE: gettext_lazy("Whoever was treated here is followed up, unless the person refuses it."),
    Basis.APPOINTMENT: gettext_lazy("Whoever has a booking is told of it, unless the person refuses it."),
    Basis.SAFETY: gettext_lazy("It is about the person's safety, so that it goes whatever else was said."),
    Basis.SATISFACTION: gettext_lazy("Whoever was treated here is asked once per stay, unless the person refuses it."),
    Basis.EDUCATION: gettext_lazy("The person has allowed health education by this channel."),
    Basis.MARKETING: gettext_lazy("The person has allowed news and offers by this channel."),
    Basis.COMMUNITY: gettext_lazy("The person has allowed invitations to community activities by this channel."),
    Basis.POINTS: gettext_lazy("The person has allowed messages about the points programme by this channel."),
    Basis.OWN_REQUEST: gettext_lazy("The person had just asked for it."),
}
CHANNELS = ("phone", "sms", "email", "wechat", "letter")
KINDS = (Basis.CARE, Basis.SATISFACTION, Basis.EDUCATION, Basis.MARKETING)
KIND_LABELS: dict[str, Any] = {
    Basis.CARE: gettext_lazy("care follow-up"),
    Basis.SATISFACTION: gettext_lazy("satisfaction surveys"),
    Basis.EDUCATION: gettext_lazy("health education"),
    Basis.MARKETING: gettext_lazy("news and offers"),
}
_WENT = (State.HANDED_OVER, State.DELIVERED, State.UNKNOWN)


@dataclass(frozen=True)
class Cell:
    """Whether one kind of contact by one channel is possible at this moment, and why not."""

    channel: str
    allowed: bool
    reason: str = ""
    not_before: dt.datetime | None = None


@dataclass(frozen=True)
class Budget:
    """How much of the contact budget is used: the days of the approaches, and whether somebody called today."""

    approaches: int
    of: int
    in_days: int
    called_today: bool


def why(message: Message) -> str:
    """Why this message went, or why it did not or not yet: one or two sentences."""
    ground = GROUNDS[_basis(message)]
    if message.state in _WENT:
        return str(ground)
    reason = in_words(message.reason, message.detail)
    if message.state == State.PLANNED:
        sentence = _("It has not gone yet: %(reason)s.") if message.reason else _("It goes when its time has come.")
    elif message.state == State.CLAIMED:
        sentence = _("It is being sent.")
    else:
        sentence = _("It did not go: %(reason)s.")
    return sentence % {"reason": reason} if reason else str(sentence)


def _basis(message: Message) -> str:
    known = message.purpose in purposes.codes()
    return purposes.get(message.purpose).basis if known else Basis.STAFF


def table(person: Patient, *, now: dt.datetime) -> list[tuple[Any, list[Cell]]]:
    """What of contact is possible now: kinds by channels. Asked in as many statements as one question."""
    asks = [
        Ask(person.pk, channel, Purpose(basis, KIND_LABELS[basis], basis=basis, approach=True))
        for basis in KINDS
        for channel in CHANNELS
    ]
    found = iter(permission.answers(asks, now=now))
    return [(KIND_LABELS[basis], [_cell(channel, next(found)) for channel in CHANNELS]) for basis in KINDS]


def _cell(channel: str, answer: permission.Answer) -> Cell:
    return Cell(channel, answer.allowed, str(answer.reason.label) if answer.reason else "", answer.not_before)


def budget(person: Patient, *, now: dt.datetime, rules: ContactRules | None = None) -> Budget:
    """How often the person was approached in the last days, and whether called today."""
    day = (rules or rules_of_hospital()).day_of(now)
    known = touches.around(day, [person.pk]).get(person.pk, [])
    since = day - dt.timedelta(days=IN_DAYS - 1)
    used = sum(one.is_approach and since <= one.day <= day for one in known)
    return Budget(used, APPROACHES, IN_DAYS, any(one.is_call and one.day == day for one in known))
