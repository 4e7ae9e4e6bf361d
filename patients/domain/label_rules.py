"""Versions of the label rules: the shipped one, a draft to change, publishing it; and the words of their lines."""

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.actors import Actor
from accounts.audit import record
from hospital_crm.i18n.localized import localized
from hospital_crm.tenancy.queue import queue_on_commit
from patients import label_facts
from patients.models import LabelRule, LabelRuleSet, LabelStrategy
from patients.models.label_words import BY_POINTS, VALUES
from patients.shipped import label_rules as shipped
from patients.shipped.label_strategies import strategies

OPERATORS = {
    ">=": gettext_lazy("at least %(n)s"),
    "<=": gettext_lazy("at most %(n)s"),
    "=": gettext_lazy("exactly %(n)s"),
}
MOST = 10_000_000
MOST_LINES = 60


class LabelRuleError(Exception):
    """Refused, with the reason."""


def published_rules() -> LabelRuleSet | None:
    """The version that labels people at present."""
    return LabelRuleSet.objects.published().first()


@transaction.atomic
def install_default(*, now: dt.datetime) -> LabelRuleSet:
    """The shipped rules and strategies for the hospital in scope; what is there already stays."""
    known = set(LabelStrategy.objects.values_list("axis", "value"))
    LabelStrategy.objects.bulk_create(
        LabelStrategy(**row) for row in strategies() if (row["axis"], row["value"]) not in known
    )
    present = published_rules()
    if present is not None:
        return present
    rules = LabelRuleSet.objects.create(version=_next_version(), least_points=shipped.LEAST_POINTS)
    LabelRule.objects.bulk_create(
        LabelRule(rule_set=rules, rank=rank, **row) for rank, row in enumerate(shipped.RULES, start=1)
    )
    return _put_in_force(rules, actor=None, now=now)


@transaction.atomic
def start_draft(*, actor: Actor) -> LabelRuleSet:
    """A copy of the published version to change; the draft that is there already, if somebody began one.

    Refuses: no right to change the rules, no published version.
    """
    _check(actor)
    draft = LabelRuleSet.objects.filter(state=LabelRuleSet.State.DRAFT).first()
    if draft is not None:
        return draft
    present = published_rules()
    if present is None:
        raise LabelRuleError(_("No version is published."))
    draft = LabelRuleSet.objects.create(version=_next_version(), least_points=present.least_points)
    copied = ("axis", "value", "code", "rank", "points", "conditions", "title", "is_active")
    LabelRule.objects.bulk_create(
        LabelRule(rule_set=draft, **{name: getattr(line, name) for name in copied}) for line in present.rules.all()
    )
    record("patients.label_rules.draft", draft, actor=actor, after={"version": draft.version})
    return draft


@transaction.atomic
def change_line(*, line: LabelRule, numbers: Sequence[float], points: int, is_active: bool, actor: Actor) -> LabelRule:
    """Other thresholds, other points, in use or not; one number for each condition of the line, in their order.

    Refuses: no right, a version that is no draft, a number nobody can reach.
    """
    _check(actor)
    _draft(line.rule_set_id)
    if len(numbers) != len(line.conditions) or not all(0 <= number <= MOST for number in numbers):
        raise LabelRuleError(_("From %(low)s to %(high)s.") % {"low": 0, "high": f"{MOST:,}"})
    if not 1 <= points <= 9:
        raise LabelRuleError(_("From %(low)s to %(high)s.") % {"low": 1, "high": 9})
    before = {"conditions": line.conditions, "points": line.points, "is_active": line.is_active}
    line.conditions = [
        {**condition, "value": _plain(number)} for condition, number in zip(line.conditions, numbers, strict=True)
    ]
    line.points, line.is_active = points, is_active
    after = {"conditions": line.conditions, "points": points, "is_active": is_active}
    if after != before:
        line.save(update_fields=["conditions", "points", "is_active"])
        record("patients.label_rules.line", line, actor=actor, before=before, after=after)
    return line


@transaction.atomic
def add_line(
    *,
    draft: LabelRuleSet,
    axis: str,
    value: str,
    title: str,
    points: int,
    conditions: list[dict[str, Any]],
    actor: Actor,
) -> LabelRule:
    """One more line of a draft. On the axes of stages it is asked before the other lines of its stage.

    Refuses: no right, no draft, a group of another axis, a fact that nobody tells, no condition, too many lines.
    """
    _check(actor)
    draft = _draft(draft.pk)
    known = label_facts.facts()
    if axis not in VALUES or value not in VALUES[axis].values or not 1 <= points <= 9:
        raise LabelRuleError(_("There is no such group or stage."))
    if not conditions or any(one["fact"] not in known or one["op"] not in OPERATORS for one in conditions):
        raise LabelRuleError(_("A line needs a fact and a number."))
    lines = list(draft.rules.all())
    if len(lines) >= MOST_LINES:
        raise LabelRuleError(_("A version has at most %(n)s lines.") % {"n": MOST_LINES})
    first = min((line.rank for line in lines if (line.axis, line.value) == (axis, value)), default=len(lines) + 1)
    for line in lines:
        if line.rank >= first:
            line.rank += 1
    LabelRule.objects.bulk_update(lines, ["rank"])
    kept = [{"fact": one["fact"], "op": one["op"], "value": _plain(one["value"])} for one in conditions]
    line = LabelRule.objects.create(
        rule_set=draft, axis=axis, value=value, code=_free_code(lines), rank=first, points=points,
        conditions=kept, title={"zh-hans": title, "zh-hant": title, "en": title},
    )  # fmt: skip
    record("patients.label_rules.add", line, actor=actor, after={"axis": axis, "value": value, "conditions": kept})
    return line


