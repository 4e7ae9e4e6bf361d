"""Two records that are one person become one, on the word of somebody who looked at both.

The stricter end of contact wins and holds before anything moves: a death or a stop of either is that of the united
person. Then each module that listens brings its own rows together; whatever else hangs on the second record moves to
the first, and what the first has already (the same number, the same telephone) is dropped. Of two community stations
the first record's stays; of two decisions about the same contact the more restrictive one. What the kept record does
not know is filled from the second; allergies, diseases, histories and medicines of both are kept, unless somebody chose
between them. The audit event lists what moved; `PersonMerger` keeps every row of both as it was, so that the union can
be undone. Refused for a record with itself and for an erased record, and where what both say has no room in one record.
"""

import datetime as dt
import hashlib
import json
from collections.abc import Callable, Collection
from typing import Any

from django.db import IntegrityError, ProgrammingError, connection, transaction
from django.utils.translation import gettext as _

from accounts.actors import Actor
from accounts.audit import record
from accounts.calendar import today
from hospital_crm.tenancy.scope import required_hospital
from patients.domain.consent_unions import unite_consents
from patients.domain.divisions import code_of
from patients.domain.duplicates import forget_pairs
from patients.domain.joined_texts import list_of_both, text_of_both
from patients.domain.person_rows import show_newest_stay
from patients.domain.regions import county_of
from patients.domain.staging import fetched
from patients.domain.stations import current_assignment
from patients.domain.tasks import drop_of_the_dead
from patients.models import Patient, PersonMerger
from patients.signals import birth_dates_changed, patients_merged, station_left

_STRICTNESS = ("open", "stopped", "deceased", "erased")
DEATH_COLUMNS = (
    "contact_state",
    "deceased_on",
    "deceased_source",
    "death_reported_by_id",
    "death_reported_at",
    "death_confirmed_by_id",
    "death_confirmed_at",
)
_NAME = ("name", "given_name", "py_full", "py_initials", "py_full_alt", "py_initials_alt")
# What may be chosen field by field, and the columns that go along.
CHOOSABLE: dict[str, tuple[str, ...]] = {
    "name": _NAME,
    "address": ("address", "division_code", "region"),
    "birth_date": ("birth_date",),
    **{
        name: (name,)
        for name in (
            *("sex", "mrn", "kind", "category", "education", "marital_status", "occupation", "insurance_type"),
            *("source", "preferred_channel", "preferred_hours", "preferred_language", "hobbies", "habits"),
            *("allergies", "chronic_diseases", "past_history", "family_history", "current_medicines"),
        )
    },
}
# Filled where the kept record has nothing, whether or not anybody may choose it.
_FILLED = (*CHOOSABLE, "phone", "region", "referrer")
# Of these one record alone would not be safe: where nobody chose, what both say is kept.
JOINED: dict[str, Callable[[str, str], str]] = {
    "allergies": list_of_both,
    **dict.fromkeys(("chronic_diseases", "past_history", "family_history", "current_medicines"), text_of_both),
}
_EMPTY = ("", None, "U")
# What changes by itself and is no reason to look again.
_RESTLESS = ("his_seen_at", "last_visit_on", "last_department_id", "disease_group", "last_diagnosis_text", "care_tier")
# Rows of which only the place is kept: people themselves, and former unions with all that they keep.
_ONLY_WHERE = (Patient, PersonMerger)


# what is taken from the other record, and what stays the kept one's own
_Decided = tuple[Collection[str], Collection[str]]


class CannotUnite(Exception):
    """Refused, with the reason."""


def unite(
    *,
    kept_id: int,
    other_id: int,
    actor: Actor | None,
    now: dt.datetime,
    chosen: Collection[str] = (),
    own: Collection[str] = (),
    seen: str = "",
) -> Patient:
    """Make two records one; answers the kept one. The other is gone afterwards.

    `chosen`: the fields of `CHOOSABLE` that the kept record takes from the other one; `own`: those in which it stays as
    it is. `seen`: the fingerprint of both as whoever decides had them before the eyes; refused where one has changed
    since.
    """
    try:
        with transaction.atomic():
            return _united(kept_id, other_id, actor, now, (chosen, own), seen)
    except (IntegrityError, ProgrammingError) as refusal:
        raise CannotUnite(_("The two records hold entries that cannot stand side by side.")) from refusal


