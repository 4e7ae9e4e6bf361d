"""The parts of resources that tell who and what visit a message is about: shown, and corrected by hand. Nothing
clinical: codes and words of Conditions, Procedures, medicines, results and allergies stay out, only whose they are is
shown.

A value is checked by its kind before it is taken; refused is one that the reader would pass over. An emptied part is as
if it were not said.
"""

import datetime as dt
import json
import re
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from integrations.readers.correcting import CannotCorrect, ShownField
from integrations.readers.fhir import fields
from integrations.readers.fhir.bundle import TYPES, NotFhir
from integrations.readers.fhir.fields import Resource, kind_of, parts
from integrations.readers.fhir.lines import KINDS

_LIMIT = 200
# what a form can carry; a message of more is corrected where it comes from
_MOST_FIELDS = 400
Path = tuple[str | int, ...]


def _is_day(value: str) -> bool:
    found = fields.moment(value, dt.UTC)
    return found is not None and not isinstance(found, dt.datetime)


def _is_one_of(*known: str) -> Callable[[str], bool]:
    return lambda value: value in known


@dataclass(frozen=True, slots=True)
class _Part:
    """A part of a resource: where it stands (`*`: each of a list), words for it, how it is masked, what it may be.

    is_offered: shown where it is not said too, so that it can be said.
    """

    path: str
    label: object
    holds: str = ""
    is_right: Callable[[str], bool] = bool
    is_offered: bool = False


def _code(path: str, label: object, *known: str) -> _Part:
    is_right = _is_one_of(*known) if known else (lambda value: not re.search(r"\s", value))
    return _Part(path, label, "", is_right, is_offered=True)


def _moment(path: str, label: object) -> _Part:
    return _Part(path, label, "", lambda value: fields.moment(value, dt.UTC) is not None, is_offered=True)


def _reference(path: str, label: object, *, is_offered: bool = True) -> _Part:
    return _Part(path, label, "reference", lambda value: re.fullmatch(r"\S+[/:]\S+", value) is not None, is_offered)


