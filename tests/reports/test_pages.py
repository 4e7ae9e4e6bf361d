"""The leaders' page and the centre's day: who may read them, the same numbers as the boards, and no small number
where only aggregates may be read.
"""

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from accounts.models import Department
from followups.domain import boards, figures
from hospital_crm.shell.small_numbers import count_shown
from hospital_crm.tenancy.scope import hospital_scope
from reports.domain import suppression
from reports.views.hospital import line_shown, trend_of
from tests.cast import CARDIOLOGY, SURGERY, client_of
from tests.followups.numbers import counted_on
from tests.followups.scene import last_days, order_of, submitted_of, today

pytestmark = pytest.mark.django_db

PAGES = [("reports/", "hospital_leader", "physician"), ("reports/centre/", "centre_manager", "hospital_leader")]


@pytest.fixture
def steps(cast):
    """Six due steps of cardiology, two of surgery; one of each is late."""
    for _ in range(5):
        submitted_of(cast, cast.chen, attending=cast.chen, days=0)
    order_of(cast, cast.chen, attending=cast.chen, days=-1)
    submitted_of(cast, cast.xu, attending=cast.xu, department=SURGERY, days=0)
    order_of(cast, cast.xu, attending=cast.xu, department=SURGERY, days=-1)


@pytest.mark.parametrize(("page", "role", "other"), PAGES)
def test_page_opens_for_its_role_and_for_nobody_else(steps, client_as, page, role, other):
    assert client_as(role).get(page).status_code == 200
    assert client_as(other).get(page).status_code == 403
    assert client_as(role).post(page).status_code == 405


def test_the_other_hospital_reads_its_own_numbers(steps, zhao):
    assert client_of(zhao).get("reports/").context["board"].whole.figures == figures.Figures()


@pytest.mark.parametrize(("page", "role"), [(page, role) for page, role, _other in PAGES])
def test_page_asks_as_often_for_three_departments_as_for_one(cast, client_as, page, role):
    counts = []
    for names in [(CARDIOLOGY,), (SURGERY, "骨科")]:
        for name in names:
            submitted_of(cast, cast.chen, department=name)
        client = client_as(role)
        client.get(page)
        with CaptureQueriesContext(connection) as queries:
            client.get(page)
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_the_hospital_the_centre_and_the_departments_say_the_same_numbers(steps, north, client_as):
    period = figures.this_month(today())
    with hospital_scope(north):
        own = {
            department.pk: boards.department_board(department, period=period, today=today()).whole.figures
            for department in Department.objects.filter(name__in=[CARDIOLOGY, SURGERY])
        }
    for role, page in [("hospital_leader", "reports/"), ("centre_manager", "reports/centre/")]:
        board = client_as(role).get(page).context["board"]
        assert {line.key: line.figures for line in board.lines} == own
        assert board.whole.figures == figures.add_up(list(own.values()))


def test_a_small_department_cannot_be_told_apart(cast, client_as):
    for department in [CARDIOLOGY] * 6 + [SURGERY] * 2:
        submitted_of(cast, cast.chen, department=department, days=0)
    page = client_as("hospital_leader").get("reports/")
    assert [line["name"] for line in page.context["lines"]] == []
    assert page.context["rest"]["due"] == "8"
    assert SURGERY not in page.content.decode()


def test_the_centre_reads_small_numbers_too(cast, client_as):
    monday = today() - dt.timedelta(days=today().weekday())
    submitted_of(cast, cast.chen, days=(monday - today()).days - 1)
    page = client_as("centre_manager").get("reports/centre/?period=week")
    assert (page.context["said"]["due"], page.context["said"]["late"]) == ("0", 0)
    assert page.context["trend"]["data"]["series"][0]["data"][-1] == 100.0
    submitted_of(cast, cast.chen, days=0)
    said = client_as("centre_manager").get("reports/centre/?period=week").context["said"]
    assert (said["due"], said["coverage"]) == ("1", 100.0)


def test_days_of_ones_own_choice_are_not_offered_to_who_reads_aggregates(steps, client_as):
    page = client_as("hospital_leader").get("reports/" + last_days())
    assert page.context["choice"].key == "month"
    assert 'name="from"' not in page.content.decode()
    assert client_as("centre_manager").get("reports/centre/" + last_days()).context["choice"].key == "own"


def line(due: int, name: str = "科", **counts: int) -> boards.Line:
    return boards.Line(due, name, figures.Figures(due=due, tier_b=due, **counts))


def shown(*lines: boards.Line) -> suppression.Shown:
    whole = boards.Line(None, "", figures.add_up([one.figures for one in lines]))
    board = boards.Board(figures.Period(dt.date(2026, 11, 1), dt.date(2026, 11, 2)), list(lines), whole)
    return suppression.shown(board, figures.Targets({}, {}))


@pytest.mark.parametrize(
    ("dues", "alone", "rest"),
    [
        ((9, 7), [9, 7], None),
        ((9, 4, 3), [9], 7),
        ((9, 7, 4), [9], 11),  # one small department alone would be found by subtraction
        ((9, 7, 1, 1), [9], 9),  # together still too small
        ((3,), [], 3),
    ],
)
def test_small_departments_stand_together(dues, alone, rest):
    result = shown(*(line(due) for due in dues))
    assert [one.line.figures.due for one in result.lines] == alone
    assert (result.rest.line.figures.due if result.rest else None) == rest


@pytest.mark.parametrize(("value", "words"), [(0, "0"), (1, "<5"), (4, "<5"), (5, "5"), (1200, "1,200")])
def test_a_count_from_one_to_four_is_not_shown(value, words):
    assert count_shown(value) == words


def test_a_rate_of_few_steps_is_not_shown():
    few = shown(line(9, attempted=4, reached=4), line(30, attempted=30, reached=30), line(40, attempted=40, reached=40))
    rates = [(line_shown(one)["coverage"], line_shown(one)["reached"]) for one in few.lines]
    assert rates == [(100.0, 100.0), (None, None), (None, None)]


def test_the_numbers_of_the_day_lead_to_lists_of_that_length(steps, client_as):
    client = client_as("centre_manager")
    numbers = client.get("reports/centre/").context["numbers"]
    for number in numbers:
        assert counted_on(client, client.get(number["url"])) == number["n"], number["label"]


def test_the_running_week_is_no_fall_of_the_chart(cast, client_as):
    monday = today() - dt.timedelta(days=today().weekday())
    for _ in range(5):
        submitted_of(cast, cast.chen, days=(monday - today()).days - 1)
        order_of(cast, cast.chen, days=7)
    page = client_as("hospital_leader").get("reports/")
    data = page.context["trend"]["data"]
    assert (len(data["names"]), data["series"][0]["data"]) == (figures.TREND_WEEKS, [None] * 7 + [100.0])
    (drawn,) = [one["trend"] for one in (page.context["lines"] or [page.context["rest"]])]
    assert drawn == data["series"][0]["data"]


@pytest.mark.parametrize(
    ("weeks", "said"),
    [
        ([0, 80, 90], "有效率从80.0%升到90.0%"),
        ([90, 80, 0], "有效率从90.0%降到80.0%"),
        ([0, 80], "有效率保持在80.0%"),
        ([0, 0], "这几周没有到期的步骤。"),
    ],
)
def test_the_trend_is_said_of_whole_weeks(weeks, said):
    trend = figures.trend([(100 if done else 0, done) for done in weeks])
    with translation.override("zh-hans"):
        assert trend_of(trend, None, dt.date(2026, 3, 4))["finding"] == said
