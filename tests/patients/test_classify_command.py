"""The command that works labels out, and who has the rights to them."""

import json
from io import StringIO

import pytest
from django.core.management import call_command

from accounts.models import Hospital, Role
from hospital_crm.tenancy.scope import hospital_scope
from tests.patients.factories import PatientFactory

pytestmark = pytest.mark.django_db


def test_the_command_labels_and_tells(north: Hospital) -> None:
    with hospital_scope(north):
        PatientFactory()
    out = StringIO()
    call_command("classify", hospital="north", json=True, stdout=out)
    told = json.loads(out.getvalue())
    assert (told["people"], told["changed"]) == (1, 2)


def test_roles_of_the_service_centre_have_the_rights(in_north: Hospital) -> None:
    holding = Role.objects.filter(capabilities__contains=["patients.classification"]).values_list("code", flat=True)
    assert sorted(holding) == ["agent", "centre_manager"]
