"""The rule of a segment: lines in groups, of which all, any or none must hold, nested up to three deep.

Kept as JSON: `{"mode", "parts": [line or group], "with_deceased"}`; a line is `{"fact", "op", "values", "months",
"way"}` with values as texts. What is read from outside is checked line by line; each problem names its place ("0.1":
the second part of the first part).
"""

import datetime as dt
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal, InvalidOperation
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.actors import Actor
from patients import segment_facts
from patients.segment_facts import Asked, Inputs, Kind, Operator, Period, SegmentFact

MAX_DEPTH = 3
MAX_LINES = 40
MAX_VALUES = 40
MAX_MONTHS = 600
MODES = {
    "all": gettext_lazy("all of these hold"),
    "any": gettext_lazy("any of these holds"),
    "none": gettext_lazy("none of these holds"),
}
_MOST = Decimal(1_000_000_000)
_MOST_DAYS = 36_500
_CODE = re.compile(r"[A-Z][0-9A-Z]{0,6}(\.[0-9A-Z]{0,8})?")
_RANGE = re.compile(r"([A-Z])(\d\d)-(?:\1)?(\d\d)")


class RuleError(Exception):
    """A rule that cannot be used. `problems`: what is wrong, by the place in the rule."""

    def __init__(self, problems: Mapping[str, str]) -> None:
        super().__init__("; ".join(problems.values()))
        self.problems = dict(problems)


@dataclass(frozen=True)
class Line:
    """One question about a person."""

    fact: str
    op: str
    values: tuple[str, ...] = ()
    months: int | None = None
    way: str = ""


@dataclass(frozen=True)
class Group:
    """Lines and groups that hold together, by `mode`."""

    mode: str
    parts: tuple["Line | Group", ...] = ()


@dataclass(frozen=True)
class Rule:
    """A whole rule. The dead are left out unless it asks for them."""

    root: Group
    with_deceased: bool = False


def lines_of(part: Line | Group, place: str = "") -> Iterator[tuple[str, Line]]:
    """Every line with its place."""
    if isinstance(part, Line):
        yield place, part
        return
    for number, inner in enumerate(part.parts):
        yield from lines_of(inner, f"{place}.{number}" if place else str(number))


def facts_of(rule: Rule) -> list[str]:
    """The keys of the facts that a rule asks for."""
    return sorted({line.fact for _place, line in lines_of(rule.root)})


def as_json(rule: Rule) -> dict[str, Any]:
    """The rule as it is kept."""
    return {**_part_as_json(rule.root), "with_deceased": rule.with_deceased}


def _part_as_json(part: Line | Group) -> dict[str, Any]:
    if isinstance(part, Group):
        return {"mode": part.mode, "parts": [_part_as_json(inner) for inner in part.parts]}
    kept: dict[str, Any] = {"fact": part.fact, "op": part.op, "values": list(part.values)}
    kept |= {} if part.months is None else {"months": part.months}
    return {**kept, "way": part.way} if part.way else kept


def is_same(one: Rule, other: Rule) -> bool:
    """Whether two rules ask the same, in whatever order the values of a line that are alternatives stand."""
    return one.with_deceased == other.with_deceased and _in_one_order(one.root) == _in_one_order(other.root)


def _in_one_order(part: Line | Group) -> Line | Group:
    if isinstance(part, Group):
        return replace(part, parts=tuple(_in_one_order(inner) for inner in part.parts))
    fact = segment_facts.facts.get(part.fact)
    operator = fact.operator(part.op) if fact else None
    are_alternatives = operator is not None and operator.inputs is Inputs.MANY
    return replace(part, values=tuple(sorted(part.values))) if are_alternatives else part


def from_json(data: Any) -> Rule:
    """The rule in what was kept or sent. Refuses what is no rule by its shape; `problems_of` tells the rest."""
    root = _group_from(data, "", 1)
    return Rule(root, bool(data.get("with_deceased")))


