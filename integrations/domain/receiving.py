"""What other systems send is kept first, encrypted and in the order in which it came; then it is acknowledged.

The same message again, by its number in the source, its event and its content, is counted and kept once. Refused for a
feed that is not in use.
"""

import datetime as dt
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

from django.db import connection
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from hospital_crm.crypto import encrypt_bytes, exact_hash
from hospital_crm.tenancy.queue import queue_on_commit
from hospital_crm.tenancy.scope import required_hospital
from integrations.domain.errors import ImportRefused
from integrations.models import Feed, InboundRecord

TASK = "integrations.apply_inbound"
_LOCK = 7_201_951


@dataclass(frozen=True, slots=True)
class Inbound:
    """A message as it came over the wire, and what its sender calls it. `set_aside`: why it can never be applied."""

    raw: bytes
    external_id: str
    event: str
    set_aside: str = ""


def receive(feed: Feed, messages: Sequence[Inbound], *, now: dt.datetime, ask: bool = True) -> list[bool]:
    """Keep these messages, in this order; answers of each whether it was new. They are safe once the caller commits.

    `ask`: have them applied after the commit; else the caller sees to it.
    """
    if not feed.is_active:
        raise ImportRefused(_("The feed %(name)s is not in use.") % {"name": feed.title})
    _one_after_the_other(feed)
    keys = [(one.external_id[:100], one.event[:30], content_hash(one.raw)) for one in messages]
    known = _known(feed, keys)
    rows: dict[tuple[str, str, str], InboundRecord] = {}
    is_new = []
    for message, key in zip(messages, keys, strict=True):
        is_new.append(key not in known and key not in rows)
        if key in rows:
            rows[key].times_received += 1
        elif is_new[-1]:
            rows[key] = _row(feed, message, key, now)
    InboundRecord.objects.bulk_create(rows.values())
    _count_repeats([known[key] for key in keys if key in known])
    Feed.objects.filter(pk=feed.pk).update(last_received_at=now, silence_told_at=None)
    if rows and ask:
        queue_on_commit(TASK)
    return is_new


def apply_again(records: QuerySet[InboundRecord]) -> int:
    """Messages that were set aside or waited are due again; what was said later follows them (`later`). Answers how
    many.
    """
    again = records.filter(state__in=InboundRecord.PROBLEMS).update(state=InboundRecord.State.RECEIVED, reason="")
    if again:
        queue_on_commit(TASK)
    return again


def _row(feed: Feed, message: Inbound, key: tuple[str, str, str], now: dt.datetime) -> InboundRecord:
    state = InboundRecord.State.SET_ASIDE if message.set_aside else InboundRecord.State.RECEIVED
    return InboundRecord(
        feed=feed,
        external_id=key[0],
        event=key[1],
        content_hash=key[2],
        raw=encrypt_bytes(message.raw),
        size=len(message.raw),
        state=state,
        reason=message.set_aside,
        received_at=now,
    )


def content_hash(raw: bytes) -> str:
    """What tells two contents apart."""
    return hashlib.sha256(raw).hexdigest()


def _one_after_the_other(feed: Feed) -> None:
    """Rows of a feed are numbered in the order in which they become visible: one writer at a time."""
    with connection.cursor() as cursor:
        cursor.execute("select pg_advisory_xact_lock(%s, %s::int)", [_LOCK, feed.pk % 2**31])


def erased_number(external_id: str) -> str:
    """What stands for the number in the source once the person is erased: a keyed hash, by which the same message is
    still known.
    """
    return exact_hash(f"message|{external_id}")


def _known(feed: Feed, keys: Sequence[tuple[str, str, str]]) -> dict[tuple[str, str, str], int]:
    hashes = list({key[2] for key in keys})
    numbers = {key[0]: key[0] for key in keys}
    if feed.kind == Feed.Kind.FHIR:
        numbers |= {erased_number(one): one for one in numbers}
    rows = InboundRecord.objects.filter(feed=feed, external_id__in=numbers, content_hash__in=hashes)
    return {(numbers[one], event, digest): pk for one, event, digest, pk in rows.values_list(
        "external_id", "event", "content_hash", "id"
    )}  # fmt: skip


def _count_repeats(ids: Sequence[int]) -> None:
    if not ids:
        return
    with connection.cursor() as cursor:
        cursor.execute(
            "update integrations_inboundrecord r set times_received = r.times_received + n.times"
            " from (select id, count(*) as times from unnest(%s::bigint[]) as one(id) group by id) n"
            " where r.id = n.id and r.hospital_id = %s",
            [list(ids), required_hospital().pk],
        )
