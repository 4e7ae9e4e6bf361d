"""A protocol version as its readers see it, in words: rules, steps, what happens when late, targets."""

from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext as _

from followups.domain.condition_words import rule_words
from followups.models import AssigneeRole, Protocol, ProtocolStep, Tier, TierRule
from hospital_crm.i18n.localized import localized

# Follow-up begins with discharges; what speaks of outpatients and health checks alone rests (decision 0003).
_RESTING_RULES = ("outpatient_pick", "abnormal_checkup")
_RESTING_STEPS = (ProtocolStep.Condition.ABNORMAL_CHECKUP, ProtocolStep.Condition.CHECKUP)


def described(one: Protocol) -> dict[str, Any]:
    """A protocol version with the rows of each tier."""
    rules, steps = list(one.rules.all()), list(one.steps.all())
    targets = {target.tier: target for target in one.targets.all()}
    return {
        "protocol": one,
        "name": localized(one.name),
        "tiers": [
            {
                "code": tier.value,
                "rules": [_rule(rule) for rule in rules if rule.tier == tier],
                "steps": [_step(step) for step in steps if step.tier == tier],
                "escalations": [rule for rule in one.escalations.all() if rule.tier == tier],
                "target": targets.get(tier.value),
            }
            for tier in Tier
        ],
    }


def _rule(rule: TierRule) -> dict[str, Any]:
    rests = rule.condition in _RESTING_RULES
    return {"code": rule.code, "title": localized(rule.title), "words": rule_words(rule), "rests": rests}


def _step(step: ProtocolStep) -> dict[str, Any]:
    roles = dict(AssigneeRole.choices)
    return {
        "step": step,
        "title": localized(step.title),
        "ladder": [roles.get(rung, rung) for rung in step.ladder],
        "more": list(_more(step)),
        "rests": step.condition in _RESTING_STEPS,
    }


def _more(step: ProtocolStep) -> Iterator[str]:
    """What a step has beside its window: when it applies, repeats, tries, sample, end."""
    if step.condition:
        yield str(step.get_condition_display())
    if step.repeats_every:
        until = step.repeat_until
        words = _("every %(n)s days until T+%(until)s") if until else _("every %(n)s days")
        yield words % {"n": step.repeats_every, "until": until}
    if step.least_attempts > 1:
        yield _("at least %(n)s attempts") % {"n": step.least_attempts}
    if step.call_sample_percent:
        sampled = _("%(n)s%% by telephone once people answer by link; until then everybody is called")
        yield sampled % {"n": step.call_sample_percent}
    if step.ends_after_clean:
        yield _("end proposed after %(n)s without a finding") % {"n": step.ends_after_clean}
