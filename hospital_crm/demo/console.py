"""What the demo says while it works: one line per step, with its time."""

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

CLEARED = "\r\x1b[K"  # the line again from its beginning, empty


def say(text: str = "") -> None:
    """One line, at once."""
    print(text, flush=True)


@contextmanager
def step(words: str) -> Iterator[None]:
    """Announce a step; when it is done, say how long it took."""
    started = time.monotonic()
    line_start = "\r" if sys.stdout.isatty() else ""
    print(f"  {words} …", end="" if line_start else "\n", flush=True)
    yield
    say(f"{line_start and CLEARED}  {words}: {time.monotonic() - started:.1f} s")


class Bar:
    """A bar on the line of the running step; on a console that keeps every line, a line at each quarter.

    Called with how much is done and how much there is, in steps of any size.
    """

    def __init__(self) -> None:
        self.quarters = 0

    def __call__(self, done: int, total: int) -> None:
        if sys.stdout.isatty():
            filled = 30 * done // total
            print(f"{CLEARED}  [{'#' * filled}{'.' * (30 - filled)}] {done:,}/{total:,} ", end="", flush=True)
        elif (quarters := 4 * done // total) > self.quarters:
            self.quarters = quarters
            say(f"    {100 * done // total} %")
