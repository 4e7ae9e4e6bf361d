"""The facts by which people are segmented: each app registers its own in `apps.py`, nothing here knows them.

A fact has a kind, which says how it is asked for and which operators it has. Its `condition` turns what is asked into a
condition on people that an index answers; its `told` says what is known of one person.
"""

import datetime as dt
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from dateutil.relativedelta import relativedelta
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from accounts.actors import Actor
    from patients.models import Patient


class Kind(StrEnum):
    """How a fact is asked for.

    - choice: one of few, ticked
    - pick: one of many, typed and completed; `is_open` facts take what is not offered too
    - codes: by the beginning of a code
    - number: a quantity; whole unless the fact `has_cents`
    - day: a day, by the calendar or as days ago
    - days_ago: something that happened at times, as days ago
    - yes_no: holds or not
    """

    CHOICE = "choice"
    PICK = "pick"
    CODES = "codes"
    NUMBER = "number"
    DAY = "day"
    DAYS_AGO = "days_ago"
    YES_NO = "yes_no"


class Inputs(StrEnum):
    """What is typed beside an operator."""

    MANY = "many"
    NUMBER = "number"
    NUMBERS = "numbers"
    DAYS = "days"
    DATES = "dates"
    NOTHING = "nothing"


@dataclass(frozen=True)
class Operator:
    """How a fact is compared: the word in the choice, the sentence it makes, what is typed. `opposite` names the
    operator of which this is the contrary; a fact is never asked for the contrary itself.
    """

    key: str
    label: Any
    sentence: Any
    inputs: Inputs
    opposite: str = ""


_ONE_OF = (
    Operator("in", _("is"), _("%(fact)s is %(values)s"), Inputs.MANY),
    Operator("not_in", _("is not"), _("%(fact)s is not %(values)s"), Inputs.MANY, "in"),
)
_WITHIN = Operator("within", _("within the last"), _("%(fact)s within the last %(a)s days"), Inputs.DAYS)
_LONGER = Operator("longer", _("longer ago than"), _("%(fact)s more than %(a)s days ago"), Inputs.DAYS)
_NEVER = Operator("never", _("never"), _("%(fact)s: never"), Inputs.NOTHING)

OPERATORS: dict[Kind, tuple[Operator, ...]] = {
    Kind.CHOICE: _ONE_OF,
    Kind.PICK: _ONE_OF,
    Kind.CODES: (
        Operator("in", _("begins with"), _("%(fact)s begins with %(values)s"), Inputs.MANY),
        Operator("not_in", _("does not begin with"), _("%(fact)s does not begin with %(values)s"), Inputs.MANY, "in"),
    ),
    Kind.NUMBER: (
        Operator("at_least", _("at least"), _("%(fact)s at least %(a)s%(measure)s"), Inputs.NUMBER),
        Operator("at_most", _("at most"), _("%(fact)s at most %(a)s%(measure)s"), Inputs.NUMBER),
        Operator("between", _("from … to"), _("%(fact)s from %(a)s to %(b)s%(measure)s"), Inputs.NUMBERS),
    ),
    Kind.DAY: (
        _WITHIN,
        _LONGER,
        Operator("between", _("from … to"), _("%(fact)s from %(a)s to %(b)s"), Inputs.DATES),
        _NEVER,
    ),
    Kind.DAYS_AGO: (_WITHIN, _LONGER, _NEVER),
    Kind.YES_NO: (
        Operator("yes", _("yes"), _("%(fact)s: yes"), Inputs.NOTHING),
        Operator("no", _("no"), _("%(fact)s: no"), Inputs.NOTHING, "yes"),
    ),
}


class Period(StrEnum):
    """Whether a fact looks back over a number of months: never, as wished (blank: ever), always."""

    NONE = ""
    WISHED = "wished"
    NEEDED = "needed"


@dataclass(frozen=True)
class Asked:
    """What a line asks of a fact, read and checked: texts, whole or broken numbers, or days, by the operator.

    `months` is how far back, None for ever. `only` is set where the question is about one person alone. `way` is the
    one of the fact's ways that is meant.
    """

    op: str
    values: tuple[Any, ...]
    today: dt.date
    months: int | None = None
    only: int | None = None
    way: str = ""

    @property
    def since(self) -> dt.date | None:
        """The first day of the period looked at."""
        return self.today - relativedelta(months=self.months) if self.months else None

    def people_of(self, rows: QuerySet, column: str = "patient_id") -> Q:
        """People with one of these rows."""
        if self.only is not None:
            rows = rows.filter(**{column: self.only})
        return Q(pk__in=rows.order_by().values(column))

    def days_ago(self, days: int) -> dt.date:
        """The day so many days before today."""
        return self.today - dt.timedelta(days=days)


