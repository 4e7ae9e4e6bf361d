"""Programs enter people by the rules of the form, and ask whether somebody is meant already."""

from collections.abc import Callable
from typing import Any

import pytest
from django.utils import timezone

from accounts.models import AccessLog, AuditEvent, Hospital
from accounts.scopes import SCOPES
from hospital_crm.tenancy.scope import hospital_scope
from integrations.models import WebhookDelivery
from patients.domain.erasing import erase
from patients.domain.records import PersonRecord
from patients.models import ContactPoint, Identifier, Patient
from tests.api.systems import System
from tests.integrations.factories import WebhookEndpointFactory
from tests.integrations.lists import identity
from tests.patients.factories import NationalIdFactory, PatientFactory
from tests.patients.test_people_brought import brought

pytestmark = pytest.mark.django_db
Systems = Callable[..., System]
READS_AND_ENTERS = ("patients.read", "patients.create")


def entered(caller: System, **said: Any) -> Any:
    return caller.post("people/", {"name": "甘书远", **said})


def test_person_is_made_as_by_the_form_and_told_masked(north: Hospital, system: Systems) -> None:
    caller = system("agent", *READS_AND_ENTERS)
    told = {"kind": "prospect", "phone": "138 0000 5678", "record_number": "ZY26110052", "hobbies": "太极拳"}
    answer = entered(caller, **told, identity_number=identity())
    assert (answer.status_code, answer.json()["name"], answer.json()["phone"], answer.json()["record_number"]) == (
        *(201, "甘*远", "138****5678", "ZY26****52"),
    )
    with hospital_scope(north):
        person = Patient.objects.get(public_id=answer.json()["id"])
        assert (person.kind, person.category, person.source, person.py_full, person.hobbies) == (
            *("prospect", "general", "总机", "ganshuyuan", "太极拳"),
        )
        number = Identifier.objects.exclude(system="mrn").get()
        assert (person.birth_date is None, person.sex == "U", number.system, number.value) == (
            *(False, False, "national_id", ""),
        )
        assert ContactPoint.objects.get().value == "13800005678"
        event = AuditEvent.objects.get(verb="patients.person.create")
        assert (event.actor_name, event.after, event.detail) == (
            *("孙客服", {"kind": "prospect"}, {"token": str(caller.token.public_id)}),  # type: ignore[union-attr]
        )
        seen = [(row.kind, row.patient_id, row.page, row.purpose) for row in AccessLog.objects.all()]
        assert seen == [("view", person.pk, "api", "总机: 电话系统对接")]
    assert entered(caller, name="乔明", source="健康讲座").status_code == 201
    with hospital_scope(north):
        assert Patient.objects.get(name="乔明").source == "健康讲座"


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ({"name": "不详"}, "name"),
        ({"birth_date": "2200-01-01"}, "birth_date"),
        ({"phone": "无"}, "phone"),
        ({"referrer": "11111111-1111-1111-1111-111111111111"}, "referrer"),
    ],
)
def test_what_the_form_refuses_is_refused_by_field(north: Hospital, system: Systems, said: dict, field: str) -> None:
    refused = entered(system("agent", *READS_AND_ENTERS), **said)
    assert (refused.status_code, refused.json()["code"], [one["field"] for one in refused.json()["errors"]]) == (
        *(422, "refused", [field]),
    )
    with hospital_scope(north):
        assert not Patient.objects.exists()


@pytest.mark.parametrize("said", [{"kind": "vip"}, {"category": "vip"}, {"duplicates": "accepted"}, {"name": ""}])
def test_what_has_another_shape_is_not_understood(system: Systems, said: dict) -> None:
    assert entered(system("agent", *READS_AND_ENTERS), **said).status_code == 400


def test_identity_number_must_prove_itself_and_agree(north: Hospital, system: Systems) -> None:
    caller, number = system("agent", *READS_AND_ENTERS), identity()
    wrong = number[:-1] + ("0" if number[-1] != "0" else "1")
    assert entered(caller, identity_number=wrong).json()["code"] == "refused"
    assert entered(caller, identity_number=number, birth_date="1900-01-01").status_code == 422
    with hospital_scope(north):
        assert (Patient.objects.count(), AuditEvent.objects.filter(verb="patients.person.create").count()) == (0, 0)


