"""A message taken apart: segments, fields, repetitions, components, by the delimiters that it names itself.

Nothing is split before it is asked for. What is no segment (a line break inside a text) goes on the line before.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from integrations.readers.hl7.charsets import decoded

DELETED = '""'
_SEGMENT = re.compile(r"[A-Z][A-Z0-9]{2}(?![A-Za-z0-9])")


class NotAMessage(Exception):
    """These bytes are no message; `code` says why."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(slots=True)
class Delimiters:
    """The signs between fields, components, repetitions and subcomponents, and the escape sign."""

    field: str = "|"
    component: str = "^"
    repetition: str = "~"
    escape: str = "\\"
    subcomponent: str = "&"
    charset: str = "utf-8"

    def plain(self, text: str) -> str:
        """Text without escape sequences."""
        if not self.escape or self.escape not in text:
            return text
        parts = text.split(self.escape)
        out, place = [parts[0]], 1
        while place < len(parts):
            if place + 1 < len(parts) and (meant := self._meant(parts[place])) is not None:
                out += [meant, parts[place + 1]]
                place += 2
            else:
                out += [self.escape, parts[place]]
                place += 1
        return "".join(out)

    def _meant(self, code: str) -> str | None:
        """What an escape sequence stands for; None where it is none."""
        signs = {"F": self.field, "S": self.component, "T": self.subcomponent, "R": self.repetition, "E": self.escape}
        if code in signs:
            return signs[code]
        if code in (".br", ".sp"):
            return "\n"
        if code in ("H", "N") or code[:1] in ("C", "M", "Z") or code.startswith("."):
            return ""
        if code[:1] == "X" and len(code) % 2 and re.fullmatch(r"[0-9A-Fa-f]+", code[1:]):
            return bytes.fromhex(code[1:]).decode(self.charset, "replace")
        return None


@dataclass(slots=True)
class Segment:
    """One line: its fields by number, the first is 1."""

    name: str
    fields: list[str]
    signs: Delimiters

    def raw(self, number: int) -> str:
        """A field as it stands; '' where the segment is shorter."""
        return self.fields[number] if number < len(self.fields) else ""

    def is_deleted(self, number: int) -> bool:
        """Whether the sender takes the value of this field away."""
        return self.raw(number).strip() == DELETED

    def repetitions(self, number: int) -> list[list[str]]:
        """The repetitions of a field that say anything, each as its components in plain text."""
        text = self.raw(number)
        if not text:
            return []
        parts = [self._components(part) for part in text.split(self.signs.repetition)]
        return [part for part in parts if any(part)]

    def components(self, number: int) -> list[str]:
        """The components of the first repetition that says anything."""
        return next(iter(self.repetitions(number)), [])

    def text(self, number: int, component: int = 1) -> str:
        """One component of a field in plain text."""
        parts = self.components(number)
        return parts[component - 1] if component <= len(parts) else ""

    def _components(self, text: str) -> list[str]:
        return [self._component(part) for part in text.split(self.signs.component)]

    def _component(self, text: str) -> str:
        """The first subcomponent in plain text; what is taken away says nothing here."""
        text = text.split(self.signs.subcomponent, 1)[0].strip()
        return "" if text == DELETED else self.signs.plain(text).strip()


@dataclass(slots=True)
class Message:
    """A message by segments, in their order."""

    segments: list[Segment]
    charset: str
    findings: list[str] = field(default_factory=list)

    @property
    def head(self) -> Segment:
        """Its header."""
        return self.segments[0]

    def first(self, name: str) -> Segment | None:
        """The first segment of this name."""
        return next(self.all(name), None)

    def all(self, name: str) -> Iterator[Segment]:
        """The segments of this name."""
        return (segment for segment in self.segments if segment.name == name)

    def by_person(self) -> list["Message"]:
        """The parts that are about one person each, where several follow each other; else the message itself."""
        places = [place for place, segment in enumerate(self.segments) if segment.name == "PID"]
        if len(places) < 2:
            return [self]
        ends = [*places[1:], len(self.segments)]
        before = self.segments[: places[0]]
        return [
            Message([*before, *self.segments[begin:end]], self.charset) for begin, end in zip(places, ends, strict=True)
        ]

    @property
    def type(self) -> str:
        """ADT, SIU, …"""
        return self.head.text(9, 1).upper()

    @property
    def event(self) -> str:
        """A01, …; where the header does not say, what EVN says."""
        stated = self.head.text(9, 2).upper()
        evn = self.first("EVN")
        return stated or (evn.text(1).upper() if evn else "")


def parsed(raw: bytes, default_charset: str = "") -> Message:
    """The message in these bytes. Raises NotAMessage."""
    text, charset, finding = decoded(raw, default_charset)
    text = text.replace("\r\n", "\r").replace("\n", "\r").lstrip("\r \t\x0b\ufeff")
    if not text:
        raise NotAMessage("empty")
    if not text.startswith("MSH") or len(text) < 9:
        raise NotAMessage("no_header")
    signs = _delimiters(text, charset)
    segments: list[Segment] = []
    for line in _lines(text):
        fields = line.split(signs.field)
        if fields[0] == "MSH":
            if segments:
                raise NotAMessage("several_messages")
            fields.insert(1, signs.field)
        segments.append(Segment(fields[0], fields, signs))
    message = Message(segments, charset, [finding] if finding else [])
    if not message.type:
        raise NotAMessage("no_type")
    return message


def _delimiters(text: str, charset: str) -> Delimiters:
    """The delimiters in MSH-1 and MSH-2; an escape sign that a sender has doubled counts once."""
    sign = text[3]
    rest = text[4:].split(sign, 1)[0].split("\r", 1)[0]
    if len(rest) > 3 and rest[2] == rest[3]:
        rest = rest[:3] + rest[4:]
    given = [sign, *rest[:4]]
    if len(set(given)) < len(given) or any(one.isalnum() for one in given) or not rest:
        raise NotAMessage("no_delimiters")
    usual = ("|", "^", "~", "\\", "&")
    signs = [given[place] if place < len(given) else usual[place] for place in range(5)]
    field_, component, repetition, escape, subcomponent = signs
    return Delimiters(field_, component, repetition, escape, subcomponent, "utf-8" if charset == "ascii" else charset)


def _lines(text: str) -> list[str]:
    lines: list[str] = []
    for line in text.split("\r"):
        if not line.strip():
            continue
        if _SEGMENT.match(line) or not lines:
            lines.append(line)
        else:
            lines[-1] += "\n" + line
    return lines
