"""Bundles, bulk exports and official examples of the outside world, against what is expected of them, and replayed."""

import csv
import datetime as dt
import json
import os
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.db.models import Count
from fhir.resources.R4B import get_fhir_model_class

from accounts.models import Hospital
from hospital_crm.tenancy.scope import hospital_scope
from integrations.domain.inbox import apply_due
from integrations.models import InboundRecord
from integrations.readers.fhir.events import read
from integrations.readers.fhir.fields import Options
from patients.models import Diagnosis, Encounter, Identifier, Patient, Procedure, Relation
from tests.integrations.factories import FeedFactory
from tests.integrations.outside import everything

FOLDER = Path(os.environ.get("CRM_TEST_DATA", "../shared/data")) / "fhir"
pytestmark = [
    pytest.mark.conformance,
    pytest.mark.django_db,
    pytest.mark.skipif(not FOLDER.is_dir(), reason="the outside world's files are not here"),
]
# what becomes of an example by its kind, where it is not "told", and of those that are odd
OF_KIND: dict[str, Any] = {
    **dict.fromkeys(("Appointment", "AppointmentResponse", "Schedule", "Slot"), ("kept", "kept_for_later")),
    **dict.fromkeys(
        ("Practitioner", "PractitionerRole", "Organization", "Location", "HealthcareService"), ("ignored", "names_only")
    ),
    **dict.fromkeys(("Patient", "Encounter", "Condition", "Procedure", "RelatedPerson"), "told"),
    "Consent": ("ignored", "consent_of_another_kind"),
}
TOLD: dict[str, Any] = {
    "Patient-animal.json": ("ignored", "animal"),
    "Patient-newborn.json": ("ignored", "name_missing"),
    **dict.fromkeys(
        (
            *(f"Condition-{name}.json" for name in ("example", "f202", "family-history")),
            *(f"Procedure-{name}.json" for name in ("HCBS", "appendectomy-narrative", "colon-biopsy", "education")),
            "Procedure-example.json",
        ),
        ("ignored", "no_visit"),
    ),
}
NOT_PEOPLE = ("animal", "newborn", "infant-fetal")


@pytest.fixture(autouse=True)
def _feed(north: Hospital) -> None:
    with hospital_scope(north):
        FeedFactory(kind="fhir", name="fhir")


def received(paths: list[Path]) -> dict[str, Any]:
    """The printed result."""
    out = StringIO()
    call_command("receive_fhir", *map(str, paths), hospital="north", feed="fhir", json=True, stdout=out)
    return json.loads(out.getvalue())


def expected(folder: str) -> Any:
    """What a correct import yields."""
    return json.loads((FOLDER / folder / "EXPECTED.json").read_text(encoding="utf-8"))


def bundles() -> list[Path]:
    return [path for path in sorted((FOLDER / "synthea_bundles").glob("*.json")) if path.name != "EXPECTED.json"]


def examples() -> list[Path]:
    return sorted((FOLDER / "hl7_r4_examples").glob("*/*.json"))


def per_person() -> dict[str, tuple[Any, ...]]:
    """Name → sex, birth date, day of death, visits, diagnoses, operations."""
    rows = Patient.objects.annotate(visits=Count("encounters"))
    return {
        row.name: (
            row.sex, row.birth_date, row.deceased_on, row.visits,
            Diagnosis.objects.filter(encounter__patient=row).count(),
            Procedure.objects.filter(encounter__patient=row).count(),
        )
        for row in rows
    }  # fmt: skip


def said_of(person: dict[str, Any]) -> tuple[Any, ...]:
    """The same of an entry of what is expected."""
    died = dt.datetime.fromisoformat(person["deceased"]) if person["deceased"] else None
    return (
        {"male": "M", "female": "F"}[person["gender"]],
        dt.date.fromisoformat(person["birthDate"]),
        died and died.astimezone(Options().zone).date(),
        *(person[name] for name in ("encounters", "conditions", "procedures")),
    )


def test_ten_bundles_are_ten_people_with_all_that_is_theirs(north: Hospital) -> None:
    result = received(bundles())
    truth = expected("synthea_bundles")
    applied = {kind: counts.get("applied", 0) for kind, counts in result["resources"].items()}
    assert {kind: count for kind, count in applied.items() if count} == {
        "Patient": 10, "Encounter": 116, "Condition": 44, "Procedure": 49, "MedicationRequest": 26,
    }  # fmt: skip
    assert (result["applied"], result["problems"], result["people_after"], result["visits_after"]) == (10, [], 10, 116)
    assert result["resources"]["CarePlan"] == {"ignored:kind_not_used": 9}
    assert result["resources"]["Observation"] == {"ignored:not_of_checkup": 631}
    with hospital_scope(north):
        assert per_person() == {person["name"]: said_of(person) for person in truth.values()}
        assert Patient.objects.filter(contact_state="deceased").count() == 3
        kinds = {row["kind"]: row["n"] for row in Encounter.objects.values("kind").annotate(n=Count("id"))}
        before = everything()
    classes = [person["enc_class"] for person in truth.values()]
    assert kinds == {
        kind: total
        for kind, code in (("outpatient", "AMB"), ("emergency", "EMER"), ("inpatient", "IMP"))
        if (total := sum(one.get(code, 0) for one in classes))
    }
    again = received(bundles())
    assert (again["new"], again["repeats"]) == (0, 10)
    with hospital_scope(north):
        assert everything() == before


