"""A union of two records is taken apart: both stand again, also after further work.

The rule of what goes where: a row that hung on the second record before the union goes back to it, as it is by now; a
row that the union had dropped, because the first record had the same, is there again; a row made since stays with the
kept record, unless whoever decides names it (`moving`). A field the union changed takes its old value back, unless
somebody has changed it since. A death that came with the second record leaves with it. A death reported since may be of
either: it stays with the kept record, and nobody calls the second one until it is decided who died. A stop of contact
said since holds for both, unless it is named. Rows of the kind that is written once follow what they belong to, by the
module they are of (`patients_unmerged`).

Refused for a union already taken apart, for one on which a later union rests, and for an erased record.
"""

import datetime as dt
import json
from collections.abc import Collection, Mapping
from typing import Any

from django.apps import apps
from django.db import IntegrityError, ProgrammingError, transaction
from django.db.models import GeneratedField, Model
from django.utils.translation import gettext as _

from accounts.actors import Actor
from accounts.audit import record
from accounts.calendar import today
from patients import registry
from patients.domain.consent_unions import part_consents
from patients.domain.duplicates import keep_apart
from patients.domain.life import doubt_death
from patients.domain.person_rows import show_newest_stay
from patients.domain.reach import refresh_phone
from patients.domain.staging import executed
from patients.domain.uniting import DEATH_COLUMNS, columns_of, person_relations
from patients.models import ContactStop, Patient, PersonMerger, PersonTask, StationAssignment
from patients.signals import patients_unmerged

_DERIVED = (
    "sort_on",
    "last_visit_on",
    "last_department_id",
    "disease_group",
    "last_diagnosis_text",
    "phone",
)


class CannotPart(Exception):
    """Refused, with the reason."""


def part(
    *,
    merger: PersonMerger,
    reason: str,
    actor: Actor | None,
    now: dt.datetime,
    moving: Mapping[str, Collection[int]] | None = None,
) -> Patient:
    """Take a union apart; answers the second record, which stands again. `moving`: rows made since that belong to it,
    by kind (`patients.encounter`).
    """
    if not reason.strip():
        raise CannotPart(_("A reason is needed."))
    try:
        with transaction.atomic():
            return _parted(merger, reason.strip(), actor, now, moving or {})
    except (IntegrityError, ProgrammingError) as refusal:
        raise CannotPart(_("What was entered since cannot be divided between the two records.")) from refusal


def later_union(merger: PersonMerger) -> PersonMerger | None:
    """The union that has to be taken apart before this one; None where there is none."""
    others = PersonMerger.objects.filter(kept=merger.kept_id, undone_at__isnull=True, pk__gt=merger.pk)
    return others.order_by("-pk").first()


def made_since(merger: PersonMerger) -> dict[str, list[Any]]:
    """The rows on the kept record that were made after the union and may be given to the second one, by kind: those of
    patients itself, and those that the apps above have named (`registry.Movable`).
    """
    found = {}
    for relation in person_relations():
        model, name = relation.related_model, relation.field.name
        is_movable = model._meta.app_label == "patients" or model._meta.label_lower in registry.movables
        if model in (Patient, PersonMerger) or model.append_only or not is_movable:
            continue
        before = {row["id"] for row in merger.before.get(_key(relation), [])}
        rows = model.objects.filter(**{name: merger.kept_id}).exclude(pk__in=before).order_by("pk")
        if rows := list(rows):
            found[model._meta.label_lower] = rows
    return found


