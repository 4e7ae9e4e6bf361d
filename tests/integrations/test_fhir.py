"""FHIR: what resources become, what is ignored with its reason, and that nothing comes twice."""

import datetime as dt
import gzip
import json
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from accounts.models import Department, Hospital
from hospital_crm.tenancy.scope import hospital_scope
from integrations.domain import inbox, message_list
from integrations.domain.fhir import as_inbound
from integrations.domain.receiving import receive
from integrations.models import Feed, InboundRecord
from integrations.readers.fhir.events import read
from integrations.readers.fhir.fields import Options
from patients import subject_file
from patients.domain.erasing import erase
from patients.domain.uniting import unite
from patients.models import Consent, Diagnosis, Encounter, Identifier, Patient, Procedure, Relation
from tests.integrations.factories import FeedFactory
from tests.integrations.fhir_resources import Resource, alone, bundle, consent, encounter, line, patient
from tests.integrations.outside import NOW, everything
from tests.patients.factories import PatientFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def feed(in_north: Hospital) -> Feed:
    return FeedFactory(kind="fhir", name="fhir")


def told(feed: Feed, *messages: bytes) -> list[tuple[str, str]]:
    """Receive and apply, answer state and reason of everything."""
    receive(feed, [as_inbound(raw) for raw in messages], now=NOW, ask=False)
    while due := list(InboundRecord.objects.due().select_related("feed")):
        inbox.apply_chunk(due, now=NOW)
    return list(InboundRecord.objects.order_by("id").values_list("state", "reason"))


def test_a_bundle_is_a_person_with_a_visit_and_its_lines(feed: Feed) -> None:
    contact = {"name": {"text": "乔红"}, "telecom": [{"system": "phone", "value": "13900000002"}],
               "relationship": [{"text": "女儿"}]}  # fmt: skip
    department = {"resourceType": "Organization", "id": "o1", "name": "骨科", "type": [{"coding": [{"code": "dept"}]}]}
    doctor = {"resourceType": "Practitioner", "id": "d1", "name": [{"text": "丁一"}]}
    visit = encounter(
        of="urn:uuid:p1", kind="IMP", serviceProvider={"reference": "Organization/o1"},
        participant=[{"individual": {"reference": "urn:uuid:d1"}}],
        hospitalization={"dischargeDisposition": {"coding": [{"code": "home"}]}},
        diagnosis=[{"condition": {"reference": "Condition/c2"}, "rank": 1}],
    )  # fmt: skip
    icd = {"coding": [{"system": "http://hl7.org/fhir/sid/icd-10", "code": "S72.0"}], "text": "股骨颈骨折"}
    message = bundle(
        visit, line("Condition", "c1", "高血压"), line("Condition", "c2", "", code=icd),
        line("Procedure", "o9", "内固定术", status="completed"), patient(contact=[contact]), department, doctor,
        {"resourceType": "Observation", "id": "x"},
    )  # fmt: skip
    assert told(feed, message, message) == [("applied", "")]
    person, stay = Patient.objects.get(), Encounter.objects.get()
    assert (person.name, person.sex, person.mrn, person.phone) == ("乔明", "M", "M-P1", "13900000001")
    assert (Relation.objects.get().name, Relation.objects.get().kind) == ("乔红", "女儿")
    assert (stay.kind, stay.admitted_on, stay.discharged_on) == ("inpatient", dt.date(2026, 6, 1), dt.date(2026, 6, 3))
    assert (stay.disposition, stay.attending_name) == ("home", "丁一")
    assert stay.department == Department.objects.get(name="骨科")
    lines = Diagnosis.objects.order_by("rank").values_list("code", "text")
    assert list(lines) == [("S72.0", "股骨颈骨折"), ("", "高血压")]
    assert Procedure.objects.get().text == "内固定术"
    assert InboundRecord.objects.get().reason_detail == {
        "applied": {"Patient": 1, "Encounter": 1, "Condition": 2, "Procedure": 1},
        "ignored": {"Organization": {"names_only": 1}, "Practitioner": {"names_only": 1},
                    "Observation": {"no_visit": 1}},
    }  # fmt: skip


