"""Home visits of tier A go to the staff of the person's station, and come back when the person leaves it."""

import datetime as dt
import uuid
from collections.abc import Callable

import pytest
from django.utils import timezone

from accounts.actors import Actor
from accounts.domain import stations
from accounts.models import AuditEvent, Hospital, StaffStation, Station
from followups.domain import dispatch, handing, refusals
from followups.models import Attempt, FollowUpOrder, OrderTransfer
from patients.domain.stations import assign_station
from patients.models import Patient, StationAssignment
from tests.accounts.factories import StaffRoleFactory
from tests.cast import PARTS, Cast, MountedClient, actor_of, client_of, hire
from tests.followups.calling import call
from tests.followups.scene import order_of
from tests.patients.factories import StationAssignmentFactory

pytestmark = pytest.mark.django_db
ActorOf = Callable[[str], Actor]
ClientAs = Callable[[str], MountedClient]


@pytest.fixture
def visit(in_north: Hospital, cast: Cast) -> FollowUpOrder:
    """An order of tier A, held by nobody, of somebody assigned to Feng's station."""
    assert cast.feng.name == "冯站员"
    order = order_of(cast, tier="A")
    StationAssignmentFactory(patient=order.patient, station=Station.objects.get(name="城东服务站"))
    return order


def give(order: FollowUpOrder, cast: Cast) -> FollowUpOrder:
    manager = actor_of(cast.qian)
    dispatch.reassign(orders=[order], to=cast.feng, reason="上门", actor=manager, now=timezone.now())
    order.refresh_from_db()
    return order


def test_a_home_visit_goes_to_the_station_and_back(visit: FollowUpOrder, cast: Cast) -> None:
    order = give(visit, cast)
    assert (order.assignee, order.state, order.channel) == (cast.feng, "dispatched", "visit")
    dispatch.give_to_pool(orders=[order], reason="不在家", actor=actor_of(cast.qian), now=timezone.now())
    order.refresh_from_db()
    assert (order.assignee, order.state, order.channel) == (None, "planned", "phone")


@pytest.mark.parametrize("fault", ["tier", "ended", "other station", "closed station"])
def test_what_is_not_the_station_s_is_refused(visit: FollowUpOrder, cast: Cast, fault: str) -> None:
    if fault == "tier":
        FollowUpOrder.objects.update(tier="B")
    elif fault == "ended":
        StationAssignment.objects.update(ended_on=dt.date(2026, 11, 1))
    elif fault == "other station":
        StationAssignment.objects.update(station=Station.objects.create(name="城西服务站"))
    else:
        Station.objects.update(is_active=False)
    with pytest.raises(refusals.NotForTheStation):
        give(visit, cast)
    visit.refresh_from_db()
    assert (visit.assignee, visit.channel) == (None, "phone")


def test_who_also_follows_up_elsewhere_is_bound_to_no_station(visit: FollowUpOrder, cast: Cast) -> None:
    from accounts.models import Role

    StaffRoleFactory(staff=cast.feng, role=Role.objects.get(code="agent"))
    FollowUpOrder.objects.update(tier="B")
    assert give(visit, cast).channel == "phone"


def test_only_the_station_s_own_people_are_offered(visit: FollowUpOrder, cast: Cast, client_as: ClientAs) -> None:
    other, manager = order_of(cast, tier="A"), client_as("centre_manager")
    own = manager.get(manager.url("followups:transfer", visit.public_id)).content.decode()
    foreign = manager.get(manager.url("followups:transfer", other.public_id)).content.decode()
    assert ("冯站员" in own, "冯站员" in foreign) == (True, False)
    FollowUpOrder.objects.update(tier="B")
    assert "冯站员" not in manager.get(manager.url("followups:transfer", visit.public_id)).content.decode()


def test_the_attending_hands_a_visit_to_the_station(visit: FollowUpOrder, cast: Cast, client_as: ClientAs) -> None:
    FollowUpOrder.objects.update(assignee=cast.chen, state="dispatched")
    client = client_as("physician")
    address = client.url("followups:transfer", visit.public_id)
    answer = client.post(address, {"to": cast.feng.public_id, "reason": "上门", "confirmed": "1"})
    visit.refresh_from_db()
    assert (answer.status_code, visit.assignee, visit.channel) == (302, cast.feng, "visit")


def test_the_station_s_colleagues_see_the_visit_and_others_do_not(visit: FollowUpOrder, cast: Cast) -> None:
    order = give(visit, cast)
    colleague = hire("ge.north", PARTS["feng"]._replace(name="葛站员"))
    assert list(FollowUpOrder.objects.visible_to(actor_of(colleague))) == [order]
    with pytest.raises(refusals.NotYourOrder):
        handing.hand_over_one(order=order, to=None, reason="代", actor=actor_of(colleague), now=timezone.now())
    StationAssignment.objects.update(ended_on=dt.date(2026, 11, 1))
    assert list(FollowUpOrder.objects.visible_to(actor_of(colleague))) == []


