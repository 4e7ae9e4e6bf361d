"""What each role sees of a record: the table, and that a page never carries what it does not show."""

import pytest
from django.utils import timezone

from accounts.models import Hospital
from accounts.roles import SHIPPED_ROLES
from hospital_crm.tenancy.scope import hospital_scope
from patients.domain.field_rules import FIELDS, Reader, reader_of
from patients.domain.visibility import Sight
from patients.models import Patient
from tests.cast import Cast, actor_of, client_of
from tests.patients.factories import (
    AttachmentFactory,
    ContactPointFactory,
    EncounterFactory,
    NationalIdFactory,
    PatientFactory,
    PatientNoteFactory,
    RelationFactory,
)

pytestmark = pytest.mark.django_db

# Nobody holds open work here. F in full, M masked, - nothing.
EXPECTED = {
    #                       open identity papers life health   notes and files: care, clinical, centre
    "agent": ("F", "M", "M", "F", "-", "care centre"),
    "centre_manager": ("F", "M", "M", "F", "-", "care centre"),
    "physician": ("F", "M", "M", "F", "F", "care clinical"),
    "nurse": ("F", "M", "M", "F", "F", "care clinical"),
    "head_nurse": ("F", "M", "M", "F", "F", "care clinical"),
    "department_head": ("F", "M", "M", "F", "F", "care clinical"),
    "medical_affairs": ("F", "M", "M", "F", "F", "care clinical"),
    "information_officer": ("F", "M", "M", "F", "-", "care"),
    "liaison": ("F", "M", "M", "-", "-", ""),
    "station_staff": ("F", "M", "M", "F", "-", "care"),
}
ONE_OF_EACH = ("birth_date", "name", "identifier", "occupation", "allergies")
SIGN = {"full": "F", "masked": "M", "hidden": "-"}


@pytest.mark.parametrize("role", list(EXPECTED))
def test_each_role_sees_its_part(in_north: Hospital, cast: Cast, role: str) -> None:
    reader = reader_of(actor_of(cast.holding(role), role), PatientFactory())
    shown = tuple(SIGN[reader.shows(field).value] for field in ONE_OF_EACH)
    assert (*shown, " ".join(reader.audiences)) == EXPECTED[role]


def test_every_role_that_opens_records_is_in_the_table() -> None:
    opening = {code for code, role in SHIPPED_ROLES.items() if "patients.view" in role.capabilities}
    assert opening == set(EXPECTED)


def test_open_work_shows_identity_and_health_and_papers_stay_masked() -> None:
    holder = Reader(1, Sight(numbers=True, clinical=True), care=True, centre=False)
    assert [SIGN[holder.shows(field).value] for field in ONE_OF_EACH] == ["F", "F", "M", "F", "F"]


def test_every_field_of_the_record_has_a_rule() -> None:
    told = {field.name for field in Patient._meta.concrete_fields} & FIELDS.keys()
    machine = {
        *("id", "hospital", "public_id", "given_name", "py_full", "py_initials", "py_full_alt", "py_initials_alt"),
        *("division_code", "last_visit_on", "sort_on", "disease_group", "his_seen_at", "created_at"),
        *("deceased_on", "deceased_source", "death_reported_by", "death_reported_at", "death_confirmed_by"),
        *("death_confirmed_at", "death_in_doubt_since"),
    }
    assert {field.name for field in Patient._meta.concrete_fields} - told == machine


SECRETS = {
    "name": "欧阳小窗",
    "phone": "13812340001",
    "address": "北京市朝阳区小窗胡同十七号",
    "mrn": "ZY26119988",
    "identity": "99010119680304123X",
    "relation": "诸葛小帆",
    "relation phone": "13912340002",
    "occupation": "钢琴调律师",
    "allergies": "青霉素甲",
    "past_history": "既往乙",
    "diagnosis": "诊断丙",
    "instructions": "医嘱丁",
    "clinical note": "备注戊",
    "centre note": "备注己",
    "care note": "备注庚",
    "clinical file": "文件辛.pdf",
    "care file": "文件壬.pdf",
}
MASKED = {"name", "phone", "address", "mrn", "identity", "relation", "relation phone"}
HEALTH = {"allergies", "past_history", "diagnosis", "instructions", "clinical note", "clinical file"}


@pytest.fixture
def whole(cast: Cast) -> Patient:
    """A record with something secret in every place."""
    s = SECRETS
    with hospital_scope(cast.hospital):
        patient = PatientFactory(
            **{field: s[field] for field in ("name", "phone", "address", "mrn", "occupation", "allergies")},
            past_history=s["past_history"],
        )
        ContactPointFactory(patient=patient, value=s["phone"])
        NationalIdFactory(patient=patient, number=s["identity"])
        RelationFactory(patient=patient, name=s["relation"], phone=s["relation phone"])
        EncounterFactory(
            patient=patient,
            attending=cast.chen,
            department=cast.wang.department_links.get().department,
            diagnosis_text=s["diagnosis"],
            discharge_instructions=s["instructions"],
            discharged_on=timezone.localdate(),
        )
        for audience in ("clinical", "centre", "care"):
            PatientNoteFactory(patient=patient, audience=audience, is_pinned=True, text=s[f"{audience} note"])
        for audience in ("clinical", "care"):
            AttachmentFactory(patient=patient, audience=audience, title=s[f"{audience} file"])
    return patient


def pages(cast: Cast, patient: Patient, role: str) -> str:
    """Everything this role gets to see of the person, as it comes over the wire."""
    client = client_of(cast.holding(role))
    with hospital_scope(cast.hospital):
        stay = patient.encounters.get().public_id
    names = [f"patients:panel-{panel}" for panel in ("reach", "record", "notes", "tasks", "files", "seen")]
    names += ["patients:detail", "patients:print", "patients:edit", "patients:reach"]
    urls = [client.url(name, patient.public_id) for name in names] + [client.url("patients:stay", stay)]
    answers = [client.get(url) for url in [*urls, f"{client.url('patients:detail', patient.public_id)}?show="]]
    return "\n".join(answer.content.decode() for answer in answers if answer.status_code == 200)


@pytest.mark.parametrize(
    ("role", "seen"),
    [
        ("agent", {"occupation", "centre note", "care note", "care file"}),
        ("information_officer", {"occupation", "care note", "care file"}),
        ("department_head", {"occupation", "care note", "care file", *HEALTH}),
    ],
)
def test_a_page_never_carries_what_it_does_not_show(cast: Cast, whole: Patient, role: str, seen: set[str]) -> None:
    html = pages(cast, whole, role)
    assert {name for name, secret in SECRETS.items() if secret in html} == seen
