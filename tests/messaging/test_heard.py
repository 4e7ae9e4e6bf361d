"""Where providers tell: known by the secret, wrong ones refused, told again nothing changes, too many wait."""

import datetime as dt
import hashlib
import hmac
import json

import pytest
from django.test import Client
from django.utils import timezone

from hospital_crm.tenancy.scope import hospital_scope
from messaging.domain import receipts
from messaging.domain.receipts import TooEarly
from messaging.models import Message, Reply, State, Suppression
from messaging.views import heard as views
from tests.messaging.conftest import states_of
from tests.messaging.factories import NOW, MessageFactory
from tests.messaging.gateway_factories import AliyunAccountFactory, GatewayAccountFactory
from tests.patients.factories import PatientFactory

pytestmark = pytest.mark.django_db
REPORT = {
    "phone_number": "13800005678",
    "send_time": "2026-11-23 08:00:00",
    "report_time": "2026-11-23 08:00:05",
    "success": True,
    "err_code": "DELIVERED",
    "biz_id": "B1",
    "out_id": "",
}


@pytest.fixture
def account(north):
    with hospital_scope(north):
        return AliyunAccountFactory()


@pytest.fixture
def message(north):
    with hospital_scope(north):
        return MessageFactory(
            staff=None,
            person=PatientFactory(),
            channel="sms",
            state="handed_over",
            gateway="sms_aliyun",
            provider_reference="B1",
            address="13800005678",
        )


def tell(account, rows, secret="heard-secret", **headers):
    path = f"/north/messages/heard/{account.public_id}/{secret + '/' if secret else ''}"
    return Client().post(path, json.dumps(rows), content_type="application/json", **headers)


def state(message) -> str:
    with hospital_scope(message.hospital):
        return Message.objects.get(pk=message.pk).state


def test_receipt_settles_its_message_once(account, message) -> None:
    for _time in range(2):
        answer = tell(account, [REPORT])
        assert (answer.status_code, answer.json()) == (200, {"code": 0, "msg": "OK"})
    assert state(message) == State.DELIVERED
    assert states_of(message) == [("delivered", "receipt")]


def test_receipt_settles_what_was_unknown_by_our_own_reference(account, message) -> None:
    with hospital_scope(message.hospital):
        Message.objects.update(state="unknown", provider_reference="")
    tell(account, [{**REPORT, "out_id": str(message.public_id)}])
    with hospital_scope(message.hospital):
        found = Message.objects.get()
    assert (found.state, found.provider_reference) == (State.DELIVERED, "B1")


def test_number_that_does_not_exist_is_stopped(account, message) -> None:
    tell(account, [{**REPORT, "success": False, "err_code": "MOBILE_NOT_ON_SERVICE"}])
    with hospital_scope(message.hospital):
        stop = Suppression.objects.get()
    assert (state(message), stop.address, stop.reason) == (State.FAILED, "13800005678", "hard_bounce")


def test_late_receipt_of_what_is_settled_changes_nothing(account, message) -> None:
    tell(account, [REPORT])
    tell(account, [{**REPORT, "success": False, "err_code": "X"}])
    assert state(message) == State.DELIVERED


def test_receipt_before_the_record_is_asked_for_again(account, message) -> None:
    with hospital_scope(message.hospital):
        Message.objects.update(state="claimed")
    assert tell(account, [REPORT]).status_code == 425
    assert state(message) == State.CLAIMED


def test_receipts_behind_one_that_is_nobodys_are_taken(account, message) -> None:
    strange = {**REPORT, "biz_id": "B0", "report_time": f"{timezone.localtime():%Y-%m-%d %H:%M:%S}"}
    assert tell(account, [strange, REPORT]).status_code == 425
    assert state(message) == State.DELIVERED


def test_receipt_of_nobody_is_let_go_after_a_while(in_north) -> None:
    said = {"gateway": "sms_aliyun", "provider_reference": "B9", "state": State.DELIVERED, "now": NOW}
    with pytest.raises(TooEarly):
        receipts.settle(at=NOW - dt.timedelta(minutes=1), **said)
    assert receipts.settle(at=NOW - dt.timedelta(hours=1), **said) is False


def test_receipts_say_delivered_or_not(in_north) -> None:
    with pytest.raises(ValueError, match="planned"):
        receipts.settle(gateway="x", provider_reference="", state=State.PLANNED, at=NOW, now=NOW)


@pytest.mark.parametrize("secret", ["", "wrong", "heard-secre", "heard-secret2"])
def test_without_the_secret_nothing_is_taken(account, message, secret: str) -> None:
    assert tell(account, [REPORT], secret).status_code == 403
    assert state(message) == State.HANDED_OVER


def signed(body: bytes, secret: str = "heard-secret", at: int | None = None) -> str:
    told = at if at is not None else int(timezone.now().timestamp())
    return f"t={told},v1={hmac.new(secret.encode(), f'{told}.'.encode() + body, hashlib.sha256).hexdigest()}"


