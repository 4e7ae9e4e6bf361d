"""What each kind of message means here (HL7 v2, chapter 3): whom and what it tells of, or why it tells nothing.

Only ADT tells of people and visits. Results, orders, charges and master files never make a visit; appointments are kept
for the part of the system that books. Messages of training (processing id T) touch nothing.
"""

from integrations.readers.hl7 import content
from integrations.readers.hl7.fields import Options
from integrations.readers.hl7.message import Message, NotAMessage, parsed
from integrations.readers.reading import IGNORED, KEPT, SET_ASIDE, Reading

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
}
_MERGES = frozenset(("A18", "A30", "A34", "A36", "A39", "A40", "A43", "A46", "A47"))
# what is decided by people, not by a message
_BY_HAND = {
    "A23": "delete_told",
    "A29": "delete_told",
    **dict.fromkeys(("A24", "A37"), "link_told"),
    **dict.fromkeys(("A35", "A41", "A42", "A44", "A45", "A48", "A49", "A50", "A51"), "visits_renumbered"),
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
        return Reading(state=IGNORED, reason="no_stay")
    if message.first("PID") is None:
        return Reading(state=SET_ASIDE, reason="no_person")
    return _admission(message, options.events.get(message.event, message.event), options)


def _admission(message: Message, event: str, options: Options) -> Reading:
    if event in _BY_HAND:
        return Reading(state=SET_ASIDE, reason=_BY_HAND[event])
    findings: list[str] = []
    if event in _MERGES:
        return Reading([content.merge(message, options, findings)], findings=findings)
    act, kind = _VISITS.get(event, ("", ""))
    if act and content.carries_visit(message):
        return Reading([content.visit(message, act, kind, options, findings)], findings=findings)
    return Reading([content.person(message, options, findings)], findings=findings)
