"""WeCom (企业微信), for staff: cgi-bin/message/send of an own application with a token of cgi-bin/gettoken.

The address is the member's user id. WeCom itself lets the same text to the same people through once in half an hour.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import httpx2
from django.utils.translation import gettext_lazy as _

from messaging.gateways import calls
from messaging.gateways.access_tokens import token_of
from messaging.gateways.base import Kind, Outcome, Outgoing, Setting, Unreachable
from messaging.models import Reason, State

ENDPOINT = "https://qyapi.weixin.qq.com"
TOKEN_IS_OVER = (40014, 42001)
_LATER = (-1, 45009, 45033)
_NO_ADDRESS = (60111, 81013)
_LONGEST = 500


@dataclass(frozen=True)
class WecomGateway:
    """An own application of an enterprise."""

    corp_id: str
    secret: str
    agent_id: int
    endpoint: str = ENDPOINT
    timeout: float = calls.SECONDS

    name = "wecom"
    calls_out = True

    @contextmanager
    def session(self) -> "Iterator[WecomSession]":
        """One kept connection."""
        with calls.client(self.timeout) as line:
            yield WecomSession(self, line)


@dataclass
class WecomSession:
    """Messages over one connection."""

    gateway: WecomGateway
    line: httpx2.Client

    def deliver(self, outgoing: Outgoing) -> Outcome:
        """Hands one message over; a token that WeCom refuses is renewed once, for then nothing was taken."""
        try:
            said = self._send(outgoing)
            if said.get("errcode") in TOKEN_IS_OVER:
                said = self._send(outgoing, anew=True)
        except calls.NoAnswer as silence:
            return silence.outcome
        return outcome_of(said)

    def _send(self, outgoing: Outgoing, *, anew: bool = False) -> Mapping[str, Any]:
        own = self.gateway
        token = token_of(f"wecom:{own.endpoint}:{own.corp_id}:{own.secret}", self._token, anew=anew)
        asked: dict[str, Any] = {
            "touser": outgoing.address,
            "agentid": own.agent_id,
            "enable_duplicate_check": 1,
            "duplicate_check_interval": 1800,
        }
        if outgoing.link:
            card = {"title": outgoing.subject, "description": outgoing.body[:_LONGEST], "url": outgoing.link}
            asked |= {"msgtype": "textcard", "textcard": card}
        else:
            asked |= {"msgtype": "text", "text": {"content": f"{outgoing.subject}\n{outgoing.body}".strip()}}
        url = f"{own.endpoint}/cgi-bin/message/send"
        return calls.answer_of(self.line, "POST", url, params={"access_token": token}, json=asked)

    def _token(self) -> tuple[str, int]:
        own = self.gateway
        asked = {"corpid": own.corp_id, "corpsecret": own.secret}
        try:
            said = calls.answer_of(self.line, "GET", f"{own.endpoint}/cgi-bin/gettoken", params=asked)
        except calls.NoAnswer as silence:
            raise Unreachable(silence.outcome.detail) from silence
        if not said.get("access_token"):
            raise Unreachable(f"token {said.get('errcode', '')}")
        return str(said["access_token"]), int(said.get("expires_in", 0) or 0)


def outcome_of(said: Mapping[str, Any]) -> Outcome:
    """What WeCom answered; who is not among the enterprise's members stands in `invaliduser` although all is well."""
    code = said.get("errcode")
    if code == 0 and said.get("invaliduser"):
        return Outcome(State.FAILED, Reason.NO_ADDRESS, "invaliduser")
    if code == 0:
        return Outcome(State.HANDED_OVER, provider_reference=str(said.get("msgid", ""))[:80])
    if code in (*_LATER, *TOKEN_IS_OVER):
        return Outcome(State.PLANNED, Reason.POSTPONED, str(code))
    if code in _NO_ADDRESS:
        return Outcome(State.FAILED, Reason.NO_ADDRESS, str(code))
    if code is None:
        return Outcome(State.UNKNOWN, Reason.NO_ANSWER)
    return Outcome(State.FAILED, Reason.REFUSED, str(code))


def _of_account(given: dict) -> WecomGateway:
    """The gateway of an account."""
    return WecomGateway(given["corp_id"], given["secret"], int(given["agent_id"]), given.get("endpoint") or ENDPOINT)


WECOM = Kind(
    "wecom",
    "wecom",
    _("WeCom, for staff"),
    (
        Setting("corp_id", _("number of the enterprise")),
        Setting("secret", _("secret of the application"), is_secret=True),
        Setting("agent_id", _("number of the application"), kind="number"),
        Setting("endpoint", _("address of the interface"), is_required=False, default=ENDPOINT, kind="url"),
    ),
    _of_account,
)
