"""Programs change what the hospital records of a person: by the rules of the form, and never over somebody else."""

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from django.utils import timezone

from accounts.models import AccessLog, AuditEvent, Hospital
from accounts.scopes import SCOPES
from hospital_crm.tenancy.scope import hospital_scope
from patients.domain.erasing import erase
from patients.domain.people import change_person, version_of
from patients.domain.reach import RecordError, add_identifier
from patients.domain.uniting import unite
from patients.models import Identifier, Patient
from tests.api.systems import System
from tests.cast import Cast, actor_of
from tests.integrations.lists import identity
from tests.patients.care_factories import MembershipFactory
from tests.patients.factories import PatientFactory

pytestmark = pytest.mark.django_db
Systems = Callable[..., System]
CHANGES = ("patients.read", "patients.change", "encounters.read")


@pytest.fixture
def person(north: Hospital) -> Patient:
    with hospital_scope(north):
        return PatientFactory(name="甘书远", occupation="教师", hobbies="太极拳", address="云泽市柳溪区中山路1号")


def version(caller: System, person: Patient) -> str:
    return caller.get(f"people/{person.public_id}/").json()["version"]


def changed(caller: System, person: Patient, **said: Any) -> Any:
    return caller.patch(f"people/{person.public_id}/", {"version": version(caller, person), **said})


def faults(answer: Any) -> tuple[int, str, list[str]]:
    return answer.status_code, answer.json()["code"], [one["field"] for one in answer.json().get("errors", [])]


def test_fields_are_changed_told_and_recorded(north: Hospital, system: Systems, person: Patient) -> None:
    caller = system("agent", *CHANGES)
    number = "ZY26****99"
    answer = changed(caller, person, occupation="会计", hobbies="", birth_date="1980-02-03", record_number="ZY26110099")
    told = {name: answer.json()[name] for name in ("name", "occupation", "hobbies", "birth_date", "record_number")}
    assert (answer.status_code, told) == (
        200,
        {
            "name": "甘*远",
            "occupation": "会计",
            "hobbies": "",
            "birth_date": "1980-02-03",
            "record_number": number,
        },
    )
    with hospital_scope(north):
        person.refresh_from_db()
        assert (person.occupation, person.hobbies, person.birth_date) == ("会计", "", dt.date(1980, 2, 3))
        assert Identifier.objects.get().value == "ZY26110099"
        event = AuditEvent.objects.get(verb="patients.person.change")
        assert (sorted(event.detail["fields"]), event.detail["token"]) == (
            ["birth_date", "hobbies", "mrn", "occupation"],
            str(caller.token.public_id),  # type: ignore[union-attr]
        )
        assert AccessLog.objects.filter(kind="view", patient_id=person.pk, page="api").count() == 2
    assert answer.json()["version"] == version(caller, person)


def test_two_writers_do_not_overwrite_each_other(north: Hospital, system: Systems, person: Patient) -> None:
    caller = system("agent", *CHANGES)
    read = version(caller, person)
    assert changed(caller, person, occupation="会计").status_code == 200
    late = caller.patch(f"people/{person.public_id}/", {"version": read, "occupation": "律师"})
    assert faults(late) == (409, "conflict", [])
    with hospital_scope(north):
        person.refresh_from_db()
        assert person.occupation == "会计"
    missing = caller.patch(f"people/{person.public_id}/", {"occupation": "律师"})
    assert faults(missing) == (400, "invalid", ["version"])


def test_a_call_sent_twice_under_one_key_changes_once(north: Hospital, system: Systems, person: Patient) -> None:
    caller = system("agent", *CHANGES)
    body = {"version": version(caller, person), "occupation": "会计"}
    once, twice = (
        caller.call("PATCH", f"people/{person.public_id}/", body, **{"Idempotency-Key": "k1"}) for _turn in range(2)
    )
    assert (once.status_code, twice.status_code, once.json()) == (200, 200, twice.json())
    with hospital_scope(north):
        assert AuditEvent.objects.filter(verb="patients.person.change").count() == 1