def fingerprint(first: Patient, second: Patient) -> str:
    """What two records say, in short: the same as long as neither changes."""
    rows = [columns_of(person_id) for person_id in sorted((first.pk, second.pk))]
    said = [{key: value for key, value in row.items() if key not in _RESTLESS} for row in rows]
    return hashlib.sha256(json.dumps(said, sort_keys=True, default=str).encode()).hexdigest()[:32]


def _united(
    kept_id: int, other_id: int, actor: Actor | None, now: dt.datetime, decided: _Decided, seen: str
) -> Patient:
    kept, other = _held(kept_id, other_id)
    if seen and seen != fingerprint(kept, other):
        raise CannotUnite(_("One of the two records has changed since you looked at them. Look again."))
    merger = PersonMerger(
        kept=kept, merged_id=other_id, merged_public_id=other.public_id, before=_rows_of([kept, other]), at=now
    )
    merger.by = actor.staff if actor else None
    born = [kept.birth_date, other.birth_date]
    merger.chosen = _take_over(kept, other, *decided)
    kept.save()
    _keep_one_station(kept, other, actor, now)
    merger.save()
    unite_consents(kept, other_id, merger, now=now)
    patients_merged.send(sender=Patient, kept=kept, merged=other)
    moved, dropped = {}, {}
    for relation in person_relations():
        key = f"{relation.related_model._meta.label_lower}.{relation.field.name}"
        moved[key], dropped[key] = _move(relation, kept, other)
    _remove(other)
    if born != [kept.birth_date] * 2:
        birth_dates_changed.send(sender=Patient, patient_ids=[kept.pk])
    if kept.is_deceased:
        drop_of_the_dead([kept], now=now)
    show_newest_stay([kept.pk])
    merger.after = {"columns": _written(merger, kept_id), "dropped": {key: ids for key, ids in dropped.items() if ids}}
    merger.save(update_fields=["after"])
    forget_pairs(kept_id, other_id, actor=actor, now=now)
    record(
        "patients.person.unite",
        kept,
        actor=actor,
        merged=other_id,
        fields=merger.chosen,
        moved={key: ids for key, ids in moved.items() if ids},
    )
    return kept


def _held(kept_id: int, other_id: int) -> tuple[Patient, Patient]:
    """Both records, locked in the order of their numbers."""
    rows = Patient.objects.select_for_update().filter(pk__in=[kept_id, other_id]).order_by("pk")
    people = {person.pk: person for person in rows}
    if len(people) != 2:
        raise CannotUnite(_("One of the two records is gone."))
    kept, other = people[kept_id], people[other_id]
    if "erased" in (kept.contact_state, other.contact_state):
        raise CannotUnite(_("One of the two records has been erased."))
    if "binned" in (kept.contact_state, other.contact_state):
        raise CannotUnite(_("One of the two records lies in the bin."))
    return kept, other


def columns_of(person_id: int) -> dict[str, Any]:
    """A record as the database has it, by column."""
    return _as_json(Patient, "id", [person_id], True)[0]


def _written(merger: PersonMerger, kept_id: int) -> dict[str, Any]:
    """What the union changed in the kept record."""
    before = next(row for row in merger.before[Patient._meta.label_lower] if row["id"] == kept_id)
    return {key: value for key, value in columns_of(kept_id).items() if before.get(key) != value}


def person_relations() -> list[Any]:
    """Every key that leads to a person, also those without a name for the way back."""
    known = Patient._meta.get_fields(include_hidden=True)
    return [field for field in known if field.auto_created and not field.concrete and not field.many_to_many]


