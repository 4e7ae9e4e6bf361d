"""The published protocol as its readers see it: tiers and rules, steps, escalation, targets, in the reader's
language.
"""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.access import requires
from followups.domain.conditions import CONDITIONS
from followups.models import Protocol, ProtocolStep, Tier, localized
from followups.views.orders import READERS


@requires("followups.protocols", *READERS)
@require_safe
def protocol(request: HttpRequest) -> HttpResponse:
    """Every published protocol; one hospital may have several, one per trigger."""
    published = Protocol.objects.published().prefetch_related("rules", "steps", "escalations", "targets")
    context = {"protocols": [_described(one) for one in published], "now": timezone.now()}
    return render(request, "followups/protocol.html", context)


def _described(one: Protocol) -> dict[str, Any]:
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


def _rule(rule: Any) -> dict[str, Any]:
    condition = CONDITIONS.get(rule.condition)
    return {"code": rule.code, "title": localized(rule.title), "field": condition.field if condition else ""}


def _step(step: ProtocolStep) -> dict[str, Any]:
    roles = dict(ProtocolStep._meta.get_field("ladder").base_field.choices)
    return {"step": step, "title": localized(step.title), "ladder": [roles.get(rung, rung) for rung in step.ladder]}
