"""Windows, meters and trends say in words what they draw."""

import pytest
from django.test.html import parse_html

from hospital_crm.shell.drawings import Spark, Window
from hospital_crm.shell.widgets import meter, spark, window
from hospital_crm.shell.wording import Due

pytestmark = pytest.mark.unit

RAIL = '<path class="win-rail" d="M4 8H60"/>'
DUE = '<path class="win-due" d="M32.0 3V13"/>'


@pytest.mark.parametrize(
    ("bar", "css", "past"),
    [
        (Window(32.0, 1, "wait"), "win win-wait", ""),
        (Window(32.0, 18.5, "open"), "win", '<path class="win-past" d="M4 8H18.5"/>'),
        (Window(32.0, 63, "late"), "win win-late", '<path class="win-past" d="M4 8H60"/>'),
    ],
)
def test_a_window_shows_how_much_of_it_is_over(bar, css, past):
    drawn = window(bar, Due("until <11-22>", bar.tone), "11-22")
    words_css = "due-words is-late" if bar.tone == "late" else "due-words"
    assert parse_html(drawn) == parse_html(
        f'<span class="due" title="最晚11-22"><svg class="{css}" viewBox="0 0 64 16" width="64" height="16" '
        f'aria-hidden="true">{RAIL}{past}{DUE}<circle class="win-now" cx="{bar.now_x}" cy="8" r="3.5"/></svg>'
        f'<span class="{words_css}">until &lt;11-22&gt;</span></span>'
    )


def test_a_window_without_a_bar_says_its_words_alone():
    drawn = window(None, Due("1 h left", "soon"), "11-22")
    words = '<span class="due-words is-soon">1 h left</span>'
    assert parse_html(drawn) == parse_html(f'<span class="due" title="最晚11-22">{words}</span>')


BAR = '<rect class="meter-bg" width="100" height="8"/><rect class="meter-fg" width="91.3" height="8"/>'


@pytest.mark.parametrize(
    ("goal", "low", "css", "mark", "words"),
    [
        (None, False, "meter", "", '<span class="v">91.3%</span>'),
        (
            95,
            True,
            "meter meter-low",
            '<path class="meter-goal" d="M95 0V8"/>',
            '<span class="v is-soon">低 91.3%</span>',
        ),
    ],
)
def test_a_meter_shows_its_target_and_says_when_it_is_low(goal, low, css, mark, words):
    assert parse_html(meter(91.3, "91.3%", goal, low=low)) == parse_html(
        f'<span class="cell-meter"><svg class="{css}" viewBox="0 0 100 8" preserveAspectRatio="none" '
        f'aria-hidden="true">{BAR}{mark}</svg>{words}</span>'
    )


def test_a_meter_of_nothing_is_a_dash():
    assert meter(None, "—", 95, low=False) == '<span class="cell-meter"><span class="v">—</span></span>'


def test_a_trend_shows_its_line_its_end_and_its_target():
    assert parse_html(spark(Spark("3,9 85,4.5", 85, 4.5, 8.0))) == parse_html(
        '<svg class="spark" viewBox="0 0 88 24" aria-hidden="true"><path class="spark-goal" d="M0 8.0H88"/>'
        '<polyline class="spark-line" points="3,9 85,4.5"/><circle class="spark-end" cx="85" cy="4.5" r="2.5"/></svg>'
    )
    assert spark(None) == '<span class="faint">—</span>'
