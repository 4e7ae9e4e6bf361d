"""What the words of a list mean in this hospital: departments, wards, physicians and nurses.

A department nobody knows is made "to be confirmed". The name of a physician or nurse stays text unless exactly one
member of staff who does follow-up is meant: by the staff number beside it, where that is somebody of this name, by what
somebody assigned, or because only one bears the name (in the department, where several bear it in the house).
Everything else waits on the mapping page. What a feed's words mean is remembered for that feed, and what somebody
decided for the lists holds where the feed says nothing else.
"""

import datetime as dt
from collections import Counter, defaultdict

from django.db.models import QuerySet

from accounts.domain.departments import known_names
from accounts.models import Department, StaffDepartment, StaffMember, StaffRole, Ward
from followups.domain.ladder import COMPLETING
from integrations.models import DepartmentMapping, Feed, PhysicianMapping
from patients.domain.names import bare_name_key, is_shorter_form
from patients.domain.records import StayRecord, VisitRecord
from patients.domain.registry import Stay
from patients.domain.telling import Placed

NAME_LENGTH = 60
Role = PhysicianMapping.Role
_NURSES = ("nurse", "head_nurse")
_CLINICAL = (COMPLETING, "patients.clinical")
_Key = tuple[str, str, int | None]


def doing_follow_up() -> QuerySet[StaffMember]:
    """Those who work here and hold a role in which follow-up is done: nobody else can be sent an order."""
    return StaffMember.objects.active().able(COMPLETING)


def able_as(role: str) -> QuerySet[StaffMember]:
    """Those of them who can be what a list names: the nurse of a stay holds a nurse's role, the attending physician a
    clinical one of another kind.
    """
    if role == Role.NURSE:
        return doing_follow_up().holding(*_NURSES)  # type: ignore[attr-defined]
    clinical = StaffRole.objects.filter(role__capabilities__contains=_CLINICAL).exclude(role__code__in=_NURSES)
    return doing_follow_up().filter(pk__in=clinical.values("staff_id"))