@transaction.atomic
def set_least_points(*, draft: LabelRuleSet, points: int, actor: Actor) -> LabelRuleSet:
    """How many points a group of the orientation needs. Refuses what `change_line` does."""
    _check(actor)
    draft = _draft(draft.pk)
    if not 1 <= points <= 20:
        raise LabelRuleError(_("From %(low)s to %(high)s.") % {"low": 1, "high": 20})
    if draft.least_points != points:
        before, draft.least_points = draft.least_points, points
        draft.save(update_fields=["least_points"])
        record("patients.label_rules.points", draft, actor=actor, before={"points": before}, after={"points": points})
    return draft


@transaction.atomic
def publish(*, draft: LabelRuleSet, actor: Actor, now: dt.datetime) -> LabelRuleSet:
    """From now on this version labels people, all of them as soon as a worker is free; the one before is retired.

    Refuses: no right, no draft, an axis without a line in use, a line over a fact that nobody tells any more.
    """
    _check(actor)
    draft = _draft(draft.pk)
    lines = list(draft.rules.filter(is_active=True))
    known = label_facts.facts()
    for axis in VALUES:
        if not any(line.axis == axis for line in lines):
            raise LabelRuleError(_("An axis has no line in use."))
    for line in lines:
        if any(condition["fact"] not in known for condition in line.conditions):
            raise LabelRuleError(_("Nobody tells a fact of line %(code)s.") % {"code": line.code})
    published = _put_in_force(draft, actor=actor, now=now)
    queue_on_commit("patients.classify", queue="bulk")
    return published


@transaction.atomic
def discard_draft(*, draft: LabelRuleSet, actor: Actor) -> None:
    """The draft goes; the published version stays. Refuses: no right, no draft."""
    _check(actor)
    draft = _draft(draft.pk)
    record("patients.label_rules.discard", draft, actor=actor, before={"version": draft.version})
    draft.delete()


def _put_in_force(rules: LabelRuleSet, *, actor: Actor | None, now: dt.datetime) -> LabelRuleSet:
    LabelRuleSet.objects.published().update(state=LabelRuleSet.State.RETIRED, retired_at=now)
    rules.state, rules.published_at = LabelRuleSet.State.PUBLISHED, now
    rules.published_by = actor.staff if actor else None
    rules.save(update_fields=["state", "published_at", "published_by"])
    record("patients.label_rules.publish", rules, actor=actor, after={"version": rules.version})
    return rules


def _check(actor: Actor) -> None:
    if not actor.can("patients.label_rules"):
        raise LabelRuleError(_("Your role does not allow this."))


def _draft(pk: int) -> LabelRuleSet:
    found = LabelRuleSet.objects.select_for_update().filter(pk=pk, state=LabelRuleSet.State.DRAFT).first()
    if found is None:
        raise LabelRuleError(_("Only a draft can be changed."))
    return found


def _next_version() -> int:
    return (LabelRuleSet.objects.aggregate(last=Max("version"))["last"] or 0) + 1


def _free_code(lines: Sequence[LabelRule]) -> str:
    taken = {line.code for line in lines}
    return next(code for number in range(1, MOST_LINES + 2) if (code := f"X{number}") not in taken)


def _plain(number: float) -> float | int:
    """3.0 → 3: a whole number is written as one."""
    return int(number) if float(number).is_integer() else round(float(number), 2)


def condition_words(condition: Mapping[str, Any]) -> str:
    """What a condition asks, in the reader's language: visits in 24 months at least 3."""
    fact = label_facts.facts().get(condition["fact"])
    label = fact.label if fact else condition["fact"]
    if fact and fact.kind == label_facts.YES_NO:
        asks_yes = (condition["op"] == ">=" and condition["value"] > 0) or (
            condition["op"] == "=" and condition["value"] == 1
        )
        return str(label) if asks_yes else _("not: %(fact)s") % {"fact": label}
    bound = OPERATORS[condition["op"]] % {"n": number_shown(condition["value"])}
    return _("%(fact)s %(bound)s") % {"fact": label, "bound": bound}


def number_shown(value: float) -> str:
    """A number of a condition or an input: 20,000 or 1.5."""
    return f"{value:,.2f}".rstrip("0").rstrip(".") if value % 1 else f"{int(value):,}"


def input_words(key: str, value: float) -> str:
    """A fact with what it was: visits in 24 months 4; a yes or no in words."""
    fact = label_facts.facts().get(key)
    if fact is None:
        return f"{key} {number_shown(value)}"
    if fact.kind == label_facts.YES_NO:
        return _("%(name)s: %(value)s") % {"name": fact.label, "value": _("yes") if value else _("no")}
    units = {label_facts.DAYS: _("%(n)s days"), label_facts.MONEY: _("%(n)s yuan")}
    shown = units.get(fact.kind, "%(n)s") % {"n": number_shown(value)}
    return _("%(name)s: %(value)s") % {"name": fact.label, "value": shown}


def line_words(line: LabelRule) -> dict[str, Any]:
    """A line as pages show it."""
    return {
        "line": line,
        "title": localized(line.title),
        "words": [condition_words(condition) for condition in line.conditions],
        "by_points": line.axis in BY_POINTS,
    }
