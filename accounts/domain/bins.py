"""The bin: a record that somebody made by mistake disappears from lists, search and work, and can be put back for
thirty days; then it is gone for good with all that hangs on it, and only the audit trail tells of it.

Only a record with which nobody has worked goes there. Whatever hangs on a record keeps it unless its model says
`goes_to_bin = True`. Each app registers the kinds of records that have a bin.
"""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db import IntegrityError, connection, transaction
from django.db.models import CASCADE, PROTECT, SET_NULL, Model, QuerySet
from django.utils.translation import gettext as _

from accounts.actors import Actor
from accounts.audit import record
from accounts.models.binned import BinEntry
from hospital_crm.private_files.rows import PrivateFile


class BinError(Exception):
    """Refused, with the reason."""


@dataclass(frozen=True)
class Bin:
    """The bin of one kind of record. `model`: the record; `entry`: its place in the bin; `of`: the key from the entry
    to it.

    `list_key`: the list of such records; `verb`: how the trail begins (`patients.person`); `capability`: who may put
    something there and back; `shown(entries, actor)`: those that the actor may see; `why_not(row)`: why a record
    stays, '' where only what hangs on it is asked; `hide(row)`: out of every list, answers what the entry keeps of
    it; `show(row, entry)`: as it was; `words(row)`: what it is called in the bin; `taken`: what is said where the
    database refuses to show it again.
    """

    model: type[Any]
    entry: type[BinEntry]
    of: str
    list_key: str
    verb: str
    capability: str
    shown: Callable[[QuerySet, Actor], QuerySet]
    why_not: Callable[[Any], str]
    hide: Callable[[Any], dict[str, Any]]
    show: Callable[[Any, Any], None]
    words: Callable[[Any], str]
    taken: Any = ""


bins: dict[type[Model], Bin] = {}


def register(kind: Bin) -> None:
    """Adds the bin of a kind of record; called once by the wiring of its app."""
    bins[kind.model] = bins[kind.entry] = kind


def bin_of(kind: type[Model]) -> Bin:
    """The bin of a model, or of its entries."""
    return bins[kind]


def in_bin(kind: type[Model], actor: Actor) -> QuerySet[Any]:
    """Records in the bin that the role may see and put back, those that go first in front."""
    kept = bin_of(kind)
    rows = kept.entry._default_manager.select_related(kept.of, "binned_by").order_by("purge_at", "pk")
    return kept.shown(rows, actor) if actor.can(kept.capability) else rows.none()


def obstacles(row: Model) -> list[type[Model]]:
    """The kinds of rows that keep the record."""
    keeping = [
        field
        for field in _references(type(row))
        if field.remote_field.on_delete in (CASCADE, PROTECT) and not getattr(field.model, "goes_to_bin", False)
    ]
    return [field.model for field in keeping if field.model._default_manager.filter(**{field.name: row}).exists()]


@transaction.atomic
def put_in_bin(row: Any, *, reason: str, actor: Actor, now: dt.datetime) -> Any:
    """The record goes into the bin for thirty days; answers its entry.

    Refuses: no right to change such records, no reason, one that lies there already, and one that its kind keeps or
    with which somebody has worked.
    """
    kind = bin_of(type(row))
    if not actor.can(kind.capability):
        raise BinError(_("Your role does not allow this."))
    if not reason.strip():
        raise BinError(_("Say why the record was a mistake."))
    row = kind.model._default_manager.select_for_update().get(pk=row.pk)
    if kind.entry._default_manager.filter(**{kind.of: row}).exists():
        raise BinError(_("The record is in the bin already."))
    if refusal := kind.why_not(row):
        raise BinError(refusal)
    if obstacles(row):
        raise BinError(_("Somebody has worked with this record; it is not put in the bin."))
    entry = kind.entry._default_manager.create(
        **{kind.of: row},
        **kind.hide(row),
        reason=reason.strip()[:200],
        binned_by=actor.staff,
        binned_at=now,
        purge_at=now + BinEntry.KEPT,
    )
    record(f"{kind.verb}.bin", row, actor=actor)
    return entry


@transaction.atomic
def put_back(entry: BinEntry, *, actor: Actor | None) -> Any:
    """The record is what it was before. Refused to who may not change such records, where somebody was faster, and
    where another record has taken its place meanwhile.
    """
    kind = bin_of(type(entry))
    if actor is not None and not actor.can(kind.capability):
        raise BinError(_("Your role does not allow this."))
    row, held = _locked(kind, entry)
    if held is None:
        raise BinError(_("Somebody has put it back already."))
    try:
        with transaction.atomic():
            kind.show(row, held)
    except IntegrityError as refusal:
        raise BinError(kind.taken) from refusal
    held.delete()
    record(f"{kind.verb}.put_back", row, actor=actor)
    return row


def _locked(kind: Bin, entry: BinEntry) -> tuple[Any, BinEntry | None]:
    """The record and its place in the bin as they are at this moment; no place where it has left the bin."""
    row = kind.model._default_manager.select_for_update().get(pk=getattr(entry, f"{kind.of}_id"))
    return row, kind.entry._default_manager.select_for_update().filter(pk=entry.pk).first()


def empty_all(now: dt.datetime) -> tuple[int, int]:
    """Empties the bins of every kind; answers how many records went, and how many were put back."""
    done = [empty(entry, now) for entry in {kind.entry for kind in bins.values()}]
    return sum(gone for gone, _back in done), sum(back for _gone, back in done)


def empty(kind: type[Model], now: dt.datetime) -> tuple[int, int]:
    """Records that have lain thirty days go for good; those that somebody or a feed has used meanwhile are put back.
    Answers how many of each.
    """
    kept, gone, back = bin_of(kind), 0, 0
    for entry in list(kept.entry._default_manager.filter(purge_at__lte=now)):
        with transaction.atomic():
            row, held = _locked(kept, entry)
            if held is None:
                continue
            if kept.why_not(row) or obstacles(row):
                back += _is_back(held)
            else:
                _purge(kept, row, held)
                gone += 1
    return gone, back


def _is_back(entry: BinEntry) -> bool:
    """Whether it could be put back; where another record has taken its place it waits for somebody to decide."""
    try:
        put_back(entry, actor=None)
    except BinError:
        return False
    return True


def _purge(kind: Bin, row: Any, entry: BinEntry) -> None:
    """The locked record and all that hangs on it, files too, are gone; rows of others that name it name nobody.
    Whatever else refers to it is refused by its key.
    """
    record(f"{kind.verb}.purge", row, binned_by=entry.binned_by_id, binned_at=entry.binned_at.isoformat())
    for field in _references(kind.model):
        rows = field.model._default_manager.filter(**{field.name: row})
        if field.remote_field.on_delete is SET_NULL:
            rows.update(**{field.name: None})
        elif issubclass(field.model, PrivateFile):
            rows.delete()
        elif getattr(field.model, "goes_to_bin", False):
            rows._raw_delete(connection.alias)
    kind.model._default_manager.filter(pk=row.pk)._raw_delete(connection.alias)


def _references(model: type[Model]) -> list[Any]:
    """The keys that lead to a record, hidden ones too."""
    relations = model._meta.get_fields(include_hidden=True)
    return [one.field for one in relations if one.auto_created and not one.concrete and one.is_relation]  # type: ignore[union-attr]
