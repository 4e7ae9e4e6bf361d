"""What other messages than ADT say of a visit that is known: medicines that the person takes home (RDE: RXE, or RXA in
older systems), and the results of a health check (ORU: OBX). What was given in the house (RAS) and vaccinations (VXU)
are no part of the record.

They make nobody and no visit. A medicine of a stay is given in the house unless its order says that it is for outside
(ORC-29), and a result counts only where PV1 says that the visit is a health check.
"""

from collections.abc import Iterator

from integrations.readers import values
from integrations.readers.flags import is_abnormal
from integrations.readers.hl7 import content, fields
from integrations.readers.hl7.fields import Options
from integrations.readers.hl7.message import Message, Segment
from patients.domain.records import FindingLine, LinesRecord, MedicineLine, VisitRecord

_NEVER_KEPT = {"RAS": "medicine_in_house", "VXU": "vaccination"}
_TAKEN_BACK = ("CA", "OC", "DC", "OD")
_OUTSIDE, _INSIDE = "O", "I"
# results that are final, or whose sender does not say (HL7 table 0085)
_FINAL = ("", "F", "C", "U")
_SHORT, _LONG = 100, 300
# where name, amount and unit stand
_PLACES = {"RXE": (2, 3, 5), "RXA": (5, 6, 7)}


def told(message: Message, options: Options) -> tuple[list[LinesRecord], str]:
    """What is written under visits; and why nothing is told, '' where something is."""
    if message.type not in ("RDE", "ORU") or message.first("PID") is None:
        return [], _NEVER_KEPT.get(message.type, "no_stay")
    found: list[LinesRecord] = []
    reasons: list[str] = []
    for part in message.by_person():
        said, reason = _medicines(part) if message.type == "RDE" else _results(part)
        if reason:
            reasons.append(reason)
            continue
        who = content.person(part, options, [])
        _name_visit(said, part, options)
        said.person = who
        said.key = content.visit_key(said.key, who)
        found.append(LinesRecord(0, who, said))
    return found, "" if found else next(iter(reasons), "no_stay")


def _name_visit(said: VisitRecord, message: Message, options: Options) -> None:
    """Which visit is meant: by its number, else by its day."""
    pv1 = message.first("PV1") or Segment("PV1", ["PV1"], message.head.signs)
    obr = message.first("OBR")
    said.source, said.key = options.source, pv1.text(19) or content.account(message)
    days = (pv1.text(44), *([obr.text(7)] if obr and said.kind else []))
    said.admitted = next((day for text in days if (day := fields.moment(text, options.zone)) is not None), None)


def _blank(kind: str = "") -> VisitRecord:
    return VisitRecord(0, content.NOBODY, act="lines", kind=kind, adds_lines=True)


def _medicines(message: Message) -> tuple[VisitRecord, str]:
    said = _blank()
    pv1 = message.first("PV1")
    is_stay = pv1 is not None and content.kind_of_class(pv1.text(2)) == "inpatient"
    added: dict[str, MedicineLine] = {}
    gone: list[str] = []
    is_any = False
    for order, segment in _orders(message):
        is_any = True
        outside = order.text(29).upper() if order else ""
        line = _medicine(segment)
        if outside == _INSIDE or (is_stay and outside != _OUTSIDE) or not line[0]:
            continue
        if order is not None and order.text(1).upper() in _TAKEN_BACK:
            added.pop(line[0], None)
            gone.append(line[0])
        else:
            added[line[0]] = line
    said.medicines, said.gone_medicines = tuple(added.values()) or None, tuple(gone)
    return said, "" if added or gone else "medicine_in_house" if is_any else "no_stay"


def _orders(message: Message) -> Iterator[tuple[Segment | None, Segment]]:
    """Each medicine with the order it belongs to; as it is given where it is not said how it was ordered."""
    name = "RXE" if message.first("RXE") else "RXA"
    order: Segment | None = None
    for segment in message.segments:
        if segment.name == "ORC":
            order = segment
        elif segment.name == name:
            yield order, segment


def _medicine(segment: Segment) -> MedicineLine:
    name_at, amount_at, unit_at = _PLACES[segment.name]
    amount, unit = segment.text(amount_at), segment.text(unit_at, 2) or segment.text(unit_at)
    how = segment.text(7, 2) or segment.text(7) if segment.name == "RXE" else ""
    dosage = "，".join(filter(None, (f"{amount}{unit}" if amount else "", values.words(how, 150))))
    return values.words(segment.text(name_at, 2) or segment.text(name_at), 200), dosage, None


def _results(message: Message) -> tuple[VisitRecord, str]:
    pv1 = message.first("PV1")
    if pv1 is None or content.kind_of_class(pv1.text(2)) != "checkup":
        return _blank(), "no_stay"
    said = _blank("checkup")
    rows = [segment for segment in message.all("OBX") if segment.text(11).upper() in _FINAL]
    said.checkup_findings = tuple(line for segment in rows if (line := _finding(segment))[0]) or None
    return said, "" if said.checkup_findings else "result_not_final"


def _finding(segment: Segment) -> FindingLine:
    """Item and value with its unit; words that are too long for a value stand as advice."""
    item = values.words(segment.text(3, 2) or segment.text(3), _SHORT)
    is_coded = segment.text(2) in ("CE", "CWE")
    parts = (parts[1] if is_coded and len(parts) > 1 else parts[0] for parts in segment.repetitions(5))
    unit = segment.text(6, 2) or segment.text(6)
    value = " ".join(filter(None, (values.words("；".join(filter(None, parts)), _LONG), unit)))
    flags = [flag for parts in segment.repetitions(8) for flag in parts]
    shown, advice = (value, "") if len(value) <= _SHORT else ("", value)
    return item, shown, any(map(is_abnormal, flags)), advice
