"""What a dry run says of names that mean nothing here yet: the departments it would make, to be confirmed, the
physicians whose names stay text until somebody says who is meant, and the wards nobody knows, which are not made. Each
by its name in the list and the number of rows that name it, the most frequent first.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import TypedDict

from accounts.models import Department, Ward
from integrations.domain.kinds import ReadRow
from integrations.domain.places import NAME_LENGTH

MOST_NAMES = 50

Named = list[tuple[str, int]]


class NewPlaces(TypedDict):
    """The first names of each kind, and (`n`) how many there are of it."""

    departments: Named
    physicians: Named
    wards: Named
    n: dict[str, int]


class PlacesNamed:
    """The departments, physicians and wards that the rows of a list name; begun before the first row is brought in."""

    def __init__(self) -> None:
        self._departments: Counter[str] = Counter()
        self._physicians: Counter[str] = Counter()
        self._wards: Counter[str] = Counter()
        self._known = set(Department.objects.values_list("pk", flat=True))

    def note(self, rows: Iterable[ReadRow], open_names: Counter[str]) -> None:
        """Counts the rows of a chunk. `open_names`: those that name a physician nobody is assigned to, by name."""
        self._physicians += open_names
        for row in rows:
            self._departments[getattr(row.record, "department", "")[:NAME_LENGTH]] += 1
            self._wards[getattr(row.record, "ward", "")[:NAME_LENGTH]] += 1

    def new(self) -> NewPlaces:
        """What was made, and what nobody knows; asked in the transaction of the dry run, before it is taken back."""
        made = Department.objects.filter(is_confirmed=False).exclude(pk__in=self._known)
        departments = _counted(self._departments, set(made.values_list("name", flat=True)))
        known = {name for names in Ward.objects.values_list("name", "code") for name in names}
        wards = _counted(self._wards, self._wards.keys() - known - {""})
        physicians = _counted(self._physicians, self._physicians)
        return NewPlaces(
            departments=departments[:MOST_NAMES],
            physicians=physicians[:MOST_NAMES],
            wards=wards[:MOST_NAMES],
            n={"departments": len(departments), "physicians": len(physicians), "wards": len(wards)},
        )


def _counted(rows: Mapping[str, int], names: Iterable[str]) -> Named:
    return sorted(((name, rows[name]) for name in names), key=lambda one: (-one[1], one[0]))
