"""Encounter, with its Conditions and Procedures, as a visit of the registry."""

from integrations.readers import values
from integrations.readers.fhir import fields
from integrations.readers.fhir.bundle import Bundle
from integrations.readers.fhir.fields import Options, Resource, part, parts, text
from integrations.readers.fhir.names import Called
from patients.domain.records import PersonRecord, VisitRecord

Line = tuple[str, str]
_KINDS = {
    **dict.fromkeys(("IMP", "ACUTE", "NONAC"), "inpatient"),
    **dict.fromkeys(("AMB", "VR", "HH", "FLD", "SS"), "outpatient"),
    **dict.fromkeys(("EMER", "OBSENC"), "emergency"),
}
_CANCELLED = ("cancelled", "entered-in-error")
_ENDED = "finished"
_DISPOSITIONS = {
    "home": "home", "other-hcf": "transfer", "hosp": "transfer", "long": "transfer", "rehab": "transfer",
    "snf": "transfer", "psy": "transfer", "alt-home": "home", "aadvice": "against_advice", "exp": "died",
    "oth": "other",
}  # fmt: skip
_NOT_TRUE = ("refuted", "entered-in-error")
_NOT_DONE = ("not-done", "entered-in-error", "preparation")


def why_no_visit(encounter: Resource) -> str:
    """The code of the reason for which an Encounter is no visit; '' where it is one."""
    is_before = encounter.get("status") == "planned" or fields.code_of(encounter.get("class")) == "PRENC"
    return "visit_planned" if is_before else ""


def why_no_line(resource: Resource) -> str:
    """The code of the reason for which a Condition or Procedure says nothing of its visit; '' where it does."""
    if resource["resourceType"] == "Condition":
        is_so = fields.code_of(resource.get("verificationStatus")) not in _NOT_TRUE
    else:
        is_so = text(resource.get("status")) not in _NOT_DONE
    return "" if is_so else "not_so"


def visit(
    encounter: Resource, who: PersonRecord, conditions: list[Resource], procedures: list[Resource],
    called: Called, bundle: Bundle, options: Options,
) -> VisitRecord:  # fmt: skip
    """The visit of an Encounter. `conditions`, `procedures`: those of the message that belong to it."""
    period, status = part(encounter, "period"), text(encounter.get("status"))
    left = _disposition(encounter, options)
    diagnoses = _ordered(encounter, conditions, bundle)
    return VisitRecord(
        row=0,
        person=who,
        act="cancel" if status in _CANCELLED else "update",
        kind=_KINDS.get(fields.code_of(encounter.get("class")), ""),
        source=options.source,
        key=key_of(encounter, bundle),
        visit_number=_visit_number(encounter),
        admitted=fields.moment(period.get("start"), options.zone),
        discharged=fields.moment(period.get("end"), options.zone) if status == _ENDED else None,
        department=called.department,
        ward=called.ward,
        attending_name=called.attending_name,
        attending_number=called.attending_number,
        diagnoses=tuple(diagnoses) or None,
        procedures=tuple(line(one) for one in procedures) or None,
        disposition=left if status == _ENDED else "",
    )


def added_to(key: str, who: PersonRecord, lines: list[Resource], options: Options) -> VisitRecord:
    """Conditions and Procedures of a visit that must be known already; they are added to what is known of it."""
    diagnoses = tuple(line(one) for one in lines if one["resourceType"] == "Condition") or None
    procedures = tuple(line(one) for one in lines if one["resourceType"] == "Procedure") or None
    said = VisitRecord(row=0, person=who, source=options.source, key=key, adds_lines=True)
    said.diagnoses, said.procedures = diagnoses, procedures
    return said


def key_of(encounter: Resource, bundle: Bundle) -> str:
    """The name of the visit in its source: its id, else its number."""
    return bundle.key_of(encounter) or _visit_number(encounter)


def line(resource: Resource) -> Line:
    """Code and words of a Condition or Procedure; a code only where it is of a list that is used here."""
    concept = resource.get("code")
    listed = [code for where, code, _ in fields.codes(concept) if code and _is_list_of_here(where)]
    code = values.diagnosis_code(listed[0])[:20] if listed else ""
    words = fields.words_of(concept) or fields.code_of(concept)
    return (code, words) if code or words else ("", resource["resourceType"])


def _is_list_of_here(system: str) -> bool:
    """ICD in one of its forms, or a list without an address; SNOMED CT and the like would be taken for ICD."""
    name = system.casefold()
    return not name or "icd" in name or "2.16.156" in name


def _visit_number(encounter: Resource) -> str:
    said = [one for one in parts(encounter, "identifier") if one.get("use") != "old"]
    return next((number for one in said if (number := text(one.get("value"), 40))), "")


def _ordered(encounter: Resource, conditions: list[Resource], bundle: Bundle) -> list[Line]:
    """Diagnoses in the order of their rank, then those the Encounter does not name; of another message none."""
    named: list[tuple[int, Line]] = []
    left = {id(one): one for one in conditions}
    for one in parts(encounter, "diagnosis"):
        rank = one.get("rank")
        order = rank if isinstance(rank, int) else 99
        reference = part(one, "condition")
        found, _key = bundle.meant(reference, "Condition")
        if found is not None and not why_no_line(found):
            left.pop(id(found), None)
            named.append((order, line(found)))
        elif not reference.get("reference") and (words := text(reference.get("display"))):
            named.append((order, ("", words)))
    return [said for _, said in sorted(named, key=lambda pair: pair[0])] + [line(one) for one in left.values()]


def _disposition(encounter: Resource, options: Options) -> str:
    """How the person left."""
    concept = part(encounter, "hospitalization", "dischargeDisposition")
    for code in (*(code for _, code, _ in fields.codes(concept)), fields.words_of(concept)):
        if said := options.dispositions.get(code) or _DISPOSITIONS.get(code) or values.disposition(code):
            return said
    return ""
