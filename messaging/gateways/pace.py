"""Not faster than an account may: at most so many messages in a second, from all workers together.

Moments are taken for a batch (`messaging.domain.paces`); in between each message of this process keeps its distance.
"""

import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass

from messaging.domain import paces
from messaging.domain.paces import Slots
from messaging.gateways.base import Gateway, Outcome, Outgoing, Session


@dataclass(eq=False)
class Pace:
    """Gives out moments that lie far enough apart. `per_second` 0: as fast as it goes."""

    per_second: int
    clock: Callable[[], float] = time.monotonic
    sleep: Callable[[float], None] = time.sleep
    next_at: float = 0.0

    def wait(self) -> None:
        """Returns when the next message may go."""
        if not self.per_second:
            return
        now = self.clock()
        if self.next_at > now:
            self.sleep(self.next_at - now)
        self.next_at = max(now, self.next_at) + 1 / self.per_second

    def begin_in(self, seconds: float) -> None:
        """The first of the moments taken lies so far away."""
        self.next_at = max(self.next_at, self.clock() + seconds)


@dataclass(frozen=True)
class PacedSession:
    """A line on which messages keep their distance."""

    line: Session
    pace: Pace

    def deliver(self, outgoing: Outgoing) -> Outcome:
        """Waits for its moment, then hands over."""
        self.pace.wait()
        return self.line.deliver(outgoing)


@dataclass(frozen=True)
class PacedGateway:
    """A gateway whose account may send so many messages in a second."""

    gateway: Gateway
    pace: Pace
    account_id: int = 0

    @property
    def name(self) -> str:
        """That of the gateway."""
        return self.gateway.name

    @property
    def calls_out(self) -> bool:
        """As the gateway."""
        return self.gateway.calls_out

    def take(self, many: int, seconds: float) -> Slots:
        """The moments of at most so many messages within so many seconds; inside the hospital's scope."""
        found = paces.take(self.account_id, per_second=self.pace.per_second, many=many, seconds=seconds)
        if found.many:
            self.pace.begin_in(found.wait)
        return found

    def session(self) -> AbstractContextManager[Session]:
        """A line that keeps the pace."""
        return self._open()

    @contextmanager
    def _open(self) -> Iterator[Session]:
        with self.gateway.session() as line:
            yield PacedSession(line, self.pace)
