"""Who and what visit a message is about: PID, NK1, AL1, IAM, PV1, DG1, PR1 and MRG as the records of the registry."""

import datetime as dt
from collections.abc import Callable

from integrations.readers import values
from integrations.readers.hl7 import fields
from integrations.readers.hl7.allergies import add_allergies
from integrations.readers.hl7.fields import Options
from integrations.readers.hl7.message import Message, Segment
from integrations.readers.identity import add_death, add_identity, may_be_born_on
from patients.domain.records import NUMBER_SYSTEMS, Contact, Moment, Number, PersonRecord, VisitRecord

_MAX_CONTACTS = 5
# field of PID → field of the record that a deletion empties
_DELETABLE = {7: "birth_date", 8: "sex", 11: "address", 13: "phones", 16: "marital_status", 30: "death"}
_AT_HOME, _AT_WORK = 13, 14
NOBODY = PersonRecord(0, "")
_KINDS = {
    **dict.fromkeys(("I", "B", "住院"), "inpatient"),
    **dict.fromkeys(("O", "R", "门诊"), "outpatient"),
    **dict.fromkeys(("E", "急诊"), "emergency"),
    **dict.fromkeys(("体检", "TJ"), "checkup"),
}


def person(message: Message, options: Options, findings: list[str]) -> PersonRecord:
    """The person of the message, with everything PID and NK1 say."""
    pid = message.first("PID") or Segment("PID", ["PID"], message.head.signs)
    said: dict = {"row": 0, "name": fields.person_name(pid, 5)}
    _add_numbers(said, pid, options, findings)
    said["sex"] = values.sex(pid.text(8)) if said.get("sex", "U") == "U" else said["sex"]
    said["birth_date"] = said.get("birth_date") or _birth_date(pid, findings)
    phones, email, problems = fields.telephones(pid, (_AT_HOME, _AT_WORK))
    findings += problems
    said |= {"phones": phones, "email": email[:120], "address": fields.address(pid, 11)}
    said["marital_status"] = fields.marital_status(pid, 16)
    said["other_contacts"] = tuple(_contacts(message))
    if insurance := message.first("IN1"):
        said["insurance"] = values.words(insurance.text(4), 40)
    _add_death(said, pid, options, findings)
    said["deleted"] = frozenset(name for number, name in _DELETABLE.items() if pid.is_deleted(number))
    if pid.is_deleted(_AT_WORK) and "phones" not in said["deleted"]:
        _take_away_work_phones(said, pid, findings)
    add_allergies(said, message)
    return PersonRecord(**said)


def _add_death(said: dict, pid: Segment, options: Options, findings: list[str]) -> None:
    written = "" if pid.is_deleted(29) else pid.text(29)
    mark = False if pid.is_deleted(30) else values.says_died(pid.text(30))
    add_death(said, mark, written, fields.day(written), dt.datetime.now(options.zone).date(), findings)


def _take_away_work_phones(said: dict, pid: Segment, findings: list[str]) -> None:
    """Which number is that of the work is not kept: those that the message does not name at home go, where it names
    any.
    """
    if pid.text(_AT_HOME):
        said["deleted"] |= {"phones"}
    else:
        findings.append("delete_not_taken")


def _add_numbers(said: dict, pid: Segment, options: Options, findings: list[str]) -> None:
    """The numbers of the hospital, one of each kind in its own field; papers only where they prove themselves."""
    further: list[Number] = []
    for kind, number in fields.numbers(pid, options):
        if kind == "identity":
            add_identity(said, number, findings)
        elif kind == "passport":
            said["paper_kind"], said["paper_number"] = "passport", number
        elif kind in NUMBER_SYSTEMS and NUMBER_SYSTEMS[kind] not in said:
            said[NUMBER_SYSTEMS[kind]] = number
        elif (kind, number) not in further and said.get(NUMBER_SYSTEMS.get(kind, "")) != number:
            further.append((kind, number))
    said["other_numbers"] = tuple(further)
    if not said.get("identity_number") and len(pid.text(19)) in (15, 18):
        add_identity(said, pid.text(19), findings)


def _birth_date(pid: Segment, findings: list[str]) -> dt.date | None:
    written = pid.text(7)
    found = fields.day(written)
    if written and not may_be_born_on(found):
        if not pid.is_deleted(7):
            findings.append("birth_unreadable")
        return None
    return found


