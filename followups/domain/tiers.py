"""Which tier a stay has, and why: the rules that fired with their inputs, and the rules whose fact is not known."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from django.db import transaction
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts import audit
from accounts.actors import Actor
from followups.domain.conditions import CONDITIONS, TOLD, Predicate
from followups.domain.errors import FollowUpError
from followups.domain.facts import StayFacts
from followups.models import Tier, TierAssignment, TierRule
from hospital_crm.i18n.localized import localized
from hospital_crm.tenancy.together import Few
from patients.models import Encounter

_ORDER = {Tier.A: 0, Tier.B: 1, Tier.C: 2}
# The condition that is no fact of the stay: it fires for what was set by hand and says nothing beside it.
_BY_HAND = "ordered_by_staff"
_DECISION = (
    *("tier", "computed_tier", "ordered_tier", "fired", "unknown", "insufficient_facts", "reason", "assigned_at"),
    *("protocol__version", "overridden_by__name"),
)


class MayNotRaise(FollowUpError):
    """The role may not change tiers."""

    message = _("Only clinical staff change a tier.")


class MayNotLower(FollowUpError):
    """Lowering a tier is a physician's decision."""

    message = _("Only a physician lowers a tier.")


class ReasonMissing(FollowUpError):
    """A decision by hand is written down with its reason."""

    message = _("Write the reason.")


class TierStands(FollowUpError):
    """The tier that stands is not set once more: it would hold against what the rules say later."""

    message = _("This stay is in tier %(tier)s already.")


class NoTierYet(FollowUpError):
    """The stay has not been planned."""

    message = _("This stay has no tier yet.")


@dataclass(slots=True)
class Decision:
    """What the rules say of one stay, apart from what was set by hand. `fired` rows hold code, source field and value,
    that of the tier set by hand too; `unknown` holds codes.
    """

    tier: str
    fired: list[dict[str, str]] = field(default_factory=list)
    unknown: list[str] = field(default_factory=list)

    @property
    def insufficient_facts(self) -> bool:
        """Nothing fired, and some fact is missing."""
        return not self.fired and bool(self.unknown)


class PreparedRule(NamedTuple):
    """A rule with its predicate looked up, ready for thousands of stays."""

    code: str
    tier: str
    field: str
    test: Predicate
    params: dict[str, Any]
    is_by_hand: bool


def prepared(rules: Iterable[TierRule]) -> list[PreparedRule]:
    """Rules ready to decide. KeyError for a condition that is not in the registry."""
    return [
        PreparedRule(rule.code, rule.tier, condition.field, condition.test, _fixed(rule), rule.condition == _BY_HAND)
        for rule in rules
        for condition in [CONDITIONS[rule.condition]]
    ]


def _fixed(rule: TierRule) -> dict[str, Any]:
    """Parameters with lists as tuples, as `str.startswith` takes them."""
    return {name: tuple(value) if isinstance(value, list) else value for name, value in rule.params.items()}


def decide(facts: StayFacts, rules: Iterable[PreparedRule]) -> Decision:
    """The highest tier of the rules that fire; C when none does. A condition whose fact is not known does not fire; one
    that fires for what was set by hand is listed only.
    """
    tier, fired, unknown = "C", [], []
    for code, rule_tier, field_name, test, params, is_by_hand in rules:
        holds, value = test(facts, params)
        if holds:
            fired.append({"code": code, "field": field_name, "value": value})
            tier = tier if is_by_hand else min(tier, rule_tier)
        elif holds is None:
            unknown.append(code)
    return Decision(tier, fired, unknown)


def standing(computed: str, *, ordered: str, weighed: str) -> str:
    """The tier that holds: what was set by hand, unless the rules say more than that and than they said when it was
    set. So a raise is never below the rules, and a lowering holds against what the physician weighed, not against facts
    that came later.
    """
    return min(ordered, computed) if ordered and computed < weighed else ordered or computed


