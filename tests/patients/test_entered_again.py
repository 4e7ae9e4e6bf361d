"""Staff who enter a person whose record was erased are told so, and say why."""

import datetime as dt
from collections.abc import Callable

import pytest
from django.utils import timezone

from accounts.models import AuditEvent, Hospital
from hospital_crm.tenancy.scope import hospital_scope
from patients.domain.erasing import erase
from patients.domain.people import change_person
from patients.domain.reach import ErasedBefore, add_identifier
from patients.models import Identifier, Patient
from tests.cast import Cast, MountedClient, actor_of
from tests.integrations.lists import identity
from tests.patients.factories import ContactPointFactory, PatientFactory

pytestmark = pytest.mark.django_db
VALUES = {"name": "甘书远", "sex": "M", "kind": "patient", "category": "general"}
NOTICE = "此人的档案已清除。"


@pytest.fixture
def erased(north: Hospital) -> None:
    """甘书远 was erased, with record number, birth date and telephone."""
    with hospital_scope(north):
        person = PatientFactory(name="甘书远", mrn="M1", birth_date=dt.date(1960, 1, 2))
        ContactPointFactory(patient=person, value="13800000001")
        erase(person, reason="本人要求删除", actor=None, now=timezone.now())


@pytest.mark.usefixtures("erased")
@pytest.mark.parametrize("told", [{"mrn": " m1 "}, {"birth_date": "1960-01-02", "phone": "138 0000 0001"}])
def test_who_was_erased_is_entered_again_with_a_reason_alone(
    north: Hospital, client_as: Callable[[str], MountedClient], told: dict[str, str]
) -> None:
    client = client_as("agent")
    assert 'name="again"' not in client.get("patients/new/").content.decode()
    for further in ({}, {"again": " "}):
        page = client.post("patients/new/", VALUES | told | further)
        text = page.content.decode()
        assert (page.status_code, NOTICE in text, 'name="again"' in text) == (422, True, True)
    assert client.post("patients/new/", VALUES | told | {"again": "又来住院"}).status_code == 302
    with hospital_scope(north):
        assert Patient.objects.filter(name="甘书远").count() == 1
        event = AuditEvent.objects.get(verb="patients.person.create")
        assert event.detail == {"again": "又来住院"}


@pytest.mark.usefixtures("erased")
def test_somebody_else_is_entered_without_being_asked(
    north: Hospital, client_as: Callable[[str], MountedClient]
) -> None:
    assert client_as("agent").post("patients/new/", VALUES | {"mrn": "M2", "again": "多余"}).status_code == 302
    with hospital_scope(north):
        assert AuditEvent.objects.get(verb="patients.person.create").detail == {}


@pytest.mark.usefixtures("erased")
@pytest.mark.parametrize("told", [{"mrn": "m1"}, {"name": "甘书远", "birth_date": "1960-01-02"}])
def test_a_record_that_becomes_that_of_somebody_erased_asks_why(
    north: Hospital, cast: Cast, client_as: Callable[[str], MountedClient], told: dict[str, str]
) -> None:
    with hospital_scope(north):
        person = PatientFactory(name="甘淑园", mrn="M9", birth_date=dt.date(1961, 1, 2))
        ContactPointFactory(patient=person, value="13800000001")
    client, path = client_as("agent"), f"patients/{person.public_id}/edit/"
    said = {"kind": "patient", "category": "general", "sex": "M", "birth_date": "1961-01-02"} | told
    assert 'name="again"' not in client.get(path).content.decode()
    page = client.post(path, said)
    assert (page.status_code, NOTICE in page.content.decode()) == (422, True)
    assert client.post(path, said | {"again": "又来住院"}).status_code == 302
    with hospital_scope(north):
        event = AuditEvent.objects.get(verb="patients.person.change")
        assert (event.detail["again"], Patient.objects.get(pk=person.pk).name) == (
            "又来住院", told.get("name", "甘淑园")
        )  # fmt: skip
        with pytest.raises(ErasedBefore):
            erased_again = PatientFactory(name="甘书元", mrn="M8")
            change_person(erased_again, {"mrn": " M1"}, actor=actor_of(cast.sun))
    assert client.post(path, {**said, "again": ""}).status_code == 302


@pytest.mark.usefixtures("erased")
def test_a_telephone_that_makes_a_record_that_of_somebody_erased_asks_why(
    north: Hospital, client_as: Callable[[str], MountedClient]
) -> None:
    with hospital_scope(north):
        person = PatientFactory(name="甘书远", mrn="M9", birth_date=dt.date(1960, 1, 2))
        other = PatientFactory(name="甘书远", mrn="M8", birth_date=dt.date(1961, 1, 2))
    client, said = client_as("agent"), {"system": "phone", "number": "138 0000 0001"}
    assert client.post(f"patients/{other.public_id}/phones/", said).status_code == 302
    path = f"patients/{person.public_id}/phones/"
    page = client.post(path, said)
    text = page.content.decode()
    assert (page.status_code, NOTICE in text, 'name="again"' in text) == (422, True, True)
    assert client.post(path, said | {"again": "又来住院"}).status_code == 302
    with hospital_scope(north):
        event = AuditEvent.objects.filter(verb="patients.phone.add").latest("pk")
        assert (event.detail["again"], person.contact_points.get().value) == ("又来住院", "13800000001")


@pytest.mark.parametrize(
    ("system", "number"), [("national_id", identity()), ("card", "C 0001"), ("passport", "E1234567")]
)
def test_papers_of_somebody_erased_are_kept_again_with_a_reason_alone(
    north: Hospital, cast: Cast, client_as: Callable[[str], MountedClient], system: str, number: str
) -> None:
    client, actor = client_as("agent"), actor_of(cast.sun)
    with hospital_scope(north):
        gone, person = PatientFactory(), PatientFactory()
        add_identifier(gone, system=system, number=number, actor=actor)
        erase(gone, reason="本人要求删除", actor=None, now=timezone.now())
    path = f"patients/{person.public_id}/identifiers/"
    assert 'name="again"' not in client.get(f"patients/{person.public_id}/reach/").content.decode()
    page = client.post(path, {"system": system, "number": number})
    text = page.content.decode()
    assert (page.status_code, NOTICE in text, 'name="again"' in text) == (422, True, True)
    assert client.post(path, {"system": system, "number": number, "again": "又来住院"}).status_code == 302
    with hospital_scope(north):
        event = AuditEvent.objects.filter(verb="patients.identifier.add").latest("pk")
        assert (event.detail["again"], Identifier.objects.get().patient) == ("又来住院", person)
