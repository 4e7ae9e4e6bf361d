"""A few unusual viewings of records in a demo hospital, so that the security officer has something to answer."""

import datetime as dt

from accounts.models import AccessLog, StaffMember
from hospital_crm.tenancy.scope import required_hospital
from patients.domain.watching import look_through, rules_of
from patients.models import Patient


def make_viewings(*, now: dt.datetime) -> None:
    """Two nights ago and yesterday: a VIP person seen at night, people of other departments, seventy in an hour."""
    rules = rules_of(now=now)
    rules.looked_until = (now - dt.timedelta(days=2)).replace(minute=0, second=0, microsecond=0)
    rules.save()
    late = dt.datetime.combine((now - dt.timedelta(days=1)).date(), dt.time(23, 20), tzinfo=required_hospital().tz)
    late -= dt.timedelta(days=1)
    agents = list(StaffMember.objects.active().holding("agent").order_by("pk")[:2])
    nurse = StaffMember.objects.active().holding("nurse").order_by("pk").first()
    members = list(Patient.objects.filter(category="vip").order_by("pk")[:3])
    people = list(Patient.objects.callable().order_by("-pk")[:70])
    rows = [_seen(agents[0], person, late + dt.timedelta(minutes=place)) for place, person in enumerate(members)]
    if nurse is not None:
        rows += [_seen(nurse, person, late, role="nurse") for person in people[:2]]
    day = late.replace(hour=15, minute=5)
    rows += [_seen(agents[-1], person, day + dt.timedelta(seconds=40 * n)) for n, person in enumerate(people)]
    AccessLog.objects.bulk_create(rows)
    while look_through(now=now):
        pass


def _seen(staff: StaffMember, person: Patient, at: dt.datetime, *, role: str = "agent") -> AccessLog:
    return AccessLog(
        staff_id=staff.pk,
        user_id=staff.user_id,
        role_code=role,
        kind="view",
        patient_id=person.pk,
        page="person",
        at=at,
    )
