"""The rule builder: what a browser sends of a rule, one step of changing it, and what the page draws of each line.

Every field is named by its place: `r-mode` is how the whole rule holds, `r-0-fact` what its first line asks for. What
cannot be read is kept as an unfinished line; `rules.checked` decides.
"""

import datetime as dt
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from accounts.actors import Actor
from accounts.models import Role
from hospital_crm.typed import whole_number, whole_numbers
from patients import segment_facts
from patients.domain.segments import rules, words
from patients.domain.segments.rules import Group, Line, Rule
from patients.models.segments import EVERYBODY
from patients.segment_facts import Inputs, Kind, Period, SegmentFact

ROOT = "r"
_SHOWN_VALUES = 500
_MONTHS_TYPED = 100_000
_SEPARATORS = {Kind.PICK: re.compile(r"[、，,;；]+"), Kind.CODES: re.compile(r"[、，,;；\s]+")}


class SegmentForm(forms.Form):
    """What a segment is called, what it is for, and who may use it."""

    name = forms.CharField(label=gettext_lazy("name of the segment"), max_length=60)
    description = forms.CharField(
        label=gettext_lazy("what it is for"), max_length=300, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )
    shared_with = forms.MultipleChoiceField(
        label=gettext_lazy("shared with"), required=False, widget=forms.CheckboxSelectMultiple
    )
    note = forms.CharField(label=gettext_lazy("why it was changed"), max_length=200, required=False)
    version = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, is_new: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        roles = Role.objects.filter(capabilities__contains=["patients.segments"]).order_by("rank")
        choices = [(role.code, role.display_name) for role in roles]
        self.fields["shared_with"].choices = [(EVERYBODY, _("Everybody who works with segments")), *choices]
        if is_new:
            del self.fields["note"]


def posted_rule(data: QueryDict) -> Rule:
    """The rule as it stands in the boxes, unfinished lines included."""
    root = _group(data, ROOT, 1)
    return Rule(root, with_deceased=data.get("with_deceased") == "on")


def _group(data: QueryDict, name: str, depth: int) -> Group:
    size = whole_number(data.get(f"{name}-size")) or 0
    parts: list[Line | Group] = []
    for number in range(min(size, rules.MAX_LINES)):
        inner = f"{name}-{number}"
        if data.get(f"{inner}-is") == "group" and depth < rules.MAX_DEPTH:
            parts.append(_group(data, inner, depth + 1))
        else:
            parts.append(_line(data, inner))
    mode = data.get(f"{name}-mode", "all")
    return Group(mode if mode in rules.MODES else "all", tuple(parts))


def _line(data: QueryDict, name: str) -> Line:
    fact = segment_facts.facts.get(data.get(f"{name}-fact", ""))
    if fact is None:
        return Line("", "")
    is_same = data.get(f"{name}-was", fact.key) == fact.key
    operator = fact.operator(data.get(f"{name}-op", "")) if is_same else None
    operator = operator or fact.operators[0]
    months = whole_number(data.get(f"{name}-months", "").strip())
    kept_months = months if fact.period and months is not None and months < _MONTHS_TYPED else None
    values = _values(data, name, fact, operator.inputs) if is_same else ()
    return Line(fact.key, operator.key, values, kept_months, _way(data, name, fact))


def _way(data: QueryDict, name: str, fact: SegmentFact) -> str:
    """Which of the fact's ways was chosen; the first, which stands there until somebody chooses."""
    offered = [value for value, _words in fact.ways.choices()] if fact.ways else []
    chosen = data.get(f"{name}-way", "")
    return chosen if chosen in offered else next(iter(offered), "")


def _values(data: QueryDict, name: str, fact: SegmentFact, inputs: Inputs) -> tuple[str, ...]:
    if inputs is Inputs.MANY:
        given = data.getlist(f"{name}-v")
        separator = _SEPARATORS.get(fact.kind)
        return tuple(v.strip() for text in given for v in (separator.split(text) if separator else [text]) if v.strip())
    wanted = {Inputs.NUMBER: ("a",), Inputs.DAYS: ("a",), Inputs.NUMBERS: ("a", "b"), Inputs.DATES: ("a", "b")}
    return tuple(data.get(f"{name}-{end}", "").strip() for end in wanted.get(inputs, ()))


def stepped(rule: Rule, step: str) -> Rule:
    """The rule after one step: `line:r`, `group:r-0` add at the end of a group; `drop:r-1` takes a part away."""
    act, _colon, name = step.partition(":")
    steps = name.split("-")[1:]
    place = whole_numbers(steps)
    if act not in ("line", "group", "drop") or len(place) < len(steps):
        return rule
    return replace(rule, root=_changed(rule.root, act, place, 1))


def _changed(group: Group, act: str, place: list[int], depth: int) -> Group:
    parts = list(group.parts)
    if act == "drop" and len(place) == 1:
        return replace(group, parts=tuple(part for number, part in enumerate(parts) if number != place[0]))
    if not place:
        blank: Line | Group = Line("", "") if act == "line" else Group("any", (Line("", ""),))
        is_room = act == "line" or depth < rules.MAX_DEPTH
        return replace(group, parts=(*parts, blank)) if act != "drop" and is_room else group
    if place[0] < len(parts) and isinstance(parts[place[0]], Group):
        parts[place[0]] = _changed(parts[place[0]], act, place[1:], depth + 1)  # type: ignore[arg-type]
    return replace(group, parts=tuple(parts))


def finished(rule: Rule, *, actor: Actor, today: dt.date) -> tuple[Rule, list[str]]:
    """The rule without the lines that cannot be counted, and what each of these lacks, in words."""
    problems = rules.problems_of(rule, actor=actor, today=today)
    lacking = [_lack(line, problems[place]) for place, line in rules.lines_of(rule.root) if place in problems]
    return replace(rule, root=_without(rule.root, "", set(problems))), lacking


