"""Who stands beside a person, told by staff."""

import pytest

from accounts.models import AuditEvent
from hospital_crm.tenancy.scope import hospital_scope
from patients.models import Relation
from tests.cast import Cast, client_of
from tests.patients.factories import PatientFactory

pytestmark = pytest.mark.django_db


def test_agent_adds_a_relation_and_it_is_recorded(cast: Cast) -> None:
    with hospital_scope(cast.hospital):
        patient = PatientFactory()
    client = client_of(cast.sun)
    assert "添加家属" in client.get(client.url("patients:reach", patient.public_id)).content.decode()
    said = {"name": "谢小婷", "kind": "女儿", "phone": "138 0000 0009", "may_be_told": "appointments"}
    said["is_guardian"] = "on"
    address = client.url("patients:relation", patient.public_id)
    for _again in range(2):
        assert client.post(address, said).status_code == 302
    with hospital_scope(cast.hospital):
        row = Relation.objects.get()
        assert (row.patient, row.name, row.kind, row.phone) == (patient, "谢小婷", "女儿", "13800000009")
        assert (row.may_be_told, row.is_guardian) == ("appointments", True)
        assert AuditEvent.objects.filter(verb="patients.relation.add", object_id=str(patient.pk)).count() == 1


@pytest.mark.parametrize("said", [{"name": "", "kind": "女儿"}, {"name": "谢小婷", "kind": "女儿", "phone": "12"}])
def test_a_relation_without_name_or_with_a_broken_number_is_refused(cast: Cast, said: dict[str, str]) -> None:
    with hospital_scope(cast.hospital):
        patient = PatientFactory()
    client = client_of(cast.sun)
    assert client.post(client.url("patients:relation", patient.public_id), said).status_code == 422
    with hospital_scope(cast.hospital):
        assert not Relation.objects.exists()


def test_who_may_not_edit_adds_nobody(cast: Cast) -> None:
    with hospital_scope(cast.hospital):
        patient = PatientFactory()
    client = client_of(cast.he)
    said = {"name": "谢小婷", "kind": "女儿", "may_be_told": "nothing"}
    assert client.post(client.url("patients:relation", patient.public_id), said).status_code == 403