def test_a_visit_is_no_call_and_is_written_by_the_station(visit: FollowUpOrder, cast: Cast) -> None:
    order, feng = give(visit, cast), actor_of(cast.feng)
    done = call(order, feng, "completed", at=timezone.now(), note="已上门")
    assert (done.order.state, Attempt.objects.get().channel, Attempt.objects.get().is_call) == (
        "submitted",
        "visit",
        False,
    )


def test_the_page_writes_the_channel_of_the_order(visit: FollowUpOrder, cast: Cast, client_as: ClientAs) -> None:
    order, client = give(visit, cast), client_as("station_staff")
    listed = client.get(client.url("followups:mine")).content.decode()
    assert "登门访问" in listed
    Patient.objects.update(address="柳溪区听松街道12号")
    assert "柳溪区听松街道12号" in client.get(client.url("followups:result", order.public_id)).content.decode()
    colleague = client_of(hire("ge.north", PARTS["feng"]._replace(name="葛站员")))
    assert "听松街道" not in colleague.get(client.url("followups:result", order.public_id)).content.decode()
    form = {"outcome": "no_answer", "version": order.version, "idempotency_key": uuid.uuid4()}
    assert client.post(client.url("followups:record", order.public_id), form).status_code == 302
    assert list(Attempt.objects.values_list("outcome", "channel", "is_call")) == [("no_answer", "visit", False)]


def test_visits_come_back_when_the_person_leaves_the_station(visit: FollowUpOrder, cast: Cast, actor: ActorOf) -> None:
    order = give(visit, cast)
    other = order_of(cast, cast.chen, tier="A", run=order.run, occurrence=2)
    assign_station(patient=order.patient, station=None, actor=actor("agent"), now=timezone.now())
    order.refresh_from_db()
    other.refresh_from_db()
    assert (order.assignee != cast.feng, order.channel, other.assignee) == (True, "phone", cast.chen)
    assert OrderTransfer.objects.filter(order=order).last().kind == "station"
    assert list(FollowUpOrder.objects.visible_to(actor("station_staff"))) == []


@pytest.mark.parametrize("change", ["closed", "left"])
def test_a_closed_station_s_colleagues_see_no_visit(visit: FollowUpOrder, cast: Cast, change: str) -> None:
    give(visit, cast)
    colleague = hire("ge.north", PARTS["feng"]._replace(name="葛站员"))
    if change == "closed":
        Station.objects.update(is_active=False)
    else:
        StaffStation.objects.filter(staff=colleague).delete()
    assert list(FollowUpOrder.objects.visible_to(actor_of(colleague))) == []


def settled(order: FollowUpOrder) -> tuple:
    """Who holds the order, how it is done, how it came there, and who belongs to a station."""
    order.refresh_from_db()
    kinds = list(order.transfers.order_by("pk").values_list("kind", flat=True))
    current = StationAssignment.objects.current().count()
    return order.assignee and order.assignee.name, order.channel, kinds, current


def test_closing_a_station_takes_its_visits_and_its_people_back(visit: FollowUpOrder, cast: Cast) -> None:
    order, deng = give(visit, cast), actor_of(cast.deng)
    other = order_of(cast, cast.chen, tier="A")
    StationAssignmentFactory(patient=other.patient, station=Station.objects.create(name="城西服务站"))
    station = Station.objects.get(name="城东服务站")
    station.is_active = False
    station.save()
    stations.close(station, actor=deng, now=timezone.now())
    assert settled(order) == (None, "phone", ["manual", "station"], 1)
    assert settled(other) == ("陈医师", "phone", [], 1)
    assert list(FollowUpOrder.objects.visible_to(actor_of(cast.feng))) == []
    verbs = ("accounts.station.close", "patients.station.release", "followups.orders.take_back_visits")
    assert AuditEvent.objects.filter(verb__in=verbs, staff_id=cast.deng.pk).count() == 3


def test_who_leaves_a_station_gives_its_visits_back(visit: FollowUpOrder, cast: Cast) -> None:
    order = give(visit, cast)
    link = StaffStation.objects.get(staff=cast.feng)
    link.delete()
    stations.leave(cast.feng, link.station, actor=actor_of(cast.deng), now=timezone.now())
    assert settled(order) == (None, "phone", ["manual", "station"], 1)
    assert list(FollowUpOrder.objects.visible_to(actor_of(cast.feng))) == []


@pytest.mark.parametrize("change", ["closed", "left", "none"])
def test_the_nightly_run_finds_visits_without_a_station(
    visit: FollowUpOrder, cast: Cast, north: Hospital, change: str
) -> None:
    order = give(visit, cast)
    if change == "closed":
        Station.objects.update(is_active=False)
    elif change == "left":
        StaffStation.objects.all().delete()
    took = [dispatch.take_back_visits(actor=None, now=timezone.now()) for _turn in range(2)]
    if change == "none":
        assert (took, settled(order)) == ([0, 0], ("冯站员", "visit", ["manual"], 1))
    else:
        assert (took, settled(order)) == ([1, 0], (None, "phone", ["manual", "station"], 1))