def _worded(value: str) -> str:
    """The input that decided, as people read it."""
    if not value.startswith(TOLD):
        return value
    return gettext("%(value)s (from the list)") % {"value": value.removeprefix(TOLD)}


@dataclass(frozen=True)
class ExplainedRule:
    """One line under "why this tier", in the reader's language."""

    code: str
    tier: str
    title: str
    field: str
    value: str


def explained_lists(encounter_id: int) -> dict[str, Few]:
    """The current decision on a stay, and the rules of the protocol version that decided."""
    current = TierAssignment.objects.filter(encounter_id=encounter_id, is_current=True)
    rules = TierRule.objects.filter(protocol_id__in=current.values("protocol_id"))
    return {
        "decisions": Few(current, _DECISION),
        "rules": Few(rules, ["code", "tier", "condition", "title"]),
    }


def explain(assignment: TierAssignment, rules: Iterable[TierRule]) -> tuple[list[ExplainedRule], list[ExplainedRule]]:
    """The rules that fired and the rules not known, with the titles of the protocol version that decided."""
    by_code = {rule.code: rule for rule in rules}

    def line(code: str, source: str, value: str) -> ExplainedRule:
        rule = by_code[code]
        return ExplainedRule(code, rule.tier, localized(rule.title), source, _worded(value))

    fired = [line(row["code"], row["field"], row["value"]) for row in assignment.fired]
    unknown = [line(code, CONDITIONS[by_code[code].condition].field, "") for code in assignment.unknown]
    return fired, unknown


@transaction.atomic
def set_tier(*, encounter: Encounter, tier: str, reason: str, actor: Actor, now: dt.datetime) -> TierAssignment:
    """Somebody clinical puts a stay into another tier, and its orders not yet started are planned anew; where it rises
    after the follow-up had come to its end, the steps ahead are planned.

    What the rules say beyond what they said until then holds all the same (`standing`). Refuses: no reason; a stay
    without a tier; the tier that stands; a role that may not raise; lowering by anybody but a physician.
    """
    from followups.domain import planning

    if not reason.strip():
        raise ReasonMissing
    planning.lock_people([encounter.pk])
    current = TierAssignment.objects.select_for_update().filter(encounter=encounter, is_current=True).first()
    if current is None:
        raise NoTierYet
    before = current.tier
    _check_right(actor, before=before, after=tier)
    if tier == before:
        raise TierStands(tier=tier)
    replace(
        current,
        Decision(tier=current.computed_tier, fired=current.fired, unknown=current.unknown),
        tier=tier,
        protocol_id=current.protocol_id,
        now=now,
        ordered_tier=tier,
        weighed_tier=current.computed_tier,
        overridden_by=actor.staff,
        reason=reason.strip(),
    )
    audit.record("followups.tier.set", encounter, actor=actor, before={"tier": before}, after={"tier": tier})
    planning.plan(encounter_ids=[encounter.pk], now=now)
    return TierAssignment.objects.get(encounter=encounter, is_current=True)


def replace(
    current: TierAssignment, decision: Decision, *, tier: str, protocol_id: int, now: dt.datetime, **more: Any
) -> TierAssignment:
    """The current assignment becomes history and another takes its place, with the protocol version that decided."""
    TierAssignment.objects.filter(pk=current.pk).update(is_current=False)
    return TierAssignment.objects.create(
        encounter_id=current.encounter_id,
        protocol_id=protocol_id,
        tier=tier,
        computed_tier=decision.tier,
        fired=decision.fired,
        unknown=decision.unknown,
        insufficient_facts=decision.insufficient_facts,
        assigned_at=now,
        **more,
    )


def _check_right(actor: Actor, *, before: str, after: str) -> None:
    lowers = _ORDER[Tier(after)] > _ORDER[Tier(before)]
    if lowers and not actor.can("followups.lower_tier"):
        raise MayNotLower
    if not lowers and not actor.can("followups.raise_tier"):
        raise MayNotRaise
