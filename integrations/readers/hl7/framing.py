"""MLLP: a message stands between a start block (0x0B) and an end block (0x1C 0x0D) (HL7 v2 Implementation Guide, C).

Blanks and line ends between frames are passed over, as senders write them. Everything else outside a frame, a start
block inside one, and a frame longer than allowed is wrong, and the sender is told.
"""

from dataclasses import dataclass, field

START, END, CARRIAGE_RETURN = b"\x0b", b"\x1c", b"\r"
_BETWEEN = b"\r\n \t\0"


class WrongFraming(Exception):
    """What arrived is no frame; `code` says why."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def framed(message: bytes) -> bytes:
    """A message as it goes over the wire."""
    return START + message + END + CARRIAGE_RETURN


@dataclass(slots=True)
class Unframer:
    """Takes bytes as they arrive and answers whole messages. `limit`: the longest message, in bytes."""

    limit: int
    _pending: bytearray = field(default_factory=bytearray)
    _searched: int = 0

    @property
    def waiting(self) -> bytes:
        """The beginning of a message that has not ended."""
        return bytes(self._pending[:4096])

    @property
    def size(self) -> int:
        """How many bytes wait for the end of their message."""
        return len(self._pending)

    def feed(self, data: bytes) -> list[bytes]:
        """The messages that are complete with these bytes. Raises WrongFraming."""
        self._pending += data
        found = []
        while (message := self._next()) is not None:
            found.append(message)
        return found

    def _next(self) -> bytes | None:
        pending = self._pending
        self._pass_over_blanks()
        if not pending:
            return None
        if pending[:1] != START:
            raise WrongFraming("no_start_block")
        end = pending.find(END, max(self._searched, 1))
        if (len(pending) if end < 0 else end) - 1 > self.limit:
            raise WrongFraming("too_large")
        if pending.find(START, 1, None if end < 0 else end) > 0:
            raise WrongFraming("start_inside")
        if end < 0 or len(pending) == end + 1:
            self._searched = len(pending) if end < 0 else end
            return None
        if pending[end + 1 : end + 2] != CARRIAGE_RETURN:
            raise WrongFraming("no_end_block")
        message = bytes(pending[1:end])
        del pending[: end + 2]
        self._searched = 0
        return message

    def drop_message(self, data: bytes = b"") -> bool:
        """Gives up the message that has begun; answers whether its end has come, after which others may follow."""
        self._pending += data
        end = self._pending.find(END + CARRIAGE_RETURN)
        del self._pending[: end + 2 if end >= 0 else max(len(self._pending) - 1, 0)]
        self._searched = 0
        return end >= 0

    def _pass_over_blanks(self) -> None:
        blank = len(self._pending) - len(self._pending.lstrip(_BETWEEN))
        if blank:
            del self._pending[:blank]
            self._searched = 0