def test_a_mask_that_is_sent_back_changes_nothing(north: Hospital, system: Systems, person: Patient) -> None:
    caller = system("agent", *CHANGES)
    read = caller.get(f"people/{person.public_id}/").json()
    back = {name: read[name] for name in ("name", "address", "version")}
    assert ("*" in back["name"], "*" in back["address"]) == (True, True)
    answer = caller.patch(f"people/{person.public_id}/", back)
    assert (answer.status_code, answer.json()) == (200, read)
    with hospital_scope(north):
        assert not AuditEvent.objects.filter(verb="patients.person.change").exists()
    assert changed(caller, person, address="", name="甘书源").json()["name"] == "甘*源"
    with hospital_scope(north):
        person.refresh_from_db()
        assert (person.name, person.address) == ("甘书源", "")


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ({"name": "不详"}, "name"),
        ({"birth_date": "2200-01-01"}, "birth_date"),
        ({"referrer": "11111111-1111-1111-1111-111111111111"}, "referrer"),
    ],
)
def test_what_the_form_refuses_is_refused_by_field(system: Systems, person: Patient, said: dict, field: str) -> None:
    assert faults(changed(system("agent", *CHANGES), person, **said)) == (422, "refused", [field])


@pytest.mark.parametrize("said", [{"kind": "vip"}, {"category": "vip"}, {"name": ""}, {"birth_date": "gestern"}])
def test_what_has_another_shape_is_not_understood(system: Systems, person: Patient, said: dict) -> None:
    assert changed(system("agent", *CHANGES), person, **said).status_code == 400


def test_what_the_his_mirrors_is_not_changed(north: Hospital, system: Systems, person: Patient) -> None:
    caller = system("agent", *CHANGES)
    with hospital_scope(north):
        Patient.objects.filter(pk=person.pk).update(his_seen_at=timezone.now())
    refused = changed(caller, person, name="甘书源", record_number="1", sex="F", occupation="会计")
    assert faults(refused) == (422, "refused", ["name", "sex", "record_number"])
    assert changed(caller, person, occupation="会计").json()["occupation"] == "会计"


def test_an_identity_number_contradicts(north: Hospital, cast: Cast, system: Systems, person: Patient) -> None:
    with hospital_scope(north):
        agent = actor_of(cast.sun)
        add_identifier(person, system="national_id", number=identity(), actor=agent)
        with pytest.raises(RecordError):
            change_person(person, {"birth_date": dt.date(1901, 1, 1)}, actor=agent)
    caller = system("agent", *CHANGES)
    assert faults(changed(caller, person, birth_date="1901-01-01")) == (422, "refused", [])
    with hospital_scope(north):
        Identifier.objects.update(value_encrypted="lostlost:AAAA")
    assert changed(caller, person, birth_date="1901-01-01").status_code == 200


def test_the_category_of_a_member_stays(north: Hospital, system: Systems, person: Patient) -> None:
    with hospital_scope(north):
        MembershipFactory(patient=person)
        Patient.objects.filter(pk=person.pk).update(category="vip")
    assert faults(changed(system("agent", *CHANGES), person, category="general")) == (422, "refused", ["category"])


def test_nobody_refers_himself(system: Systems, person: Patient) -> None:
    caller = system("agent", *CHANGES)
    assert faults(changed(caller, person, referrer=str(person.public_id))) == (422, "refused", [])


def test_what_the_scopes_hide_is_neither_told_nor_changed(system: Systems, person: Patient) -> None:
    caller = system("agent", "patients.read", "patients.change")
    told = caller.get(f"people/{person.public_id}/").json()
    assert (told["occupation"], told["hobbies"], told["category"], told["preferred_hours"]) == (None, None, None, "")
    assert faults(changed(caller, person, occupation="会计")) == (422, "refused", ["occupation"])
    assert changed(caller, person, preferred_hours="09–12").json()["preferred_hours"] == "09–12"


def test_clinical_text_is_no_business_of_a_program(north: Hospital, system: Systems, person: Patient) -> None:
    caller = system("agent", *CHANGES)
    assert "allergies" not in caller.get(f"people/{person.public_id}/").json()
    assert changed(caller, person, allergies="青霉素").status_code == 200
    with hospital_scope(north):
        person.refresh_from_db()
        assert person.allergies == ""


