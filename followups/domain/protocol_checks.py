"""Whether a version of a protocol may be published: each row by itself, and the rows as a whole."""

from collections.abc import Iterator
from itertools import pairwise
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from followups.models import EscalationRule, Protocol, ProtocolStep, Tier, TierRule, TierTarget

PARTS: tuple[Any, ...] = (TierRule, ProtocolStep, EscalationRule, TierTarget)


def problems(protocol: Protocol) -> list[str]:
    """Why a version cannot be published, each with its place; nothing where it may be."""
    return [*_row_problems(protocol), *_step_problems(protocol), *_late_problems(protocol)]


def _row_problems(protocol: Protocol) -> Iterator[str]:
    """What is wrong with one row by itself."""
    for model in PARTS:
        for row in model.objects.filter(protocol=protocol):
            try:
                row.clean()
            except ValidationError as error:
                yield f"{row}: {' '.join(error.messages)}"


def _step_problems(protocol: Protocol) -> Iterator[str]:
    """Every tier is followed and has its aim; steps come one after the other; a step after a finding finds its step."""
    steps = list(protocol.steps.order_by("tier", "number"))
    aims = set(protocol.targets.values_list("tier", flat=True))
    for tier in Tier:
        own = [step for step in steps if step.tier == tier]
        if not own:
            yield _("Tier %(tier)s has no step.") % {"tier": tier.value}
        if tier.value not in aims:
            yield _("Tier %(tier)s has no target.") % {"tier": tier.value}
        plain = [step for step in own if step.condition == ProtocolStep.Condition.ALWAYS]
        for before, after in pairwise(plain):
            if after.due_days <= before.due_days:
                yield _("%(step)s is due no later than the step before it.") % {"step": after}
        numbers = {step.number for step in own}
        for step in own:
            if step.condition == ProtocolStep.Condition.AFTER_NEGATIVE and step.condition_step not in numbers:
                yield _("%(step)s follows a step that is not there.") % {"step": step}


def _late_problems(protocol: Protocol) -> Iterator[str]:
    """Each level of an escalation comes later than the one before."""
    rows = list(protocol.escalations.order_by("tier", "level"))
    for before, after in pairwise(rows):
        if before.tier == after.tier and after.after_hours <= before.after_hours:
            yield _("%(rule)s comes no later than the level before it.") % {"rule": after}
