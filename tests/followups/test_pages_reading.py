"""Every page of follow-up that is read: works, 404 of the other hospital, 403 without the capability, other
departments hidden, as many
queries for three rows as for one, 405 for the wrong method."""

import datetime as dt

import pytest
from django.conf import settings
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.calendar import today
from followups.models import FollowUpOrder
from followups.views.rows import for_rows, rows_of, whole
from hospital_crm.tenancy.middleware import mounted_at
from hospital_crm.tenancy.scope import hospital_scope
from tests.cast import SURGERY, Cast, client_of
from tests.followups.scene import order_of, submitted_of
from tests.followups.test_page_queries import CONTROL

pytestmark = pytest.mark.django_db

# page, a role that may, a role that may not
LISTS = [
    ("followups/calls/", "agent", "hospital_leader"),
    ("followups/calls/counts/", "agent", "hospital_leader"),
    ("followups/mine/", "physician", "hospital_leader"),
    ("followups/dispatch/", "centre_manager", "agent"),
    ("followups/dispatch/counts/", "centre_manager", "agent"),
    ("followups/review/", "centre_manager", "physician"),
    ("followups/ward/", "head_nurse", "nurse"),
    ("followups/board/", "department_head", "physician"),
    ("followups/quality/", "medical_affairs", "physician"),
    ("followups/quality/counts/", "medical_affairs", "physician"),
    ("followups/behind/?measure=due", "department_head", "physician"),
    ("followups/protocol/", "physician", "auditor"),
    ("followups/figures/", "hospital_leader", "auditor"),
    ("followups/ward/print/", "head_nurse", "physician"),
]


@pytest.fixture
def orders(cast: Cast):
    """One order for each who works from a list, and one that waits for review."""
    return [
        order_of(cast, cast.chen, attending=cast.chen),
        order_of(cast, cast.li),
        order_of(cast, cast.sun),
        order_of(cast, cast.chen, days=-2, tier="A", attending=cast.chen),
        submitted_of(cast, cast.chen, note=""),
    ]


@pytest.mark.parametrize(("page", "role", "other"), LISTS)
def test_page_opens_for_its_role_and_for_nobody_else(orders, client_as, page, role, other):
    assert client_as(role).get(page).status_code == 200
    assert client_as(other).get(page).status_code == 403


def test_window_that_is_not_open_yet_is_told_from_its_first_day_to_its_last(cast: Cast, client_as):
    with hospital_scope(cast.hospital):
        first = today() + dt.timedelta(days=3)
    order = order_of(cast, cast.sun, days=9, earliest_on=first, due_on=first)
    days = f"{first:%m-%d}至{order.latest_on:%m-%d}"
    for page in (f"followups/calls/?order={order.public_id}", f"followups/orders/{order.public_id}/result/"):
        words = client_as("agent").get(page).content.decode()
        assert days in words.replace(f"{first.year + 1}-", ""), page


@pytest.mark.parametrize(("page", "role"), [(page, role) for page, role, _other in LISTS])
def test_page_is_read_only(orders, client_as, page, role):
    assert client_as(role).post(page.partition("?")[0]).status_code == 405


def test_rows_are_read_with_few_queries_and_say_what_a_whole_order_says(cast, actor):
    with hospital_scope(cast.hospital), mounted_at("/", settings.HOSPITAL_URLCONF):
        now = timezone.now()
        order_of(cast, cast.chen, attending=cast.li, occurrence=2, agreed_at=now)
        order_of(cast, attending=cast.chen, attempts_count=2, last_outcome="no_answer", last_attempt_at=now)
        submitted_of(cast, cast.chen, late_reason="出差", has_finding=True, has_dissatisfaction=True)
        reader, orders = actor("physician"), FollowUpOrder.objects.order_by("pk")
        told = [vars(row) for row in rows_of(whole(orders), actor=reader, now=now, clinical=True)]
        with CaptureQueriesContext(connection) as queries:
            lean = [vars(row) for row in rows_of(for_rows(orders), actor=reader, now=now, clinical=True)]
        assert len(queries) == 2  # the rows; their tries, numbers, calls of today, and the hours of calls
        assert lean == told


