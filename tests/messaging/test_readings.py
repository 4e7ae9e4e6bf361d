"""Opened and clicked: written down for those who allow it, led on to the page, with what speaks for a program apart."""

import datetime as dt
import re

import pytest
from django.test import Client

from hospital_crm.tenancy.scope import hospital_scope
from messaging import templates
from messaging.domain import readings
from messaging.domain.reading_links import named_by
from messaging.domain.readings import Engagement
from messaging.models import LinkedPage, Message, Reading, SendingRules, State
from tests.cast import client_of
from tests.messaging.conftest import ScriptedGateway
from tests.messaging.factories import NOW
from tests.patients.factories import ConsentFactory
from tests.walks.rows import fingerprint

pytestmark = pytest.mark.django_db
TEN = NOW + dt.timedelta(hours=2)
SECOND = dt.timedelta(seconds=1)
BROWSER = "Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) AppleWebKit/605.1.15 MicroMessenger/8.0"
PAGES = [f"https://north.invalid/articles/{number}/?a=1&b=2" for number in range(3)]
WAYS = re.compile(r'href="([^"]+)"')
HTML = "<html><body>{}<a href='x'>%(name)s</a></body></html>".format(
    "".join(f'<a href="{page.replace("&", "&amp;")}">x</a>' for page in PAGES)
)


class Words:
    """A text with three links."""

    def said(self, language: str) -> templates.Said:
        return templates.Said("通知", "正文", html=HTML)


templates.register_source("readings", lambda code: Words())


@pytest.fixture
def written_down(north, person):
    """A hospital that writes down what is read, and somebody who allowed health education by mail."""
    with hospital_scope(north):
        SendingRules.objects.create(records_reading=True)
        ConsentFactory(patient=person, purpose="education", channel="email", at=NOW - dt.timedelta(days=9))
    return person


def sent(queue, send, person, *, purpose="test.education", key="k1") -> str:
    """The html of a mail that went."""
    queue(person=person, purpose=purpose, template="readings:1", key=key, now=TEN, batch="campaign:7")
    send(gateway := ScriptedGateway(), at=TEN)
    (mail,) = gateway.taken
    return mail.html


def ways(html: str) -> list[str]:
    """The links that lead by way of us, as paths."""
    return [one.partition("8000")[2] for one in WAYS.findall(html) if "/messages/go/" in one]


def noted(north) -> list[tuple]:
    with hospital_scope(north):
        return list(Reading.objects.order_by("pk").values_list("kind", "page__url", "suspicion"))


def note(token: str, hospital, **said):
    """A link of a mail was clicked."""
    named = named_by(token, hospital)
    return readings.note(named, readings.page_of(named), **said)


def open_(path: str, agent: str = BROWSER, verb: str = "get"):
    return getattr(Client(headers={"user-agent": agent}), verb)(path)


def test_a_click_leads_to_the_page_and_writes_down_nothing_but_itself(queue, send, written_down, north, cast):
    first, *_others = ways(sent(queue, send, written_down))
    before = fingerprint()
    answer = open_(first)
    assert (answer.status_code, answer["Location"], answer["Cache-Control"].count("no-store")) == (302, PAGES[0], 1)
    after = fingerprint()
    assert [name for name in after if after[name] != before[name]] == ["messaging_reading"]
    assert noted(north)[0][:2] == ("clicked", PAGES[0])
    assert open_(first, verb="head").status_code == 302
    assert len(noted(north)) == 1
    with hospital_scope(north):
        message = Message.objects.get()
    assert "打开和点击" in client_of(cast.qian).get(f"messages/outbox/{message.public_id}/").content.decode()


def test_the_point_tells_that_a_mail_was_opened(queue, send, written_down, north):
    html = sent(queue, send, written_down)
    point = re.search(r'<img src="[^"]+8000(/[^"]+/messages/seen/[^"]+)"', html)[1]
    assert ('width="1" height="1" alt="">' in html, html.endswith("</body></html>")) == (True, True)
    answer = open_(point)
    assert (answer.status_code, answer["Content-Type"], noted(north)[0][:2]) == (200, "image/gif", ("opened", None))


