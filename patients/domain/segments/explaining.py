"""Why somebody is in a segment or not: line by line, with what is known of the person.

A line about illness is answered only to whoever may read clinical text of this very person; to others it stays open,
and so does every heading that hangs on it.
"""

import datetime as dt
from dataclasses import dataclass, field
from typing import Any

from accounts.actors import Actor
from hospital_crm.tenancy.counts import whole_counts
from patients import segment_facts
from patients.domain.segments import compiling, rules, words
from patients.domain.segments.rules import Group, Line, Rule
from patients.domain.visibility import may_read_clinical
from patients.models import Patient


@dataclass(frozen=True)
class Why:
    """A line or a heading, whether it holds for the person (None: not for this reader), and what is known of the
    person; '' for nothing known.
    """

    text: str
    holds: bool | None
    told: str = ""
    is_group: bool = False
    parts: list["Why"] = field(default_factory=list)


@dataclass(frozen=True)
class Explained:
    """The answer for one person: in the segment or not (None: not for this reader), each line, and whether the dead
    being left out decides it. `is_partly_hidden`: some line is not for this reader.
    """

    is_in: bool | None
    why: Why
    is_left_out: bool
    is_partly_hidden: bool = False


def explain(rule: Rule, patient: Patient, *, actor: Actor, day: dt.date) -> Explained:
    """Line by line. Every line is asked of this person alone, all of them in one statement."""
    lines = dict(rules.lines_of(rule.root))
    asked = [_of_person(line, patient, day) for line in lines.values()]
    *found, countable = whole_counts(*asked, compiling.countable(rule).filter(pk=patient.pk))
    holds = {
        place: bool(n) != rules.is_contrary(line) if _may_be_told(line, patient, actor) else None
        for (place, line), n in zip(lines.items(), found, strict=True)
    }
    why = _why(rule.root, "", holds, patient, actor, day, {})
    return Explained(
        is_in=why.holds if countable else False,
        why=why,
        is_left_out=why.holds is True and not countable,
        is_partly_hidden=None in holds.values(),
    )


def _may_be_told(line: Line, patient: Patient, actor: Actor) -> bool:
    fact = segment_facts.facts[line.fact]
    return segment_facts.may_use(actor, fact) and (not fact.is_clinical or may_read_clinical(actor, patient))


def _of_person(line: Line, patient: Patient, day: dt.date) -> Any:
    people = Patient.objects.filter(pk=patient.pk)
    return people.filter(compiling.asked_of(line, day=day, only=patient.pk))


def _why(
    part: Line | Group,
    place: str,
    holds: dict[str, bool | None],
    patient: Patient,
    actor: Actor,
    day: dt.date,
    known: dict[str, Any],
) -> Why:
    if isinstance(part, Line):
        told = "" if holds[place] is None else _told(part, patient, day)
        return Why(words.sentence(part, known), holds[place], told)
    parts = [
        _why(inner, f"{place}.{n}" if place else str(n), holds, patient, actor, day, known)
        for n, inner in enumerate(part.parts)
    ]
    return Why(str(rules.MODES[part.mode]), _together(part.mode, [inner.holds for inner in parts]), "", True, parts)


def _together(mode: str, answers: list[bool | None]) -> bool | None:
    """What a heading says of its parts: from those that are told alone, else None, so that it gives no hidden one
    away.
    """
    decisive = mode != "all"  # one part that holds decides "any" and "none", one that does not decides "all"
    if decisive in answers:
        return mode == "any"
    return None if None in answers else mode != "any"


def _told(line: Line, patient: Patient, day: dt.date) -> str:
    fact = segment_facts.facts[line.fact]
    return str(fact.told(patient, rules.read(line, today=day, only=patient.pk)))