def _lack(line: Line, problem: str) -> str:
    """Which line, as far as it says anything, and what it lacks."""
    fact = segment_facts.facts.get(line.fact)
    return (
        _("%(line)s: %(problem)s") % {"line": words.fact_words(fact, line.way), "problem": problem} if fact else problem
    )


def _without(group: Group, place: str, places: set[str]) -> Group:
    kept: list[Line | Group] = []
    for number, part in enumerate(group.parts):
        inner = f"{place}.{number}" if place else str(number)
        if isinstance(part, Line):
            kept += [] if inner in places else [rules.tidy(part, segment_facts.facts[part.fact])]
        elif (left := _without(part, inner, places)).parts:
            kept.append(left)
    return replace(group, parts=tuple(kept))


@dataclass(frozen=True)
class Option:
    """One entry of a choice."""

    value: str
    words: str
    is_on: bool


@dataclass(frozen=True)
class Box:
    """What the page draws of one part of a rule: a group with its parts, or a line with its fields."""

    name: str
    number: int
    depth: int = 1
    is_group: bool = False
    may_nest: bool = False
    problem: str = ""
    is_fresh: bool = False
    modes: list[Option] = field(default_factory=list)
    parts: list["Box"] = field(default_factory=list)
    facts: list[tuple[str, list[Option]]] = field(default_factory=list)
    fact: str = ""
    label: str = ""
    operators: list[Option] = field(default_factory=list)
    inputs: str = ""
    is_typed: bool = False
    choices: list[Option] = field(default_factory=list)
    chosen: str = ""
    text: str = ""
    a: str = ""
    b: str = ""
    measure: str = ""
    period: str = ""
    months: str = ""
    ways: list[Option] = field(default_factory=list)
    ways_label: str = ""


@dataclass
class Drawing:
    """The builder for one rule: its boxes, and the offered values, of each fact once."""

    actor: Actor
    problems: Mapping[str, str]
    fresh: str = ""
    offered: dict[str, list[tuple[str, str]]] = field(default_factory=dict)

    def boxes(self, rule: Rule) -> Box:
        """The whole rule."""
        return self._group(rule.root, ROOT, "", 1)

    @property
    def lists(self) -> dict[str, list[str]]:
        """Words to pick from while typing, by fact."""
        typed = {key: values for key, values in self.offered.items() if segment_facts.facts[key].kind is Kind.PICK}
        return {key: [words for _value, words in values[:_SHOWN_VALUES]] for key, values in typed.items()}

    def _group(self, group: Group, name: str, place: str, depth: int) -> Box:
        parts = []
        for number, part in enumerate(group.parts):
            at, inner = f"{place}.{number}" if place else str(number), f"{name}-{number}"
            draw = (
                self._group(part, inner, at, depth + 1)
                if isinstance(part, Group)
                else self._line(part, inner, at, depth)
            )
            parts.append(draw)
        return Box(
            name,
            _number(name),
            depth,
            is_group=True,
            may_nest=depth < rules.MAX_DEPTH,
            problem=self.problems.get(place, ""),
            modes=[Option(key, str(words), key == group.mode) for key, words in rules.MODES.items()],
            parts=parts,
        )

    def _line(self, line: Line, name: str, place: str, depth: int) -> Box:
        fact = segment_facts.facts.get(line.fact)
        common: dict[str, Any] = {
            "problem": self.problems.get(place, ""),
            "is_fresh": name == self.fresh,
            "facts": self._facts(line.fact),
        }
        if fact is None:
            return Box(name, _number(name), depth, **common)
        operator = fact.operator(line.op) or fact.operators[0]
        choices = self._choices(fact) if operator.inputs is Inputs.MANY else []
        words = dict(choices)
        gap = pgettext("between the items of a list", ", ")
        said = gap.join(words.get(value, value) for value in line.values)
        is_typed = fact.kind in (Kind.PICK, Kind.CODES)
        return Box(
            name,
            _number(name),
            depth,
            fact=fact.key,
            label=str(fact.label),
            operators=[Option(one.key, str(one.label), one is operator) for one in fact.operators],
            inputs=operator.inputs,
            is_typed=is_typed,
            choices=[] if is_typed else [Option(v, w, v in line.values) for v, w in choices],
            chosen="" if is_typed else said,
            text=said if is_typed else "",
            a=line.values[0] if line.values else "",
            b=line.values[1] if len(line.values) > 1 else line.values[0] if line.values else "",
            measure=str(fact.measure).strip() if operator.inputs in (Inputs.NUMBER, Inputs.NUMBERS) else "",
            period=fact.period if fact.period is not Period.NONE else "",
            months="" if line.months is None else str(line.months),
            ways=[Option(v, str(w), v == line.way) for v, w in fact.ways.choices()] if fact.ways else [],
            ways_label=str(fact.ways.label) if fact.ways else "",
            **common,
        )

    def _facts(self, chosen: str) -> list[tuple[str, list[Option]]]:
        return [
            (str(label), [Option(fact.key, str(fact.label), fact.key == chosen) for fact in found])
            for label, found in segment_facts.ordered(self.actor)
        ]

    def _choices(self, fact: SegmentFact) -> list[tuple[str, str]]:
        if fact.key not in self.offered:
            found: Iterable[tuple[str, Any]] = fact.choices() if fact.choices else []
            self.offered[fact.key] = [(value, str(words)) for value, words in found]
        return self.offered[fact.key]


def _number(name: str) -> int:
    """The place of a part among its neighbours, counted from one."""
    last = whole_number(name.rpartition("-")[2])
    return 0 if last is None else last + 1
