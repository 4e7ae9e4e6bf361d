"""Rows of one stay that differ are brought together: the second import of the same list changes nothing."""

from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone

from accounts.models import Hospital
from hospital_crm.tenancy.scope import hospital_scope
from integrations.domain import importing
from integrations.domain.at_once import bring_in_file
from patients.models import Diagnosis, Encounter
from tests.integrations.lists import HEADER, row, xlsx
from tests.integrations.test_resume import stay_of

pytestmark = pytest.mark.django_db
FURTHER = ("出院诊断编码", "出院诊断", "其他诊断", "总费用")


@pytest.fixture
def bring(north: Hospital, tmp_path: Path) -> Any:
    """Import rows with what follows them into North; answers the counts."""

    def import_rows(*rows: list[str]) -> dict[str, Any]:
        path = xlsx(tmp_path / "list.xlsx", rows, (*HEADER, *FURTHER))
        return bring_in_file(north, path, now=timezone.now())

    return import_rows


def the_stay(hospital: Hospital) -> Encounter:
    """The one stay of North."""
    with hospital_scope(hospital):
        return Encounter.objects.get()


def diagnoses(hospital: Hospital) -> list[str]:
    """Those of the one stay, the main one first."""
    with hospital_scope(hospital):
        return list(Diagnosis.objects.order_by("rank").values_list("text", flat=True))


ONE, OTHER = ["I10", "高血压", "", "100"], ["E11.9", "2型糖尿病", "痛风", ""]


def test_second_import_of_two_rows_of_one_stay_changes_nothing(bring: Any, north: Hospital) -> None:
    rows = [row() + ONE, row(主管医生="李医师", 住院号="ZY0001") + OTHER]
    first = bring(*rows)
    assert (first["stays_created"], first["stays_updated"]) == (1, 0)
    before = the_stay(north)
    second = bring(*rows)
    assert (second["stays_created"], second["stays_updated"]) == (0, 0)
    after = the_stay(north)
    assert (after.source_at, after.import_batch_id) == (before.source_at, before.import_batch_id)


def test_last_value_that_is_said_counts_and_diagnoses_are_collected(bring: Any, north: Hospital) -> None:
    bring(row() + ONE, row(主管医生="李医师", 离院方式="") + OTHER)
    stay = the_stay(north)
    assert (stay.diagnosis_code, stay.diagnosis_text, stay.fees) == ("E11.9", "2型糖尿病", 100)
    assert (stay.attending_name, stay.disposition) == ("李医师", "home")
    assert diagnoses(north) == ["2型糖尿病", "高血压", "痛风"]


def test_corrected_wording_of_a_diagnosis_is_no_second_one(bring: Any, north: Hospital) -> None:
    bring(row() + ["I10", "高血压", "", ""], row() + ["I10", "原发性高血压", "", ""])
    assert (the_stay(north).diagnosis_text, diagnoses(north)) == ("原发性高血压", [])


@pytest.mark.parametrize("order", [1, -1])
def test_death_in_one_of_the_rows_stays(bring: Any, north: Hospital, order: int) -> None:
    rows = [row(离院方式="5") + ONE, row() + OTHER][::order]
    result = bring(*rows)
    stay = the_stay(north)
    assert (stay.disposition, result["deaths"]) == ("died", 1)


def test_rows_of_one_stay_are_never_parted_by_the_end_of_a_chunk(bring: Any, north: Hospital, monkeypatch: Any) -> None:
    monkeypatch.setattr(importing, "FIRST_CHUNK_ROWS", 2)
    rows = [stay_of(1) + ONE, stay_of(2) + ONE, stay_of(2) + OTHER, stay_of(3) + ONE]
    assert bring(*rows)["stays_created"] == 3
    assert bring(*rows)["stays_updated"] == 0


def test_another_stay_under_the_same_number_is_still_set_aside(bring: Any, north: Hospital) -> None:
    later = row(入院日期="2025-04-01", 出院日期="2025-04-05")
    result = bring(row() + ONE, later + OTHER, row() + OTHER)
    assert (result["stays_created"], result["stays_updated"]) == (2, 0)