def _contacts(message: Message) -> list[Contact]:
    found = []
    for segment in message.all("NK1"):
        name = fields.person_name(segment, 2)
        phones, _, _ = fields.telephones(segment, (5, 6))
        relation = segment.components(3)
        words = values.words((relation[1:2] or relation[:1] or [""])[0], 20)
        if name:
            found.append(Contact(name, words, phones[:1]))
    return found[:_MAX_CONTACTS]


def carries_visit(message: Message) -> bool:
    """Whether the message says anything of a visit: its class, place, number or days."""
    pv1 = message.first("PV1")
    return pv1 is not None and any(pv1.components(number) for number in (2, 3, 19, 44, 45))


def names_visit(message: Message) -> bool:
    """Whether the message says which visit it means: its number, its account or when it began."""
    return _is_in_visit(message) or bool(account(message))


def names_by_account(message: Message) -> bool:
    """Whether only the account says which visit is meant."""
    return bool(account(message)) and not _is_in_visit(message)


def _is_in_visit(message: Message) -> bool:
    pv1 = message.first("PV1")
    return pv1 is not None and bool(pv1.components(19) or pv1.components(44))


def happened(message: Message, options: Options) -> Moment | None:
    """When the event happened, else when it was recorded, else when the message was written."""
    evn = message.first("EVN")
    written = [evn.text(6), evn.text(2)] if evn else []
    found = (fields.moment(text, options.zone) for text in (*written, message.head.text(7)))
    return next((one for one in found if one is not None), None)


def visit(message: Message, act: str, kind: str, options: Options, findings: list[str]) -> VisitRecord:
    """The visit of the message. `kind`: what the event says of the visit where PV1 does not."""
    pv1 = message.first("PV1") or Segment("PV1", ["PV1"], message.head.signs)
    who = person(message, options, findings)
    department, ward, bed = fields.location(pv1, 3)
    if options.department_from == "service":
        department = pv1.text(10)[:60] or department
    name, number = fields.staff_name(pv1, 7)
    if not name:
        name, number = fields.staff_name(pv1, 17)
    left = fields.disposition(pv1, 36, options)
    ended = fields.moment(pv1.text(45), options.zone)
    if left == "died" and act == "discharge":
        who.is_dead = True
        who.died_on = who.died_on or (ended.date() if isinstance(ended, dt.datetime) else ended)
    elif not left and fields.hints_at_death(pv1, 36):
        who.death_in_doubt = True
        findings.append("death_unclear")
    return VisitRecord(
        row=0,
        person=who,
        act=act,
        kind=kind_of_class(pv1.text(2)) or kind,
        source=options.source,
        key=visit_key(pv1.text(19) or account(message), who),
        happened=happened(message, options),
        admitted=fields.moment(pv1.text(44), options.zone),
        discharged=ended,
        department=department,
        ward=ward,
        bed=bed,
        attending_name=name,
        attending_number=number,
        diagnoses=_coded(message, "DG1", values.diagnosis_code),
        procedures=_coded(message, "PR1", lambda code: code),
        disposition=left,
        deleted=_deleted(pv1, options),
    )


def kind_of_class(patient_class: str) -> str:
    """The kind of visit that PV1-2 means; '' where it means none."""
    return _KINDS.get(patient_class.upper(), "")


def account(message: Message) -> str:
    """The account (PID-18), by which some systems name a visit."""
    pid = message.first("PID")
    return pid.text(18) if pid else ""


def visit_key(key: str, who: PersonRecord) -> str:
    """The number of a visit, else the account. A small number only counts the person's visits."""
    number = who.record_number or who.admission_number
    return f"{number}-{key}" if key.isdigit() and len(key) < 4 and number else key[:80]


def _coded(message: Message, name: str, read_code: Callable[[str], str]) -> tuple[tuple[str, str], ...] | None:
    """Lines of diagnoses or procedures; None where the message has no such segment."""
    segments = list(message.all(name))
    lines = []
    for segment in segments:
        code = values.words(segment.text(3))
        text = values.words(segment.text(3, 2) or segment.text(4), 300)
        if code and fields.is_cjk(code) and not text:
            code, text = "", code
        if code or text:
            lines.append((read_code(code)[:20], text))
    return tuple(dict.fromkeys(lines)) if segments else None


def _deleted(pv1: Segment, options: Options) -> frozenset[str]:
    department_at = 10 if options.department_from == "service" else 3
    places = {(department_at, "department"), (3, "ward"), (3, "bed"), (7, "attending"), (36, "disposition")}
    places |= {(45, "discharged")}
    return frozenset(name for number, name in places if pv1.is_deleted(number))
