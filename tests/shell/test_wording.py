"""How times and numbers are said."""

import datetime as dt

import pytest
from django.utils import timezone, translation

from hospital_crm.shell import wording
from hospital_crm.shell.wording import Due
from tests.shell.kit import NOW, SHANGHAI, moment

pytestmark = pytest.mark.unit


@pytest.fixture(autouse=True)
def _hospital_time():
    with timezone.override(SHANGHAI), translation.override("zh-hans"):
        yield


@pytest.mark.parametrize(
    ("latest", "said"),
    [
        (moment(20, 20), Due("剩9小时18分", "open")),
        (moment(20, 23, 42), Due("剩13小时", "open")),
        (moment(20, 12, 42), Due("剩2小时", "soon")),
        (moment(20, 12, 43), Due("剩2小时1分", "open")),
        (moment(20, 10, 50), Due("剩8分", "soon")),
        (moment(20, 10, 42), Due("超时0分", "late")),
        (moment(19, 20), Due("超时14小时", "late")),
        (moment(18, 10, 42), Due("超时2天", "late")),
        (moment(22, 20), Due("11-22 20:00", "open")),
        (dt.date(2026, 11, 20), Due("剩13小时", "open")),
        (dt.date(2026, 11, 19), Due("超时10小时", "late")),
        (dt.date(2026, 11, 22), Due("11-22", "open")),
        (dt.date(2027, 1, 5), Due("2027-01-05", "open")),
        (None, Due("—", "open")),
    ],
)
def test_a_window_is_said_by_what_is_left_today_else_by_its_date(latest, said):
    assert wording.due(latest, NOW) == said


def test_a_window_not_yet_open_says_from_when():
    assert wording.due(moment(29), NOW, moment(25, 8)) == Due("11-25起", "wait")


def test_the_hospital_s_clock_counts_not_the_server_s():
    with timezone.override("UTC"):
        assert wording.due(dt.date(2026, 11, 20), NOW) == Due("剩21小时", "open")


def test_english_and_traditional():
    with translation.override("en"):
        assert wording.due(moment(20, 20), NOW).words == "9 h 18 min left"
        assert wording.due(moment(17, 10), NOW).words == "3 days late"
    with translation.override("zh-hant"):
        assert wording.due(moment(19, 20), NOW).words == "超時14小時"


def test_days_moments_and_ranges():
    today = dt.date(2026, 11, 20)
    assert wording.day(dt.date(2025, 12, 31), today) == "2025-12-31"
    assert wording.moment(moment(19, 15, 20), NOW) == "11-19 15:20"
    assert wording.moment(dt.datetime(2026, 11, 19, 7, 20, tzinfo=dt.UTC), NOW) == "11-19 15:20"
    assert wording.day_range(dt.date(2026, 11, 19), dt.date(2026, 11, 22), today) == "11-19至11-22"


def test_missing_is_a_dash_and_zero_is_zero():
    assert [wording.number(one) for one in (None, "", 0, 1268)] == ["—", "—", "0", "1,268"]
    assert (wording.money(None), wording.money(0), wording.money(1268.5)) == ("—", "0.00", "1,268.50")
    assert (wording.capped(1000), wording.capped(1001), wording.capped(None)) == ("1,000", "1000+", "—")
    assert (wording.percent(21, 23), wording.percent(0, 23), wording.percent(1, 0)) == ("91.3%", "0.0%", "—")


def test_thirty_answers_are_enough_for_a_rank():
    assert (wording.enough(29), wording.enough(30)) == (False, True)


def test_device_is_said_in_two_words():
    edge = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/130.0 Safari/537.36 Edg/130.0"
    phone = "Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 Chrome/126.0 Mobile Safari/537.36 MicroMessenger/8.0"
    tablet = "Mozilla/5.0 (iPad; CPU OS 17_5 like Mac OS X) AppleWebKit/605.1 Version/17.5 Safari/604.1"
    assert [wording.device(agent) for agent in (edge, phone, tablet, "curl/8.0", "")] == [
        "Edge · Windows",
        "WeChat · Android",
        "Safari · iPad",
        "curl/8.0",
        "",
    ]


def test_paper_and_days_of_birth_carry_the_year():
    said = [wording.in_full(value) for value in (moment(20, 8, 5), dt.date(1955, 5, 12), None)]
    assert said == ["2026-11-20 08:05", "1955-05-12", "—"]
