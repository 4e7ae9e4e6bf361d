"""Pages of people: they work, other hospitals' people do not exist, rights are asked for, queries do not grow with
rows.
"""

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.calendar import today
from accounts.models import AccessLog, Department, Hospital, Role
from hospital_crm.tenancy.keyset import PAGE_SIZE
from hospital_crm.tenancy.scope import hospital_scope
from patients.models import ContactPoint, Encounter, Identifier, Patient
from tests.accounts.factories import StaffMemberFactory, StaffRoleFactory
from tests.cast import BACKEND, CARDIOLOGY, Cast, MountedClient, client_of
from tests.patients.factories import (
    ContactPointFactory,
    ContactStopFactory,
    EncounterFactory,
    IdentifierFactory,
    NationalIdFactory,
    PatientFactory,
    RelationFactory,
)

pytestmark = pytest.mark.django_db
ClientAs = Callable[[str], MountedClient]
NAME, PHONE, IDENTITY = "谢建平", "13800005678", "99010119680304123X"


def make_person(**fields: Any) -> Patient:
    """A person with one of everything, attended today by whoever is named."""
    attending = fields.pop("attending", None)
    patient = PatientFactory(**{"name": NAME, "phone": PHONE, "last_diagnosis_text": "高血压三级", **fields})
    ContactPointFactory(patient=patient, value=PHONE)
    IdentifierFactory(patient=patient, system="inpatient", value=f"ZY2611{patient.pk:06d}")
    NationalIdFactory(patient=patient, number=f"{IDENTITY[:-4]}{patient.pk % 1000:03d}X")
    RelationFactory(patient=patient, name="谢晓婷", phone="13611114410")
    EncounterFactory(
        patient=patient,
        attending=attending,
        department=Department.objects.filter(name=CARDIOLOGY).first(),
        admitted_on=today(),
        discharged_on=today(),
        diagnosis_text="高血压三级",
        discharge_instructions="低盐饮食",
    )
    return patient


@pytest.fixture
def person(north: Hospital, cast: Cast) -> Patient:
    """Somebody Dr Chen attended today."""
    with hospital_scope(north):
        return make_person(attending=cast.chen)


def paths(patient: Patient, stay: Encounter) -> dict[str, str]:
    """Every page that shows one person."""
    base = f"patients/{patient.public_id}/"
    names = [
        "",
        "print/",
        "edit/",
        "older/",
        "newer/",
        "stop/",
        "death/",
        "panels/reach/",
        "panels/record/",
        "panels/seen/",
    ]
    return {name: base + name for name in names} | {"facts/": f"patients/stays/{stay.public_id}/facts/"}


PAGES = ["", "print/", "edit/", "stop/", "death/", "panels/reach/", "panels/record/", "panels/seen/", "facts/"]


def path_of(north: Hospital, patient: Patient, page: str) -> str:
    with hospital_scope(north):
        return paths(patient, Encounter.objects.get(patient=patient))[page]


@pytest.mark.parametrize("page", PAGES)
def test_page_works_for_a_role_that_may(north: Hospital, person: Patient, client_as: ClientAs, page: str) -> None:
    role = "physician" if page == "facts/" else "agent"
    answer = client_as(role).get(path_of(north, person, page))
    assert answer.status_code == 200
    assert NAME not in answer.content.decode()


@pytest.mark.parametrize("page", PAGES)
def test_people_of_another_hospital_do_not_exist(
    south: Hospital, client_as: ClientAs, north: Hospital, page: str
) -> None:
    with hospital_scope(south):
        stranger = make_person()
        path = paths(stranger, Encounter.objects.get(patient=stranger))[page]
    role = "physician" if page == "facts/" else "agent"
    assert client_as(role).get(path).status_code == 404


@pytest.mark.parametrize("page", PAGES)
def test_page_is_refused_without_the_capability(
    north: Hospital, person: Patient, client_as: ClientAs, page: str
) -> None:
    assert client_as("hospital_leader").get(path_of(north, person, page)).status_code == 403


@pytest.mark.parametrize("page", ["", "print/", "death/", "panels/reach/", "panels/record/", "panels/seen/", "facts/"])
def test_people_of_another_department_are_hidden(north: Hospital, person: Patient, cast: Cast, page: str) -> None:
    assert client_of(cast.xu).get(path_of(north, person, page)).status_code == 404


