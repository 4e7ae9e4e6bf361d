"""Which community station looks after a person: by hand, by address, and who then sees the person."""

import datetime as dt
from collections.abc import Callable

import pytest
from django.db import IntegrityError, transaction

from accounts.actors import Actor
from accounts.models import AuditEvent, Hospital, StaffStation, Station, StationArea
from hospital_crm.tenancy.scope import hospital_scope
from patients.domain import stations
from patients.models import Patient, StationAssignment
from tests.accounts.factories import StaffStationFactory, StationAreaFactory, StationFactory
from tests.cast import Cast, MountedClient
from tests.patients.factories import PatientFactory, StationAssignmentFactory

pytestmark = pytest.mark.django_db
NOW = dt.datetime(2026, 3, 9, 9, tzinfo=dt.UTC)
TODAY = dt.date(2026, 3, 9)
ActorOf = Callable[[str], Actor]
ClientAs = Callable[[str], MountedClient]


@pytest.fixture
def east(in_north: Hospital, cast: Cast) -> Station:
    """The station of Feng."""
    assert cast.feng.name == "冯站员"
    return Station.objects.get(name="城东服务站")


def rows(patient: Patient) -> list[tuple]:
    found = StationAssignment.objects.filter(patient=patient).order_by("pk")
    return list(found.values_list("station__name", "source", "started_on", "ended_on"))


def test_a_person_is_assigned_moved_and_released_by_hand(east: Station, actor: ActorOf) -> None:
    patient, west, agent = PatientFactory(), StationFactory(name="城西服务站"), actor("agent")
    for station, now in ((east, NOW), (east, NOW), (west, NOW + dt.timedelta(days=3)), (None, NOW + dt.timedelta(9))):
        stations.assign_station(patient=patient, station=station, actor=agent, now=now)
    assert rows(patient) == [
        ("城东服务站", "hand", TODAY, dt.date(2026, 3, 12)),
        ("城西服务站", "hand", dt.date(2026, 3, 12), dt.date(2026, 3, 18)),
    ]
    told = AuditEvent.objects.filter(verb="patients.station.assign").order_by("pk").values_list("before", "after")
    assert list(told) == [
        ({"station": None}, {"station": east.pk}),
        ({"station": east.pk}, {"station": west.pk}),
        ({"station": west.pk}, {"station": None}),
    ]


@pytest.mark.parametrize("role", ["station_staff", "nurse", "physician", "liaison", "information_officer"])
def test_others_may_not_assign(east: Station, actor: ActorOf, role: str) -> None:
    with pytest.raises(stations.StationError):
        stations.assign_station(patient=PatientFactory(), station=east, actor=actor(role), now=NOW)


def test_a_closed_station_and_an_erased_record_are_refused(east: Station, actor: ActorOf) -> None:
    closed = StationFactory(is_active=False)
    for patient, station in ((PatientFactory(), closed), (PatientFactory(contact_state="erased"), east)):
        with pytest.raises(stations.StationError):
            stations.assign_station(patient=patient, station=station, actor=actor("agent"), now=NOW)
    assert not StationAssignment.objects.exists()


def test_the_database_keeps_one_current_station_per_person(east: Station) -> None:
    first = StationAssignmentFactory(station=east, ended_on=TODAY)
    StationAssignmentFactory(patient=first.patient, station=east)
    with pytest.raises(IntegrityError), transaction.atomic():
        StationAssignmentFactory(patient=first.patient, station=StationFactory())
    with pytest.raises(IntegrityError), transaction.atomic():
        StationAreaFactory(name=StationAreaFactory().name, station=east)


