"""The header of a message read from its bytes, and the acknowledgement that goes back (HL7 v2, chapter 2.9).

AA: it is safe. AE: it cannot be taken now, or not as it is. AR: it is no message that is understood here.
"""

import datetime as dt
import re
from dataclasses import dataclass, replace

from integrations.readers.hl7.message import Delimiters, NotAMessage, parsed

REASONS = {
    "empty": "nothing between start and end block",
    "no_header": "no MSH segment",
    "no_type": "MSH-9 names no message type",
    "no_delimiters": "MSH-1 and MSH-2 name no usable delimiters",
    "no_person": "no PID segment",
    "several_messages": "several messages or a batch in one frame: each message needs a frame of its own",
    "control_characters": "the header holds control characters",
    "no_start_block": "bytes outside a frame: start block 0x0B expected",
    "no_end_block": "0x1C without 0x0D",
    "start_inside": "start block inside a message: the one before did not end",
    "too_large": "the message is larger than this listener takes",
    "too_slow": "the message did not end in time",
    "not_in_use": "this feed is not in use",
    "not_stored": "the message could not be stored, send it again",
    "too_many": "more connections than this listener takes, try again later",
}
REJECTED = ("empty", "no_header", "no_type", "no_delimiters", "control_characters", "several_messages")
_WITHOUT_PERSON = ("ADT^A20",)  # the state of a bed
_WITH_PERSON = ("ADT", "ORU", "ORM", "OUL", "OML", "VXU", "MDM", "DFT", "REF")
_SEVERAL = re.compile(rb"\A\s*[FB]HS[^A-Za-z0-9]|[\r\n]MSH[^A-Za-z0-9\r\n]")
_ESCAPES = {"|": "\\F\\", "^": "\\S\\", "&": "\\T\\", "~": "\\R\\", "\\": "\\E\\"}
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")


@dataclass(frozen=True, slots=True)
class Head:
    """What a message says of itself. `problem`: why it cannot be taken, '' where it can; `signs`: its delimiters."""

    control_id: str = ""
    event: str = ""
    version: str = ""
    sender: tuple[str, ...] = ()
    receiver: tuple[str, ...] = ()
    processing: str = ""
    problem: str = ""
    signs: str = "|^~\\&"

    @property
    def code(self) -> str:
        """The acknowledgement code: AA, AE, AR."""
        if not self.problem:
            return "AA"
        return "AR" if self.problem in REJECTED else "AE"

    def echo(self, text: str) -> str:
        """What the sender wrote, for an answer with our delimiters: those that are none of the sender's are escaped
        (chapter 2.7).
        """
        return "".join(sign if sign in self.signs else _ESCAPES.get(sign, sign) for sign in text)


def head_of(raw: bytes) -> Head:
    """The header of the message in these bytes, and whether it can be taken at all. Control characters, which no
    column can hold, are left out, and such a message is refused.
    """
    several = "several_messages" if _SEVERAL.search(raw) else ""
    try:
        line, signs = _header_line(raw)
    except NotAMessage as error:
        return Head(problem=several or error.code)
    sign, component = signs.field, signs.component
    said = ["MSH", sign, *line.split(sign)[1:], *[""] * 12]
    fields = [_CONTROL.sub("", one) for one in said]
    kind = fields[9].split(component)
    head = Head(
        control_id=fields[10].strip(),
        event="^".join(part.strip() for part in kind[:2] if part.strip())[:30],
        version=fields[12].split(component)[0].strip()[:8],
        sender=tuple(fields[3:5]),
        receiver=tuple(fields[5:7]),
        processing=fields[11].split(component)[0].strip().upper(),
        signs="".join((sign, component, signs.repetition, signs.escape, signs.subcomponent)),
    )
    if several or fields != said:
        return replace(head, problem=several or "control_characters")
    needs_person = kind[0].strip().upper() in _WITH_PERSON and head.event.upper() not in _WITHOUT_PERSON
    if needs_person and not re.search(rb"[\r\n]PID" + re.escape(sign.encode("latin-1")), raw):
        return replace(head, problem="no_person")
    return head


def _header_line(raw: bytes) -> tuple[str, Delimiters]:
    """The header as Latin-1 text and its signs, without decoding the rest. Raises NotAMessage."""
    text = re.split(rb"[\r\n]", raw.lstrip(b"\xef\xbb\xbf\r\n \t"), maxsplit=1)[0]
    segment = parsed(text.decode("latin-1").encode()).head
    return text.decode("latin-1"), segment.signs


def acknowledgement(head: Head, *, now: dt.datetime, problem: str = "", number: str = "1") -> bytes:
    """The answer to a message. `problem` in place of what its own header shows; the reason stands in MSA-3 and ERR."""
    problem = problem or head.problem
    code = "AA" if not problem else "AR" if problem in REJECTED else "AE"
    event = head.event.partition("^")[2]
    kind = f"ACK^{head.echo(event)}" if event else "ACK"
    version, processing = head.echo(head.version or "2.5"), head.echo(head.processing or "P")
    sender, receiver = _names(head.receiver), _names(head.sender)
    lines = [
        f"MSH|^~\\&|{sender}|{receiver}|{now:%Y%m%d%H%M%S}+0000||{kind}|{number}|{processing}|{version}",
        f"MSA|{code}|{head.echo(head.control_id)}" + (f"|{REASONS[problem]}" if problem else ""),
    ]
    if problem:
        lines.append(f"ERR|||207^Application internal error^HL70357|E||||{REASONS[problem]}")
    return "".join(line + "\r" for line in lines).encode("latin-1", "replace")


def _names(names: tuple[str, ...]) -> str:
    """Application and facility, without any sign that is a delimiter here."""
    return "|".join(re.sub(r"[|~\\&\r\n]", " ", name) for name in (*names, "", "")[:2])
