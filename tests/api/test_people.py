"""People and stays for programs: the same people as on the pages, masked, on record."""

import datetime as dt
from collections.abc import Callable

import pytest
from django.utils import timezone

from accounts import trail_words
from accounts.actors import Actor
from accounts.models import AccessLog, AuditEvent, Hospital
from hospital_crm.tenancy.scope import hospital_scope
from patients.domain.erasing import erase
from patients.models import ContactPoint, Encounter, Patient
from tests.accounts.test_incidents import counted, found
from tests.api.systems import System
from tests.cast import Cast
from tests.patients.factories import (
    ContactPointFactory,
    EncounterFactory,
    IdentifierFactory,
    NationalIdFactory,
    PatientFactory,
)

pytestmark = pytest.mark.django_db
Systems = Callable[..., System]


@pytest.fixture
def person(north: Hospital) -> Patient:
    """Somebody with a phone and a stay."""
    with hospital_scope(north):
        patient = PatientFactory(
            name="谢建平", phone="13800005678", mrn="ZY26110052", last_diagnosis_text="高血压三级", care_tier="A"
        )
        ContactPointFactory(patient=patient, value="13800005678", value_reversed="87650000831")
        EncounterFactory(patient=patient)
    return patient


def seen(north: Hospital) -> list[tuple]:
    """What the access log says."""
    with hospital_scope(north):
        rows = AccessLog.objects.order_by("id")
        return [(row.kind, row.patient_id or row.patient_ids, row.page, row.field, row.purpose) for row in rows]


def test_people_are_masked_and_on_record_with_the_token(north: Hospital, person: Patient, system: Systems) -> None:
    answer = system().get("people/?tier=A")
    assert (answer.status_code, answer.json()["next"]) == (200, None)
    (row,) = answer.json()["results"]
    assert (row["id"], row["name"], row["phone"], row["record_number"]) == (
        *(str(person.public_id), "谢*平", "138****5678", "ZY26****52"),
    )
    assert "高血压" not in answer.content.decode()
    assert seen(north) == [("list", person.pk, "api", "", "总机: 电话系统对接")]


def test_whole_values_need_a_scope_and_a_role_that_may_unmask(
    north: Hospital, person: Patient, system: Systems
) -> None:
    whole = system("centre_manager", "patients.read", "patients.whole")
    assert whole.get(f"people/{person.public_id}/").json()["phone"] == "13800005678"
    assert seen(north) == [("unmask", person.pk, "api", "whole", "总机: 电话系统对接")]
    officer = system("information_officer", "patients.read", "patients.whole")
    assert officer.get(f"people/{person.public_id}/").json()["phone"] == "138****5678"


def test_what_belongs_to_care_is_told_with_the_scope_of_stays_alone(person: Patient, system: Systems) -> None:
    bare = system("agent", "patients.read")
    row = bare.get("people/").json()["results"][0]
    assert (row["tier"], row["department"], row["last_visit_on"]) == ("", "", None)
    assert bare.get("people/?tier=A").status_code == 422
    assert bare.get(f"people/{person.public_id}/encounters/").status_code == 403


def test_list_turns_pages_that_tell_nothing_in_their_cursor(north: Hospital, system: Systems) -> None:
    with hospital_scope(north):
        PatientFactory.create_batch(52)
    caller, found, after = system(), [], ""
    for _turn in range(3):
        page = caller.get(f"people/?after={after}").json()
        found += [row["id"] for row in page["results"]]
        after = page["next"]
        if after is None:
            break
        assert "~" not in after
    assert (len(found), len(set(found)), after) == (52, 52, None)
    bad = caller.get("people/?after=2026-11-01~12")
    assert (bad.status_code, bad.json()["code"], bad.json()["errors"][0]["field"]) == (400, "invalid", "after")


@pytest.mark.parametrize("text", ["谢建平", "xiejianping", "5678", "13800005678"])
def test_search_finds_by_name_pinyin_and_number(north: Hospital, person: Patient, system: Systems, text: str) -> None:
    with hospital_scope(north):
        Patient.objects.update(py_full="xiejianping", py_initials="xjp", given_name="建平")
    answer = system().post("people/search/", {"q": text})
    assert [row["id"] for row in answer.json()["results"]] == [str(person.public_id)]
    assert [row[:3] for row in seen(north)] == [("search", person.pk, "api")]


