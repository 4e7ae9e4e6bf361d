"""Two records of one unit become one, field by field, on the word of somebody who looked at both; and apart again.

Everything that hangs on the second record moves to the first. What the first has already goes: a figure of the same
year and source, a second membership of one person, of which the first one keeps what only the second knew. Who looks
after either unit hears of it by the bell. Refused for a unit with itself, for one the actor does not see, and where
contracts of one kind would be in force at once.
"""

import datetime as dt
import json
from collections.abc import Collection, Mapping
from typing import Any
from uuid import UUID

from django.db import IntegrityError, connection, transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from accounts.actors import Actor
from accounts.audit import record
from accounts.models import StaffMember
from groups import signals
from groups.domain import member_unions
from groups.domain.errors import UnitError
from groups.domain.naming import find_by_name
from groups.models import GroupCustomer, GroupMember, UnitMerger
from hospital_crm.tenancy.scope import required_hospital
from messaging.domain.outbox import LONG_NUMBER, Notice, enqueue_all
from messaging.models import Channel
from messaging.recipients import ToStaff
from patients.domain.divisions import code_of
from patients.domain.staging import fetched

UNITED, PARTED = "groups.united", "groups.parted"
# What somebody chooses between; everything else of the kept record stays.
FIELDS = (
    *("name", "status", "relation", "business", "staff_count", "head_name", "address", "region"),
    *("phone", "fax", "email", "website", "value", "owner", "remarks"),
)


@transaction.atomic
def unite_units(
    kept: GroupCustomer, other: GroupCustomer, choices: Mapping[str, str], *, actor: Actor, now: dt.datetime
) -> GroupCustomer:
    """Make two units one; `choices`: field → "other" where its value is to be taken. Answers the kept unit."""
    if kept.pk == other.pk:
        raise UnitError(_("A unit cannot be united with itself."))
    rows = GroupCustomer.objects.visible_to(actor).filter(pk__in=[kept.pk, other.pk])
    units = {unit.pk: unit for unit in rows.select_for_update().order_by("pk")}
    if len(units) != 2:
        raise UnitError(_("One of the two units is gone."))
    kept, other = units[kept.pk], units[other.pk]
    merger = UnitMerger(group=kept, merged_id=other.pk, by=actor.staff, at=now)
    merger.before = {"kept": _as_json(kept._meta.db_table, kept.pk), "other": _as_json(kept._meta.db_table, other.pk)}
    concerned = _members_concerned(kept, other)
    merger.joined = member_unions.bring_units_together(kept, other)
    merger.moved, merger.dropped = _move_everything(kept, other)
    taken = {name: getattr(other, name) for name in FIELDS if choices.get(name) == "other"}
    GroupCustomer.objects.filter(pk=other.pk)._raw_delete(connection.alias)
    for name, value in taken.items():
        setattr(kept, name, value)
    _follow(kept, taken)
    kept.save()
    merger.save()
    record("groups.unit.unite", kept, actor=actor, merged=other.pk, taken=list(taken), moved=merger.moved)
    _tell(UNITED, merger, {kept.owner_id, *_owners(merger)}, actor, now)
    signals.members_changed.send(sender=GroupMember, patient_ids=concerned)
    return kept


@transaction.atomic
def take_apart(merger: UnitMerger, *, actor: Actor, now: dt.datetime) -> GroupCustomer:
    """Undo a union: the second record comes back as it was, with the rows that had moved; what the kept record took
    over goes back where nobody has changed it since. Answers the second record.

    Refused the second time, where the names would clash, and where what happened since leaves no way back.
    """
    merger = UnitMerger.objects.select_for_update(of=("self",)).select_related("group").get(pk=merger.pk)
    if merger.undone_at is not None:
        raise UnitError(_("This union was undone already."))
    try:
        with transaction.atomic():
            _restore_kept(merger)
            _insert(GroupCustomer._meta.db_table, [merger.before["other"]])
            _move_back(merger)
            member_unions.undo(merger.joined)
    except IntegrityError as refusal:
        raise UnitError(_("What has been recorded since leaves no way back.")) from refusal
    merger.undone_at = now
    merger.save(update_fields=["undone_at"])
    record("groups.unit.take_apart", merger.group, actor=actor, merged=merger.merged_id)
    _tell(PARTED, merger, {merger.group.owner_id, *_owners(merger)}, actor, now)
    other = GroupCustomer.objects.get(pk=merger.merged_id)
    signals.members_changed.send(sender=GroupMember, patient_ids=_members_concerned(merger.group, other))
    return other


def _members_concerned(kept: GroupCustomer, other: GroupCustomer) -> list[int]:
    """Who belongs to the second unit, and the key persons of the first: the contracts they stand under change."""
    rows = GroupMember.objects.current().filter(Q(group=other) | Q(group=kept, is_key_person=True))
    return sorted(set(rows.values_list("patient_id", flat=True)))


def _owners(merger: UnitMerger) -> set[int | None]:
    """Who looked after the two units before."""
    return {unit["owner_id"] for unit in merger.before.values()}