def test_resources_that_come_alone_find_their_person_and_visit(feed: Feed) -> None:
    parts = (
        patient(), encounter(), line("Condition", "c1", "肺炎"), line("Condition", "c2", "高血压"),
        line("Procedure", "o1", "雾化", status="completed"),
    )  # fmt: skip
    assert told(feed, *map(alone, parts)) == [("applied", "")] * 5
    assert told(feed, bundle(line("Condition", "c3", "糖尿病")))[-1] == ("applied", "")
    assert list(Diagnosis.objects.order_by("rank").values_list("text", flat=True)) == ["肺炎", "高血压", "糖尿病"]
    before = everything()
    told(feed, bundle(*parts))
    assert everything()[1][0][:7] == before[1][0][:7]
    assert (Patient.objects.count(), Encounter.objects.count(), Procedure.objects.count()) == (1, 1, 1)


def test_who_and_what_is_not_known_is_set_aside(feed: Feed) -> None:
    messages = alone(encounter()), alone(line("Condition", "c1", "肺炎"))
    assert told(feed, *messages) == [("set_aside", "person_not_known")] * 2
    assert Patient.objects.count() == 0


ODD: dict[str, tuple[Resource, str]] = {
    "animal": (
        patient(extension=[{"url": "http://hl7.org/fhir/StructureDefinition/patient-animal"}]), "animal"
    ),
    "no name": (patient(name=""), "name_missing"),
    "a name of the past only": ({**patient(), "name": [{"use": "old", "text": "乔明"}]}, "name_missing"),
    "unborn": (patient(name="Fetus of Mei Qiao"), "unborn"),
    "out of use": (patient(active=False), "record_inactive"),
    "planned": (encounter(status="planned"), "visit_planned"),
    "no visit": (line("Condition", "c1", "肺炎", visit=""), "no_visit"),
    "not so": (line("Condition", "c1", "肺炎", verificationStatus={"coding": [{"code": "refuted"}]}), "not_so"),
    "appointment": ({"resourceType": "Appointment", "status": "proposed"}, "kept_for_later"),
    "results": ({"resourceType": "Observation"}, "no_visit"),
    "consent about records": (consent("TREAT"), "consent_of_another_kind"),
    "grant without source": (consent("marketing_sms", sourceAttachment=None), "consent_without_proof"),
    "grant that ends": (
        consent("points", provision={
            "type": "permit", "purpose": [{"code": "points"}], "period": {"end": "2099-01-01"}
        }), "consent_ends",
    ),
    "draft": (consent("marketing_sms", status="draft"), "consent_not_in_force"),
}  # fmt: skip


@pytest.mark.parametrize("case", ODD)
def test_odd_things_are_ignored_with_their_reason(feed: Feed, case: str) -> None:
    resource, reason = ODD[case]
    assert told(feed, alone(resource)) == [("kept" if reason == "kept_for_later" else "ignored", reason)]
    assert (Patient.objects.count(), Encounter.objects.count(), Consent.objects.count()) == (0, 0, 0)


def test_the_own_copy_names_messages_about_several_and_about_records_united_since(feed: Feed) -> None:
    other = {"telecom": [], "birthDate": "1971-02-03"}
    told(feed, bundle(patient(), patient("p2", name="谢小平", **other)))
    first, second = Patient.objects.order_by("pk")
    part = subject_file.parts["messages"]
    assert [len(list(part.entries(one, NOW))) for one in (first, second)] == [1, 1]
    third = PatientFactory()
    unite(kept_id=third.pk, other_id=first.pk, actor=None, now=NOW)
    assert len(list(part.entries(third, NOW))) == 1


@pytest.mark.parametrize("erased", ["乔明", "谢小平"])
def test_a_message_about_several_is_emptied_when_any_of_them_is_erased(feed: Feed, erased: str) -> None:
    other = {"telecom": [], "birthDate": "1971-02-03"}
    both = bundle(patient(), encounter(), patient("p2", name="谢小平", **other), encounter("v2", of="Patient/p2"))
    told(feed, both, alone(patient("p3", name="何若兰", telecom=[], birthDate="1966-07-08")))
    erase(Patient.objects.get(name=erased), reason="本人要求", actor=None, now=NOW)
    first, second = InboundRecord.objects.order_by("id")
    assert (bytes(first.raw), first.state, first.reason) == (b"", "applied", "erased")
    assert (bool(second.raw), second.state, second.people) == (True, "applied", None)
    assert Patient.objects.exclude(contact_state="erased").count() == 2


