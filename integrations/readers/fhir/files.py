"""Files of resources: one JSON each, or lines of a bulk export; packed by gzip or not.

The lines of all files of one call are put together by person: one message holds a Patient, what the files say of it,
and the Organizations, Practitioners and Locations it names; those that nobody names are messages of their own, for
whom later files tell of. The message is the same whenever the same lines come.
"""

import gzip
import json
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path

from integrations.readers.fhir.fields import Resource, part, text

_NAMED = ("Organization", "Practitioner", "Location")
_REFERENCE = re.compile(rb'"reference"\s*:\s*"((?:Organization|Practitioner|Location)/[^"]{1,64})"')
_OWNERS = ("subject", "patient")
_FIRST = ("Patient", "Encounter", "Condition", "Procedure")


def is_lines(path: Path) -> bool:
    """Whether a file holds a resource a line."""
    return path.name.removesuffix(".gz").endswith(".ndjson")


def content_of(path: Path) -> bytes:
    """The bytes of a file, unpacked. Raises OSError or EOFError where they cannot be."""
    raw = path.read_bytes()
    return gzip.decompress(raw) if raw.startswith(b"\x1f\x8b") else raw


def messages_of_lines(contents: Iterable[bytes]) -> Iterator[bytes]:
    """The lines of these files as messages, one for each person; what belongs to nobody is a message of its own."""
    named: dict[str, bytes] = {}
    owned: dict[str, list[tuple[int, bytes]]] = defaultdict(list)
    alone: list[bytes] = []
    for line in (line.strip() for content in contents for line in content.splitlines()):
        resource = _resource(line)
        kind = text(resource.get("resourceType"), 40)
        if kind in _NAMED:
            named[f"{kind}/{text(resource.get('id'), 64)}"] = line
        elif owner := _owner(resource, kind):
            owned[owner].append((_FIRST.index(kind) if kind in _FIRST else len(_FIRST), line))
        elif line:
            alone.append(line)
    lent: set[str] = set()
    for lines in owned.values():
        ordered = [line for _, line in sorted(lines, key=lambda pair: pair[0])]
        references = _references(ordered)
        lent.update(references)
        yield _together(ordered, [named[name] for name in references if name in named])
    yield from (line for name, line in named.items() if name not in lent)
    yield from alone


def _resource(line: bytes) -> Resource:
    try:
        said = json.loads(line)
    except (ValueError, RecursionError):
        return {}
    return said if isinstance(said, dict) else {}


def _owner(resource: Resource, kind: str) -> str:
    """The person a resource is about, as its Patient is referred to."""
    if kind == "Patient":
        key = text(resource.get("id"), 64)
        return f"Patient/{key}" if key else ""
    said = (text(part(resource, name).get("reference"), 200) for name in _OWNERS)
    return next((one for one in said if one.startswith("Patient/")), "")


def _references(lines: list[bytes]) -> list[str]:
    """How these lines refer to what only lends its name."""
    return list(dict.fromkeys(name.decode("utf-8", "replace") for line in lines for name in _REFERENCE.findall(line)))


def _together(lines: list[bytes], named: list[bytes]) -> bytes:
    """Lines of one person as a bundle, with what they name."""
    wrapped = b",\n".join(b'{"resource":%s}' % one for one in (*named, *lines))
    return b'{"resourceType":"Bundle","type":"collection","entry":[\n' + wrapped + b"\n]}"
