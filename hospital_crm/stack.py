"""Room on the interpreter's stack for a whole request or task.

CPython keeps its frames in chunks of 16 KiB and gives a chunk back to the system as soon as its first frame returns.
A loop whose calls happen to begin a chunk asks the system for memory on every call: the same page cost 16 ms or 30 ms
of processor time, depending on nothing but how deep it was called (python/cpython#142183, mended in late releases of
3.13 and 3.14 only). One frame that asks for much makes one chunk large enough for all that runs above it.
"""

from collections.abc import Callable
from typing import Any

_SLOTS = 15_500  # with the interpreter's reserve just over 128 KiB: the chunk becomes 256 KiB, half of it free


def with_room(call: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
    """Answers `call(*args, **kwargs)`, run in a chunk of its own with room for several hundred frames."""
    return call(*args, **kwargs)


with_room.__code__ = with_room.__code__.replace(co_stacksize=_SLOTS)