def test_a_message_of_somebody_erased_is_known_when_it_comes_again(feed: Feed) -> None:
    raw = alone(patient("M7701"))
    assert told(feed, raw) == [("applied", "")]
    for _ in range(2):
        erase(Patient.objects.exclude(contact_state="erased").get(), reason="本人要求", actor=None, now=NOW)
        PatientFactory()
    assert told(feed, raw) == [("applied", "erased")]
    row = InboundRecord.objects.get()
    assert (row.times_received, bytes(row.raw), "M7701" in row.external_id) == (2, b"", False)


@pytest.mark.parametrize(
    ("key", "shown"),
    [
        ("11010119600102001X", "110***********001X"),
        ("M7701234", "M7****34"),
        ("5b1f6f0e-3c39-4b0e-9d52-6a3a3d0c7c11", "5b1f6f0e-3c39-4b0e-9d52-6a3a3d0c7c11"),
    ],
)
def test_the_id_of_a_resource_is_shown_masked_unless_it_was_drawn(feed: Feed, key: str, shown: str) -> None:
    told(feed, alone(patient(key)))
    row = InboundRecord.objects.get()
    assert (row.number_shown, message_list.cells(None, [row.pk], ["number"], False)) == (shown, [[shown]])


def test_what_belongs_to_an_animal_is_nobody_s(feed: Feed) -> None:
    resource, _reason = ODD["animal"]
    told(feed, bundle(resource, encounter(), {"resourceType": "RelatedPerson", "patient": {"reference": "Patient/p1"}}))
    assert (Patient.objects.count(), Encounter.objects.count()) == (0, 0)


@pytest.mark.parametrize("raw", [b"", b"{", b"[]", b'{"a": 1}', b"\xff\xfe", b"[" * 100_000])
def test_what_is_no_resource_is_set_aside(feed: Feed, raw: bytes) -> None:
    ((state, reason),) = told(feed, raw)
    assert (state, reason in ("no_json", "no_resource")) == ("set_aside", True)


@pytest.mark.parametrize("wrong", [None, 7, "x", [], {}, [[]], [None, 3], {"coding": 5}, {"coding": [{"code": 4}]}])
def test_no_shape_of_a_part_is_trusted(wrong: Any) -> None:
    for resource in (patient(), encounter(), line("Condition", "c", "x"), consent("care")):
        for name in resource:
            if name != "resourceType":
                read(bundle(patient("p2"), resource | {name: wrong}), Options())


@pytest.mark.parametrize("odd", ["\ud800", "a\x00b", "x" * 5000, "名"])
def test_signs_that_cannot_be_stored_stop_nothing(feed: Feed, odd: str) -> None:
    strange = {"resourceType": odd, "id": odd}
    raw = json.dumps({"resourceType": "Bundle", "id": odd, "type": "batch", "entry": [
        {"resource": strange}, {"resource": patient(odd, name=f"乔明{odd}")},
        {"request": {"method": "DELETE", "url": odd}},
    ]}).encode()  # fmt: skip
    assert [state for state, _ in told(feed, raw, alone(patient()))] == ["applied", "applied"]
    assert InboundRecord.objects.order_by("id")[0].reason_detail["ignored"]["?"]["kind_not_used"] == 1


def test_replaced_by_unites_and_the_old_name_still_finds_the_person(feed: Feed) -> None:
    told(feed, alone(patient("old")), alone(encounter(of="Patient/old")), alone(patient("p1", birthDate="1980-06-16")))
    assert Patient.objects.count() == 2
    link = {"type": "replaced-by", "other": {"reference": "Patient/p1"}}
    assert told(feed, alone(patient("old", active=False, link=[link])))[-1] == ("applied", "")
    told(feed, alone(encounter("v2", of="Patient/old", period={"start": "2026-07-01T09:00:00+08:00"})))
    person = Identifier.objects.get(value="his|p1").patient
    assert {visit.patient_id for visit in Encounter.objects.all()} == {person.pk}
    assert Encounter.objects.count() == 2


