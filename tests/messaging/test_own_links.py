"""Links without log-in in messages to people: the confirmation of a consent from the desk to the end, the way out of
what goes to many, the own page that staff have sent.
"""

import datetime as dt
import re

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from django.utils.translation import override

from accounts.models import AuditEvent, PublicLink
from hospital_crm.tenancy.scope import hospital_scope
from messaging import gateways, purposes, templates
from messaging.domain import own_pages
from messaging.domain.composing import Composer
from messaging.domain.own_links import links_of
from messaging.domain.telling_words import told_in
from messaging.gateways.smtp.letter import compose
from messaging.models import Message, Reason, State
from patients.domain.consents import is_allowed
from patients.domain.preferences import WORDS
from patients.models import Consent, Patient
from tests.cast import client_of
from tests.messaging.conftest import ScriptedGateway
from tests.messaging.factories import NOW, MessageFactory
from tests.messaging.gateway_factories import GatewayAccountFactory
from tests.patients.factories import ConsentFactory, PatientFactory

pytestmark = pytest.mark.django_db
HOUR = dt.timedelta(hours=1)
TEN = NOW + 2 * HOUR  # ten in the morning at the hospital
LINK = re.compile(r"https?://[^/\s]+(/l/[A-Za-z0-9_-]{22}/)")
YES = {
    "purpose": "marketing_mail", "channel": "email", "decision": "granted", "source": "counter",
    "wording_version": "S1", "language": "zh-hans", "said_by": "self",
}  # fmt: skip
purposes.register("test.commercial", "test", basis="marketing", commercial=True)


def mails_of(north) -> list[Message]:
    with hospital_scope(north):
        return list(Message.objects.filter(channel="email").order_by("pk"))


def ten_today() -> dt.datetime:
    """A moment of today or tomorrow in which people are written to."""
    return timezone.now().replace(hour=2, minute=0) + dt.timedelta(days=1)


def link_in(text: str) -> str:
    found = LINK.search(text)
    assert found is not None, text
    return found[1]


def test_a_yes_at_the_desk_counts_once_the_person_confirms_it_by_the_mail(cast, person, north, send):
    sun = client_of(cast.sun)
    assert sun.post(sun.url("patients:consent-new", person.public_id), YES).status_code == 302
    (message,) = mails_of(north)
    assert (message.purpose, message.context, message.state) == ("consents", {"what": "marketing_mail"}, "planned")
    send(gateways.ConsoleGateway(), at=ten_today())
    (message,) = mails_of(north)
    assert (message.state, message.reason) == (State.HANDED_OVER, Reason.STORED_ONLY)
    where = link_in(message.body)
    page = client_of(cast.deng).get("messages/gateways/console/").content.decode()
    assert message.subject in page
    with hospital_scope(north):
        assert told_in({"subject": message.subject, "preview": message.body}) == []
        assert str(WORDS["marketing_mail"][0]) in message.body
        assert not is_allowed(person, "marketing_mail", "email")
    assert Client().get(where).status_code == 200
    with hospital_scope(north):
        assert Consent.objects.count() == 0
    assert Client().post(where).status_code == 302
    with hospital_scope(north):
        assert is_allowed(person, "marketing_mail", "email")


def test_what_is_kept_of_a_mail_that_left_opens_nothing(cast, person, north, send):
    client_of(cast.sun).post(client_of(cast.sun).url("patients:consent-new", person.public_id), YES)
    send(gateway := ScriptedGateway(), at=ten_today())
    (message,) = mails_of(north)
    assert Client().get(link_in(gateway.taken[0].body)).status_code == 200
    assert ("/l/…/" in message.body, LINK.search(message.body)) == (True, None)


def test_a_confirmation_that_is_waited_for_no_more_is_not_asked_for(cast, person, north, send):
    sun = client_of(cast.sun)
    sun.post(sun.url("patients:consent-new", person.public_id), YES)
    sun.post(sun.url("patients:consent-new", person.public_id), {**YES, "decision": "refused", "wording_version": ""})
    send(gateway := ScriptedGateway(), at=ten_today())
    (message,) = mails_of(north)
    assert (gateway.taken, message.state, message.reason) == ([], State.FAILED, Reason.NO_TEXT)


@pytest.fixture
def allowed(person, north):
    """Somebody who allowed everything, at a hospital that says where it is."""
    with hospital_scope(north):
        GatewayAccountFactory(is_active=False)
        for purpose in Consent.Purpose.values:
            ConsentFactory(patient=person, purpose=purpose, channel="email", at=NOW - dt.timedelta(days=9))
    return person


@pytest.mark.parametrize(
    ("purpose", "asked"),
    [
        ("test.commercial", "marketing_mail"),
        ("test.marketing", "marketing_mail"),
        ("test.education", "education"),
        ("test.community", "community"),
        ("test.points", "points"),
        ("test.satisfaction", "satisfaction"),
    ],
)
def test_one_click_of_a_mail_to_many_withdraws_that_kind_by_mail(queue, allowed, send, north, purpose, asked):
    queue(person=allowed, purpose=purpose, now=TEN)
    send(gateway := ScriptedGateway(), at=TEN)
    (mail,) = gateway.taken
    where = link_in(mail.unsubscribe_url)
    head = compose(mail).decode("ascii").partition("\r\n\r\n")[0]
    assert f"List-Unsubscribe: <{mail.unsubscribe_url}>\r\nList-Unsubscribe-Post: List-Unsubscribe=One-Click" in head
    assert f"\n{mail.unsubscribe_url}" in mail.body
    before = decisions(north)
    assert Client().get(where).status_code == 200
    assert decisions(north) == before
    client = Client(enforce_csrf_checks=True)
    assert client.post(where, {"List-Unsubscribe": "One-Click"}).status_code == 200
    assert decisions(north)[len(before) :] == [(asked, "email", "withdrawn", "oneclick")]


