"""What a reader makes of one message or resource, whatever its language."""

import dataclasses
from dataclasses import dataclass, field

from patients.domain.records import Told

RECEIVED, IGNORED, SET_ASIDE, KEPT = "received", "ignored", "set_aside", "kept"


@dataclass(slots=True)
class Reading:
    """Things told, in order, or why there is nothing to apply.

    state: received where there is something to tell; else ignored, set_aside or kept, with the code of the reason.
    findings: codes of remarks that go with it. kinds: where a message holds several things, what stands behind each
    thing told, by its name in the source.
    """

    told: list[Told] = field(default_factory=list)
    state: str = RECEIVED
    reason: str = ""
    detail: dict = dataclasses.field(default_factory=dict)
    findings: list[str] = field(default_factory=list)
    kinds: list[dict[str, int]] = field(default_factory=list)
