"""The file for the person: everything that is kept, sealed, told to nobody who may not read it."""

import datetime as dt
import json
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils.translation import gettext as _

from accounts import audit
from accounts.actors import Actor
from accounts.models import AccessLog, AuditEvent, Hospital
from followups.models import TierAssignment
from hospital_crm.private_files.serving import content_of
from hospital_crm.tenancy.scope import hospital_scope
from hospital_crm.tenancy.walls import tenant_models
from patients import erasure, subject_file
from patients.domain import requests, subject_copy
from patients.models import MemberMessage, Patient, PrivacyCopy, PrivacyRequest, VisitSheet
from patients.models.member_care import VisitStep
from tests.accounts.test_exports import fresh
from tests.cast import Cast, MountedClient, Part, actor_of, client_of, give_second_factor, hire
from tests.followups.scene import submitted_of
from tests.groups.factories import GroupMemberFactory
from tests.patients.care_factories import MembershipFactory, PrivacyRequestFactory
from tests.patients.factories import (
    ConsentFactory,
    ContactPointFactory,
    DiagnosisFactory,
    EncounterFactory,
    MedicationFactory,
    NationalIdFactory,
    PatientFactory,
    PatientNoteFactory,
    RelationFactory,
)
from tests.patients.list_factories import PersonLabelFactory
from tests.private_files.opened_zip import opened

# Addresses of units, of staff and of the hospital; the trail, which the file tells by its own part.
OF_NOBODY = {
    *("accounts.AccessLog.patient_id", "accounts.AccessLog.patient_ids", "accounts.ApiAnswer.patient_ids"),
    *("accounts.Export.people", "accounts.Incident.people", "accounts.IncidentPerson.patient_id"),
    *("accounts.StaffMember.email", "accounts.StaffMember.phone", "accounts.Station.address"),
    *("groups.GroupContact.email", "groups.GroupContact.phone", "groups.GroupCustomer.address"),
    *("groups.GroupCustomer.email", "groups.GroupCustomer.phone"),
    *("messaging.DigestDay.people", "messaging.GatewayTrial.address"),
}
NOW = dt.datetime(2026, 3, 4, 2, 0, tzinfo=dt.UTC)
ActorOf = Callable[[str], Actor]


@pytest.fixture(autouse=True)
def private_files(settings: Any, tmp_path: Any) -> None:
    settings.PRIVATE_FILES_DIR = tmp_path


def a_person(cast: Cast) -> Patient:
    """Somebody about whom a lot is known, in every app."""
    person = PatientFactory(name="谢小平", phone="13800005678", address="清江县一号", allergies="青霉素过敏")
    ContactPointFactory(patient=person, value="13800005678")
    NationalIdFactory(patient=person)
    RelationFactory(patient=person, phone="13900001234")
    PatientNoteFactory(patient=person)
    stay = EncounterFactory(patient=person)
    DiagnosisFactory(encounter=stay)
    MedicationFactory(encounter=stay)
    ConsentFactory(patient=person)
    PersonLabelFactory(patient=person)
    GroupMemberFactory(patient=person, position="车间主任")
    submitted_of(cast, cast.chen, patient=person)
    audit.log_access(None, "view", [person.pk], page="person")
    return person


def answered(person: Patient, actor: ActorOf, **given: Any) -> tuple[PrivacyRequest, dict[str, bytes]]:
    """A request that was prepared by the manager and let out by the officer, and what its file holds."""
    manager, officer = actor("centre_manager"), actor("security_officer")
    request = PrivacyRequestFactory(patient=person, assignee=manager.staff, registered_by=manager.staff, **given)
    requests.prepare(request, answer="您的资料如下", language="zh-hans", actor=manager, now=NOW)
    done = requests.let_out(request, actor=officer, now=NOW)
    return done.request, opened(content_of(PrivacyCopy.objects.get()), done.passphrase)


def test_the_copy_holds_what_every_app_keeps_to_read_and_for_machines(
    in_north: Hospital, cast: Cast, actor: ActorOf
) -> None:
    request, files = answered(a_person(cast), actor)
    assert sorted(files) == ["data.json", "我的个人信息.html"]
    page, data = files["我的个人信息.html"].decode(), json.loads(files["data.json"])
    told = ("谢小平", "13800005678", "清江县一号", "青霉素过敏", "听力不好", "高血压", "氨氯地平", "车间主任", "教育")
    assert [word for word in told[:-1] if word not in page] == []
    assert data["request"] == request.number
    assert list(data["parts"]) == [part.key for part in subject_file.ordered()]
    empty = {key for key, entries in data["parts"].items() if not entries}
    kept = {
        "record",
        "numbers",
        "contacts",
        "family",
        "stays",
        "labels",
        "consents",
        "notes",
        "units",
        "seen",
        "orders",
    }
    assert kept & empty == set()
    assert data["parts"]["record"][0]["name"] == "谢小平"
    assert "<script" not in page