def _parted(
    merger: PersonMerger, reason: str, actor: Actor | None, now: dt.datetime, moving: Mapping[str, Collection[int]]
) -> Patient:
    kept_id = PersonMerger.objects.values_list("kept_id", flat=True).get(pk=merger.pk)
    kept = Patient.objects.select_for_update().get(pk=kept_id)
    merger = PersonMerger.objects.select_for_update().get(pk=merger.pk)
    if merger.undone_at is not None:
        raise CannotPart(_("This union has already been taken apart."))
    if later_union(merger) is not None:
        raise CannotPart(_("A later union rests on this one: take that one apart first."))
    if kept.contact_state == Patient.ContactState.ERASED:
        raise CannotPart(_("One of the two records has been erased."))
    before = {row["id"]: row for row in merger.before[Patient._meta.label_lower]}
    _insert(Patient, _person_again(before[merger.merged_id]))
    other = Patient.objects.select_for_update().get(pk=merger.merged_id)
    merger.undone_at, merger.undone_by, merger.undo_reason = now, actor.staff if actor else None, reason
    merger.save(update_fields=["undone_at", "undone_by", "undo_reason"])
    part_consents(kept, other, merger, now=now)
    is_in_doubt = _died_since(columns_of(kept.pk), before.values())
    _restore(kept, other, before[kept.pk], merger.after.get("columns", {}), death_stays=is_in_doubt)
    given = {_key(relation): _give_back(relation, kept, other, merger) for relation in person_relations()}
    for kind, ids in moving.items():
        _move_chosen(kind, ids, kept, other)
    _station_again(other, merger)
    _stop_both(kept, other, merger)
    _agree(kept, other)
    if is_in_doubt and doubt_death(other, now=now):
        other.refresh_from_db(fields=["death_in_doubt_since"])
    _tasks_again([kept, other], merger)
    patients_unmerged.send(sender=Patient, kept=kept, other=other, merger=merger, now=now)
    show_newest_stay([kept.pk, other.pk])
    _seen_by_his(kept, other, before[kept.pk])
    for person in (kept, other):
        refresh_phone(person)
    keep_apart(kept.pk, other.pk, actor=actor, now=now)
    merger.before = merger.after = {}
    merger.save(update_fields=["before", "after"])
    given = {key: ids for key, ids in given.items() if ids}
    record("patients.person.part", kept, actor=actor, parted=other.pk, given=given, reason=reason)
    return other


def _key(relation: Any) -> str:
    return f"{relation.related_model._meta.label_lower}.{relation.field.name}"


def _person_again(row: dict[str, Any]) -> dict[str, Any]:
    """The second record as it was; somebody who referred it and is gone is not named any more."""
    referrer = row.get("referrer_id")
    known = referrer is None or Patient.objects.filter(pk=referrer).exists()
    return row if known else {**row, "referrer_id": None}


def _insert(model: type[Model], row: dict[str, Any]) -> None:
    """One row as the snapshot has it; columns that came later take their defaults."""
    fields = [field for field in model._meta.concrete_fields if not isinstance(field, GeneratedField)]
    values = dict(row)
    for field in fields:
        if field.column not in values and not field.null:
            default = field.get_default()
            values[str(field.column)] = default if isinstance(default, str | int | bool | list | dict) else str(default)
    names = ", ".join(f'"{field.column}"' for field in fields)
    table = model._meta.db_table
    executed(
        f"insert into {table} ({names}) select {names} from jsonb_populate_record(null::{table}, %s::jsonb)",
        [json.dumps(values)],
    )


def _died_since(present: dict[str, Any], before: Collection[dict[str, Any]]) -> bool:
    """Whether a death was reported, or came into doubt, after the union: neither record had that report before."""
    if present["contact_state"] != "deceased":
        in_doubt = present["death_in_doubt_since"]
        return in_doubt is not None and in_doubt not in [row["death_in_doubt_since"] for row in before]
    known = [row["death_reported_at"] for row in before if row["contact_state"] == "deceased"]
    return present["death_reported_at"] not in known


def _restore(
    kept: Patient, other: Patient, before: dict[str, Any], written: dict[str, Any], *, death_stays: bool
) -> None:
    """What the union wrote into the kept record takes its old value, unless it was changed since. `death_stays`: the
    death of the kept record did not come with the other one.
    """
    present = columns_of(kept.pk)
    back = {
        column: before[column]
        for column, value in written.items()
        if column in before and column not in (*_DERIVED, *DEATH_COLUMNS) and present.get(column) == value
    }
    death = {column: present[column] for column in DEATH_COLUMNS}
    came_along = any(written.get(column) is not None for column in DEATH_COLUMNS if column in written)
    if came_along and not (death_stays and present["contact_state"] == "deceased"):
        # whoever confirmed the death since confirmed that of the second record
        _update(other.pk, death)
        back |= {column: before[column] for column in DEATH_COLUMNS}
    _update(kept.pk, back)
    kept.refresh_from_db()
    other.refresh_from_db()


def _update(person_id: int, values: dict[str, Any]) -> None:
    if not values:
        return
    table = Patient._meta.db_table
    names = ", ".join(f'"{column}" = new."{column}"' for column in values)
    executed(
        f"update {table} p set {names} from jsonb_populate_record(null::{table}, %s::jsonb) new where p.id = %s",
        [json.dumps(values), person_id],
    )


