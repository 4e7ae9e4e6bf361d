"""What a person allows, told to programs."""

import pytest

from accounts.models import Hospital
from hospital_crm.tenancy.scope import hospital_scope
from patients.models import Consent
from tests.api.conftest import Systems
from tests.patients.factories import ConsentFactory, PatientFactory

pytestmark = pytest.mark.django_db


def test_decisions_that_hold_are_told_and_nothing_else(north: Hospital, south: Hospital, system: Systems) -> None:
    with hospital_scope(north):
        person = PatientFactory()
        row = ConsentFactory(patient=person, guardian_name="谢大平", note="代签")
    with hospital_scope(south):
        stranger = PatientFactory()
    reader = system("centre_manager", "patients.read")
    answer = reader.get(f"people/{person.public_id}/consents/")
    told = {"purpose": "education", "channel": "any", "decision": "granted", "at": row.at.isoformat(),
            "is_dated": True, "source": "paper", "said_by": "", "wording_version": "2026-01"}  # fmt: skip
    said = answer.json()["results"]
    assert [one | {"at": told["at"]} for one in said] == [told]
    assert reader.get(f"people/{stranger.public_id}/consents/").status_code == 404
    assert reader.post(f"people/{person.public_id}/consents/", {}).status_code == 405
    assert system("centre_manager", "groups.read").get(f"people/{person.public_id}/consents/").status_code == 403


def test_no_that_another_system_heard_counts_at_once_and_once(north: Hospital, system: Systems) -> None:
    with hospital_scope(north):
        person = PatientFactory()
        ConsentFactory(patient=person)
    writer = system("centre_manager", "patients.read", "patients.change")
    path, said = f"people/{person.public_id}/consents/withdrawals/", {"purpose": "education", "note": "官网退订"}
    for _again in range(2):
        answer = writer.post(path, said)
        assert answer.status_code == 200
        (row,) = answer.json()["results"]
        assert [row[name] for name in ("purpose", "channel", "decision", "source", "said_by")] == [
            *("education", "any", "withdrawn", "feed", "self")
        ]
    with hospital_scope(north):
        assert Consent.objects.count() == 2
    assert writer.post(path, {"purpose": "tea"}).status_code == 400
    assert system("centre_manager", "patients.read").post(path, said).status_code == 403
