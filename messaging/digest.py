"""What the morning digest tells: each app registers a section, which reads the hospital once for all its people."""

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from accounts.models import StaffMember


@dataclass(frozen=True)
class Line:
    """One line: what, how many, such as 今日到期 5, and the page on which exactly these are worked off.

    Text in the active language, without names of patients; `page` as the link of a message.
    """

    text: str
    count: int
    page: Sequence[Any]


LinesOf = Callable[[StaffMember], list[Line]]
Section = Callable[[dt.date], LinesOf]
_sections: dict[Section, int] = {}


def register(section: Section, *, order: int = 100) -> None:
    """Adds a section; called from an app's `apps.py`. Inside the hospital's scope it reads what waits on a day, grouped
    by person, and answers with what makes one person's lines, in the recipient's language and without a query.
    """
    _sections[section] = order


def read(day: dt.date) -> LinesOf:
    """Everything the digest of that day has, to be asked for each person; lines with nothing in them are left out."""
    ordered = sorted(_sections, key=lambda section: _sections[section])
    parts = [section(day) for section in ordered]
    return lambda staff: [line for part in parts for line in part(staff) if line.count]
