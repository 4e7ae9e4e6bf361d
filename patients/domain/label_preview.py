"""What a draft of the label rules would change, tried on the people seen last, before it is published."""

import datetime as dt
from collections import Counter
from dataclasses import dataclass

from accounts.calendar import today
from patients.domain.label_sql import statement_of
from patients.domain.staging import fetched
from patients.models import LabelRuleSet, Patient
from patients.models.label_words import VALUES, value_word

TRIED = 2_000


@dataclass(frozen=True)
class Tried:
    """So many people would go from one group or stage of an axis to another; '' is none."""

    axis: str
    before: str
    after: str
    n: int


@dataclass(frozen=True)
class Preview:
    """How many people were tried, and what would change, the most frequent first."""

    people: int
    changes: list[Tried]


def preview(draft: LabelRuleSet, *, now: dt.datetime) -> Preview:
    """The draft against the labels that hold, on the `TRIED` living people with the latest visits."""
    rows = Patient.objects.filter(contact_state__in=("open", "stopped")).newest_first()
    held = {row["pk"]: row for row in rows.values("pk", *VALUES)[:TRIED]}
    if not held:
        return Preview(0, [])
    said = statement_of(draft)
    found = fetched(
        f"select patient_id, axis, value from ({said.sql}) said",
        {**said.params, "ids": list(held), "day": today(now=now)},
    )
    moves = Counter((axis, held[pk][axis], value) for pk, axis, value in found if held[pk][axis] != value)
    changes = [
        Tried(axis, value_word(axis, before), value_word(axis, after), n)
        for (axis, before, after), n in moves.most_common()
    ]
    return Preview(len(held), changes)