def _tell(what: str, merger: UnitMerger, owners: set[int | None], actor: Actor, now: dt.datetime) -> None:
    """The bell rings for these, but for who did it."""
    names = {key: LONG_NUMBER.sub("…", unit["name"]) for key, unit in merger.before.items()}
    told = StaffMember.objects.active().filter(pk__in=owners - {None, actor.staff.pk}).order_by("pk")
    link = ("groups:history", str(merger.group.public_id))
    key = f"{what}-{merger.pk}"
    enqueue_all(
        [Notice(what, ToStaff(staff), Channel.BELL, what, f"{key}-{staff.pk}", names, link) for staff in told], now=now
    )


def kept_for(public_id: UUID) -> UUID | None:
    """Where the address of a unit that was united with another leads now; None where it never was."""
    found = UnitMerger.objects.filter(before__other__public_id=str(public_id), undone_at__isnull=True)
    return found.values_list("group__public_id", flat=True).first()


def _references() -> list[tuple[str, str, type[Any]]]:
    """Every table and column that leads to a unit, also of apps above."""
    known: list[Any] = GroupCustomer._meta.get_fields(include_hidden=True)
    relations = [field for field in known if field.auto_created and not field.concrete and field.is_relation]
    return [(one.related_model._meta.db_table, one.field.column, one.related_model) for one in relations]


def _move_everything(kept: GroupCustomer, other: GroupCustomer) -> tuple[dict[str, list[int]], dict[str, list[Any]]]:
    moved: dict[str, list[int]] = {}
    dropped: dict[str, list[Any]] = {}
    for table, column, model in _references():
        if model is UnitMerger:
            continue
        for row in model._default_manager.filter(**{column: other.pk}).order_by("pk"):
            try:
                with transaction.atomic():
                    model._default_manager.filter(pk=row.pk).update(**{column: kept.pk})
                moved.setdefault(f"{table}.{column}", []).append(row.pk)
            except IntegrityError as refusal:
                if "at_a_time" in str(refusal):
                    said = _("Both units have a contract of one kind in force on the same days: end one of them first.")
                    raise UnitError(said) from refusal
                dropped.setdefault(table, []).append(_as_json(table, row.pk))
                model._default_manager.filter(pk=row.pk)._raw_delete(connection.alias)
    moved["groups_unitmerger.group_id"] = _move_mergers(kept, other)
    return {name: ids for name, ids in moved.items() if ids}, dropped


def _move_mergers(kept: GroupCustomer, other: GroupCustomer) -> list[int]:
    """Earlier unions of the second record are told by the kept one."""
    rows = UnitMerger.objects.filter(group=other)
    ids = list(rows.values_list("pk", flat=True))
    rows.update(group=kept)
    return ids


def _restore_kept(merger: UnitMerger) -> None:
    """The kept record's own values stand again where it still has those of the second."""
    own, theirs, kept = merger.before["kept"], merger.before["other"], _as_json_of(merger.group)
    fields: list[Any] = [GroupCustomer._meta.get_field(name) for name in FIELDS]
    columns = [field.column for field in fields]
    back = {name: own[name] for name in columns if own[name] != theirs[name] and kept[name] == theirs[name]}
    for name, value in back.items():
        setattr(merger.group, name, value)
    _follow(merger.group, back)
    merger.group.save()


def _follow(unit: GroupCustomer, changed: Collection[str]) -> None:
    """What is worked out of the fields that changed."""
    if "name" in changed:
        find_by_name(unit)
    unit.division_code = code_of(unit.region, unit.address)


def _move_back(merger: UnitMerger) -> None:
    """Rows that moved and still hang on the kept record; rows that were dropped come back."""
    for place, ids in merger.moved.items():
        table, column = place.split(".")
        with connection.cursor() as cursor:
            cursor.execute(
                f"update {table} set {column} = %s where hospital_id = %s and id = any(%s) and {column} = %s",
                [merger.merged_id, required_hospital().pk, ids, merger.group_id],
            )
    for table, rows in merger.dropped.items():
        _insert(table, rows)


def _as_json_of(unit: GroupCustomer) -> dict[str, Any]:
    return _as_json(unit._meta.db_table, unit.pk)


def _as_json(table: str, pk: int) -> dict[str, Any]:
    rows = fetched(
        f"select to_jsonb(t)::text from {table} t where t.hospital_id = %s and t.id = %s", [required_hospital().pk, pk]
    )
    return json.loads(rows[0][0])


def _worked_out(table: str) -> set[str]:
    models: list[Any] = [GroupCustomer, *(model for _table, _column, model in _references())]
    fields = [field for model in models if model._meta.db_table == table for field in model._meta.concrete_fields]
    return {field.column for field in fields if field.generated}


def _insert(table: str, rows: list[dict[str, Any]]) -> None:
    """Rows as they were; columns that came since take their defaults where they have one, and those that the database
    works out are worked out again.
    """
    worked_out = _worked_out(table)
    for row in rows:
        columns = ", ".join(f'"{name}"' for name in row if name not in worked_out)
        with connection.cursor() as cursor:
            cursor.execute(
                f"insert into {table} ({columns}) select {columns} from jsonb_populate_record(null::{table}, %s)",
                [json.dumps(row)],
            )
