"""Numbers that change hands (MRG): people who are one, stays that are one, and stays booked on the wrong person.

Which of them an event means is in HL7 v2, chapter 3.6. A number of the visit (MRG-5, PV1-19) and of the account (MRG-3,
PID-18) stand for each other where a message says only one, as they do for visits; where it says both, that of the visit
names the stay. Only A49 is about the account itself.
"""

from dataclasses import replace

from integrations.readers.hl7 import content, fields
from integrations.readers.hl7.fields import Options
from integrations.readers.hl7.message import Message, Segment
from patients.domain.records import DeleteRecord, MergeRecord, Number, PersonRecord, StayMoveRecord, Told

PEOPLE = frozenset(("A18", "A30", "A34", "A36", "A39", "A40", "A43"))
NUMBERS = frozenset(("A46", "A47", "A48"))
# event → what happens to the stay
STAYS = {
    **dict.fromkeys(("A35", "A36", "A41", "A42"), "unite"),
    **dict.fromkeys(("A44", "A45"), "move"),
    **dict.fromkeys(("A49", "A50"), "renumber"),
}
_ACCOUNT, _VISIT, _NAME = 3, 5, 7


def told(message: Message, event: str, options: Options, findings: list[str]) -> list[Told]:
    """What an event of `PEOPLE`, `NUMBERS` or `STAYS` tells; a message may hold several, each with a PID of its own."""
    found: list[Told] = []
    for part in message.by_person():
        who = content.person(part, options, findings)
        old = _old_numbers(part, options)
        if event in PEOPLE | NUMBERS:
            found.append(MergeRecord(0, who, old, is_change=event in NUMBERS, former=_former(part, options)))
        if event in STAYS:
            found += _stays(part, event, replace(who), old, options)
    return found


def deleted(message: Message, options: Options, findings: list[str]) -> DeleteRecord:
    """The person that the source has deleted."""
    return DeleteRecord(0, content.person(message, options, findings))


def retires_number(message: Message, options: Options) -> bool:
    """Whether another number of the person than one in use stands in MRG."""
    pid = message.first("PID")
    return pid is not None and bool(set(_old_numbers(message, options)) - set(fields.numbers(pid, options)))


def _old_numbers(message: Message, options: Options) -> tuple[Number, ...]:
    said = [number for segment in message.all("MRG") for number in fields.old_numbers(segment, options)]
    return tuple(dict.fromkeys(said))


def _former(message: Message, options: Options) -> tuple[PersonRecord, ...]:
    """Whom each MRG names (MRG-7), under its old numbers."""
    named = [(fields.person_name(segment, _NAME), segment) for segment in message.all("MRG")]
    return tuple(
        PersonRecord(0, name, other_numbers=tuple(fields.old_numbers(segment, options)))
        for name, segment in named
        if name
    )


def _stays(
    message: Message, event: str, who: PersonRecord, old: tuple[Number, ...], options: Options
) -> list[StayMoveRecord]:
    """Each stay that MRG names, with the PV1 after it where there is one. What names none, or none new, tells none."""
    act, by_account = STAYS[event], event == "A49"
    former = _counted_by(old, who)
    found = []
    for merge, visit in _pairs(message):
        account, number = _number_in_use(message, visit)
        places = (_ACCOUNT, _VISIT) if by_account else (_VISIT, _ACCOUNT)
        in_use = (account or number) if by_account else (number or account)
        retired = next(filter(None, (merge.text(place) for place in places)), "")
        if act == "move":
            in_use, retired = in_use or retired, retired or in_use
        if in_use and retired and (act == "move" or in_use != retired):
            keys = (content.visit_key(retired, former), content.visit_key(in_use, who))
            found.append(StayMoveRecord(0, who, act, options.source, *keys, old_numbers=old))
    return found


def _pairs(message: Message) -> list[tuple[Segment, Segment | None]]:
    """Each MRG with the PV1 that follows it, else the only one of the message."""
    pairs: list[tuple[Segment, Segment | None]] = []
    for segment in message.segments:
        if segment.name == "MRG":
            pairs.append((segment, None))
        elif segment.name == "PV1" and pairs and pairs[-1][1] is None:
            pairs[-1] = (pairs[-1][0], segment)
    return [(merge, visit or message.first("PV1")) for merge, visit in pairs]


def _number_in_use(message: Message, visit: Segment | None) -> tuple[str, str]:
    pid = message.first("PID")
    return (pid.text(18) if pid else ""), (visit.text(19) if visit else "")


def _counted_by(old: tuple[Number, ...], who: PersonRecord) -> PersonRecord:
    """Whose visits a small number counted: those of the number that was wrong."""
    known = dict(reversed(old))
    number = known.get("mrn") or known.get("inpatient")
    return replace(who, record_number=number) if number else who
