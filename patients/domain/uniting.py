"""Two records that are one person become one, on the word of somebody who looked at both.

The stricter end of contact wins and holds before anything moves: a death or a stop of either is that of the united
person. Then each module that listens brings its own rows together; whatever else hangs on the second record moves to
the first, and what the first has already (the same number, the same telephone) is dropped. Of two community stations
the first record's stays; of two decisions about the same contact the more restrictive one. The audit event lists what
moved; `PersonMerger` keeps every row of both as it was, so that the union can be undone. Refused for a record with
itself and for an erased record.
"""

import datetime as dt
import json
from typing import Any

from django.db import IntegrityError, ProgrammingError, connection, transaction
from django.utils.translation import gettext as _

from accounts.actors import Actor
from accounts.audit import record
from accounts.calendar import today
from hospital_crm.tenancy.scope import required_hospital
from patients.domain.consents import unite_consents
from patients.domain.person_rows import show_newest_stay
from patients.domain.staging import fetched
from patients.domain.stations import current_assignment
from patients.models import Patient, PersonMerger
from patients.signals import patients_merged, station_left

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
    except (IntegrityError, ProgrammingError) as refusal:
        raise CannotUnite(_("The two records hold entries that cannot stand side by side.")) from refusal


def _united(kept_id: int, other_id: int, actor: Actor | None, now: dt.datetime) -> Patient:
    rows = Patient.objects.select_for_update().filter(pk__in=[kept_id, other_id]).order_by("pk")
    people = {person.pk: person for person in rows}
    if len(people) != 2:
        raise CannotUnite(_("One of the two records is gone."))
    kept, other = people[kept_id], people[other_id]
    if "erased" in (kept.contact_state, other.contact_state):
        raise CannotUnite(_("One of the two records has been erased."))
    merger = PersonMerger(
        kept=kept, merged_id=other_id, merged_public_id=other.public_id, before=_rows_of([kept, other]), at=now
    )
    merger.by = actor.staff if actor else None
    _take_over(kept, other)
    if kept.referrer_id == other_id:
        kept.referrer = None
    kept.save()
    _keep_one_station(kept, other, actor, now)
    merger.save()
    unite_consents(kept, other_id, merger, now=now)
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
    """Every key that leads to a person, also those without a name for the way back."""
    known = Patient._meta.get_fields(include_hidden=True)
    return [field for field in known if field.auto_created and not field.concrete and not field.many_to_many]


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
    return moved


def _rows_of(people: list[Patient]) -> dict[str, list[dict[str, Any]]]:
    """Every row of these people, by model, as the database has it; of others that refer to them only where."""
    ids = [person.pk for person in people]
    found = {Patient._meta.label_lower: _as_json(Patient, "id", ids, True)}
    for relation in _relations():
        model, column = relation.related_model, relation.field.column
        found[f"{model._meta.label_lower}.{relation.field.name}"] = _as_json(model, column, ids, model is not Patient)
    return {name: rows for name, rows in found.items() if rows}


def _as_json(model: Any, column: str, ids: list[int], is_whole: bool) -> list[dict[str, Any]]:
    row = "to_jsonb(t)" if is_whole else f"jsonb_build_object('id', t.id, '{column}', t.{column})"
    rows = fetched(
        f"select coalesce(jsonb_agg({row} order by t.id), '[]')::text from {model._meta.db_table} t"
        f" where t.hospital_id = %s and t.{column} = any(%s)",
        [required_hospital().pk, ids],
    )
    return json.loads(rows[0][0])


def _keep_one_station(kept: Patient, other: Patient, actor: Actor | None, now: dt.datetime) -> None:
    """The second record's assignment ends where the first has one."""
    second = current_assignment(other)
    if second is None or current_assignment(kept) is None:
        return
    second.ended_on, second.ended_by = today(now=now), actor.staff if actor else None
    second.save(update_fields=["ended_on", "ended_by"])
    station_left.send(sender=Patient, patient=other, station=second.station, actor=actor, now=now)


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
