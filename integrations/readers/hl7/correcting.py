"""The fields of a message that tell who and what visit it is about: shown, and corrected by hand. Nothing clinical.

A corrected message is written anew in UTF-8 and says so. Refused is a value that would break the message.
"""

from django.utils.translation import gettext_lazy as _

from integrations.readers.correcting import CannotCorrect, ShownField
from integrations.readers.hl7.message import Message, Segment, parsed

# segment, field → words for it, and what it holds (for masking)
CORRECTABLE = {
    ("MSH", 9): (_("kind of message"), ""),
    ("PID", 3): (_("numbers of the person"), "number"),
    ("PID", 5): (_("person's name"), "name"),
    ("PID", 7): (_("birth date"), "birth_date"),
    ("PID", 8): (_("sex"), ""),
    ("MRG", 1): (_("numbers to retire"), "number"),
    ("PV1", 2): (_("class of the visit"), ""),
    ("PV1", 3): (_("department, ward, bed"), ""),
    ("PV1", 7): (_("attending physician"), ""),
    ("PV1", 19): (_("visit number"), "number"),
    ("PV1", 44): (_("admitted"), ""),
    ("PV1", 45): (_("discharged"), ""),
}
_CHARSET = 18


def shown_fields(raw: bytes, charset: str = "") -> list[ShownField]:
    """The fields that may be corrected, where the message has their segment. Raises NotAMessage."""
    message = parsed(raw, charset)
    found = []
    for (name, number), (label, holds) in CORRECTABLE.items():
        if segment := message.first(name):
            found.append(ShownField(f"{name}-{number}", label, segment.raw(number), holds))
    return found


def corrected(raw: bytes, values: dict[str, str], charset: str = "") -> bytes:
    """The message with these fields as given. Raises CannotCorrect and NotAMessage."""
    message = parsed(raw, charset)
    for name, value in values.items():
        _set(message, name, value)
    head = message.head
    head.fields += [""] * (_CHARSET + 1 - len(head.fields))
    head.fields[_CHARSET] = "UNICODE UTF-8"
    return "".join(_line(segment) + "\r" for segment in message.segments).encode()


def _set(message: Message, name: str, value: str) -> None:
    segment_name, _sign, number = name.partition("-")
    segment = message.first(segment_name)
    if (segment_name, int(number)) not in CORRECTABLE or segment is None:
        raise CannotCorrect(name)
    if any(ord(char) < 32 for char in value) or segment.signs.field in value:
        raise CannotCorrect(name)
    place = int(number)
    segment.fields += [""] * (place + 1 - len(segment.fields))
    segment.fields[place] = value


def _line(segment: Segment) -> str:
    """The segment as it is written; line breaks inside a text stay escaped."""
    fields = segment.fields
    if segment.name == "MSH":
        fields = [fields[0], *fields[2:]]
    return segment.signs.field.join(fields).replace("\n", segment.signs.escape + ".br" + segment.signs.escape)
