"""A staff sheet in plain values: its rows, what came of them, and why some were left out."""

from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class StaffRow:
    """One row of a staff sheet; `row` is its number in the file, `roles` codes or names as people write them, `is_head`
    None where the sheet does not say.
    """

    row: int
    name: str
    staff_number: str = ""
    department: str = ""
    ward: str = ""
    roles: str = ""
    title: str = ""
    phone: str = ""
    email: str = ""
    username: str = ""
    department_code: str = ""
    station: str = ""
    is_head: bool | None = None


@dataclass(frozen=True)
class StaffProblem:
    """A row that was left out, or of which something was, and why: a code, and what its sentence names."""

    row: int
    code: str
    params: dict[str, Any] = field(default_factory=dict)


@dataclass
class StaffMade:
    """What rows of a sheet made and changed, by id and with the row, as undoing needs it (`staff_undoing`).

    `staff`: id, id of the account if it was made too, row. `changed`: id, facts before and after. `confirmed`:
    departments. `heads`: links that became those of a head. `asked`: id of the person, id of the role proposed.
    """

    staff: list[tuple[int, int | None, int]] = field(default_factory=list)
    changed: list[tuple[int, dict[str, str], dict[str, str]]] = field(default_factory=list)
    departments: list[tuple[int, int]] = field(default_factory=list)
    confirmed: list[int] = field(default_factory=list)
    wards: list[tuple[int, int]] = field(default_factory=list)
    stations: list[tuple[int, int]] = field(default_factory=list)
    places: dict[str, list[int]] = field(default_factory=lambda: {"department": [], "ward": [], "station": []})
    heads: dict[str, list[int]] = field(default_factory=lambda: {"department": [], "ward": []})
    granted: list[int] = field(default_factory=list)
    asked: list[tuple[int, int]] = field(default_factory=list)


@dataclass
class StaffOutcome:
    """What a sheet did. `problems`: rows left out; `remarks`: what was left out of rows that went in. `acts`: what
    became of each row that went in (create, update, same), by its number.
    """

    rows: int = 0
    created: int = 0
    updated: int = 0
    unchanged: int = 0
    departments_created: int = 0
    wards_created: int = 0
    stations_created: int = 0
    roles_granted: int = 0
    roles_proposed: int = 0
    problems: list[StaffProblem] = field(default_factory=list)
    remarks: list[StaffProblem] = field(default_factory=list)
    acts: dict[int, str] = field(default_factory=dict)
    made: StaffMade = field(default_factory=StaffMade)


class RowRefused(Exception):
    """A row that cannot be brought in: the code of the reason, and what its sentence names."""

    def __init__(self, code: str, value: str = "", **more: str) -> None:
        super().__init__(code)
        self.code = code
        self.params = ({"value": value} if value else {}) | more
