"""Where a row of a staff sheet puts somebody: departments, wards and stations, made where the hospital has none of the
name, and who is head there.
"""

from accounts.domain.staff_shapes import RowRefused, StaffOutcome, StaffProblem, StaffRow
from accounts.models import Department, StaffDepartment, StaffMember, StaffStation, StaffWard, Station, Ward

_NURSING = frozenset(("nurse", "head_nurse"))
_LONGEST_CODE = 20

_Link = type[StaffDepartment] | type[StaffWard] | type[StaffStation]


def heads_in(row: StaffRow, roles: set[str]) -> set[str]:
    """Whether the row makes somebody head of its department or of its ward: those with the role of a head; where the
    sheet says who is, that one: who nurses, of the ward, everybody else of the department.
    """
    if row.is_head is None:
        return {place for place, role in (("department", "department_head"), ("ward", "head_nurse")) if role in roles}
    return {"ward" if row.ward and roles & _NURSING else "department"} if row.is_head else set()


class StaffPlaces:
    """The hospital's departments, wards and stations, read once, and what a sheet makes of them."""

    def __init__(self, outcome: StaffOutcome) -> None:
        self.outcome, self.made = outcome, outcome.made
        departments = list(Department.objects.all())
        self.departments = {one.name: one for one in departments}
        self.by_code = {one.code: one for one in departments if one.code}
        self.wards = {(one.department_id, one.name): one for one in Ward.objects.all()}
        self.stations = {one.name: one for one in Station.objects.all()}

    def check(self, row: StaffRow) -> None:
        """Refuses a ward without its department, and a department whose code and name do not go together."""
        if row.ward and not (row.department or row.department_code):
            raise RowRefused("ward_without_department")
        self._known(row)

    def put(self, staff: StaffMember, row: StaffRow, heads: set[str]) -> bool:
        """Somebody works in the places of the row; whether any was news."""
        added = False
        if row.department or row.department_code:
            department = self._department(row)
            added |= self._link(StaffDepartment, staff, is_head="department" in heads, department=department)
            if row.ward:
                ward = self._ward(department, row)
                added |= self._link(StaffWard, staff, is_head="ward" in heads, ward=ward)
        elif row.is_head:
            self.outcome.remarks.append(StaffProblem(row.row, "head_of_nothing"))
        if row.station:
            added |= self._link(StaffStation, staff, station=self._station(row))
        return added

    def _known(self, row: StaffRow) -> Department | None:
        """The department a row means: by its code, else by its name where the known one has no code."""
        code, by_name = row.department_code, self.departments.get(row.department)
        by_code = self.by_code.get(code) if code else None
        if code and by_name is not None and by_name is not by_code and (by_code is not None or by_name.code):
            raise RowRefused("department_code_of_another", code)
        found = by_code or by_name
        if code and found is None and (not row.department or len(code) > _LONGEST_CODE):
            raise RowRefused("department_code_unknown", code)
        return found

    def _department(self, row: StaffRow) -> Department:
        found = self._known(row)
        if found is None:
            found = Department.objects.create(name=row.department, code=row.department_code)
            self.departments[found.name] = found
            if found.code:
                self.by_code[found.code] = found
            self.outcome.departments_created += 1
            self.made.departments.append((found.pk, row.row))
        elif not found.is_confirmed:
            found.is_confirmed = True
            found.save(update_fields=["is_confirmed"])
            self.made.confirmed.append(found.pk)
        return found

    def _ward(self, department: Department, row: StaffRow) -> Ward:
        key = (department.pk, row.ward)
        if key not in self.wards:
            self.wards[key] = Ward.objects.create(name=row.ward, department=department)
            self.outcome.wards_created += 1
            self.made.wards.append((self.wards[key].pk, row.row))
        return self.wards[key]

    def _station(self, row: StaffRow) -> Station:
        if row.station not in self.stations:
            made = self.stations[row.station] = Station.objects.create(name=row.station)
            self.outcome.stations_created += 1
            self.made.stations.append((made.pk, row.row))
        return self.stations[row.station]

    def _link(self, model: _Link, staff: StaffMember, *, is_head: bool = False, **place: object) -> bool:
        """Puts somebody into a place; whether that was news. Being head is added, not taken away."""
        kind = next(iter(place))
        link, is_fresh = model._default_manager.get_or_create(
            staff=staff, **place, defaults={"is_head": True} if is_head else {}
        )
        if is_fresh:
            self.made.places[kind].append(link.pk)
        elif is_head and not isinstance(link, StaffStation) and not link.is_head:
            link.is_head = True
            link.save(update_fields=["is_head"])
            self.made.heads[kind].append(link.pk)
            return True
        return is_fresh