def _move(relation: Any, kept: Patient, other: Patient) -> tuple[list[int], list[int]]:
    """Hang the rows of one relation on the kept record; answers the ids of those moved and of those dropped."""
    name = relation.field.name
    moved, dropped = [], []
    for row in relation.related_model.objects.filter(**{name: other}):
        try:
            with transaction.atomic():
                relation.related_model.objects.filter(pk=row.pk).update(**{name: kept})
            moved.append(row.pk)
        except IntegrityError:
            _remove(row)
            dropped.append(row.pk)
    return moved, dropped


def _rows_of(people: list[Patient]) -> dict[str, list[dict[str, Any]]]:
    """Every row of these people, by model, as the database has it; of others that refer to them only where."""
    ids = [person.pk for person in people]
    found = {Patient._meta.label_lower: _as_json(Patient, "id", ids, True)}
    for relation in person_relations():
        model, column = relation.related_model, relation.field.column
        found[f"{model._meta.label_lower}.{relation.field.name}"] = _as_json(
            model, column, ids, model not in _ONLY_WHERE
        )
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


def _take_over(kept: Patient, other: Patient, chosen: Collection[str], own: Collection[str]) -> list[str]:
    """Take what was chosen, fill what the kept record lacks and nothing beside it, join what both say, and take the
    stricter end of contact; answers the fields that came from the other record. The division is that of the address and
    region by then; a record that the HIS has told one of is told by the HIS.
    """
    if unknown := {*chosen, *own} - set(CHOOSABLE):
        raise CannotUnite(_("These fields cannot be chosen: {names}").format(names=", ".join(sorted(unknown))))
    _name_nobody_twice(kept, other)
    taken = [name for name in CHOOSABLE if name in chosen and getattr(kept, name) != getattr(other, name)]
    its_own = {column for name in own for column in CHOOSABLE[name]}
    open_yet = [name for name in _FILLED if name not in (*chosen, *its_own)]
    filled = [name for name in open_yet if is_empty(kept, name) and not is_empty(other, name)]
    for column in (*filled, *(column for name in taken for column in CHOOSABLE[name])):
        setattr(kept, column, getattr(other, column))
    joined = [name for name in JOINED if name in open_yet and name not in filled and _join(kept, other, name)]
    if {"address", "region"} & {*taken, *filled}:
        kept.region = kept.region or county_of(kept.address)
        kept.division_code = code_of(kept.region, kept.address)
    if _STRICTNESS.index(other.contact_state) > _STRICTNESS.index(kept.contact_state):
        for name in DEATH_COLUMNS:
            setattr(kept, name, getattr(other, name))
    elif other.death_is_contradicted and not kept.is_deceased:
        kept.death_in_doubt_since, kept.death_reported_at = other.death_in_doubt_since, other.death_reported_at
    seen = [moment for moment in (kept.his_seen_at, other.his_seen_at) if moment]
    kept.his_seen_at = max(seen, default=None)
    return [*taken, *filled, *joined]


def is_empty(person: Patient, name: str) -> bool:
    """Whether a record says nothing in this field."""
    return getattr(person, name) in _EMPTY


def _name_nobody_twice(kept: Patient, other: Patient) -> None:
    """Nobody is referred by the own other record."""
    if kept.referrer_id == other.pk:
        kept.referrer = None
    if other.referrer_id == kept.pk:
        other.referrer = None


def _join(kept: Patient, other: Patient, name: str) -> bool:
    """Whether the other record had something to add. Refused where both have no room in one: nothing is cut off."""
    before, theirs = getattr(kept, name), getattr(other, name)
    both = JOINED[name](before, theirs) if theirs else before
    field: Any = Patient._meta.get_field(name)
    if len(both) > max(field.max_length or 0, len(before), len(theirs)):
        said = _("What both records say has no room in one. Choose or shorten it first: {field}")
        raise CannotUnite(said.format(field=field.verbose_name))
    setattr(kept, name, both)
    return both != before
