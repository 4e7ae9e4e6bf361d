"""A message as RFC 5322 text, ready for DATA.

Written by hand, because the standard library takes two milliseconds for a mail: whatever is the same in all mails of a
kind is made once, and every part is base64, so that no boundary can occur in it and no line begins with a dot.
"""

import base64
import datetime as dt
import re
import time
from email.utils import format_datetime, parseaddr
from functools import lru_cache

from django.utils import timezone

from messaging.gateways.base import InlinePart, Outgoing

_LINE_THAT_BEGINS_WITH_A_DOT = re.compile(rb"(?m)^\.")
_ATOM = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+"
_LABEL = r"[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?"
_ADDRESS = re.compile(rf"(?:{_ATOM}(?:\.{_ATOM})*|\"[ !#-\[\]-~]+\")@{_LABEL}(?:\.{_LABEL})*")
_FIELD_NAME = re.compile(r"[A-Za-z0-9-]+")
_NOT_IN_A_LINE = re.compile(r"[\x00-\x08\x0a-\x1f\x7f]")
_ATOM_ONLY = re.compile(r"[A-Za-z0-9 !#$%&'*+/=?^_`{|}~-]*")
# Octets of an encoded word, so that its line stays within 76 characters (RFC 2047 §2); the first shares its line with
# the name of the field.
_FIRST_WORD, _NEXT_WORDS = 33, 45
_PLAIN_LIMIT = 60
_ALTERNATIVE, _RELATED = b"=_either", b"=_with-pictures"


class CannotBeMailed(ValueError):
    """An address or a header that no mail can carry."""


def compose(outgoing: Outgoing) -> bytes:
    """The whole message with CRLF line ends. Its Message-ID is our reference, so that a receipt can be matched.

    Text, html and pictures stand as RFC 2046 and 2387 want it. Refuses (CannotBeMailed) an address no mail can carry
    and a header that would begin another.
    """
    from_line, domain = _sender(outgoing.sender_name, outgoing.sender_address)
    lines = [
        from_line,
        f"To: {checked(outgoing.address)}",
        f"Subject: {encoded(outgoing.subject)}",
        _date_line(int(time.time()), timezone.get_current_timezone_name()),
        f"Message-ID: <{outgoing.reference}@{domain}>",
        "Auto-Submitted: auto-generated",
        "MIME-Version: 1.0",
    ]
    if outgoing.unsubscribe_url:
        lines.append(f"List-Unsubscribe: <{_one_line(outgoing.unsubscribe_url)}>")
        lines.append("List-Unsubscribe-Post: List-Unsubscribe=One-Click")
    lines += [_header(name, value) for name, value in outgoing.headers.items()]
    return "\r\n".join(lines).encode("ascii") + b"\r\n" + _content(outgoing)


@lru_cache(maxsize=256)
def _sender(name: str, address: str) -> tuple[str, str]:
    """The line that says who writes, and the domain; the same in all mails of a hospital."""
    sender = checked(address_in(address))
    return f"From: {_phrase(name)} <{sender}>" if name else f"From: {sender}", sender.rpartition("@")[2]


@lru_cache(maxsize=256)
def address_in(text: str) -> str:
    """The address in what may hold a name too."""
    return parseaddr(text)[1]


@lru_cache(maxsize=2)
def _date_line(second: int, zone: str) -> str:
    """The same for all mails of a second."""
    return f"Date: {format_datetime(timezone.localtime(dt.datetime.fromtimestamp(second, dt.UTC)))}"


def checked(address: str) -> str:
    """The address, where a mail can carry it. Refuses (CannotBeMailed) everything else."""
    if not _ADDRESS.fullmatch(address) or len(address) > 254:
        raise CannotBeMailed("address")
    return address


def encoded(text: str) -> str:
    """A text in a header: plain where it can be, else in encoded words (RFC 2047) that break no character in two."""
    line = " ".join(text.split())
    if line.isascii() and len(line) <= _PLAIN_LIMIT and "=?" not in line and not _NOT_IN_A_LINE.search(line):
        return line
    words, word, room = [], b"", _FIRST_WORD
    for character in _NOT_IN_A_LINE.sub("", line):
        octets = character.encode("utf-8", "replace")
        if len(word) + len(octets) > room:
            words.append(word)
            word, room = b"", _NEXT_WORDS
        word += octets
    return "\r\n ".join(f"=?utf-8?B?{base64.b64encode(one).decode()}?=" for one in [*words, word])


def dot_stuffed(text: bytes) -> bytes:
    """As it goes over the line: a leading dot doubled, a single dot at the end (RFC 5321 §4.5.2)."""
    ended = text if text.endswith(b"\r\n") else text + b"\r\n"
    if b"\n." in ended or ended.startswith(b"."):
        ended = _LINE_THAT_BEGINS_WITH_A_DOT.sub(b"..", ended)
    return ended + b".\r\n"


def _phrase(name: str) -> str:
    """The name of a sender: as atoms, as encoded words, or quoted."""
    said = encoded(name)
    if said.startswith("=?") or _ATOM_ONLY.fullmatch(said):
        return said
    quoted = said.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{quoted}"'


def _header(name: str, value: str) -> str:
    if not _FIELD_NAME.fullmatch(name):
        raise CannotBeMailed(name)
    return f"{name}: {encoded(value) if not value.isascii() else _one_line(value)}"


def _one_line(value: str) -> str:
    if _NOT_IN_A_LINE.search(value) or not value.isascii() or len(value) > 900:
        raise CannotBeMailed("header")
    return value


def _content(outgoing: Outgoing) -> bytes:
    text = _text_part(b"plain", outgoing.body)
    if not outgoing.html:
        return text
    html = _text_part(b"html", outgoing.html)
    if outgoing.inline:
        pictures = [_picture(part) for part in outgoing.inline]
        html = _several(b'related; type="text/html"', _RELATED, [html, *pictures])
    return _several(b"alternative", _ALTERNATIVE, [text, html])


def _text_part(kind: bytes, text: str) -> bytes:
    ended = text if text.endswith("\n") else f"{text}\n"
    lines = ended.replace("\r\n", "\n").replace("\n", "\r\n")
    return _part(b"Content-Type: text/" + kind + b'; charset="utf-8"', lines.encode("utf-8", "replace"))


def _part(head: bytes, content: bytes) -> bytes:
    body = base64.encodebytes(content).replace(b"\n", b"\r\n")
    return head + b"\r\nContent-Transfer-Encoding: base64\r\n\r\n" + body


@lru_cache(maxsize=64)
def _picture(part: InlinePart) -> bytes:
    """A picture, encoded once for all mails that carry it."""
    if not re.fullmatch(r"[\w.-]+", part.name) or not re.fullmatch(r"image/[a-z+.-]+", part.content_type):
        raise CannotBeMailed("picture")
    head = f"Content-Type: {part.content_type}\r\nContent-ID: <{part.name}>\r\nContent-Disposition: inline"
    return _part(head.encode("ascii"), part.content)


def _several(kind: bytes, boundary: bytes, parts: list[bytes]) -> bytes:
    """Parts between boundaries; base64 has no `=_`, so the boundary stands in none of them."""
    between = b"".join(b"--" + boundary + b"\r\n" + part for part in parts)
    head = b"Content-Type: multipart/" + kind + b'; boundary="' + boundary + b'"\r\n\r\n'
    return head + between + b"--" + boundary + b"--\r\n"
