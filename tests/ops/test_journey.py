"""A working day in the logs: a list is brought in, people are searched for and opened; nobody can be recognised."""

import csv
import json

import pytest
from django.utils import timezone

from benchmarks.invented_list import write_list
from hospital_crm.tenancy.scope import hospital_scope
from integrations.domain.at_once import bring_in_file
from patients.models import Patient

pytestmark = pytest.mark.django_db


@pytest.fixture
def people(north, cast, tmp_path):
    """Thirty people of an invented list, brought in at North: the values by which each could be recognised."""
    path = tmp_path / "list.csv"
    write_list(path, 30)
    bring_in_file(north, path, now=timezone.now())
    with path.open(encoding="utf-8-sig") as file:
        rows = list(csv.DictReader(file))
    return [{row[key] for key in ("姓名", "身份证号", "联系电话", "住院号")} - {""} for row in rows]


def test_nobody_can_be_recognised_in_the_logs(lines, north, people, client_as):
    with hospital_scope(north):
        someone = list(Patient.objects.order_by("pk")[:1])
    for role in ("centre_manager", "information_officer"):
        client = client_as(role)
        for values in people[:1]:
            for value in sorted(values):
                client.get("patients/search/", {"q": value})
                client.get("patients/", {"q": value})
        for patient in someone:
            for name in ("patients:detail", "patients:edit", "patients:print"):
                client.get(client.url(name, patient.public_id))
            client.post(client.url("patients:note", patient.public_id), {"text": f"{patient.name} {patient.phone}"})
            client.post(client.url("patients:edit", patient.public_id), {"name": patient.name, "birth_date": "x"})
    told = lines()
    text = json.dumps(told, ensure_ascii=False)
    assert sum(line["logger"] == "hospital_crm.requests" for line in told) >= 20
    assert [value for values in people for value in values if value in text] == []
