"""Columns of people that are worked out from others, worked out again: a chunk of the records at a time.

A chunk reads without holding anybody, then holds those whose columns would change and no others, works them out as they
stand by then, and writes all of them in one statement.
"""

from collections.abc import Callable, Sequence

from django.db.models import QuerySet

from accounts.domain.renewals import Chunk
from patients.domain.staging import update_staged
from patients.models import Patient

Columns = tuple[str, ...]


def renew_people(
    after_id: int, at_once: int, *, read: Sequence[str], columns: Columns, worked_out: Callable[[Patient], Columns]
) -> Chunk:
    """The `at_once` records after this one. `worked_out` needs the fields `read` beside the columns themselves."""
    people = _kept().filter(pk__gt=after_id).order_by("pk").only(*read, *columns)
    chunk = list(people[:at_once])
    differing = [person.pk for person in chunk if worked_out(person) != _on_record(person, columns)]
    changed = _write(differing, columns, worked_out) if differing else 0
    return Chunk.of(chunk, at_once, changed)


def _write(ids: Sequence[int], columns: Columns, worked_out: Callable[[Patient], Columns]) -> int:
    """Writes the columns of these people as they stand once nobody else can change them; answers how many changed."""
    held = _kept().filter(pk__in=ids).select_for_update(no_key=True).order_by("pk")
    rows = [(person.pk, *found) for person in held if (found := worked_out(person)) != _on_record(person, columns)]
    if rows:
        update_staged(Patient, dict.fromkeys(columns, "text"), rows)
    return len(rows)


def _kept() -> QuerySet[Patient]:
    """What erasing has emptied stays empty."""
    return Patient.objects.exclude(contact_state=Patient.ContactState.ERASED)


def _on_record(person: Patient, columns: Columns) -> Columns:
    return tuple(getattr(person, name) for name in columns)