def test_somebody_known_is_told_and_a_record_made_only_by_insisting(north: Hospital, system: Systems) -> None:
    with hospital_scope(north):
        known = PatientFactory(name="甘书远", phone="13800005678")
        PatientFactory(name="甘书远", contact_state="binned")
    caller = system("agent", *READS_AND_ENTERS)
    refused = entered(caller)
    assert (refused.status_code, refused.json()["code"], refused["Content-Type"]) == (
        *(409, "duplicates", "application/problem+json"),
    )
    (candidate,) = refused.json()["candidates"]
    assert (candidate["id"], candidate["name"], candidate["phone"], candidate["reasons"]) == (
        *(str(known.public_id), "甘*远", "138****5678", ["姓名相同"]),
    )
    assert entered(caller, duplicates="accepted", reason=" ").status_code == 400
    insisted = entered(caller, duplicates="accepted", reason="同名的另一位，已核对")
    assert insisted.status_code == 201
    with hospital_scope(north):
        detail = AuditEvent.objects.get(verb="patients.person.create").detail
        assert (detail["reason"], detail["patients"]) == ("同名的另一位，已核对", [known.pk])
        made = Patient.objects.get(public_id=insisted.json()["id"])
        assert [(row.kind, row.patient_id) for row in AccessLog.objects.order_by("id")] == [
            *(("search", known.pk), ("view", made.pk)),
        ]


def test_identity_number_of_somebody_else_is_never_insisted_on(north: Hospital, system: Systems) -> None:
    with hospital_scope(north):
        known = NationalIdFactory(patient=PatientFactory(name="乔明"), number=identity()).patient
    caller = system("agent", *READS_AND_ENTERS)
    (candidate,) = entered(caller, identity_number=identity().lower()).json()["candidates"]
    assert (candidate["id"], candidate["reasons"]) == (str(known.public_id), ["身份证号相同"])
    insisted = entered(caller, identity_number=identity(), duplicates="accepted", reason="不是同一人")
    assert insisted.status_code == 422
    with hospital_scope(north):
        assert Patient.objects.get() == known


def test_token_that_reads_nobody_is_not_told_who_is_meant(north: Hospital, system: Systems) -> None:
    with hospital_scope(north):
        known = PatientFactory(name="甘书远")
    refused = entered(system("agent", "patients.create"))
    assert (refused.status_code, refused.json()["candidates"]) == (409, [])
    with hospital_scope(north):
        assert AccessLog.objects.get().patient_id == known.pk


def test_entering_and_changing_numbers_are_two_scopes(north: Hospital, system: Systems) -> None:
    with hospital_scope(north):
        person = PatientFactory(name="乔明")
    numbers, others = f"people/{person.public_id}/contact-points/", [one for one in SCOPES if one != "patients.create"]
    assert entered(system("agent", *others)).status_code == 403
    enterer = system("agent", *READS_AND_ENTERS)
    assert enterer.post(numbers, {"value": "13900001234"}).status_code == 403
    assert enterer.get(numbers).status_code == 200
    assert system("agent", "patients.read", "patients.write").post(numbers, {"value": "13900001234"}).status_code == 201
    assert entered(system("information_officer", *READS_AND_ENTERS)).status_code == 403


def test_receivers_hear_of_the_record_as_of_one_made_by_hand_or_by_a_feed(
    north: Hospital, system: Systems, client_as: Callable[..., Any]
) -> None:
    with hospital_scope(north):
        WebhookEndpointFactory(facts=["people.created"])
    entered(system("agent", *READS_AND_ENTERS))
    client_as("agent").post("patients/new/", {"name": "乔明", "sex": "U", "kind": "family", "category": "general"})
    with hospital_scope(north):
        record = PersonRecord(7, "谢建平", identity_number=identity())
        brought(record)
        brought(record)
        made = [str(one) for one in Patient.objects.order_by("id").values_list("public_id", flat=True)]
        told = list(WebhookDelivery.objects.order_by("id").values_list("fact", "items"))
        assert told == [("people.created", [{"person": one}]) for one in made]
        assert len(made) == 3


def test_who_was_erased_is_made_again_only_with_a_reason(north: Hospital, system: Systems) -> None:
    with hospital_scope(north):
        erase(PatientFactory(name="甘书远", mrn="M1"), reason="本人要求删除", actor=None, now=timezone.now())
    caller = system("agent", *READS_AND_ENTERS)
    refused = entered(caller, record_number="M1")
    assert (refused.status_code, refused.json()["code"], "candidates" in refused.json()) == (409, "erased", False)
    assert entered(caller, record_number="M1", erased="accepted", reason=" ").status_code == 400
    with hospital_scope(north):
        assert not Patient.objects.filter(name="甘书远").exists()
    assert entered(caller, record_number="M1", erased="accepted", reason="又来住院").status_code == 201
    with hospital_scope(north):
        detail = AuditEvent.objects.get(verb="patients.person.create").detail
        assert detail == {"again": "又来住院", "token": str(caller.token.public_id)}  # type: ignore[union-attr]