def test_nothing_is_led_by_us_where_nobody_may_know(queue, send, written_down, north):
    with hospital_scope(north):
        care = queue(person=written_down, purpose="test.care", template="readings:1", key="care", now=TEN)
    send(gateway := ScriptedGateway(), at=TEN)
    assert (care.purpose, "/messages/" in gateway.taken[0].html) == ("test.care", False)
    with hospital_scope(north):
        ConsentFactory(patient=written_down, purpose="profiling", decision="refused", channel="any", at=NOW)
    assert "/messages/" not in sent(queue, send, written_down)
    with hospital_scope(north):
        assert LinkedPage.objects.count() == 0


def test_who_refuses_profiling_later_is_led_on_and_not_written_down(queue, send, written_down, north):
    first, *_others = ways(sent(queue, send, written_down))
    with hospital_scope(north):
        ConsentFactory(patient=written_down, purpose="profiling", decision="refused", channel="any", at=TEN)
    assert (open_(first).status_code, noted(north)) == (302, [])


def test_a_hospital_that_does_not_want_it_sends_plain_links(queue, send, written_down, north):
    with hospital_scope(north):
        SendingRules.objects.update(records_reading=False)
    html = sent(queue, send, written_down)
    assert all(one in html for one in ("articles/0/?a=1&amp;b=2", "articles/2/"))
    assert noted(north) == []


def test_nobody_makes_an_address_that_leads_elsewhere(queue, send, written_down, north, south):
    first, second, _third = ways(sent(queue, send, written_down))
    token, other = (one.rstrip("/").rpartition("/")[2] for one in (first, second))
    forged = [token[:-1] + ("A" if token[-1] != "A" else "B"), other[:32] + token[32:], token[:20], "x" * 48, "é" * 48]
    assert [open_(f"/north/messages/go/{one}/").status_code for one in forged] == [404] * 5
    assert open_(f"/south/messages/go/{token}/").status_code == 404
    assert (named_by(token, north) is not None, named_by(token, south), noted(north)) == (True, None, [])


@pytest.mark.parametrize(
    ("agent", "seconds", "suspicion"),
    [
        (BROWSER, 61, ""),
        (BROWSER, 59, "at_once"),
        ("", 600, "agent"),
        ("Mozilla/5.0 (compatible; Proofpoint URL Defense)", 600, "agent"),
        ("Mozilla/5.0 (Windows NT 5.1) GoogleImageProxy", 600, "agent"),
        ("python-requests/2.32", 600, "agent"),
    ],
)
def test_what_may_be_a_program_says_why(queue, send, written_down, north, agent, seconds, suspicion):
    token = ways(sent(queue, send, written_down))[0].rstrip("/").rpartition("/")[2]
    with hospital_scope(north):
        row = note(token, north, agent=agent, now=TEN + seconds * SECOND)
        assert (row.suspicion, row.seconds) == (suspicion, seconds)


def test_several_links_at_the_same_moment_are_nobodys_and_one_later_is(queue, send, written_down, north):
    tokens = [one.rstrip("/").rpartition("/")[2] for one in ways(sent(queue, send, written_down))]
    with hospital_scope(north):
        for number, token in enumerate(tokens):
            note(token, north, agent=BROWSER, now=TEN + (600 + 3 * number) * SECOND)
        assert set(Reading.objects.values_list("suspicion", flat=True)) == {"everything"}
        assert readings.engagement_of("campaign:7") == Engagement(0, 0, 1, 1)
        note(tokens[0], north, agent=BROWSER, now=TEN + 900 * SECOND)
        assert readings.engagement_of("campaign:7") == Engagement(1, 1, 0, 0)
        assert readings.engagement_of("campaign:8") == Engagement(0, 0, 0, 0)


def test_a_reader_of_one_mail_writes_no_more_than_fifty_rows(queue, send, written_down, north):
    first = ways(sent(queue, send, written_down))[0]
    for _time in range(52):
        open_(first)
    assert len(noted(north)) == readings.MOST_KEPT
    with hospital_scope(north):
        assert Message.objects.get().state == State.HANDED_OVER
