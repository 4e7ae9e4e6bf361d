"""Python's collector of cycles during long work that makes many objects and hardly a cycle.

As it is set, it goes through everything the process holds each time a quarter more has been made: for a list of a
hundred thousand rows that took a quarter of the processor time and found nothing.
"""

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock

_OBJECTS = 50_000  # made and not given back since the last look: some ten megabytes at most wait for it

_lock = Lock()
_usual: list[tuple[int, int, int]] = []


@contextmanager
def seldom() -> Iterator[None]:
    """Inside the block the collector looks less often, in all threads; blocks may overlap."""
    with _lock:
        _usual.append(_usual[0] if _usual else gc.get_threshold())
        gc.set_threshold(_OBJECTS, *_usual[0][1:])
    try:
        yield
    finally:
        with _lock:
            usual = _usual.pop()
            if not _usual:
                gc.set_threshold(*usual)
