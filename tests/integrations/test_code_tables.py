"""Tables of codes by the wizard: diagnoses, departments, divisions; again changes nothing; taken back within a day."""

import datetime as dt
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import Department, Hospital
from hospital_crm.tenancy.scope import hospital_scope
from integrations.domain import batches, importing, undoing
from integrations.domain.errors import ImportRefused
from integrations.domain.places import Places
from integrations.domain.preview import preview_of
from integrations.models import ImportBatch, ImportIssue
from patients.domain import divisions, facets
from patients.domain.codes import GroupName, group_names, neighbours
from patients.domain.divisions import code_of
from patients.domain.people import create_person
from patients.models import DiagnosisCode, Division
from tests.cast import Cast, MountedClient, actor_of
from tests.patients.factories import DiagnosisFactory, EncounterFactory, PatientFactory

NOW = dt.datetime(2026, 6, 1, 2, 0, tzinfo=dt.UTC)
DIAGNOSES = "编码,名称,类别\nI10.x00x002,高血压,循环系统疾病\nK29.500,慢性胃炎,消化系统疾病\nx,不是编码,\nK29.600,,\n"
DEPARTMENTS = (
    "code,name,type,parent,aliases\n03,内科,诊疗科目,,\n"
    "03.01,呼吸内科专业,临床,03,呼吸内科;呼吸科\n03.02,消化内科专业,临床,03,消化内科\n"
)
DIVISIONS = "code,name\n320000,江苏省\n320500,苏州市\n320581,常熟市\n320582,张家港市\n110000,北京市\n110105,朝阳区\n"


@pytest.fixture(autouse=True)
def private_files(settings: Any, tmp_path: Any) -> None:
    settings.PRIVATE_FILES_DIR = tmp_path / "private"


def taken_in(hospital: Hospital, text: str | bytes, kind: str, name: str = "表.csv") -> ImportBatch:
    content = text.encode() if isinstance(text, str) else text
    with hospital_scope(hospital):
        return batches.take_in([content], size=len(content), file_name=name, kind=kind, actor=None, now=NOW)


def brought(hospital: Hospital, text: str | bytes, kind: str, now: dt.datetime = NOW) -> ImportBatch:
    batch = taken_in(hospital, text, kind)
    with hospital_scope(hospital):
        batches.check_columns(batch, batch.mapping)
        batch.state, batch.started_at = "queued", now
        batch.save()
    importing.run(hospital, batch.pk, clock=lambda: now)
    with hospital_scope(hospital):
        batch.refresh_from_db()
    assert batch.state == "done"
    return batch


def figures(batch: ImportBatch) -> tuple[int, ...]:
    return tuple(batch.counts.get(name, 0) for name in ("rows", "codes_created", "codes_updated", "rejected"))


def undone(hospital: Hospital, batch: ImportBatch) -> dict[str, int]:
    with hospital_scope(hospital):
        undoing.undo(batch, actor=None, now=NOW)
    importing.run(hospital, batch.pk, clock=lambda: NOW)
    with hospital_scope(hospital):
        batch.refresh_from_db()
    return batch.undone


def test_diagnoses_come_in_once_and_bad_rows_are_left_out(north: Hospital) -> None:
    batch = brought(north, DIAGNOSES, "diagnoses")
    assert figures(batch) == (4, 2, 0, 2)
    with hospital_scope(north):
        rows = DiagnosisCode.objects.values_list("code", "name", "py_initials", "category")
        assert list(rows) == [
            ("I10.x00x002", "高血压", "gxy", "循环系统疾病"),
            ("K29.500", "慢性胃炎", "mxwy", "消化系统疾病"),
        ]
        found = ImportIssue.objects.filter(batch=batch).values_list("line", "code", "field")
        assert list(found) == [(4, "code_impossible", "table_code"), (5, "term_missing", "term")]
    assert figures(brought(north, DIAGNOSES, "diagnoses")) == (4, 0, 0, 2)


def test_a_list_without_groups_keeps_those_that_are_known(north: Hospital) -> None:
    brought(north, DIAGNOSES, "diagnoses")
    again = brought(north, "编码,名称\nI10.x00x002,原发性高血压\n", "diagnoses")
    assert figures(again) == (1, 0, 1, 0)
    with hospital_scope(north):
        row = DiagnosisCode.objects.get(code="I10.x00x002")
        assert (row.name, row.category) == ("原发性高血压", "循环系统疾病")


def test_a_code_that_stands_twice_counts_by_its_first_row(north: Hospital) -> None:
    text = "编码,名称\nI10,高血压\nI10,高血压病\n"
    assert [figures(brought(north, text, "diagnoses")) for _ in range(2)] == [(2, 1, 0, 1), (2, 0, 0, 1)]


