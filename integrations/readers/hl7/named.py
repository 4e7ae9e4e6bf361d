"""Whom a message names, whatever it is about and however wrong the rest of it is."""

from collections.abc import Iterator

from integrations.readers.hl7 import content, fields
from integrations.readers.hl7.fields import Options
from integrations.readers.hl7.files import messages_in
from integrations.readers.hl7.message import NotAMessage, parsed
from patients.domain.records import PersonRecord


def people(raw: bytes, options: Options) -> Iterator[PersonRecord]:
    """Everybody in PID, and in MRG under the numbers that are retired; also of several messages in one frame."""
    for one in messages_in(raw):
        try:
            message = parsed(one, options.charset)
        except NotAMessage:
            continue
        for part in message.by_person():
            if part.first("PID"):
                yield content.person(part, options, [])
        for segment in message.all("MRG"):
            yield PersonRecord(0, "", other_numbers=tuple(fields.old_numbers(segment, options)))