def test_people_are_assigned_by_address_once(east: Station, actor: ActorOf) -> None:
    west = StationFactory(name="城西服务站")
    StationAreaFactory(station=east, name="柳溪区")
    StationAreaFactory(station=west, name="听松街道")
    StationAreaFactory(station=west, name="990102003")
    StationAreaFactory(station=StationFactory(is_active=False), name="云泽区")
    people = {
        "district": PatientFactory(address="清屿市柳溪区望江镇3号"),
        "street": PatientFactory(address="清屿市柳溪区听松街道3号"),
        "region": PatientFactory(region="柳溪区"),
        "code": PatientFactory(division_code="990102003001"),
        "digits": PatientFactory(address="990102003号"),
        "closed": PatientFactory(address="云泽区3号"),
        "nowhere": PatientFactory(),
        "dead": PatientFactory(address="柳溪区3号", contact_state="deceased", deceased_source="his"),
        "left": PatientFactory(address="柳溪区3号"),
    }
    stations.assign_station(patient=people["left"], station=west, actor=actor("agent"), now=NOW)
    stations.assign_station(patient=people["left"], station=None, actor=actor("agent"), now=NOW)
    assert stations.assign_by_area(now=NOW) == (4, None)
    assert stations.assign_by_area(now=NOW) == (0, None)
    current = StationAssignment.objects.current().values_list("patient_id", "station__name", "source", "started_on")
    assert {row[0]: row[1:] for row in current} == {
        people["district"].pk: ("城东服务站", "area", TODAY),
        people["street"].pk: ("城西服务站", "area", TODAY),
        people["region"].pk: ("城东服务站", "area", TODAY),
        people["code"].pk: ("城西服务站", "area", TODAY),
    }


def test_people_of_a_closed_station_are_released_and_assigned_anew(east: Station, actor: ActorOf) -> None:
    west, later = StationFactory(name="城西服务站"), NOW + dt.timedelta(days=1)
    own, moved, left = (PatientFactory(address="柳溪区3号") for _ in range(3))
    StationAssignmentFactory(patient=own, station=east, started_on=TODAY)
    for station in (east, west):
        stations.assign_station(patient=moved, station=station, actor=actor("agent"), now=NOW)
    for station in (east, None):
        stations.assign_station(patient=left, station=station, actor=actor("agent"), now=NOW)
    Station.objects.filter(pk=east.pk).update(is_active=False)
    assert [stations.release_from_closed(actor=None, now=later) for _turn in range(2)] == [1, 0]
    assert [row[0::3] for row in rows(own)] == [("城东服务站", dt.date(2026, 3, 10))]
    StationAreaFactory(station=west, name="柳溪区")
    assert stations.assign_by_area(now=later) == (1, None)
    current = StationAssignment.objects.current().values_list("patient_id", "station__name", "source")
    assert set(current) == {(own.pk, "城西服务站", "area"), (moved.pk, "城西服务站", "hand")}


def test_where_two_stations_claim_an_address_alike_a_person_decides(east: Station) -> None:
    StationAreaFactory(station=east, name="柳溪区")
    StationAreaFactory(station=StationFactory(), name="望江镇")
    PatientFactory(address="柳溪区望江镇3号")
    assert stations.assign_by_area(now=NOW) == (0, None)


def test_assigning_goes_on_from_where_it_stopped(east: Station) -> None:
    StationAreaFactory(station=east, name="柳溪区")
    ids = sorted(PatientFactory(address="柳溪区3号").pk for _ in range(3))
    assert stations.assign_by_area(now=NOW, limit=2) == (2, ids[1])
    assert stations.assign_by_area(now=NOW, after=ids[1], limit=2) == (1, None)


def test_areas_of_another_hospital_assign_nobody(north: Hospital, south: Hospital) -> None:
    with hospital_scope(south):
        StationAreaFactory(name="柳溪区")
    with hospital_scope(north):
        PatientFactory(address="柳溪区3号")
        assert stations.assign_by_area(now=NOW) == (0, None)


def test_staff_of_a_station_see_its_people_and_nobody_else(east: Station, cast: Cast, actor: ActorOf) -> None:
    assignments = {
        "本站": StationAssignmentFactory(patient=PatientFactory(name="本站"), station=east),
        "别站": StationAssignmentFactory(patient=PatientFactory(name="别站")),
        "已离": StationAssignmentFactory(patient=PatientFactory(name="已离"), station=east, ended_on=TODAY),
    }
    PatientFactory(name="无站")

    def seen() -> list[str]:
        return sorted(Patient.objects.visible_to(actor("station_staff")).values_list("name", flat=True))

    assert seen() == ["本站"]
    StaffStationFactory(staff=cast.feng, station=assignments["别站"].station)
    assert seen() == ["别站", "本站"]
    StaffStation.objects.filter(staff=cast.feng, station=east).delete()
    assert seen() == ["别站"]
    Station.objects.update(is_active=False)
    assert seen() == []