def test_list_is_filtered_by_region_as_a_name_or_the_beginning_of_a_code(
    north: Hospital, person: Patient, system: Systems
) -> None:
    with hospital_scope(north):
        Patient.objects.filter(pk=person.pk).update(region="鼓楼区", division_code="320106")
    caller = system()
    found = {
        region: [row["division_code"] for row in caller.get(f"people/?region={region}").json()["results"]]
        for region in ("鼓楼区", "32", "320106", "3205", "玄武区")
    }
    assert found == {"鼓楼区": ["320106"], "32": ["320106"], "320106": ["320106"], "3205": [], "玄武区": []}


def test_search_is_never_in_an_address(person: Patient, system: Systems) -> None:
    assert system().get("people/search/?q=5678").status_code == 405


def test_person_of_another_hospital_and_one_not_visible_are_not_found(
    north: Hospital, south: Hospital, person: Patient, system: Systems
) -> None:
    with hospital_scope(south):
        stranger = PatientFactory()
    assert system().get(f"people/{stranger.public_id}/").status_code == 404
    assert system("nurse", "patients.read").get(f"people/{person.public_id}/").status_code == 404
    with hospital_scope(north):
        assert AuditEvent.objects.filter(verb="access.not_visible").count() == 2


def test_erased_and_binned_people_are_nowhere(north: Hospital, person: Patient, system: Systems) -> None:
    with hospital_scope(north):
        Patient.objects.filter(pk=person.pk).update(contact_state="erased")
        EncounterFactory(patient=PatientFactory(contact_state="binned"))
    caller, since = system(), (timezone.now() - dt.timedelta(days=1)).strftime("%Y-%m-%dT%H:%M:%SZ")
    assert caller.get(f"people/{person.public_id}/").status_code == 404
    assert caller.get("people/").json()["results"] == []
    assert caller.get(f"encounters/?since={since}").json()["results"] == []


def test_stays_since_a_moment_come_as_they_were_told(north: Hospital, person: Patient, system: Systems) -> None:
    with hospital_scope(north):
        old = Encounter.objects.get()
        Encounter.objects.update(source_at=timezone.now() - dt.timedelta(days=9))
        new = EncounterFactory(patient=person, is_cancelled=True)
    caller, since = system(), (timezone.now() - dt.timedelta(days=1)).strftime("%Y-%m-%dT%H:%M:%SZ")
    (row,) = caller.get(f"encounters/?since={since}").json()["results"]
    assert (row["id"], row["person"], row["is_cancelled"]) == (str(new.public_id), str(person.public_id), True)
    stays = caller.get(f"people/{person.public_id}/encounters/").json()["results"]
    assert {stay["id"] for stay in stays} == {str(old.public_id), str(new.public_id)}
    assert caller.get("encounters/").status_code == 400
    assert [row[:2] for row in seen(north)] == [("list", person.pk), ("view", person.pk)]


def test_number_is_added_once_and_changed(north: Hospital, person: Patient, system: Systems) -> None:
    caller, address = system(), f"people/{person.public_id}/contact-points/"
    added = caller.post(address, {"value": "139 0000 1234", "purpose": "home", "owner_relation": "女儿"})
    assert (added.status_code, added.json()["value"], added.json()["rank"]) == (201, "139****1234", 2)
    again = caller.post(address, {"value": "13900001234"})
    assert (again.status_code, again.json()["id"]) == (200, added.json()["id"])
    changed = caller.patch(f"{address}{added.json()['id']}/", {"state": "dead", "rank": 1})
    assert (changed.status_code, changed.json()["state"], changed.json()["may_be_dialled"]) == (200, "dead", False)
    with hospital_scope(north):
        assert list(ContactPoint.objects.order_by("rank").values_list("value", "rank")) == [
            ("13900001234", 1),
            ("13800005678", 2),
        ]
        verbs = (
            AuditEvent.objects.filter(verb__startswith="patients.phone")
            .order_by("id")
            .values_list("verb", "actor_name")
        )
        assert list(verbs) == [("patients.phone.add", "钱主任"), ("patients.phone.change", "钱主任")]


def test_number_that_makes_the_record_that_of_somebody_erased_says_why(
    north: Hospital, person: Patient, system: Systems
) -> None:
    with hospital_scope(north):
        gone = PatientFactory(name=person.name, birth_date=person.birth_date)
        ContactPointFactory(patient=gone, value="13900001234")
        erase(gone, reason="本人要求删除", actor=None, now=timezone.now())
    caller, address, said = system(), f"people/{person.public_id}/contact-points/", {"value": "13900001234"}
    refused = caller.post(address, said)
    assert (refused.status_code, refused.json()["code"]) == (409, "erased")
    assert caller.post(address, {**said, "erased": "accepted"}).status_code == 400
    assert caller.post(address, {**said, "erased": "accepted", "reason": "又来住院"}).status_code == 201
    with hospital_scope(north):
        assert AuditEvent.objects.get(verb="patients.phone.add").detail["again"] == "又来住院"


