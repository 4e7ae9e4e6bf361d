"""A list of last year: its result says why nobody is called, and the officer has its stays followed all the same."""

import json
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.utils import timezone
from django.utils.html import strip_tags

from accounts.models import AuditEvent, Hospital, HospitalSettings
from followups.domain.planning import plan_hospital
from followups.models import FollowUpOrder
from hospital_crm.tenancy.scope import hospital_scope
from integrations.domain.at_once import bring_in_file
from integrations.models import ImportBatch
from tests.cast import Cast, client_of
from tests.integrations.lists import csv_bytes, identity, row

pytestmark = pytest.mark.django_db


@pytest.fixture
def batch(north: Hospital, tmp_path: Path) -> ImportBatch:
    """Two stays of March 2025, planned today."""
    path, other = tmp_path / "list.csv", row(住院号="ZY0002", 姓名="汤若水", 身份证号=identity(order=3))
    path.write_bytes(csv_bytes([row(), other]))
    bring_in_file(north, path, now=timezone.now())
    plan_hospital(north, now=timezone.now(), workers=1)
    with hospital_scope(north):
        return ImportBatch.objects.get()


def test_result_says_that_stays_are_too_old_and_how_long_the_protocol_follows(cast: Cast, batch: ImportBatch) -> None:
    page = client_of(cast.he).get(f"imports/{batch.public_id}/")
    assert page.context["planned"].too_old == 2
    words = " ".join(strip_tags(page.content.decode()).split())
    assert "2次住院没有指令：导入时各步均已过期。" in words
    assert [day for _label, day in page.context["planned"].last_days] == [93, 97, 30]
    assert f"imports/{batch.public_id}/plan-past/" in page.content.decode()


def test_old_stays_are_planned_once_the_officer_says_so(
    north: Hospital, cast: Cast, batch: ImportBatch, django_capture_on_commit_callbacks: Any
) -> None:
    officer, path = client_of(cast.he), f"imports/{batch.public_id}/plan-past/"
    assert "仍为2次住院排回访" in officer.get(path).content.decode()
    with django_capture_on_commit_callbacks(execute=True):
        assert officer.post(path).status_code == 302
    with hospital_scope(north):
        working = FollowUpOrder.objects.working().count()
        assert AuditEvent.objects.get(verb="integrations.batch.plan_past").detail["stays"] == 2
    page = officer.get(f"imports/{batch.public_id}/")
    assert (page.context["planned"].too_old, working > 2, page.context["planned"].orders >= working) == (0, True, True)


def test_result_says_how_many_stays_ended_before_the_first_that_is_followed(
    north: Hospital, cast: Cast, tmp_path: Path, capsys: Any
) -> None:
    with hospital_scope(north):
        HospitalSettings.objects.update(followups_start_on="2025-03-20")
    path = tmp_path / "list.csv"
    followed = row(住院号="ZY0002", 姓名="汤若水", 身份证号=identity(order=3), 出院日期="2025-03-20")
    path.write_bytes(csv_bytes([row(), followed]))
    call_command("import_discharges", path, hospital="north", json=True)
    assert json.loads(capsys.readouterr().out)["stays_before_start"] == 1
    plan_hospital(north, now=timezone.now(), workers=1)
    with hospital_scope(north):
        batch = ImportBatch.objects.get()
    page = client_of(cast.he).get(f"imports/{batch.public_id}/")
    assert (page.context["planned"].before_start, page.context["planned"].too_old) == (1, 1)
    words = " ".join(strip_tags(page.content.decode()).split())
    assert "1次住院没有指令：本院自2025-03-20起的出院患者才排回访。" in words


def test_nothing_is_said_of_a_first_discharge_where_all_are_followed(cast: Cast, batch: ImportBatch) -> None:
    page = client_of(cast.he).get(f"imports/{batch.public_id}/")
    assert (page.context["planned"].before_start, "起的出院患者" in page.content.decode()) == (0, False)


def test_planning_old_stays_is_the_officers_of_this_hospital(
    south: Hospital, cast: Cast, client_as: Any, batch: ImportBatch
) -> None:
    path = f"imports/{batch.public_id}/plan-past/"
    assert client_as("physician").get(path).status_code == 403
    assert client_of(cast.he).put(path).status_code == 405
