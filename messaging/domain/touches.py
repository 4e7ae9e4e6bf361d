"""The ledger of contacts with people: what counts for the budget of two approaches in seven days and one call a day.

Messages write into it when they are claimed, and leave it when they certainly did not reach anybody; whoever reaches
people otherwise tells it by `note`.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from typing import Any, NamedTuple

from django.db import connection
from django.db.models import Count, Q, QuerySet

from accounts.calendar import today
from hospital_crm.tenancy.scope import required_hospital
from messaging.domain.contact_rules import APPROACHES, IN_DAYS, Touched
from messaging.models import Touch
from patients.models import Patient

MESSAGES = "messaging"
# Both sides of a day are looked at: the days before it, and what is planned after it.
REACH = dt.timedelta(days=IN_DAYS)


def note(
    *,
    person: Patient | int,
    channel: str,
    purpose: str,
    is_approach: bool,
    is_call: bool,
    source: str,
    source_id: int,
    at: dt.datetime,
) -> None:
    """Somebody was contacted by other means than a message: a call, a visit. Told twice, it is one contact.

    `is_approach`: the person had not asked for it (the first attempt of a follow-up step); further attempts are not.
    """
    row = Touch(
        person_id=person if isinstance(person, int) else person.pk,
        day=today(now=at),
        at=at,
        channel=channel,
        purpose=purpose,
        is_approach=is_approach,
        is_call=is_call,
        source=source,
        source_id=source_id,
    )
    Touch.objects.bulk_create([row], ignore_conflicts=True)


class Contact(NamedTuple):
    """A message on its way, as the ledger keeps it: of a person, or of an address that is no person's."""

    person_id: int | None
    address: str
    day: dt.date
    at: dt.datetime
    channel: str
    purpose: str
    is_approach: bool
    is_call: bool
    source: str
    source_id: int


_WRITE = """
insert into messaging_touch
       (hospital_id, person_id, address, day, at, channel, purpose, is_approach, is_call, source, source_id)
select %s, t.* from unnest(%s::bigint[], %s::text[], %s::date[], %s::timestamptz[], %s::text[], %s::text[],
                           %s::boolean[], %s::boolean[], %s::text[], %s::bigint[]) t
    on conflict (hospital_id, source, source_id)
    do update set day = excluded.day, at = excluded.at, channel = excluded.channel, address = excluded.address
"""


def write(rows: Sequence[Contact]) -> None:
    """Messages on their way; one that is claimed again takes its former place."""
    if rows:
        columns = [list(column) for column in zip(*rows, strict=True)]
        with connection.cursor() as cursor:
            cursor.execute(_WRITE, [required_hospital().pk, *columns])


def forget(message_ids: Collection[int]) -> None:
    """These messages have certainly reached nobody."""
    if message_ids:
        Touch.objects.filter(source=MESSAGES, source_id__in=list(message_ids)).delete()


def shift(message_ids: Collection[int], *, at: dt.datetime) -> None:
    """These messages reach people on another day than the one on which they were claimed."""
    if message_ids:
        rows = Touch.objects.filter(source=MESSAGES, source_id__in=list(message_ids))
        rows.update(day=today(now=at), at=at)


Key = int | str


def around(
    day: dt.date, people: Collection[int], addresses: Collection[str] = (), *, until: dt.date | None = None
) -> Mapping[Key, list[Touched]]:
    """How people (by number) and addresses were touched in the days around one, or until a later one."""
    found: dict[Key, list[Touched]] = defaultdict(list)
    who = Q(person__pk__any_of=people)
    if addresses:
        who |= Q(person__isnull=True, address__in=list(addresses))
    rows = Touch.objects.filter(who, day__gt=day - REACH, day__lt=(until or day) + REACH)
    for person, address, on, is_approach, is_call in rows.values_list(
        "person_id", "address", "day", "is_approach", "is_call"
    ):
        found[person or address].append(Touched(on, is_approach, is_call))
    return found


def calls_of_day(day: dt.date) -> QuerySet[Touch]:
    """Who was called that day, by whichever app: one call a day, but for what is not bound to it."""
    rows: QuerySet[Touch] = Touch.objects.filter(person__isnull=False, day=day, is_call=True)
    return rows


def approaches_around(day: dt.date) -> QuerySet[Touch]:
    """The approaches to people that may count with one on this day."""
    rows: QuerySet[Touch] = Touch.objects.filter(
        person__isnull=False, is_approach=True, day__gt=day - REACH, day__lt=day + REACH
    )
    return rows


def with_full_budget(day: dt.date) -> QuerySet[Touch, Any]:
    """The people (`person_id`) who have no room for one more approach on this day, as `ContactRules.why_full` says."""
    starts = [day - dt.timedelta(days=back) for back in range(IN_DAYS)]
    counts = {
        f"since_{back}": Count("pk", filter=Q(day__gte=start, day__lt=start + REACH))
        for back, start in enumerate(starts)
    }
    is_full = Q()
    for name in counts:
        is_full |= Q(**{f"{name}__gte": APPROACHES})
    rows = approaches_around(day).order_by().values("person_id")
    return rows.annotate(**counts).filter(is_full)


def history_of(person: Patient, *, since: dt.date) -> list[Touch]:
    """How a person was touched since a day, the last one first."""
    return list(Touch.objects.filter(person=person, day__gte=since).order_by("-at", "-pk"))
