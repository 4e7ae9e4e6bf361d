"""What a discharge list does to the record: people recognised, nothing overwritten, contradictions queued."""

import datetime as dt
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone

from accounts.models import AuditEvent, Department, Hospital
from followups.domain.planning import plan_hospital
from followups.models import FollowUpOrder
from hospital_crm.tenancy.scope import hospital_scope
from integrations.domain import importing
from integrations.domain.at_once import bring_in_file, try_file
from integrations.domain.deciding import decide
from integrations.models import MatchConflict, PhysicianMapping
from patients.models import ContactPoint, Encounter, Identifier, Patient
from tests.cast import Cast, actor_of
from tests.integrations.lists import csv_bytes, identity, row

pytestmark = pytest.mark.django_db
NOW = dt.datetime(2025, 6, 1, 10, tzinfo=dt.UTC)


@pytest.fixture
def bring(north: Hospital, tmp_path: Path) -> Any:
    """`bring([row(…), …])`: import a list into North; answers its result."""

    def import_rows(rows: list[list[str]], dry: bool = False) -> dict[str, Any]:
        path = tmp_path / "list.csv"
        path.write_bytes(csv_bytes(rows))
        return (try_file if dry else bring_in_file)(north, path, now=timezone.now())

    return import_rows


def test_import_tells_after_every_chunk_how_many_rows_are_done(
    north: Hospital, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(importing, "FIRST_CHUNK_ROWS", 1)
    monkeypatch.setattr(importing, "CHUNK_ROWS", 2)
    path, told = tmp_path / "list.csv", []
    path.write_bytes(csv_bytes([row(住院号=f"ZY{number}") for number in range(4)]))
    bring_in_file(north, path, now=timezone.now(), told=lambda done, total: told.append((done, total)))
    assert told == [(1, 4), (3, 4), (4, 4)]


def test_person_and_stay_are_written_with_everything_a_search_needs(bring: Any, north: Hospital) -> None:
    bring([row(姓名="曾　书远", 联系电话="138-0000-0001/010-62345678", 主管医生="陈文医师", 离院方式="医嘱转院")])
    with hospital_scope(north):
        person, stay = Patient.objects.get(), Encounter.objects.get()
        numbers = list(ContactPoint.objects.values_list("value", "value_reversed", "rank"))
        assert (person.name, person.given_name, person.py_initials, person.py_initials_alt) == (
            "曾书远",
            "书远",
            "zsy",
            "csy",
        )
        assert (person.sex, person.birth_date, person.phone, person.mrn) == (
            "M",
            dt.date(1960, 1, 1),
            "13800000001",
            "ZY0001",
        )
        assert numbers == [("13800000001", "10000000831", 1), ("01062345678", "87654326010", 2)]
        assert (person.last_visit_on, person.last_department.name) == (dt.date(2025, 3, 5), "心内科")
        assert (stay.disposition, stay.attending_name, stay.attending, stay.visit_number) == (
            "transfer",
            "陈文",
            None,
            "1",
        )
        assert list(Department.objects.values_list("name", "is_confirmed")) == [("心内科", False)]


def test_identity_number_is_kept_sealed(bring: Any, north: Hospital) -> None:
    bring([row()])
    with hospital_scope(north):
        kept = Identifier.objects.get(system="national_id")
        assert kept.value == "" and identity() not in kept.value_encrypted
        assert list(Identifier.objects.filter(system="inpatient").values_list("value", flat=True)) == ["ZY0001"]


def test_sex_and_birth_date_come_from_the_identity_number(bring: Any, north: Hospital) -> None:
    bring([row(性别="", 出生日期="", 身份证号=identity("19551231", 2))])
    with hospital_scope(north):
        assert Patient.objects.values_list("sex", "birth_date").get() == ("F", dt.date(1955, 12, 31))


def test_second_import_changes_nothing(bring: Any) -> None:
    rows = [row(), row(住院次数="2", 入院日期="2025-04-01", 出院日期="2025-04-03")]
    first, second = bring(rows), bring(rows)
    assert (first["stays_created"], first["patients_created"], first["patients_matched"]) == (2, 1, 0)
    assert (second["stays_created"], second["stays_updated"], second["patients_created"]) == (0, 0, 0)
    assert second["patients_matched"] == 1


def test_corrected_stay_is_updated_and_what_is_not_said_stays(bring: Any, north: Hospital) -> None:
    bring([row()])
    result = bring([row(出院日期="2025-03-06", 主管医生="", 出院科室="")])
    with hospital_scope(north):
        stay = Encounter.objects.get()
        assert result["stays_updated"] == 1
        assert (stay.discharged_on, stay.attending_name, stay.department.name) == (
            dt.date(2025, 3, 6),
            "陈医师",
            "心内科",
        )


def test_person_is_recognised_by_record_number_then_by_name_birth_date_and_telephone(
    bring: Any, north: Hospital
) -> None:
    bring([row()])
    by_number = row(身份证号="", 住院次数="2", 入院日期="2025-04-01", 出院日期="2025-04-03")
    by_contact = row(住院号="ZY0777", 身份证号="", 住院次数="3", 入院日期="2025-05-01", 出院日期="2025-05-03")
    assert bring([by_number, by_contact])["patients_created"] == 0
    with hospital_scope(north):
        assert (Patient.objects.count(), Encounter.objects.count()) == (1, 3)


def test_identity_number_under_another_name_makes_a_person_apart_and_a_question(bring: Any, north: Hospital) -> None:
    bring([row()])
    other = row(住院号="ZY0002", 姓名="汤若水", 联系电话="13800000002")
    result, again = bring([other]), bring([other])
    with hospital_scope(north):
        conflict = MatchConflict.objects.get()
        assert conflict.code == "identity_conflict"
        assert [entry["row"] for entry in result["warnings"]] == [1]
        assert sorted(Patient.objects.values_list("name", flat=True)) == ["汤若水", "甘书远"]
        assert Identifier.objects.filter(system="national_id").get().patient.name == "甘书远"
    assert (result["stays_created"], again["stays_created"], again["patients_created"]) == (1, 0, 0)


def test_record_number_with_another_identity_number_is_a_question(bring: Any, north: Hospital) -> None:
    bring([row()])
    bring([row(身份证号=identity("19600101", 3), 入院日期="2025-05-01", 出院日期="2025-05-02", 住院次数="2")])
    with hospital_scope(north):
        assert MatchConflict.objects.get().code == "record_conflict"
        assert Encounter.objects.values("patient").distinct().count() == 2


def test_deciding_one_person_unites_and_is_remembered(bring: Any, north: Hospital, cast: Cast) -> None:
    bring([row()])
    other = row(住院号="ZY0002", 姓名="甘书源", 入院日期="2025-05-01", 出院日期="2025-05-02")
    bring([other])
    with hospital_scope(north):
        decide(MatchConflict.objects.get(), same=True, actor=actor_of(cast.he), now=NOW)
        assert Patient.objects.get().encounters.count() == 2
    again = bring([other])
    with hospital_scope(north):
        assert (again["patients_created"], again["stays_created"], Patient.objects.count()) == (0, 0, 1)


def test_deciding_two_people_leaves_both(bring: Any, north: Hospital, cast: Cast) -> None:
    bring([row()])
    bring([row(住院号="ZY0002", 姓名="汤若水")])
    with hospital_scope(north):
        decided = decide(MatchConflict.objects.get(), same=False, actor=actor_of(cast.he), now=NOW)
        assert (decided.state, Patient.objects.count()) == ("separate", 2)


@pytest.mark.parametrize("written", ["5", "５", "死亡"])
def test_death_is_reported_at_once(bring: Any, north: Hospital, written: str) -> None:
    bring([row()])
    result = bring([row(住院次数="2", 入院日期="2025-04-01", 出院日期="2025-04-03", 离院方式=written)])
    with hospital_scope(north):
        person = Patient.objects.get()
        assert (person.contact_state, person.deceased_on, person.deceased_source) == (
            "deceased",
            dt.date(2025, 4, 3),
            "his",
        )
    assert result["deaths"] == 1


def test_deaths_of_several_known_people_end_everything_of_each(bring: Any, north: Hospital, cast: Cast) -> None:
    people = [
        {"住院号": f"ZY000{n}", "身份证号": identity("19600101", 2 * n + 1), "联系电话": f"1380000000{n}"}
        for n in (1, 2, 3)
    ]
    bring([row(**one) for one in people])
    with hospital_scope(north):
        plan_hospital(north, now=NOW, on=dt.date(2025, 3, 7), workers=1)
        planned = Counter(FollowUpOrder.objects.values_list("patient_id", flat=True))
    bring([row(**people[0], 离院方式="死亡"), row(**people[1], 离院方式="死亡"), row(**people[2])])
    with hospital_scope(north):
        dead = set(Patient.objects.filter(contact_state="deceased").values_list("pk", flat=True))
        states = set(FollowUpOrder.objects.values_list("patient_id", "state").distinct())
        reports = AuditEvent.objects.filter(verb="patients.death.report")
        ended = AuditEvent.objects.filter(verb="followups.orders.end_by_death")
        assert len(dead) == 2 and {state for person, state in states if person in dead} == {"died"}
        assert {state for person, state in states if person not in dead} == {"planned"}
        assert {(int(one.object_id), one.before["contact_state"], one.after["source"]) for one in reports} == {
            (person, "open", "his") for person in dead
        }
        assert {int(one.object_id): one.detail["orders"] for one in ended} == {
            person: planned[person] for person in dead
        }


def test_stay_after_death_is_a_warning_and_the_dead_stay_dead(bring: Any, north: Hospital) -> None:
    bring([row(离院方式="死亡")])
    result = bring([row(住院次数="2", 入院日期="2025-04-01", 出院日期="2025-04-03")])
    with hospital_scope(north):
        assert Patient.objects.get().contact_state == "deceased"
    assert [entry["row"] for entry in result["warnings"]] == [1]


def test_dry_run_counts_and_leaves_no_trace(bring: Any, north: Hospital) -> None:
    result = bring([row(), row(姓名="")], dry=True)
    assert (result["stays_created"], [entry["row"] for entry in result["rejected"]]) == (1, [2])
    with hospital_scope(north):
        assert (Patient.objects.count(), Encounter.objects.count(), PhysicianMapping.objects.count()) == (0, 0, 0)


def test_a_number_that_is_too_long_is_refused_and_a_long_name_shortened_with_a_remark(
    bring: Any, north: Hospital
) -> None:
    long = "9" * 45
    result = bring([row(住院号=f"{long}1"), row(住院号=f"{long}2"), row(住院号="ZY1", 姓名="长" * 300)])
    said = [(entry["row"], entry["reason"]) for entry in (*result["rejected"], *result["warnings"])]
    too_long = f"号码{'9' * 40}…超过40个字符"
    assert said == [(1, too_long), (2, too_long), (3, "姓名超过100个字符，已截短")]
    with hospital_scope(north):
        assert [len(name) for name in Patient.objects.values_list("name", flat=True)] == [100]


@pytest.mark.parametrize("written", ["2.02503E+11", "2.02503e+11", "2E+11", "2.02503100000000E+15"])
def test_a_number_that_a_spreadsheet_has_damaged_makes_nobody_one(bring: Any, north: Hospital, written: str) -> None:
    same = {"住院号": written, "姓名": "甘书远", "身份证号": ""}
    others = {"出生日期": "1971-02-03", "联系电话": "13800000002"}
    result = bring([row(**same), row(**same, **others)])
    said = [(entry["row"], entry["reason"]) for entry in result["warnings"]]
    assert said == [(1, "号码被表格软件截断，不采用"), (2, "号码被表格软件截断，不采用")]
    with hospital_scope(north):
        assert (Patient.objects.count(), Identifier.objects.count(), Encounter.objects.count()) == (2, 0, 2)


def test_formulas_are_text(bring: Any, north: Hospital) -> None:
    bring([row(姓名="=HYPERLINK(1)", 出院科室="@SUM(1)")])
    with hospital_scope(north):
        assert Patient.objects.get().name == "=HYPERLINK(1)"
        assert Department.objects.get().name == "@SUM(1)"


def test_lists_of_one_hospital_never_meet_people_of_another(
    bring: Any, north: Hospital, south: Hospital, tmp_path: Path
) -> None:
    bring([row()])
    path = tmp_path / "south.csv"
    path.write_bytes(csv_bytes([row()]))
    result = bring_in_file(south, path, now=timezone.now())
    assert (result["patients_created"], result["patients_matched"]) == (1, 0)
    with hospital_scope(south):
        assert Patient.objects.count() == 1
