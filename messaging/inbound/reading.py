"""What a mail is, and whom and which of our messages it is about.

Reports of delivery (RFC 3464) and of complaints (RFC 5965) are read by their fields; mails of systems that write none
by their words; what is left by flufl.bounce. Automatic replies are known by RFC 3834 and by what programs write
instead. A mail that cannot be read is one verdict more and never an error.
"""

import hashlib
import re
from collections.abc import Iterator
from email import message_from_bytes
from email.header import decode_header, make_header
from email.utils import parseaddr
from functools import cached_property

from messaging.inbound import reports, words
from messaging.inbound.found import Finding, Mail, Verdict, unreadable

LONGEST = 10 * 1024 * 1024
_TEXT_LIMIT = 40_000
_LONGEST_ADDRESS = 254
_OUR_REFERENCE = re.compile(rb"([0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})@", re.IGNORECASE)
# No address holds these, and the database takes neither the first nor the last of them.
_INVISIBLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")
_MAIL_FOLDER_LINE = re.compile(rb"\AFrom [^\n]*\n")


def read(raw: bytes) -> Mail:
    """The verdict on a mail as it came. Never raises for what is in it."""
    plain = _with_lines(raw[:LONGEST])
    fingerprint = hashlib.sha256(plain).hexdigest()
    references = tuple(dict.fromkeys(found.decode().lower() for found in _OUR_REFERENCE.findall(plain)))
    try:
        return _Reader(plain, fingerprint, references).mail()
    except Exception:  # the standard library's parser is no promise, and a mail is written by anybody
        return unreadable(fingerprint, references)


def in_folder(raw: bytes) -> Iterator[bytes]:
    """The mails of a folder file, one of a single mail as it is."""
    if not raw.startswith(b"From "):
        yield raw
        return
    parts = re.split(rb"(?m)^(?=From [^\n]*\d{4}\s*$)", raw)
    yield from (part for part in parts if part.strip())


def _with_lines(raw: bytes) -> bytes:
    """Lines that end as they should, also of systems that end them by a carriage return alone."""
    if b"\n" not in raw:
        raw = raw.replace(b"\r", b"\n")
    return _MAIL_FOLDER_LINE.sub(b"", raw.replace(b"\r\n", b"\n"), count=1)


class _Reader:
    """Reads one mail; what is asked for twice is kept."""

    def __init__(self, plain: bytes, fingerprint: str, references: tuple[str, ...]) -> None:
        self.letter = message_from_bytes(plain)
        self.fingerprint = fingerprint
        self.references = references

    def mail(self) -> Mail:
        """The verdict, with what it rests on."""
        verdict, findings = self._decided()
        told = tuple(Finding(_address(one.address), one.verdict, one.status) for one in findings)
        sender = _address(parseaddr(self.head("From"))[1])
        subject, text = (_INVISIBLE.sub(" ", words) for words in (self.head("Subject")[:200], self.text[:2000]))
        return Mail(self.fingerprint, verdict, told, self.references, sender, subject, text)

    def _decided(self) -> tuple[Verdict, tuple[Finding, ...]]:
        if complaint := reports.complaint(self.letter, self.text):
            return complaint
        if found := reports.delivery(self.letter, self.text):
            return _worst(found), found
        if self._is_automatic:
            return Verdict.AUTO_REPLY, ()
        if self._is_bounce:
            found = reports.told_in_words(self.letter, self.text)
            return (_worst(found) if found else Verdict.SOFT_BOUNCE), found
        if words.CHALLENGES.search(self.head("Subject")) or self.letter.get("X-Boxtrapper"):
            return Verdict.CHALLENGE, ()
        return Verdict.ORDINARY, ()

    @cached_property
    def text(self) -> str:
        """What a person would read of it."""
        return reports.text_of(self.letter)[:_TEXT_LIMIT]

    def head(self, name: str) -> str:
        """A header in words; as it stands where it cannot be decoded."""
        value = _plain(next((raw for key, raw in self.letter.raw_items() if key.lower() == name.lower()), ""))
        try:
            return " ".join(str(make_header(decode_header(value))).split())
        except Exception:
            return " ".join(value.split())

    @cached_property
    def _is_automatic(self) -> bool:
        """Somebody's program answered, no mail system."""
        said = self.head("Auto-Submitted").lower()
        if self._from_a_mail_system:
            return False
        if said.startswith("auto-replied") or self.letter.get("X-Autoreply") or self.letter.get("X-Autorespond"):
            return not words.BOUNCE_SUBJECTS.search(self.head("Subject"))
        if self.head("Precedence").lower() in ("auto_reply", "auto-reply"):
            return True
        return bool(words.AUTO_SUBJECTS.search(self.head("Subject")))

    @cached_property
    def _is_bounce(self) -> bool:
        """A mail system speaks of a mail that it has not delivered."""
        if self.letter.get("X-Failed-Recipients"):
            return True
        by_subject = bool(words.BOUNCE_SUBJECTS.search(self.head("Subject")))
        by_text = bool(words.BOUNCE_TEXT.search(self.text[:4000]))
        return (self._from_a_mail_system and (by_subject or by_text)) or (by_subject and by_text)

    @cached_property
    def _from_a_mail_system(self) -> bool:
        path = self.head("Return-Path")
        sender = self.head("From")
        return (
            path == "<>"
            and not words.AUTO_SUBJECTS.search(self.head("Subject"))
            or bool(words.SENDERS.search(sender) or words.SENDERS.search(path))
        )


def _address(text: str) -> str:
    """An address; '' for what cannot be one. Leaving out what does not belong could make it somebody else's."""
    return "" if _INVISIBLE.search(text) or len(text) > _LONGEST_ADDRESS else text


def _plain(value: object) -> str:
    """A header as it stands, also where it holds characters that should have been encoded."""
    raw = str(value).encode("utf-8", "surrogateescape")
    try:
        return raw.decode()
    except UnicodeDecodeError:
        return raw.decode("gb18030", "replace")


_ORDER = (Verdict.DELAYED, Verdict.SOFT_BOUNCE, Verdict.HARD_BOUNCE)


def _worst(found: tuple[Finding, ...]) -> Verdict:
    """The verdict on a mail about several recipients."""
    return max((one.verdict for one in found), key=_ORDER.index)
