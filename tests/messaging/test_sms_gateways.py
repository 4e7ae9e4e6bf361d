"""Text messages by Aliyun and by Tencent Cloud against servers on this machine that follow their interfaces."""

import datetime as dt
import hashlib
import hmac
import json
import re
from collections.abc import Iterator
from dataclasses import replace
from urllib.parse import quote, unquote

import pytest

from messaging.gateways.base import Outcome, Outgoing, Unreachable
from messaging.gateways.sms_aliyun import AliyunGateway
from messaging.gateways.sms_tencent import TencentGateway
from messaging.gateways.sms_tencent.signing import signed_headers
from messaging.gateways.texts import ProviderText, read_lines
from messaging.models import Reason, State
from tests.messaging.provider import Asked, Provider, deliver, nobody, running

pytestmark = pytest.mark.unit
REFERENCE = "0b6d9c6e-0000-4000-8000-000000000001"
TEXTS = {"visit": ProviderText("SMS_1", ("day", "place")), "*": ProviderText("SMS_9", ("text",))}
VISIT = Outgoing(
    REFERENCE, "13800000000", "", "", provider_template="visit", provider_values={"place": "二楼 & 3", "day": "12月1日"}
)
FREE = Outgoing(REFERENCE, "13800000000", "", "【北方医院】明天见")


@pytest.fixture
def provider() -> Iterator[Provider]:
    with running() as found:
        yield found


@pytest.fixture
def aliyun(provider: Provider) -> AliyunGateway:
    provider.answers["/"] = [{"Code": "OK", "Message": "OK", "BizId": "9006197469364984", "RequestId": "r"}]
    return AliyunGateway("AK", "secret", "北方医院", TEXTS, provider.url, 1.0)


@pytest.fixture
def tencent(provider: Provider) -> TencentGateway:
    provider.answers["/"] = [told(Code="Ok", SerialNo="5000:1045710669157053657849499619")]
    return TencentGateway("ID", "key", "1400006666", "北方医院", texts=TEXTS, endpoint=provider.url, timeout=1.0)


def told(**one: str) -> dict:
    """What Tencent Cloud says of one number."""
    return {"Response": {"SendStatusSet": [{"PhoneNumber": "+8613800000000", **one}], "RequestId": "r"}}


def aliyun_signature(asked: Asked, secret: str) -> str:
    """Worked out from the words of the interface: the canonical request, its digest, the signature."""
    found = re.fullmatch(
        r"ACS3-HMAC-SHA256 Credential=AK,SignedHeaders=([a-z0-9;-]+),Signature=([0-9a-f]{64})",
        asked.headers["authorization"],
    )
    assert found is not None
    names = found[1].split(";")
    pairs = sorted(part.partition("=")[::2] for part in asked.raw_query.split("&"))
    query = "&".join(f"{quote(unquote(k), safe='-_.~')}={quote(unquote(v), safe='-_.~')}" for k, v in pairs)
    heads = "".join(f"{name}:{asked.headers[name].strip()}\n" for name in names)
    digest = hashlib.sha256(asked.body).hexdigest()
    assert (names == sorted(names), asked.headers["x-acs-content-sha256"]) == (True, digest)
    request = f"{asked.method}\n{asked.path}\n{query}\n{heads}\n{found[1]}\n{digest}"
    to_sign = "ACS3-HMAC-SHA256\n" + hashlib.sha256(request.encode()).hexdigest()
    return f"{found[2]}:{hmac.new(secret.encode(), to_sign.encode(), hashlib.sha256).hexdigest()}"


def test_aliyun_is_asked_as_its_interface_says(provider: Provider, aliyun: AliyunGateway) -> None:
    assert deliver(aliyun, VISIT) == [Outcome(State.HANDED_OVER, provider_reference="9006197469364984")]
    (asked,) = provider.asked
    assert (asked.method, asked.headers["x-acs-action"], asked.headers["x-acs-version"]) == (
        "POST",
        "SendSms",
        "2017-05-25",
    )
    assert {name: asked.query[name] for name in ("PhoneNumbers", "SignName", "TemplateCode", "OutId")} == {
        "PhoneNumbers": "13800000000",
        "SignName": "北方医院",
        "TemplateCode": "SMS_1",
        "OutId": REFERENCE,
    }
    assert json.loads(asked.query["TemplateParam"]) == {"day": "12月1日", "place": "二楼 & 3"}


@pytest.mark.parametrize(("secret", "fits"), [("secret", True), ("other", False)])
def test_aliyun_signature_is_that_of_the_secret(
    provider: Provider, aliyun: AliyunGateway, secret: str, fits: bool
) -> None:
    deliver(aliyun, VISIT)
    sent, wanted = aliyun_signature(provider.asked[0], secret).split(":")
    assert (sent == wanted) is fits


