"""What the hospital keeps of a person, app by app, as the person is given it: each app registers its parts in its
`wiring`, and says of every model that leads to a person in which part it is, or why it is left out.

The texts are whole: the file is for the person, sealed, and nobody at the hospital opens it.
"""

import datetime as dt
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

from django.db.models import Model
from django.utils import timezone
from django.utils.translation import pgettext

if TYPE_CHECKING:
    from patients.models import Patient


class Item(NamedTuple):
    """One thing that is kept: its name for machines, its name for people, what it says."""

    key: str
    label: str
    value: str


Entry = list[Item]


@dataclass(frozen=True)
class Part:
    """One heading of the file. `entries(patient, now)` answers what is kept; `models` names the keys to people that it
    covers, as `app.Model.field`; `explains`: it says why the person was put into a group.
    """

    key: str
    label: Any
    entries: "Callable[[Patient, dt.datetime], Iterable[Entry]]"
    models: tuple[str, ...] = ()
    order: int = 50
    explains: bool = False


parts: dict[str, Part] = {}
left_out: dict[str, Any] = {}


def register(part: Part) -> None:
    """Adds a part."""
    parts[part.key] = part


def leave_out(why: Any, *models: str) -> None:
    """Says of these keys why the file has nothing of them."""
    left_out.update(dict.fromkeys(models, why))


def ordered(*, only_explaining: bool = False) -> list[Part]:
    """The parts in their order; for an explanation those that explain."""
    wanted = (part for part in parts.values() if part.explains or not only_explaining)
    return sorted(wanted, key=lambda part: part.order)


def entry_of(row: Model, *names: str, **more: tuple[Any, Any]) -> Entry:
    """The columns of a row by their names, and what else is said: `key=(label, value)`. What is empty is left out."""
    known = [(name, row._meta.get_field(name).verbose_name, _shown(row, name)) for name in names]  # type: ignore[union-attr]
    known += [(key, label, _text(value)) for key, (label, value) in more.items()]
    return [Item(key, str(label), text) for key, label, text in known if text]


def _shown(row: Model, name: str) -> str:
    display = getattr(row, f"get_{name}_display", None)
    return str(display()) if display and getattr(row, name) not in ("", None) else _text(getattr(row, name))


def _text(value: Any) -> str:
    """A value as people read it; moments by the clock of the hospital."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return pgettext("detail", "yes") if value else pgettext("detail", "no")
    if isinstance(value, dt.datetime):
        return timezone.localtime(value).strftime("%Y-%m-%d %H:%M")
    return str(value)