@pytest.mark.parametrize(
    ("page", "method"),
    [
        ("", "post"),
        ("print/", "post"),
        ("edit/", "delete"),
        ("panels/reach/", "post"),
        ("facts/", "put"),
        ("death/", "delete"),
    ],
)
def test_wrong_methods_are_refused(
    north: Hospital, person: Patient, client_as: ClientAs, page: str, method: str
) -> None:
    role = "physician" if page == "facts/" else "agent"
    assert getattr(client_as(role), method)(path_of(north, person, page)).status_code == 405


def test_no_purpose_is_chosen_before_a_number_is_shown(person: Patient, client_as: ClientAs) -> None:
    client = client_as("agent")
    page = client.get(f"patients/{person.public_id}/").content.decode()
    boxes = re.findall(r'<input[^>]*name="purpose"[^>]*>', page)
    assert (len(boxes) > 0, [box for box in boxes if "checked" in box or "required" not in box]) == (True, [])
    assert client.post(f"patients/{person.public_id}/unmask/name/", {}).status_code == 422
    with hospital_scope(person.hospital):
        assert not AccessLog.objects.filter(kind="unmask").exists()


@pytest.mark.parametrize("path", ["unmask/name/", "notes/", "phones/"])
def test_what_changes_or_reveals_is_never_a_get(person: Patient, client_as: ClientAs, path: str) -> None:
    assert client_as("agent").get(f"patients/{person.public_id}/{path}").status_code == 405


def count_queries(client: MountedClient, path: str) -> int:
    """Statements of one GET; those that only open and close the transaction aside."""
    with CaptureQueriesContext(connection) as captured:
        assert client.get(path).status_code == 200
    control = ("BEGIN", "COMMIT", "SAVEPOINT", "RELEASE")
    return sum(not query["sql"].startswith(control) for query in captured.captured_queries)


def test_list_asks_as_often_for_three_people_as_for_one(north: Hospital, client_as: ClientAs) -> None:
    client = client_as("agent")
    with hospital_scope(north):
        make_person()
    client.get("patients/")
    once = count_queries(client, "patients/")
    with hospital_scope(north):
        for _ in range(2):
            make_person()
    assert count_queries(client, "patients/") == once
    assert once <= 15


@pytest.mark.parametrize("query", ["", "?show="])
@pytest.mark.parametrize("role", ["agent", "physician"])
def test_record_asks_as_often_for_three_stays_as_for_one(
    north: Hospital, person: Patient, client_as: ClientAs, role: str, query: str, cast: Cast
) -> None:
    client, path = client_as(role), f"patients/{person.public_id}/{query}"
    client.get(path)
    once = count_queries(client, path)
    with hospital_scope(north):
        for _ in range(2):
            EncounterFactory(patient=person, attending=cast.chen)
            RelationFactory(patient=person)
    assert count_queries(client, path) == once
    assert query or once <= (15 if role == "agent" else 18)


def test_list_masks_and_shows_diagnoses_to_clinical_roles_only(person: Patient, client_as: ClientAs) -> None:
    page = client_as("agent").get("patients/").content.decode()
    assert ("谢*平" in page, "138****5678" in page, NAME in page, PHONE in page) == (True, True, False, False)
    assert "高血压三级" not in page
    assert "高血压三级" in client_as("physician").get("patients/").content.decode()


def test_record_masks_and_hides_clinical_text(person: Patient, client_as: ClientAs) -> None:
    page = client_as("agent").get(f"patients/{person.public_id}/?show=").content.decode()
    for hidden in (NAME, PHONE, "高血压三级", "低盐饮食", "9901011968030"):
        assert hidden not in page
    assert "990***********" in page
    clinical = client_as("physician").get(f"patients/{person.public_id}/?show=").content.decode()
    assert ("高血压三级" in clinical, "低盐饮食" in clinical, PHONE in clinical) == (True, True, False)


