"""What is written under a visit line by line: diagnoses, operations, medicines, and the findings of a health check.

Lines that a record brings whole replace those known; lines that it adds come beside them, and one that is known by then
is told anew: a medicine by its name, a finding by its item, a diagnosis or operation by code and words. Findings that a
list told stay beside those of a feed, but for those that the feed tells too.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from patients.domain.records import VisitRecord
from patients.models import CheckupFinding, Diagnosis, Encounter, Medication, Procedure

Line = tuple[Any, ...]
_MOST = 60


@dataclass(frozen=True, slots=True)
class _Shape:
    """The table of a kind of line, its columns, and how many of the first say which line it is."""

    model: Any
    columns: tuple[str, ...]
    known_by: int

    def fitted(self, line: Line) -> Line:
        """The line as the table takes it; a code without words stands for them."""
        if self.columns == _CODED:
            line = (line[0], line[1] or line[0])
        lengths = (self.model._meta.get_field(name).max_length for name in self.columns)
        return tuple(value[:length] if length else value for value, length in zip(line, lengths, strict=True))


_CODED = ("code", "text")
_SHAPES = {
    "diagnoses": _Shape(Diagnosis, _CODED, 2),
    "procedures": _Shape(Procedure, _CODED, 2),
    "medicines": _Shape(Medication, ("text", "dosage", "is_long_term"), 1),
    "checkup_findings": _Shape(CheckupFinding, ("item", "value", "is_abnormal", "advice", "source"), 1),
}


@dataclass(slots=True)
class VisitLines:
    """Lines told of one visit, by their kind: those that replace what is known, and those that come beside it; and the
    medicines that were taken back.
    """

    visit: Encounter
    whole: dict[str, list[Line]] = field(default_factory=dict)
    beside: dict[str, list[Line]] = field(default_factory=dict)
    gone: set[str] = field(default_factory=set)

    @staticmethod
    def are_in(record: VisitRecord) -> bool:
        """Whether a record says anything of lines."""
        return bool(record.gone_medicines) or any(getattr(record, name) is not None for name in _SHAPES)

    def say(self, record: VisitRecord) -> None:
        """One more record of the visit."""
        for name, shape in _SHAPES.items():
            lines = getattr(record, name)
            if lines is None or (name == "checkup_findings" and self.visit.kind != Encounter.Kind.CHECKUP):
                continue
            if name == "checkup_findings":
                lines = [(*line, record.told_by or Encounter.HIS) for line in lines]
            said = [shape.fitted(line) for line in lines[:_MOST]]
            if record.adds_lines:
                self.beside.setdefault(name, []).extend(said)
            else:
                self.whole[name] = said
                self.beside.pop(name, None)
            if name == "medicines":
                self.gone.difference_update(line[0] for line in said)
        self.gone.update(name[: Medication._meta.get_field("text").max_length] for name in record.gone_medicines)

    def tells(self, name: str) -> bool:
        """Whether anything was said of this kind."""
        return name in self.whole or name in self.beside or (name == "medicines" and bool(self.gone))

    def wanted(self, name: str, present: list[Line]) -> list[Line]:
        """The lines there are to be."""
        known_by = _SHAPES[name].known_by
        lines = list(self.whole.get(name, present))
        if name == "checkup_findings" and name in self.whole:
            lines = beside_feeds([line for line in present if not line[-1]], lines)
        for line in self.beside.get(name, ()):
            place = next((at for at, one in enumerate(lines) if one[:known_by] == line[:known_by]), None)
            if place is None:
                lines.append(line)
            else:
                lines[place] = line
        if name == "medicines":
            lines = [line for line in lines if line[0] not in self.gone]
        if name == "checkup_findings":
            lines.sort(key=lambda line: line[-1] != "")
        return lines[:_MOST]


def beside_feeds(of_list: Sequence[Line], of_feeds: Sequence[Line]) -> list[Line]:
    """Findings of one health check by both: those of the list whose item no feed tells, then those of the feeds."""
    told = {line[0] for line in of_feeds}
    return [*(line for line in of_list if line[0] not in told), *of_feeds]


def write_lines(told: Sequence[VisitLines]) -> set[int]:
    """Lines of the visits, replaced where they differ; answers the ids of visits rewritten."""
    changed: set[int] = set()
    for name, shape in _SHAPES.items():
        said = {one.visit.pk: one for one in told if one.tells(name)}
        if said:
            changed.update(_write(name, shape, said))
    return changed


def _write(name: str, shape: _Shape, said: dict[int, VisitLines]) -> list[int]:
    present: dict[int, list[Line]] = {}
    for key, *line in shape.model.objects.filter(encounter_id__in=said).values_list("encounter_id", *shape.columns):
        present.setdefault(key, []).append(tuple(line))
    wanted = {key: one.wanted(name, present.get(key, [])) for key, one in said.items()}
    differing = [key for key, lines in wanted.items() if lines != present.get(key, [])]
    shape.model.objects.filter(encounter_id__in=[key for key in differing if key in present]).delete()
    shape.model.objects.bulk_create(
        shape.model(encounter_id=key, rank=rank, **dict(zip(shape.columns, line, strict=True)))
        for key in differing
        for rank, line in enumerate(wanted[key], 1)
    )
    return differing
