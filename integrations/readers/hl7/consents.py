"""Consents in a message (CON, HL7 v2.5 and later) as decisions about what a person may be approached for.

Consents to treatment and to the passing on of records say nothing here. Of two decisions about one purpose in a message
the stricter one counts. A grant names the version of its wording (CON-3). What is limited, pending or bypassed decides
nothing. Decided is when CON-13 says; from when on it holds (CON-14) is another thing. A grant that ends (CON-15) is not
taken over, for here a grant holds until it is taken back.
"""

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
        for one in _said(segment, who, options, findings, fields.moment(message.head.text(7), options.zone)):
            known = found.get(one.purpose)
            if known is None or STRICTEST_FIRST.index(one.decision) < STRICTEST_FIRST.index(known.decision):
                found[one.purpose] = one
    return list(found.values())


def _said(
    segment: Segment, who: PersonRecord, options: Options, findings: list[str], told: Moment | None
) -> Iterator[ConsentRecord]:
    purposes = [one for part in segment.components(2)[:2] for one in _purposes(part, options)]
    decision = next((_STATUS[part] for part in segment.components(11)[:2] if part in _STATUS), "")
    wording = (segment.text(3, 2) or segment.text(3))[:VERSION_LENGTH]
    if not purposes:
        findings.append("consent_of_another_kind")
    elif not decision:
        findings.append("consent_undecided")
    elif decision == "granted" and segment.text(15):
        findings.append("consent_ends")
    elif decision == "granted" and not wording:
        findings.append("consent_without_proof")
    else:
        at = fields.moment(segment.text(13), options.zone)
        yield from (ConsentRecord(0, who, one, decision, wording, at, told) for one in dict.fromkeys(purposes))


def _purposes(word: str, options: Options) -> tuple[str, ...]:
    own = options.consent_kinds.get(word)
    return PURPOSES.get(own or word, ()) or PURPOSES.get(word.lower(), ())