def test_undoing_takes_back_what_was_made_and_puts_back_what_was_corrected(north: Hospital) -> None:
    brought(north, "编码,名称\nI10,高血压\n", "diagnoses")
    second = brought(north, "编码,名称\nI10,原发性高血压\nK29,胃炎\n", "diagnoses")
    assert undone(north, second) == {"codes": 1, "codes_kept": 0}
    with hospital_scope(north):
        assert list(DiagnosisCode.objects.values_list("code", "name")) == [("I10", "高血压")]


def test_departments_get_their_place_and_other_names(north: Hospital) -> None:
    with hospital_scope(north):
        Department.objects.create(name="内科", is_confirmed=False)
    batch = brought(north, DEPARTMENTS, "departments")
    assert figures(batch) == (3, 2, 1, 0)
    with hospital_scope(north):
        rows = Department.objects.order_by("code").values_list(
            "code", "name", "parent__code", "aliases", "is_confirmed"
        )
        assert list(rows) == [
            ("03", "内科", None, [], True),
            ("03.01", "呼吸内科专业", "03", ["呼吸内科", "呼吸科"], True),
            ("03.02", "消化内科专业", "03", ["消化内科"], True),
        ]
    assert figures(brought(north, DEPARTMENTS, "departments")) == (3, 0, 0, 0)


def test_lists_find_a_department_by_code_and_by_another_name(north: Hospital) -> None:
    brought(north, DEPARTMENTS, "departments")
    with hospital_scope(north):
        lungs = Department.objects.get(code="03.01").pk
        places = Places(dt.date(2026, 6, 1))
        assert [places.department(name) for name in ("呼吸科", "03.01", "呼吸内科专业")] == [lungs] * 3
        Department.objects.filter(code="03.02").update(aliases=["呼吸科"])
        assert Places(dt.date(2026, 6, 1)).department("呼吸科") not in (lungs, None)


def test_two_departments_of_one_name_are_refused(north: Hospital) -> None:
    batch = brought(north, "code,name\n1,中医科\n2,中医科\n", "departments")
    assert figures(batch) == (2, 1, 0, 1)
    with hospital_scope(north):
        assert ImportIssue.objects.get(batch=batch).code == "name_taken"


def test_undoing_departments_keeps_those_in_use_and_moves_back(north: Hospital) -> None:
    with hospital_scope(north):
        before = Department.objects.create(name="内科", code="03")
        used = Department.objects.create(name="呼吸内科专业", code="03.01")
    batch = brought(north, DEPARTMENTS, "departments")
    with hospital_scope(north):
        EncounterFactory(department=Department.objects.get(code="03.02"))
    assert undone(north, batch) == {"codes": 0, "codes_kept": 1}
    with hospital_scope(north):
        used.refresh_from_db()
        assert (used.parent_id, used.aliases, Department.objects.filter(pk=before.pk).count()) == (None, [], 1)


def test_no_department_stands_above_itself(north: Hospital) -> None:
    brought(north, "code,name,parent\n1,甲科,2\n2,乙科,1\n3,丙科,3\n", "departments")
    with hospital_scope(north):
        parents = dict(Department.objects.values_list("code", "parent__code"))
        assert parents == {"1": "2", "2": None, "3": None}


def test_divisions_read_level_and_parent_from_the_code(north: Hospital) -> None:
    assert figures(brought(north, DIVISIONS, "divisions")) == (6, 6, 0, 0)
    with hospital_scope(north):
        rows = Division.objects.values_list("code", "level", "parent_code")
        assert list(rows) == [
            ("110000", 1, ""),
            ("110105", 3, "110100"),
            ("320000", 1, ""),
            ("320500", 2, "320000"),
            ("320581", 3, "320500"),
            ("320582", 3, "320500"),
        ]
        assert neighbours(["常熟市"]) == ["常熟市", "张家港市"]
        assert code_of("常熟市", "江苏省苏州市常熟市虞山街道") == code_of("常熟市", "") == "320581"
        assert code_of("", "火星") == code_of("常熟市", "广东省常熟市") == ""
        Division.objects.create(code="220104", name="朝阳区", level=3, parent_code="220100")
        divisions.forget()
        assert [code_of("朝阳区", one) for one in ("北京市朝阳区一号", "吉林长春朝阳区", "朝阳区一号")] == [
            "110105",
            "220104",
            "",
        ]


def test_an_address_gives_its_division_and_region(north: Hospital, cast: Cast) -> None:
    brought(north, DIVISIONS, "divisions")
    actor = actor_of(cast.sun)
    with hospital_scope(north):
        person = create_person({"name": "谢小平", "address": "江苏省苏州市常熟市一号"}, actor=actor)
        assert (person.division_code, person.region) == ("320581", "常熟市")


