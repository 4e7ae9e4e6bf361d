"""Pages of messages to people: who sees what, why it went or did not, planned contacts, stopped addresses."""

import datetime as dt

import pytest
from django.utils import timezone

from accounts.models import AccessLog, AuditEvent
from hospital_crm.tenancy.scope import hospital_scope
from messaging.domain.contact_rules import Kind
from messaging.domain.planner import Fate, Placed, Wanted
from messaging.models import Message, PlannedTouch, State, Suppression
from patients.domain.masking import mask_name
from tests.cast import client_of
from tests.messaging.factories import MessageFactory, SuppressionFactory, TouchFactory
from tests.patients.factories import ContactPointFactory, PatientFactory

pytestmark = pytest.mark.django_db
NAME, TEXT = "欧阳小窗", "欧阳小窗，您好！请按时复诊。"


@pytest.fixture
def sent(north):
    """A message to a person that was handed over."""
    with hospital_scope(north):
        person = PatientFactory(name=NAME)
        ContactPointFactory(patient=person, system="email", value="window@person.invalid")
        return MessageFactory(
            staff=None, person=person, channel="email", purpose="test.care", template="test", state=State.HANDED_OVER,
            subject="复诊提醒", body=TEXT, address="window@person.invalid",
        )  # fmt: skip


@pytest.fixture
def qian(cast):
    """The manager of the service centre."""
    return client_of(cast.qian)


@pytest.fixture
def deng(cast):
    """The hospital's administrator."""
    return client_of(cast.deng)


def text_of(client, path: str) -> str:
    answer = client.get(path)
    assert answer.status_code == 200
    return answer.content.decode()


def path_of(message) -> str:
    return f"messages/outbox/{message.public_id}/"


def test_the_manager_reads_the_text_with_the_name_masked(qian, sent, north):
    page = text_of(qian, path_of(sent))
    assert [words in page for words in (mask_name(NAME), NAME, "请按时复诊", "w***@person.invalid", "window@")] == [
        *(True, False, True, True, False),
    ]
    with hospital_scope(north):
        seen = AccessLog.objects.filter(patient_id=sent.person_id, page="message")
        assert list(seen.values_list("kind", flat=True)) == ["view"]


def test_the_administrator_sees_that_something_went_and_nothing_of_the_person(deng, sent):
    for path in ("messages/outbox/", path_of(sent)):
        page = text_of(deng, path)
        assert [words in page for words in (NAME[0], "复诊", "window", "某位客户")] == [False, False, False, True]


def test_the_list_shows_masked_names_and_is_on_record(qian, sent, north):
    page = text_of(qian, "messages/outbox/?to=person")
    assert (mask_name(NAME) in page, NAME in page) == (True, False)
    with hospital_scope(north):
        assert AccessLog.objects.filter(page="outbox", kind="list").count() == 1


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("to=person", 1), ("to=staff", 0), ("purpose=test.care", 1), ("purpose=digest", 0), ("reason=budget", 0),
        ("state=handed_over&channel=email", 1), ("since=2026-11-23&until=2026-11-23", 1), ("since=2026-11-24", 0),
        ("until=2026-11-22", 0),
    ],
)  # fmt: skip
def test_the_list_is_narrowed(qian, sent, query, found):
    assert len(qian.get(f"messages/outbox/?{query}").context["messages_out"]) == found


def test_as_many_queries_for_many_rows(qian, sent, north, django_assert_num_queries):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    qian.get("messages/outbox/")
    with CaptureQueriesContext(
        connection,
    ) as one:
        qian.get("messages/outbox/")
    with hospital_scope(north):
        for number in range(3):
            MessageFactory(staff=None, person=PatientFactory(), channel="email", key=f"n{number}")
    with django_assert_num_queries(len(one)):
        qian.get("messages/outbox/")


def test_settling_says_how_it_is_known(qian, sent, north):
    with hospital_scope(north):
        Message.objects.filter(pk=sent.pk).update(state=State.UNKNOWN)
    path = qian.url("messaging:settle", sent.public_id)
    assert qian.post(path, {"outcome": "delivered", "reason": " "}).status_code == 422
    assert qian.post(path, {"outcome": "delivered", "reason": "已电话确认"}).status_code == 302
    with hospital_scope(north):
        assert Message.objects.get(pk=sent.pk).state == State.DELIVERED
        told = AuditEvent.objects.get(verb="messaging.message.settle")
        assert "已电话确认" in str(told.__dict__)


