"""Patient and RelatedPerson as people of the registry. Animals, the unborn and records without a name are nobody."""

import datetime as dt

from integrations.readers import values
from integrations.readers.fhir import fields
from integrations.readers.fhir.bundle import Bundle
from integrations.readers.fhir.fields import Options, Resource, part, parts, text
from integrations.readers.hl7.fields import NUMBER_KINDS
from integrations.readers.identity import add_death, add_identity, may_be_born_on
from patients.domain.records import NUMBER_SYSTEMS, Contact, Number, PersonRecord

_MAX_CONTACTS = 5
_SEX = {"male": "M", "female": "F"}
_ANIMAL = "patient-animal"
_UNBORN = ("fetus", "foetus", "胎儿", "胎兒")
_KIND_OF_SYSTEM = {"urn:oid:2.16.156.10011.1.3": "identity", "http://hl7.org/fhir/sid/us-ssn": "none"}


def why_nobody(patient: Resource) -> str:
    """The code of the reason for which a Patient is nobody here; '' where it is somebody."""
    urls = [text(one.get("url"), 200).rstrip("/").rpartition("/")[2] for one in parts(patient, "extension")]
    if _ANIMAL in urls or "animal" in patient:
        return "animal"
    name = fields.person_name(patient)
    if any(word in name.casefold() for word in _UNBORN):
        return "unborn"
    if not name:
        return "name_missing"
    return "record_inactive" if patient.get("active") is False else ""


def person(patient: Resource, bundle: Bundle, options: Options, findings: list[str]) -> PersonRecord:
    """Everything a Patient says, with those beside the person."""
    said: dict = {"row": 0, "name": fields.person_name(patient)}
    _add_numbers(said, patient, bundle, options, findings)
    said.setdefault("sex", _SEX.get(text(patient.get("gender")), "U"))
    said["birth_date"] = said.get("birth_date") or _birth_date(patient, options, findings)
    phones, email, problems = fields.telephones(patient, fields.country(patient))
    findings += problems
    said |= {"phones": phones, "email": email, "address": fields.address(patient)}
    said["marital_status"] = fields.marital_status(patient.get("maritalStatus"))
    said["other_contacts"] = tuple(contacts(parts(patient, "contact"), fields.country(patient)))
    _add_death(said, patient, options, findings)
    return PersonRecord(**said)


def reference_to(key: str, options: Options) -> PersonRecord:
    """Somebody who must be known already, under the id the source gave."""
    number = (fields.source_number(options, key),) if key else ()
    return PersonRecord(0, "", other_numbers=number, is_reference=True)


def by_identifier(reference: Resource, options: Options) -> PersonRecord:
    """Somebody who must be known already, under the number that a reference states."""
    kind, number = _number(part(reference, "identifier"), options)
    return PersonRecord(0, "", other_numbers=((kind, number),) if kind in NUMBER_SYSTEMS else (), is_reference=True)


def contacts(said: list[Resource], home: str = "") -> list[Contact]:
    """People beside the person who have a name, with the first telephone of each. `home`: where the person lives."""
    found = []
    for one in said:
        name = fields.person_name(one) or fields.person_name({"name": [{**part(one, "name"), "use": ""}]})
        phones, _, _ = fields.telephones(one, fields.country(one) or home)
        relation = next((word for concept in parts(one, "relationship") if (word := fields.words_of(concept))), "")
        if name:
            found.append(Contact(name, relation[:20], phones[:1]))
    return found[:_MAX_CONTACTS]


def _number(identifier: Resource, options: Options) -> tuple[str, str]:
    """Kind and value of one identifier; without a type it counts only where the feed says what its system means."""
    number, system = values.number_text(text(identifier.get("value"), 60)), text(identifier.get("system"), 200)
    concept = part(identifier, "type")
    words = [code.upper() for _, code, _ in fields.codes(concept)] + [fields.words_of(concept).upper()]
    known = (options.number_kinds.get(word) or NUMBER_KINDS.get(word) for word in words if word)
    kind = options.number_kinds.get(system) or _KIND_OF_SYSTEM.get(system) or next(filter(None, known), "none")
    return ("none", "") if not number or len(number) > 40 or identifier.get("use") == "old" else (kind, number)


def _add_numbers(said: dict, patient: Resource, bundle: Bundle, options: Options, findings: list[str]) -> None:
    """The hospital's numbers, one of each kind in its own field; papers only where they prove themselves."""
    key = bundle.key_of(patient)
    further: list[Number] = [fields.source_number(options, key)] if key else []
    for identifier in parts(patient, "identifier"):
        kind, number = _number(identifier, options)
        if kind == "identity":
            add_identity(said, number, findings)
        elif kind == "passport":
            said["paper_kind"], said["paper_number"] = "passport", number
        elif kind in NUMBER_SYSTEMS and NUMBER_SYSTEMS[kind] not in said:
            said[NUMBER_SYSTEMS[kind]] = number
        elif kind in NUMBER_SYSTEMS and said[NUMBER_SYSTEMS[kind]] != number and (kind, number) not in further:
            further.append((kind, number))
    said["other_numbers"] = tuple(further)


def _birth_date(patient: Resource, options: Options, findings: list[str]) -> dt.date | None:
    written = text(patient.get("birthDate"))
    found = fields.day(written, options.zone)
    if written and not may_be_born_on(found):
        findings.append("birth_unreadable")
        return None
    return found


def _add_death(said: dict, patient: Resource, options: Options, findings: list[str]) -> None:
    written, mark = text(patient.get("deceasedDateTime")), patient.get("deceasedBoolean")
    today = dt.datetime.now(options.zone).date()
    clear = mark if isinstance(mark, bool) else None
    add_death(said, clear, written, fields.day(written, options.zone), today, findings)
    if clear is False and not said.get("death_in_doubt"):
        said["deleted"] = frozenset({"death"})
