"""Whom a message names, whatever it is about: every Patient in it, and everybody it refers to by id or identifier."""

import json
from collections.abc import Iterator
from typing import Any

from integrations.readers.fhir import people as readers
from integrations.readers.fhir.bundle import Bundle, relative
from integrations.readers.fhir.fields import Options, Resource, text
from patients.domain.records import PersonRecord

_KIND = "Patient"
_REFERRING = ("reference", "url", "fullUrl")


def people(raw: bytes, options: Options) -> Iterator[PersonRecord]:
    """Everybody; also of a message that is no bundle as we read them. Nobody where it is no JSON."""
    try:
        said = json.loads(raw.removeprefix(b"\xef\xbb\xbf"))
    except (ValueError, RecursionError):
        return
    for one in _parts(said):
        if one.get("resourceType") == _KIND:
            bundle = Bundle()
            bundle.add(one)
            yield readers.person(one, bundle, options, [])
        for name in _REFERRING:
            kind, _sign, key = relative(text(one.get(name))).rpartition("/")
            if kind == _KIND and key:
                yield readers.reference_to(key, options)
        if isinstance(one.get("identifier"), dict):
            yield readers.by_identifier(one, options)


def _parts(said: Any) -> Iterator[Resource]:
    """Every part of a message, at whatever depth."""
    waiting = [said]
    while waiting:
        one = waiting.pop()
        if isinstance(one, dict):
            yield one
            waiting += one.values()
        elif isinstance(one, list):
            waiting += one
