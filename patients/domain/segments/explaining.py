"""Why somebody is in a segment or not: line by line, with what is known of the person."""

import datetime as dt
from dataclasses import dataclass, field
from typing import Any

from accounts.actors import Actor
from hospital_crm.tenancy.counts import whole_counts
from patients import segment_facts
from patients.domain.segments import compiling, rules, words
from patients.domain.segments.rules import Group, Line, Rule
from patients.models import Patient


@dataclass(frozen=True)
class Why:
    """A line or a heading, whether it holds for the person, and what is known of the person; '' for nothing known."""

    text: str
    holds: bool
    told: str = ""
    is_group: bool = False
    parts: list["Why"] = field(default_factory=list)


@dataclass(frozen=True)
class Explained:
    """The answer for one person: in the segment or not, each line, and whether the dead being left out decides it."""

    is_in: bool
    why: Why
    is_left_out: bool


def explain(rule: Rule, patient: Patient, *, actor: Actor, day: dt.date) -> Explained:
    """Line by line. Every line is asked of this person alone, all of them in one statement."""
    lines = dict(rules.lines_of(rule.root))
    asked = [_of_person(line, patient, day) for line in lines.values()]
    *found, countable = whole_counts(*asked, compiling.countable(rule).filter(pk=patient.pk))
    holds = {place: bool(n) != rules.is_contrary(line) for (place, line), n in zip(lines.items(), found, strict=True)}
    why = _why(rule.root, "", holds, patient, actor, day, {})
    return Explained(is_in=why.holds and bool(countable), why=why, is_left_out=why.holds and not countable)


def _of_person(line: Line, patient: Patient, day: dt.date) -> Any:
    people = Patient.objects.filter(pk=patient.pk)
    return people.filter(compiling.asked_of(line, day=day, only=patient.pk))


def _why(
    part: Line | Group,
    place: str,
    holds: dict[str, bool],
    patient: Patient,
    actor: Actor,
    day: dt.date,
    known: dict[str, Any],
) -> Why:
    if isinstance(part, Line):
        told = _told(part, patient, actor, day)
        return Why(words.sentence(part, known), holds[place], told)
    parts = [
        _why(inner, f"{place}.{n}" if place else str(n), holds, patient, actor, day, known)
        for n, inner in enumerate(part.parts)
    ]
    answers = [inner.holds for inner in parts]
    holding = {"all": all(answers), "any": any(answers), "none": not any(answers)}[part.mode]
    return Why(str(rules.MODES[part.mode]), holding, is_group=True, parts=parts)


def _told(line: Line, patient: Patient, actor: Actor, day: dt.date) -> str:
    fact = segment_facts.facts[line.fact]
    if not segment_facts.may_use(actor, fact):
        return ""
    return str(fact.told(patient, rules.read(line, today=day, only=patient.pk)))