@dataclass(frozen=True)
class Ways:
    """What a line has to choose one of before its fact can be asked for, such as the channel of a consent."""

    label: Any
    choices: Callable[[], Iterable[tuple[str, Any]]]


@dataclass(frozen=True)
class SegmentFact:
    """A fact that people can be segmented by.

    `condition(asked)` answers the condition on people, `told(patient, asked)` the words of what is known of one person
    ('' for nothing). `choices()` answers (value, words). `capabilities`: it is shown to roles with one of them. `group`
    is the key of a heading in `GROUPS`. `named(text)` answers the value of a text that is none of the words offered;
    ValueError, with a sentence, for one that may mean several. `longest`: of a code so many characters are known, and a
    longer one is not asked for.
    """

    key: str
    label: Any
    kind: Kind
    group: str
    condition: Callable[[Asked], Q]
    told: "Callable[[Patient, Asked], Any]"
    choices: Callable[[], Iterable[tuple[str, Any]]] | None = None
    measure: Any = ""
    period: Period = Period.NONE
    capabilities: tuple[str, ...] = ("patients.list",)
    is_open: bool = False
    has_cents: bool = False
    ways: Ways | None = None
    named: Callable[[str], str] | None = None
    longest: int | None = None

    @property
    def is_clinical(self) -> bool:
        """Whether it tells of illness: of one person only to whoever may read clinical text of that very person."""
        return "patients.clinical" in self.capabilities

    @property
    def operators(self) -> tuple[Operator, ...]:
        """How it can be compared."""
        return OPERATORS[self.kind]

    def operator(self, key: str) -> Operator | None:
        """One of them."""
        return next((one for one in self.operators if one.key == key), None)


GROUPS: dict[str, Any] = {
    "person": _("About the person"),
    "reach": _("How to reach"),
    "visits": _("Visits"),
    "followups": _("Follow-up"),
    "units": _("Unit"),
    "labels": _("Labels"),
    "consent": _("Consent"),
}

facts: dict[str, SegmentFact] = {}


def register(*added: SegmentFact) -> None:
    """Adds facts; called once by the wiring of each app."""
    facts.update({fact.key: fact for fact in added})


def may_use(actor: "Actor", fact: SegmentFact) -> bool:
    """Whether the active role may read this fact of people."""
    return any(actor.can(capability) for capability in fact.capabilities)


def hidden_from(actor: "Actor") -> set[str]:
    """Keys of the facts that the active role may not read."""
    return {fact.key for fact in facts.values() if not may_use(actor, fact)}


def clinical() -> set[str]:
    """Keys of the facts that tell of illness."""
    return {fact.key for fact in facts.values() if fact.is_clinical}


def asks_about_illness(keys: Iterable[str]) -> bool:
    """Whether one of these facts tells of illness."""
    return not clinical().isdisjoint(keys)


def ordered(actor: "Actor") -> list[tuple[Any, list[SegmentFact]]]:
    """The facts of the active role under their headings, in the order of registration."""
    groups = [
        (label, [f for f in facts.values() if f.group == key and may_use(actor, f)]) for key, label in GROUPS.items()
    ]
    return [(label, found) for label, found in groups if found]


def ranged(asked: Asked, at_least: Callable[[Any], Q], more_than: Callable[[Any], Q]) -> Q:
    """The condition of a number from two questions: at least so much, and more than so much. What is nothing, such as
    no visit, is at most anything.
    """
    if asked.op == "at_least":
        return at_least(asked.values[0])
    if asked.op == "at_most":
        return ~more_than(asked.values[0])
    return at_least(asked.values[0]) & ~more_than(asked.values[1])


def happened(asked: Asked, since: Callable[[dt.date | None], Q]) -> Q:
    """The condition of something that happened at times, from one question: since a day, or ever (None)."""
    if asked.op == "never":
        return ~since(None)
    recent = since(asked.days_ago(asked.values[0]))
    return recent if asked.op == "within" else since(None) & ~recent
