"""What a dry run says of places: the departments it would make, to be confirmed, and the wards nobody knows, which are
not made. Each by its name in the list and the number of rows that name it, the most frequent first.
"""

from collections import Counter
from collections.abc import Iterable
from typing import TypedDict

from accounts.models import Department, Ward
from integrations.domain.kinds import ReadRow
from integrations.domain.places import NAME_LENGTH

MOST_NAMES = 50

Named = list[tuple[str, int]]


class NewPlaces(TypedDict):
    """`more`: how many departments and wards there are besides those named."""

    departments: Named
    wards: Named
    more: int


class PlacesNamed:
    """The departments and wards that the rows of a list name; begun before the first row is brought in."""

    def __init__(self) -> None:
        self._departments: Counter[str] = Counter()
        self._wards: Counter[str] = Counter()
        self._known = set(Department.objects.values_list("pk", flat=True))

    def note(self, rows: Iterable[ReadRow]) -> None:
        """Counts the rows of a chunk."""
        for row in rows:
            self._departments[getattr(row.record, "department", "")[:NAME_LENGTH]] += 1
            self._wards[getattr(row.record, "ward", "")[:NAME_LENGTH]] += 1

    def new(self) -> NewPlaces:
        """What was made, and what nobody knows; asked in the transaction of the dry run, before it is taken back."""
        made = Department.objects.filter(is_confirmed=False).exclude(pk__in=self._known)
        departments = _counted(self._departments, set(made.values_list("name", flat=True)))
        known = {name for names in Ward.objects.values_list("name", "code") for name in names}
        wards = _counted(self._wards, self._wards.keys() - known - {""})
        more = max(len(departments) - MOST_NAMES, 0) + max(len(wards) - MOST_NAMES, 0)
        return NewPlaces(departments=departments[:MOST_NAMES], wards=wards[:MOST_NAMES], more=more)


def _counted(rows: Counter[str], names: set[str]) -> Named:
    return sorted(((name, rows[name]) for name in names), key=lambda one: (-one[1], one[0]))