def test_the_copy_of_a_member_holds_membership_sheets_and_thread(
    in_north: Hospital, cast: Cast, actor: ActorOf
) -> None:
    membership = MembershipFactory()
    MemberMessage.objects.create(membership=membership, author=cast.qian, text="复诊前提醒带片子")
    sheet = VisitSheet.objects.create(membership=membership, day=dt.date(2026, 3, 2))
    VisitStep.objects.create(sheet=sheet, rank=1, kind="other", title="心脏彩超", place="二楼")
    _request, files = answered(membership.patient, actor)
    parts = json.loads(files["data.json"])["parts"]
    assert parts["memberships"][0]["level"] == str(membership.level)
    assert parts["thread"][0]["text"] == "复诊前提醒带片子"
    assert "心脏彩超 二楼" in parts["visit_sheets"][0]["steps"]


def test_numbers_of_others_stay_masked(in_north: Hospital, cast: Cast, actor: ActorOf) -> None:
    _request, files = answered(a_person(cast), actor)
    text = files["data.json"].decode()
    assert ("13900001234" in text, "139****1234" in text) == (False, True)


def test_an_explanation_says_why_and_nothing_else(in_north: Hospital, cast: Cast, actor: ActorOf) -> None:
    person = a_person(cast)
    _request, files = answered(person, actor, kind="explain")
    parts = json.loads(files["data.json"])["parts"]
    assert list(parts) == ["tiers", "labels", "segments", "tags"]
    assert len(parts["tiers"]) == TierAssignment.objects.filter(encounter__patient=person).count()
    assert "过敏" not in files["我的个人信息.html"].decode()
    assert parts["labels"][0]["value"] == "首度"


def test_every_key_to_a_person_is_in_the_file_or_left_out_for_a_reason() -> None:
    keys = {f"{model}.{path}" for model, path in erasure.rules if "__" not in path} | erasure.looked_up
    covered = {key for part in subject_file.parts.values() for key in part.models} | set(subject_file.left_out)
    assert (sorted(keys - covered), sorted(covered - keys)) == ([], [])


def test_every_table_that_keeps_an_address_leads_to_a_person_by_a_key_or_is_looked_up() -> None:
    led = {model for model, _path in erasure.rules} | {key.rpartition(".")[0] for key in erasure.looked_up}
    kept = {
        f"{model._meta.label}.{field.name}"
        for model in tenant_models()
        if model._meta.label not in {*led, "patients.Patient"}
        for field in model._meta.concrete_fields
        if field.name in ("address", "email", "phone", "phones", "recipient", "patient_id", "people", "patient_ids")
    }
    assert kept == OF_NOBODY


def test_the_file_goes_after_its_days_and_can_be_made_anew(in_north: Hospital, actor: ActorOf) -> None:
    officer = actor("security_officer")
    request, _files = answered(PatientFactory(), actor)
    first = PrivacyCopy.objects.get()
    assert first.expires_at == NOW + dt.timedelta(days=7)
    assert (subject_copy.expire(NOW), subject_copy.expire(NOW + subject_copy.KEPT)) == (0, 1)
    assert requests.file_of(request, now=NOW) is None
    anew = requests.reseal(request, actor=officer, now=NOW)
    assert sorted(opened(content_of(PrivacyCopy.objects.get()), anew.passphrase)) == ["data.json", "我的个人信息.html"]
    with pytest.raises(requests.RequestError):
        requests.reseal(request, actor=actor("centre_manager"), now=NOW)


def test_whoever_was_told_the_passphrase_does_not_fetch_the_file(in_north: Hospital, actor: ActorOf) -> None:
    request, _files = answered(PatientFactory(), actor)
    colleague = actor_of(hire("second.north", Part("何主任", ("centre_manager",))))
    requests.reseal(request, actor=colleague, now=NOW)
    with pytest.raises(requests.RequestError) as refusal:
        requests.fetch(request, actor=colleague, now=NOW)
    assert str(refusal.value) == _("Whoever was told the passphrase does not fetch the file.")
    assert requests.fetch(request, actor=actor("centre_manager"), now=NOW) == PrivacyCopy.objects.get()


@pytest.fixture
def manager(cast: Cast) -> MountedClient:
    give_second_factor(cast.qian.user)
    return fresh(client_of(cast.qian))


@pytest.fixture
def officer(cast: Cast) -> MountedClient:
    return fresh(client_of(cast.an))


