"""Deciding contradictions: two people stay two, or one person gets one record. Decided once, remembered for good."""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.actors import Actor
from accounts.audit import log_access, record
from integrations.domain import doubts
from integrations.domain.contradictions import lead_elsewhere
from integrations.domain.errors import ImportRefused
from integrations.domain.receiving import apply_again
from integrations.models import InboundRecord, MatchConflict
from integrations.readers.problems import sentence
from patients.domain import masking
from patients.domain.uniting import CannotUnite, unite
from patients.models import Encounter, Patient

SHOWN_AT_ONCE = 20


@dataclass(slots=True)
class Side:
    """One of the two records, masked; `stays` are days and department only."""

    facts: list[tuple[str, str, bool]]
    stays: list[str]


@dataclass(slots=True)
class Question:
    """A contradiction as it is shown: what it is, both sides, and which facts differ."""

    conflict: MatchConflict
    reason: str
    has_death: bool
    left: Side | None
    right: Side | None


def open_questions(actor: Actor) -> list[Question]:
    """The contradictions that wait, those with a death first, then the oldest; looking at them is logged."""
    conflicts = list(doubts.deaths_first(MatchConflict.objects.waiting()).select_related("batch")[:SHOWN_AT_ONCE])
    ids = {one for conflict in conflicts for one in (conflict.left_id, conflict.right_id)}
    people = Patient.objects.in_bulk(ids)
    stays: dict[int, list[str]] = {}
    rows = Encounter.objects.filter(patient_id__in=ids).select_related("department").order_by("-admitted_on")
    for stay in rows:
        words = f"{stay.admitted_on}–{stay.discharged_on or ''} {stay.department or ''}".strip()
        stays.setdefault(stay.patient_id, []).append(words)
    log_access(actor, "list", people, page="conflicts")
    return [_question(conflict, people, stays) for conflict in conflicts]


@transaction.atomic
def decide(conflict: MatchConflict, *, same: bool, actor: Actor, now: dt.datetime) -> MatchConflict:
    """Settle a contradiction. Refused when somebody else settled it meanwhile, or a record of the two is gone."""
    conflict = MatchConflict.objects.select_for_update().get(pk=conflict.pk)
    if conflict.state != MatchConflict.State.OPEN:
        raise ImportRefused(_("Somebody has already decided this."))
    if same:
        try:
            unite(kept_id=conflict.left_id, other_id=conflict.right_id, actor=actor, now=now)
        except CannotUnite as refusal:
            raise ImportRefused(str(refusal)) from refusal
        lead_elsewhere(conflict.right_id, conflict.left_id, actor=actor, now=now)
    conflict.state = MatchConflict.State.SAME if same else MatchConflict.State.SEPARATE
    conflict.decided_by, conflict.decided_at = actor.staff, now
    conflict.save(update_fields=["state", "decided_by", "decided_at"])
    doubts.review([conflict.left_id, conflict.right_id], now=now)
    apply_again(InboundRecord.objects.filter(conflict=conflict))
    record("integrations.conflict.decide", conflict, actor=actor, after={"state": conflict.state})
    return conflict


def _question(conflict: MatchConflict, people: dict[int, Patient], stays: dict[int, list[str]]) -> Question:
    left, right = people.get(conflict.left_id), people.get(conflict.right_id)
    return Question(
        conflict,
        sentence(conflict.code, {}),
        any(side is not None and side.is_deceased for side in (left, right)),
        _side(left, right, stays) if left else None,
        _side(right, left, stays) if right else None,
    )


def _side(person: Patient, other: Patient | None, stays: dict[int, list[str]]) -> Side:
    shown: list[tuple[str, Any, Any]] = [
        (_("person's name"), person.name, other and other.name),
        (_("sex"), person.sex, other and other.sex),
        (_("birth date"), person.birth_date, other and other.birth_date),
        (_("record number"), person.mrn, other and other.mrn),
        (_("phone"), person.phone, other and other.phone),
    ]
    masks: tuple[Callable[[Any], str], ...] = (
        masking.mask_name,
        lambda value: str(Patient.Sex(value).label),
        _birth,
        masking.mask_number,
        masking.mask_phone,
    )
    facts = [
        (label, mask(value) if value else "—", bool(other) and value != theirs)
        for (label, value, theirs), mask in zip(shown, masks, strict=True)
    ]
    return Side(facts, stays.get(person.pk, [])[:5])


def _birth(day: dt.date) -> str:
    return f"{day:%Y-%m}-**"