def test_a_code_without_words_is_shown_with_its_name(
    north: Hospital, cast: Cast, client_as: Callable[[str], MountedClient]
) -> None:
    brought(north, DIAGNOSES, "diagnoses")
    with hospital_scope(north):
        stay = EncounterFactory(attending=cast.chen, diagnosis_code="K29.500", diagnosis_text="")
        DiagnosisFactory(encounter=stay, code="K29.500", text="")
    client = client_as("physician")
    assert "慢性胃炎" in client.get(f"patients/stays/{stay.public_id}/").content.decode()
    assert "慢性胃炎" in client.get(f"patients/{stay.patient.public_id}/?show=stays").content.decode()
    with hospital_scope(north):
        stay.refresh_from_db()
        assert stay.diagnosis_text == ""


def test_groups_of_diseases_are_called_by_the_table(north: Hospital) -> None:
    brought(north, "编码,名称,类别\nI10,原发性高血压,循环\nK29.500,慢性胃炎,胃炎和十二指肠炎\n", "diagnoses")
    with hospital_scope(north):
        known = {"I10": GroupName("原发性高血压", "yfxgxy"), "K29": GroupName("胃炎和十二指肠炎")}
        assert group_names(["I10", "K29", "Z00", ""]) == known
        PatientFactory(disease_group="I10")
        facets.forget()
        assert facets.disease_names() == {"I10": known["I10"]}
        facets.forget()


def test_the_list_of_imports_shows_a_table_that_was_brought_in(
    north: Hospital, client_as: Callable[[str], MountedClient]
) -> None:
    brought(north, DIAGNOSES, "diagnoses")
    answer = client_as("information_officer").get("imports/")
    assert (answer.status_code, [one.kind for one in answer.context["batches"]]) == (200, ["diagnoses"])


def test_preview_and_pages_of_a_table(
    north: Hospital, cast: Cast, client_as: Callable[[str], MountedClient], django_capture_on_commit_callbacks: Any
) -> None:
    officer = client_as("information_officer")
    for kind in ("diagnoses", "departments", "divisions"):
        assert officer.get(f"imports/tables/{kind}/").status_code == 200
        assert client_as("agent").get(f"imports/tables/{kind}/").status_code == 403
        assert officer.put(f"imports/tables/{kind}/").status_code == 405
        assert officer.get(f"imports/template/{kind}/").status_code == 200
    assert officer.get("imports/tables/staff/").status_code == 404
    batch = taken_in(north, DIAGNOSES, "diagnoses")
    with hospital_scope(north):
        batches.choose_columns(batch, batch.mapping, actor=actor_of(cast.he), now=NOW)
    importing.run(north, batch.pk, clock=lambda: NOW)
    with hospital_scope(north):
        batch.refresh_from_db()
        shown = preview_of(batch, NOW.date(), clinical=False)
        assert [[cell.text for cell in row.cells][:2] for row in shown.rows][:2] == [
            ["I10.x00x002", "高血压"],
            ["K29.500", "慢性胃炎"],
        ]
        assert DiagnosisCode.objects.count() == 0
    assert "高血压" in officer.get(f"imports/{batch.public_id}/").content.decode()
    done = brought(north, DIAGNOSES, "diagnoses", timezone.now())
    page = officer.get(f"imports/{done.public_id}/").content.decode()
    assert f"/north/imports/{done.public_id}/left-out/" in page
    assert officer.get(f"imports/{done.public_id}/undo/").status_code == 200
    assert officer.get(f"imports/{done.public_id}/left-out/").status_code == 200


DATA = Path(os.environ.get("CRM_TEST_DATA", "../shared/data"))


@pytest.mark.conformance
@pytest.mark.skipif(not DATA.exists(), reason="no shared data")
@pytest.mark.parametrize(
    ("file", "kind", "expected"),
    [
        ("icd10/icd10_国家临床版2.0.csv", "diagnoses", (35862, 35862, 0, 0)),
        ("departments/诊疗科目名录_点分编码.csv", "departments", (155, 155, 0, 0)),
        ("gbt2260/modood_areas.csv", "divisions", None),
    ],
)
def test_real_tables_come_in_and_a_second_time_change_nothing(
    north: Hospital, file: str, kind: str, expected: tuple[int, ...] | None
) -> None:
    content = (DATA / "cn" / file).read_bytes()
    first = figures(brought(north, content, kind))
    assert first == (expected or (first[0], first[0], 0, 0))
    assert figures(brought(north, content, kind)) == (first[0], 0, 0, first[3])


def test_an_older_table_is_not_undone_while_a_later_one_is_in(north: Hospital) -> None:
    first = brought(north, "编码,名称\nI10,高血压\n", "diagnoses")
    second = brought(north, "编码,名称\nI10,原发性高血压\n", "diagnoses")
    brought(north, DEPARTMENTS, "departments")
    with hospital_scope(north), pytest.raises(ImportRefused) as refused:
        undoing.undo(first, actor=None, now=NOW)
    with hospital_scope(north):
        assert str(refused.value) == _("A later table of the same kind is in. Undo that one first.")
    undone(north, second)
    assert undone(north, first) == {"codes": 1, "codes_kept": 0}
