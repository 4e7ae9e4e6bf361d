"""Lists that came in between: where a message is applied late, what lists said after it of the same people is brought
in again in its turn, as messages are (`later`).

Only the rows of these people are brought in again, by the rules of the list; its counts and findings stay as they are.
A list whose file is kept no more is passed over: what it said stands where the message says nothing else.
"""

import contextlib
import datetime as dt
from collections.abc import Collection, Iterator, Sequence

from django.db.models import Q

from accounts import unions
from accounts.calendar import today as today_of
from hospital_crm.tenancy.scope import required_hospital
from integrations.domain import doubts, files
from integrations.domain.contradictions import decided_people, store_conflicts
from integrations.domain.kinds import Given, ReadRow, kind_of
from integrations.domain.tables import opened
from integrations.models import ImportBatch, ImportChunk, InboundRecord
from patients.domain.already import people_meant
from patients.domain.records import PersonRecord
from patients.models import Identifier, Patient

KINDS = (ImportBatch.Kind.DISCHARGES, ImportBatch.Kind.CHECKUPS)


def between(done: Sequence[InboundRecord]) -> Iterator[tuple[ImportBatch, set[int]]]:
    """The lists that told visits of the people of these messages after they came, in the order they came in, each with
    whom it is brought in again for.
    """
    if not done:
        return
    since = min(record.received_at for record in done)
    lists = ImportBatch.objects.filter(state=ImportBatch.State.DONE, kind__in=KINDS, started_at__gte=since)
    for batch in lists.exclude(stored_as="").order_by("started_at", "pk"):
        people = _people_of([record for record in done if record.received_at <= (batch.started_at or since)])
        named = Q(people_made__overlap=list(people)) | Q(people_met__overlap=list(people))
        if people and ImportChunk.objects.filter(named, batch=batch).exists():
            yield batch, people


def _people_of(messages: Sequence[InboundRecord]) -> set[int]:
    """Whom these messages are about, under any of their numbers."""
    named = {one for each in messages for one in each.people or ([each.patient_id] if each.patient_id else [])}
    return {known_as for person_id in named for known_as in unions.numbers_of(person_id)}


def bring_again(batch: ImportBatch, people: Collection[int], *, now: dt.datetime) -> None:
    """The rows of these people once more, in the transaction of the scope."""
    today = today_of(required_hospital(), now)
    rows = _rows_about(batch, people, today)
    if not rows:
        return
    kind, given = kind_of(batch), Given(now, today, set(), decided_people(), bool)
    for row in rows:
        kind.ready(row.record)
    left_out, _named = kind.left_by_mode(batch, rows, given)
    outcome = kind.bring(batch, [row for row in rows if row.number not in left_out], given).outcome
    store_conflicts(outcome.conflicts, now=now, batch=batch, lines={row.number: row.line for row in rows})
    doubts.review({one for conflict in outcome.conflicts for one in (conflict.left_id, conflict.right_id)}, now=now)


def _rows_about(batch: ImportBatch, people: Collection[int], today: dt.date) -> list[ReadRow]:
    """Those whose name or number may be meant, then those of which one of these people is."""
    names = set(Patient.objects.filter(pk__in=people).values_list("name", flat=True))
    numbers = set(Identifier.objects.filter(patient__in=people).exclude(value="").values_list("value", flat=True))
    found: list[ReadRow] = []
    with contextlib.suppress(FileNotFoundError), files.plain_copy(batch.stored_as, required_hospital()) as path:
        reader, rows = opened(batch, path, today)
        for row in map(reader.read, rows):
            if row.number <= batch.position and row.record is not None and _may_be(row.record, names, numbers):
                found.append(row)
    meant = people_meant([row.record for row in found], known_conflicts=decided_people())
    return [row for row, person_id in zip(found, meant, strict=True) if person_id in people]


def _may_be(record: PersonRecord, names: Collection[str], numbers: Collection[str]) -> bool:
    return record.name in names or any(number in numbers for _, number in record.numbers)
