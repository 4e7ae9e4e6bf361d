"""Versions of follow-up protocols: installing the shipped one, publishing, and the plan that planning works from."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts import audit
from accounts.actors import Actor
from followups.domain.errors import FollowUpError
from followups.domain.protocol_checks import problems
from followups.models import EscalationRule, Protocol, ProtocolStep, TierRule, TierTarget
from followups.protocols import default


class NotADraft(FollowUpError):
    """Only a draft can be published."""

    message = _("Only a draft can be published.")


class NotSound(FollowUpError):
    """A version with a fault is not published."""

    message = _("This draft cannot be published: %(problems)s")


@dataclass(frozen=True)
class ProtocolPlan:
    """A protocol version with all its rows, read once for many stays."""

    protocol: Protocol
    rules: list[TierRule]
    steps: list[ProtocolStep]

    @cached_property
    def steps_by_tier(self) -> Mapping[str, list[ProtocolStep]]:
        """Steps of each tier in order."""
        return {tier: [step for step in self.steps if step.tier == tier] for tier in "ABC"}

    @cached_property
    def step_by_id(self) -> Mapping[int, ProtocolStep]:
        """Steps by number of the row."""
        return {step.pk: step for step in self.steps}


def plan_of(protocol: Protocol) -> ProtocolPlan:
    """The rows of a version."""
    return ProtocolPlan(
        protocol=protocol,
        rules=list(protocol.rules.order_by("tier", "rank")),
        steps=list(protocol.steps.order_by("tier", "number")),
    )


def published(code: str = default.CODE) -> Protocol | None:
    """The version of the hospital in scope that opens runs at present."""
    return Protocol.objects.published().filter(code=code).first()


@transaction.atomic
def install_default(*, now: dt.datetime) -> Protocol:
    """The shipped protocol of PRODUCT §3 for the hospital in scope, published; one that is there already stays."""
    present = published()
    if present is not None:
        return present
    version = Protocol.objects.filter(code=default.CODE).count() + 1
    protocol = Protocol.objects.create(code=default.CODE, version=version, name=default.NAME)
    _fill(protocol, TierRule, [{"rank": rank, **row} for rank, row in enumerate(default.RULES, start=1)])
    _fill(protocol, ProtocolStep, default.STEPS)
    _fill(protocol, EscalationRule, default.ESCALATIONS)
    _fill(protocol, TierTarget, default.TARGETS)
    return publish(protocol=protocol, now=now)


@transaction.atomic
def publish(*, protocol: Protocol, now: dt.datetime, actor: Actor | None = None) -> Protocol:
    """From now on this version opens runs; the one before is retired, its runs keep it.

    Refuses what is no draft, and a draft with a fault.
    """
    protocol = Protocol.objects.select_for_update().get(pk=protocol.pk)
    if protocol.state != Protocol.State.DRAFT:
        raise NotADraft
    if found := problems(protocol):
        raise NotSound(problems=" ".join(found))
    before = Protocol.objects.published().filter(code=protocol.code)
    before.update(state=Protocol.State.RETIRED, retired_at=now)
    protocol.state = Protocol.State.PUBLISHED
    protocol.published_at = now
    protocol.save(update_fields=["state", "published_at"])
    audit.record(
        "followups.protocol.publish", protocol, actor=actor, after={"code": protocol.code, "version": protocol.version}
    )
    return protocol


def _fill(protocol: Protocol, model: Any, rows: list[dict[str, Any]]) -> None:
    model.objects.bulk_create(model(protocol=protocol, **row) for row in rows)
