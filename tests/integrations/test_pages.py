"""The import pages: who may see them, the way of a list through them, and what a bad file is told."""

from pathlib import Path
from typing import Any

import pytest
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection

from accounts.models import Hospital, StaffMember
from hospital_crm.tenancy.scope import hospital_scope
from integrations.models import ImportBatch
from tests.cast import Cast, client_of
from tests.integrations.lists import csv_bytes, row

pytestmark = pytest.mark.django_db
PAGES = ("imports/", "imports/new/", "imports/conflicts/", "imports/names/", "imports/staff/")


@pytest.fixture
def officer(cast: Cast) -> Any:
    """A browser of North's information officer."""
    return client_of(cast.he)


def upload(client: Any, content: bytes, name: str = "名单.csv", path: str = "imports/new/") -> Any:
    """Send a file."""
    return client.post(path, {"file": SimpleUploadedFile(name, content)})


@pytest.mark.parametrize("path", PAGES)
def test_page_answers_the_officer_and_nobody_without_the_right(client_as: Any, officer: Any, path: str) -> None:
    assert officer.get(path).status_code == 200
    assert client_as("physician").get(path).status_code == 403


@pytest.mark.parametrize("path", ["imports/", "imports/conflicts/", "imports/names/"])
def test_reading_pages_refuse_other_methods(officer: Any, path: str) -> None:
    assert officer.post(path).status_code == 405


def test_list_goes_from_upload_to_result(
    officer: Any, north: Hospital, django_capture_on_commit_callbacks: Any
) -> None:
    uploaded = upload(officer, csv_bytes([row(), row(姓名="", 住院号="ZY0009")]))
    page = officer.get(uploaded.url, follow=True)
    assert page.redirect_chain[-1][0].endswith("/columns/")
    form = page.context["form"]
    with django_capture_on_commit_callbacks(execute=True):
        officer.post(page.redirect_chain[-1][0], {name: form[name].value() for name in form.fields})
    preview = officer.get(uploaded.url)
    assert preview.context["counts"]["stays_created"] == 1
    assert "甘*远" in preview.content.decode() and "甘书远" not in preview.content.decode()
    left_out = officer.get(f"{uploaded.url}left-out/")
    assert left_out.headers["Content-Type"].endswith("spreadsheetml.sheet")
    connection.run_on_commit.clear()  # the test's one transaction would take the second asking for the first
    with django_capture_on_commit_callbacks(execute=True):
        officer.post(f"{uploaded.url}start/")
    result = officer.get(uploaded.url)
    assert (result.context["batch"].state, result.context["counts"]["rejected"]) == ("done", 1)
    assert officer.get("imports/").status_code == 200


@pytest.mark.parametrize("content", [b"", b"\x89PNG\r\n\x1a\n" + bytes(99), "甲,乙\n1,2\n".encode(), b"PK\x03\x04x"])
def test_bad_file_is_refused_with_a_sentence_and_kept_nowhere(officer: Any, north: Hospital, content: bytes) -> None:
    answer = upload(officer, content)
    assert answer.status_code == 422
    assert answer.context["form"].errors["file"]
    with hospital_scope(north):
        assert ImportBatch.objects.count() == 0


def test_file_over_the_limit_is_refused(officer: Any, settings: Any) -> None:
    settings.IMPORT_MAX_BYTES = 50
    assert upload(officer, csv_bytes([row()])).status_code == 422


def test_list_of_another_hospital_does_not_exist(
    officer: Any, zhao: StaffMember, south: Hospital, north: Hospital
) -> None:
    url = upload(officer, csv_bytes([row()])).url
    key = url.rstrip("/").split("/")[-1]
    stranger = client_of(Cast(south).he)
    for page in ("", "columns/", "progress/", "left-out/"):
        assert stranger.get(f"imports/{key}/{page}").status_code == 404


def test_mapping_without_a_name_is_refused(officer: Any) -> None:
    page = officer.get(upload(officer, csv_bytes([row()])).url, follow=True)
    answer = officer.post(page.redirect_chain[-1][0], {"c0": "admission_number"})
    assert answer.status_code == 422


def test_discarded_list_leaves_no_file(
    officer: Any, north: Hospital, settings: Any, tmp_path: Path, django_capture_on_commit_callbacks: Any
) -> None:
    settings.PRIVATE_FILES_DIR = tmp_path
    url = upload(officer, csv_bytes([row()])).url
    with django_capture_on_commit_callbacks(execute=True):
        officer.post(f"{url}discard/")
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []


@pytest.mark.parametrize("kind", ["discharges", "staff"])
def test_template_is_a_spreadsheet_with_the_columns_that_are_recognised(officer: Any, kind: str) -> None:
    assert officer.get(f"imports/template/{kind}/").content[:2] == b"PK"


def test_unknown_template_does_not_exist(officer: Any) -> None:
    assert officer.get("imports/template/nothing/").status_code == 404


def test_staff_sheet_is_shown_then_brought_in_and_hands_passwords_out_once(officer: Any, north: Hospital) -> None:
    cache.clear()
    sheet = "工号,姓名,科室,角色\nG001,段知微,心内科,主管医师\n".encode()
    url = upload(officer, sheet, "员工.csv", "imports/staff/").url
    assert officer.get(url).context["outcome"].created == 1
    with hospital_scope(north):
        assert not StaffMember.objects.filter(name="段知微").exists()
    done = officer.post(url)
    with hospital_scope(north):
        assert StaffMember.objects.filter(name="段知微").exists()
    key = done.context["key"]
    assert officer.post(f"imports/staff/passwords/{key}/").content[:2] == b"PK"
    assert officer.post(f"imports/staff/passwords/{key}/").status_code == 404
    assert officer.post(url).status_code == 302, "a second press brings nothing in"
