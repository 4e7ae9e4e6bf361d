"""What a row of 我的回访 shows is how the order reaches the person: a home visit is no telephone call."""

from typing import Any

import pytest
from django.utils.html import escape

from tests.cast import Cast
from tests.followups.scene import order_of
from tests.followups.test_pages_working import inside

__all__ = ["inside"]
pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("channel", "kind", "icon", "act", "word"),
    [
        ("phone", "call", "phone", "拨打{}", ""),
        ("phone", "questionnaire", "forms", "由{}答问卷", "问卷"),
        ("visit", "call", "home", "登门访问{}", "登门访问"),
        ("visit", "questionnaire", "home", "登门访问{}", "登门访问"),
        ("letter", "call", "mail", "给{}寄信", "信函"),
        ("message", "call", "message", "给{}发消息", "消息"),
        ("phone", "message", "message", "给{}发消息", "消息"),
    ],
)
def test_icon_and_words_of_a_row_are_those_of_its_channel(
    cast: Cast, client_as: Any, inside: None, channel: str, kind: str, icon: str, act: str, word: str
) -> None:
    order_of(cast, cast.chen, attending=cast.chen, days=0, channel=channel, step__kind=kind)
    answer = client_as("physician").get("followups/mine/")
    (row,) = answer.context["groups"][0].rows
    body = answer.content.decode()
    assert (row.act, str(row.way.word)) == (act.format(row.name), word)
    assert f'aria-label="{escape(row.act)}"><i class="ti ti-{icon}" aria-hidden="true"></i></a>' in body
    assert ("?call=1" in body) is (icon == "phone")
