"""WeChat and WeCom against servers on this machine that follow their interfaces: token, message, errors."""

from collections.abc import Iterator
from dataclasses import replace

import pytest

from hospital_crm.crypto import decrypt
from hospital_crm.tenancy.scope import hospital_scope
from messaging.gateways import access_tokens
from messaging.gateways.base import Outcome, Outgoing, Unreachable
from messaging.gateways.texts import ProviderText
from messaging.gateways.wechat import WechatGateway
from messaging.gateways.wecom import WecomGateway
from messaging.models import Reason, State
from tests.messaging.provider import Provider, deliver, nobody, running

REFERENCE = "0b6d9c6e-0000-4000-8000-000000000001"
LETTER = Outgoing(
    REFERENCE,
    "oOpenId",
    "提醒",
    "明天见",
    provider_template="visit",
    provider_values={"first": "12月1日"},
    link="https://crm.example/l/x/",
)
SEND, TOKEN = "/cgi-bin/message/template/send", "/cgi-bin/stable_token"
WECOM_SEND, WECOM_TOKEN = "/cgi-bin/message/send", "/cgi-bin/gettoken"


@pytest.fixture
def provider() -> Iterator[Provider]:
    with running() as found:
        found.answers = {
            TOKEN: [{"access_token": "T1", "expires_in": 7200}, {"access_token": "T2", "expires_in": 7200}],
            SEND: [{"errcode": 0, "errmsg": "ok", "msgid": 200228332}],
            WECOM_TOKEN: [{"errcode": 0, "access_token": "W1", "expires_in": 7200}],
            WECOM_SEND: [{"errcode": 0, "errmsg": "ok", "msgid": "m1"}],
        }
        yield found


@pytest.fixture
def wechat(provider: Provider) -> WechatGateway:
    return WechatGateway("wx1", "secret", {"visit": ProviderText("TPL", ("first",))}, provider.url, 1.0)


@pytest.fixture
def wecom(provider: Provider) -> WecomGateway:
    return WecomGateway("corp", "secret", 1000002, provider.url, 1.0)


@pytest.mark.unit
def test_template_message_goes_as_the_interface_says(provider: Provider, wechat: WechatGateway) -> None:
    assert deliver(wechat, LETTER) == [Outcome(State.HANDED_OVER, provider_reference="200228332")]
    token, message = provider.asked
    assert token.json == {"grant_type": "client_credential", "appid": "wx1", "secret": "secret"}
    assert message.query == {"access_token": "T1"}
    assert message.json == {
        "touser": "oOpenId",
        "template_id": "TPL",
        "url": "https://crm.example/l/x/",
        "client_msg_id": REFERENCE,
        "data": {"first": {"value": "12月1日"}},
    }


@pytest.mark.unit
def test_token_is_asked_for_once_and_lies_sealed(provider: Provider, wechat: WechatGateway, monkeypatch) -> None:
    kept = {}
    monkeypatch.setattr(access_tokens.cache, "get", kept.get)
    monkeypatch.setattr(access_tokens.cache, "set", lambda name, value, seconds: kept.update({name: (value)}))
    deliver(wechat, LETTER)
    deliver(wechat, LETTER, LETTER)
    assert [one.path for one in provider.asked].count(TOKEN) == 1
    (value,) = kept.values()
    assert ("T1" in value, decrypt(value)) == (False, "T1")


@pytest.mark.unit
def test_a_token_that_is_over_is_renewed_once(provider: Provider, wechat: WechatGateway) -> None:
    provider.answers[SEND] = [{"errcode": 42001}, {"errcode": 0, "msgid": 7}]
    assert deliver(wechat, LETTER) == [Outcome(State.HANDED_OVER, provider_reference="7")]
    assert [one.query.get("access_token") for one in provider.asked if one.path == SEND] == ["T1", "T2"]


@pytest.mark.unit
def test_a_token_that_is_refused_again_waits(provider: Provider, wechat: WechatGateway) -> None:
    provider.answers[SEND] = [{"errcode": 40001}]
    assert deliver(wechat, LETTER) == [Outcome(State.PLANNED, Reason.POSTPONED, "40001")]


@pytest.mark.unit
@pytest.mark.parametrize(
    ("answer", "outcome"),
    [
        ({"errcode": 45009}, Outcome(State.PLANNED, Reason.POSTPONED, "45009")),
        ({"errcode": -1}, Outcome(State.PLANNED, Reason.POSTPONED, "-1")),
        ({"errcode": 40003}, Outcome(State.FAILED, Reason.NO_ADDRESS, "40003")),
        ({"errcode": 43004}, Outcome(State.FAILED, Reason.REFUSED, "43004")),
        ({}, Outcome(State.UNKNOWN, Reason.NO_ANSWER)),
        ("close", Outcome(State.UNKNOWN, Reason.NO_ANSWER, "RemoteProtocolError")),
    ],
)
def test_answers_are_understood(provider: Provider, wechat: WechatGateway, answer: object, outcome: Outcome) -> None:
    provider.answers[SEND] = [answer]
    (found,) = deliver(wechat, LETTER)
    assert (found.state, found.reason) == (outcome.state, outcome.reason)


@pytest.mark.unit
@pytest.mark.parametrize("answer", ["close", {"errcode": 40013}, (500, "")])
def test_without_a_token_nothing_was_sent(provider: Provider, wechat: WechatGateway, answer: object) -> None:
    provider.answers[TOKEN] = [answer]
    with pytest.raises(Unreachable):
        deliver(wechat, LETTER)
    assert [one for one in provider.asked if one.path == SEND] == []


@pytest.mark.unit
def test_nobody_there_is_unreachable(wechat: WechatGateway, wecom: WecomGateway) -> None:
    for gateway in (wechat, wecom):
        with pytest.raises(Unreachable):
            deliver(replace(gateway, endpoint=nobody()), LETTER)


@pytest.mark.django_db
def test_inside_a_scope_no_token_is_asked_for(north, provider: Provider, wechat: WechatGateway) -> None:
    with hospital_scope(north), pytest.raises(RuntimeError):
        deliver(wechat, LETTER)
    assert provider.asked == []


@pytest.mark.unit
def test_staff_get_a_card_with_the_page(provider: Provider, wecom: WecomGateway) -> None:
    assert deliver(wecom, replace(LETTER, address="li")) == [Outcome(State.HANDED_OVER, provider_reference="m1")]
    token, message = provider.asked
    assert (token.method, token.query) == ("GET", {"corpid": "corp", "corpsecret": "secret"})
    assert message.json == {
        "touser": "li",
        "agentid": 1000002,
        "enable_duplicate_check": 1,
        "duplicate_check_interval": 1800,
        "msgtype": "textcard",
        "textcard": {"title": "提醒", "description": "明天见", "url": "https://crm.example/l/x/"},
    }


@pytest.mark.unit
def test_whom_the_enterprise_does_not_know_has_no_address(provider: Provider, wecom: WecomGateway) -> None:
    provider.answers[WECOM_SEND] = [{"errcode": 0, "invaliduser": "li", "msgid": "m1"}]
    assert deliver(wecom, replace(LETTER, link="")) == [Outcome(State.FAILED, Reason.NO_ADDRESS, "invaliduser")]
    assert provider.asked[-1].json["text"] == {"content": "提醒\n明天见"}