def _group_from(data: Any, place: str, depth: int) -> Group:
    parts = data.get("parts") if isinstance(data, dict) else None
    if not isinstance(parts, list) or data.get("mode") not in MODES or depth > MAX_DEPTH or len(parts) > MAX_LINES:
        raise RuleError({place: _("This is no rule.")})
    places = (f"{place}.{number}" if place else str(number) for number in range(len(parts)))
    made = (
        _group_from(part, at, depth + 1) if isinstance(part, dict) and "parts" in part else _line_from(part, at)
        for part, at in zip(parts, places, strict=True)
    )
    return Group(data["mode"], tuple(made))


def _line_from(data: Any, place: str) -> Line:
    values: Any = data.get("values", []) if isinstance(data, dict) else None
    months = data.get("months") if isinstance(data, dict) else None
    texts = isinstance(values, list) and all(isinstance(value, str) for value in values)
    if not texts or not isinstance(data.get("fact"), str) or not isinstance(data.get("op"), str):
        raise RuleError({place: _("This is no rule.")})
    if months is not None and (not isinstance(months, int) or isinstance(months, bool)):
        raise RuleError({place: _("This is no rule.")})
    way = data.get("way", "")
    if not isinstance(way, str):
        raise RuleError({place: _("This is no rule.")})
    return Line(data["fact"], data["op"], tuple(values), months, way)


def checked(rule: Rule, *, actor: Actor | None, today: dt.date) -> Rule:
    """The rule with its values as they are kept. Refuses, with RuleError: an empty group, too many lines, a fact that
    is not known or that the actor may not read, and values that do not fit it.
    """
    problems = problems_of(rule, actor=actor, today=today)
    if problems:
        raise RuleError(problems)
    return Rule(_tidied(rule.root), rule.with_deceased)  # type: ignore[arg-type]


def problems_of(rule: Rule, *, actor: Actor | None, today: dt.date) -> dict[str, str]:
    """What is wrong with a rule, by place."""
    problems = dict(_empty_groups(rule.root, ""))
    lines = list(lines_of(rule.root))
    if len(lines) > MAX_LINES:
        problems[""] = _("A rule has at most %(n)s lines.") % {"n": MAX_LINES}
    for place, line in lines:
        try:
            fact = _fact_of(line, actor)
            read(tidy(line, fact), today=today)
        except ValueError as problem:
            problems[place] = str(problem)
    return problems


def _empty_groups(group: Group, place: str) -> Iterator[tuple[str, str]]:
    if not group.parts:
        yield place, _("Add at least one line.")
    for number, inner in enumerate(group.parts):
        if isinstance(inner, Group):
            yield from _empty_groups(inner, f"{place}.{number}" if place else str(number))


def _fact_of(line: Line, actor: Actor | None) -> SegmentFact:
    fact = segment_facts.facts.get(line.fact)
    if fact is None or (actor is not None and not segment_facts.may_use(actor, fact)):
        raise ValueError(_("Choose what the line asks for."))
    return fact


def _tidied(part: Line | Group) -> Line | Group:
    if isinstance(part, Group):
        return replace(part, parts=tuple(_tidied(inner) for inner in part.parts))
    return tidy(part, segment_facts.facts[part.fact])


def tidy(line: Line, fact: SegmentFact) -> Line:
    """The line as it is kept: codes in capitals, offered words as their values, nothing empty, nothing twice.
    ValueError for a text that may mean several.
    """
    values = [value.strip()[:60] for value in line.values if value.strip()]
    if fact.kind is Kind.CODES:
        values = [value.upper() for value in values]
    if fact.kind is Kind.PICK and fact.choices:
        by_words = {str(words): value for value, words in fact.choices()}
        values = [by_words.get(value) or (fact.named(value) if fact.named else value) for value in values]
    months = line.months if fact.period else None
    return replace(line, values=tuple(dict.fromkeys(values)), months=months, way=line.way if fact.ways else "")


def read(line: Line, *, today: dt.date, only: int | None = None) -> Asked:
    """What the line asks, with its values read. ValueError, with a sentence, where they do not fit the fact."""
    fact = segment_facts.facts.get(line.fact)
    operator = fact.operator(line.op) if fact else None
    if fact is None or operator is None:
        raise ValueError(_("Choose how it is compared."))
    if fact.period is Period.NEEDED and not line.months:
        raise ValueError(_("Write how many months to look back."))
    if line.months is not None and not 1 <= line.months <= MAX_MONTHS:
        raise ValueError(_("Between 1 and %(n)s months.") % {"n": MAX_MONTHS})
    if fact.ways and line.way not in {value for value, _words in fact.ways.choices()}:
        raise ValueError(_("Choose one: %(what)s.") % {"what": fact.ways.label})
    values = _READERS[operator.inputs](line.values, fact)
    return Asked(operator.opposite or operator.key, values, today, line.months, only, line.way)