def test_death_and_its_taking_back(feed: Feed) -> None:
    told(feed, alone(patient(deceasedDateTime="2026-06-04T23:30:00+00:00")))
    assert (Patient.objects.get().contact_state, Patient.objects.get().deceased_on) == ("deceased", dt.date(2026, 6, 5))
    told(feed, alone(patient(deceasedBoolean=False)))
    assert Patient.objects.get().contact_state == "open"


@pytest.mark.parametrize("kind", ["IMP", "EMER"])
@pytest.mark.parametrize("end", [{}, {"end": "2026-06-03T10:00:00+08:00"}])
def test_whoever_died_during_a_visit_is_dead_also_where_its_end_is_not_told(feed: Feed, kind: str, end: dict) -> None:
    left = {"hospitalization": {"dischargeDisposition": {"coding": [{"code": "exp"}]}}}
    visit = encounter(kind=kind, period={"start": "2026-06-01T09:00:00+08:00", **end}, **left)
    told(feed, bundle(patient(), visit))
    assert (Patient.objects.get().contact_state, Encounter.objects.get().disposition) == ("deceased", "died")


def test_a_visit_entered_in_error_is_taken_back(feed: Feed) -> None:
    told(feed, bundle(patient(), encounter()), alone(encounter(status="entered-in-error")))
    assert Encounter.objects.get().is_cancelled


def test_consents_are_taken_with_their_wording_and_once(feed: Feed) -> None:
    told(feed, bundle(patient(), consent("marketing_sms"), consent("HMARKT", kind="deny")))
    told(feed, bundle(patient(), consent("marketing_sms"), id="again"))
    rows = Consent.objects.order_by("id").values_list("purpose", "decision", "source", "wording_version")
    assert list(rows) == [
        ("marketing_sms", "granted", "feed", "wording-3"), ("marketing_mail", "refused", "feed", "wording-3"),
        ("marketing_sms", "refused", "feed", "wording-3"), ("calls", "refused", "feed", "wording-3"),
    ]  # fmt: skip


def received(*files: Path, **options: Any) -> Any:
    out = StringIO()
    call_command("receive_fhir", *map(str, files), stdout=out, **({"hospital": "north", "feed": "fhir"} | options))
    return json.loads(out.getvalue()) if options.get("json") else out.getvalue()


def test_files_are_counted_by_kind_and_a_replay_adds_nothing(north: Hospital, tmp_path: Path) -> None:
    with hospital_scope(north):
        FeedFactory(kind="fhir", name="fhir")
    lines = tmp_path / "all.ndjson.gz"
    rows = [line("Condition", "c1", "肺炎"), encounter(), patient(), {"resourceType": "Observation", "id": "x"}]
    lines.write_bytes(gzip.compress(b"\n".join(map(alone, rows)) + b"\n\n{broken\n"))
    single = tmp_path / "one.json"
    single.write_bytes(alone(patient("p9", name="丁九", telecom=[])))
    first = received(lines, single, json=True)
    counted = ("messages", "rejected", "new", "applied", "ignored", "people_after", "visits_after")
    assert [first[name] for name in counted] == [3, 1, 4, 2, 1, 2, 1]
    assert first["resources"] == {
        "Condition": {"applied": 1}, "Encounter": {"applied": 1}, "Observation": {"ignored:no_visit": 1},
        "Patient": {"applied": 2},
    }  # fmt: skip
    assert received(lines, single, json=True)["new"] == 0
    assert "Encounter: 1" in received(lines, single, language="en")


def test_files_that_cannot_be_taken_are_refused(north: Hospital, tmp_path: Path) -> None:
    broken = tmp_path / "x.json.gz"
    broken.write_bytes(gzip.compress(alone(patient()))[:-9])
    with pytest.raises(CommandError):
        received(broken)
    with hospital_scope(north):
        FeedFactory(kind="hl7", name="fhir")
    with pytest.raises(CommandError):
        received(broken)
