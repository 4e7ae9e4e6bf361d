"""Files of FHIR resources, brought in while somebody waits: kept, applied, counted by kind of resource."""

import datetime as dt
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from accounts.models import Hospital
from hospital_crm.tenancy.scope import hospital_scope
from integrations.domain.errors import ImportRefused
from integrations.domain.feed_files import in_parts, outcome_of, size_of
from integrations.domain.fhir import as_inbound
from integrations.domain.hl7 import feed_named
from integrations.domain.inbox import apply_due
from integrations.domain.receiving import Inbound, content_hash, receive
from integrations.models import InboundRecord
from integrations.readers.fhir.files import content_of, is_lines, messages_of_lines

_LINES = "ndjson"


def receive_files(hospital: Hospital, feed_name: str, paths: Sequence[Path], *, now: dt.datetime) -> dict[str, Any]:
    """Keep every message of these files and apply what is due at the hospital; answers exact counts.

    A file of JSON is one message; the lines of all bulk files together are one for each person. messages: those kept
    that can be read; rejected: those that cannot; new: not received before; then how many stand in each state, what
    became of the resources by kind, and the people and visits of the hospital before and after. Refuses
    (ImportRefused) a feed that is not there or not in use, and a packed file that is broken.
    """
    before = size_of(hospital)
    messages = list(_messages(paths))
    counts: Counter[str] = Counter()
    for part in in_parts([inbound for _name, _number, inbound in messages]):
        counts += _received(hospital, feed_name, part, now)
    apply_due(hospital, now)
    after = size_of(hospital)
    places: dict[str, list[tuple[str, int]]] = {}
    for name, number, inbound in messages:
        places.setdefault(content_hash(inbound.raw), []).append((name, number))
    said = {name: counts[name] for name in ("messages", "rejected", "new", "repeats")}
    growth = {f"{name}_{when}": size[name] for when, size in (("before", before), ("after", after)) for name in size}
    resources = {"resources": _resources(hospital, feed_name, places)}
    return said | outcome_of(hospital, feed_name, places) | resources | growth


def _messages(paths: Sequence[Path]) -> Iterator[tuple[str, int, Inbound]]:
    """File, number within it and message; lines of all bulk files count as one file."""
    lines = [path for path in paths if is_lines(path)]
    try:
        for path in paths:
            if path not in lines:
                yield path.name, 1, as_inbound(content_of(path))
        for number, raw in enumerate(messages_of_lines(content_of(path) for path in lines), 1):
            yield _LINES, number, as_inbound(raw)
    except (OSError, EOFError) as error:
        raise ImportRefused(_("A packed file is broken and cannot be unpacked.")) from error


def _received(hospital: Hospital, feed_name: str, messages: Sequence[Inbound], now: dt.datetime) -> Counter[str]:
    with hospital_scope(hospital):
        feed = feed_named(feed_name, kind="fhir")
        if feed is None:
            raise ImportRefused(_("There is no feed “%(name)s” in FHIR.") % {"name": feed_name})
        is_new = receive(feed, messages, now=now, ask=False)
    rejected = sum(bool(one.set_aside) for one in messages)
    return Counter(
        messages=len(messages) - rejected, rejected=rejected, new=sum(is_new), repeats=len(is_new) - sum(is_new)
    )


def _resources(hospital: Hospital, feed_name: str, places: dict[str, list[tuple[str, int]]]) -> dict[str, Any]:
    """What became of the resources of these messages, by kind; those of a message that waits for a decision wait."""
    found: dict[str, Counter[str]] = {}
    with hospital_scope(hospital):
        rows = InboundRecord.objects.filter(feed__name=feed_name, content_hash__in=list(places))
        for state, detail in rows.values_list("state", "reason_detail"):
            for kind, count in detail.get("applied", {}).items():
                name = "waiting" if state == InboundRecord.State.WAITING else "applied"
                found.setdefault(kind, Counter())[name] += count
            for name in ("ignored", "set_aside"):
                for kind, reasons in detail.get(name, {}).items():
                    found.setdefault(kind, Counter()).update(
                        {f"{name}:{reason}": count for reason, count in reasons.items()}
                    )
    return {kind: dict(sorted(counts.items())) for kind, counts in sorted(found.items())}