def decisions(north) -> list[tuple]:
    with hospital_scope(north):
        return list(Consent.objects.order_by("pk").values_list("purpose", "channel", "decision", "source"))


def test_a_mail_of_care_has_no_way_out_in_its_head(queue, allowed, send):
    queue(person=allowed, purpose="test.care", now=TEN)
    send(gateway := ScriptedGateway(), at=TEN)
    assert (gateway.taken[0].unsubscribe_url, "/l/" in gateway.taken[0].body) == ("", False)


def test_the_way_out_stands_in_both_forms_of_a_mail(queue, allowed, send, monkeypatch):
    said = templates.Said("s", "b", html="<html><body><p>b</p></body></html>")
    monkeypatch.setattr(templates, "get", lambda code: type("T", (), {"said": lambda self, language: said})())
    queue(person=allowed, purpose="test.education", now=TEN)
    send(gateway := ScriptedGateway(), at=TEN)
    (mail,) = gateway.taken
    assert (mail.html.endswith("</p></body></html>"), f'<a href="{mail.unsubscribe_url}">' in mail.html) == (True, True)


def test_links_of_five_hundred_mails_take_as_many_statements_as_of_ten(north):
    counts = []
    with hospital_scope(north):
        for many in (10, 500):
            people = PatientFactory.create_batch(many)
            about = {"staff": None, "channel": "email", "purpose": "test.education", "template": "test"}
            messages = [MessageFactory(person=one, **about) for one in people]
            with CaptureQueriesContext(connection) as queries:
                assert len(links_of(messages, hospital=north, now=NOW)) == many
            counts.append(len(queries))
    assert (counts[0] == counts[1], counts[1] <= 10) == (True, True)


def test_a_commercial_mail_without_postal_address_is_held_with_its_reason(queue, person, send, look, north, cast):
    with hospital_scope(north):
        ConsentFactory(patient=person, purpose="marketing_mail", channel="email", at=NOW - HOUR)
    message = queue(person=person, purpose="test.commercial", now=TEN)
    send(gateway := ScriptedGateway(), at=TEN)
    held = look(message)
    assert (gateway.taken, held.state, held.reason, held.detail) == ([], "held", "no_text", "postal_address")
    page = client_of(cast.qian).get(f"messages/outbox/{message.public_id}/").content.decode()
    with override("zh-hans"):
        assert (held.reason_words in page, "postal_address" in page) == (True, False)


def test_a_commercial_mail_says_from_where_it_comes(queue, allowed, send):
    queue(person=allowed, purpose="test.commercial", now=TEN)
    send(gateway := ScriptedGateway(), at=TEN)
    assert "清江县一号" in gateway.taken[0].body


def test_staff_have_the_own_page_sent_and_do_not_see_its_link(cast, person, north, send):
    sun = client_of(cast.sun)
    where = sun.url("patients:consent-link", person.public_id)
    assert sun.post(where, {"act": "send"}).status_code == 302
    with hospital_scope(north):
        assert AuditEvent.objects.filter(verb="patients.person.send_link").count() == 1
    send(gateway := ScriptedGateway(), at=ten_today())
    assert Client().get(link_in(gateway.taken[0].body)).status_code == 200
    with hospital_scope(north):
        assert PublicLink.objects.get().extra == ""
    (message,) = mails_of(north)
    assert LINK.search(message.body) is None


def test_the_own_page_is_sent_to_nobody_without_an_address(cast, north):
    with hospital_scope(north):
        person = PatientFactory()
    sun = client_of(cast.sun)
    answer = sun.post(sun.url("patients:consent-link", person.public_id), {"act": "send"}, follow=True)
    assert (answer.status_code, mails_of(north)) == (200, [])
    assert client_of(cast.wang).post(
        client_of(cast.wang).url("patients:consent-link", person.public_id), {"act": "send"}
    ).status_code in (403, 404)


def test_a_mail_speaks_the_language_that_the_person_chose(person, north, send):
    with hospital_scope(north):
        Patient.objects.filter(pk=person.pk).update(preferred_language="English")
        own_pages.send_own_page(person, now=TEN)
    send(gateway := ScriptedGateway(), at=TEN)
    assert gateway.taken[0].subject == "Your own page: what we may contact you about"


def test_what_is_said_with_another_mail_brings_its_way_out_and_its_mark(allowed, north):
    with hospital_scope(north):
        care = MessageFactory(staff=None, person=allowed, channel="email", purpose="test.care", template="test")
        MessageFactory(
            staff=None, person=allowed, channel="email", purpose="test.commercial", template="test", state="held",
            reason="merged", said_with=care,
        )  # fmt: skip
        composer = Composer([care], now=NOW)
        filled = composer.filled(care, "zh-hans")
        mail = composer.outgoing(care, filled, address="x@person.invalid", language="zh-hans")
    assert (mail.subject.startswith("广告"), LINK.fullmatch(mail.unsubscribe_url) is not None) == (True, True)