def _give_back(relation: Any, kept: Patient, other: Patient, merger: PersonMerger) -> list[int]:
    """Rows that hung on the second record hang on it again; those the union dropped are written anew."""
    model, name, column = relation.related_model, relation.field.name, relation.field.column
    rows = {row["id"]: row for row in merger.before.get(_key(relation), []) if row[column] == other.pk}
    if not rows or model.append_only:
        return []
    present = model.objects.filter(pk__in=rows, **{name: kept.pk})
    given = list(present.values_list("pk", flat=True))
    present.update(**{name: other.pk})
    for pk in merger.after.get("dropped", {}).get(_key(relation), []):
        if pk in rows and not model.objects.filter(pk=pk).exists():
            _insert(model, rows[pk])
            given.append(pk)
    return sorted(given)


def _move_chosen(kind: str, ids: Collection[int], kept: Patient, other: Patient) -> None:
    """Rows made since that whoever decides says are of the second record."""
    for relation in person_relations():
        model, name = relation.related_model, relation.field.name
        if model._meta.label_lower == kind and model is not Patient and not model.append_only:
            model.objects.filter(pk__in=ids, **{name: kept.pk}).update(**{name: other.pk})


def _station_again(other: Patient, merger: PersonMerger) -> None:
    """An assignment to a station that the union had ended goes on."""
    rows = merger.before.get("patients.stationassignment.patient", [])
    open_then = [row["id"] for row in rows if row["patient_id"] == other.pk and row["ended_on"] is None]
    if open_then and not StationAssignment.objects.current().filter(patient=other).exists():
        ended = StationAssignment.objects.filter(pk__in=open_then, ended_on=today(now=merger.at))
        ended.update(ended_on=None, ended_by=None)


def _stop_both(kept: Patient, other: Patient, merger: PersonMerger) -> None:
    """A stop said since the union may be of either: the second record gets the same, where it has none of its own."""
    before = [row["id"] for row in merger.before.get("patients.contactstop.patient", [])]
    stops = ContactStop.objects.filter(patient=kept, lifted_at__isnull=True).exclude(pk__in=before)
    stop = stops.first()
    if stop and not ContactStop.objects.filter(patient=other, lifted_at__isnull=True).exists():
        same = ("asked_by", "words", "proof", "recorded_by", "recorded_at")
        ContactStop.objects.create(patient=other, **{name: getattr(stop, name) for name in same})


def _seen_by_his(kept: Patient, other: Patient, before: dict[str, Any]) -> None:
    """Of a record made by hand the HIS has told nothing; what it told of both since is of the other one, unless the
    kept one has a stay of its own.
    """
    told = Patient.objects.filter(pk=kept.pk).exclude(his_seen_at=None).values_list("his_seen_at", flat=True).first()
    if told and before["his_seen_at"] is None and not kept.encounters.exists():
        Patient.objects.filter(pk=kept.pk).update(his_seen_at=None)
        Patient.objects.filter(pk=other.pk).update(his_seen_at=told)


def _agree(kept: Patient, other: Patient) -> None:
    """Each record is stopped exactly while a stop of its own stands; death comes before both."""
    for person in (kept, other):
        if person.contact_state not in ("open", "stopped"):
            continue
        stopped = ContactStop.objects.filter(patient=person, lifted_at__isnull=True).exists()
        person.contact_state = "stopped" if stopped else "open"
        person.save(update_fields=["contact_state"])


def _tasks_again(people: Collection[Patient], merger: PersonMerger) -> None:
    """What was to be done for the living, and was dropped because the other record was of somebody dead, is to be done
    again.
    """
    open_then = [row["id"] for row in merger.before.get("patients.persontask.patient", []) if row["state"] == "open"]
    living = [person for person in people if not person.is_deceased]
    dropped = PersonTask.objects.filter(pk__in=open_then, patient__in=living, result=PersonTask.BY_DEATH)
    dropped.filter(closed_at=merger.at).update(state=PersonTask.State.OPEN, closed_at=None, result="")


def kind_label(kind: str) -> str:
    """The name of a kind of rows, as it is shown."""
    return str(apps.get_model(kind)._meta.verbose_name_plural)
