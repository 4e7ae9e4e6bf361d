"""WeChat official accounts: cgi-bin/message/template/send with a token of cgi-bin/stable_token.

`client_msg_id` is our reference: the same one within ten minutes is sent once by WeChat too. The address is the openid.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import httpx2
from django.utils.translation import gettext_lazy as _

from messaging.gateways import calls, texts
from messaging.gateways.access_tokens import token_of
from messaging.gateways.base import Kind, Outcome, Outgoing, Setting, Unreachable
from messaging.gateways.texts import ProviderText
from messaging.models import Reason, State

ENDPOINT = "https://api.weixin.qq.com"
TOKEN_IS_OVER = (40001, 40014, 42001)
_LATER = (-1, 45009, 45011, 45047)
_NO_ADDRESS = (40003,)


@dataclass(frozen=True)
class WechatGateway:
    """An official account."""

    app_id: str
    secret: str
    texts: Mapping[str, ProviderText] = field(default_factory=dict, hash=False)
    endpoint: str = ENDPOINT
    timeout: float = calls.SECONDS

    name = "wechat"
    calls_out = True

    @contextmanager
    def session(self) -> "Iterator[WechatSession]":
        """One kept connection."""
        with calls.client(self.timeout) as line:
            yield WechatSession(self, line)


@dataclass
class WechatSession:
    """Messages over one connection."""

    gateway: WechatGateway
    line: httpx2.Client

    def deliver(self, outgoing: Outgoing) -> Outcome:
        """Hands one message over; a token that WeChat refuses is renewed once, for then nothing was taken."""
        try:
            asked = self._asked(outgoing)
            said = self._send(asked)
            if said.get("errcode") in TOKEN_IS_OVER:
                said = self._send(asked, anew=True)
        except texts.NoSuchText:
            return Outcome(State.FAILED, Reason.NO_TEXT)
        except calls.NoAnswer as silence:
            return silence.outcome
        return outcome_of(said)

    def _asked(self, outgoing: Outgoing) -> dict[str, Any]:
        code, values = texts.chosen(
            self.gateway.texts,
            template=outgoing.provider_template,
            values=outgoing.provider_values,
            body=outgoing.body,
        )
        return {
            "touser": outgoing.address,
            "template_id": code,
            "url": outgoing.link,
            "client_msg_id": outgoing.reference,
            "data": {name: {"value": value} for name, value in values},
        }

    def _send(self, asked: dict[str, Any], *, anew: bool = False) -> Mapping[str, Any]:
        own = self.gateway
        token = token_of(f"wechat:{own.endpoint}:{own.app_id}:{own.secret}", self._token, anew=anew)
        url = f"{own.endpoint}/cgi-bin/message/template/send"
        return calls.answer_of(self.line, "POST", url, params={"access_token": token}, json=asked)

    def _token(self) -> tuple[str, int]:
        own = self.gateway
        asked = {"grant_type": "client_credential", "appid": own.app_id, "secret": own.secret}
        try:
            said = calls.answer_of(self.line, "POST", f"{own.endpoint}/cgi-bin/stable_token", json=asked)
        except calls.NoAnswer as silence:
            raise Unreachable(silence.outcome.detail) from silence
        if not said.get("access_token"):
            raise Unreachable(f"token {said.get('errcode', '')}")
        return str(said["access_token"]), int(said.get("expires_in", 0) or 0)


def outcome_of(said: Mapping[str, Any]) -> Outcome:
    """What WeChat answered; -1 is its word for being busy."""
    code = said.get("errcode")
    if code == 0:
        return Outcome(State.HANDED_OVER, provider_reference=str(said.get("msgid", ""))[:80])
    if code in _LATER:
        return Outcome(State.PLANNED, Reason.POSTPONED, str(code))
    if code in TOKEN_IS_OVER:
        return Outcome(State.PLANNED, Reason.POSTPONED, str(code))
    if code in _NO_ADDRESS:
        return Outcome(State.FAILED, Reason.NO_ADDRESS, str(code))
    if code is None:
        return Outcome(State.UNKNOWN, Reason.NO_ANSWER)
    return Outcome(State.FAILED, Reason.REFUSED, str(code))


def _of_account(given: dict) -> WechatGateway:
    """The gateway of an account."""
    lines = given.get("texts", "").splitlines()
    return WechatGateway(given["app_id"], given["secret"], texts.read_lines(lines), given.get("endpoint") or ENDPOINT)


WECHAT = Kind(
    "wechat",
    "wechat",
    _("WeChat official account"),
    (
        Setting("app_id", _("AppID")),
        Setting("secret", _("AppSecret"), is_secret=True),
        texts.LINES,
        Setting("endpoint", _("address of the interface"), is_required=False, default=ENDPOINT, kind="url"),
    ),
    _of_account,
)
