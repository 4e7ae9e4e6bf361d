"""What the words of a list mean in this hospital: departments, wards and physicians.

A department nobody knows is made "to be confirmed". A physician's name stays text unless exactly one member of staff
is meant: by the staff number beside it, by what somebody assigned, or because only one bears the name (in the
department, where several bear it in the house). Everything else waits on the mapping page.
"""

import datetime as dt
from collections import defaultdict

from accounts.models import Department, StaffDepartment, StaffMember, Ward
from integrations.models import DepartmentMapping, PhysicianMapping
from patients.domain.records import StayRecord
from patients.domain.registry import Stay

NAME_LENGTH = 60
_Key = tuple[str, int | None]


class Places:
    """The hospital's departments, wards and physicians as they are at the beginning of a chunk."""

    def __init__(self, today: dt.date) -> None:
        self.today = today
        self.departments = dict(Department.objects.values_list("name", "id"))
        self.departments |= dict(DepartmentMapping.objects.values_list("name", "department_id"))
        self.wards: dict[str, list[tuple[int, int]]] = defaultdict(list)
        for name, key, department_id in Ward.objects.values_list("name", "id", "department_id"):
            self.wards[name].append((department_id, key))
        self.mappings: dict[_Key, PhysicianMapping] = {
            (mapping.name, mapping.department_id): mapping for mapping in PhysicianMapping.objects.all()
        }
        self.staff_by_name: dict[str, list[int]] = defaultdict(list)
        self.staff_by_number: dict[str, int] = {}
        for key, name, number in StaffMember.objects.active().values_list("id", "name", "staff_number"):
            self.staff_by_name[name].append(key)
            if number:
                self.staff_by_number[number] = key
        self.staff_departments = set(StaffDepartment.objects.values_list("staff_id", "department_id"))
        self._seen: set[_Key] = set()
        self._changed: dict[_Key, PhysicianMapping] = {}

    def resolve(self, record: StayRecord) -> Stay:
        """The record with the ids its words mean."""
        department_id = self.department(record.department)
        ward_id = self._ward(record.ward, department_id)
        return Stay(record, department_id, ward_id, self.physician(record, department_id))

    def department(self, name: str) -> int | None:
        """The department of this name, made to be confirmed where nobody knows it."""
        name = name[:NAME_LENGTH]
        if not name:
            return None
        if name not in self.departments:
            self.departments[name] = Department.objects.create(name=name, is_confirmed=False).pk
        return self.departments[name]

    def physician(self, record: StayRecord, department_id: int | None) -> int | None:
        """The member of staff meant by the physician's name; None leaves it text."""
        name = record.attending_name[:NAME_LENGTH]
        if not name:
            return None
        if record.attending_number in self.staff_by_number:
            return self.staff_by_number[record.attending_number]
        known = self.mappings.get((name, department_id)) or self.mappings.get((name, None))
        if known is None or known.state != PhysicianMapping.State.DECIDED:
            known = self._by_name(name, department_id, known)
        self._seen.add((name, known.department_id))
        return known.staff_id

    def remember(self) -> None:
        """Write the mappings that are new or mean somebody else, and note on those met that they were seen today."""
        changed = list(self._changed.values())
        PhysicianMapping.objects.bulk_create(one for one in changed if one.pk is None)
        known = [one for one in changed if one.pk is not None]
        PhysicianMapping.objects.bulk_update(known, ["staff", "state", "candidates", "last_seen_on"])
        ids = [self.mappings[key].pk for key in self._seen]
        PhysicianMapping.objects.filter(pk__in=ids).exclude(last_seen_on=self.today).update(last_seen_on=self.today)

    def _by_name(self, name: str, department_id: int | None, known: PhysicianMapping | None) -> PhysicianMapping:
        """The mapping that follows from the staff of this name as it is now."""
        bearers = self.staff_by_name.get(name, [])
        place: int | None = None
        staff_id = bearers[0] if len(bearers) == 1 else None
        if len(bearers) > 1:
            here = [key for key in bearers if (key, department_id) in self.staff_departments]
            staff_id, place = (here[0], department_id) if len(here) == 1 else (None, department_id)
        state = PhysicianMapping.State.AUTOMATIC if staff_id else PhysicianMapping.State.OPEN
        if known is None or known.department_id != place:
            known = self.mappings.get((name, place)) or PhysicianMapping(name=name, department_id=place)
        if known.pk is None or (known.staff_id, known.state, known.candidates) != (staff_id, state, len(bearers)):
            known.staff_id, known.state, known.candidates = staff_id, state, len(bearers)
            known.last_seen_on = self.today
            self._changed[name, place] = self.mappings[name, place] = known
        return known

    def _ward(self, name: str, department_id: int | None) -> int | None:
        """The ward of this name in the department, else the only one of this name in the house."""
        wards = self.wards.get(name[:NAME_LENGTH], [])
        return next((key for place, key in wards if place == department_id), wards[0][1] if len(wards) == 1 else None)
