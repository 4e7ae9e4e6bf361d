"""Clinical facts of a stay that no feed brings, ticked by the attending or a nurse."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db import transaction

from accounts.actors import Actor
from accounts.audit import record
from patients import signals
from patients.facts import FACTS, KEYS
from patients.models import Encounter, EncounterFact


class FactsError(Exception):
    """Refused, with the reason."""


def known_facts(encounter: Encounter) -> dict[str, bool]:
    """The facts that are known of a stay, by key."""
    return dict(EncounterFact.objects.filter(encounter=encounter).values_list("key", "value"))


@dataclass(frozen=True)
class Told:
    """A fact in words: what, whether it holds, who ticked it and when."""

    label: Any
    holds: bool
    by: str
    at: dt.datetime


def facts_in_words(encounter: Encounter) -> list[Told]:
    """What is known of a stay beside the mirror, in the order of the catalogue."""
    rows = EncounterFact.objects.filter(encounter=encounter).select_related("recorded_by")
    known = {row.key: row for row in rows}
    return [
        Told(fact.label, row.value, str(row.recorded_by or ""), row.recorded_at)
        for fact in FACTS
        if (row := known.get(fact.key))
    ]


@transaction.atomic
def record_facts(
    encounter: Encounter, answers: Mapping[str, bool | None], *, actor: Actor, now: dt.datetime
) -> list[str]:
    """Keeps what was ticked: yes, no, or None for not known. Answers the keys that changed; they re-tier the stay
    at once.

    Keys that are not asked stay as they are. Refused for keys outside the catalogue and for a cancelled stay.
    """
    if unknown := set(answers) - KEYS:
        raise FactsError(f"no such fact: {sorted(unknown)}")
    encounter = Encounter.objects.select_for_update(no_key=True).get(pk=encounter.pk)
    if encounter.is_cancelled:
        raise FactsError("the stay was cancelled")
    before = known_facts(encounter)
    changed = [key for key, value in answers.items() if before.get(key) != value]
    if not changed:
        return []
    EncounterFact.objects.filter(encounter=encounter, key__in=changed).delete()
    EncounterFact.objects.bulk_create(
        EncounterFact(encounter=encounter, key=key, value=value, recorded_by=actor.staff, recorded_at=now)
        for key in changed
        if (value := answers[key]) is not None
    )
    record(
        "patients.facts.record",
        encounter,
        actor=actor,
        before={key: before.get(key) for key in changed},
        after={key: answers[key] for key in changed},
    )
    signals.facts_changed.send(sender=Encounter, encounter=encounter)
    return changed
