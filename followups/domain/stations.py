"""What community stations do for follow-up: home visits to the people assigned to them (PRODUCT §3, tier A)."""

from collections.abc import Collection
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet, Subquery

from accounts.models import StaffMember, StaffStation
from followups.domain import refusals
from followups.models import Channel, FollowUpOrder, ProtocolStep, Tier
from patients.models import StationAssignment

# Who follows up besides, wherever the person is assigned.
_ELSEWHERE = ("physician", "nurse", "head_nurse", "department_head", "agent", "centre_manager")


def station_staff() -> QuerySet:
    """Those who follow up for a community station and for nobody else."""
    active = StaffMember.objects.active()
    return active.holding("station_staff").exclude(pk__in=active.holding(*_ELSEWHERE).values("pk"))


def is_of_station(staff: StaffMember) -> bool:
    """Whether this colleague follows up for a station only."""
    return station_staff().filter(pk=staff.pk).exists()


def staff_for(order_ids: Collection[int]) -> QuerySet:
    """The staff of the stations to which the people of these orders are assigned; nobody where one is not of tier A."""
    orders = FollowUpOrder.objects.filter(pk__in=list(order_ids))
    if orders.exclude(tier=Tier.A).exists():
        return StaffMember.objects.none()
    people = orders.values("patient_id")
    stations = StationAssignment.objects.current().filter(patient_id__in=people).values("station_id")
    return station_staff().filter(
        pk__in=StaffStation.objects.filter(station__in=stations, station__is_active=True).values("staff_id")
    )


def check_fits(orders: QuerySet, to: StaffMember | None) -> bool:
    """Whether these orders become home visits of a station: the colleague works for one.

    Refuses there: another tier than A, and people who are not assigned to a station of the colleague's.
    """
    if to is None or not is_of_station(to):
        return False
    stations = StaffStation.objects.filter(staff=to, station__is_active=True).values("station_id")
    own_people = StationAssignment.objects.current().filter(station__in=stations).values("patient_id")
    if orders.exclude(tier=Tier.A, patient__in=own_people).exists():
        raise refusals.NotForTheStation(name=to.name)
    return True


def set_channel(ids: Collection[int], *, visits: bool) -> None:
    """Orders that a station takes are home visits; taken back, they are what their step says."""
    orders = FollowUpOrder.objects.filter(pk__in=list(ids))
    if visits:
        orders.exclude(channel=Channel.VISIT).update(channel=Channel.VISIT)
    else:
        step = ProtocolStep.objects.filter(pk=OuterRef("step_id")).values("channel")
        orders.filter(channel=Channel.VISIT).update(channel=Subquery(step))


def visits_without_station() -> QuerySet:
    """Open home visits that staff of stations hold for people who are assigned to no station in use of theirs."""
    own = StationAssignment.objects.current().filter(
        patient=OuterRef("patient"), station__is_active=True, station__staff_links__staff=OuterRef("assignee")
    )
    held = FollowUpOrder.objects.open().filter(channel=Channel.VISIT, assignee__in=station_staff())
    return held.exclude(Exists(own))


def held_by_station(patient: Any, station: Any) -> QuerySet:
    """Orders of the person that staff of this station hold, and hold for no other reason."""
    staff = station_staff().filter(pk__in=StaffStation.objects.filter(station=station).values("staff_id"))
    return FollowUpOrder.objects.open().filter(patient=patient, assignee__in=staff)
