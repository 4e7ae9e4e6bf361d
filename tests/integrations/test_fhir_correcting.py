"""FHIR messages that were set aside: their fields shown masked, corrected by hand, applied again; nothing clinical."""

import json
from typing import Any

import pytest

from accounts.models import AccessLog, AuditEvent, Hospital
from hospital_crm.crypto import decrypt_bytes
from hospital_crm.tenancy.scope import hospital_scope
from integrations.domain.fhir import as_inbound
from integrations.domain.inbox import apply_due
from integrations.domain.receiving import receive
from integrations.models import Feed, InboundRecord
from integrations.readers.correcting import CannotCorrect
from integrations.readers.fhir.correcting import corrected, shown_fields
from patients.models import Encounter, Patient
from tests.cast import Cast, client_of
from tests.integrations.factories import FeedFactory
from tests.integrations.fhir_resources import alone, bundle, consent, encounter, line, patient
from tests.integrations.outside import NOW
from tests.patients.factories import PatientFactory


def shown(raw: bytes) -> dict[str, str]:
    return {one.name: one.value for one in shown_fields(raw)}


@pytest.mark.unit
def test_the_fields_that_can_be_wrong_are_shown_by_where_they_stand() -> None:
    message = bundle(patient(), encounter(of="urn:uuid:p1"), consent("HMARKT"))
    assert shown(message) == {
        "Bundle[0].type": "transaction",
        "Patient[0].identifier[0].value": "M-p1",
        "Patient[0].identifier[0].type.coding[0].code": "MR",
        "Patient[0].name[0].text": "乔明",
        "Patient[0].birthDate": "1980-06-15",
        "Patient[0].gender": "male",
        "Encounter[0].identifier[0].value": "",
        "Encounter[0].subject.reference": "urn:uuid:p1",
        "Encounter[0].status": "finished",
        "Encounter[0].class.code": "AMB",
        "Encounter[0].period.start": "2026-06-01T09:00:00+08:00",
        "Encounter[0].period.end": "2026-06-03T10:00:00+08:00",
        "Consent[0].patient.reference": "Patient/p1",
        "Consent[0].status": "active",
        "Consent[0].dateTime": "2026-05-01",
    }


@pytest.mark.unit
def test_of_a_diagnosis_is_shown_only_whose_it_is() -> None:
    names = shown(alone(line("Condition", "c1", "高血压")))
    assert names == {"Condition[0].subject.reference": "Patient/p1", "Condition[0].encounter.reference": "Encounter/v1"}


@pytest.mark.unit
@pytest.mark.parametrize(
    ("name", "value", "path"),
    [
        ("Patient[0].identifier[0].value", "M9", ("identifier", 0, "value")),
        ("Patient[0].identifier[0].type.coding[0].code", "PI", ("identifier", 0, "type", "coding", 0, "code")),
        ("Patient[0].name[0].text", "乔红", ("name", 0, "text")),
        ("Patient[0].birthDate", "1990-01-02", ("birthDate",)),
    ],
)
def test_a_corrected_part_stands_where_it_was_or_was_missing(name: str, value: str, path: tuple) -> None:
    for said in (patient(), {"resourceType": "Patient", "id": "p1"}):
        found: Any = json.loads(corrected(alone(said), {name: value}))
        for step in path:
            found = found[step]
        assert found == value


@pytest.mark.unit
@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("Patient[0].birthDate", "1990"),
        ("Patient[0].birthDate", "1990-02-30"),
        ("Patient[0].gender", "man"),
        ("Patient[0].name[0].text", "乔\n明"),
        ("Patient[0].name[0].text", "乔" * 201),
        ("Patient[0].identifier[0].type.coding[0].code", "M R"),
        ("Patient[0].telecom[0].value", "13900000009"),
        ("Patient[1].birthDate", "1990-01-02"),
        ("Encounter[0].period.end", "yesterday"),
        ("Encounter[0].subject.reference", "p1"),
        ("Encounter[0].status", "done"),
        ("Bundle[0].type", "history"),
    ],
)
def test_a_value_that_would_not_be_read_is_refused(name: str, value: str) -> None:
    with pytest.raises(CannotCorrect):
        corrected(bundle(patient(), encounter()), {name: value})