def test_one_prepares_another_lets_out_and_only_the_second_sees_the_passphrase(
    north: Hospital, cast: Cast, manager: MountedClient, officer: MountedClient
) -> None:
    with hospital_scope(north):
        person = PatientFactory(name="谢小平")
    form = {"kind": "copy", "words": "全部资料", "asked_by": "self", "identity_check": "papers"}
    made = manager.post(f"patients/{person.public_id}/requests/new/", {**form, "received_on": "2026-03-04"})
    with hospital_scope(north):
        request = PrivacyRequest.objects.get()
    path = f"patients/requests/{request.public_id}/"
    assert made["Location"] == f"/north/{path}"
    assert manager.post(f"{path}assign/", {"assignee": cast.qian.pk}).status_code == 302
    assert manager.post(f"{path}prepare/", {"answer": "附上", "language": "zh-hans"}).status_code == 302
    assert manager.post(f"{path}decide/", {"act": "let_out"}).status_code == 302
    queue = officer.get("patients/requests/waiting/").content.decode()
    assert (request.number in queue, "谢" in queue) == (True, False)
    shown = officer.post(f"{path}decide/", {"act": "let_out"})
    assert (shown.status_code, "no-store" in shown["Cache-Control"]) == (200, True)
    passphrase = shown.context["passphrase"]
    assert passphrase in shown.content.decode()
    assert passphrase not in manager.get(path).content.decode()
    file = manager.get(f"{path}file/")
    assert file["Content-Disposition"] == f'attachment; filename="{request.number}.zip"'
    assert json.loads(opened(file.content, passphrase)["data.json"])["parts"]["record"][0]["name"] == "谢小平"
    with hospital_scope(north):
        fetched = AccessLog.objects.get(kind="export")
        assert (fetched.patient_id, fetched.page) == (person.pk, "request-file")
        assert AuditEvent.objects.filter(verb="patients.request.fetch").count() == 1


def test_without_a_fresh_second_factor_nothing_goes_out(north: Hospital, cast: Cast) -> None:
    client = client_of(cast.an)
    with hospital_scope(north):
        request = PrivacyRequestFactory(state="waiting", prepared_by=cast.qian, assignee=cast.qian)
    answer = client.post(f"patients/requests/{request.public_id}/decide/", {"act": "let_out"})
    assert answer["Location"].startswith(client.url("mfa_reauthenticate"))
    with hospital_scope(north):
        assert PrivacyRequest.objects.get().state == "waiting"


def test_a_note_without_a_decision_sends_nothing_back(north: Hospital, cast: Cast, officer: MountedClient) -> None:
    with hospital_scope(north):
        request = PrivacyRequestFactory(state="waiting", prepared_by=cast.qian, assignee=cast.qian)
    assert officer.post(f"patients/requests/{request.public_id}/decide/", {"note": "再核对"}).status_code == 302
    with hospital_scope(north):
        assert PrivacyRequest.objects.get().state == "waiting"


PAGES = ("", "assign/", "prepare/", "refuse/", "extend/", "withdraw/")


def test_pages_are_for_those_who_may(
    north: Hospital, south: Hospital, client_as: Callable[[str], MountedClient]
) -> None:
    with hospital_scope(north):
        request = PrivacyRequestFactory()
    stranger = client_of(Cast(south).qian)
    for page in PAGES:
        path = f"patients/requests/{request.public_id}/{page}"
        assert client_as("centre_manager").get(path).status_code == 200, page
        assert client_as("agent").get(path).status_code == 403
        assert client_as("security_officer").get(path).status_code == 403
        assert stranger.get(path).status_code == 404
        assert client_as("centre_manager").put(path).status_code == 405
    decide = f"patients/requests/{request.public_id}/decide/"
    assert stranger.post(decide, {"act": "let_out"}).status_code == 404
    assert client_as("agent").post(decide).status_code == 403
    assert client_as("centre_manager").get(decide).status_code == 405


def test_lists_panel_and_print_work(north: Hospital, client_as: Callable[[str], MountedClient]) -> None:
    with hospital_scope(north):
        request = PrivacyRequestFactory(patient__name="谢小平")
    client = client_as("centre_manager")
    for path in (
        "requests/",
        "requests/?list=late",
        "requests/print/",
        f"{request.patient.public_id}/panels/requests/",
    ):
        assert request.number in client.get(f"patients/{path}").content.decode(), path
    assert request.number not in client.get("patients/requests/?list=ended").content.decode()
    assert client_as("agent").get("patients/requests/").status_code == 403


@pytest.mark.parametrize("path", ["requests/", "requests/print/"])
def test_lists_ask_the_same_for_one_and_three(
    north: Hospital, client_as: Callable[[str], MountedClient], path: str
) -> None:

    client, counts = client_as("centre_manager"), []
    for more in (1, 2):
        with hospital_scope(north):
            PrivacyRequestFactory.create_batch(more)
        client.get(f"patients/{path}")
        with CaptureQueriesContext(connection) as asked:
            assert client.get(f"patients/{path}").status_code == 200
        counts.append(len(asked))
    assert counts[0] == counts[1]
