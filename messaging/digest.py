"""What the morning digest tells: each app registers a section that answers with the lines for one person and day."""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass

from accounts.models import StaffMember


@dataclass(frozen=True)
class Line:
    """One line: what, and how many, such as 今日到期 5. Text in the active language; no names of patients."""

    text: str
    count: int


Section = Callable[[StaffMember, dt.date], list[Line]]
_sections: dict[Section, int] = {}


def register(section: Section, *, order: int = 100) -> None:
    """Adds a section; called from an app's `apps.py`. It runs inside the hospital's scope, in the recipient's
    language.
    """
    _sections[section] = order


def lines_for(staff: StaffMember, day: dt.date) -> list[Line]:
    """Everything the digest of that day has for somebody; lines with nothing in them are left out."""
    ordered = sorted(_sections, key=lambda section: _sections[section])
    return [line for section in ordered for line in section(staff, day) if line.count]