def is_contrary(line: Line) -> bool:
    """Whether the line holds where what is asked of its fact does not."""
    fact = segment_facts.facts.get(line.fact)
    operator: Operator | None = fact.operator(line.op) if fact else None
    return bool(operator and operator.opposite)


def _many(values: tuple[str, ...], fact: SegmentFact) -> tuple[Any, ...]:
    if not values:
        raise ValueError(_("Choose at least one."))
    if len(values) > MAX_VALUES:
        raise ValueError(_("At most %(n)s values in a line.") % {"n": MAX_VALUES})
    if fact.kind is Kind.CODES:
        return tuple(code for value in values for code in _codes(value, fact))
    offered = {value for value, _words in fact.choices()} if fact.choices and not fact.is_open else None
    unknown = [value for value in values if offered is not None and value not in offered]
    if unknown:
        raise ValueError(_("Not known: %(value)s") % {"value": unknown[0]})
    return values


def _codes(text: str, fact: SegmentFact) -> list[str]:
    """I10 → I10; I10-I15 → I10, I11 … I15."""
    span = _RANGE.fullmatch(text)
    if span:
        letter, first, last = span[1], int(span[2]), int(span[3])
        if first <= last:
            return [f"{letter}{number:02d}" for number in range(first, last + 1)]
    if not _CODE.fullmatch(text):
        raise ValueError(_("No code: %(value)s. Write I10, or I10-I15.") % {"value": text})
    if fact.longest is not None and len(text) > fact.longest:
        said = _("%(value)s is too long: at most %(n)s characters here. Longer codes are asked of any visit.")
        raise ValueError(said % {"value": text, "n": fact.longest})
    return [text]


def _number(text: str, fact: SegmentFact) -> Any:
    try:
        number = Decimal(text)
    except InvalidOperation:
        raise ValueError(_("Write a number.")) from None
    if not number.is_finite() or not 0 <= number <= _MOST:
        raise ValueError(_("Write a number from 0 to 1,000,000,000."))
    if fact.has_cents:
        return round(number, 2)
    if number != int(number):
        raise ValueError(_("Write a whole number."))
    return int(number)


def _one_number(values: tuple[str, ...], fact: SegmentFact) -> tuple[Any, ...]:
    if not values:
        raise ValueError(_("Write a number."))
    return (_number(values[0], fact),)


def _two_numbers(values: tuple[str, ...], fact: SegmentFact) -> tuple[Any, ...]:
    ends = tuple(_number(value, fact) for value in values[:2])
    # from 5 to 5 is kept once
    ends = ends * 2 if len(ends) == 1 else ends
    if not ends or ends[0] > ends[1]:
        raise ValueError(_("Write two numbers, the smaller one first."))
    return ends


def _days(values: tuple[str, ...], fact: SegmentFact) -> tuple[Any, ...]:
    (days,) = _one_number(values, fact)
    if days > _MOST_DAYS:
        raise ValueError(_("At most %(n)s days.") % {"n": _MOST_DAYS})
    return (days,)


def _dates(values: tuple[str, ...], fact: SegmentFact) -> tuple[Any, ...]:
    try:
        ends = tuple(dt.date.fromisoformat(value) for value in values[:2])
    except ValueError:
        raise ValueError(_("Write two days, the earlier one first.")) from None
    ends = ends * 2 if len(ends) == 1 else ends
    if not ends or ends[0] > ends[1]:
        raise ValueError(_("Write two days, the earlier one first."))
    return ends


_READERS = {
    Inputs.MANY: _many,
    Inputs.NUMBER: _one_number,
    Inputs.NUMBERS: _two_numbers,
    Inputs.DAYS: _days,
    Inputs.DATES: _dates,
    Inputs.NOTHING: lambda values, fact: (),
}
