"""What came as resources, and which of them a reference means: `urn:uuid:…`, `Type/id`, or an identifier."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field

from integrations.readers.fhir.fields import Resource, kind_of, part, parts, text

TYPES = ("transaction", "batch", "collection", "message", "document", "searchset")


class NotFhir(Exception):
    """This is no resource; `code` says why."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(slots=True)
class Bundle:
    """The resources of one message, in order, and the names by which they are referred to."""

    resources: list[Resource] = field(default_factory=list)
    by_reference: dict[str, Resource] = field(default_factory=dict)
    by_identifier: dict[tuple[str, str, str], Resource] = field(default_factory=dict)
    keys: dict[int, str] = field(default_factory=dict)
    deleted: list[str] = field(default_factory=list)

    def add(self, resource: Resource, full_url: str = "", put: str = "") -> None:
        """A resource with the address it has in its bundle."""
        kind, key = kind_of(resource), text(resource.get("id"), 64) or put.rpartition("/")[2]
        resource["resourceType"] = kind
        self.resources.append(resource)
        self.keys[id(resource)] = key
        for name in (full_url, f"{kind}/{key}" if key else ""):
            if name:
                self.by_reference.setdefault(name, resource)
        for one in parts(resource, "identifier"):
            if value := text(one.get("value"), 200):
                self.by_identifier.setdefault((kind, text(one.get("system"), 200), value), resource)

    def of_kind(self, kind: str) -> Iterator[Resource]:
        """The resources of a kind, in order."""
        return (one for one in self.resources if one["resourceType"] == kind)

    def key_of(self, resource: Resource) -> str:
        """The name of a resource in its source; '' where it has none that lasts."""
        return self.keys.get(id(resource), "")

    def meant(self, reference: Resource, kind: str) -> tuple[Resource | None, str]:
        """The resource of this message that is meant; else the id it has in its source, '' where that is not said."""
        said = text(reference.get("reference"), 300)
        found = self.by_reference.get(said)
        if found is None:
            said = relative(said)
            found = self.by_reference.get(said)
        if found is None and (identifier := part(reference, "identifier")):
            named = (kind, text(identifier.get("system"), 200), text(identifier.get("value"), 200))
            found = self.by_identifier.get(named)
        if found is not None:
            return (found, self.key_of(found)) if found["resourceType"] == kind else (None, "")
        return None, said.removeprefix(f"{kind}/") if said.startswith(f"{kind}/") else ""

    def elsewhere(self, reference: Resource) -> str:
        """A reference to a resource that is not of this message, as its source writes it; '' where it is, or where
        the reference says nothing or means a part of its own resource.
        """
        said = text(reference.get("reference"), 300)
        short = relative(said)
        is_here = said in self.by_reference or short in self.by_reference
        return "" if is_here or said.startswith("#") else short


def relative(reference: str) -> str:
    """`Type/id` of an address; anything else as it is."""
    if reference.count("/") < 2 or "?" in reference:
        return reference
    return "/".join(reference.partition("/_history/")[0].split("/")[-2:])


def opened(raw: bytes) -> Bundle:
    """The resources of a message. Raises `NotFhir` where it is not JSON or no resource."""
    try:
        said = json.loads(raw.removeprefix(b"\xef\xbb\xbf"))
    except (ValueError, RecursionError) as error:
        raise NotFhir("no_json") from error
    if not kind_of(said):
        raise NotFhir("no_resource")
    bundle = Bundle()
    if said["resourceType"] == "Bundle":
        _add_entries(bundle, said)
    else:
        bundle.add(said)
    return bundle


def _add_entries(bundle: Bundle, said: Resource) -> None:
    if said.get("type") not in TYPES:
        raise NotFhir("bundle_type")
    for entry in parts(said, "entry"):
        resource, request = part(entry, "resource"), part(entry, "request")
        method, url = text(request.get("method")), text(request.get("url"), 300)
        if method == "DELETE":
            bundle.deleted.append(url)
        elif kind_of(resource):
            put = url if method == "PUT" and "?" not in url else ""
            bundle.add(resource, text(entry.get("fullUrl"), 300), put)