_NUMBERS = (
    _Part("identifier.*.value", _("number"), "number", is_offered=True),
    _code("identifier.*.type.coding.0.code", _("kind of number")),
)
_NAMES = (
    _Part("name.*.text", _("name"), "name", is_offered=True),
    _Part("name.*.family", _("family name"), "name"),
    _Part("name.*.given.*", _("given name"), "name"),
)
_OF_PERSON = (
    _reference("subject.reference", _("person meant")),
    _Part("subject.identifier.value", _("number of the person meant"), "number"),
)
_OF_PATIENT = (
    _reference("patient.reference", _("person meant")),
    _Part("patient.identifier.value", _("number of the person meant"), "number"),
)
_OF_VISIT = _reference("encounter.reference", _("visit meant"))
_STATUS = _("status")
_PARTS: dict[str, tuple[_Part, ...]] = {
    "Bundle": (_code("type", _("type of the bundle"), *TYPES),),
    "Patient": (
        *_NUMBERS,
        *_NAMES,
        _Part("birthDate", _("birth date"), "birth_date", _is_day, is_offered=True),
        _code("gender", _("sex"), "male", "female", "other", "unknown"),
        _reference("link.*.other.reference", _("record that is linked"), is_offered=False),
    ),
    "RelatedPerson": (*_OF_PATIENT, *_NAMES),
    "Encounter": (
        _Part("identifier.*.value", _("visit number"), "number", is_offered=True),
        *_OF_PERSON,
        _code(
            "status", _STATUS, "planned", "arrived", "triaged", "in-progress", "onleave", "finished", "cancelled",
            "entered-in-error", "unknown",
        ),
        _code("class.code", _("class of the visit")),
        _moment("period.start", _("admitted")),
        _moment("period.end", _("discharged")),
        _reference("serviceProvider.reference", _("department meant"), is_offered=False),
        _Part("serviceProvider.display", _("department")),
        _reference("participant.*.individual.reference", _("physician meant"), is_offered=False),
        _Part("participant.*.individual.display", _("physician")),
    ),
    **dict.fromkeys(KINDS, (*_OF_PERSON, _OF_VISIT)),
    "AllergyIntolerance": _OF_PATIENT,
    "Consent": (
        *_OF_PATIENT,
        _code("status", _STATUS, "draft", "proposed", "active", "rejected", "inactive", "entered-in-error"),
        _moment("dateTime", _("decided on")),
    ),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Place:
    """A part of one resource of the message."""

    resource: Resource
    path: Path
    part: _Part
    name: str

    @property
    def value(self) -> str:
        """What it says; '' where it says nothing that is text."""
        found = _found(self.resource, self.path)
        return found if isinstance(found, str) else ""

    def set(self, value: str) -> None:
        """Says this instead, or nothing. Raises CannotCorrect."""
        if value and (len(value) > _LIMIT or not value.isprintable() or not self.part.is_right(value)):
            raise CannotCorrect(self.name)
        holder: Any = self.resource
        for step, below in zip(self.path, self.path[1:], strict=False):
            holder = _stepped(holder, step, [] if isinstance(below, int) else {}, self.name)
        last = self.path[-1]
        if isinstance(last, int):
            holder[last : last + 1] = [value]
        elif value:
            holder[last] = value
        else:
            holder.pop(last, None)


def shown_fields(raw: bytes) -> list[ShownField]:
    """The parts that may be corrected, resource by resource. Raises NotFhir."""
    return [ShownField(one.name, one.part.label, one.value, one.part.holds) for one in _places(_opened(raw))]


def corrected(raw: bytes, values: dict[str, str]) -> bytes:
    """The message with these parts as given, in UTF-8. Raises CannotCorrect and NotFhir."""
    said = _opened(raw)
    places = {one.name: one for one in _places(said)}
    for name, value in values.items():
        if name not in places:
            raise CannotCorrect(name)
        places[name].set(value.strip())
    return json.dumps(said, ensure_ascii=False).encode()


def _opened(raw: bytes) -> Resource:
    try:
        said = json.loads(raw.removeprefix(b"\xef\xbb\xbf"))
    except (ValueError, RecursionError) as error:
        raise NotFhir("no_json") from error
    if not kind_of(said):
        raise NotFhir("no_resource")
    return said


def _places(said: Resource) -> list[_Place]:
    """Every part that may be corrected; none of a message that says more than a form can carry."""
    counted: Counter[str] = Counter()
    found: list[_Place] = []
    for resource in (said, *(fields.part(entry, "resource") for entry in parts(said, "entry"))):
        kind = kind_of(resource)
        for part in _PARTS.get(kind, ()):
            for path in _paths(resource, part.path.split(".")):
                if part.is_offered or isinstance(_found(resource, path), str):
                    found.append(_Place(resource, path, part, f"{kind}[{counted[kind]}]{_written(path)}"))
        counted[kind] += 1
    return found if len(found) <= _MOST_FIELDS else []


def _paths(value: Any, steps: list[str]) -> Iterator[Path]:
    """The places of a path: one for each of a list, the first of an empty one; one that stands alone is itself."""
    if not steps:
        yield ()
        return
    step, rest = steps[0], steps[1:]
    below = value.get(step) if isinstance(value, dict) else None
    if rest and rest[0] in ("*", "0"):
        if isinstance(below, dict | str):
            rest = rest[1:]
        else:
            listed = below if isinstance(below, list) and below else [None]
            numbers = range(len(listed)) if rest[0] == "*" else range(1)
            for number in numbers:
                yield from ((step, number, *path) for path in _paths(listed[number], rest[1:]))
            return
    yield from ((step, *path) for path in _paths(below, rest))


def _found(value: Any, path: Path) -> Any:
    for step in path:
        try:
            value = value[step]
        except (KeyError, IndexError, TypeError):
            return None
    return value


def _stepped(holder: Any, step: str | int, empty: Any, name: str) -> Any:
    """What stands below, made where nothing does; of another shape than it must be, nothing is written there."""
    below = _found(holder, (step,))
    if below is None:
        below = empty
        if isinstance(step, int):
            holder[step : step + 1] = [below]
        else:
            holder[step] = below
    if type(below) is not type(empty):
        raise CannotCorrect(name)
    return below


def _written(path: Path) -> str:
    return "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in path)