def test_whole_values_are_told_to_who_reads_them(system: Systems, person: Patient) -> None:
    caller = system("agent", *CHANGES, "patients.whole")
    assert changed(caller, person, hobbies="书法").json()["address"] == "云泽市柳溪区中山路1号"


def test_the_dead_are_told_and_their_record_corrected(north: Hospital, system: Systems, person: Patient) -> None:
    with hospital_scope(north):
        dead = {"contact_state": "deceased", "deceased_on": dt.date(2026, 1, 1), "deceased_source": "family"}
        Patient.objects.filter(pk=person.pk).update(**dead)
    answer = changed(system("agent", *CHANGES), person, occupation="退休")
    assert (answer.status_code, answer.json()["contact_state"]) == (200, "deceased")


@pytest.mark.parametrize("state", ["erased", "binned"])
def test_who_is_erased_or_in_the_bin_is_not_there(
    north: Hospital, system: Systems, person: Patient, state: str
) -> None:
    caller = system("agent", *CHANGES)
    with hospital_scope(north):
        Patient.objects.filter(pk=person.pk).update(contact_state=state)
    body = {"version": "x", "occupation": "会计"}
    assert faults(caller.patch(f"people/{person.public_id}/", body)) == (404, "not_found", [])
    with hospital_scope(north):
        person.refresh_from_db()
        assert person.occupation == "教师"


def test_a_united_record_names_the_one_to_go_on_with(
    north: Hospital, south: Hospital, cast: Cast, system: Systems, person: Patient
) -> None:
    caller = system("agent", *CHANGES)
    with hospital_scope(north):
        kept = PatientFactory(name="甘书远")
        unite(kept_id=kept.pk, other_id=person.pk, actor=actor_of(cast.qian), now=timezone.now())
    for method, address in (("GET", ""), ("PATCH", ""), ("GET", "contact-points/"), ("GET", "encounters/")):
        body = {"version": "x"} if method == "PATCH" else None
        answer = caller.call(method, f"people/{person.public_id}/{address}", body)
        assert (answer.status_code, answer.json()["code"], answer.json()["person"]) == (
            *(410, "merged", str(kept.public_id)),
        )
    with hospital_scope(north):
        Patient.objects.filter(pk=kept.pk).update(contact_state="erased")
    assert caller.get(f"people/{person.public_id}/").status_code == 404


def test_it_takes_scope_and_hospital(north: Hospital, south: Hospital, system: Systems, person: Patient) -> None:
    path, body = f"people/{person.public_id}/", {"version": "x"}
    others = [one for one in SCOPES if one != "patients.change"]
    assert system("agent", *others).patch(path, body).status_code == 403
    assert system("physician", *SCOPES).patch(path, body).status_code == 403
    assert system("agent", *CHANGES).post(path, body).status_code == 405
    with hospital_scope(south):
        stranger = PatientFactory()
    assert system("agent", *CHANGES).patch(f"people/{stranger.public_id}/", body).status_code == 404


def test_a_version_is_of_what_is_recorded_alone(in_north: Hospital) -> None:
    person, other = PatientFactory(name="甘书远"), PatientFactory(name="甘书远")
    first = version_of(person)
    person.care_tier = "A"
    assert version_of(person) == first == version_of(Patient.objects.get(pk=person.pk))
    person.allergies = "青霉素"
    assert (version_of(person) == first, version_of(other) == first) == (False, True)


def test_a_record_that_becomes_that_of_somebody_erased_says_why(
    north: Hospital, system: Systems, person: Patient
) -> None:
    with hospital_scope(north):
        erase(PatientFactory(name="甘书元", mrn="M77"), reason="本人要求删除", actor=None, now=timezone.now())
    caller = system("agent", *CHANGES)
    assert faults(changed(caller, person, record_number="m77")) == (409, "erased", [])
    assert faults(changed(caller, person, record_number="m77", erased="accepted")) == (400, "invalid", ["reason"])
    assert faults(changed(caller, person, erased="yes", name="")) == (400, "invalid", ["name", "erased"])
    assert changed(caller, person, record_number="m77", erased="accepted", reason="又来住院").status_code == 200
    with hospital_scope(north):
        assert AuditEvent.objects.get(verb="patients.person.change").detail["again"] == "又来住院"
