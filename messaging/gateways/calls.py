"""Calls of providers over HTTP: one kept connection per batch, and an honest word on what silence means.

As long as no connection stood, nothing was taken and the provider is unreachable. Once a request may have left, no
answer means that it may have been taken: outcome unknown. 429 and 503 say that it was not taken; other 5xx say nothing.
"""

import json
from collections.abc import Mapping
from typing import Any

import httpx2

from messaging.gateways.base import Outcome, Unreachable
from messaging.models import Reason, State

SECONDS = 10.0
NEVER_LEFT = (httpx2.ConnectError, httpx2.ConnectTimeout, httpx2.PoolTimeout)
NOT_TAKEN = (429, 503)


class NoAnswer(Exception):
    """The call came to nothing that could be read; `outcome` says what that means for the message."""

    def __init__(self, outcome: Outcome) -> None:
        super().__init__(outcome.detail)
        self.outcome = outcome


def client(timeout: float = SECONDS) -> httpx2.Client:
    """A client for one batch: connections are kept, redirects are not followed, proxies of the machine are used."""
    return httpx2.Client(timeout=timeout, follow_redirects=False)


def answer_of(line: httpx2.Client, method: str, url: str, **given: Any) -> Mapping[str, Any]:
    """The JSON object that a provider answers. Raises Unreachable where nothing left, NoAnswer where nobody can tell
    or where the provider is too busy.
    """
    try:
        answer = line.request(method, url, **given)
    except NEVER_LEFT as error:
        raise Unreachable(type(error).__name__) from error
    except (httpx2.UnsupportedProtocol, httpx2.InvalidURL) as error:
        raise Unreachable(type(error).__name__) from error
    except httpx2.HTTPError as error:
        raise NoAnswer(Outcome(State.UNKNOWN, Reason.NO_ANSWER, type(error).__name__)) from error
    if answer.status_code in NOT_TAKEN:
        raise NoAnswer(Outcome(State.PLANNED, Reason.POSTPONED, str(answer.status_code)))
    try:
        said = json.loads(answer.content)
    except ValueError:
        said = None
    if isinstance(said, dict):
        return said
    if 400 <= answer.status_code < 500:
        raise NoAnswer(Outcome(State.FAILED, Reason.REFUSED, str(answer.status_code)))
    raise NoAnswer(Outcome(State.UNKNOWN, Reason.NO_ANSWER, str(answer.status_code)))
