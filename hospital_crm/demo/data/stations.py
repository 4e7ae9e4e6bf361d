"""Community stations of a demo hospital: the areas they serve, their staff, and home visits to their people."""

import datetime as dt

from accounts.actors import actor_for
from accounts.calendar import today
from accounts.models import Hospital, StaffMember, StaffStation, Station, StationArea
from followups.domain.dispatch import reassign
from followups.domain.stations import station_staff
from followups.models import FollowUpOrder
from hospital_crm.tenancy.scope import hospital_scope
from patients.domain.stations import assign_by_area
from patients.models import StationAssignment

# Station and the districts of its people; the first staff works at the first, the second at the second.
STATIONS = {
    "north": (("柳溪社区服务站", ("柳溪区",)), ("云泽社区服务站", ("云泽区", "990104"))),
    "south": (("南荻社区服务站", ("南荻县",)),),
}
VISITS = 6
VISITS_WITHIN_DAYS = 4
REASON = "患者行动不便，请上门访问。"


def make_stations(hospital: Hospital) -> None:
    """The stations with their areas, and who works there."""
    stations = []
    for name, areas in STATIONS[hospital.slug]:
        station = Station.objects.get_or_create(name=name)[0]
        stations.append(station)
        for area in areas:
            StationArea.objects.get_or_create(name=area, defaults={"station": station})
    staff = StaffMember.objects.holding("station_staff").order_by("pk")
    for member, station in zip(staff, stations, strict=False):
        StaffStation.objects.get_or_create(staff=member, station=station)


def assign_people(hospital: Hospital, *, now: dt.datetime) -> None:
    """Everybody whose address lies in an area of a station."""
    after: int | None = 0
    while after is not None:
        with hospital_scope(hospital):
            _assigned, after = assign_by_area(now=now, after=after)


def hand_out_visits(hospital: Hospital, *, now: dt.datetime) -> None:
    """Some orders of tier A of each station's people become home visits of its staff."""
    with hospital_scope(hospital):
        manager = StaffMember.objects.active().holding("centre_manager").select_related("user").order_by("pk")[0]
        actor = actor_for(manager.user, hospital=hospital, role_code="centre_manager")
        day = today(now=now)
        for member in station_staff():
            people = StationAssignment.objects.current().filter(station__staff_links__staff=member)
            due = (
                FollowUpOrder.objects.working()
                .of_callable_people()
                .filter(
                    tier="A",
                    due_on__lte=day + dt.timedelta(VISITS_WITHIN_DAYS),
                    patient__in=people.values("patient_id"),
                )
            )
            chosen = list(due.order_by("-latest_on", "pk")[:VISITS])
            if chosen and actor is not None:
                reassign(orders=chosen, to=member, reason=REASON, actor=actor, now=now)
