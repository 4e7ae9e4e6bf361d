"""Feeds in HL7: what is known of the system that sends, and its messages as they are kept."""

import zoneinfo
from collections.abc import Iterator, Sequence

from hospital_crm.tenancy.scope import required_hospital
from integrations.domain.receiving import Inbound
from integrations.models import Feed
from integrations.readers.hl7 import named
from integrations.readers.hl7.answers import Head, head_of
from integrations.readers.hl7.events import read
from integrations.readers.hl7.fields import Options
from integrations.readers.reading import Reading
from patients.domain.records import PersonRecord


def options_of(feed: Feed) -> Options:
    """How the messages of a feed are read."""
    said = feed.settings
    return Options(
        zone=zoneinfo.ZoneInfo(said.get("zone") or required_hospital().timezone),
        charset=said.get("charset", ""),
        source=feed.number_domain,
        number_kinds=said.get("number_kinds", {}),
        events=said.get("events", {}),
        dispositions=said.get("dispositions", {}),
        consent_kinds=said.get("consent_kinds", {}),
        department_from=said.get("department_from", "location"),
    )


def read_message(raw: bytes, feed: Feed) -> Reading:
    """The reader of feeds in HL7."""
    return read(raw, options_of(feed))


def people_named(raw: bytes, feed: Feed) -> Iterator[PersonRecord]:
    """Whom a message of a feed in HL7 names."""
    return named.people(raw, options_of(feed))


def as_inbound(messages: Sequence[bytes]) -> list[tuple[Inbound, Head]]:
    """Messages as they are kept, each with its header; what can never be applied says why."""
    heads = [head_of(raw) for raw in messages]
    return [
        (Inbound(raw, head.control_id, head.event or "?", head.problem), head)
        for raw, head in zip(messages, heads, strict=True)
    ]


def feed_named(name: str, *, kind: str) -> Feed | None:
    """The feed of this short name, if it speaks this language."""
    return Feed.objects.filter(name=name, kind=kind).first()
