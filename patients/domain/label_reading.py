"""One person's labels as people read them: what holds and why, what is not known, what to do, what was before."""

import datetime as dt
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from accounts.calendar import today
from hospital_crm.i18n.localized import localized
from patients import label_facts
from patients.domain import profiling
from patients.domain.label_rules import input_words, published_rules
from patients.domain.label_sql import statement_of
from patients.domain.staging import fetched
from patients.models import LabelRule, LabelStrategy, Patient, PersonLabel, PersonTask
from patients.models.label_words import BY_POINTS, Axis, value_word

HISTORY_SHOWN = 12
TASK_LENGTH = PersonTask._meta.get_field("title").max_length


@dataclass(frozen=True)
class Line:
    """A line that fired: its code and heading, what it looked at, and the group it spoke for with its points."""

    code: str
    title: str
    inputs: list[str]
    speaks_for: str = ""
    points: int = 0


@dataclass
class Said:
    """One axis of a person. `label` is None where the rules say nothing; `by_rules` is what they would say of a label
    set by hand; `tasks` are what the strategy has done, each of which can be given to somebody.
    """

    axis: str
    axis_words: str
    word: str
    label: PersonLabel | None
    lines: list[Line] = field(default_factory=list)
    unknown: list[str] = field(default_factory=list)
    by_rules: str = ""
    strategy: list[tuple[str, str]] = field(default_factory=list)
    tasks: list[str] = field(default_factory=list)


def labels_of(patient: Patient, *, now: dt.datetime) -> list[Said]:
    """Each axis in order. Where no label by rules holds, the rules are asked now, so that what is not known shows."""
    held = {
        label.axis: label
        for label in PersonLabel.objects.current().filter(patient=patient).select_related("rule_set", "set_by")
    }
    asked: Mapping[str, Mapping[str, Any]] = {}
    if any(axis not in held or held[axis].by_hand for axis in Axis.values):
        asked = asked_now(patient, now=now)
    strategies = {(row.axis, row.value): row for row in LabelStrategy.objects.all()}
    lines = _lines_of(held.values(), asked)
    return [_said(axis, held.get(axis), asked.get(axis), strategies, lines) for axis in Axis.values]


def asked_now(patient: Patient, *, now: dt.datetime) -> dict[str, dict[str, Any]]:
    """What the published rules say of this person now, by axis; empty without rules, and of who refuses to be
    sorted.
    """
    rules = published_rules()
    if rules is None or profiling.refuses(patient):
        return {}
    said = statement_of(rules)
    rows = fetched(
        f"select axis, value, lines, inputs::text, unknown from ({said.sql}) said",
        {**said.params, "ids": [patient.pk], "day": today(now=now)},
    )
    return {
        axis: {"value": value, "lines": lines, "inputs": json.loads(inputs), "unknown": unknown, "rules": rules.pk}
        for axis, value, lines, inputs, unknown in rows
    }


def _lines_of(held: Any, asked: Mapping[str, Mapping[str, Any]]) -> dict[tuple[int, str], LabelRule]:
    """The lines of every version that is spoken of, by version and code."""
    versions = {label.rule_set_id for label in held if label.rule_set_id} | {said["rules"] for said in asked.values()}
    return {(line.rule_set_id, line.code): line for line in LabelRule.objects.filter(rule_set__in=versions)}


def _said(
    axis: str,
    label: PersonLabel | None,
    asked: Mapping[str, Any] | None,
    strategies: Mapping[tuple[str, str], LabelStrategy],
    lines: Mapping[tuple[int, str], LabelRule],
) -> Said:
    value = label.value if label else ""
    said = Said(axis, str(Axis(axis).label), value_word(axis, value), label)
    if label is not None and not label.by_hand:
        said.lines = _fired(label.lines, label.inputs, label.rule_set_id or 0, lines)
        said.unknown = fact_words(label.unknown)
    elif asked is not None:
        said.lines = _fired(asked["lines"], asked["inputs"], asked["rules"], lines)
        said.unknown = fact_words(asked["unknown"])
        said.by_rules = value_word(axis, asked["value"])
    strategy = strategies.get((axis, value))
    said.strategy, said.tasks = strategy_words(strategy), default_tasks(strategy)
    return said


def _fired(
    codes: Sequence[str], inputs: Mapping[str, float], version: int, lines: Mapping[tuple[int, str], LabelRule]
) -> list[Line]:
    found = []
    for code in codes:
        line = lines.get((version, code))
        if line is None:
            continue
        looked = [input_words(one["fact"], inputs[one["fact"]]) for one in line.conditions if one["fact"] in inputs]
        by_points = line.axis in BY_POINTS
        speaks_for = value_word(line.axis, line.value) if by_points else ""
        found.append(Line(code, localized(line.title), looked, speaks_for, line.points if by_points else 0))
    return found


def fact_words(keys: Sequence[str]) -> list[str]:
    """Facts by their names."""
    known = label_facts.facts()
    return [str(known[key].label) for key in keys if key in known]


def strategy_words(strategy: LabelStrategy | None) -> list[tuple[str, str]]:
    """The texts of a strategy with their headings, in the reader's language; those that say something."""
    if strategy is None:
        return []
    fields: list[Any] = [strategy._meta.get_field(name) for name in LabelStrategy.TEXTS]
    found = [(str(field.verbose_name), localized(getattr(strategy, field.name))) for field in fields]
    return [(heading, text) for heading, text in found if text]


def default_tasks(strategy: LabelStrategy | None) -> list[str]:
    """What is done for people of the group or stage, one by one: parted by semicolons or lines, each as long as the
    heading of a task may be.
    """
    text = "" if strategy is None else localized(strategy.tasks)
    parts = (part.strip(" \t\r。.") for part in re.split(r"[；;\n]", text))
    return [part[:TASK_LENGTH] for part in parts if part]


def history_of(patient: Patient) -> list[PersonLabel]:
    """What the person was before, newest end first."""
    ended = PersonLabel.objects.filter(patient=patient, until_at__isnull=False).select_related("set_by")
    return list(ended.order_by("-until_at", "-id")[:HISTORY_SHOWN])
