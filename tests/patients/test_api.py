"""People for programs: the same people as on the pages, masked, on record."""

from collections.abc import Callable

import pytest

from accounts.models import AccessLog, Hospital
from hospital_crm.tenancy.scope import hospital_scope
from patients.models import Patient
from tests.cast import MountedClient
from tests.patients.factories import ContactPointFactory, EncounterFactory, PatientFactory

pytestmark = pytest.mark.django_db
ClientAs = Callable[[str], MountedClient]


@pytest.fixture
def person(north: Hospital) -> Patient:
    """Somebody with a phone and a stay."""
    with hospital_scope(north):
        patient = PatientFactory(name="谢建平", phone="13800005678", last_diagnosis_text="高血压三级", care_tier="A")
        ContactPointFactory(patient=patient, value="13800005678")
        EncounterFactory(patient=patient)
    return patient


def test_list_is_masked_and_filtered(person: Patient, client_as: ClientAs) -> None:
    client = client_as("agent")
    rows = client.get("api/patients/?tier=A").json()["results"]
    assert [(row["name"], row["phone"], row["diagnosis"]) for row in rows] == [("谢*平", "138****5678", "")]
    assert client.get("api/patients/?tier=B").json() == {"results": [], "next": ""}
    assert client.get("api/patients/?tier=Q").status_code == 400


def test_search_is_a_post_and_on_record(north: Hospital, person: Patient, client_as: ClientAs) -> None:
    client = client_as("agent")
    assert client.get("api/patients/search/?q=5678").status_code == 405
    found = client.post("api/patients/search/", {"q": "5678"}, content_type="application/json").json()["results"]
    assert [row["public_id"] for row in found] == [str(person.public_id)]
    with hospital_scope(north):
        assert [(entry.kind, entry.page) for entry in AccessLog.objects.all()] == [("search", "api")]


def test_person_comes_with_stays_without_clinical_text(person: Patient, client_as: ClientAs) -> None:
    answer = client_as("agent").get(f"api/patients/{person.public_id}/")
    assert (answer.status_code, len(answer.json()["stays"])) == (200, 1)
    assert "高血压" not in answer.content.decode()


def test_other_hospital_other_role_and_strangers_get_nothing(
    south: Hospital, person: Patient, client_as: ClientAs
) -> None:
    with hospital_scope(south):
        stranger = PatientFactory()
    assert client_as("agent").get(f"api/patients/{stranger.public_id}/").status_code == 404
    assert client_as("nurse").get(f"api/patients/{person.public_id}/").status_code == 404
    assert client_as("hospital_leader").get("api/patients/").status_code == 403
    assert MountedClient(person.hospital).get("api/patients/").status_code == 403
