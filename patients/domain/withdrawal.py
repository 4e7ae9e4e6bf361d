"""Taking back what the hospital's system said by mistake: stays that do not count any more, people who were never here.

Stays are cancelled, never deleted while their person stays. A person goes for good, with everything worked out from the
record, only where nobody has worked with the record: any row of another kind that hangs on the person, an entry made by
hand, an act of a member of staff or a stay of another list keeps the person. Models whose rows go along say
`goes_with_person = True`, and which of their rows people made by `made_by_hand`; what does not say so keeps the person.
"""

import datetime as dt
from collections.abc import Collection, Iterator, Mapping
from functools import cache
from graphlib import TopologicalSorter
from typing import Any

from django.db import connection
from django.db.models import CASCADE, Model, QuerySet

from accounts.audit import record
from accounts.models import AuditEvent
from patients import signals
from patients.domain.person_rows import show_newest_stay
from patients.models import Encounter, Patient

_NO_BATCH = 0
# A record is dated by the clock of the web server, an act by that of the database. Nobody acts on a record before it is
# there, so that room to spare keeps nobody who should go.
_CLOCKS_APART = dt.timedelta(days=1)
WORKED_ON, BY_HAND, OTHER_STAYS = "worked_on", "by_hand", "other_stays"


def withdraw_stays(encounter_ids: Collection[int], *, batch_id: int, now: dt.datetime) -> list[int]:
    """Cancel these stays of an import; answers which. A stay that another list has corrected since stays as it is.

    The people are held until the end of the transaction. Sends `stays_withdrawn`.
    """
    stays = Encounter.objects.filter(pk__in=encounter_ids, import_batch_id=batch_id, is_cancelled=False)
    _hold(stays.values("patient_id"))
    found = dict(stays.values_list("pk", "patient_id"))
    if found:
        Encounter.objects.filter(pk__in=found).update(is_cancelled=True, source_at=now)
        show_newest_stay(set(found.values()))
        signals.stays_withdrawn.send(sender=Encounter, encounter_ids=list(found), now=now)
    return list(found)


def remove_people(patient_ids: Collection[int], *, batch_id: int, since: dt.datetime) -> list[int]:
    """Delete those of these people whom nothing keeps, with all that goes along; answers whom. `since`: no earlier act
    can concern them.
    """
    _hold(patient_ids)
    present = set(Patient.objects.filter(pk__in=patient_ids).values_list("pk", flat=True))
    gone = sorted(present - kept_people(present, batch_id=batch_id, since=since).keys())
    if gone:
        paths, order = _paths()[0], _order()
        for model in order:
            _of_people(model, paths[model], gone)._raw_delete(connection.alias)
        Patient.objects.filter(pk__in=gone)._raw_delete(connection.alias)
    return gone


def remove_empty(person_id: int) -> bool:
    """Delete a person whom another system has taken back, if the record holds nothing: no stay, nothing entered here,
    nobody has worked with it. Answers whether it is gone.
    """
    person = Patient.objects.select_for_update().get(pk=person_id)
    if person.contact_state != Patient.ContactState.OPEN:
        return False
    if not remove_people([person_id], batch_id=_NO_BATCH, since=person.created_at - _CLOCKS_APART):
        return False
    record("patients.person.taken_back", person, actor=None)
    return True


def kept_people(
    patient_ids: Collection[int] | QuerySet,
    *,
    batch_id: int,
    since: dt.datetime,
    but: Mapping[Any, Collection[int]] | None = None,
) -> dict[int, str]:
    """Whom of these people something keeps, and what: worked_on, by_hand or other_stays. `but`: rows that go too.

    An act of a member of staff on a row that goes along keeps its person whatever became of the row: an order that was
    taken up is void as soon as its stay is cancelled.
    """
    kept: dict[int, str] = {}
    others = Encounter.objects.filter(patient_id__in=patient_ids).exclude(import_batch_id=batch_id)
    kept |= dict.fromkeys(others.values_list("patient_id", flat=True), OTHER_STAYS)
    derived, traces = _paths()
    touched = _touched_since(since)
    for model, path in derived.items():
        if ids := touched.get(model._meta.label_lower):
            rows = _of_people(model, path, patient_ids).filter(pk__in=ids)
            kept |= dict.fromkeys(rows.values_list(path, flat=True), WORKED_ON)
        if by_hand := getattr(model, "made_by_hand", None):
            rows = _of_people(model, path, patient_ids).filter(by_hand)
            kept |= dict.fromkeys(rows.values_list(path, flat=True), BY_HAND)
    named = Patient.objects.filter(pk__in=touched.get(Patient._meta.label_lower, [])).filter(pk__in=patient_ids)
    kept |= dict.fromkeys(named.values_list("pk", flat=True), BY_HAND)
    for model, path in traces:
        rows = _of_people(model, path, patient_ids).exclude(pk__in=(but or {}).get(model, ()))
        kept |= dict.fromkeys(rows.values_list(path, flat=True), WORKED_ON)
    return kept


def _touched_since(since: dt.datetime) -> dict[str, list[str]]:
    """People, and rows that go along with them, that staff acted on; by the kind of row."""
    kinds = [Patient._meta.label_lower, *(model._meta.label_lower for model in _paths()[0])]
    acts = AuditEvent.objects.filter(at__gte=since, staff_id__isnull=False, object_type__in=kinds)
    touched: dict[str, list[str]] = {}
    for kind, key in acts.values_list("object_type", "object_id").distinct():
        touched.setdefault(kind, []).append(key)
    return touched


def _hold(patient_ids: Any) -> None:
    """People's rows, lowest id first, as planners, merges and deaths take them."""
    rows = Patient.objects.filter(pk__in=patient_ids).order_by("pk").select_for_update()
    list(rows.values_list("pk", flat=True))


def _of_people(model: type[Model], path: str, patient_ids: Collection[int] | QuerySet) -> Any:
    return model._default_manager.filter(**{f"{path}__in": patient_ids})


@cache
def _paths() -> tuple[dict[type[Model], str], list[tuple[type[Model], str]]]:
    """How rows lead to their person: of the models whose rows go along, and of all others that refer to any of them."""
    derived: dict[type[Model], str] = {}
    traces: list[tuple[type[Model], str]] = []
    waiting: list[tuple[type[Model], str]] = [(Patient, "")]
    while waiting:
        target, onward = waiting.pop(0)
        for field in _references(target):
            model, path = field.model, f"{field.name}__{onward}" if onward else field.name
            if field.remote_field.on_delete is not CASCADE or not getattr(model, "goes_with_person", False):
                traces.append((model, path))
            elif model not in derived:
                derived[model] = path
                waiting.append((model, path))
    return derived, traces


@cache
def _order() -> list[type[Model]]:
    """The models whose rows go along, those that refer to others first."""
    derived = _paths()[0]
    sorter: TopologicalSorter[type[Model]] = TopologicalSorter(dict.fromkeys(derived, ()))
    for target in derived:
        sorter.add(target, *(field.model for field in _references(target) if field.model in derived))
    return list(sorter.static_order())


def _references(target: type[Model]) -> Iterator[Any]:
    """The keys that refer to a model, hidden ones too."""
    relations = target._meta.get_fields(include_hidden=True)
    return (one.field for one in relations if one.auto_created and not one.concrete and one.is_relation)  # type: ignore[union-attr]
