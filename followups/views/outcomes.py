"""The keys of the result form: three groups of outcomes on three rows of the keyboard, with short words."""

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from followups.models import LIFE, NOT_REACHED, REACHED, FollowUpOrder, Outcome, OutcomeGroup, Satisfaction, Tier
from followups.models.outcomes import LOW, WAYS

SHORT: dict[str, Any] = {
    Outcome.COMPLETED: pgettext_lazy("outcome key", "done"),
    Outcome.PARTLY: pgettext_lazy("outcome key", "agreed time"),
    Outcome.COMPLETED_FAMILY: pgettext_lazy("outcome key", "by family"),
    Outcome.REFUSED_NOW: pgettext_lazy("outcome key", "not now"),
    Outcome.REFUSED_FOR_GOOD: pgettext_lazy("outcome key", "never again"),
    Outcome.WRONG_PERSON: pgettext_lazy("outcome key", "wrong person"),
    Outcome.NO_ANSWER: pgettext_lazy("outcome key", "no answer"),
    Outcome.BUSY: pgettext_lazy("outcome key", "busy"),
    Outcome.SWITCHED_OFF: pgettext_lazy("outcome key", "switched off"),
    Outcome.SUSPENDED: pgettext_lazy("outcome key", "suspended"),
    Outcome.NO_SUCH_NUMBER: pgettext_lazy("outcome key", "no such number"),
    Outcome.BLOCKED: pgettext_lazy("outcome key", "blocked"),
    Outcome.NOBODY_HOME: pgettext_lazy("outcome key", "nobody home"),
    Outcome.LETTER_SENT: pgettext_lazy("outcome key", "letter sent"),
    Outcome.DIED: pgettext_lazy("outcome key", "died"),
    Outcome.READMITTED: pgettext_lazy("outcome key", "readmitted"),
    Outcome.TRANSFERRED: pgettext_lazy("outcome key", "transferred"),
    Outcome.LOST: pgettext_lazy("outcome key", "lost"),
    Outcome.BARRIER: pgettext_lazy("outcome key", "barrier"),
}
# Ready phrases for the note of a call.
PHRASES = [_("Told to have the dressing changed"), _("Told to take medicines as prescribed"), _("Explained")]


@dataclass(frozen=True)
class Key:
    """One outcome key. `code` is the browser's name of the key, `letter` what stands on it."""

    value: str
    letter: str
    code: str
    label: Any


@dataclass(frozen=True)
class KeyGroup:
    """One row of keys."""

    name: str
    label: Any
    keys: list[Key]
    is_on: bool = False


@dataclass(frozen=True)
class Answer:
    """One answer of the scale of satisfaction."""

    value: int
    label: Any
    is_low: bool
    is_on: bool


def answers(chosen: Any) -> list[Answer]:
    """The scale, best first; what was chosen comes from a form, a draft, or nowhere."""
    known = "" if chosen is None else str(chosen)
    return [Answer(one.value, one.label, one in LOW, known == str(one.value)) for one in Satisfaction]


def key_groups(order: FollowUpOrder, chosen: str = "") -> list[KeyGroup]:
    """The three rows; the one with the chosen outcome is open, else 已接通. Visits and letters are of tier A."""
    not_reached = [one for one in NOT_REACHED if order.tier == Tier.A or one not in WAYS]
    rows = [
        (OutcomeGroup.REACHED, REACHED, "123456"),
        (OutcomeGroup.NOT_REACHED, not_reached, "QWERTYUI"),
        (OutcomeGroup.LIFE, LIFE, "ASDFG"),
    ]
    open_group = next((name for name, outcomes, _letters in rows if chosen in outcomes), OutcomeGroup.REACHED)
    return [
        KeyGroup(
            name.value,
            name.label,
            [Key(o.value, letter, _code(letter), SHORT[o]) for o, letter in zip(outcomes, letters, strict=False)],
            name == open_group,
        )
        for name, outcomes, letters in rows
    ]


def _code(letter: str) -> str:
    return f"Digit{letter}" if letter.isdigit() else f"Key{letter}"
