"""What the demo says while it works: one line per step, with its time."""

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager


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
    say(f"{line_start}  {words}: {time.monotonic() - started:.1f} s")


def progress(done: int, total: int) -> None:
    """A bar on the line of the running step; on a console that keeps every line, a line at each quarter."""
    if sys.stdout.isatty():
        filled = 30 * done // total
        print(f"\r  [{'#' * filled}{'.' * (30 - filled)}] {done}/{total} ", end="", flush=True)
    elif done * 4 // total > (done - 1) * 4 // total:
        say(f"    {100 * done // total} %")
