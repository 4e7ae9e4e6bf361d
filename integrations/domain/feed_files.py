"""Files of messages of a feed, brought in while somebody waits: kept, applied, counted."""

import datetime as dt
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, TypeVar

from django.utils.translation import gettext as _

from accounts.models import Hospital
from hospital_crm.tenancy.scope import hospital_scope
from integrations.domain.errors import ImportRefused
from integrations.domain.hl7 import as_inbound, feed_named
from integrations.domain.inbox import apply_due
from integrations.domain.receiving import content_hash, receive
from integrations.models import InboundRecord
from integrations.readers.hl7.files import messages_in
from integrations.readers.problems import sentence
from patients.models import Encounter, Patient

_T = TypeVar("_T")
_AT_ONCE = 500
_STATES = ("applied", "ignored", "kept", "waiting", "set_aside", "received")


def receive_files(hospital: Hospital, feed_name: str, paths: Sequence[Path], *, now: dt.datetime) -> dict[str, Any]:
    """Keep every message of these files and apply what is due at the hospital; answers exact counts.

    messages: good ones in the files; rejected: parts of files that are no message; new: not received before; then how
    many of the files' messages stand in each state, and what there is of people and visits of the hospital before and
    after. Refuses (ImportRefused) a feed that is not there or not in use.
    """
    before = size_of(hospital)
    hashes: dict[str, list[tuple[str, int]]] = {}
    counts: Counter[str] = Counter()
    for path in paths:
        messages = messages_in(path.read_bytes())
        if not messages:
            counts["empty_files"] += 1
        for number, raw in enumerate(messages, 1):
            hashes.setdefault(content_hash(raw), []).append((path.name, number))
        for part in in_parts(messages):
            counts += _received(hospital, feed_name, part, now)
    apply_due(hospital, now)
    after = size_of(hospital)
    said = {name: counts[name] for name in ("messages", "rejected", "new", "repeats", "empty_files")}
    growth = {f"{name}_{when}": size[name] for when, size in (("before", before), ("after", after)) for name in size}
    return said | outcome_of(hospital, feed_name, hashes) | growth


def _received(hospital: Hospital, feed_name: str, messages: Sequence[bytes], now: dt.datetime) -> Counter[str]:
    inbound = as_inbound(messages)
    with hospital_scope(hospital):
        feed = feed_named(feed_name, kind="hl7")
        if feed is None:
            raise ImportRefused(_("There is no feed “%(name)s” in HL7.") % {"name": feed_name})
        is_new = receive(feed, [one for one, _head in inbound], now=now, ask=False)
    rejected = sum(head.code != "AA" for _one, head in inbound)
    return Counter(
        messages=len(inbound) - rejected, rejected=rejected, new=sum(is_new), repeats=len(is_new) - sum(is_new)
    )


def outcome_of(hospital: Hospital, feed_name: str, hashes: dict[str, list[tuple[str, int]]]) -> dict[str, Any]:
    """How many messages of the files stand in each state, and what is the matter with those that do not."""
    states: Counter[str] = Counter()
    problems: list[dict[str, Any]] = []
    with hospital_scope(hospital):
        rows = InboundRecord.objects.filter(feed__name=feed_name, content_hash__in=list(hashes))
        found = {row.content_hash: row for row in rows.defer("raw", "corrected")}
    for digest, places in hashes.items():
        record = found[digest]
        states[record.state] += len(places)
        if record.state in InboundRecord.PROBLEMS:
            problems += [
                {"file": file, "message": number, "code": record.reason, "reason": sentence(record.reason, {})}
                for file, number in places
            ]
    return {name: states[name] for name in _STATES} | {"problems": problems}


def size_of(hospital: Hospital) -> dict[str, int]:
    """How many people and visits there are."""
    with hospital_scope(hospital):
        return {"people": Patient.objects.count(), "visits": Encounter.objects.filter(is_cancelled=False).count()}


def in_parts(messages: Sequence[_T]) -> Iterator[Sequence[_T]]:
    """As many at once as are kept in one transaction."""
    return (messages[start : start + _AT_ONCE] for start in range(0, len(messages), _AT_ONCE))