@pytest.mark.parametrize(
    ("secret", "age", "status"), [("heard-secret", 0, 200), ("other", 0, 403), ("heard-secret", 3600, 403)]
)
def test_signature_of_ours_is_checked(account, message, secret: str, age: int, status: int) -> None:
    body = json.dumps([REPORT]).encode()
    head = signed(body, secret, int(timezone.now().timestamp()) - age)
    assert tell(account, [REPORT], "", headers={"CRM-Signature": head}).status_code == status


def test_account_of_another_hospital_is_not_known(account, south) -> None:
    with hospital_scope(south):
        foreign = AliyunAccountFactory()
    assert tell(foreign, [REPORT]).status_code == 403


def test_kind_that_tells_nothing_is_refused(north) -> None:
    with hospital_scope(north):
        mail = GatewayAccountFactory()
    assert tell(mail, [REPORT]).status_code == 403


@pytest.mark.parametrize("body", [b"", b"{", b"[1]", b"[{}]", b'"x"', b'[{"success": true, "report_time": "soon"}]'])
def test_what_cannot_be_read_is_refused(account, body: bytes) -> None:
    path = f"/north/messages/heard/{account.public_id}/heard-secret/"
    assert Client().post(path, body, content_type="application/json").status_code == 400


def test_too_much_and_too_often_is_refused(account, monkeypatch) -> None:
    monkeypatch.setattr(views, "LARGEST", 100)
    assert tell(account, [REPORT]).status_code == 413
    monkeypatch.setattr(views, "CALLS_PER_MINUTE", 0)
    assert tell(account, [REPORT]).status_code == 429


def test_opening_the_address_does_nothing(account) -> None:
    path = f"/north/messages/heard/{account.public_id}/heard-secret/"
    assert (Client().get(path).status_code, Client().put(path).status_code) == (405, 405)


def test_reply_is_heard_once(account, north) -> None:
    up = {"phone_number": "13800005678", "send_time": "2026-11-23 08:00:00", "content": "TD", "sequence_id": "7"}
    for _time in range(2):
        assert tell(account, [up]).status_code == 200
    with hospital_scope(north):
        assert list(Reply.objects.values_list("provider_id", "meaning")) == [("7", "stop")]


def test_tencent_tells_of_messages_and_answers(north, message) -> None:
    with hospital_scope(north):
        account = AliyunAccountFactory(kind="sms_tencent")
        Message.objects.update(gateway="sms_tencent")
    row = {"user_receive_time": "2026-11-23 08:00:05", "report_status": "FAIL", "errmsg": "MK:0001", "sid": "B1"}
    answer = tell(account, [row])
    assert (answer.json(), state(message)) == ({"result": 0, "errmsg": "OK"}, State.FAILED)
    tell(account, {"mobile": "13800005678", "text": "谢谢", "time": 1795392000, "nationcode": "86"})
    with hospital_scope(north):
        assert Reply.objects.get().meaning == "unclear"


def wechat_query(token: str, at: int) -> str:
    digest = hashlib.sha1("".join(sorted([token, str(at), "n1"])).encode()).hexdigest()  # noqa: S324
    return f"?signature={digest}&timestamp={at}&nonce=n1"


EVENT = (
    "<xml><ToUserName><![CDATA[gh]]></ToUserName><FromUserName><![CDATA[oOpen]]></FromUserName>"
    "<CreateTime>1795392000</CreateTime><MsgType><![CDATA[event]]></MsgType>"
    "<Event><![CDATA[TEMPLATESENDJOBFINISH]]></Event><MsgID>B1</MsgID><Status><![CDATA[{status}]]></Status></xml>"
)


@pytest.fixture
def wechat(north, message):
    with hospital_scope(north):
        Message.objects.update(gateway="wechat", channel="wechat")
        return AliyunAccountFactory(kind="wechat", channel="wechat")


def tell_wechat(account, xml: str, token: str = "heard-secret", age: int = 0):
    query = wechat_query(token, int(timezone.now().timestamp()) - age)
    return Client().post(f"/north/messages/heard/{account.public_id}/{query}", xml, content_type="text/xml")


def test_wechat_signs_its_calls(wechat, message) -> None:
    assert tell_wechat(wechat, EVENT.format(status="success"), token="other").status_code == 403
    assert tell_wechat(wechat, EVENT.format(status="success"), age=3600).status_code == 403
    answer = tell_wechat(wechat, EVENT.format(status="success"))
    assert (answer.content, state(message)) == (b"success", State.DELIVERED)


def test_wechat_greets_first(wechat) -> None:
    query = wechat_query("heard-secret", int(timezone.now().timestamp()))
    answer = Client().get(f"/north/messages/heard/{wechat.public_id}/{query}&echostr=hello")
    assert answer.content == b"hello"


def test_leaving_the_account_is_wanting_no_more(wechat, north) -> None:
    left = EVENT.replace("TEMPLATESENDJOBFINISH", "unsubscribe").format(status="")
    assert tell_wechat(wechat, left).status_code == 200
    with hospital_scope(north):
        assert Reply.objects.get().meaning == "stop"


def test_document_with_entities_is_not_read(wechat) -> None:
    bomb = '<!DOCTYPE x [<!ENTITY a "b">]><xml><MsgType>&a;</MsgType></xml>'
    assert tell_wechat(wechat, bomb).status_code == 400
