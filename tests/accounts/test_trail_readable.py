"""What stands in the audit trail is read in the reader's words: fields, pages, purposes, what a row refers to."""

import ast
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.conf import settings
from django.utils.translation import override

from accounts import trail_words
from accounts.domain import trail
from accounts.domain.trail import Wanted
from accounts.domain.trail_line import whole_line
from accounts.models import AccessLog, Department, Hospital, RowChange, StaffDepartment
from hospital_crm.tenancy.row_audit import audited_models
from hospital_crm.tenancy.scope import hospital_scope
from patients.models import Identifier
from tests.accounts.test_trail import APPS
from tests.cast import Cast, MountedClient, actor_of
from tests.patients.factories import IdentifierFactory

pytestmark = pytest.mark.django_db
LOGS = ("log_access", "log_accesses", "log_part", "log_unmasking", "Seen")


def is_chinese(words: str) -> bool:
    """Whether a text has Chinese signs."""
    return any("\u4e00" <= sign <= "\u9fff" for sign in words)


def logged(name: str) -> set[str]:
    """What the calls that log a view say for this argument, where it is written out, up to the first value."""
    return {
        said for app in APPS for path in (Path(settings.BASE_DIR) / app).rglob("*.py") for said in said_in(path, name)
    }


def said_in(path: Path, name: str) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Call) and getattr(node.func, "attr", getattr(node.func, "id", "")) in LOGS:
            for word in node.keywords:
                if word.arg == name:
                    first = word.value.values[0] if isinstance(word.value, ast.JoinedStr) else word.value
                    if isinstance(first, ast.Constant) and first.value:
                        yield first.value


@pytest.mark.parametrize("name", ["page", "purpose", "field"])
def test_what_views_are_logged_with_has_words(name: str) -> None:
    found = {said.partition("-")[0] if name == "field" else said for said in logged(name)}
    assert len(found) > 2
    with override("zh-hans"):
        unnamed = {
            said
            for said in found
            if not is_chinese(trail_words.value_words(name, f"{said}people" if said[-1] == ":" else said))
        }
    assert unnamed == set()


def test_columns_as_the_database_calls_them_have_words_that_are_not_their_names() -> None:
    with override("zh-hans"):
        bare = {
            f"{model.__name__}.{column.column}"
            for model in audited_models()
            for column in model._meta.concrete_fields
            if not is_chinese(trail_words.key_words(str(column.column), model))
        }
    with override("en"):
        bare |= {
            f"{model.__name__}.{column.column}"
            for model in audited_models()
            for column in model._meta.concrete_fields
            if trail_words.key_words(str(column.column), model) == column.column != column.name
        }
    assert bare == set()


def test_a_deleted_link_is_told_by_names_and_without_what_only_keeps_it_in_its_place(
    cast: Cast, north: Hospital
) -> None:
    with hospital_scope(north), override("zh-hans"):
        surgery = Department.objects.create(name="普外二科")
        link = StaffDepartment.objects.create(staff=cast.li, department=surgery)
        link.delete()
        row = RowChange.objects.get(
            table_name="accounts_staffdepartment", operation="DELETE", changes__department_id=surgery.pk
        )
        found = whole_line("changes", row.pk, actor=actor_of(cast.shen))
        line = trail.page("changes", Wanted(kind="accounts_staffdepartment")).lines[0]
    assert found is not None
    assert {change.label: change.before for change in found.changes} == {
        "员工": cast.li.name,
        "科室": "普外二科",
        "负责人": "否",
    }
    assert line.detail == "员工、科室、负责人"


def test_a_number_that_changes_names_no_hash_of_it(in_north: Hospital) -> None:
    number = IdentifierFactory()
    Identifier.objects.filter(pk=number.pk).update(value="ZY9", value_hash=b"1" * 32, is_active=False)
    with override("zh-hans"):
        line = next(
            one for one in trail.page("changes", Wanted(kind="patients_identifier")).lines if one.what == "修改"
        )
    assert line.detail == "号码、在用"


def test_a_view_of_the_flagged_viewings_is_told_by_the_name_of_its_page(
    cast: Cast, north: Hospital, client_as: Callable[[str], MountedClient]
) -> None:
    with hospital_scope(north):
        seen = AccessLog.objects.create(kind="list", patient_ids=[1, 2], page="viewings", staff_id=cast.an.pk)
    page = client_as("auditor").get(f"audit/accesses/{seen.pk}/").content.decode()
    assert "<dd>异常查看</dd>" in page and "<dd>viewings</dd>" not in page
