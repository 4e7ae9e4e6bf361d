"""Where departments are chosen from, those to be confirmed say so."""

from collections.abc import Callable, Iterable
from typing import Any

import pytest
from django.utils.translation import override

from accounts.actors import Actor
from accounts.models import Department, Hospital, StaffDepartment
from content.forms import AboutForm
from followups.forms import DispatchFilters
from hospital_crm.tenancy.scope import hospital_scope
from patients.domain.segments import visit_facts
from patients.label_forms import CrossingForm, WinBackFilter
from patients.list_forms import PeopleFilter
from tests.cast import Cast, client_of

pytestmark = pytest.mark.django_db
OFFERED: dict[str, Callable[[Actor], Iterable[Any]]] = {
    "people": lambda actor: PeopleFilter({}, actor=actor).fields["department"].choices,
    "win back": lambda actor: WinBackFilter().fields["department"].choices,
    "crossing": lambda actor: CrossingForm({"rows": "region", "columns": "disease"}).fields["only"].widget.choices,
    "segments": lambda actor: visit_facts._departments(),
    "dispatch": lambda actor: DispatchFilters().fields["department"].choices,
    "articles": lambda actor: AboutForm().fields["department"].choices,
}


@pytest.mark.parametrize("where", OFFERED)
def test_lists_of_departments_mark_those_to_be_confirmed(
    in_north: Hospital, actor: Callable[[str], Actor], where: str
) -> None:
    Department.objects.create(name="心内科")
    Department.objects.create(name="心内二科", is_confirmed=False)
    with override("zh-hans"):
        words = {str(label) for _value, label in OFFERED[where](actor("centre_manager"))}
    assert {"心内科", "心内二科（待确认）"} <= words


def test_board_of_a_head_of_several_marks_them_too(cast: Cast, north: Hospital) -> None:
    with hospital_scope(north):
        found = Department.objects.create(name="心内二科", is_confirmed=False)
        StaffDepartment.objects.create(staff=cast.wang, department=found, is_head=True)
    page = client_of(cast.wang).get("followups/board/").content.decode()
    assert "心内二科（待确认）</option>" in page and "心内科</option>" in page