@pytest.mark.unit
@pytest.mark.parametrize("identifier", ["M1", ["M1"], [[]], 7])
def test_a_part_of_a_strange_shape_is_not_written_into(identifier: object) -> None:
    with pytest.raises(CannotCorrect):
        corrected(alone(patient(identifier=identifier)), {"Patient[0].identifier[0].value": "M2"})


@pytest.mark.unit
def test_a_message_of_more_fields_than_a_form_carries_shows_none() -> None:
    assert shown(bundle(*(patient(f"p{number}") for number in range(100)))) == {}


@pytest.fixture
def feed(north: Hospital) -> Feed:
    with hospital_scope(north):
        return FeedFactory(kind="fhir", name="fhir")


@pytest.fixture
def officer(cast: Cast) -> Any:
    return client_of(cast.he)


def bring(north: Hospital, feed: Feed, *messages: bytes) -> InboundRecord:
    """Receive and apply; the newest message."""
    with hospital_scope(north):
        receive(feed, [as_inbound(raw) for raw in messages], now=NOW, ask=False)
    apply_due(north, NOW)
    with hospital_scope(north):
        return InboundRecord.objects.select_related("feed").latest("id")


@pytest.mark.django_db
def test_a_reference_is_corrected_and_the_message_applied(
    officer: Any, north: Hospital, feed: Feed, django_capture_on_commit_callbacks: Any
) -> None:
    record = bring(north, feed, alone(patient()), alone(encounter(of="Patient/p-elsewhere-1")))
    assert (record.state, record.reason) == ("set_aside", "person_not_known")
    page = officer.get(f"imports/feeds/messages/{record.public_id}/correct/").content.decode()
    assert "Encounter[0].subject.reference" in page
    assert "p-elsewhere-1" not in page
    with django_capture_on_commit_callbacks(execute=True):
        said = {"Encounter[0].subject.reference": "Patient/p1", "Encounter[0].identifier[0].value": ""}
        officer.post(f"imports/feeds/messages/{record.public_id}/correct/", said)
    with hospital_scope(north):
        record.refresh_from_db()
        assert (record.state, Encounter.objects.get().patient) == ("applied", Patient.objects.get())
        assert b"p-elsewhere-1" in decrypt_bytes(bytes(record.raw))
        event = AuditEvent.objects.get(verb="integrations.message.correct")
        assert event.detail["fields"] == ["Encounter[0].subject.reference"]


@pytest.mark.django_db
def test_a_wrong_value_is_told_and_nothing_is_applied(officer: Any, north: Hospital, feed: Feed) -> None:
    record = bring(north, feed, alone(encounter(period={"start": "2026-06-09", "end": "2026-06-01"})), alone(patient()))
    with hospital_scope(north):
        record = InboundRecord.objects.earliest("id")
    page = officer.post(
        f"imports/feeds/messages/{record.public_id}/correct/", {"Encounter[0].period.end": "x"}, follow=True
    )
    assert "Encounter[0].period.end" in page.content.decode()
    with hospital_scope(north):
        record.refresh_from_db()
        assert (record.state, bytes(record.corrected)) == ("set_aside", b"")


@pytest.mark.django_db
def test_names_numbers_and_days_are_masked_and_nothing_clinical_is_shown(
    officer: Any, north: Hospital, feed: Feed
) -> None:
    identity = {"system": "urn:oid:2.16.156.10011.1.3", "value": "110101198006150019"}
    said = patient(identifier=[identity], name=[{"family": "欧阳", "given": ["明远"]}])
    record = bring(north, feed, bundle(said, line("Condition", "c1", "高血压")))
    page = officer.get(f"imports/feeds/messages/{record.public_id}/").content.decode()
    assert "1980-**" in page
    for hidden in ("19800615", "1980-06-15", "明远", "高血压"):
        assert hidden not in page


@pytest.mark.django_db
def test_a_look_is_logged_on_each_person_the_message_names(officer: Any, north: Hospital, feed: Feed) -> None:
    record = bring(north, feed, bundle(patient(), patient("p2", name="谢平", telecom=[]), encounter(of="Patient/p2")))
    with hospital_scope(north):
        people = set(Patient.objects.values_list("pk", flat=True))
        PatientFactory()
    officer.get(f"imports/feeds/messages/{record.public_id}/")
    with hospital_scope(north):
        rows = AccessLog.objects.filter(page="feed_queue").values_list("patient_id", "patient_ids")
        assert sorted(rows) == [(one, None) for one in sorted(people)]
        assert len(people) == 2