def test_page_of_a_station_s_person_is_masked_and_on_record(client_as: ClientAs, east: Station, cast: Cast) -> None:
    own = StationAssignmentFactory(
        patient=PatientFactory(name="谢建平", phone="13800005678", last_diagnosis_text="高血压三级"), station=east
    ).patient
    other, client = StationAssignmentFactory().patient, client_as("station_staff")
    page = client.get(client.url("patients:detail", own.public_id))
    assert page.status_code == 200
    for hidden in ("谢建平", "13800005678", "高血压三级"):
        assert hidden not in page.content.decode()
    assert "谢*平" in page.content.decode()
    assert client.get(client.url("patients:detail", other.public_id)).status_code == 404
    listed = client.get(client.url("patients:list")).content.decode()
    assert "谢*平" in listed
    assert str(other.public_id) not in listed


def test_the_card_tells_the_station_and_an_agent_sets_it(client_as: ClientAs, east: Station) -> None:
    patient, agent, feng = PatientFactory(), client_as("agent"), client_as("station_staff")
    panel, post = agent.url("patients:panel-reach", patient.public_id), agent.url("patients:station", patient.public_id)
    assert feng.post(post, {"station": east.pk}).status_code == 403
    assert agent.get(post).status_code == 405
    assert agent.post(post, {"station": east.pk}).status_code == 302
    assert [row[:2] for row in rows(patient)] == [("城东服务站", "hand")]
    assert "城东服务站" in agent.get(panel).content.decode()
    assert "城东服务站" in feng.get(panel).content.decode()
    assert "<form" not in feng.get(panel).content.decode()
    agent.post(post, {"station": 0})
    assert StationAssignment.objects.current().count() == 1
    agent.post(post, {"station": ""})
    assert not StationAssignment.objects.current().exists()


def test_the_administrator_says_which_areas_a_station_serves(client_as: ClientAs, east: Station) -> None:
    client, prefix = client_as("hospital_admin"), "areas"
    form = {"name": east.name, "address": "", "is_active": "on"}
    form |= {
        f"{prefix}-{key}": value for key, value in (("TOTAL_FORMS", 1), ("INITIAL_FORMS", 0), ("0-name", "柳溪区"))
    }
    answer = client.post(client.url("admin:accounts_station_change", east.pk), form)
    assert answer.status_code == 302
    assert list(StationArea.objects.values_list("station__name", "name")) == [("城东服务站", "柳溪区")]


def test_saving_the_card_does_not_release_from_a_closed_station(client_as: ClientAs, east: Station) -> None:
    patient, agent = StationAssignmentFactory(station=east).patient, client_as("agent")
    Station.objects.filter(pk=east.pk).update(is_active=False)
    panel = agent.get(agent.url("patients:panel-reach", patient.public_id)).content.decode()
    assert f'<option value="{east.pk}" selected>城东服务站（已停用）</option>' in panel
    agent.post(agent.url("patients:station", patient.public_id), {"station": east.pk})
    assert StationAssignment.objects.current().get(patient=patient).station == east
    other = PatientFactory()
    agent.post(agent.url("patients:station", other.public_id), {"station": east.pk})
    assert rows(other) == []


def test_the_administrator_closes_a_station(client_as: ClientAs, east: Station) -> None:
    StationAssignmentFactory(station=east)
    client = client_as("hospital_admin")
    form = {"name": east.name, "address": "", "areas-TOTAL_FORMS": 0, "areas-INITIAL_FORMS": 0}
    assert client.post(client.url("admin:accounts_station_change", east.pk), form).status_code == 302
    assert not StationAssignment.objects.current().exists()
    assert AuditEvent.objects.filter(verb="accounts.station.close", object_id=str(east.pk)).count() == 1
