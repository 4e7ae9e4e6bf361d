"""Invented resources of FHIR, small."""

import json
from typing import Any

Resource = dict[str, Any]


def patient(key: str = "p1", *, name: str = "乔明", **said: Any) -> Resource:
    """A man with a record number and a mobile telephone."""
    return {
        "resourceType": "Patient", "id": key, "gender": "male", "birthDate": "1980-06-15",
        "identifier": [{"type": {"coding": [{"code": "MR"}]}, "value": f"M-{key}"}],
        "name": [{"use": "official", "text": name}],
        "telecom": [{"system": "phone", "use": "mobile", "value": "13900000001"}],
    } | said  # fmt: skip


def encounter(key: str = "v1", *, of: str = "Patient/p1", kind: str = "AMB", **said: Any) -> Resource:
    """A visit that is over."""
    return {
        "resourceType": "Encounter", "id": key, "status": "finished", "class": {"code": kind},
        "subject": {"reference": of},
        "period": {"start": "2026-06-01T09:00:00+08:00", "end": "2026-06-03T10:00:00+08:00"},
    } | said  # fmt: skip


def line(kind: str, key: str, text: str, *, visit: str = "Encounter/v1", **said: Any) -> Resource:
    """A Condition or Procedure of a visit."""
    return {
        "resourceType": kind, "id": key, "code": {"text": text}, "subject": {"reference": "Patient/p1"},
        "encounter": {"reference": visit},
    } | said  # fmt: skip


def consent(purpose: str, *, kind: str = "permit", **said: Any) -> Resource:
    """A consent of the person with its source and wording."""
    return {
        "resourceType": "Consent", "id": f"c-{purpose}", "status": "active", "dateTime": "2026-05-01",
        "patient": {"reference": "Patient/p1"}, "provision": {"type": kind, "purpose": [{"code": purpose}]},
        "policy": [{"uri": "wording-3"}], "sourceAttachment": {"title": "signed"},
    } | said  # fmt: skip


def bundle(*resources: Resource, kind: str = "transaction", **said: Any) -> bytes:
    """These resources as one message."""
    entries = [{"fullUrl": f"urn:uuid:{one.get('id')}", "resource": one} for one in resources]
    return json.dumps({"resourceType": "Bundle", "type": kind, "entry": entries} | said, ensure_ascii=False).encode()


def alone(resource: Resource) -> bytes:
    """One resource as a message."""
    return json.dumps(resource, ensure_ascii=False).encode()
