"""Two records that are one person become one, on the word of somebody who looked at both.

The stricter end of contact wins and holds before anything moves: a death or a stop of either is that of the united
person. Then each module that listens brings its own rows together; whatever else hangs on the second record moves to
the first, and what the first has already (the same number, the same telephone) is dropped. The audit event lists what
moved. Refused for a record with itself, for an erased record, and where recorded calls, which are never changed, hang
on the second.
"""

import datetime as dt
from typing import Any

from django.db import IntegrityError, ProgrammingError, connection, transaction
from django.utils.translation import gettext as _

from accounts.actors import Actor
from accounts.audit import record
from patients.domain.person_rows import show_newest_stay
from patients.models import Patient
from patients.signals import patients_merged

_STRICTNESS = ("open", "stopped", "deceased", "erased")
_DEATH = (
    "contact_state",
    "deceased_on",
    "deceased_source",
    "death_reported_by_id",
    "death_reported_at",
    "death_confirmed_by_id",
    "death_confirmed_at",
)
_FILLED = ("sex", "birth_date", "mrn", "phone", "address", "region", "occupation", "insurance_type", "allergies")


class CannotUnite(Exception):
    """Refused, with the reason."""


def unite(*, kept_id: int, other_id: int, actor: Actor | None, now: dt.datetime) -> Patient:
    """Make two records one; answers the kept one. The other is gone afterwards."""
    try:
        with transaction.atomic():
            return _united(kept_id, other_id, actor, now)
    except IntegrityError as refusal:
        raise CannotUnite(_("The two records hold entries that cannot stand side by side.")) from refusal


def _united(kept_id: int, other_id: int, actor: Actor | None, now: dt.datetime) -> Patient:
    rows = Patient.objects.select_for_update().filter(pk__in=[kept_id, other_id]).order_by("pk")
    people = {person.pk: person for person in rows}
    if len(people) != 2:
        raise CannotUnite(_("One of the two records is gone."))
    kept, other = people[kept_id], people[other_id]
    if "erased" in (kept.contact_state, other.contact_state):
        raise CannotUnite(_("One of the two records has been erased."))
    _take_over(kept, other)
    kept.save()
    patients_merged.send(sender=Patient, kept=kept, merged=other)
    moved = {relation.related_model._meta.label_lower: _move(relation, kept, other) for relation in _relations()}
    _remove(other)
    show_newest_stay([kept.pk], now=now)
    record(
        "patients.person.unite",
        kept,
        actor=actor,
        merged=other_id,
        moved={key: ids for key, ids in moved.items() if ids},
    )
    return kept


def _relations() -> list[Any]:
    return [relation for relation in Patient._meta.related_objects if not relation.many_to_many]


def _move(relation: Any, kept: Patient, other: Patient) -> list[int]:
    """Hang the rows of one relation on the kept record; answers the ids of those moved."""
    name = relation.field.name
    moved = []
    for row in relation.related_model.objects.filter(**{name: other}):
        try:
            with transaction.atomic():
                relation.related_model.objects.filter(pk=row.pk).update(**{name: kept})
            moved.append(row.pk)
        except IntegrityError:
            _remove(row)
        except ProgrammingError as refusal:
            raise CannotUnite(
                _("Calls have been recorded for the second record; it can no longer be united.")
            ) from refusal
    return moved


def _remove(row: Any) -> None:
    """Delete one row to which nothing refers; the composite keys refuse anything else."""
    type(row).objects.filter(pk=row.pk)._raw_delete(connection.alias)


def _take_over(kept: Patient, other: Patient) -> None:
    """Fill what the kept record lacks, and take the stricter end of contact."""
    for name in _FILLED:
        if getattr(kept, name) in ("", None, "U") and getattr(other, name) not in ("", None, "U"):
            setattr(kept, name, getattr(other, name))
    if _STRICTNESS.index(other.contact_state) > _STRICTNESS.index(kept.contact_state):
        for name in _DEATH:
            setattr(kept, name, getattr(other, name))
