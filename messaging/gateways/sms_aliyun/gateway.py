"""Aliyun's SendSms (version 2017-05-25), one signed POST per message; the signature of the account is put before the
text by the provider. Our reference goes along as OutId and comes back in the receipt.
"""

import datetime as dt
import json
import uuid
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

import httpx2
from django.utils.translation import gettext_lazy as _

from messaging.gateways import calls, texts
from messaging.gateways.base import Kind, Outcome, Outgoing, Setting
from messaging.gateways.sms_aliyun.signing import canonical_query, signed_headers
from messaging.gateways.texts import ProviderText
from messaging.models import Reason, State

ENDPOINT = "https://dysmsapi.aliyuncs.com"
VERSION = "2017-05-25"
# Not taken, and may be taken later: too many at once, or the provider itself is in trouble.
_LATER = ("Throttling", "isv.BUSINESS_LIMIT_CONTROL", "isp.SYSTEM_ERROR", "ServiceUnavailable", "isv.AMOUNT_NOT_ENOUGH")
# What the number is, not what we are.
_NO_ADDRESS = ("isv.MOBILE_NUMBER_ILLEGAL", "isv.MOBILE_COUNT_OVER_LIMIT")


@dataclass(frozen=True)
class AliyunGateway:
    """An account at Aliyun. `sign_name`: the registered signature without its brackets."""

    key_id: str
    secret: str
    sign_name: str
    texts: Mapping[str, ProviderText] = field(default_factory=dict, hash=False)
    endpoint: str = ENDPOINT
    timeout: float = calls.SECONDS

    name = "sms_aliyun"
    calls_out = True

    @contextmanager
    def session(self) -> "Iterator[AliyunSession]":
        """One kept connection."""
        with calls.client(self.timeout) as line:
            yield AliyunSession(self, line)


@dataclass
class AliyunSession:
    """Messages over one connection."""

    gateway: AliyunGateway
    line: httpx2.Client

    def deliver(self, outgoing: Outgoing) -> Outcome:
        """Hands one message over."""
        try:
            query = canonical_query(self._parameters(outgoing))
            said = calls.answer_of(self.line, "POST", f"{self.gateway.endpoint}/?{query}", headers=self._headers(query))
        except texts.NoSuchText:
            return Outcome(State.FAILED, Reason.NO_TEXT)
        except calls.NoAnswer as silence:
            return silence.outcome
        return outcome_of(said)

    def _parameters(self, outgoing: Outgoing) -> dict[str, str]:
        own = self.gateway
        body = outgoing.body.removeprefix(f"【{own.sign_name}】")
        code, values = texts.chosen(
            own.texts, template=outgoing.provider_template, values=outgoing.provider_values, body=body
        )
        return {
            "PhoneNumbers": outgoing.address.removeprefix("+86"),
            "SignName": own.sign_name,
            "TemplateCode": code,
            "TemplateParam": json.dumps(dict(values), ensure_ascii=False),
            "OutId": outgoing.reference,
        }

    def _headers(self, query: str) -> dict[str, str]:
        return signed_headers(
            host=urlsplit(self.gateway.endpoint).netloc,
            action="SendSms",
            version=VERSION,
            query=query,
            key_id=self.gateway.key_id,
            secret=self.gateway.secret,
            date=f"{dt.datetime.now(dt.UTC):%Y-%m-%dT%H:%M:%SZ}",
            nonce=uuid.uuid4().hex,
        )


def outcome_of(said: Mapping[str, Any]) -> Outcome:
    """What Aliyun answered. Only the code is kept, for the words may repeat the number."""
    code = str(said.get("Code", ""))
    if code == "OK":
        return Outcome(State.HANDED_OVER, provider_reference=str(said.get("BizId", ""))[:80])
    if code.startswith(_LATER):
        return Outcome(State.PLANNED, Reason.POSTPONED, code[:60])
    if code.startswith(_NO_ADDRESS):
        return Outcome(State.FAILED, Reason.NO_ADDRESS, code[:60])
    if not code or code.startswith("InternalError"):
        return Outcome(State.UNKNOWN, Reason.NO_ANSWER, code[:60])
    return Outcome(State.FAILED, Reason.REFUSED, code[:60])


def _of_account(given: dict) -> AliyunGateway:
    """The gateway of an account."""
    return AliyunGateway(
        given["key_id"],
        given["secret"],
        given["sign_name"],
        texts.read_lines(given.get("texts", "").splitlines()),
        given.get("endpoint") or ENDPOINT,
    )


ALIYUN = Kind(
    "sms_aliyun",
    "sms",
    _("text messages by Aliyun"),
    (
        Setting("key_id", _("AccessKey ID")),
        Setting("secret", _("AccessKey secret"), is_secret=True),
        Setting("sign_name", _("signature"), help_text=_("As registered, without brackets.")),
        texts.LINES,
        Setting("endpoint", _("address of the interface"), is_required=False, default=ENDPOINT, kind="url"),
    ),
    _of_account,
    own_address="phone",
)
