"""What departments, places and physicians of a visit are called: by the resources of the message, by the words beside a
reference, else by a resource that the same source sent before, which only the reference names.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from integrations.readers import values
from integrations.readers.fhir import fields
from integrations.readers.fhir.bundle import Bundle
from integrations.readers.fhir.fields import Resource, part, parts, text
from integrations.readers.hl7.fields import is_cjk
from integrations.readers.reading import NameTold

LENDING = ("Practitioner", "Organization", "Location")
_ATTENDING = ("ATND", "PPRF", "")
_IS_HOSPITAL = ("医院", "醫院", "hospital")
_MOST_NUMBERS = 5


@dataclass(slots=True)
class Called:
    """The names of one visit. `lacking`: by which part of it, the reference whose name the message does not say."""

    department: str
    ward: str
    attending_name: str
    attending_number: str
    lacking: dict[str, str]


def told(bundle: Bundle) -> Iterator[NameTold]:
    """What the resources of a message are called, by each of the ways in which they may be referred to."""
    for kind in LENDING:
        for resource in bundle.of_kind(kind):
            name, number = _physician(resource) if kind == "Practitioner" else (text(resource.get("name"), 60), "")
            if name:
                is_used = kind != "Organization" or _is_part(resource)
                for reference in _references(kind, resource, bundle):
                    yield NameTold(reference, name, number, is_used)


def of_visit(encounter: Resource, bundle: Bundle) -> Called:
    """Names of department, ward and physician in charge, and what is lacking."""
    lacking: dict[str, str] = {}
    department, ward = _department(encounter, bundle, lacking), _ward(encounter, bundle, lacking)
    name, number = _attending(encounter, bundle, lacking)
    return Called(department, ward, name, number, lacking)


def _references(kind: str, resource: Resource, bundle: Bundle) -> list[str]:
    key = bundle.key_of(resource)
    numbers = [
        by_number(kind, one)
        for one in parts(resource, "identifier")[:_MOST_NUMBERS]
        if text(one.get("value"), 100)
    ]  # fmt: skip
    return [*([f"{kind}/{key}"] if key else []), *numbers]


def by_number(kind: str, identifier: Resource) -> str:
    """A reference by a number, as a search is written."""
    return f"{kind}?identifier={text(identifier.get('system'), 80)}|{text(identifier.get('value'), 100)}"


def _department(encounter: Resource, bundle: Bundle, lacking: dict[str, str]) -> str:
    """The department: the service provider, where it is no whole hospital, else the type of service."""
    reference = part(encounter, "serviceProvider")
    found, _key = bundle.meant(reference, "Organization")
    name = text(found.get("name"), 60) if found else text(reference.get("display"), 60)
    if name and (_is_part(found) if found else not name.casefold().endswith(_IS_HOSPITAL)):
        return name
    if not name:
        _note(lacking, "department", reference, "Organization", bundle)
    return fields.words_of(encounter.get("serviceType"))[:60]


def _is_part(organization: Resource) -> bool:
    """Whether an Organization is a part of another: it says so, or it is a department."""
    kinds = {fields.code_of(one) for one in parts(organization, "type")}
    return "dept" in kinds or bool(part(organization, "partOf"))


def _ward(encounter: Resource, bundle: Bundle, lacking: dict[str, str]) -> str:
    """The place where the person is, where the Encounter names one that is still taken up."""
    for one in parts(encounter, "location"):
        reference: Any = part(one, "location")
        if one.get("status") not in ("active", None) or text(reference.get("reference")).startswith("#"):
            continue
        found, _key = bundle.meant(reference, "Location")
        if name := text(found.get("name"), 60) if found else text(reference.get("display"), 60):
            return name
        _note(lacking, "ward", reference, "Location", bundle)
    return ""


def _attending(encounter: Resource, bundle: Bundle, lacking: dict[str, str]) -> tuple[str, str]:
    """Name and staff number of the physician in charge: the attending one before others."""
    said: list[tuple[int, Resource]] = []
    for one in parts(encounter, "participant"):
        roles = {code for concept in parts(one, "type") for _, code, _ in fields.codes(concept)} or {""}
        place = next((place for place, role in enumerate(_ATTENDING) if role in roles), len(_ATTENDING))
        said.append((place, part(one, "individual")))
    for _place, reference in sorted(said, key=lambda pair: pair[0]):
        found, _key = bundle.meant(reference, "Practitioner")
        name, number = _physician(found) if found else (_written(text(reference.get("display"), 60)), "")
        if name:
            return name, number
        _note(lacking, "attending", reference, "Practitioner", bundle)
    return "", ""


def _physician(practitioner: Resource) -> tuple[str, str]:
    numbers = (text(one.get("value"), 30) for one in parts(practitioner, "identifier"))
    return _written(fields.person_name(practitioner)), next(filter(None, numbers), "")


def _written(name: str) -> str:
    return (values.physician_name(name) if is_cjk(name) else name)[:60]


def _note(lacking: dict[str, str], name: str, reference: Resource, kind: str, bundle: Bundle) -> None:
    """Notes the first reference of a kind that the message does not name."""
    said = bundle.elsewhere(reference)
    identifier = part(reference, "identifier")
    if not said and text(identifier.get("value")):
        said = by_number(kind, identifier)
    if said and (said.startswith((f"{kind}/", f"{kind}?", "urn:")) or kind in said.partition("/")[0]):
        lacking.setdefault(name, said)