def test_a_repeat_has_another_nonce_and_the_same_reference(provider: Provider, aliyun: AliyunGateway) -> None:
    deliver(aliyun, VISIT, VISIT)
    first, second = provider.asked
    assert first.headers["x-acs-signature-nonce"] != second.headers["x-acs-signature-nonce"]
    assert first.query["OutId"] == second.query["OutId"]


@pytest.mark.parametrize("number", ["13800000000", "+8613800000000"])
def test_free_text_goes_as_the_text_for_everything_else_without_its_signature(
    provider: Provider, aliyun: AliyunGateway, number: str
) -> None:
    deliver(aliyun, replace(FREE, address=number))
    asked = provider.asked[0]
    assert (asked.query["PhoneNumbers"], asked.query["TemplateCode"]) == ("13800000000", "SMS_9")
    assert json.loads(asked.query["TemplateParam"]) == {"text": "明天见"}


def test_text_that_no_line_names_is_the_providers_own_code(provider: Provider, aliyun: AliyunGateway) -> None:
    deliver(aliyun, replace(VISIT, provider_template="SMS_7"))
    assert provider.asked[0].query["TemplateCode"] == "SMS_7"


def test_without_a_text_nothing_is_asked(provider: Provider, aliyun: AliyunGateway) -> None:
    assert deliver(replace(aliyun, texts={}), FREE) == [Outcome(State.FAILED, Reason.NO_TEXT)]
    assert provider.asked == []


@pytest.mark.parametrize(
    ("answer", "outcome"),
    [
        ((400, '{"Code": "Throttling.User"}'), Outcome(State.PLANNED, Reason.POSTPONED, "Throttling.User")),
        (
            {"Code": "isv.BUSINESS_LIMIT_CONTROL"},
            Outcome(State.PLANNED, Reason.POSTPONED, "isv.BUSINESS_LIMIT_CONTROL"),
        ),
        ({"Code": "isv.MOBILE_NUMBER_ILLEGAL"}, Outcome(State.FAILED, Reason.NO_ADDRESS, "isv.MOBILE_NUMBER_ILLEGAL")),
        ((400, '{"Code": "SignatureDoesNotMatch"}'), Outcome(State.FAILED, Reason.REFUSED, "SignatureDoesNotMatch")),
        ((503, "busy"), Outcome(State.PLANNED, Reason.POSTPONED, "503")),
        ((429, ""), Outcome(State.PLANNED, Reason.POSTPONED, "429")),
        ((502, "<html>"), Outcome(State.UNKNOWN, Reason.NO_ANSWER, "502")),
        ((403, "<html>"), Outcome(State.FAILED, Reason.REFUSED, "403")),
        ((200, "not json"), Outcome(State.UNKNOWN, Reason.NO_ANSWER, "200")),
        ((200, "[1]"), Outcome(State.UNKNOWN, Reason.NO_ANSWER, "200")),
    ],
)
def test_answers_of_aliyun_are_understood(
    provider: Provider, aliyun: AliyunGateway, answer: object, outcome: Outcome
) -> None:
    provider.answers["/"] = [answer]
    assert deliver(aliyun, VISIT) == [outcome]


@pytest.mark.parametrize("answer", ["hang", "close"])
@pytest.mark.parametrize("kind", ["aliyun", "tencent"])
def test_silence_after_the_request_is_unknown(
    provider: Provider, request: pytest.FixtureRequest, kind: str, answer: str
) -> None:
    gateway = replace(request.getfixturevalue(kind), timeout=0.3)
    provider.answers["/"] = [answer]
    assert [one.state for one in deliver(gateway, VISIT)] == [State.UNKNOWN]


@pytest.mark.parametrize("kind", ["aliyun", "tencent"])
def test_nobody_there_is_unreachable(request: pytest.FixtureRequest, kind: str) -> None:
    with pytest.raises(Unreachable):
        deliver(replace(request.getfixturevalue(kind), endpoint=nobody()), VISIT)