def test_an_agent_looks_and_settles_nothing(cast, sent, north):
    agent = client_of(cast.sun)
    with hospital_scope(north):
        Message.objects.filter(pk=sent.pk).update(state=State.UNKNOWN)
    assert "实际结果" not in text_of(agent, path_of(sent))
    assert agent.post(agent.url("messaging:settle", sent.public_id), {}).status_code == 403
    assert agent.post(agent.url("messaging:stop"), {}).status_code == 403


def test_contacts_of_a_person_say_why_and_what_is_planned(qian, sent, north):
    with hospital_scope(north):
        TouchFactory(person=sent.person, at=timezone.now(), day=timezone.localdate())
        MessageFactory(
            staff=None, person=sent.person, channel="email", purpose="test.care", template="test", key="planned",
            not_before=timezone.now() + dt.timedelta(days=1),
        )  # fmt: skip
        MessageFactory(
            staff=None, person=sent.person, channel="sms", purpose="test.education", state=State.HELD,
            reason="no_consent", key="held",
        )  # fmt: skip
    page = text_of(qian, f"messages/people/{sent.person.public_id}/")
    told = (
        *("7天内已用1次，上限2次", "未同意接收此类消息", "就诊后均会随访"),
        *("到时发送", "按原定", "没有该渠道的联系方式"),
    )  # fmt: skip
    assert [words in page for words in told] == [True] * len(told)
    assert NAME not in page
    with hospital_scope(north):
        assert PlannedTouch.objects.count() == 0
        assert AccessLog.objects.filter(page="contacts").count() == 1


def test_a_day_without_an_hour_is_shown_as_the_day(qian, sent, north, monkeypatch):
    day = timezone.localdate() + dt.timedelta(days=3)
    midnight = timezone.make_aware(dt.datetime.combine(day, dt.time()), north.tz)
    wanted = Wanted("x:1", "test.care", "phone", Kind(), 3, wished=midnight, earliest=midnight)
    plans = {sent.person.pk: [Placed(wanted, Fate.KEPT, midnight)]}
    monkeypatch.setattr("messaging.domain.planning.plans_of", lambda people, now: plans)
    for place in ("", "card/"):
        page = text_of(qian, f"messages/people/{sent.person.public_id}/{place}")
        assert (f"{day:%m-%d}" in page, "00:00" in page) == (True, False)


def test_contacts_are_for_who_may_see_the_person(cast, sent, zhao):
    path = f"messages/people/{sent.person.public_id}/"
    assert client_of(cast.li).get(path).status_code == 403
    assert client_of(cast.deng).get(path).status_code == 403
    assert client_of(zhao).get(path).status_code == 404


def test_an_address_is_stopped_and_the_stop_is_lifted_for_a_reason(qian, north):
    assert qian.post(qian.url("messaging:stop"), {"channel": "email", "address": ""}).status_code == 422
    given = {"channel": "email", "address": "X@person.invalid"}
    assert qian.post(qian.url("messaging:stop"), given).status_code == 302
    page = text_of(qian, "messages/outbox/stops/")
    assert ("x***@person.invalid" in page, "x@person.invalid" in page) == (True, False)
    with hospital_scope(north):
        row = Suppression.objects.get()
    qian.post(qian.url("messaging:lift", row.pk), {"reason": ""})
    with hospital_scope(north):
        assert Suppression.objects.standing().count() == 1
    qian.post(qian.url("messaging:lift", row.pk), {"reason": "地址已更正"})
    with hospital_scope(north):
        assert Suppression.objects.standing().count() == 0


def test_what_the_person_asked_for_is_not_lifted(qian, north):
    with hospital_scope(north):
        row = SuppressionFactory(reason="complaint")
    assert "解除停发" not in text_of(qian, "messages/outbox/stops/")
    qian.post(qian.url("messaging:lift", row.pk), {"reason": "x"})
    with hospital_scope(north):
        assert Suppression.objects.standing().count() == 1


@pytest.mark.parametrize("path", ["messages/outbox/stops/new/", "messages/outbox/stops/1/lift/"])
def test_changes_are_posts(qian, path):
    assert qian.get(path).status_code == 405
