"""The outside world's discharge list gives exactly what its EXPECTED file says, in any order and repeated."""

import itertools
import json
import os
import re
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.utils import translation

from accounts.models import Department, Hospital
from hospital_crm.tenancy.scope import hospital_scope
from integrations.readers.problems import SENTENCES
from patients.models import Encounter, Patient

DATA = Path(os.environ.get("CRM_TEST_DATA", Path(__file__).parents[3] / "shared" / "data"))
FOLDER = DATA / "his_export_SYNTHETIC"
pytestmark = [
    pytest.mark.conformance,
    pytest.mark.skipif(not FOLDER.is_dir(), reason="the outside world's files are not here"),
    pytest.mark.django_db,
]
# what the data says of a row, and the finding that says so here
KINDS = {
    "discharge before admission": "discharge_before_admission",
    "name missing": "name_missing",
    "sex contradicts ID": "sex_contradicts_identity",
    "impossible birth date (Excel zero), ID gives the right one": "birth_impossible_identity",
    "ID check digit wrong": "identity_check_digit",
}
FILES = ("出院患者名单.xlsx", "出院患者名单_gbk.csv", "出院患者名单_utf8bom.csv")


def bring(hospital: Hospital, name: str, *flags: str) -> dict[str, Any]:
    """The printed result of the command for one of the files."""
    out = StringIO()
    call_command("import_discharges", str(FOLDER / name), "--json", *flags, hospital=hospital.slug, stdout=out)
    return json.loads(out.getvalue())


def rows_of(entries: list[Any]) -> set[int]:
    """The row numbers of reasons, ours or expected."""
    return {entry["row"] if isinstance(entry, dict) else entry[0] for entry in entries}


def told_of(entries: list[Any], said: list[Any]) -> None:
    """Every row that is named has exactly one reason, in our words for the one that is expected."""
    expected = {row: SENTENCES[KINDS[reason.split(";")[0]]] for row, reason in said}
    assert sorted(entry["row"] for entry in entries) == sorted(expected)
    with translation.override("zh-hans"):
        for entry in entries:
            words = translation.gettext(expected[entry["row"]]).split("%(value)s")
            assert re.fullmatch(".+".join(map(re.escape, words)), entry["reason"]), entry


@pytest.fixture(scope="module")
def expected() -> dict[str, Any]:
    """What the data says of itself."""
    return json.loads((FOLDER / "EXPECTED.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize("order", list(itertools.permutations(range(3))))
def test_three_files_give_the_expected_people_and_stays_in_any_order(
    north: Hospital, expected: dict[str, Any], order: tuple[int, ...]
) -> None:
    first, *others = (bring(north, FILES[place]) for place in order)
    assert first["rows"] == expected["data_rows"]
    assert first["stays_created"] == expected["importable_stays"]
    assert first["patients_created"] == expected["distinct_patients"]
    assert (first["stays_updated"], first["patients_matched"]) == (0, 0)
    for result in others:
        assert (result["stays_created"], result["stays_updated"], result["patients_created"]) == (0, 0, 0)
        assert result["patients_matched"] == expected["distinct_patients"]
    for result in (first, *others):
        assert result["duplicates"] == expected["exact_duplicates"]
        assert result["deaths"] == expected["stays_ending_in_death"]
        told_of(result["rejected"], expected["rejected"])
        told_of(result["warnings"], expected["warnings"])
    with hospital_scope(north):
        assert Encounter.objects.count() == expected["importable_stays"]
        assert Patient.objects.count() == expected["distinct_patients"]
        assert Patient.objects.filter(contact_state="deceased").count() == expected["stays_ending_in_death"]
        assert set(Department.objects.values_list("is_confirmed", flat=True)) == {False}


def test_dry_run_says_the_same_and_changes_nothing(north: Hospital, expected: dict[str, Any]) -> None:
    result = bring(north, FILES[1], "--dry-run")
    assert result["stays_created"] == expected["importable_stays"]
    assert rows_of(result["rejected"]) == rows_of(expected["rejected"])
    with hospital_scope(north):
        assert (Encounter.objects.count(), Patient.objects.count(), Department.objects.count()) == (0, 0, 0)
