"""Lines to the other side that a worker keeps open between its rounds: opened at the first message, closed when they
were not used for a while, given up where a round went wrong.
"""

import time
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field

from messaging.gateways.base import Gateway, Session

KEPT_SECONDS = 60.0
MOST = 16


@dataclass
class _Line:
    stack: ExitStack
    session: Session
    used: float


@dataclass
class Lines:
    """The open lines of one process, by gateway; the same account is the same line."""

    _open: dict[Gateway, _Line] = field(default_factory=dict)

    def open(self, gateway: Gateway) -> Session:
        """The line to a gateway. Those that nobody used for a while, and beyond a handful the oldest, are closed."""
        self._tidy(keep=gateway)
        line = self._open.get(gateway)
        if line is None:
            stack = ExitStack()
            line = self._open[gateway] = _Line(stack, stack.enter_context(gateway.session()), 0.0)
        line.used = time.monotonic()
        return line.session

    def drop(self, gateway: Gateway) -> None:
        """Closes a line, however it ends."""
        line = self._open.pop(gateway, None)
        if line is not None:
            with suppress(Exception):
                line.stack.close()

    def _tidy(self, keep: Gateway) -> None:
        others = sorted((line.used, number) for number, line in enumerate(self._open.values()))
        gateways = list(self._open)
        too_many = {number for _used, number in others[: max(0, len(others) - MOST)]}
        old = time.monotonic() - KEPT_SECONDS
        for used, number in others:
            if gateways[number] != keep and (used < old or number in too_many):
                self.drop(gateways[number])


LINES = Lines()
