"""Who does an order by rule: the rungs of its step's ladder, tried in order, with leave and cover (PRODUCT §3 "who").

A rung gives nobody when the person no longer works here, may not complete follow-up, or is away on the due day without
a cover who works here, may, and is not away as well. The service centre is the last rung: its orders wait in its pool,
without a name.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Sequence
from functools import cached_property
from typing import NamedTuple

from accounts.models import Absence, StaffMember, StaffWard, Ward
from followups.domain.heads import headed
from followups.models import AssigneeRole


class Assignment(NamedTuple):
    """Who, and on which rung. No person: the service centre's pool."""

    staff_id: int | None
    role: str


# Without it an order is seen and cannot be worked on.
COMPLETING = "followups.complete"
POOL = Assignment(None, AssigneeRole.CENTRE)


class Ladder:
    """The staff of the hospital in scope as the rungs need it, read once for many orders: five queries.

    Stays of one ward that end on one day share most answers, so these are remembered.
    """

    def __init__(self) -> None:
        self._found: dict[tuple, Assignment] = {}
        active = StaffMember.objects.active()
        self._active = set(active.values_list("pk", flat=True))
        self._able = set(active.able(COMPLETING).values_list("pk", flat=True))
        nurses = set(active.holding("nurse", "head_nurse").values_list("pk", flat=True))
        self._nurses = self._by_place(StaffWard.objects.order_by("staff_id"), "ward_id", nurses)
        self._heads = self._by_place(headed(), "department_id", self._active)
        self._absences: dict[int, list[tuple[dt.date, dt.date, int | None]]] = defaultdict(list)
        for staff_id, starts_on, ends_on, cover_id in Absence.objects.values_list(
            "staff_id", "starts_on", "ends_on", "cover_id"
        ):
            self._absences[staff_id].append((starts_on, ends_on, cover_id))

    @staticmethod
    def _by_place(links: object, column: str, wanted: set[int]) -> dict[int, list[int]]:
        places: dict[int, list[int]] = defaultdict(list)
        for place_id, staff_id in links.values_list(column, "staff_id"):  # type: ignore[attr-defined]
            if staff_id in wanted:
                places[place_id].append(staff_id)
        return places

    def assign(
        self,
        rungs: Sequence[str],
        *,
        attending_id: int | None,
        ward_id: int | None,
        department_id: int | None,
        due_on: dt.date,
        spread: int,
        nurse_id: int | None = None,
    ) -> Assignment:
        """The first rung that finds somebody. `spread` deals the stays of a ward evenly among its nurses; `nurse_id`,
        who nursed the stay, comes before them.
        """
        turn = spread % (len(self._nurses.get(ward_id, ())) or 1) if ward_id else 0
        asked = (tuple(rungs), attending_id, ward_id, department_id, due_on, turn, nurse_id)
        found = self._found.get(asked)
        if found is None:
            found = self._found[asked] = self._assign(*asked)
        return found

    def _assign(
        self,
        rungs: Sequence[str],
        attending_id: int | None,
        ward_id: int | None,
        department_id: int | None,
        due_on: dt.date,
        turn: int,
        nurse_id: int | None,
    ) -> Assignment:
        for rung in rungs:
            if rung == AssigneeRole.CENTRE:
                return POOL
            for candidate in self._candidates(rung, attending_id, ward_id, department_id, turn, nurse_id):
                staff_id = self.present(candidate, due_on)
                if staff_id is not None:
                    return Assignment(staff_id, rung)
        return POOL

    def ward_meant(self, ward_id: int | None, department_id: int | None) -> int | None:
        """The ward of an order whose stay was on this ward: where none is told, the only one of the department. It is
        written into the order, whose ward then says who sees it, who does it and who is told.
        """
        return ward_id or (self.only_wards.get(department_id) if department_id else None)

    @cached_property
    def only_wards(self) -> dict[int, int]:
        """Departments that have one ward, with that ward."""
        wards: dict[int, list[int]] = defaultdict(list)
        for key, department_id in Ward.objects.active().values_list("pk", "department_id"):
            wards[department_id].append(key)
        return {department_id: keys[0] for department_id, keys in wards.items() if len(keys) == 1}

    def head_nurses(self, ward_id: int | None) -> list[int]:
        """Who leads the nurses of a ward."""
        return self._head_nurses.get(ward_id, []) if ward_id else []

    @cached_property
    def _head_nurses(self) -> dict[int, list[int]]:
        return self._by_place(StaffWard.objects.filter(is_head=True).order_by("staff_id"), "ward_id", self._active)

    def heads(self, department_id: int | None) -> list[int]:
        """Who heads a department."""
        return self._heads.get(department_id, []) if department_id else []

    def is_active(self, staff_id: int | None) -> bool:
        """Whether somebody works here."""
        return staff_id in self._active

    def _candidates(
        self,
        rung: str,
        attending_id: int | None,
        ward_id: int | None,
        department_id: int | None,
        turn: int,
        nurse_id: int | None,
    ) -> list[int]:
        if rung == AssigneeRole.ATTENDING:
            return [attending_id] if attending_id else []
        if rung == AssigneeRole.NURSE:
            nurses = self._nurses.get(ward_id, []) if ward_id else []
            return [*([nurse_id] if nurse_id else []), *nurses[turn:], *nurses[:turn]]
        return self.heads(department_id)

    def present(self, staff_id: int, day: dt.date) -> int | None:
        """Who does an order of this person that day: the person, or the cover during leave; None when neither can."""
        return self._there(staff_id, day, self._able)

    def reached(self, staff_id: int, day: dt.date) -> int | None:
        """Who hears for this person that day, whether or not he follows up himself; None when nobody is there."""
        return self._there(staff_id, day, self._active)

    def _there(self, staff_id: int, day: dt.date, wanted: set[int]) -> int | None:
        if staff_id not in wanted:
            return None
        if not self._is_away(staff_id, day):
            return staff_id
        covers = (cover for starts_on, ends_on, cover in self._absences[staff_id] if starts_on <= day <= ends_on)
        return next((cover for cover in covers if cover in wanted and not self._is_away(cover, day)), None)

    def _is_away(self, staff_id: int | None, day: dt.date) -> bool:
        leaves = self._absences.get(staff_id, ()) if staff_id else ()
        return any(starts_on <= day <= ends_on for starts_on, ends_on, _cover in leaves)
