"""Consents in a message (CON, HL7 v2.5 and later) as decisions about what a person may be approached for.

Consents to treatment and to the passing on of records say nothing here. Of two decisions about one purpose in a message
the stricter one counts. A grant names the version of its wording (CON-3). What is limited, pending or bypassed decides
nothing; a grant that has ended is taken back.
"""

import datetime as dt
from collections.abc import Iterator

from integrations.readers.consent_words import PURPOSES, STRICTEST_FIRST, VERSION_LENGTH
from integrations.readers.hl7 import fields
from integrations.readers.hl7.fields import Options
from integrations.readers.hl7.message import Message, Segment
from patients.domain.records import ConsentRecord, Moment, PersonRecord

# HL7 table 0498, and the words of Chinese systems
_STATUS = {
    **dict.fromkeys(("A", "同意", "已同意", "签署", "已签署"), "granted"),
    **dict.fromkeys(("R", "拒绝", "不同意"), "refused"),
    **dict.fromkeys(("X", "撤回", "撤销", "已撤回"), "withdrawn"),
}


def decisions(message: Message, who: PersonRecord, options: Options, findings: list[str]) -> list[ConsentRecord]:
    """One decision for each purpose that the message decides; `findings` says what was passed over."""
    found: dict[str, ConsentRecord] = {}
    for segment in message.all("CON"):
        for one in _said(segment, who, options, findings, fields.day(message.head.text(7))):
            known = found.get(one.purpose)
            if known is None or STRICTEST_FIRST.index(one.decision) < STRICTEST_FIRST.index(known.decision):
                found[one.purpose] = one
    return list(found.values())


def _said(
    segment: Segment, who: PersonRecord, options: Options, findings: list[str], written: dt.date | None
) -> Iterator[ConsentRecord]:
    purposes = [one for part in segment.components(2)[:2] for one in _purposes(part, options)]
    decision = next((_STATUS[part] for part in segment.components(11)[:2] if part in _STATUS), "")
    wording = (segment.text(3, 2) or segment.text(3))[:VERSION_LENGTH]
    if decision == "granted" and _has_ended(segment, written):
        decision = "withdrawn"
    if not purposes:
        findings.append("consent_of_another_kind")
    elif not decision:
        findings.append("consent_undecided")
    elif decision == "granted" and not wording:
        findings.append("consent_without_proof")
    else:
        at = _decided(segment, options)
        yield from (ConsentRecord(0, who, one, decision, wording, at) for one in dict.fromkeys(purposes))


def _purposes(word: str, options: Options) -> tuple[str, ...]:
    own = options.consent_kinds.get(word)
    return PURPOSES.get(own or word, ()) or PURPOSES.get(word.lower(), ())


def _decided(segment: Segment, options: Options) -> Moment | None:
    """When it was decided, else from when on it holds; None where neither is said."""
    found = (fields.moment(segment.text(number), options.zone) for number in (13, 14))
    return next((one for one in found if one is not None), None)


def _has_ended(segment: Segment, written: dt.date | None) -> bool:
    """Whether the grant had ended before the day on which the message was written."""
    ended = fields.day(segment.text(15))
    return ended is not None and written is not None and ended < written