@pytest.mark.parametrize(("page", "role"), [(page, role) for page, role, _other in LISTS])
def test_page_asks_as_often_for_three_rows_as_for_one(cast, client_as, page, role):
    counts = []
    for _round in range(2):
        for _n in range(1 if not counts else 2):
            order_of(cast, cast.chen, attending=cast.chen, tier="A", days=-1)
            order_of(cast, cast.sun, days=0)
            order_of(cast, cast.li, days=0)
            submitted_of(cast, cast.chen, note="")
        client = client_as(role)
        client.get(page)
        with CaptureQueriesContext(connection) as queries:
            client.get(page)
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_lists_of_the_other_hospital_are_empty(orders, zhao, cast):
    client = client_of(zhao)
    body = client.get("followups/dispatch/").content.decode()
    with hospital_scope(cast.hospital):
        names = {str(order.public_id) for order in orders}
    assert not any(name in body for name in names)


@pytest.mark.parametrize("page", ["", "result/", "hand-over/", "why/", "print/"])
def test_order_pages_show_only_what_the_role_may_see(cast, client_as, zhao, page):
    own = order_of(cast, cast.chen, attending=cast.chen)
    foreign = order_of(cast, cast.xu, department=SURGERY, attending=cast.xu)
    chen = client_as("physician")
    assert chen.get(f"followups/orders/{own.public_id}/{page}").status_code == 200
    assert chen.get(f"followups/orders/{foreign.public_id}/{page}").status_code == 404
    assert client_of(zhao).get(f"followups/orders/{own.public_id}/{page}").status_code == 404
    assert client_as("auditor").get(f"followups/orders/{own.public_id}/{page}").status_code == 403


def test_other_departments_do_not_stand_on_the_board(cast, client_as):
    order_of(cast, cast.xu, department=SURGERY, days=-2)
    mine = order_of(cast, cast.chen, days=-2)
    board = client_as("department_head").get("followups/board/").content.decode()
    assert f'value="{mine.public_id}"' in board
    assert board.count('name="picked"') == 1


def test_lists_ask_at_most_fifteen_times(orders, client_as):
    slow = {}
    for page, role, _other in LISTS:
        client = client_as(role)
        client.get(page)
        with CaptureQueriesContext(connection) as queries:
            client.get(page)
        asked = sum(not query["sql"].startswith(CONTROL) for query in queries)
        if asked > 15:
            slow[page] = asked
    assert slow == {}


@pytest.mark.parametrize(
    ("page", "role"),
    [("followups/dispatch/", "centre_manager"), ("followups/dispatch/?state=filed", "centre_manager")],
)
def test_what_is_handed_in_is_not_called_late_in_lists(cast, client_as, page, role):
    """Late is work that still has to be done."""
    submitted_of(cast, cast.chen, days=-3, state="filed" if "filed" in page else "submitted")
    body = client_as(role).get(page).content.decode()
    assert body.count("data-row") == 1
    assert "is-late" not in body
    order_of(cast, cast.chen, days=-3)
    assert "超时" in client_as(role).get("followups/dispatch/").content.decode()


def test_printed_ward_list_takes_as_many_sheets_as_it_needs(cast: Cast, client_as):
    for _number in range(16):
        order_of(cast, cast.li)
    page = client_as("head_nurse").get("followups/ward/print/")
    text = page.content.decode()
    assert [len(sheet) for sheet in page.context["sheets"]] == [15, 1]
    assert (text.count("第1页，共2页"), text.count("第2页，共2页")) == (1, 1)


def test_what_is_late_is_not_said_to_lie_in_its_window(cast: Cast, client_as):
    order_of(cast, cast.li, days=-2)
    chips = client_as("head_nurse").get("followups/ward/").context["chips"]
    assert [(str(chip["label"]), int(chip["count"])) for chip in chips[:2]] == [("当前待办", 1), ("已超时", 1)]