def test_holder_of_open_work_sees_the_number_and_it_is_recorded_as_such(
    north: Hospital, person: Patient, client_as: ClientAs, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("patients.registry.unmask_reasons", [lambda actor, patient: True])
    page = client_as("agent").get(f"patients/{person.public_id}/").content.decode()
    assert f'href="tel:{PHONE}"' in page
    with hospital_scope(north):
        assert [entry.kind for entry in AccessLog.objects.filter(patient_id=person.pk)] == ["dial"]


def test_opening_a_record_is_logged_once(north: Hospital, person: Patient, client_as: ClientAs) -> None:
    client_as("agent").get(f"patients/{person.public_id}/")
    with hospital_scope(north):
        assert [(entry.kind, entry.page) for entry in AccessLog.objects.all()] == [("view", "person")]


def test_timeline_follows_without_a_second_entry(north: Hospital, person: Patient, client_as: ClientAs) -> None:
    client, path = client_as("physician"), f"patients/{person.public_id}/"
    first = client.get(path).content.decode()
    assert ('hx-get="?show="' in first, "低盐饮食" in first) == (True, False)
    part = client.get(f"{path}?show=", headers={"HX-Request": "true"}).content.decode()
    assert ("低盐饮食" in part, "<html" in part) == (True, False)
    with hospital_scope(north):
        assert AccessLog.objects.filter(patient_id=person.pk).count() == 1


def test_a_list_is_logged_once_for_all(north: Hospital, client_as: ClientAs) -> None:
    with hospital_scope(north):
        ids = {make_person().pk for _ in range(3)}
    client_as("agent").get("patients/")
    with hospital_scope(north):
        entry = AccessLog.objects.get()
    assert (entry.kind, set(entry.patient_ids)) == ("list", ids)


@pytest.mark.parametrize("query", ["", "?tier=A", "?region=柳溪区&department=1"])
def test_list_of_a_role_that_has_nobody_is_empty(person: Patient, client_as: ClientAs, query: str) -> None:
    answer = client_as("nurse").get(f"patients/{query}")
    assert (answer.status_code, answer.context["rows"]) == (200, [])


def test_filters_hold_together(north: Hospital, client_as: ClientAs) -> None:
    with hospital_scope(north):
        heart = Department.objects.create(name="心脏科")
        wanted = {"last_department": heart, "disease_group": "I10", "region": "柳溪区", "care_tier": "A"}
        PatientFactory(name="王命中", **wanted)
        for other in ({"last_department": None}, {"disease_group": "C20"}, {"region": "清江县"}, {"care_tier": "B"}):
            PatientFactory(name="李落空", **{**wanted, **other})
        role = Role.objects.get(code="agent")
        role.capabilities = [*role.capabilities, "patients.clinical"]
        role.save()
    client = client_as("agent")
    answer = client.get(f"patients/?department={heart.pk}&disease=i10.x05&region=柳溪区&tier=A")
    assert [row.name for row in answer.context["rows"]] == ["王*中"]
    assert client.get("patients/?department=99999&after=rubbish&tier=Z").status_code == 200


@pytest.mark.parametrize("role", ["information_officer", "agent", "centre_manager"])
def test_who_reads_no_clinical_text_cannot_filter_by_disease(north: Hospital, client_as: ClientAs, role: str) -> None:
    with hospital_scope(north):
        PatientFactory(name="王命中", disease_group="I10")
    page = client_as(role).get("patients/?disease=C20").content.decode()
    assert ("王*中" in page, 'name="disease"' in page) == (False, False)
    assert "王*中" in client_as(role).get("patients/").content.decode()


def test_pages_of_the_list_follow_each_other_without_gap(north: Hospital, client_as: ClientAs) -> None:
    with hospital_scope(north):
        days = [None if n < 5 else f"2026-0{1 + n % 3}-01" for n in range(3 * PAGE_SIZE)]
        made = [PatientFactory(last_visit_on=day).public_id for day in days]
    client, path, seen = client_as("agent"), "patients/", []
    while path:
        answer = client.get(path)
        seen += [row.public_id for row in answer.context["rows"]]
        path = answer.context["older"]
    assert (len(seen), set(seen)) == (3 * PAGE_SIZE, set(made))
    back = client.get(answer.context["newer"])
    assert [row.public_id for row in back.context["rows"]] == seen[PAGE_SIZE : 2 * PAGE_SIZE]


def test_next_in_the_list_keeps_the_filter(north: Hospital, client_as: ClientAs) -> None:
    with hospital_scope(north):
        first, _other, second = (
            PatientFactory(care_tier=tier, last_visit_on=day)
            for tier, day in (("A", "2026-05-03"), ("B", "2026-05-02"), ("A", "2026-05-01"))
        )
    client = client_as("agent")
    assert client.get(f"patients/{first.public_id}/older/?tier=A").url == f"/north/patients/{second.public_id}/?tier=A"
    assert client.get(f"patients/{second.public_id}/newer/?tier=A").url == f"/north/patients/{first.public_id}/?tier=A"
    assert client.get(f"patients/{second.public_id}/older/?tier=A").url == f"/north/patients/{second.public_id}/?tier=A"


def test_search_keeps_what_was_typed_out_of_the_address(person: Patient, client_as: ClientAs) -> None:
    client = client_as("agent")
    answer = client.post("patients/search/", {"q": "5678"})
    path, _, mark = answer.url.partition("?")
    assert (answer.status_code, path) == (302, "/north/patients/search/")
    assert "5678" not in mark
    assert "谢*平" in client.get(answer.url).content.decode()
    assert "谢*平" in client.post("patients/suggest/", {"q": "xjp"}).content.decode()
    assert client.get("patients/suggest/?q=5678").status_code == 405


def test_what_was_searched_for_is_remembered_for_nobody(
    person: Patient, client_as: ClientAs, cast: Cast, south: Hospital
) -> None:
    user = cast.holding("agent").user
    with hospital_scope(south):
        StaffRoleFactory(staff=StaffMemberFactory(user=user), role=Role.objects.get(code="agent"))
    client = client_as("agent")
    found = client.post("patients/search/", {"q": "5678"}).url
    assert client.get(found).context["text"] == "5678"
    assert client.get("patients/search/").context["text"] == ""
    assert client.get("patients/search/?sought=5678").context["text"] == ""
    assert client.get(found.replace("/north/", "/south/")).context["text"] == ""
    assert client.get("/south/patients/search/").context["text"] == ""
    assert client_as("nurse").get(found).context["text"] == ""
    assert "5678" not in str(client.session.items())
    client.logout()
    client.force_login(user, backend=BACKEND)
    assert client.get(found).context["text"] == ""


def test_stopped_person_has_a_banner_and_no_call(
    north: Hospital, client_as: ClientAs, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("patients.registry.unmask_reasons", [lambda actor, patient: True])
    with hospital_scope(north):
        patient = make_person(contact_state="stopped")
        ContactStopFactory(patient=patient)
    page = client_as("agent").get(f"patients/{patient.public_id}/").content.decode()
    assert ("以后都不要再打了" in page, "tel:" in page, "不可拨打" in page) == (True, False, True)


def test_one_field_is_shown_for_a_purpose_and_logged(north: Hospital, person: Patient, client_as: ClientAs) -> None:
    client = client_as("agent")
    with hospital_scope(north):
        point = ContactPoint.objects.get(patient=person)
    path = f"patients/{person.public_id}/unmask/phone-{point.pk}/"
    refused = client.post(path, {"purpose": "other"})
    assert (refused.status_code, PHONE in refused.content.decode()) == (422, False)
    shown = client.post(path, {"purpose": "identity"}, headers={"HX-Request": "true"})
    page = shown.content.decode()
    assert (PHONE in page, 'data-hide-after="60"' in page, NAME in page) == (True, True, False)
    assert "no-store" in shown.headers["Cache-Control"]
    with hospital_scope(north):
        entry = AccessLog.objects.get(kind="unmask")
    assert (entry.patient_id, entry.field, entry.purpose) == (person.pk, f"phone-{point.pk}", "identity")


def test_record_opens_although_the_key_is_gone(north: Hospital, person: Patient, client_as: ClientAs) -> None:
    with hospital_scope(north):
        Identifier.objects.filter(patient=person, system="national_id").update(value_encrypted="lostlost:AAAA")
    client = client_as("agent")
    assert client.get(f"patients/{person.public_id}/").status_code == 200
    assert client.get(f"patients/{person.public_id}/panels/record/").status_code == 200
    assert client.post(f"patients/{person.public_id}/unmask/identity/", {"purpose": "identity"}).status_code == 404


def test_fields_of_another_person_are_not_shown(north: Hospital, person: Patient, client_as: ClientAs) -> None:
    with hospital_scope(north):
        foreign = ContactPointFactory()
    client = client_as("agent")
    assert (
        client.post(f"patients/{person.public_id}/unmask/phone-{foreign.pk}/", {"purpose": "identity"}).status_code
        == 404
    )
    assert client.post(f"patients/{person.public_id}/unmask/fees-1/", {"purpose": "identity"}).status_code == 422


def test_who_may_not_unmask_is_refused(person: Patient, client_as: ClientAs) -> None:
    path = f"patients/{person.public_id}/unmask/name/"
    assert client_as("information_officer").post(path, {"purpose": "identity"}).status_code == 403
