"""What becomes of a person's rows when the record is erased: one table per app, filled in its `wiring`.

Every model whose rows lead to a person has a rule here: its rows go, lose the texts that tell who it is or what was
said, or stay as they are for the law and the figures. Without a rule for one of them nobody is erased.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from patients.models import Patient


@dataclass(frozen=True)
class Erasure:
    """The rule of one model. `path` leads to the person; `clears`: field → what stands there afterwards; `goes`: the
    rows are deleted. Neither: they stay as they are. `why` says in a few words what is kept for what.
    """

    model: str
    path: str
    goes: bool = False
    clears: Mapping[str, Any] = field(default_factory=dict)
    why: Any = ""


looked_up: set[str] = set()
rules: dict[tuple[str, str], Erasure] = {}
written_once: "list[Callable[[Patient], None]]" = []


def register(*erasures: Erasure) -> None:
    """Adds rules; rows are deleted in the order in which they were added."""
    for erasure in erasures:
        rules[erasure.model, erasure.path] = erasure


def looks_up(*columns: str) -> None:
    """Says of these columns, as `app.Model.field`, that they lead to a person without a key: by a number or an address.
    What erases the person looks there itself.
    """
    looked_up.update(columns)


def register_written_once(act: "Callable[[Patient], None]") -> None:
    """Adds what takes the texts out of rows that nobody may change: a function of the database."""
    if act not in written_once:
        written_once.append(act)
