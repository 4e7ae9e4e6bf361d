"""Where the marks of the small drawings stand."""

import datetime as dt

import pytest
from django.utils import timezone

from hospital_crm.shell.drawings import Spark, Window, spark, window
from tests.shell.kit import NOW, SHANGHAI, moment

pytestmark = pytest.mark.unit


@pytest.fixture(autouse=True)
def _hospital_time():
    with timezone.override(SHANGHAI):
        yield


def test_the_dot_stands_left_of_a_window_not_open_inside_a_running_one_and_right_of_a_closed_one():
    assert window(moment(25), moment(27), moment(29), NOW) == Window(due_x=32.0, now_x=1, tone="wait")
    assert window(moment(10), moment(12), moment(14), NOW) == Window(due_x=32.0, now_x=63, tone="late")
    days = [dt.date(2026, 11, day) for day in (20, 20, 20)]
    assert window(*days, NOW) == Window(due_x=60.0, now_x=29.0, tone="open")


def test_a_window_without_length_draws():
    assert window(moment(25), moment(25), moment(25), NOW).tone == "wait"


def test_a_trend_leaves_gaps_out_and_goes_below_sixty_only_when_it_must():
    assert spark([]) is None
    assert spark([None]) is None
    assert spark([60, None, 100], goal=80) == Spark("3.0,21.0 85.0,3.0", 85.0, 3.0, 12.0)
    assert spark([40, 100]) == Spark("3.0,21.0 85.0,3.0", 85.0, 3.0, None)
