"""Tencent Cloud's SendSms (version 2021-01-11), one signed POST per message. Its SerialNo comes back in the receipt."""

import json
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

import httpx2
from django.utils.translation import gettext_lazy as _

from messaging.gateways import calls, texts
from messaging.gateways.base import Kind, Outcome, Outgoing, Setting
from messaging.gateways.sms_tencent.signing import signed_headers
from messaging.gateways.texts import ProviderText
from messaging.models import Reason, State

ENDPOINT = "https://sms.tencentcloudapi.com"
VERSION = "2021-01-11"
_LATER = ("RequestLimitExceeded", "LimitExceeded", "ResourceInsufficient")
_LATER_OF_ONE = ("LimitExceeded", "FailedOperation.InsufficientBalanceInSmsPackage")
_NO_ADDRESS = ("InvalidParameterValue.IncorrectPhoneNumber", "UnsupportedOperation.ContainDomesticAndInternational")
_MAY_BE_TAKEN = ("InternalError",)


@dataclass(frozen=True)
class TencentGateway:
    """An application at Tencent Cloud. `sign_name`: the registered signature without its brackets."""

    key_id: str
    secret: str
    app_id: str
    sign_name: str
    region: str = "ap-guangzhou"
    texts: Mapping[str, ProviderText] = field(default_factory=dict, hash=False)
    endpoint: str = ENDPOINT
    timeout: float = calls.SECONDS

    name = "sms_tencent"
    calls_out = True

    @contextmanager
    def session(self) -> "Iterator[TencentSession]":
        """One kept connection."""
        with calls.client(self.timeout) as line:
            yield TencentSession(self, line)


@dataclass
class TencentSession:
    """Messages over one connection."""

    gateway: TencentGateway
    line: httpx2.Client

    def deliver(self, outgoing: Outgoing) -> Outcome:
        """Hands one message over."""
        try:
            body = json.dumps(self._asked(outgoing), ensure_ascii=False).encode()
            said = calls.answer_of(self.line, "POST", self.gateway.endpoint, content=body, headers=self._headers(body))
        except texts.NoSuchText:
            return Outcome(State.FAILED, Reason.NO_TEXT)
        except calls.NoAnswer as silence:
            return silence.outcome
        return outcome_of(said)

    def _asked(self, outgoing: Outgoing) -> dict[str, Any]:
        own = self.gateway
        body = outgoing.body.removeprefix(f"【{own.sign_name}】")
        code, values = texts.chosen(
            own.texts, template=outgoing.provider_template, values=outgoing.provider_values, body=body
        )
        number = outgoing.address if outgoing.address.startswith("+") else f"+86{outgoing.address}"
        return {
            "PhoneNumberSet": [number],
            "SmsSdkAppId": own.app_id,
            "SignName": own.sign_name,
            "TemplateId": code,
            "TemplateParamSet": [value for _name, value in values],
            "SessionContext": outgoing.reference,
        }

    def _headers(self, body: bytes) -> dict[str, str]:
        own = self.gateway
        signed = signed_headers(
            host=urlsplit(own.endpoint).netloc,
            service="sms",
            action="SendSms",
            body=body,
            key_id=own.key_id,
            secret=own.secret,
            timestamp=int(time.time()),
        )
        return {**signed, "X-TC-Version": VERSION, "X-TC-Region": own.region}


def outcome_of(said: Mapping[str, Any]) -> Outcome:
    """What Tencent Cloud answered: for the call as a whole, then for the one number. Only codes are kept."""
    response = said.get("Response")
    if not isinstance(response, dict):
        return Outcome(State.UNKNOWN, Reason.NO_ANSWER)
    error = response.get("Error")
    if isinstance(error, dict):
        code = str(error.get("Code", ""))[:60]
        if code.startswith(_LATER):
            return Outcome(State.PLANNED, Reason.POSTPONED, code)
        if code.startswith(_MAY_BE_TAKEN):
            return Outcome(State.UNKNOWN, Reason.NO_ANSWER, code)
        return Outcome(State.FAILED, Reason.REFUSED, code)
    told = response.get("SendStatusSet") or [{}]
    return _of_number(told[0] if isinstance(told[0], dict) else {})


def _of_number(one: Mapping[str, Any]) -> Outcome:
    code, number = str(one.get("Code", ""))[:60], str(one.get("SerialNo", ""))[:80]
    if code == "Ok":
        return Outcome(State.HANDED_OVER, provider_reference=number)
    if not code:
        return Outcome(State.UNKNOWN, Reason.NO_ANSWER)
    if code.startswith(_LATER_OF_ONE):
        return Outcome(State.PLANNED, Reason.POSTPONED, code)
    if code.startswith(_NO_ADDRESS):
        return Outcome(State.FAILED, Reason.NO_ADDRESS, code)
    return Outcome(State.FAILED, Reason.REFUSED, code)


def _of_account(given: dict) -> TencentGateway:
    """The gateway of an account."""
    return TencentGateway(
        given["key_id"],
        given["secret"],
        given["app_id"],
        given["sign_name"],
        given.get("region") or "ap-guangzhou",
        texts.read_lines(given.get("texts", "").splitlines()),
        given.get("endpoint") or ENDPOINT,
    )


TENCENT = Kind(
    "sms_tencent",
    "sms",
    _("text messages by Tencent Cloud"),
    (
        Setting("key_id", _("SecretId")),
        Setting("secret", _("SecretKey"), is_secret=True),
        Setting("app_id", _("number of the application")),
        Setting("sign_name", _("signature"), help_text=_("As registered, without brackets.")),
        Setting("region", _("region of the provider"), is_required=False, default="ap-guangzhou"),
        texts.LINES,
        Setting("endpoint", _("address of the interface"), is_required=False, default=ENDPOINT, kind="url"),
    ),
    _of_account,
    own_address="phone",
)