class Places:
    """The hospital's departments, wards and physicians as they are at the beginning of a chunk. `findings`: rows with
    what was odd in them, by code. `open_names`: physicians' names that stayed text until somebody says who is meant,
    and in how many rows.
    """

    def __init__(self, today: dt.date, feed: Feed | None = None) -> None:
        self.today, self.feed = today, feed
        self.departments = known_names()
        for of_feed in (None, feed):
            meant = DepartmentMapping.objects.filter(feed=of_feed).values_list("name", "department_id")
            self.departments |= dict(meant)
        self.wards: dict[str, list[tuple[int, int]]] = defaultdict(list)
        for name, code, key, department_id in Ward.objects.values_list("name", "code", "id", "department_id"):
            self.wards[name].append((department_id, key))
            if code and code != name:
                self.wards[code].append((department_id, key))
        self.mappings: dict[_Key, PhysicianMapping] = {
            _key(mapping): mapping for mapping in PhysicianMapping.objects.filter(feed=feed)
        }
        self.decided: dict[_Key, PhysicianMapping] = {}
        if feed is not None:
            shared = PhysicianMapping.objects.filter(feed=None, state=PhysicianMapping.State.DECIDED)
            self.decided = {_key(mapping): mapping for mapping in shared}
        self.staff_by_name: dict[tuple[str, str], list[int]] = defaultdict(list)
        self.staff_by_number: dict[str, tuple[int, str]] = {}
        self.able = {role: set(able_as(role).values_list("id", flat=True)) for role in Role.values}
        for key, name, number in StaffMember.objects.active().values_list("id", "name", "staff_number"):
            for role in (role for role, able in self.able.items() if key in able):
                self.staff_by_name[role, name].append(key)
            if number:
                self.staff_by_number[number] = (key, name)
        self.staff_departments = set(StaffDepartment.objects.values_list("staff_id", "department_id"))
        self.findings: list[tuple[int, str]] = []
        self.open_names: Counter[str] = Counter()
        self._seen: set[_Key] = set()
        self._changed: dict[_Key, PhysicianMapping] = {}

    def resolve(self, record: StayRecord) -> Stay:
        """The record with the ids its words mean."""
        department_id = self.department(record.department)
        ward_id = self.ward(record.ward, department_id)
        nurse_id = None
        if record.nurse_name:
            nurse_id = self.colleague(record.nurse_name, record.nurse_number, record.row, department_id, Role.NURSE)
        return Stay(record, department_id, ward_id, self.physician(record, department_id), nurse_id)

    def place(self, record: VisitRecord) -> Placed:
        """As `resolve`, for a visit that a feed tells; a ward that is known brings its department along."""
        wards = self.wards.get(record.ward[:NAME_LENGTH], [])
        if record.ward and len(wards) == 1 and record.department in ("", record.ward):
            return Placed(record, *wards[0], self.physician(record, wards[0][0]))
        department_id = self.department(record.department)
        ward_id = self.ward(record.ward, department_id)
        return Placed(record, department_id, ward_id, self.physician(record, department_id))

    def department(self, name: str) -> int | None:
        """The department of this name, made to be confirmed where nobody knows it."""
        name = name[:NAME_LENGTH]
        if not name:
            return None
        if name not in self.departments:
            self.departments[name] = Department.objects.create(name=name, is_confirmed=False).pk
        return self.departments[name]

    def physician(self, record: StayRecord | VisitRecord, department_id: int | None) -> int | None:
        """The member of staff meant by the physician's name; None leaves it text."""
        said = (record.attending_name, record.attending_number)
        return self.colleague(*said, record.row, department_id, Role.ATTENDING)

    def colleague(self, name: str, number: str, row: int, department_id: int | None, role: str) -> int | None:
        """The member of staff meant by a name in this role and the staff number beside it; None leaves it text."""
        name = name[:NAME_LENGTH]
        if not name:
            return None
        numbered, called = self.staff_by_number.get(number, (None, ""))
        is_another = numbered is not None and not _is_called(name, called, number)
        if numbered in self.able[role] and not is_another:
            return numbered
        known = self.mappings.get((role, name, department_id)) or self.mappings.get((role, name, None))
        if known is None or known.state != PhysicianMapping.State.DECIDED:
            shared = self.decided.get((role, name, department_id)) or self.decided.get((role, name, None))
            if shared is not None:
                return shared.staff_id
            if is_another:
                self.findings.append((row, "physician_number_of_another"))
                self._leave_open(role, name, known)
                return None
            known = self._by_name(role, name, department_id, known)
            self._note_open(known)
        self._seen.add(_key(known))
        return known.staff_id

    def remember(self) -> None:
        """Write the mappings that are new or mean somebody else, and note on those met that they were seen today."""
        changed = list(self._changed.values())
        PhysicianMapping.objects.bulk_create(one for one in changed if one.pk is None)
        known = [one for one in changed if one.pk is not None]
        PhysicianMapping.objects.bulk_update(known, ["staff", "state", "candidates", "last_seen_on"])
        ids = [self.mappings[key].pk for key in self._seen]
        PhysicianMapping.objects.filter(pk__in=ids).exclude(last_seen_on=self.today).update(last_seen_on=self.today)

    def _note_open(self, mapping: PhysicianMapping) -> None:
        """Counts a row whose physician's name stays text."""
        if mapping.role == Role.ATTENDING and mapping.state == PhysicianMapping.State.OPEN:
            self.open_names[mapping.name] += 1

    def _leave_open(self, role: str, name: str, known: PhysicianMapping | None) -> None:
        """Number and name mean two people, so neither is followed: the name waits until somebody assigns it."""
        if known is None:
            known = PhysicianMapping(feed=self.feed, role=role, name=name, department_id=None)
            known.candidates, known.last_seen_on = len(self.staff_by_name.get((role, name), [])), self.today
            self._changed[_key(known)] = self.mappings[_key(known)] = known
        self._seen.add(_key(known))
        if role == Role.ATTENDING:
            self.open_names[name] += 1

    def _by_name(
        self, role: str, name: str, department_id: int | None, known: PhysicianMapping | None
    ) -> PhysicianMapping:
        """The mapping that follows from the staff of this name as it is now."""
        bearers = self.staff_by_name.get((role, name), [])
        place: int | None = None
        staff_id = bearers[0] if len(bearers) == 1 else None
        if len(bearers) > 1:
            here = [key for key in bearers if (key, department_id) in self.staff_departments]
            staff_id, place = (here[0], department_id) if len(here) == 1 else (None, department_id)
        state = PhysicianMapping.State.AUTOMATIC if staff_id else PhysicianMapping.State.OPEN
        if known is None or known.department_id != place:
            known = self.mappings.get((role, name, place)) or PhysicianMapping(
                feed=self.feed, role=role, name=name, department_id=place
            )
        if known.pk is None or (known.staff_id, known.state, known.candidates) != (staff_id, state, len(bearers)):
            known.staff_id, known.state, known.candidates = staff_id, state, len(bearers)
            known.last_seen_on = self.today
            self._changed[_key(known)] = self.mappings[_key(known)] = known
        return known

    def ward(self, name: str, department_id: int | None) -> int | None:
        """The ward of this name in the department, else the only one of this name in the house."""
        wards = self.wards.get(name[:NAME_LENGTH], [])
        return next((key for place, key in wards if place == department_id), wards[0][1] if len(wards) == 1 else None)


def _key(mapping: PhysicianMapping) -> _Key:
    return mapping.role, mapping.name, mapping.department_id


def _is_called(name: str, called: str, number: str) -> bool:
    """Whether a name in a list is that of the member of staff with the number beside it. A number alone names nobody
    else.
    """
    return name == number or bare_name_key(name) == bare_name_key(called) or is_shorter_form(name, called)
