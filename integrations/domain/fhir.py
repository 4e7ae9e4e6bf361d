"""Feeds in FHIR: what is known of the system that sends, and its messages as they are kept."""

import json
import zoneinfo
from collections.abc import Iterator

from hospital_crm.tenancy.scope import required_hospital
from integrations.domain.receiving import Inbound, content_hash
from integrations.models import Feed
from integrations.readers.fhir import named
from integrations.readers.fhir.events import read
from integrations.readers.fhir.fields import Options, kind_of, text
from integrations.readers.reading import Reading
from patients.domain.records import PersonRecord

_KEPT_WHATEVER = "?"


def options_of(feed: Feed) -> Options:
    """How the resources of a feed are read."""
    said = feed.settings
    return Options(
        zone=zoneinfo.ZoneInfo(said.get("zone") or required_hospital().timezone),
        source=feed.number_domain,
        number_kinds=said.get("number_kinds", {}),
        dispositions=said.get("dispositions", {}),
    )


def read_message(raw: bytes, feed: Feed) -> Reading:
    """The reader of feeds in FHIR."""
    return read(raw, options_of(feed))


def people_named(raw: bytes, feed: Feed) -> Iterator[PersonRecord]:
    """Whom a message of a feed in FHIR names."""
    return named.people(raw, options_of(feed))


def as_inbound(raw: bytes) -> Inbound:
    """A message as it is kept, by the kind and id of its resource; what can never be applied says why."""
    try:
        said = json.loads(raw.removeprefix(b"\xef\xbb\xbf"))
    except (ValueError, RecursionError):
        return Inbound(raw, content_hash(raw)[:32], _KEPT_WHATEVER, "no_json")
    kind = kind_of(said)
    if not kind:
        return Inbound(raw, content_hash(raw)[:32], _KEPT_WHATEVER, "no_resource")
    return Inbound(raw, text(said.get("id"), 64) or content_hash(raw)[:32], kind)