def tencent_signature(asked: Asked, key: str) -> str:
    """Worked out from the words of the interface: the request, the day's key, the signature."""
    found = re.fullmatch(
        r"TC3-HMAC-SHA256 Credential=ID/(\d{4}-\d\d-\d\d)/sms/tc3_request, "
        r"SignedHeaders=([a-z;-]+), Signature=([0-9a-f]{64})",
        asked.headers["authorization"],
    )
    assert found is not None
    day, names, sent = found.groups()
    at = dt.datetime.fromtimestamp(int(asked.headers["x-tc-timestamp"]), dt.UTC)
    assert f"{at:%Y-%m-%d}" == day
    heads = "".join(f"{name}:{asked.headers[name].lower()}\n" for name in names.split(";"))
    request = f"POST\n/\n\n{heads}\n{names}\n{hashlib.sha256(asked.body).hexdigest()}"
    to_sign = (
        f"TC3-HMAC-SHA256\n{asked.headers['x-tc-timestamp']}\n{day}/sms/tc3_request\n"
        + hashlib.sha256(request.encode()).hexdigest()
    )
    step = ("TC3" + key).encode()
    for part in (day, "sms", "tc3_request", to_sign):
        step = hmac.new(step, part.encode(), hashlib.sha256).digest()
    return f"{sent}:{step.hex()}"


def test_tencent_is_asked_as_its_interface_says(provider: Provider, tencent: TencentGateway) -> None:
    (outcome,) = deliver(tencent, VISIT)
    assert outcome == Outcome(State.HANDED_OVER, provider_reference="5000:1045710669157053657849499619")
    (asked,) = provider.asked
    heads = ("x-tc-action", "x-tc-version", "x-tc-region", "content-type")
    assert [asked.headers[name] for name in heads] == [
        "SendSms",
        "2021-01-11",
        "ap-guangzhou",
        "application/json; charset=utf-8",
    ]
    assert asked.json == {
        "PhoneNumberSet": ["+8613800000000"],
        "SmsSdkAppId": "1400006666",
        "SignName": "北方医院",
        "TemplateId": "SMS_1",
        "TemplateParamSet": ["12月1日", "二楼 & 3"],
        "SessionContext": REFERENCE,
    }


@pytest.mark.parametrize(("key", "fits"), [("key", True), ("other", False)])
def test_tencent_signature_is_that_of_the_key(
    provider: Provider, tencent: TencentGateway, key: str, fits: bool
) -> None:
    deliver(tencent, VISIT)
    sent, wanted = tencent_signature(provider.asked[0], key).split(":")
    assert (sent == wanted) is fits


def test_day_of_the_key_is_that_of_utc() -> None:
    at = int(dt.datetime(2026, 11, 30, 23, 30, tzinfo=dt.UTC).timestamp())
    signed = signed_headers(
        host="h", service="sms", action="SendSms", body=b"{}", key_id="ID", secret="key", timestamp=at
    )
    assert "Credential=ID/2026-11-30/sms/tc3_request" in signed["Authorization"]


@pytest.mark.parametrize(
    ("answer", "state", "reason"),
    [
        (told(Code="LimitExceeded.PhoneNumberDailyLimit"), State.PLANNED, Reason.POSTPONED),
        (told(Code="FailedOperation.TemplateUnapprovedOrNotExist"), State.FAILED, Reason.REFUSED),
        (told(Code="InvalidParameterValue.IncorrectPhoneNumber"), State.FAILED, Reason.NO_ADDRESS),
        ({"Response": {"Error": {"Code": "RequestLimitExceeded"}}}, State.PLANNED, Reason.POSTPONED),
        ({"Response": {"Error": {"Code": "AuthFailure.SignatureFailure"}}}, State.FAILED, Reason.REFUSED),
        ({"Response": {"Error": {"Code": "InternalError.SendAndRecvFail"}}}, State.UNKNOWN, Reason.NO_ANSWER),
        ({"Response": {"Error": {"Code": "InternalError.Timeout"}}}, State.UNKNOWN, Reason.NO_ANSWER),
        ({"Response": {"SendStatusSet": []}}, State.UNKNOWN, Reason.NO_ANSWER),
        ({}, State.UNKNOWN, Reason.NO_ANSWER),
    ],
)
def test_answers_of_tencent_are_understood(
    provider: Provider, tencent: TencentGateway, answer: object, state: State, reason: Reason
) -> None:
    provider.answers["/"] = [answer]
    (found,) = deliver(tencent, VISIT)
    assert (found.state, found.reason) == (state, reason)


def test_lines_of_an_account_are_read() -> None:
    assert read_lines(["visit = SMS_1 day place", "", "*=9 text"]) == {
        "visit": ProviderText("SMS_1", ("day", "place")),
        "*": ProviderText("9", ("text",)),
    }


@pytest.mark.parametrize("line", ["no sign", "= SMS_1", "visit ="])
def test_a_line_that_is_none_is_refused(line: str) -> None:
    with pytest.raises(ValueError, match=re.escape(line)):
        read_lines([line])
