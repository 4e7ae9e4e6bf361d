"""Who a message goes to: a member of staff, a person, or an address that some app knows.

Each kind is asked its own questions when the message is queued and when it is claimed
(`messaging.domain.permission`): staff whether they work here; people whether they allow it; addresses whether the
source still has them.
"""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Any

from accounts.models import StaffMember
from patients.models import Patient


@dataclass(frozen=True)
class ToStaff:
    """A member of staff, as row or by number."""

    staff: StaffMember | int

    def columns(self) -> dict[str, Any]:
        """What a message keeps of the recipient."""
        return {"staff_id": _number(self.staff)}


@dataclass(frozen=True)
class ToPerson:
    """A person, as row or by number. The address is the person's own when the message is claimed."""

    person: Patient | int

    def columns(self) -> dict[str, Any]:
        """What a message keeps of the recipient."""
        return {"person_id": _number(self.person)}


@dataclass(frozen=True)
class ToAddress:
    """An address that is no person's of the hospital: whose it is in words, and the row of the source that knows it.

    LookupError for a source that nobody registered; ValueError without address or label.
    """

    address: str
    label: str
    source: str
    source_id: int

    def __post_init__(self) -> None:
        source_of(self.source)
        if not (self.address.strip() and self.label.strip()):
            raise ValueError("an address needs a label, and a label an address")

    def columns(self) -> dict[str, Any]:
        """What a message keeps of the recipient."""
        return {
            "address": self.address.strip()[:254],
            "address_label": self.label.strip()[:120],
            "address_source": self.source,
            "address_source_id": self.source_id,
        }


Recipient = ToStaff | ToPerson | ToAddress
StillThere = Callable[[Collection[int], str], Collection[int]]


@dataclass(frozen=True)
class AddressSource:
    """Who knows an address: its name, and which of its rows may still be written to, on a ground (`purposes.Basis`).

    Asked inside the hospital's scope, for many rows at once.
    """

    code: str
    label: Any
    still_there: StillThere


_sources: dict[str, AddressSource] = {}


def register_source(code: str, label: Any, still_there: StillThere) -> None:
    """Adds a source of addresses; called from an app's wiring. A second registration of a code takes its place."""
    _sources[code] = AddressSource(code, label, still_there)


def source_of(code: str) -> AddressSource:
    """The source `code`. LookupError where nobody registered it."""
    if code not in _sources:
        raise LookupError(f"no source of addresses is called {code}: register it in the app's wiring")
    return _sources[code]


def _number(row: Any) -> int:
    return row if isinstance(row, int) else row.pk
