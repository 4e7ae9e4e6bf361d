"""The next chunk of a list is read while the database writes the one before it."""

from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any

from hospital_crm.stack import with_room


class ReadAhead:
    """The chunks of a list, each read while the database writes the one before it.

    Reading begins when `go_on` is called: Python runs one thread at a time, so whatever is read before the database has
    its work only holds up whoever gives it.
    """

    def __init__(self, chunks: Iterator[Any]) -> None:
        self.chunks = chunks
        self.reader = ThreadPoolExecutor(1, "import-reader")
        self.following: Future[Any] | None = None

    def __enter__(self) -> "ReadAhead":
        return self

    def __exit__(self, *error: object) -> None:
        self.reader.shutdown()

    def __iter__(self) -> Iterator[Any]:
        while True:
            self.go_on()
            chunk = self.following.result() if self.following else None
            if chunk is None:
                return
            self.following = None
            yield chunk

    def go_on(self) -> None:
        """Begins to read the next chunk, unless it is being read."""
        self.following = self.following or self.reader.submit(with_room, next, self.chunks, None)
