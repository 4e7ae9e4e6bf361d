"""What was said later wins: a message that is applied late is followed by those that came after it, about the same
people.

Late is a message after which others have been applied already: it was set aside and corrected, or waited for somebody
to decide. The others are applied again after it, in their order, which changes nothing where they say what stands.
Where the content of one of them is kept no more, the late message is not applied either.
"""

import datetime as dt
from collections.abc import Callable, Iterable, Sequence

from django.db.models import Q, QuerySet

from accounts import unions
from integrations.models import InboundRecord
from integrations.readers.reading import Reading
from patients.domain.records import LinesRecord, MergeRecord, PersonRecord, StayMoveRecord, Told, VisitRecord

_State = InboundRecord.State
# what was applied, wholly or to a record of its own that waits for a decision
_DONE = (_State.APPLIED, _State.WAITING)
# what was not applied because what it is about was not here
_UNKNOWN = ("visit_not_known", "person_not_here", "person_not_known")


def newest_settled() -> int:
    """The number of the newest message that has been applied, or was not applied on purpose; 0 where none has."""
    states = (*_DONE, _State.IGNORED)
    newest = (InboundRecord.objects.filter(state=state).order_by("-id") for state in states)
    return max(rows.values_list("id", flat=True).first() or 0 for rows in newest)


def done_of(records: Sequence[InboundRecord]) -> list[InboundRecord]:
    """Those of these messages that were applied."""
    return [record for record in records if record.state in _DONE]


def parted_by(moment: dt.datetime, ids: Sequence[int]) -> tuple[list[int], list[int]]:
    """These messages in their order up to the first that was applied after a moment; and the rest."""
    rows = InboundRecord.objects.filter(pk__in=ids).order_by("id")
    times = [(key, at or came) for key, at, came in rows.values_list("id", "applied_at", "received_at")]
    place = next((at for at, (_key, when) in enumerate(times) if when >= moment), len(times))
    return [key for key, _ in times[:place]], [key for key, _ in times[place:]]


def is_followed_by_emptied(record: InboundRecord) -> bool:
    """Whether something was said later about the same people that is kept no more."""
    return record.state in _DONE and _about_the_same(record).filter(raw=b"").exists()


def said_later(
    late: Sequence[InboundRecord], readings: dict[int, Reading], read: Callable[[InboundRecord], Reading]
) -> list[int]:
    """The numbers of the messages to be applied again after these, in their order: about the same people, or, where
    nothing could be done before these were applied, about the same numbers.
    """
    found: set[int] = set()
    for record in late:
        if record.state in _DONE:
            found.update(_about_the_same(record).values_list("id", flat=True))
            names = _named(readings[record.pk].told)
            missed = InboundRecord.objects.filter(pk__gt=record.pk, state=_State.IGNORED, reason__in=_UNKNOWN)
            rows = missed.exclude(raw=b"").exclude(pk__in=found).select_related("feed")
            found.update(one.pk for one in rows.iterator(200) if not names.isdisjoint(_named(read(one).told)))
    return sorted(found)


def _about_the_same(record: InboundRecord) -> QuerySet[InboundRecord]:
    """What was applied of what came after a message, about the people whom it names, under any of their numbers."""
    named = record.people or ([record.patient_id] if record.patient_id else [])
    known_as = [one for person_id in named for one in unions.numbers_of(person_id)]
    about = Q(patient_id__in=known_as) | Q(people__overlap=known_as)
    return InboundRecord.objects.filter(about, pk__gt=record.pk, state__in=_DONE)


def _named(told: Iterable[Told]) -> set[tuple[str, str]]:
    """The numbers of the people and visits that a message is about."""
    return {name for one in told for name in _names_of(one)}


def _names_of(record: Told) -> list[tuple[str, str]]:
    person = record if isinstance(record, PersonRecord) else record.person
    names = [*person.numbers, *(("paper", paper) for paper in (person.identity_number, person.paper_number) if paper)]
    if isinstance(record, MergeRecord | StayMoveRecord):
        names += record.old_numbers
    if isinstance(record, VisitRecord) and record.key:
        names.append((f"visit of {record.source}", record.key))
    if isinstance(record, LinesRecord) and record.visit.key:
        names.append((f"visit of {record.visit.source}", record.visit.key))
    if isinstance(record, StayMoveRecord):
        names += [(f"visit of {record.source}", key) for key in (record.old_key, record.key)]
    return names
