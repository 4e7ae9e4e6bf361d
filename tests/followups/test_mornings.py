"""The morning digest of follow-up: every role reads what it may look after, each number that of its page."""

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from accounts.models import Hospital, StaffDepartment, StaffMember
from followups.domain import mornings
from followups.models import FollowUpOrder
from hospital_crm.tenancy.scope import hospital_scope
from tests.accounts.factories import AbsenceFactory, StaffRoleFactory
from tests.cast import CARDIOLOGY_WARD, SURGERY, Cast, actor_of
from tests.followups.factories import DissatisfactionFactory
from tests.followups.numbers import badge, chips, counted_on
from tests.followups.scene import order_of, today

pytestmark = pytest.mark.django_db


@pytest.fixture
def orders(in_north: Hospital, cast: Cast) -> None:
    """Late ones of two departments and tiers, held by people and by the pool; due and returned ones."""
    order_of(cast, cast.li, days=-3, tier="A")
    order_of(cast, cast.li, days=-4, tier="A")
    order_of(cast, cast.li, days=2)
    order_of(cast, cast.li, days=2, state="returned")
    order_of(cast, cast.sun, days=-2, tier="C")
    for days in (-2, 1, 3):
        order_of(cast, days=days, tier="C", assignee_role="centre")
    order_of(cast, days=-2, assignee_role="nurse")
    order_of(cast, cast.chen, days=-5, tier="A", department=SURGERY, ward=None)
    order_of(cast, cast.chen, days=-5, tier="A", state="submitted")


def lines_of(staff: StaffMember) -> dict[str, int]:
    """What somebody's digest says, in English."""
    with hospital_scope(staff.hospital), translation.override("en"):
        lines = mornings.section(today())(staff)
        return {line.text: line.count for line in lines if line.count}


def test_a_nurse_reads_the_own_calls(orders: None, cast: Cast, client_as: Any) -> None:
    assert lines_of(cast.li) == {"late": 2, "due today": 2, "returned for redo": 1}
    shown = chips(client_as("nurse").get("followups/mine/"))
    assert (shown["late"], shown["today"]) == (2, 2)


def test_a_cover_reads_the_calls_of_who_is_away(orders: None, cast: Cast, client_as: Any) -> None:
    AbsenceFactory(staff=cast.li, cover=cast.chen, starts_on=today(), ends_on=today())
    assert lines_of(cast.chen) == {"late": 3, "due today": 2, "returned for redo": 1}
    shown = chips(client_as("physician").get("followups/mine/"))
    assert (shown["late"], shown["today"]) == (3, 2)


def test_an_agent_reads_the_own_calls_and_those_of_the_pool(orders: None, cast: Cast, client_as: Any) -> None:
    assert lines_of(cast.sun) == {"late": 2, "to call today": 4}
    shown = chips(client_as("agent").get("followups/calls/counts/"))
    assert (shown["late"], shown["all"]) == (2, 4)


def test_a_head_nurse_reads_of_the_own_ward(orders: None, cast: Cast, client_as: Any) -> None:
    assert lines_of(cast.zhou) == {f"late, {CARDIOLOGY_WARD}": 5}
    assert chips(client_as("head_nurse").get("followups/ward/"))["late"] == 5


def test_a_department_head_reads_of_the_own_department(orders: None, cast: Cast, client_as: Any) -> None:
    assert lines_of(cast.wang) == {"late, 心内科": 5}
    client = client_as("department_head")
    assert client.get("followups/board/").context["board"].whole.late == 5
    assert client.get("followups/behind/?measure=late").context["count"] == 5


def test_a_head_without_the_mark_looks_after_the_own_department(orders: None, cast: Cast, client_as: Any) -> None:
    client = client_as("department_head")
    with hospital_scope(cast.hospital):
        StaffDepartment.objects.update(is_head=False)
        heard = DissatisfactionFactory(order=FollowUpOrder.objects.filter(department__name="心内科").first())
        head = actor_of(cast.wang)
        waiting = [badge(head, "followups:board"), badge(head, "followups:dissatisfactions")]
    assert (lines_of(cast.wang)["late, 心内科"], waiting) == (5, [5, 1])
    assert client.get("followups/board/").context["board"].whole.late == 5
    assert [row["one"] for row in client.get("followups/dissatisfactions/").context["rows"]] == [heard]
    page = f"followups/dissatisfactions/{heard.public_id}/"
    assert client.post(page, {"handling": "已道歉", "cause": "waiting"}).status_code == 302


def test_the_centre_manager_reads_of_the_whole_hospital(orders: None, cast: Cast, client_as: Any) -> None:
    assert lines_of(cast.qian) == {"late": 1, "to call today": 3, "late in the whole hospital": 6}
    client = client_as("centre_manager")
    assert chips(client.get("followups/dispatch/counts/"))["late"] == 6
    shown = chips(client.get("followups/calls/counts/"))
    assert (shown["late"], shown["all"]) == (1, 3)


def test_medical_affairs_reads_of_late_a(orders: None, cast: Cast, client_as: Any) -> None:
    assert lines_of(cast.ma) == {"tier A late": 3, "tier A beyond 72 hours": 2}
    shown = chips(client_as("medical_affairs").get("followups/quality/counts/"))
    assert (shown["late"], shown["escalated"]) == (3, 2)


@pytest.mark.parametrize(
    ("role", "lines"),
    [
        ("nurse", 4),
        ("physician", 1),
        ("agent", 2),
        ("head_nurse", 1),
        ("department_head", 1),
        ("centre_manager", 3),
        ("medical_affairs", 2),
    ],
)
def test_each_line_leads_to_the_page_with_its_number(
    orders: None, cast: Cast, client_as: Any, role: str, lines: int
) -> None:
    staff = cast.holding(role)
    with hospital_scope(cast.hospital):
        DissatisfactionFactory(owner=cast.li)
        told = [line for line in mornings.section(today())(staff) if line.count]
    client, found = client_as(role), []
    for line in told:
        name, query = line.page if len(line.page) == 2 else (*line.page, "")
        found.append(counted_on(client, client.get(client.url(name) + query)))
    assert (found, len(found)) == ([line.count for line in told], lines)


def test_rights_are_those_of_all_roles_held(orders: None, cast: Cast) -> None:
    link = StaffRoleFactory(staff=cast.li, role=cast.ma.role_links.get().role)
    assert link.pk and lines_of(cast.li)["tier A beyond 72 hours"] == 2


def test_who_looks_after_nothing_reads_nothing(orders: None, cast: Cast) -> None:
    assert [lines_of(staff) for staff in (cast.xu, cast.gao, cast.deng)] == [{}, {}, {}]


def test_many_people_take_as_many_queries_as_one(orders: None, cast: Cast) -> None:
    def asked(*people: StaffMember) -> int:
        with hospital_scope(cast.hospital), CaptureQueriesContext(connection) as queries:
            read = mornings.section(today())
            for one in people:
                read(one)
        return len(queries)

    people = (cast.li, cast.zhou, cast.wang, cast.qian, cast.ma, cast.sun)
    assert asked(cast.li) == asked(*people)
