"""Encounter, with what is written under it, as a visit of the registry."""

from integrations.readers import values
from integrations.readers.fhir import fields, lines
from integrations.readers.fhir.bundle import Bundle
from integrations.readers.fhir.fields import Options, Resource, part, parts, text
from integrations.readers.fhir.names import Called
from integrations.readers.wordlists import DISPOSITIONS_0112
from patients.domain.records import CodedLine, PersonRecord, VisitRecord

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
_NUBC = "nubc"
# a health check, by type or service; the class only says that nobody stays overnight
_CHECKUP_CODES = ("TJ", "checkup")
_CHECKUP_WORDS = ("体检", "體檢", "健康检查", "健康檢查")


def why_no_visit(encounter: Resource) -> str:
    """The code of the reason for which an Encounter is no visit; '' where it is one."""
    is_before = encounter.get("status") == "planned" or fields.code_of(encounter.get("class")) == "PRENC"
    return "visit_planned" if is_before else ""


def kind_of(encounter: Resource) -> str:
    """The kind of visit; '' where the class says none."""
    concepts = (*parts(encounter, "type"), part(encounter, "serviceType"))
    words = [word for concept in concepts for word in (fields.code_of(concept), fields.words_of(concept))]
    if any(word in _CHECKUP_CODES or any(one in word for one in _CHECKUP_WORDS) for word in words):
        return "checkup"
    return _KINDS.get(fields.code_of(encounter.get("class")), "")


def visit(
    encounter: Resource, who: PersonRecord, under: list[Resource], called: Called, bundle: Bundle, options: Options,
) -> VisitRecord:  # fmt: skip
    """The visit of an Encounter. `under`: what of the message is written under it."""
    period, status = part(encounter, "period"), text(encounter.get("status"))
    left = _disposition(encounter, options)
    conditions = [one for one in under if one["resourceType"] == "Condition"]
    diagnoses = _ordered(encounter, conditions, bundle)
    ended = fields.moment(period.get("end"), options.zone) if status == _ENDED else None
    if left == "died" and status == _ENDED and ended is None:
        who.is_dead = True  # with a day, the visit tells of the death
    elif not left and _may_have_died(encounter):
        who.death_in_doubt = True
    said = VisitRecord(
        row=0,
        person=who,
        act="cancel" if status in _CANCELLED else "update",
        kind=kind_of(encounter),
        source=options.source,
        key=key_of(encounter, bundle),
        visit_number=_visit_number(encounter),
        admitted=fields.moment(period.get("start"), options.zone),
        discharged=ended,
        department=called.department,
        ward=called.ward,
        attending_name=called.attending_name,
        attending_number=called.attending_number,
        diagnoses=tuple(diagnoses) or None,
        disposition=left if status == _ENDED else "",
    )
    lines.add(said, under, bundle)
    return said


def added_to(key: str, who: PersonRecord, under: list[Resource], bundle: Bundle, options: Options) -> VisitRecord:
    """What is written under a visit that must be known already; it is added to what is known of it."""
    said = VisitRecord(row=0, person=who, source=options.source, key=key, adds_lines=True)
    said.diagnoses = tuple(lines.coded(one) for one in under if one["resourceType"] == "Condition") or None
    lines.add(said, under, bundle)
    return said


def key_of(encounter: Resource, bundle: Bundle) -> str:
    """The name of the visit in its source: its id, else its number."""
    return bundle.key_of(encounter) or _visit_number(encounter)


def _visit_number(encounter: Resource) -> str:
    said = [one for one in parts(encounter, "identifier") if one.get("use") != "old"]
    return next((number for one in said if (number := text(one.get("value"), 40))), "")


def _ordered(encounter: Resource, conditions: list[Resource], bundle: Bundle) -> list[CodedLine]:
    """Diagnoses in the order of their rank, then those the Encounter does not name; of another message none."""
    named: list[tuple[int, CodedLine]] = []
    left = {id(one): one for one in conditions}
    for one in parts(encounter, "diagnosis"):
        rank = one.get("rank")
        order = rank if isinstance(rank, int) else 99
        reference = part(one, "condition")
        found, _key = bundle.meant(reference, "Condition")
        if found is not None and not lines.why_not(found, bundle):
            left.pop(id(found), None)
            named.append((order, lines.coded(found)))
        elif not reference.get("reference") and (words := text(reference.get("display"))):
            named.append((order, ("", words)))
    return [said for _, said in sorted(named, key=lambda pair: pair[0])] + [lines.coded(one) for one in left.values()]


def _disposition(encounter: Resource, options: Options) -> str:
    """How the person left. The codes of HL7 table 0112 are those of its American source, others those of the front
    page of the record.
    """
    concept = part(encounter, "hospitalization", "dischargeDisposition")
    for system, code, _ in fields.codes(concept):
        said = options.dispositions.get(code) or _DISPOSITIONS.get(code)
        if said := said or (DISPOSITIONS_0112.get(code, "") if _NUBC in system else values.disposition(code)):
            return said
    words = fields.words_of(concept)
    return options.dispositions.get(words) or _DISPOSITIONS.get(words) or values.disposition(words)


def _may_have_died(encounter: Resource) -> bool:
    """Whether a way of leaving that nobody understands holds a sign of death."""
    concept = part(encounter, "hospitalization", "dischargeDisposition")
    return any(map(values.hints_at_death, (fields.words_of(concept), *(code for _, code, _ in fields.codes(concept)))))
