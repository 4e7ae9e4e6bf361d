"""What the morning digest says of follow-up: one's own calls, and what is late under one's eyes (PRODUCT §3 "late").

Own calls are those of one's list, with those of colleagues one covers; for who serves the centre's pool, those of the
workbench. A head nurse reads of each own ward, a head of each own department, who dispatches for the whole hospital of
the hospital, medical affairs of tier A. Every number is that of the page on which it is worked off. Rights are those
of all the roles somebody holds.
"""

import datetime as dt
from collections import Counter, defaultdict
from dataclasses import dataclass, field

from django.db.models import Count
from django.utils.translation import gettext

from accounts.models import Absence, StaffDepartment, StaffMember, StaffRole, StaffWard
from accounts.roles import sees_of
from followups.domain import figures, worklists
from followups.models import Dissatisfaction
from messaging.digest import Line, LinesOf
from messaging.domain.outbox import LONG_NUMBER


def section(day: dt.date) -> LinesOf:
    """Reads the hospital in scope as of that day; the lines of a person then ask nothing more."""
    return Morning(day).lines_of


@dataclass
class Rights:
    """What somebody may look after, by all the roles held."""

    serves_pool: bool = False
    leads_wards: bool = False
    supervises: bool = False
    dispatches_all: bool = False
    watches_a: bool = False

    def add(self, role_code: str, capabilities: list[str]) -> None:
        """One more role."""
        sees = sees_of(role_code)
        may = {verb for verb in ("complete", "ward", "supervise", "dispatch", "quality") if _can(verb, capabilities)}
        sees_all = sees in ("all", "orders")
        self.serves_pool |= sees == "all" and "complete" in may
        self.leads_wards |= "ward" in may
        self.supervises |= "supervise" in may and not sees_all
        self.dispatches_all |= "dispatch" in may and sees_all
        self.watches_a |= "quality" in may and "dispatch" not in may


def _can(verb: str, capabilities: list[str]) -> bool:
    return f"followups.{verb}" in capabilities


@dataclass
class Places:
    """Wards or departments of one person: name by id; `headed`: those the person heads."""

    names: dict[int, str] = field(default_factory=dict)
    headed: set[int] = field(default_factory=set)


class Morning:
    """What waits at the hospital in scope on one day, in as many statements however many people work there."""

    def __init__(self, day: dt.date) -> None:
        self._rights: dict[int, Rights] = defaultdict(Rights)
        for staff_id, code, capabilities in StaffRole.objects.values_list(
            "staff_id", "role__code", "role__capabilities"
        ):
            self._rights[staff_id].add(code, capabilities)
        self._held = worklists.callable_by_holder(day)
        self._covered: dict[int, set[int]] = defaultdict(set)
        for cover_id, staff_id in Absence.objects.covering(day).values_list("cover_id", "staff_id"):
            self._covered[cover_id].add(staff_id)
        self._wards = _places(StaffWard, "ward")
        self._departments = _places(StaffDepartment, "department")
        self._late_by_ward = figures.late_by("ward_id", day)
        self._late_by_department = figures.late_by("department_id", day)
        self._late_a = figures.late_a(day).count()
        self._beyond = figures.late_a(day, beyond_days=figures.BEYOND_DAYS).count()
        owned = Dissatisfaction.objects.unsettled().order_by().values_list("owner")
        self._unsettled: dict[int | None, int] = dict(owned.annotate(n=Count("pk")))

    def lines_of(self, staff: StaffMember) -> list[Line]:
        """One person's lines, in the active language."""
        rights = self._rights.get(staff.pk, Rights())
        return [
            *self._own(staff.pk, rights),
            Line(
                gettext("not content, to settle"),
                self._unsettled.get(staff.pk, 0),
                ("followups:dissatisfactions", "?list=own"),
            ),
            *(self._wards_late(staff.pk) if rights.leads_wards else ()),
            *(self._departments_late(staff.pk) if rights.supervises else ()),
            *self._hospital_late(rights),
        ]

    def _own(self, staff_id: int, rights: Rights) -> list[Line]:
        counts: Counter[str] = Counter()
        pool: set[int | None] = {None} if rights.serves_pool else set()
        for holder in {staff_id} | self._covered.get(staff_id, set()) | pool:
            counts.update(self._held.get(holder, {}))
        listed = "followups:workbench" if rights.serves_pool else "followups:mine"
        now = Line(gettext("to call today"), counts["all"], (listed,))
        due = Line(gettext("due today"), counts["today"], (listed, "?list=today"))
        returned = Line(gettext("returned for redo"), counts["returned"], (listed, "?list=returned"))
        late = Line(gettext("late"), counts["late"], (listed, "?list=late"))
        return [late, now if rights.serves_pool else due, returned]

    def _wards_late(self, staff_id: int) -> list[Line]:
        names = self._wards[staff_id].names
        pages = {ward: ("followups:ward", f"?ward={ward}&list=late") for ward in names}
        return [_late_at(name, self._late_by_ward.get(ward, 0), pages[ward]) for ward, name in names.items()]

    def _departments_late(self, staff_id: int) -> list[Line]:
        """Of the departments the person heads; of all own ones for a head of none, as the board shows them."""
        own = self._departments[staff_id]
        names = {pk: name for pk, name in own.names.items() if pk in own.headed or not own.headed}
        pages = {pk: ("followups:behind", f"?department={pk}&measure=late") for pk in names}
        return [_late_at(name, self._late_by_department.get(pk, 0), pages[pk]) for pk, name in names.items()]

    def _hospital_late(self, rights: Rights) -> list[Line]:
        lines = []
        if rights.dispatches_all:
            late = sum(self._late_by_department.values())
            lines.append(Line(gettext("late in the whole hospital"), late, ("followups:dispatch", "?list=late")))
        if rights.watches_a:
            lines.append(Line(gettext("tier A late"), self._late_a, ("followups:quality", "?list=late")))
            beyond = ("followups:quality", "?list=escalated")
            lines.append(Line(gettext("tier A beyond 72 hours"), self._beyond, beyond))
        return lines


def _places(links: type[StaffWard] | type[StaffDepartment], place: str) -> dict[int, Places]:
    """Where people work, by name."""
    found: dict[int, Places] = defaultdict(Places)
    rows = links.objects.order_by(f"{place}__name").values_list("staff_id", f"{place}_id", f"{place}__name", "is_head")
    for staff_id, place_id, name, is_head in rows:
        found[staff_id].names[place_id] = name
        if is_head:
            found[staff_id].headed.add(place_id)
    return found


def _late_at(name: str, count: int, page: tuple[str, ...]) -> Line:
    """What is late at one place. A name that holds a number as long as a telephone's is not written whole."""
    return Line(gettext("late, %(place)s") % {"place": LONG_NUMBER.sub("…", name)}, count, page)