def test_bad_numbers_are_refused_with_a_sentence(person: Patient, system: Systems) -> None:
    caller, address = system(), f"people/{person.public_id}/contact-points/"
    refused = caller.post(address, {"value": "无"})
    assert (refused.status_code, refused.json()["code"]) == (422, "refused")
    days = {"value": "13900001234", "valid_from": "2026-02-02", "valid_until": "2026-02-01"}
    assert caller.post(address, days).status_code == 422
    assert caller.patch(f"{address}nowhere/", {"rank": 1}).status_code == 404
    assert system("information_officer").post(address, {"value": "13900001234"}).status_code == 403


def test_number_of_another_person_is_not_found(north: Hospital, person: Patient, system: Systems) -> None:
    with hospital_scope(north):
        other = PatientFactory()
    caller = system()
    (point,) = caller.get(f"people/{person.public_id}/contact-points/").json()["results"]
    assert caller.patch(f"people/{other.public_id}/contact-points/{point['id']}/", {"rank": 1}).status_code == 404


def test_list_asks_as_often_for_three_people_as_for_one(
    north: Hospital, cast: Cast, person: Patient, system: Systems, django_assert_max_num_queries: Callable
) -> None:
    caller = system()
    caller.get("people/")
    with django_assert_max_num_queries(15) as one:
        caller.get("people/")
    with hospital_scope(north):
        PatientFactory.create_batch(2)
    with django_assert_max_num_queries(len(one)):
        assert len(caller.get("people/").json()["results"]) == 3


def test_whole_values_of_a_list_are_an_unmasking_of_each_person(
    north: Hospital, cast: Cast, person: Patient, system: Systems, actor: Callable[[str], Actor]
) -> None:
    with hospital_scope(north):
        others = [PatientFactory().pk for _n in range(2)]
    caller = system("centre_manager", "patients.read", "encounters.read", "patients.whole")
    assert len(caller.get("people/").json()["results"]) == 3
    assert {row[:4] for row in seen(north)} == {("unmask", one, "api", "whole") for one in (person.pk, *others)}
    with hospital_scope(north):
        incident = found(north, actor("security_officer"), "staff", cast.qian.name)
        assert counted(incident) == dict.fromkeys((person.pk, *others), (1, 0, 0))


def test_answer_without_name_or_number_is_no_unmasking(north: Hospital, person: Patient, system: Systems) -> None:
    caller = system("centre_manager", "encounters.read", "patients.whole")
    caller.get(f"people/{person.public_id}/encounters/")
    caller.get("encounters/?since=2020-01-01T00:00:00Z")
    assert [row[:2] for row in seen(north)] == [("view", person.pk), ("list", person.pk)]


@pytest.mark.parametrize(
    ("text", "is_found", "is_found_whole"),
    [
        *(("5678", True, True), ("13800005678", True, True), ("138 0000 5678", True, True)),
        *(("05678", False, True), ("000056", False, False), ("1380000", False, True), ("8005678", False, False)),
        *(("ZY26110052", True, True), ("ZY2611", False, True), ("26110052", False, False)),
        *(("11010119500101123X", True, True), ("01123X", False, True)),
    ],
)
def test_masked_number_is_not_felt_out_by_searching(
    north: Hospital, person: Patient, system: Systems, text: str, is_found: bool, is_found_whole: bool
) -> None:
    with hospital_scope(north):
        IdentifierFactory(patient=person, system="mrn", value="ZY26110052")
        NationalIdFactory(patient=person, number="11010119500101123X")
    whole = system("centre_manager", "patients.read", "patients.whole")
    answers = [caller.post("people/search/", {"q": text}).json()["results"] for caller in (system(), whole)]
    assert [len(rows) for rows in answers] == [is_found, is_found_whole]


def test_act_by_a_token_names_the_token(north: Hospital, person: Patient, system: Systems) -> None:
    caller = system()
    caller.post(f"people/{person.public_id}/contact-points/", {"value": "13900001234"})
    with hospital_scope(north):
        event = AuditEvent.objects.get(verb="patients.phone.add")
        assert caller.token is not None
        assert event.detail["token"] == str(caller.token.public_id)
        assert trail_words.knows("token")
