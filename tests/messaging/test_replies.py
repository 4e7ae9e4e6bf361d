"""Replies: every form of wanting no more is understood, what is unclear is read by a person, a repeat does nothing."""

import pytest

from accounts.models import AuditEvent
from hospital_crm.tenancy.scope import hospital_scope
from messaging.domain import replies
from messaging.models import Reply, Suppression
from patients.models import Consent
from tests.cast import client_of
from tests.messaging.factories import NOW, MessageFactory
from tests.messaging.gateway_factories import ReplyFactory
from tests.patients.factories import ConsentFactory, ContactPointFactory, PatientFactory

STOP, UNCLEAR = Reply.Meaning.STOP, Reply.Meaning.UNCLEAR


@pytest.mark.unit
@pytest.mark.parametrize(
    "text",
    [
        "R", "r", "Ｒ", " R ", "R。", "回复R", "回R", "T", "TD", "T D", "ｔｄ", "TD！", "退订", "退 订",
        "退訂", "拒收", "拒收!", "我要退订！", "请帮我退订，谢谢", "退订谢谢", "取消订阅", "不要再发了",
        "别再给我发短信", "不想再收到", "STOP", "unsubscribe", "please unsubscribe me", "拒绝接收", "退订了",
        "别打扰我", "我不接收广告", "不再接收短信", "希望不再收到你们的短信", "不要再收到", "不需要接收",
        "怎么还发，不想收到",
    ],
)  # fmt: skip
def test_wants_no_more_is_understood(text: str) -> None:
    assert replies.meaning_of(text) == STOP


@pytest.mark.unit
@pytest.mark.parametrize(
    "text",
    [
        "", "好的", "几点上班", "我不退订", "不要退订", "怎么退订？", "可以退订吗", "恢复订阅", "Dr. Li",
        "TDS是多少", "R超过多少正常", "谢谢医生", "Right", "你好T恤", "stop by tomorrow?", "N", "取消",
        "为什么不再收到提醒了", "不再收到提醒了", "不收到短信", "怎么不收到", "我没收到短信", "不再接收短信了吗？",
        "为什么不再接收了",
        "孩子不要发烧", "不想打扰医生",
    ],
)  # fmt: skip
def test_everything_else_is_read_by_a_person(text: str) -> None:
    assert replies.meaning_of(text) == UNCLEAR


@pytest.fixture
def person(in_north):
    found = PatientFactory()
    ContactPointFactory(patient=found, value="13800005678")
    return found


def hear(text: str, provider_id: str = "1", address: str = "13800005678", channel: str = "sms"):
    return replies.heard(channel=channel, address=address, text=text, at=NOW, now=NOW, provider_id=provider_id)


def decided(person) -> dict[tuple[str, str], str]:
    """What holds for each purpose and channel that was decided."""
    rows = Consent.objects.filter(patient=person).order_by("at", "pk")
    return {(row.purpose, row.channel): row.decision for row in rows}


@pytest.mark.django_db
def test_stop_takes_back_what_was_allowed_and_refuses_the_rest(person) -> None:
    ConsentFactory(patient=person, purpose="marketing_sms", channel="sms")
    reply = hear("我要退订！")
    assert (reply.meaning, reply.settled_at) == (STOP, NOW)
    assert decided(person) == {
        ("marketing_sms", "sms"): "withdrawn",
        ("education", "sms"): "refused",
        ("community", "sms"): "refused",
        ("points", "sms"): "refused",
    }
    assert Suppression.objects.count() == 0


@pytest.mark.django_db
def test_stop_refuses_what_the_message_was_about(person) -> None:
    MessageFactory(
        staff=None,
        person=person,
        channel="sms",
        purpose="test.satisfaction",
        state="handed_over",
        address="13800005678",
    )
    hear("R")
    assert decided(person)[("satisfaction", "sms")] == "refused"
    assert ("care", "sms") not in decided(person)


@pytest.mark.django_db
def test_same_reply_again_changes_nothing(person) -> None:
    hear("R")
    assert hear("R") is None
    assert (Reply.objects.count(), Consent.objects.count()) == (1, 4)


@pytest.mark.django_db
def test_everybody_with_the_number_is_asked_no_more(person) -> None:
    other = PatientFactory()
    ContactPointFactory(patient=other, value="13800005678")
    hear("TD")
    assert decided(other) == decided(person)


@pytest.mark.django_db
def test_number_of_nobody_is_stopped(in_north) -> None:
    hear("退订", address="13900000000")
    stop = Suppression.objects.get()
    assert (stop.channel, stop.address, stop.reason) == ("sms", "13900000000", "reply")


@pytest.mark.django_db
def test_unclear_reply_waits_sealed(person) -> None:
    reply = hear("几点上班")
    assert (reply.meaning, reply.settled_at, Consent.objects.count()) == (UNCLEAR, None, 0)
    assert ("几点" in reply.text, replies.words_of(reply)) == (False, "几点上班")


@pytest.mark.django_db
def test_person_reads_what_is_unclear(north, cast) -> None:
    with hospital_scope(north):
        person = PatientFactory()
        ContactPointFactory(patient=person, value="13800000000")
        reply = ReplyFactory()
    client = client_of(cast.qian)
    text = client.get(client.url("messaging:replies")).content.decode()
    assert ("几点上班" in text, "138****0000" in text, "13800000000" in text) == (True, True, False)
    answer = client.post(client.url("messaging:reply-settle", reply.public_id), {"act": "stop"})
    with hospital_scope(north):
        reply.refresh_from_db()
        assert (answer.status_code, reply.meaning, reply.settled_by) == (302, STOP, cast.qian)
        assert decided(person)[("marketing_sms", "sms")] == "refused"
        assert AuditEvent.objects.filter(verb="messaging.reply.settle").count() == 1
    client.post(client.url("messaging:reply-settle", reply.public_id), {"act": "read"})
    with hospital_scope(north):
        reply.refresh_from_db()
        assert reply.meaning == STOP


@pytest.mark.django_db
def test_reply_of_another_hospital_is_not_there(south, cast) -> None:
    with hospital_scope(south):
        foreign = ReplyFactory()
    client = client_of(cast.qian)
    assert client.post(client.url("messaging:reply-settle", foreign.public_id), {"act": "stop"}).status_code == 404


@pytest.mark.django_db
def test_administrator_reads_no_replies(cast) -> None:
    client = client_of(cast.deng)
    assert client.get(client.url("messaging:replies")).status_code == 403
