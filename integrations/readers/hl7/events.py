"""What each kind of message means here (HL7 v2, chapter 3): whom and what it tells of, or why it tells nothing.

Only ADT tells of people and visits. Results, orders, charges and master files never make a visit: results of a health
check and medicines taken home are written under one that is known (`lines`). Appointments are kept for the part of the
system that books. Messages of training (processing id T) touch nothing.
"""

from integrations.readers.hl7 import consents, content, lines, merges
from integrations.readers.hl7.fields import Options
from integrations.readers.hl7.message import Message, NotAMessage, parsed
from integrations.readers.reading import IGNORED, KEPT, SET_ASIDE, Reading
from patients.domain.records import Told

# event → (what happens to the visit, class of the visit where PV1 does not say)
_VISITS = {
    "A01": ("admit", "inpatient"),
    "A02": ("transfer", "inpatient"),
    "A03": ("discharge", "inpatient"),
    "A04": ("admit", "outpatient"),
    "A06": ("transfer", "inpatient"),
    "A07": ("transfer", "outpatient"),
    "A08": ("update", ""),
    "A11": ("cancel", ""),
    "A12": ("transfer", "inpatient"),
    "A13": ("cancel_discharge", "inpatient"),
    "A17": ("transfer", "inpatient"),
    "A23": ("cancel", ""),
}
_RENUMBERED = merges.PEOPLE | merges.NUMBERS | merges.STAYS.keys()
_DELETED_PERSON, _DELETED_VISIT = "A29", "A23"
# what carries nothing that is kept here: places of beds, records linked without being merged, numbers beside the usual
_NOTHING = {
    "A20": "place_told",
    **dict.fromkeys(("A24", "A37"), "link_told"),
    **dict.fromkeys(("A48", "A51"), "other_number_told"),
}
_KEPT = frozenset(("SIU",))


def read(raw: bytes, options: Options) -> Reading:
    """What one message tells."""
    try:
        message = parsed(raw, options.charset)
    except NotAMessage as error:
        return Reading(state=SET_ASIDE, reason=error.code)
    reading = _read(message, options)
    reading.findings = [*dict.fromkeys([*message.findings, *reading.findings])]
    return reading


def _read(message: Message, options: Options) -> Reading:
    if message.head.text(11).upper() == "T":
        return Reading(state=IGNORED, reason="training")
    if message.type in _KEPT:
        return Reading(state=KEPT, reason="kept_for_later")
    if message.type != "ADT":
        told, reason = lines.told(message, options)
        return Reading([*told]) if told else Reading(state=IGNORED, reason=reason)
    event = options.events.get(message.event, message.event)
    if event in _NOTHING and not (event in merges.NUMBERS and merges.retires_number(message, options)):
        return Reading(state=IGNORED, reason=_NOTHING[event])
    if message.first("PID") is None:
        return Reading(state=SET_ASIDE, reason="no_person")
    return _admission(message, event, options)


def _admission(message: Message, event: str, options: Options) -> Reading:
    findings: list[str] = []
    if event in _RENUMBERED:
        told = merges.told(message, event, options, findings)
        return Reading(told, findings=findings) if told else Reading(state=SET_ASIDE, reason="stay_without_number")
    if event == _DELETED_PERSON:
        return Reading([merges.deleted(message, options, findings)], findings=findings)
    if event == _DELETED_VISIT and not content.names_visit(message):
        return Reading(state=SET_ASIDE, reason="delete_unnamed")
    told = [one for part in message.by_person() for one in _person_and_visit(part, event, options, findings)]
    return Reading(told, findings=findings)


def _person_and_visit(message: Message, event: str, options: Options, findings: list[str]) -> list[Told]:
    """The person with or without a visit, then what the person has decided."""
    act, kind = _VISITS.get(event, ("", ""))
    if event == _DELETED_VISIT and content.names_by_account(message):
        act = "cancel_by_account"
    if act == "cancel_by_account" or (act and content.carries_visit(message)):
        visit = content.visit(message, act, kind, options, findings)
        return [visit, *consents.decisions(message, visit.person, options, findings)]
    person = content.person(message, options, findings)
    return [person, *consents.decisions(message, person, options, findings)]
