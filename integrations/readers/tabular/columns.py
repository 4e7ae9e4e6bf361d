"""Which column is which: headers compared with the synonyms of a kind of list.

A header is compared without blanks, stars, colons and brackets, in any width and case. A header that fits several
fields and none of them clearly is left for a person to choose.
"""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

_DECORATION = re.compile(r"[\s*＊:：、.。_\-—/\\'\"“”‘’?？!！#]+")
_BRACKETS = re.compile(r"[(（\[【<{].*?[)）\]】>}]")
_COUNTER = re.compile(r"(?<=[^\d])[1-9一二三]$")


@dataclass(frozen=True)
class Field:
    """One thing a list can say. `several` fields take more than one column (telephones)."""

    name: str
    synonyms: frozenset[str]
    several: bool = False


@dataclass(frozen=True)
class Fields:
    """All a kind of list can say, with the headers that are ambiguous, the fields without which it is useless, and
    those that are known so that they are taken for nothing else (`not_used`).
    """

    kind: str
    fields: tuple[Field, ...]
    required: tuple[str, ...]
    ambiguous: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    not_used: frozenset[str] = frozenset()

    def __post_init__(self) -> None:
        index = {key(word): one.name for one in self.fields for word in one.synonyms}
        object.__setattr__(self, "_index", index)
        object.__setattr__(self, "_several", frozenset(one.name for one in self.fields if one.several))
        object.__setattr__(self, "ambiguous", {key(word): names for word, names in self.ambiguous.items()})

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(one.name for one in self.fields)

    def field_of(self, header: str) -> str:
        """The field a header means; '' where it means none or several."""
        index: dict[str, str] = self._index  # type: ignore[attr-defined]
        return next((index[form] for form in _forms(header) if form in index), "")

    def candidates_of(self, header: str) -> tuple[str, ...]:
        """The fields between which an ambiguous header leaves the choice."""
        return next((self.ambiguous[form] for form in _forms(header) if form in self.ambiguous), ())

    def takes_several(self, name: str) -> bool:
        return name in self._several  # type: ignore[attr-defined]


@dataclass(frozen=True)
class ColumnMap:
    """places: field → column numbers from 0. doubtful: column → fields to choose from. unknown: columns nobody asked
    for.
    """

    places: dict[str, tuple[int, ...]]
    doubtful: dict[int, tuple[str, ...]]
    unknown: tuple[int, ...]

    def missing(self, required: Sequence[str]) -> list[str]:
        """Required fields without a column; 'a|b' asks for one of several."""
        return [names for names in required if not any(name in self.places for name in names.split("|"))]


@lru_cache(maxsize=4096)
def key(header: str) -> str:
    """The form in which headers are compared."""
    return _DECORATION.sub("", unicodedata.normalize("NFKC", header)).casefold()


@lru_cache(maxsize=4096)
def _forms(header: str) -> tuple[str, ...]:
    """A header as it stands, without what it says in brackets, and without a counter at its end."""
    whole = key(header)
    bare = key(_BRACKETS.sub("", unicodedata.normalize("NFKC", header)))
    inside = key("".join(re.findall(r"[(（\[【](.*?)[)）\]】]", header)))
    forms = (whole, bare, _COUNTER.sub("", bare), inside)
    return tuple(dict.fromkeys(form for form in forms if form))


def match_columns(
    headers: Sequence[str], fields: Fields, chosen: Mapping[str, Sequence[int]] | None = None
) -> ColumnMap:
    """Give every column its field: what a person chose, then the synonyms; the first column of a field wins."""
    places: dict[str, tuple[int, ...]] = {name: tuple(columns) for name, columns in (chosen or {}).items() if columns}
    taken = {column for columns in places.values() for column in columns}
    doubtful: dict[int, tuple[str, ...]] = {}
    unknown: list[int] = []
    for column, header in enumerate(headers):
        if column in taken or (chosen is not None and column not in taken):
            if column not in taken:
                unknown.append(column)
            continue
        name = fields.field_of(header)
        if name and (name not in places or fields.takes_several(name)):
            places[name] = (*places.get(name, ()), column)
        elif not name and (left := fields.candidates_of(header)):
            doubtful[column] = left
        else:
            unknown.append(column)
    return ColumnMap(places, _still_open(doubtful, places), tuple(unknown))


def _still_open(doubtful: dict[int, tuple[str, ...]], places: dict[str, tuple[int, ...]]) -> dict[int, tuple[str, ...]]:
    """An ambiguous header with one field left takes it; the others stay to be asked."""
    rest: dict[int, tuple[str, ...]] = {}
    for column, names in doubtful.items():
        free = tuple(name for name in names if name not in places)
        if len(free) == 1:
            places[free[0]] = (column,)
        elif free:
            rest[column] = free
    return rest


def known_headers(cells: Sequence[object], fields: Fields) -> int:
    """How many different fields a row of cells names: the measure by which the header row is found."""
    named = {
        fields.field_of(cell) or "".join(fields.candidates_of(cell))
        for cell in cells
        if isinstance(cell, str) and cell.strip()
    }
    return len(named - {""})