def test_a_bulk_export_is_sixty_people_and_a_second_import_adds_nothing(north: Hospital) -> None:
    files = sorted((FOLDER / "synthea_ndjson").glob("*.ndjson"))
    result = received(files)
    truth = expected("synthea_ndjson")
    applied = {kind: result["resources"][kind] for kind in ("Patient", "Encounter", "Condition", "Procedure")}
    assert applied == {kind: {"applied": truth["totals"][kind]} for kind in applied}
    assert result["problems"] == []
    with hospital_scope(north):
        assert per_person() == {person["name"]: said_of(person) for person in truth["patients"]}
        assert Patient.objects.filter(contact_state="deceased").count() == 6
        kinds = {row["kind"]: row["n"] for row in Encounter.objects.values("kind").annotate(n=Count("id"))}
        before = everything()
    assert kinds == {"outpatient": 922, "emergency": 61, "inpatient": 4}
    assert received(files)["new"] == 0
    with hospital_scope(north):
        assert everything() == before


def test_one_kind_of_line_after_the_other_is_the_same(north: Hospital) -> None:
    folder = FOLDER / "synthea_ndjson"
    for kind in ("Patient", "Encounter", "Condition", "Procedure"):
        result = received([folder / f"{kind}.ndjson"])
        assert (result["problems"], result["set_aside"]) == ([], 0)
    with hospital_scope(north):
        assert (Patient.objects.count(), Encounter.objects.count()) == (60, 987)
        assert Procedure.objects.count() == expected("synthea_ndjson")["totals"]["Procedure"]


def test_a_person_with_a_chinese_name(north: Hospital) -> None:
    received([FOLDER / "chinese_traditional" / "Bundle-all-three.json"])
    with hospital_scope(north):
        person = Patient.objects.get()
        visit = Encounter.objects.get()
        line = Diagnosis.objects.get()
        assert (person.name, person.sex, person.birth_date) == ("陳大明", "M", dt.date(1980, 6, 15))
        assert (person.mrn, Relation.objects.get().name) == ("MRN-123456", "陳美玲")
        assert (visit.patient, visit.kind) == (person, "outpatient")
        assert visit.admitted_at == dt.datetime.fromisoformat("2024-04-02T09:00:00+08:00")
        assert visit.discharged_at == dt.datetime.fromisoformat("2024-04-02T09:45:00+08:00")
        assert (line.code, line.text) == ("I10", "原發性高血壓")
        before = everything()
    parts = [FOLDER / "chinese_traditional" / f"{name}-001.json" for name in (
        "Patient-patient", "Encounter-encounter", "Condition-condition"
    )]  # fmt: skip
    assert received(parts)["problems"] == []
    with hospital_scope(north):
        assert [row[:7] for row in everything()[1]] == [row[:7] for row in before[1]]
        assert (everything()[0], everything()[2]) == (before[0], before[2])
        assert list(Diagnosis.objects.values_list("code", "text")) == [("I10", "原發性高血壓")]


def test_each_example_is_read_as_a_second_opinion_reads_it() -> None:
    for path in examples():
        said = json.loads(path.read_text(encoding="utf-8"))
        get_fhir_model_class(said["resourceType"]).model_validate(said)
        for one in (record for record in read(path.read_bytes(), Options()).told if said["resourceType"] == "Patient"):
            other = get_fhir_model_class("Patient").model_validate(said)
            names = {part for name in other.name for part in (name.family, *(name.given or ())) if part}
            assert set(one.name.split()) <= {word for name in names for word in name.split()}
            assert one.birth_date in (None, other.birthDate)


def test_each_example_tells_what_its_kind_does() -> None:
    wrong = {}
    with (FOLDER / "hl7_r4_examples" / "MANIFEST.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert sorted(row["file"] for row in rows) == sorted(path.name for path in examples())
    for row in rows:
        reading = read((FOLDER / "hl7_r4_examples" / row["type"] / row["file"]).read_bytes(), Options())
        found = "told" if reading.told else (reading.state, reading.reason)
        if found != TOLD.get(row["file"], OF_KIND.get(row["type"], ("ignored", "kind_not_used"))):
            wrong[row["file"]] = found
        if row["type"] == "Patient" and reading.told:
            name, _, rest = row["content"].partition(" | ")
            sex, birth, *_ = rest.split()
            who = reading.told[0]
            assert (who.name, who.sex, str(who.birth_date)) == (  # type: ignore[union-attr]
                name.strip().split(";")[0], {"male": "M", "female": "F"}.get(sex, "U"), birth
            )  # fmt: skip
    assert wrong == {}


def test_no_example_becomes_a_wrong_person(north: Hospital) -> None:
    result = received(examples())
    assert "cannot_apply" not in {one["code"] for one in result["problems"]}
    with hospital_scope(north):
        numbers = Identifier.objects.filter(system="other").values_list("value", flat=True)
        keys = {number.partition("|")[2] for number in numbers}
        assert keys.isdisjoint(NOT_PEOPLE)
        told = {path.stem.removeprefix("Patient-") for path in examples() if path.parent.name == "Patient"}
        assert keys <= told
        assert {row.patient.name for row in Encounter.objects.select_related("patient")} <= set(
            Patient.objects.values_list("name", flat=True)
        )
        assert InboundRecord.objects.filter(state="received").count() == 0
        assert Patient.objects.filter(name__icontains="kenzi").count() == 0
        before = everything()
    assert received(examples())["new"] == 0
    with hospital_scope(north):
        InboundRecord.objects.exclude(state="kept").update(state="received", reason="")
    apply_due(north)
    with hospital_scope(north):
        assert everything() == before
