"""Keeping segments: made, changed (which makes a version), copied, shared, retired; the shipped ones are installed.

The owner changes a segment; those who manage segments change any. A rule is never changed in place.
"""

import datetime as dt
from collections.abc import Collection
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.actors import Actor
from accounts.audit import record
from accounts.calendar import today
from hospital_crm.tenancy.queue import queue_on_commit
from patients.domain.segments import rules, shipped
from patients.domain.segments.rules import Rule
from patients.models import Segment, SegmentVersion
from patients.models.segments import EVERYBODY


class SegmentError(Exception):
    """Refused, with a sentence for the person who asked."""


def title_of(segment: Segment) -> str:
    """What the segment is called: as the hospital wrote it, else the shipped name in the reader's language."""
    known = shipped.shipped_as(segment.code)
    return segment.name or (str(known.name) if known else segment.code)


def purpose_of(segment: Segment) -> str:
    """What the segment is for, as `title_of`."""
    known = shipped.shipped_as(segment.code)
    return segment.description or (str(known.description) if known else "")


def rule_of(segment: Segment, number: int | None = None) -> Rule:
    """The rule of one version, the present one unless another is named."""
    if number is None and "present_rule" in vars(segment):
        return rules.from_json(vars(segment)["present_rule"])
    version = SegmentVersion.objects.get(segment=segment, number=number or segment.version)
    return rules.from_json(version.rule)


def may_change(segment: Segment, actor: Actor) -> bool:
    """The owner, or somebody who manages segments; nobody once it is retired."""
    if segment.is_retired or not actor.can("patients.segments"):
        return False
    return segment.owner_id == actor.staff.pk or actor.can("patients.segments_manage")


@transaction.atomic
def create_segment(
    *, name: str, description: str, rule: Rule, shared_with: Collection[str], actor: Actor, now: dt.datetime
) -> Segment:
    """A segment of one's own, with its first version. Refuses an empty name, and a rule with a problem (RuleError)."""
    rule = rules.checked(rule, actor=actor, today=today(now=now))
    segment = Segment(owner=actor.staff, facts=rules.facts_of(rule))
    _describe(segment, name, description, shared_with)
    segment.save()
    _add_version(segment, rule, actor=actor, note="")
    record("patients.segment.create", segment, actor=actor, after={"facts": segment.facts})
    return segment


@transaction.atomic
def change_segment(
    segment: Segment,
    *,
    name: str,
    description: str,
    rule: Rule,
    shared_with: Collection[str],
    note: str = "",
    known_version: int,
    actor: Actor,
    now: dt.datetime,
) -> Segment:
    """Changes name, purpose, sharing and rule; a rule that asks something else is another version. Refuses those who
    may not, an empty name, a rule with a problem (RuleError), and a segment that somebody else changed meanwhile.
    """
    segment = Segment.objects.select_for_update(of=("self",)).get(pk=segment.pk)
    if not may_change(segment, actor):
        raise SegmentError(_("Only the owner changes this segment. Copy it."))
    if segment.version != known_version:
        raise SegmentError(_("Somebody has changed this segment meanwhile. Open it again."))
    rule = rules.checked(rule, actor=actor, today=today(now=now))
    _describe(segment, name, description, shared_with)
    if not rules.is_same(rule, rule_of(segment)):
        segment.version, segment.facts = segment.version + 1, rules.facts_of(rule)
        _add_version(segment, rule, actor=actor, note=note)
    segment.save()
    record("patients.segment.change", segment, actor=actor, after={"version": segment.version})
    return segment


@transaction.atomic
def retire_segment(segment: Segment, *, actor: Actor, now: dt.datetime) -> Segment:
    """The segment is used no more; its versions and counts stay, its members are let go. Refuses those who may not."""
    segment = Segment.objects.select_for_update(of=("self",)).get(pk=segment.pk)
    if not may_change(segment, actor):
        raise SegmentError(_("Only the owner retires this segment."))
    segment.retired_at = now
    segment.save(update_fields=["retired_at"])
    segment.members.all()._raw_delete("default")
    record("patients.segment.retire", segment, actor=actor)
    return segment


@transaction.atomic
def resume_segment(segment: Segment, *, actor: Actor) -> Segment:
    """A retired segment is used again, and worked out anew. Refuses those who may not."""
    segment = Segment.objects.select_for_update(of=("self",)).get(pk=segment.pk)
    if segment.owner_id != actor.staff.pk and not actor.can("patients.segments_manage"):
        raise SegmentError(_("Only the owner uses this segment again."))
    segment.retired_at, segment.refreshed_at = None, None
    segment.save(update_fields=["retired_at", "refreshed_at"])
    queue_on_commit("patients.refresh_segments", queue="bulk")
    record("patients.segment.resume", segment, actor=actor)
    return segment


@transaction.atomic
def ask_for_refresh(segment: Segment, *, actor: Actor) -> None:
    """The members are worked out anew as soon as a worker is free. Refuses a retired segment."""
    if not Segment.objects.in_use().filter(pk=segment.pk).update(refreshed_at=None):
        raise SegmentError(_("This segment has been retired."))
    queue_on_commit("patients.refresh_segments", queue="bulk")
    record("patients.segment.refresh", segment, actor=actor)


@transaction.atomic
def install_shipped() -> None:
    """Adds the shipped segments that the hospital in scope lacks."""
    present = set(Segment.objects.exclude(code="").values_list("code", flat=True))
    for one in shipped.SHIPPED:
        if one.code not in present:
            rule = rules.from_json(one.rule)
            segment = Segment.objects.create(code=one.code, shared_with=[EVERYBODY], facts=rules.facts_of(rule))
            SegmentVersion.objects.create(segment=segment, number=1, rule=rules.as_json(rule))


def _describe(segment: Segment, name: str, description: str, shared_with: Collection[str]) -> None:
    """Shipped names that nobody changed stay translated."""
    known = shipped.shipped_as(segment.code)
    unchanged = (str(known.name), str(known.description)) if known else ("", "")
    segment.name = "" if known and name.strip() == unchanged[0] else name.strip()
    segment.description = "" if known and description.strip() == unchanged[1] else description.strip()
    segment.shared_with = sorted(set(shared_with))
    if not segment.name and not segment.code:
        raise SegmentError(_("A segment needs a name."))


def _add_version(segment: Segment, rule: Rule, *, actor: Actor, note: str) -> SegmentVersion:
    queue_on_commit("patients.refresh_segments", queue="bulk")
    values: dict[str, Any] = {"rule": rules.as_json(rule), "note": note.strip(), "made_by": actor.staff}
    return SegmentVersion.objects.create(segment=segment, number=segment.version, **values)
