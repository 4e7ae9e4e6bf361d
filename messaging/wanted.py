"""What every app wants of people in the coming days, for the planner: each registers who reads it in its wiring."""

import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable

from messaging.domain.contact_rules import ContactRules
from messaging.domain.planner import Wanted

Reader = Callable[[Collection[int], ContactRules, dt.datetime, dt.datetime], Iterable[tuple[int, Wanted]]]
_readers: dict[str, Reader] = {}


def register(source: str, reader: Reader) -> None:
    """Adds what an app wants: `reader(people, rules, now, until)` answers the number of a person and what is wanted,
    for many people in a few statements, inside the hospital's scope. Keys begin with the source and a colon.
    """
    _readers[source] = reader


def of_people(
    people: Collection[int], rules: ContactRules, now: dt.datetime, until: dt.datetime
) -> dict[int, list[Wanted]]:
    """Everything wanted of these people until then."""
    found: dict[int, list[Wanted]] = defaultdict(list)
    for reader in _readers.values():
        for person, one in reader(people, rules, now, until):
            found[person].append(one)
    return found
