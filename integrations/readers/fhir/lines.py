"""What is written under an Encounter: Conditions, Procedures, the medicines that the person takes home, and the results
of a health check; and what an AllergyIntolerance says of the person.
"""

from typing import Any

from integrations.readers import values
from integrations.readers.fhir import fields
from integrations.readers.fhir.bundle import Bundle
from integrations.readers.fhir.fields import Resource, part, parts, text
from integrations.readers.flags import is_abnormal
from integrations.readers.hl7.allergies import says_none
from patients.domain.records import CodedLine, FindingLine, MedicineLine, VisitRecord

MEDICINES = ("MedicationRequest", "MedicationStatement")
KINDS = ("Condition", "Procedure", *MEDICINES, "Observation")
_NOT_TRUE = ("refuted", "entered-in-error")
_NOT_DONE = ("not-done", "entered-in-error", "preparation")
_NOT_TAKEN = ("entered-in-error", "cancelled", "draft", "not-taken", "intended")
_NEVER = ("entered-in-error", "cancelled")
_FINAL = ("final", "amended", "corrected")
_IN_HOUSE = "inpatient"
_LONG_TERM = {"continuous": True, "acute": False, "seasonal": False}
_SHORT = 100


def visit_of(resource: Resource) -> Resource:
    """The reference to the Encounter that it belongs to."""
    return part(resource, "encounter") or part(resource, "context")


def why_not(resource: Resource, bundle: Bundle) -> str:
    """The code of the reason for which it says nothing of its visit; '' where it does."""
    kind, status = resource["resourceType"], text(resource.get("status"))
    if kind == "Observation":
        return "" if status in _FINAL else "not_so" if status in _NEVER else "result_not_final"
    if kind in MEDICINES:
        return _why_no_medicine(resource, status, bundle)
    if kind == "Condition":
        return "not_so" if fields.code_of(resource.get("verificationStatus")) in _NOT_TRUE else ""
    return "not_so" if status in _NOT_DONE else ""


def _why_no_medicine(resource: Resource, status: str, bundle: Bundle) -> str:
    if status in _NOT_TAKEN:
        return "not_so"
    if any(fields.code_of(one) == _IN_HOUSE for one in parts(resource, "category")):
        return "medicine_in_house"
    return "" if _medicine_name(resource, bundle) else "medicine_unnamed"


def add(said: VisitRecord, lines: list[Resource], bundle: Bundle) -> None:
    """Writes operations, medicines and results under the visit; of a kind that nothing is said of, nothing."""
    said.procedures = tuple(coded(one) for one in lines if one["resourceType"] == "Procedure") or None
    said.medicines = tuple(_medicine(one, bundle) for one in lines if one["resourceType"] in MEDICINES) or None
    said.checkup_findings = tuple(_finding(one) for one in lines if one["resourceType"] == "Observation") or None


def coded(resource: Resource) -> CodedLine:
    """Code and words of a Condition or Procedure; a code only where it is of a list that is used here."""
    concept = resource.get("code")
    listed = [code for where, code, _ in fields.codes(concept) if code and _is_list_of_here(where)]
    code = values.diagnosis_code(listed[0])[:20] if listed else ""
    words = _named(concept)
    return (code, words) if code or words else ("", resource["resourceType"])


def allergy(resource: Resource) -> tuple[tuple[str, str], str]:
    """An allergy that is added, or taken away where it is over or was none; and why it says nothing, '' if it does."""
    words = _named(resource.get("code"))
    is_over = fields.code_of(resource.get("verificationStatus")) in _NOT_TRUE or (
        fields.code_of(resource.get("clinicalStatus")) in ("inactive", "resolved")
    )
    reason = "allergy_unnamed" if not words or says_none(words) else ""
    return ("delete" if is_over else "add", words), reason


def _named(concept: Any) -> str:
    return fields.words_of(concept) or fields.code_of(concept)


def _is_list_of_here(system: str) -> bool:
    """ICD in one of its forms, or a list without an address; SNOMED CT and the like would be taken for ICD."""
    name = system.casefold()
    return not name or "icd" in name or "2.16.156" in name


def _medicine_name(resource: Resource, bundle: Bundle) -> str:
    """What the medicine is called: by itself, by a Medication of the resource or of the message, by a reference."""
    reference = part(resource, "medicationReference")
    own = {f"#{text(one.get('id'))}": one for one in parts(resource, "contained")}
    found = own.get(text(reference.get("reference"))) or bundle.meant(reference, "Medication")[0] or {}
    concepts = (resource.get("medicationCodeableConcept"), found.get("code"))
    named = next((name for concept in concepts if (name := _named(concept))), "")
    return named or text(reference.get("display"))


def _medicine(resource: Resource, bundle: Bundle) -> MedicineLine:
    said = parts(resource, "dosageInstruction") or parts(resource, "dosage")
    dosage = "；".join(filter(None, (text(one.get("text")) for one in said)))
    long_term = _LONG_TERM.get(fields.code_of(resource.get("courseOfTherapyType")))
    return _medicine_name(resource, bundle), dosage, long_term


def _finding(observation: Resource) -> FindingLine:
    """Item and value; one of several parts with the values of all of them, one that is too long as advice."""
    inner = parts(observation, "component")
    spoken = [_value(observation), *(" ".join(filter(None, (_named(one.get("code")), _value(one)))) for one in inner)]
    value = "；".join(filter(None, spoken))
    notes = "；".join(filter(None, (text(one.get("text")) for one in parts(observation, "note"))))
    flags = [code for part_of in (observation, *inner) for code in _flags(part_of)]
    shown, rest = (value, "") if len(value) <= _SHORT else ("", value)
    return _named(observation.get("code")) or "Observation", shown, any(map(is_abnormal, flags)), notes or rest


def _value(said: Resource) -> str:
    quantity, concept = part(said, "valueQuantity"), said.get("valueCodeableConcept")
    if quantity:
        number = quantity.get("value")
        unit = text(quantity.get("unit")) or text(quantity.get("code"))
        return f"{text(quantity.get('comparator'))}{number} {unit}".strip() if number is not None else ""
    if isinstance(said.get("valueBoolean"), bool):
        return "+" if said["valueBoolean"] else "-"
    whole = said.get("valueInteger")
    return text(said.get("valueString")) or _named(concept) or ("" if whole is None else str(whole))


def _flags(said: Resource) -> list[str]:
    concepts = parts(said, "interpretation")
    return [code for concept in concepts for code in (fields.code_of(concept), fields.words_of(concept)) if code]
