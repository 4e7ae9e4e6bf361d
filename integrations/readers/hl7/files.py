"""Files of messages: one or many, with or without FHS/BHS envelopes, MLLP frames left in, any line ends, any charset.

Works on bytes: MSH at the beginning of a line begins a message in every character set that is in use.
"""

import codecs
import re

from integrations.readers.hl7.charsets import UTF_16

_ENVELOPE = re.compile(rb"(?:(?<=\r)|\A)(?:FHS|BHS|BTS|FTS)(?![A-Za-z0-9])[^\r]*(?:\r|\Z)")
_BEGINS = re.compile(rb"(?:(?<=\r)|\A)(?=MSH[^A-Za-z0-9\r])")
_FRAME = re.compile(rb"[\x0b\x1c]")


def messages_in(raw: bytes) -> list[bytes]:
    """The messages of a file, in order. What stands before the first header is a message of its own, and no good one;
    an empty file holds none.
    """
    if raw.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        raw = raw.decode(UTF_16, "replace").encode()
    raw = raw.removeprefix(codecs.BOM_UTF8)
    raw = _ENVELOPE.sub(b"", _FRAME.sub(b"\r", raw).replace(b"\r\n", b"\r").replace(b"\n", b"\r"))
    parts = (part.strip(b"\r \t\0") for part in _BEGINS.split(raw))
    return [part for part in parts if part]
